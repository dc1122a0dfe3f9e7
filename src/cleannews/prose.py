"""What is prose and what is not: columns over the lines of a `Documents`.

A *word* is a token of letters or a number; in scripts written without spaces two characters count as a word. These
columns are what detectors and judge mean by prose; they hold no opinion about cruft.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.kernels.hashing import distinct, in_order
from cleannews.patterns import Patterns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Hashes, Ints

    Bools = NDArray[np.bool_]

PATTERNS = Patterns({
    "signature": (
        r"[.!?。][”\"»’')]?\s{1,3}(?:\([^()]{1,14}\)|\[[^\[\]]{1,6}\]|/\p{L}{1,6}/?|\p{Lu}{2,6}|-\d{1,3}-|[^\w\s]{1,3})$"),
})


class Mark(IntEnum):
    """What a token may be marked as: the number of its bit in `Prose.marks`."""

    FUNCTION, MONTH, WEEKDAY, TIME, PLATFORM, FINITE, BY = range(7)  # the lexicon's word lists of these names
    DATE = 7
    """A month or a weekday."""
    CLOCK = 8
    """A word of times that is no date."""
    STAMP = 9
    """Anything of which timestamps are made: dates, times, numbers."""
    NUMBER = 10
    CAPITAL = 11
    """Begins with a capital."""
    SAID = 12
    """A verb of speech: the lexicon's words ``said``."""
    LASTING = 13
    """What is written before how long something takes: the lexicon's words ``lasting``."""

    @property
    def bit(self) -> np.uint16:
        """The mark as a mask."""
        mask: np.uint16 = np.uint16(1 << self)
        return mask


_LISTS = (Mark.FUNCTION, Mark.MONTH, Mark.WEEKDAY, Mark.TIME, Mark.PLATFORM, Mark.FINITE, Mark.BY, Mark.SAID,
          Mark.LASTING)


class Words:
    """The word lists of a lexicon that tell what a token is."""

    def __init__(self, lists: Mapping[str, frozenset[int]]) -> None:
        members = {mark: np.array(sorted(lists.get(mark.name.lower(), ())), np.uint64) for mark in _LISTS}
        words = distinct(np.concatenate(list(members.values())))
        self._words = in_order(words)
        self._marks = np.zeros(len(words), np.uint16)
        for mark, hashes in members.items():
            self._marks[np.searchsorted(words, hashes)] |= mark.bit
        dates = (self._marks & (Mark.MONTH.bit | Mark.WEEKDAY.bit)) > 0
        times = (self._marks & Mark.TIME.bit) > 0
        self._marks |= dates * Mark.DATE.bit | (times & ~dates) * Mark.CLOCK.bit | (dates | times) * Mark.STAMP.bit

    def marks(self, hashes: Hashes) -> NDArray[np.uint16]:
        """The marks of tokens, as far as words alone tell."""
        return kernels.look_up(hashes, self._words, self._marks)


class Prose:
    """Prose columns over the lines of a `Documents`, one entry a line."""

    def __init__(self, documents: Documents, words: Words) -> None:
        self.documents = documents
        self._marks = words.marks(documents.hashes)
        self._marks |= documents.numeric * (Mark.NUMBER.bit | Mark.STAMP.bit)
        self._marks |= (documents.token_kind == ch.UPPER) * Mark.CAPITAL.bit
        self._counts = kernels.count_marks(self._marks, documents.first_token)
        counts = documents.counts
        singles = counts[:, ch.IDEOGRAPH] + counts[:, ch.SYLLABLE]
        self.singles: Ints = singles
        """Characters of scripts without spaces."""
        self.unspaced: Bools = singles * 2 > documents.tokens
        """Mostly in such scripts: Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese."""
        self.words: Ints = documents.tokens - singles + singles // 2
        """Words of each line."""
        self.function: Ints = self.count(Mark.FUNCTION)
        """Function words of each line."""
        self.numbers: Ints = self.count(Mark.NUMBER)
        """Numbers of each line."""
        self.ended: Bools = documents.last_kind == ch.TERMINAL
        """Ends like a sentence (closing quotes and brackets looked through)."""
        lower = counts[:, ch.LOWER]
        cased = counts[:, ch.UPPER] + lower
        mostly_lower = (lower >= 0.7 * cased) | (cased * 2 < counts[:, ch.LETTER] + singles)
        # Thai, Lao, Khmer and Burmese end their sentences with a space.
        unstopped = counts[:, ch.SYLLABLE] >= 70
        self.sentence: Bools = self.ended & (self.words >= 6) & mostly_lower & (
            (self.function >= 1) | (self.words >= 14))
        """At least one sentence that could stand in an article."""
        self.prose: Bools = mostly_lower & (
            (self.ended & (self.words >= 14) & (self.function * 10 >= self.words))
            | (self.ended & (self.words >= 25)) | ((self.words >= 40) & (self.function * 6 >= self.words))
            | unstopped)
        """A paragraph: long enough, grammatical enough, and ended (or too long for anything else)."""
        upper_first = ch.among(ch.UPPER, ch.QUOTE, ch.DIGIT, ch.LETTER, ch.IDEOGRAPH, ch.SYLLABLE,
                               ch.OPENING)[documents.first_kind]
        stopped = ch.one_of(documents.last_code, ch.FULL_STOPS + "…,;")
        self.headline: Bools = (upper_first & ~stopped & ~self.signed & (self.words >= 4) & (self.words <= 26)
                                & (documents.last_kind != ch.COLON) & (documents.last_kind != ch.COMMA))
        """Looks like a headline: a few words that do not end in a full stop, nor in one with a signature behind it."""

    @cached_property
    def signed(self) -> Bools:
        """Ends in a sentence and a short sign of who wrote it or that it is over: ``… at Town Hall. (AP)``, ``… ■``."""
        documents = self.documents
        found = np.zeros(documents.line_count, bool)
        lines = np.flatnonzero(~self.ended & (self.words >= _SIGNED) & (documents.counts[:, ch.TERMINAL] > 0))
        tails = np.maximum(documents.ink_end[lines, None] - np.arange(1, _SIGN + 1), 0)
        lines = lines[(documents.kinds[tails] == ch.TERMINAL).any(axis=1)]
        starts = np.maximum(documents.ink_end[lines] - _SIGN, documents.ink_start[lines])
        found[lines] = [PATTERNS["signature"].search(documents.text_between(start, end)) is not None
                        for start, end in zip(starts.tolist(), documents.ink_end[lines].tolist(), strict=True)]
        return found

    @cached_property
    def stamps(self) -> Bools:
        """Nothing but dates, times, numbers and the words that go with them, and at least one number; no question.

        Amounts and measures are no times: ``P1,000 for the second``, ``About 5'9"``.
        """
        documents = self.documents
        asked = ch.one_of(documents.last_code, "?!？！")  # "5. En dan?"
        measured = documents.counts[:, ch.QUOTE] >= _INCHES
        made: Bools = ((self.count(Mark.STAMP) == documents.tokens) & (self.numbers >= 1)
                       & (documents.tokens <= _MOST_STAMP) & ~asked & ~measured)
        return made & ~self._with_amounts(made)

    def _with_amounts(self, lines: Bools) -> Bools:
        """Which of some lines have a number with a currency right before it: ``$5``, ``P500``, ``Rs500``.

        Longer words are none (``Updated14:51``), nor are letters behind another number (``2025-06-26T18:20``).
        """
        documents = self.documents
        starts, ends = documents.token_start, documents.token_end
        numbers = np.flatnonzero(np.repeat(lines, documents.tokens) & documents.numeric)
        last = np.maximum(numbers - 1, 0)  # the token before
        glued = (numbers > 0) & (ends[last] == starts[numbers])
        short = ~documents.numeric[last] & (ends[last] - starts[last] <= _CURRENCY)
        begins = (last == 0) | (ends[np.maximum(last - 1, 0)] != starts[last])
        amount = (documents.kinds[np.maximum(starts[numbers] - 1, 0)] == ch.CURRENCY) | (glued & short & begins)
        found = np.zeros(documents.line_count, bool)
        found[np.searchsorted(documents.first_token, numbers[amount], side="right") - 1] = True
        return found

    @cached_property
    def entry_heads(self) -> Bools:
        """Dates or times that head the entries of a chronology or a live blog.

        Each stands right above a sentence, and at least two of a text also right below one. A date of publication
        stands below a headline, that of a comment below a name, that of a teaser above a headline. Above a time of day
        (``18:20``) and its sentence may be a headline of the entry.
        """
        documents = self.documents
        above, below = documents.beside(self.prose | (self.ended & (self.words >= _SHORT_ENTRY) & ~self.stamps))
        clock = (documents.counts[:, ch.COLON] > 0) & (self.count(Mark.DATE) == 0)
        _, under_headline = documents.beside(below)
        heads = self.stamps & (below | (clock & under_headline))
        entries = np.bincount(documents.document[heads & above], minlength=len(documents.texts))
        found: Bools = heads & (entries[documents.document] >= _MANY_ENTRIES)
        return found

    def tokens(self, mark: Mark, within: slice = slice(None)) -> Bools:
        """Which tokens have a mark, shape (tokens,), or which of some: who asks about a line pays for a line."""
        return (self._marks[within] & mark.bit) > 0

    def count(self, mark: Mark) -> Ints:
        """How many of each line's tokens have a mark, shape (lines,)."""
        counts: Ints = self._counts[mark]
        return counts


_SIGNED, _SIGN = 4, 24  # words of a line that is signed, at the least; code points in which its signature stands
_MOST_STAMP = 14  # tokens
_CURRENCY = 3  # letters of one
_INCHES = 2  # marks behind feet and inches
_SHORT_ENTRY, _MANY_ENTRIES = 2, 2  # words of an entry, entries of a text, at the least
