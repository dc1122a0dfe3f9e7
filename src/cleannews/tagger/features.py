"""What the tagger knows of a line: columns of small whole numbers over the visible lines of a `Documents`.

Every feature is a byte, 0 to 255: a count clipped, a share in 255ths, a score in 255ths. Whole numbers make the
tagger's result the same on every machine and in every batch, and bytes make comparing them fast. No feature depends on
the language but through the lexicon's word lists and the n-gram score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.detect.repeats import line_hashes
from cleannews.document import mixed
from cleannews.evidence import Evidence, Material
from cleannews.tagger.ngrams import NgramScorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Ints

    Bytes = NDArray[np.uint8]
    Signed = NDArray[np.int64]

_PAIR = np.uint64(0xD6E8FEB86659FD93)

FAR = 60
"""Lines. Farther prose is as good as none."""

_SLOTS = ("phrases/line", "phrases/heading", "phrases/start", "phrases/end", "phrases/contains", "sections", "listings",
          "furniture", "artefacts", "repeats", "templates")
_CATEGORY = {category: number + 1 for number, category in enumerate(Category)}
_PROPOSING = slice(0, 9)

_SHAPES = ((ch.UPPER,), (ch.LOWER,), (ch.DIGIT,), (ch.BAR, ch.SYMBOL), (ch.DASH,), (ch.QUOTE, ch.OPENING))
_ENDS = ((ch.TERMINAL,), (ch.COLON,), (ch.COMMA,), (ch.BAR, ch.SYMBOL), (ch.CLOSING,), (ch.DIGIT,))


def _clip(values: Ints | Signed) -> Bytes:
    return np.minimum(np.maximum(values, 0), 255).astype(np.uint8)


def _share(part: Ints, whole: Ints) -> Bytes:
    """`part` in 255ths of `whole`, 0 where there is no whole."""
    return np.minimum(part * 255 // np.maximum(whole, 1), 255).astype(np.uint8)


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

    def beside(self, column: Bytes, step: int) -> Bytes:
        """The column `step` lines on (back, where negative), 0 outside the text."""
        target = self.place + step
        inside = (target >= self.first) & (target < self.after)
        return np.where(inside, column[np.where(inside, target, 0)], 0).astype(np.uint8)

    def mean(self, column: Bytes, back: int, ahead: int) -> Bytes:
        """The mean of the column over the lines from `back` before to `ahead` after, inside the text."""
        sums = np.concatenate([[0], np.cumsum(column, dtype=np.int64)])
        low = np.maximum(self.place - back, self.first)
        high = np.minimum(self.place + ahead + 1, self.after)
        mean: Bytes = ((sums[high] - sums[low]) // np.maximum(high - low, 1)).astype(np.uint8)
        return mean

    def since(self, marked: NDArray[np.bool_]) -> Bytes:
        """Lines since the last marked line at or before each line, `FAR` where there is none."""
        last = np.maximum.accumulate(np.where(marked, self.place, -1))
        return np.where(last >= self.first, np.minimum(self.place - last, FAR), FAR).astype(np.uint8)

    def until(self, marked: NDArray[np.bool_]) -> Bytes:
        """Lines until the next marked line at or after each line, `FAR` where there is none."""
        ahead = np.minimum.accumulate(np.where(marked, self.place, self.count)[::-1])[::-1]
        return np.where(ahead < self.after, np.minimum(ahead - self.place, FAR), FAR).astype(np.uint8)

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


def evidence_columns(line_count: int, evidence: Iterable[Evidence]) -> tuple[NDArray[np.uint8], Bytes]:
    """The best score of each kind of evidence for whole lines, the category of the best: (slots, lines), (lines,)."""
    scores = np.zeros((len(_SLOTS) + 1, line_count), np.uint8)
    category = np.zeros(line_count, np.uint8)
    best = [0.0] * line_count
    slots = {name: number for number, name in enumerate(_SLOTS)}
    for item in evidence:
        detector, _, rest = item.rule.partition("/")
        if not item.whole:
            slot = len(_SLOTS)
        elif detector == "phrases":
            slot = slots.get("phrases/" + rest.partition("/")[2].partition(":")[0], 0)
        else:
            slot = slots.get(detector, 0)
        value = int(item.score * 255)
        scores[slot, item.line] = max(scores[slot, item.line], value)
        if item.whole and item.score > best[item.line]:
            best[item.line] = item.score
            category[item.line] = _CATEGORY[item.category]
    return scores, category


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
    heads = np.append(documents.kinds[documents.token_start] == ch.UPPER, False)
    capitals = prose.per_line(heads[:-1])[visible]
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
        add(f"begins {number}", np.isin(first_kind, kinds))
    for number, kinds in enumerate(_ENDS):
        add(f"ends {number}", np.isin(last_kind, kinds))
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
    for name, column in (("words", size), ("ended", ended), ("evidence", proposed),
                         ("headline", headline)):
        for step in (-2, -1, 1, 2):
            add(f"{name} at {step:+d}", lines.beside(column, step))
    for name, column in (("words", size), ("ended", ended), ("evidence", proposed),
                         ("prose", paragraph), ("headline", headline)):
        add(f"{name} 4 before", lines.mean(lines.beside(column, -1), 3, 0))
        add(f"{name} 4 after", lines.mean(lines.beside(column, 1), 0, 3))
        add(f"{name} 12 around", lines.mean(column, 12, 12))
        add(f"{name} all after", lines.mean(column, 0, 1 << 40))

    # How alike the lines around it are: an article's own lists are of a piece.
    shape = (first_kind.astype(np.int64) * 32 + last_kind) * 4 + np.searchsorted([3, 8, 20], words)
    same = np.zeros(lines.count, np.uint8)
    same[1:] = (shape[1:] == shape[:-1]) * 255
    add("like above", same)
    add("like below", lines.beside(same, 1))
    add("alike 8 around", lines.mean(same, 8, 8))
    marks = line_hashes(material)[visible]
    if lines.count:
        _, which, often = np.unique(marks, return_inverse=True, return_counts=True)
        add("copies", often[which.reshape(-1)])
    else:
        add("copies", np.zeros(0, np.int64))
    topic = Topic.of(material, visible)
    found |= topic_columns(lines, "topic", topic.share(is_prose))
    add("topic thrice", topic.share(is_prose, 3))
    add("content words", topic.size)
    return found, visible, topic


def ngram_columns(lines: Lines, scores: Bytes) -> dict[str, Bytes]:
    """The n-gram scores of each line and of the lines around it; `scores` has shape (2, lines)."""
    found: dict[str, Bytes] = {}
    for name, score in zip(("ngrams", "ngrams long"), scores, strict=True):
        found[name] = score
        for step in (-2, -1, 1, 2):
            found[f"{name} at {step:+d}"] = lines.beside(score, step)
        found[f"{name} 4 before"] = lines.mean(lines.beside(score, -1), 3, 0)
        found[f"{name} 4 after"] = lines.mean(lines.beside(score, 1), 0, 3)
        found[f"{name} 12 around"] = lines.mean(score, 12, 12)
        found[f"{name} all after"] = lines.mean(score, 0, 1 << 40)
    return found


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

    @classmethod
    def of(cls, material: Material, visible: Ints) -> Topic:
        """The content words of the visible lines: neither function words nor numbers.

        In scripts without spaces between words, two characters in a row are a word.
        """
        documents, prose = material.documents, material.prose
        place = np.full(documents.line_count, -1)
        place[visible] = np.arange(len(visible))
        line = np.repeat(place, documents.tokens)
        content = ~prose.tokens_in("function") & ~documents.numeric & (line >= 0)
        hashes = documents.hashes
        pairs = np.isin(documents.kinds[documents.token_start], (ch.IDEOGRAPH, ch.SYLLABLE, ch.SIGN))
        if bool(pairs.any()):
            pairs[:-1] &= line[1:] == line[:-1]  # what follows in another text must not matter
            pairs[-1] = False
            hashes = np.where(pairs, mixed(hashes * _PAIR + np.append(hashes[1:], np.uint64(0))), hashes)
        owner = np.repeat(documents.document, documents.tokens)[content].astype(np.uint64)
        # 40 bits of hash, 24 of text: exact between texts, whatever else is in the batch.
        _, words = np.unique((hashes[content] & np.uint64(0xFFFFFFFFFF000000)) | owner, return_inverse=True)
        return cls(line[content], words.reshape(-1), len(visible))

    def share(self, member: NDArray[np.bool_], others: int = 1) -> Bytes:
        """The share of each line's content words that stand `others` times or more in other lines of the members.

        A word's second occurrence in the line itself counts as another line's.
        """
        inside = member[self.lines]
        often = np.bincount(self.words[inside], minlength=int(self.words.max(initial=-1)) + 1)
        known = self.lines[often[self.words] - inside >= others]
        return _share(np.bincount(known, minlength=len(self._each)), self._each)

    @property
    def size(self) -> Bytes:
        """The number of content words of each line."""
        return _clip(self._each)


def topic_columns(lines: Lines, name: str, share: Bytes) -> dict[str, Bytes]:
    """A share of `Topic` for each line and for the lines around it."""
    return {name: share, f"{name} 2 before": lines.mean(lines.beside(share, -1), 1, 0),
            f"{name} 2 after": lines.mean(lines.beside(share, 1), 0, 1), f"{name} 5 around": lines.mean(share, 5, 5),
            f"{name} 12 around": lines.mean(share, 12, 12)}


def main_block(lines: Lines, value: Signed) -> tuple[Ints, Ints]:
    """The run of lines of each text whose values add up to most: ``[start, after)`` for every line of the text.

    The maximum-subsequence view of a page's article (Pasternack and Roth 2009), over lines instead of tags and words.
    Kadane's algorithm, by running sums and minima.
    """
    start, after = np.zeros(lines.count, np.int64), np.zeros(lines.count, np.int64)
    sums = np.concatenate([[0], np.cumsum(value)])
    for first in np.unique(lines.first).tolist():
        last = int(lines.after[first])
        lowest = np.minimum.accumulate(sums[first:last])
        gain = sums[first + 1:last + 1] - lowest
        end = int(gain.argmax())
        begin = int(np.flatnonzero(sums[first:first + end + 1] == lowest[end])[-1])
        start[first:last], after[first:last] = first + begin, first + end + 1
    return start, after


def second_look(lines: Lines, column: Bytes, words: Bytes, topic: Topic) -> dict[str, Bytes]:
    """Features of the second stage: the first stage's score of the lines around each line, and the words that a line
    shares with what the first stage would keep.

    `column` is the first stage's score in 255ths, `words` the number of words, both of shape (lines,).
    """
    found = {"first": column}
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        found[f"first at {step:+d}"] = lines.beside(column, step)
    for back, ahead in ((2, 2), (5, 5), (12, 12), (30, 30)):
        found[f"first {back} around"] = lines.mean(column, back, ahead)
    found["first all before"] = lines.mean(column, 1 << 40, 0)
    found["first all after"] = lines.mean(column, 0, 1 << 40)
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
        start, after = main_block(lines, value)
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
