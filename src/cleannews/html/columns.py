"""What the page knows of a line: columns of bytes over the visible lines of a `Documents`, beside those of the tagger.

Four kinds: where the line stands in the markup, what its containers hold, how it agrees with what the page's head says
of the article, and how far trafilatura took it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleannews.document import Documents
from cleannews.html.markup import GROUPS, groups
from cleannews.html.page import DEEPEST, FLAGS, TAGS, Line, Page, Place
from cleannews.kernels.hashing import mixed
from cleannews.tagger.features import BESIDE, NEAR, Lines, Window, clip, share
from cleannews.tagger.labels import SHINGLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Hashes, Ints
    from cleannews.prose import Prose

    Bytes = NDArray[np.uint8]
    Bools = NDArray[np.bool_]

LEVELS = 5
"""Containers of a line, from its own block upwards, whose contents are features."""


def _size(values: Ints) -> Bytes:
    """A count on a scale of logarithms, sixteen steps to a doubling up to 2**15."""
    return clip(np.floor(np.log2(values + 1.0) * 16).astype(np.int64))


def _shingles(hashes: Hashes) -> Hashes:
    if len(hashes) < SHINGLE:
        return np.zeros(0, np.uint64)
    count = len(hashes) - SHINGLE + 1
    run = hashes[:count].copy()
    for step in range(1, SHINGLE):
        run = run * np.uint64(0xD6E8FEB86659FD93) + hashes[step:count + step]
    return mixed(run)


def _line_hashes(documents: Documents) -> Hashes:
    """A hash of each line's tokens."""
    place = np.arange(len(documents.hashes)) - np.repeat(documents.first_token[:-1], documents.tokens)
    sums = np.concatenate([[np.uint64(0)], np.cumsum(mixed(documents.hashes + place.astype(np.uint64)
                                                           * np.uint64(0x9E3779B97F4A7C15)), dtype=np.uint64)])
    found: Hashes = sums[documents.first_token[1:]] - sums[documents.first_token[:-1]]
    return found


class Coverage:
    """How much of each line of one text stands in some other texts."""

    def __init__(self, documents: Documents, others: Sequence[str]) -> None:
        self._documents = documents
        self.others = Documents(others)
        hashes, tokens = documents.hashes, documents.tokens
        self._runs = _shingles(hashes)
        line_of = np.repeat(np.arange(documents.line_count), tokens)
        count = len(self._runs)
        # A shingle that crosses into the next line is none of either.
        self._inside = line_of[:count] == line_of[SHINGLE - 1:SHINGLE - 1 + count]
        self._lines = _line_hashes(documents)
        self._other_lines = _line_hashes(self.others)
        self._short = tokens < SHINGLE

    def tokens_of(self, number: int) -> Hashes:
        """The tokens of one of the other texts."""
        first = self.others.first_line
        return self.others.hashes[self.others.first_token[first[number]]:self.others.first_token[first[number + 1]]]

    def by(self, number: int) -> Ints:
        """Tokens of each line in a four-token run of another text, or in the same line there, shape (lines,)."""
        documents = self._documents
        tokens = self.tokens_of(number)
        if not len(tokens):
            return np.zeros(documents.line_count, np.int64)
        hit = _known(self._runs, _shingles(tokens)) & self._inside
        covered = np.zeros(len(documents.hashes), bool)
        for step in range(SHINGLE):
            covered[step:step + len(hit)] |= hit
        sums = np.concatenate([[0], np.cumsum(covered)])
        found: Ints = np.diff(sums[documents.first_token])
        lines = self._other_lines[self.others.first_line[number]:self.others.first_line[number + 1]]
        same = _known(self._lines, lines) & (documents.tokens > 0)
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


def _containers(lines: Sequence[Line]) -> tuple[Ints, int]:
    """The numbers of each line's block and of those around it, and how many there are.

    Shape (lines, DEEPEST), from the line's own block upwards, -1 above the root.
    """
    numbers: dict[int, int] = {}
    outer: list[Place | None] = []
    for line in lines:
        block: Place | None = line.block
        while block is not None and id(block) not in numbers:
            numbers[id(block)] = len(outer)
            block = block.parent.block if block.parent is not None else None
            outer.append(block)
    # What is above the root is the last entry, which is above itself.
    above = np.array([*(numbers[id(block)] if block is not None else -1 for block in outer), -1], np.int64)
    found = np.empty((len(lines), DEEPEST), np.int64)
    found[:, 0] = [numbers[id(line.block)] for line in lines]
    for level in range(1, DEEPEST):
        found[:, level] = above[found[:, level - 1]]
    return found, len(outer)


def _signatures(lines: Sequence[Line]) -> Ints:
    """A number for what the blocks of alike lines have in common: tags and class words, three blocks deep."""
    known: dict[tuple[object, ...], int] = {}
    cache: dict[int, int] = {}
    found = np.zeros(len(lines), np.int64)
    for at, line in enumerate(lines):
        key = id(line.block)
        if key not in cache:
            block: Place | None = line.block
            parts: list[object] = []
            while block is not None and len(parts) < 6:
                parts += [block.tag, block.names]
                block = block.parent.block if block.parent is not None else None
            cache[key] = known.setdefault(tuple(parts), len(known))
        found[at] = cache[key]
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


def page_columns(found: Columns, page: Page, owner: Ints, documents: Documents, visible: Ints, prose: Prose,
                 verdict: str | None) -> None:
    """Add the columns of the visible lines to `found`.

    `owner` is the page's line that each visible line of `documents` is of (a long one has several), `verdict` the text
    that trafilatura took, None where it was not asked.
    """
    around = found.around
    lines = page.lines
    _of_lines(found, lines, owner)
    words = prose.words[visible]
    is_prose = prose.prose[visible]
    prose_words = np.where(is_prose & (found["linked"] < 100), words, 0)
    total, total_prose = int(words.sum()), int(prose_words.sum())
    linked_words = words * found["linked"].astype(np.int64) // 255
    chains, count = _containers(lines)
    chains = chains[owner]
    inside = chains >= 0
    flat = chains[inside]
    levels = [np.maximum(chains[:, level], 0) for level in range(LEVELS)]
    there = [chains[:, level] >= 0 for level in range(LEVELS)]

    def held(values: Ints) -> Ints:
        spread = np.broadcast_to(values[:, None], chains.shape)[inside]
        return np.bincount(flat, spread, count).astype(np.int64)

    in_words, in_prose, in_linked = held(words), held(prose_words), held(linked_words)
    in_lines = held(np.ones(len(owner), np.int64))
    for level, (at, is_one) in enumerate(zip(levels, there, strict=True)):
        found[f"words in {level}"] = _size(np.where(is_one, in_words[at], total))
        found[f"prose in {level}"] = np.where(is_one, share(in_prose[at], total_prose), 255).astype(np.uint8)
        found[f"prose share in {level}"] = np.where(is_one, share(in_prose[at], in_words[at]), 0).astype(np.uint8)
        found[f"linked in {level}"] = np.where(is_one, share(in_linked[at], in_words[at]), 0).astype(np.uint8)
        found[f"lines in {level}"] = _size(np.where(is_one, in_lines[at], len(owner)))
    # The smallest container with most of the page's prose, and how far from it a line stands.
    for name, part in (("most", 0.5), ("nearly all", 0.8)):
        full = (in_prose[np.maximum(chains, 0)] >= part * max(total_prose, 1)) & inside
        found[f"levels to {name}"] = np.where(full.any(axis=1), full.argmax(axis=1), DEEPEST).astype(np.uint8)
    signature = _signatures(lines)[owner]
    kinds = int(signature.max(initial=-1)) + 1
    alike = np.bincount(signature, minlength=kinds)
    alike_words = np.bincount(signature, words, kinds).astype(np.int64)

    def over_alike(values: Ints) -> Ints:
        sums: Ints = np.bincount(signature, values, kinds).astype(np.int64)[signature]
        return sums

    found["alike"] = _size(alike[signature])
    found["alike prose"] = share(over_alike(prose_words), total_prose)
    found["alike words"] = clip(alike_words[signature] // alike[signature])
    found["alike linked"] = share(over_alike(linked_words), alike_words[signature])

    tokens = documents.tokens[visible]
    coverage = Coverage(documents, [verdict or "", page.body, f"{page.headline}\n{page.title}", page.description,
                                    "\n".join(page.names), "\n".join(page.tags)])
    found["asked"] = np.full(len(visible), 255 if verdict is not None else 0, np.uint8)
    for number, name in enumerate(("verdict", "body data")):
        covered = coverage.by(number)[visible]
        column = share(covered, tokens)
        found.spread(name, column)
        found[f"{name} share"] = np.full(len(visible), int(covered.sum()) * 255 // max(int(tokens.sum()), 1), np.uint8)
        kept = np.where(is_prose, covered, 0).sum()
        found[f"{name} prose"] = np.full(len(visible), int(kept) * 255 // max(int(tokens[is_prose].sum()), 1), np.uint8)
        taken = column > 200
        taken_words = np.where(taken, words, 0)
        found[f"{name} since"], found[f"{name} until"] = around.distances(taken)
        found[f"{name} before"] = share(around.before(taken_words), around.total(taken_words))
        # How much of what the line's containers hold was taken.
        in_taken = held(taken_words)
        for level in (0, 1, 2, 3):
            found[f"{name} in {level}"] = share(in_taken[levels[level]], in_words[levels[level]])
        found[f"{name} alike"] = share(over_alike(taken_words), alike_words[signature])
    for number, name in enumerate(("title", "description", "names", "tags"), 2):
        known = np.unique(coverage.tokens_of(number))
        same = documents.per_line(_known(documents.hashes, known))[visible]
        found[f"{name} words"] = share(same, tokens)
        found[f"{name} covered"] = share(same, len(known))
        column = found[f"{name} run"] = share(coverage.by(number)[visible], tokens)
        found[f"{name} since"] = around.distances(column > 200)[0]
    for name in ("linked", "picture", "in list", "heading", "bold"):
        found.near(name, found[name], BESIDE)
    for name in ("linked", "in list", "tag p"):
        found.near(name, _full(found[name]), NEAR)
    found["since heading"] = around.distances(found["heading"] > 0)[0]
    found["since first heading"], found["until first heading"] = around.distances(found["heading"] == 1)
    block = chains[:, 0]
    found["since block"] = around.distances(np.concatenate([[True], block[1:] != block[:-1]]))[0]


def _of_lines(found: Columns, lines: Sequence[Line], owner: Ints) -> None:
    """Add what each line of the page is by itself."""
    chars = np.array([len(line.text) for line in lines], np.int64)
    flags = np.array([line.place.flags for line in lines], np.int64)
    linked = np.array([line.linked for line in lines], np.int64)
    tags = [line.block.tag for line in lines]
    of_line: dict[str, Ints | Bytes] = {
        "linked": share(linked, chars), "links": np.array([line.links for line in lines], np.int64),
        "bold": share(np.array([line.bold for line in lines], np.int64), chars),
        "broken": np.array([line.broken for line in lines], np.int64),
        "picture": np.array([line.picture for line in lines], np.int64),
        "depth": np.array([line.block.depth for line in lines], np.int64),
        "heading": np.array([int(tag[1]) if tag in _HEADINGS else 0 for tag in tags], np.int64),
    }
    known = {tag: number for number, tag in enumerate(TAGS)}
    tag = np.array([known.get(tag, len(TAGS)) for tag in tags], np.int64)
    for name, number in known.items():
        of_line[f"tag {name}"] = (tag == number).astype(np.int64)
    for bit, name in enumerate(FLAGS):
        of_line[f"in {name}"] = (flags >> bit) & 1
    for name, column in of_line.items():
        found[name] = clip(np.asarray(column, np.int64))[owner]
    for name, near in zip(GROUPS, groups(lines), strict=True):
        found[f"near {name}"] = near[owner]


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _full(column: Bytes) -> Bytes:
    """A column of flags as 0 and 255; shares stay as they are."""
    return column if int(column.max(initial=0)) > 1 else column * np.uint8(255)
