"""What the tagger knows of a line: columns of small whole numbers over the visible lines of a `Documents`.

Every feature is a byte, 0 to 255: a count clipped, a share in 255ths, a score in 255ths. Whole numbers make the
tagger's result the same on every machine and in every batch, and bytes make comparing them fast. No feature depends on
the language but through the lexicon's word lists and the n-gram score.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.category import Category
from cleannews.evidence import Evidence, Material
from cleannews.kernels.hashing import STEP, mixed
from cleannews.prose import Mark
from cleannews.tagger.ngrams import NgramScorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Ints

    Bytes = NDArray[np.uint8]
    Signed = NDArray[np.int64]


FAR = 60
"""Lines. Farther prose is as good as none."""

_SLOTS = ("phrases/line", "phrases/heading", "phrases/start", "phrases/end", "phrases/contains", "sections", "threads",
          "listings", "furniture", "artefacts", "repeats", "templates")
_CATEGORY = {category: number + 1 for number, category in enumerate(Category)}
_PROPOSING = slice(0, 10)

_SHAPES = ((ch.UPPER,), (ch.LOWER,), (ch.DIGIT,), (ch.BAR, ch.SYMBOL), (ch.DASH,), (ch.QUOTE, ch.OPENING))
_ENDS = ((ch.TERMINAL,), (ch.COLON,), (ch.COMMA,), (ch.BAR, ch.SYMBOL), (ch.CLOSING,), (ch.DIGIT,))


def _clip(values: Ints | Signed) -> Bytes:
    return np.minimum(np.maximum(values, 0), 255).astype(np.uint8)


def _share(part: Ints, whole: Ints) -> Bytes:
    """`part` in 255ths of `whole`, 0 where there is no whole."""
    return np.minimum(part * 255 // np.maximum(whole, 1), 255).astype(np.uint8)


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
_AFTER: dict[str, Window] = {"all after": _over(0, _ALL)}
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

    def around(self, columns: dict[str, Bytes], windows: dict[str, Window]) -> dict[str, Bytes]:
        """Means over windows of lines, named after column and window; a window does not reach outside its text."""
        means = kernels.window_means(np.stack(list(columns.values())), self.first, self.after,
                                     np.array(list(windows.values()), np.int64))
        return {f"{name} {window}": row for name, rows in zip(columns, means, strict=True)
                for window, row in zip(windows, rows, strict=True)}

    def main_block(self, value: Signed) -> tuple[Ints, Ints]:
        """The run of lines of each text whose values add up to most: ``[start, after)`` for every line of the text.

        The maximum-subsequence view of a page's article (Pasternack and Roth 2009), over lines instead of tags and
        words.
        """
        return kernels.best_runs(value, self._bounds)

    def since(self, marked: NDArray[np.bool_]) -> Bytes:
        """Lines since the last marked line at or before each line, `FAR` where there is none."""
        return kernels.distances(marked, self.first, self.after, FAR)[0]

    def until(self, marked: NDArray[np.bool_]) -> Bytes:
        """Lines until the next marked line at or after each line, `FAR` where there is none."""
        return kernels.distances(marked, self.first, self.after, FAR)[1]

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
    detector, _, rest = rule.partition("/")
    name = "phrases/" + rest.partition("/")[2].partition(":")[0] if detector == "phrases" else detector
    return _SLOTS.index(name) if name in _SLOTS else 0


def columns(material: Material, evidence: Sequence[Evidence],
            scorer: NgramScorer) -> tuple[dict[str, Bytes], Ints, Topic]:
    """The features of every visible line by name, each of shape (visible lines,), the lines, and their words."""
    documents, prose = material.documents, material.prose
    visible = np.flatnonzero(~documents.blank)
    lines = Lines(documents.document[visible])
    counts = documents.counts[visible]
    words, tokens = prose.words[visible], documents.tokens[visible]
    letters = counts[:, ch.UPPER] + counts[:, ch.LOWER]
    first_kind, last_kind = documents.first_kind[visible], documents.last_kind[visible]
    ink = documents.ink_end[visible] - documents.ink_start[visible]
    capitals = prose.count(Mark.CAPITAL)[visible]
    found: dict[str, Bytes] = {}

    def add(name: str, column: Ints | NDArray[np.bool_] | Bytes) -> Bytes:
        found[name] = (column.astype(np.uint8, copy=False) if column.dtype == np.uint8
                       else _clip(column.astype(np.int64)))
        return found[name]

    size = add("words", words)
    add("tens of words", words // 8)
    add("characters a word", ink * 8 // np.maximum(tokens, 1))
    add("indent", documents.ink_start[visible] - documents.start[visible])
    add("function words", _share(prose.function[visible], tokens))
    add("numbers", _share(prose.numbers[visible], tokens))
    add("capitals", _share(counts[:, ch.UPPER], letters))
    add("capitalised", _share(capitals, tokens))
    add("uncased", _share(counts[:, ch.LETTER] + counts[:, ch.IDEOGRAPH] + counts[:, ch.SYLLABLE], ink))
    for name, kind in (("bars", ch.BAR), ("commas", ch.COMMA), ("terminals", ch.TERMINAL), ("quotes", ch.QUOTE),
                       ("colons", ch.COLON), ("brackets", ch.OPENING), ("symbols", ch.SYMBOL), ("signs", ch.SIGN),
                       ("dashes", ch.DASH), ("currencies", ch.CURRENCY), ("punctuation", ch.PUNCTUATION)):
        add(name, counts[:, kind])
    for number, kinds in enumerate(_SHAPES):
        add(f"begins {number}", ch.among(*kinds)[first_kind])
    for number, kinds in enumerate(_ENDS):
        add(f"ends {number}", ch.among(*kinds)[last_kind])
    ended = add("ended", prose.ended[visible].astype(np.uint8) * np.uint8(255))
    is_prose = prose.prose[visible]
    paragraph = add("prose", is_prose.astype(np.uint8) * np.uint8(255))
    headline = add("headline", prose.headline[visible].astype(np.uint8) * np.uint8(255))
    add("sentence", prose.sentence[visible])
    add("glued", documents.glued[visible])

    scores, category = evidence_columns(documents.line_count, evidence)
    scores, category = scores[:, visible], category[visible]
    for number, name in enumerate((*_SLOTS, "inside")):
        add(f"evidence {name}", scores[number])
    proposed = add("evidence", scores[_PROPOSING].max(axis=0) if lines.count else np.zeros(0, np.uint8))
    add("category", category)

    found |= ngram_columns(lines, scorer.lines(documents)[:, visible])

    # Where the line stands.
    total = lines.total(words)
    prose_words = np.where(is_prose, words, 0)
    add("lines of text", lines.length // 4)
    add("words of text", total // 32)
    add("prose share", _share(lines.total(prose_words), total))
    add("words before", _share(lines.before(words), total))
    add("lines before", _share(lines.place - lines.first, lines.length))
    add("prose before", _share(lines.before(prose_words), lines.total(prose_words)))
    add("line number", lines.place - lines.first)
    add("lines to end", lines.after - lines.place)
    add("since prose", lines.since(is_prose))
    add("until prose", lines.until(is_prose))
    strong = is_prose & (words >= 25)
    add("since long prose", lines.since(strong))
    add("until long prose", lines.until(strong))
    add("since proposed", lines.since(proposed >= 200))
    add("until proposed", lines.until(proposed >= 200))
    gap_above = documents.blank[np.maximum(visible - 1, 0)] & (
        visible > documents.first_line[documents.document[visible]])
    last = lines.place == lines.after - 1
    add("blank above", gap_above)
    add("blank below", np.append(gap_above[1:], True) | last)

    # What is around it.
    near = {"words": size, "ended": ended, "evidence": proposed, "headline": headline}
    found |= lines.around(near, BESIDE)
    found |= lines.around({**near, "prose": paragraph}, {**NEAR, **_AFTER})

    # How alike the lines around it are: an article's own lists are of a piece.
    shape = (first_kind.astype(np.int64) * 32 + last_kind) * 4 + np.searchsorted([3, 8, 20], words)
    same = np.zeros(lines.count, np.uint8)
    same[1:] = (shape[1:] == shape[:-1]) * 255
    same[lines.place == lines.first] = 0
    add("like above", same)
    found |= lines.around({"like": same}, {"below": _at(1)})
    found |= lines.around({"alike": same}, {"8 around": _over(8, 8)})
    marks = documents.line_hashes[visible]
    ordered = np.sort(marks)
    copies = np.searchsorted(ordered, marks, side="right") - np.searchsorted(ordered, marks)
    add("copies", copies)
    # What stands between copies of a label, or between dates, is one of many: a comment, a teaser, a card.
    stamps = add("stamps", _share(prose.count(Mark.STAMP)[visible], tokens))
    found |= lines.around({"copied": ((copies >= 3) * 255).astype(np.uint8), "stamps": stamps}, NEAR)
    topic = Topic.of(material, visible)
    found |= topic_columns(lines, "topic", topic.share(is_prose))
    add("topic thrice", topic.share(is_prose, 3))
    add("content words", topic.size)
    return found, visible, topic


def ngram_columns(lines: Lines, scores: Bytes) -> dict[str, Bytes]:
    """The n-gram scores of each line and of the lines around it; `scores` has shape (2, lines)."""
    both = dict(zip(("ngrams", "ngrams long"), scores, strict=True))
    return both | lines.around(both, {**BESIDE, **NEAR, **_AFTER})


class Topic:
    """Which words the lines of a text share: what is not of the article shares few with it.

    A menu, a teaser of another article and a reader's comment speak of other things in other words; a lead paragraph
    far above its article, a list inside it and its last line do not.
    """

    def __init__(self, lines: Ints, words: Ints, line_count: int) -> None:
        """`lines` and `words` have one entry a content word: the line it stands in, its number within the text."""
        self.lines = lines
        self.words = words
        self._each = np.bincount(lines, minlength=line_count)
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
        pairs = ch.among(ch.IDEOGRAPH, ch.SYLLABLE, ch.SIGN)[documents.kinds[documents.token_start]]
        if bool(pairs.any()):
            pairs[:-1] &= line[1:] == line[:-1]  # what follows in another text must not matter
            pairs[-1] = False
            hashes = np.where(pairs, mixed(hashes * STEP + np.append(hashes[1:], np.uint64(0))), hashes)
        words = kernels.number_words(hashes, content, documents.first_token, documents.first_line)
        return cls(line[content], words, len(visible))

    def share(self, member: NDArray[np.bool_], others: int = 1) -> Bytes:
        """The share of each line's content words that stand `others` times or more in other lines of the members.

        A word's second occurrence in the line itself counts as another line's.
        """
        shared = kernels.shared_words(self.lines, self.words, member, others, self._vocabulary)
        return _share(shared, self._each)

    @property
    def size(self) -> Bytes:
        """The number of content words of each line."""
        return _clip(self._each)


def topic_columns(lines: Lines, name: str, share: Bytes) -> dict[str, Bytes]:
    """A share of `Topic` for each line and for the lines around it."""
    return {name: share} | lines.around({name: share}, _TOPIC)


def second_look(lines: Lines, column: Bytes, words: Bytes, topic: Topic) -> dict[str, Bytes]:
    """Features of the second stage: the first stage's score of the lines around each line, and the words that a line
    shares with what the first stage would keep.

    `column` is the first stage's score in 255ths, `words` the number of words, both of shape (lines,).
    """
    found = {"first": column} | lines.around({"first": column}, _SECOND)
    kept = column < 108  # odds under one to three
    found["since kept"] = lines.since(kept)
    found["until kept"] = lines.until(kept)
    long_kept = kept & (words >= 20)
    found["since long kept"] = lines.since(long_kept)
    found["until long kept"] = lines.until(long_kept)
    cut = column > 148
    found["since cut"] = lines.since(cut)
    found["until cut"] = lines.until(cut)
    weight = words.astype(np.int64)
    kept_words = np.where(kept, weight, 0)
    found["kept before"] = _share(lines.before(kept_words), lines.total(kept_words))
    found["kept share"] = _share(lines.total(kept_words), lines.total(weight))
    for name, even in (("block", 128), ("strict block", 88)):
        # A line's worth: its words (a short line counts as four) times how far its odds are from `even`.
        value = np.maximum(weight, 4) * (even - column.astype(np.int64))
        start, after = lines.main_block(value)
        found[f"{name} inside"] = ((lines.place >= start) & (lines.place < after)).astype(np.uint8)
        found[f"{name} from start"] = _clip(128 + lines.place - start)
        found[f"{name} from end"] = _clip(128 + after - lines.place)
        found[f"{name} share"] = _share(lines.within(kept_words, start, after), lines.total(kept_words))
    likely = column < 128
    block = likely & (found["block inside"] > 0)
    found |= topic_columns(lines, "topic of block", topic.share(block))
    found["topic of block thrice"] = topic.share(block, 3)
    found |= topic_columns(lines, "topic of long", topic.share(likely & (words >= 12)))
    return found
