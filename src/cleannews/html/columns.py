"""What the page knows of a line: columns of bytes over the visible lines of a `Documents`, beside those of the tagger.

Four kinds: where the line stands in the markup, what its containers hold, how it agrees with what the page's head says
of the article, and how far trafilatura took it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleannews.document import Documents
from cleannews.html.blocks import DEEPEST
from cleannews.html.markup import GROUPS, groups
from cleannews.html.page import FLAGS, TAGS, Line
from cleannews.tagger.features import BESIDE, NEAR, Lines, Window, clip, share, stacked
from cleannews.tagger.labels import SHINGLE, shingles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Hashes, Ints
    from cleannews.html.look import Look

    Bytes = NDArray[np.uint8]
    Bools = NDArray[np.bool_]

LEVELS = 5
"""Containers of a line, from its own block upwards, whose contents are features."""

TAKEN_LEVELS = 4
"""Those of which it is a feature how much of them an extraction took."""


def _size(values: Ints) -> Bytes:
    """A count on a scale of logarithms, sixteen steps to a doubling up to 2**15."""
    return clip(np.floor(np.log2(values + 1.0) * 16).astype(np.int64))


class Coverage:
    """How much of each line of one text stands in some other texts."""

    def __init__(self, documents: Documents, others: Sequence[str]) -> None:
        self._documents = documents
        self.others = Documents(others)
        hashes, tokens = documents.hashes, documents.tokens
        self._runs = shingles(hashes)
        line_of = np.repeat(np.arange(documents.line_count), tokens)
        count = len(self._runs)
        # A shingle that crosses into the next line is none of either.
        self._inside = line_of[:count] == line_of[SHINGLE - 1:SHINGLE - 1 + count]
        self._short = tokens < SHINGLE

    def tokens_of(self, number: int) -> Hashes:
        """The tokens of one of the other texts."""
        return self.others.tokens_of(number)

    def by(self, number: int) -> Ints:
        """Tokens of each line in a four-token run of another text, or in the same line there, shape (lines,)."""
        documents = self._documents
        tokens = self.tokens_of(number)
        if not len(tokens):
            return np.zeros(documents.line_count, np.int64)
        hit = _known(self._runs, shingles(tokens)) & self._inside
        covered = np.zeros(len(documents.hashes), bool)
        for step in range(SHINGLE):
            covered[step:step + len(hit)] |= hit
        found = documents.per_line(covered)
        lines = self.others.lines_of(number)
        same = _known(documents.content_hashes, self.others.content_hashes[lines.start:lines.stop])
        same &= documents.tokens > 0
        found[self._short] = 0
        found[same] = documents.tokens[same]
        return found


def _known(asked: Hashes, known: Hashes) -> Bools:
    """Which hashes are among the known ones."""
    if not len(known):
        return np.zeros(len(asked), bool)
    known = np.sort(known)
    found: Bools = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    return found


class Columns(dict[str, "Bytes"]):
    """Columns by name, of which those are made that are wanted (all, where nothing is said)."""

    def __init__(self, around: Lines, wanted: frozenset[str] | None = None) -> None:
        super().__init__()
        self.around = around
        self._wanted = wanted

    def spread(self, name: str, column: Bytes) -> None:
        """A score of each line, and of the lines around it."""
        self[name] = column
        self.near(name, column, {**BESIDE, **NEAR})

    def near(self, name: str, column: Bytes, windows: Mapping[str, Window]) -> None:
        """Means of a column over windows of lines around each line."""
        wanted = {window: bounds for window, bounds in windows.items()
                  if self._wanted is None or f"{name} {window}" in self._wanted}
        if wanted:
            self.update(self.around.around((name, column, wanted)))


def page_columns(look: Look, verdict: str | None) -> None:
    """Add to what a look found what the page knows of the visible lines, but for the score of the markup's words.

    `verdict` is the text that trafilatura took, None where it was not asked.
    """
    found = look.found
    _of_lines(found, look.page.lines, look.owner[look.visible])
    for name, near in zip(GROUPS, groups(look.blocks), strict=True):
        found[f"near {name}"] = near[look.owner[look.visible]]
    sums = _Sums(look)
    _of_containers(found, sums)
    found["asked"] = np.full(len(look.visible), 255 if verdict is not None else 0, np.uint8)
    _agreement(look, sums, verdict or "")
    for name in ("linked", "picture", "in list", "heading", "bold"):
        found.near(name, found[name], BESIDE)
    for name in ("linked", "in list", "tag p"):
        found.near(name, _full(found[name]), NEAR)
    distances = found.around.distances
    found["since heading"] = distances(found["heading"] > 0)[0]
    found["since first heading"], found["until first heading"] = distances(found["heading"] == 1)
    block = sums.around[0]
    found["since block"] = distances(np.concatenate([[True], block[1:] != block[:-1]]))[0]


def _of_lines(found: Columns, lines: Sequence[Line], owner: Ints) -> None:
    """Add what each line of the page is by itself."""
    tags = [line.block.tag for line in lines]
    chars, linked, bold, links, broken, picture, depth, flags = np.array(
        [(len(line.text), line.linked, line.bold, line.links, line.broken, line.picture, line.block.depth,
          line.place.flags) for line in lines], np.int64).T
    number = {tag: at for at, tag in enumerate(TAGS)}
    tag = np.array([number.get(tag, len(TAGS)) for tag in tags], np.int64)
    rows = {"linked": share(linked, chars), "links": clip(links), "bold": share(bold, chars), "broken": clip(broken),
            "picture": clip(picture), "depth": clip(depth),
            "heading": np.array([int(tag[1]) if tag in _HEADINGS else 0 for tag in tags], np.uint8)}
    is_tag = tag == np.arange(len(TAGS))[:, None]
    has_flag = flags >> np.arange(len(FLAGS))[:, None] & 1
    names = [*rows, *(f"tag {name}" for name in TAGS), *(f"in {name}" for name in FLAGS)]
    columns = np.concatenate([stacked(list(rows.values())), is_tag, has_flag], dtype=np.uint8, casting="unsafe")
    found.update(zip(names, columns[:, owner], strict=True))


class _Sums:
    """Sums over the containers of lines, and over lines whose blocks are alike."""

    def __init__(self, look: Look) -> None:
        prose, visible, owner = look.material.prose, look.visible, look.owner[look.visible]
        self.words = prose.words[visible]
        """Words of each visible line."""
        linked = look.found["linked"]
        self.prose = np.where(prose.prose[visible] & (linked < 100), self.words, 0)
        """Words of each that are prose and no link."""
        self.linked = self.words * linked.astype(np.int64) // 255
        """Words of each that are inside links."""
        self.around: Ints = look.blocks.block[:, owner]
        """The blocks around each, from its own on: (DEEPEST, visible lines)."""
        self.inside: Bools = self.around >= 0
        self._places = len(look.blocks.places)
        self.alike: Ints = look.blocks.alike()[owner]
        """What kind of block each is in."""

    def held(self, values: Ints) -> Ints:
        """What each container holds of a value of lines, shape (places,)."""
        spread = np.broadcast_to(values, self.around.shape)[self.inside]
        return np.bincount(self.around[self.inside], spread, self._places).astype(np.int64)

    def over_alike(self, values: Ints) -> Ints:
        """What lines in blocks like a line's own have of a value, shape (visible lines,)."""
        sums: Ints = np.bincount(self.alike, values).astype(np.int64)[self.alike]
        return sums


def _of_containers(found: Columns, sums: _Sums) -> None:
    """Add what the containers of lines hold, level by level, and what blocks like theirs do."""
    words, total = int(sums.words.sum()), int(sums.prose.sum())
    levels, inside = sums.around[:LEVELS], sums.inside[:LEVELS]
    in_words, in_prose, in_linked = sums.held(sums.words), sums.held(sums.prose), sums.held(sums.linked)
    in_lines = sums.held(np.ones_like(sums.words))
    for name, rows in {
        "words": _size(np.where(inside, in_words[levels], words)),
        "prose": np.where(inside, share(in_prose[levels], total), np.uint8(255)),
        "prose share": np.where(inside, share(in_prose[levels], in_words[levels]), np.uint8(0)),
        "linked": np.where(inside, share(in_linked[levels], in_words[levels]), np.uint8(0)),
        "lines": _size(np.where(inside, in_lines[levels], len(sums.words))),
    }.items():
        found.update((f"{name} in {level}", row) for level, row in enumerate(rows))
    # The smallest container with most of the page's prose, and how far from it a line stands.
    for name, part in (("most", 0.5), ("nearly all", 0.8)):
        full = (in_prose[sums.around] >= part * max(total, 1)) & sums.inside
        found[f"levels to {name}"] = np.where(full.any(axis=0), full.argmax(axis=0), DEEPEST).astype(np.uint8)
    alike, alike_words = sums.over_alike(np.ones_like(sums.words)), sums.over_alike(sums.words)
    found["alike"] = _size(alike)
    found["alike prose"] = share(sums.over_alike(sums.prose), total)
    found["alike words"] = clip(alike_words // alike)
    found["alike linked"] = share(sums.over_alike(sums.linked), alike_words)


def _agreement(look: Look, sums: _Sums, verdict: str) -> None:
    """Add how lines agree with trafilatura's text and with what the page's head says of the article."""
    page, documents, visible, found = look.page, look.documents, look.visible, look.found
    around = found.around
    tokens, is_prose = documents.tokens[visible], look.material.prose.prose[visible]
    coverage = Coverage(documents, [verdict, page.body, f"{page.headline}\n{page.title}", page.description,
                                    "\n".join(page.names), "\n".join(page.tags)])
    in_words, alike_words = sums.held(sums.words), sums.over_alike(sums.words)
    for number, name in enumerate(("verdict", "body data")):
        covered = coverage.by(number)[visible]
        column = share(covered, tokens)
        found.spread(name, column)
        found[f"{name} share"] = np.full(len(visible), int(covered.sum()) * 255 // max(int(tokens.sum()), 1), np.uint8)
        kept = np.where(is_prose, covered, 0).sum()
        found[f"{name} prose"] = np.full(len(visible), int(kept) * 255 // max(int(tokens[is_prose].sum()), 1), np.uint8)
        taken = column > 200
        taken_words = np.where(taken, sums.words, 0)
        found[f"{name} since"], found[f"{name} until"] = around.distances(taken)
        found[f"{name} before"] = share(around.before(taken_words), around.total(taken_words))
        # How much of what the line's containers hold was taken.
        near = sums.around[:TAKEN_LEVELS]
        found.update((f"{name} in {level}", row) for level, row in enumerate(
            share(sums.held(taken_words)[near], in_words[near])))
        found[f"{name} alike"] = share(sums.over_alike(taken_words), alike_words)
    for number, name in enumerate(("title", "description", "names", "tags"), 2):
        known = np.unique(coverage.tokens_of(number))
        same = documents.per_line(_known(documents.hashes, known))[visible]
        found[f"{name} words"] = share(same, tokens)
        found[f"{name} covered"] = share(same, len(known))
        column = found[f"{name} run"] = share(coverage.by(number)[visible], tokens)
        found[f"{name} since"] = around.distances(column > 200)[0]


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _full(column: Bytes) -> Bytes:
    """A column of flags as 0 and 255; shares stay as they are."""
    return column if int(column.max(initial=0)) > 1 else column * np.uint8(255)
