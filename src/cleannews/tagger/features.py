"""What the tagger knows of a line: columns of small whole numbers over the visible lines of a `Documents`.

Every feature is a byte, 0 to 255: a count clipped, a share in 255ths, a score in 255ths. Whole numbers make the
tagger's result the same on every machine and in every batch, and bytes make comparing them fast. No feature depends on
the language but through the lexicon's word lists and the n-gram score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, detector_of, kind_of
from cleannews.kernels.hashing import STEP, mixed
from cleannews.prose import Mark
from cleannews.tagger.ngrams import NgramScorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Hashes, Ints

    Bytes = NDArray[np.uint8]
    Signed = NDArray[np.int64]


FAR = 60
"""Lines. Farther prose is as good as none."""

_SLOTS = ("phrases/line", "phrases/heading", "phrases/start", "phrases/end", "phrases/contains", "sections", "threads",
          "listings", "furniture", "artefacts", "repeats", "templates")
_CATEGORY = {category: number + 1 for number, category in enumerate(Category)}
_PROPOSING = slice(0, 10)

_COUNTS = {"bars": ch.BAR, "commas": ch.COMMA, "terminals": ch.TERMINAL, "quotes": ch.QUOTE, "colons": ch.COLON,
           "brackets": ch.OPENING, "symbols": ch.SYMBOL, "signs": ch.SIGN, "dashes": ch.DASH, "currencies": ch.CURRENCY,
           "punctuation": ch.PUNCTUATION}
_BEGINS = [ch.among(*kinds) for kinds in (
    (ch.UPPER,), (ch.LOWER,), (ch.DIGIT,), (ch.BAR, ch.SYMBOL), (ch.DASH,), (ch.QUOTE, ch.OPENING))]
_ENDS = [ch.among(*kinds) for kinds in (
    (ch.TERMINAL,), (ch.COLON,), (ch.COMMA,), (ch.BAR, ch.SYMBOL), (ch.CLOSING,), (ch.DIGIT,))]


def _named(names: Iterable[str], rows: Bytes) -> Iterator[tuple[str, Bytes]]:
    return zip(names, rows, strict=True)


def clip(values: Ints | Signed) -> Bytes:
    """Counts as bytes: those below 0 as 0, those above 255 as 255."""
    return np.minimum(np.maximum(values, 0), 255).astype(np.uint8)


def _clipped(values: Mapping[str, Ints]) -> Iterator[tuple[str, Bytes]]:
    """Counts as bytes, each with its name."""
    return _named(values, clip(stacked(list(values.values()))))


def share(part: Ints, whole: Ints | int) -> Bytes:
    """`part` in 255ths of `whole`, 0 where there is no whole."""
    return np.minimum(part * 255 // np.maximum(whole, 1), 255).astype(np.uint8)


def _shares(parts: Mapping[str, tuple[Ints, Ints]]) -> Iterator[tuple[str, Bytes]]:
    """Shares of parts in wholes, each with its name."""
    return _named(parts, share(stacked([part for part, _ in parts.values()]),
                                stacked([whole for _, whole in parts.values()])))


def stacked(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns of one length as the rows of one array. (`numpy.stack` looks at each of them first, and takes longer.)"""
    rows: NDArray[Any] = np.concatenate(columns).reshape(len(columns), -1)
    return rows


Window = tuple[int, int, int, int]
"""Lines from … to … away that are added up, over the number of lines from … to … away."""


def _at(step: int) -> Window:
    return step, step, step, step


def _over(back: int, ahead: int) -> Window:
    return -back, ahead, -back, ahead


_ALL = 1 << 40
BESIDE: dict[str, Window] = {f"at {step:+d}": _at(step) for step in (-2, -1, 1, 2)}
"""The lines next to a line."""
NEAR: dict[str, Window] = {"4 before": (-4, -1, -3, 0), "4 after": (1, 4, 0, 3), "12 around": _over(12, 12)}
"""The lines near a line."""
_BELOW: dict[str, Window] = {"below": _at(1)}
_ALIKE: dict[str, Window] = {"8 around": _over(8, 8)}
_WIDER: dict[str, Window] = {**NEAR, "all after": _over(0, _ALL)}
_NEIGHBOURS: dict[str, Window] = {**BESIDE, **_WIDER}
_TOPIC: dict[str, Window] = {"2 before": (-2, -1, -1, 0), "2 after": (1, 2, 0, 1), "5 around": _over(5, 5),
                              "12 around": _over(12, 12)}
_SECOND: dict[str, Window] = {
    **{f"at {step:+d}": _at(step) for step in (-4, -3, -2, -1, 1, 2, 3, 4)},
    **{f"{size} around": _over(size, size) for size in (2, 5, 12, 30)},
    "all before": _over(_ALL, 0), "all after": _over(0, _ALL)}


class Lines:
    """The visible lines of a `Documents`, and how to look at their neighbours without leaving their text."""

    def __init__(self, document: Ints) -> None:
        self.count = len(document)
        self.place: Ints = np.arange(self.count)
        edges = np.flatnonzero(np.diff(document)) + 1
        starts = np.concatenate([[0], edges]) if self.count else np.zeros(0, np.int64)
        ends = np.concatenate([edges, [self.count]]) if self.count else np.zeros(0, np.int64)
        lengths = ends - starts
        self.first: Ints = np.repeat(starts, lengths)
        """The first line of the text each line is in."""
        self.after: Ints = np.repeat(ends, lengths)
        """One past the last line of the text each line is in."""
        self.length: Ints = self.after - self.first
        self._bounds: Ints = np.append(starts, self.count)

    def around(self, *asked: tuple[str, Bytes, Mapping[str, Window]]) -> dict[str, Bytes]:
        """Means over windows of lines, for columns given with their names and windows.

        They are named after column and window; a window does not reach outside its text.
        """
        names, which, windows = _plan(tuple((name, tuple(within.items())) for name, _, within in asked))
        columns = stacked([column for _, column, _ in asked])
        means = kernels.window_means(columns, which, windows, self.first, self.after)
        return dict(_named(names, means))

    def main_block(self, value: Signed) -> tuple[Ints, Ints]:
        """The run of lines of each text whose values add up to most: ``[start, after)`` for every line of the text.

        The maximum-subsequence view of a page's article (Pasternack and Roth 2009), over lines instead of tags and
        words.
        """
        return kernels.best_runs(value, self._bounds)

    def copies(self, hashes: Hashes) -> Ints:
        """How many lines of its text have the hash of each line."""
        numbers = kernels.number_words(hashes, np.ones(self.count, bool), np.arange(self.count + 1), self._bounds)
        group = self.first + numbers
        found: Ints = np.bincount(group, minlength=self.count)[group]
        return found

    def distances(self, marked: NDArray[np.bool_]) -> tuple[Bytes, Bytes]:
        """Lines since the last marked line at or before each line, and until the next at or after it.

        `FAR` where there is none.
        """
        return kernels.distances(marked, self.first, self.after, FAR)

    def total(self, column: Ints) -> Ints:
        """The sum of the column over the text each line is in."""
        sums = np.concatenate([[0], np.cumsum(column, dtype=np.int64)])
        total: Ints = sums[self.after] - sums[self.first]
        return total

    def within(self, column: Ints, start: Ints, after: Ints) -> Ints:
        """The sum of the column over the lines ``[start, after)`` given for each line."""
        sums = np.concatenate([[0], np.cumsum(column, dtype=np.int64)])
        total: Ints = sums[after] - sums[start]
        return total

    def before(self, column: Ints) -> Ints:
        """The sum of the column over the lines of the text before each line."""
        sums = np.concatenate([[0], np.cumsum(column, dtype=np.int64)])
        total: Ints = sums[self.place] - sums[self.first]
        return total


@lru_cache(maxsize=64)
def _plan(asked: tuple[tuple[str, tuple[tuple[str, Window], ...]], ...]) -> tuple[list[str], Ints, Ints]:
    """What the means of columns over windows are called, and for each its column and its window."""
    names = [f"{column} {window}" for column, windows in asked for window, _ in windows]
    which = np.array([at for at, (_, windows) in enumerate(asked) for _ in windows], np.int64)
    return names, which, np.array([bounds for _, windows in asked for _, bounds in windows], np.int64)


def evidence_columns(line_count: int, evidence: Sequence[Evidence]) -> tuple[NDArray[np.uint8], Bytes]:
    """The best score of each kind of evidence for whole lines, the category of the best: (slots, lines), (lines,)."""
    lines = np.array([item.line for item in evidence], np.int64)
    score = np.array([item.score for item in evidence], np.float64)
    slots = np.array([_slot_of(item.rule) if item.whole else len(_SLOTS) for item in evidence], np.int64)
    kinds = np.array([_CATEGORY[item.category] for item in evidence], np.uint8)
    scores = np.zeros((len(_SLOTS) + 1, line_count), np.uint8)
    np.maximum.at(scores, (slots, lines), (score * 255).astype(np.uint8))
    category = np.zeros(line_count, np.uint8)
    whole = np.flatnonzero(slots < len(_SLOTS))
    # The last to be written stays: the surest, and of those the first.
    order = whole[np.lexsort((-whole, score[whole]))]
    category[lines[order]] = kinds[order]
    return scores, category


@cache
def _slot_of(rule: str) -> int:
    """The slot of a rule, by its detector, and by where its phrase must stand for the lexicon's."""
    return next((_SLOTS.index(name) for name in (kind_of(rule), detector_of(rule)) if name in _SLOTS), 0)


def columns(material: Material, evidence: Sequence[Evidence],
            scorer: NgramScorer) -> tuple[dict[str, Bytes], Ints, Topic]:
    """The features of every visible line by name, each of shape (visible lines,), the lines, and their words."""
    documents, prose = material.documents, material.prose
    visible = np.flatnonzero(~documents.blank)
    lines = Lines(documents.document[visible])
    counts = documents.counts[visible]
    words, tokens = prose.words[visible], documents.tokens[visible]
    first_kind, last_kind = documents.first_kind[visible], documents.last_kind[visible]
    ink = documents.ink_end[visible] - documents.ink_start[visible]
    is_prose = prose.prose[visible]
    found: dict[str, Bytes] = {}

    # What the line is.
    found |= _shares({
        "function words": (prose.function[visible], tokens), "numbers": (prose.numbers[visible], tokens),
        "capitals": (counts[:, ch.UPPER], counts[:, ch.UPPER] + counts[:, ch.LOWER]),
        "capitalised": (prose.count(Mark.CAPITAL)[visible], tokens),
        "uncased": (counts[:, ch.LETTER] + counts[:, ch.IDEOGRAPH] + counts[:, ch.SYLLABLE], ink),
        "stamps": (prose.count(Mark.STAMP)[visible], tokens)})
    found |= _named(_COUNTS, clip(counts.T[list(_COUNTS.values())]))
    found |= {f"begins {number}": kinds[first_kind].view(np.uint8) for number, kinds in enumerate(_BEGINS)}
    found |= {f"ends {number}": kinds[last_kind].view(np.uint8) for number, kinds in enumerate(_ENDS)}
    shapes = stacked([prose.ended[visible], is_prose, prose.headline[visible]]).view(np.uint8) * np.uint8(255)
    found |= _named(("ended", "prose", "headline"), shapes)
    found |= {"sentence": prose.sentence[visible].view(np.uint8), "glued": documents.glued[visible].view(np.uint8)}

    # What the rules say of it.
    scores, category = evidence_columns(documents.line_count, evidence)
    scores, category = scores[:, visible], category[visible]
    found |= _named([f"evidence {name}" for name in (*_SLOTS, "inside")], scores)
    proposed = scores[_PROPOSING].max(axis=0) if lines.count else np.zeros(0, np.uint8)
    found |= {"evidence": proposed, "category": category}

    # Where the line stands.
    total = lines.total(words)
    prose_words = np.where(is_prose, words, 0)
    total_prose = lines.total(prose_words)
    above = lines.place - lines.first
    found |= _shares({"prose share": (total_prose, total), "words before": (lines.before(words), total),
                      "lines before": (above, lines.length), "prose before": (lines.before(prose_words), total_prose)})
    for name, marked in (("prose", is_prose), ("long prose", is_prose & (words >= 25)), ("proposed", proposed >= 200)):
        found[f"since {name}"], found[f"until {name}"] = lines.distances(marked)
    gap_above = documents.blank[np.maximum(visible - 1, 0)] & (
        visible > documents.first_line[documents.document[visible]])
    gap_below = np.append(gap_above[1:], True) | (lines.place == lines.after - 1)
    found |= {"blank above": gap_above.view(np.uint8), "blank below": gap_below[:lines.count].view(np.uint8)}

    # How alike the lines around it are: an article's own lists are of a piece.
    shape = (first_kind.astype(np.int64) * 32 + last_kind) * 4 + np.searchsorted([3, 8, 20], words)
    same = np.zeros(lines.count, np.uint8)
    same[1:] = (shape[1:] == shape[:-1]) * 255
    same[above == 0] = 0
    found["like above"] = same
    # What stands between copies of a label, or between dates, is one of many: a comment, a teaser, a card.
    copies = lines.copies(documents.line_hashes[visible])
    copied = ((copies >= 3) * 255).astype(np.uint8)
    # What its words have to do with the article's.
    topic = Topic.of(material, visible)
    found |= {"topic": topic.share(is_prose), "topic thrice": topic.share(is_prose, 3)}
    found |= _clipped({
        "words": words, "tens of words": words // 8, "characters a word": ink * 8 // np.maximum(tokens, 1),
        "indent": documents.ink_start[visible] - documents.start[visible], "lines of text": lines.length // 4,
        "words of text": total // 32, "line number": above, "lines to end": lines.after - lines.place,
        "copies": copies, "content words": topic.size})

    # What is around it.
    near = {name: found[name] for name in ("words", "ended", "evidence", "headline")}
    found |= lines.around(*((name, column, _NEIGHBOURS) for name, column in near.items()),
                          ("prose", found["prose"], _WIDER), ("like", same, _BELOW), ("alike", same, _ALIKE),
                          ("copied", copied, NEAR), ("stamps", found["stamps"], NEAR),
                          ("topic", found["topic"], _TOPIC))
    found |= ngram_columns(lines, scorer.lines(documents)[:, visible])
    return found, visible, topic


def ngram_columns(lines: Lines, scores: Bytes) -> dict[str, Bytes]:
    """The n-gram scores of each line and of the lines around it; `scores` has shape (2, lines)."""
    both = dict(_named(("ngrams", "ngrams long"), scores))
    return both | lines.around(*((name, row, _NEIGHBOURS) for name, row in both.items()))


class Topic:
    """Which words the lines of a text share: what is not of the article shares few with it.

    A menu, a teaser of another article and a reader's comment speak of other things in other words; a lead paragraph
    far above its article, a list inside it and its last line do not.
    """

    def __init__(self, lines: Ints, words: Ints, line_count: int) -> None:
        """`lines` and `words` have one entry a content word: the line it stands in, its number within the text."""
        self.lines = lines
        self.words = words
        self.size: Ints = np.bincount(lines, minlength=line_count)
        """The number of content words of each line."""
        self._vocabulary = int(words.max(initial=-1)) + 1

    @classmethod
    def of(cls, material: Material, visible: Ints) -> Topic:
        """The content words of the visible lines: neither function words nor numbers.

        In scripts without spaces between words, two characters in a row are a word.
        """
        documents, prose = material.documents, material.prose
        place = np.full(documents.line_count, -1)
        place[visible] = np.arange(len(visible))
        line = np.repeat(place, documents.tokens)
        content = ~prose.tokens(Mark.FUNCTION) & ~documents.numeric & (line >= 0)
        hashes = documents.hashes
        pairs = ch.among(ch.IDEOGRAPH, ch.SYLLABLE, ch.SIGN)[documents.token_kind]
        pairs[:-1] &= line[1:] == line[:-1]  # what follows in another text must not matter
        pairs[-1:] = False
        begins = np.flatnonzero(pairs)
        if len(begins):
            hashes = hashes.copy()
            hashes[begins] = mixed(documents.hashes[begins] * STEP + documents.hashes[begins + 1])
        words = kernels.number_words(hashes, content, documents.first_token, documents.first_line)
        return cls(line[content], words, len(visible))

    def share(self, member: NDArray[np.bool_], others: int = 1) -> Bytes:
        """The share of each line's content words that stand `others` times or more in other lines of the members.

        A word's second occurrence in the line itself counts as another line's.
        """
        shared = kernels.shared_words(self.lines, self.words, member, others, self._vocabulary)
        return share(shared, self.size)


def second_look(lines: Lines, column: Bytes, words: Bytes, topic: Topic) -> dict[str, Bytes]:
    """Features of the second stage: the first stage's score of the lines around each line, and the words that a line
    shares with what the first stage would keep.

    `column` is the first stage's score in 255ths, `words` the number of words, both of shape (lines,).
    """
    weight = words.astype(np.int64)
    kept = column < 108  # odds under one to three
    kept_words = np.where(kept, weight, 0)
    all_kept = lines.total(kept_words)
    place: dict[str, Ints] = {}
    shares = {"kept before": (lines.before(kept_words), all_kept), "kept share": (all_kept, lines.total(weight))}
    inside: dict[str, NDArray[np.bool_]] = {}
    for name, even in (("block", 128), ("strict block", 88)):
        # A line's worth: its words (a short line counts as four) times how far its odds are from `even`.
        value = np.maximum(weight, 4) * (even - column.astype(np.int64))
        start, after = lines.main_block(value)
        inside[name] = (lines.place >= start) & (lines.place < after)
        place |= {f"{name} from start": 128 + lines.place - start, f"{name} from end": 128 + after - lines.place}
        shares[f"{name} share"] = lines.within(kept_words, start, after), all_kept
    likely = column < 128
    block = likely & inside["block"]
    of_block, of_long = topic.share(block), topic.share(likely & (words >= 12))
    found = {"first": column, "topic of block": of_block, "topic of block thrice": topic.share(block, 3),
             "topic of long": of_long}
    found |= {f"{name} inside": member.view(np.uint8) for name, member in inside.items()}
    found |= lines.around(("first", column, _SECOND), ("topic of block", of_block, _TOPIC),
                          ("topic of long", of_long, _TOPIC))
    for name, marked in (("kept", kept), ("long kept", kept & (words >= 20)), ("cut", column > 148)):
        found[f"since {name}"], found[f"until {name}"] = lines.distances(marked)
    found |= _clipped(place)
    found |= _shares(shares)
    return {name: found[name] for name in SECOND}


SECOND = (
    "first", *(f"first {window}" for window in _SECOND),
    *(f"{way} {mark}" for mark in ("kept", "long kept", "cut") for way in ("since", "until")),
    "kept before", "kept share",
    *(f"{name} {what}" for name in ("block", "strict block") for what in ("inside", "from start", "from end", "share")),
    "topic of block", *(f"topic of block {window}" for window in _TOPIC), "topic of block thrice",
    "topic of long", *(f"topic of long {window}" for window in _TOPIC))
"""The features of the second stage, in the order in which trees are trained on them."""
