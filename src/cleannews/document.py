"""Texts as arrays: code points, lines and tokens, all by offset, never copied.

One `Documents` holds any number of texts laid end to end, because numpy is fast on a million code points and slow on a
thousand. A single text is a `Documents` of one. Everything is derived with array operations whose cost is linear in
the number of code points.

A *token* is a run of letters, a number (with the marks inside it: ``2025-06-26``, ``1,234.5``, ``10:30``), or a single
character of a script that puts no spaces between words. Its *hash* ignores case and accents, and all numbers share
one hash, so that a changed date or count changes no decision.

A *line* is what stands between two line ends (``\\n``, ``\\r\\n``, ``\\r``, ``\\x85``, ``U+2028``, ``U+2029``). A line
longer than `LONG` code points is a page that lost its line ends, and so is a text of one line from `FLAT` on; it is cut
into pieces at sentence ends and each piece is a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.kernels.hashing import mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

LONG = 1200
"""Code points. Of the 63,660 paragraphs of the WCXB development articles, 99.8% are shorter."""


FLAT = 400
"""Code points. A text of one line that is longer has lost its line ends too: banners stand in it as sentences. Of the
paragraphs of those articles, 93% are shorter."""


class Documents:
    """Texts laid end to end, with the tables that detectors read. Columns are arrays with one entry a line or token.

    >>> documents = Documents(["Home\\n\\nThe vote was on Friday."])
    >>> documents.line_count, documents.tokens.tolist()
    (3, [1, 0, 5])
    >>> documents.text_of(2)
    'The vote was on Friday.'
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.base: Ints = np.concatenate([[0], np.cumsum(lengths + 1)])
        """Offset of each text in the joined code points, shape (texts + 1,)."""
        self._joined = "\n".join([*texts, ""])
        self.codes: NDArray[np.uint32] = np.frombuffer(self._joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        """The code points of all texts, each text followed by one line feed of ours."""
        self.kinds: NDArray[np.uint8] = kernels.classify(self.codes)
        """The character class of each code point."""
        self._cut_lines()
        self._measure_lines()
        self._cut_tokens()

    # Lines

    def _cut_lines(self) -> None:
        kinds, codes = self.kinds, self.codes
        breaks = np.flatnonzero(kinds == ch.BREAK)
        followed_by_feed = (codes[breaks] == 13) & (codes[np.minimum(breaks + 1, len(codes) - 1)] == 10)
        breaks = breaks[~followed_by_feed]
        starts = np.concatenate([[0], breaks[:-1] + 1])
        ends = breaks - ((codes[breaks] == 10) & (breaks > starts) & (codes[np.maximum(breaks - 1, 0)] == 13))
        stops = breaks + 1
        glued = np.zeros(len(starts), bool)
        lengths = ends - starts
        accents = np.flatnonzero(kinds == ch.ACCENT)
        if len(accents):  # a text is as long in NFD as in NFC
            lengths = lengths - (np.searchsorted(accents, ends) - np.searchsorted(accents, starts))
        long = np.flatnonzero((lengths > LONG) | ((lengths > FLAT) & self._alone(starts, lengths)))
        if len(long):
            cuts = self._sentence_starts(starts[long], ends[long])
            if len(cuts):
                starts = np.concatenate([starts, cuts])
                ends, stops = np.concatenate([ends, cuts]), np.concatenate([stops, cuts])
                order = np.argsort(starts, kind="stable")
                # A cut starts a piece; where the piece before it ended is where it starts.
                ends, stops, starts = np.sort(ends), np.sort(stops), starts[order]
                glued = np.concatenate([glued, np.ones(len(cuts), bool)])[order]
        self.start: Ints = starts
        """First code point of each line."""
        self.end: Ints = ends
        """One past the last code point of each line, its line end excluded."""
        self.stop: Ints = stops
        """One past the line end."""
        self.glued: NDArray[np.bool_] = glued
        """True for a piece of a long line that does not begin it."""
        self.document: Ints = np.searchsorted(self.base, starts, side="right") - 1
        """Which text a line belongs to."""
        self.line_count = len(starts)
        self.first_line: Ints = np.searchsorted(self.document, np.arange(len(self.texts) + 1))
        """The first line of each text, shape (texts + 1,)."""

    def _alone(self, starts: Ints, lengths: Ints) -> NDArray[np.bool_]:
        """Which lines are the only ones of their text, empty lines aside."""
        owner = np.searchsorted(self.base, starts, side="right") - 1
        alone: NDArray[np.bool_] = np.bincount(owner[lengths > 0], minlength=len(self.texts))[owner] == 1
        return alone

    def _sentence_starts(self, starts: Ints, ends: Ints) -> Ints:
        """Where sentences start inside the given long lines, except at the start of the line.

        A full stop behind a number may make an ordinal of it ("am 6. Juni") and ends nothing.
        """
        kinds = self.kinds
        found = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            part = kinds[start:end]
            closing = (part == ch.QUOTE) | (part == ch.CLOSING)
            ended = part == ch.TERMINAL
            ended[1:] &= (part[:-1] != ch.DIGIT) | (self.codes[start + 1:end] != ord("."))
            ended[1:] |= closing[1:] & (part[:-1] == ch.TERMINAL)
            blank = part == ch.SPACE
            wide = ended & (self.codes[start:end] >= 0x3000)  # 。！？ end a sentence without a space after them
            after_space = np.flatnonzero(ended[:-2] & blank[1:-1]) + 2
            after_space = after_space[~ch.among(ch.LOWER, ch.SPACE, ch.TERMINAL)[part[after_space]]]
            after_wide = np.flatnonzero(wide[:-1] & ~closing[1:]) + 1
            found.append(np.union1d(after_space, after_wide) + start)
        return np.concatenate(found)

    def _measure_lines(self) -> None:
        counts, ink_start, ink_end, signs = kernels.measure(self.codes, self.kinds, self.start, self.end, self.stop)
        self.counts: Ints = counts
        """Code points of each class in each line, shape (lines, CLASSES)."""
        self.ink_start: Ints = ink_start
        """First visible code point of each line (its end, where the line is blank)."""
        self.ink_end: Ints = ink_end
        """One past the last visible code point of each line (its end, where the line is blank)."""
        self.blank: NDArray[np.bool_] = ink_start == ink_end
        """True for a line with nothing to see in it."""
        self._signs = signs

    @cached_property
    def ink(self) -> tuple[list[int], list[int]]:
        """`ink_start` and `ink_end` as lists, for who looks at single lines."""
        return self.ink_start.tolist(), self.ink_end.tolist()

    @cached_property
    def content_hashes(self) -> Hashes:
        """A hash of each line's tokens, the same in every text."""
        place = np.arange(len(self.hashes), dtype=np.uint64)
        first = np.repeat(self.first_token[:-1], self.tokens).astype(np.uint64)
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(
            mixed(self.hashes + (place - first) * np.uint64(0x9E3779B97F4A7C15)), dtype=np.uint64)])
        found: Hashes = sums[self.first_token[1:]] - sums[self.first_token[:-1]]
        return found

    @cached_property
    def line_hashes(self) -> Hashes:
        """A hash of each line's tokens and of the text it stands in."""
        return mixed(self.content_hashes + self.document.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93))

    def per_line(self, marked: NDArray[np.bool_]) -> Ints:
        """How many of each line's tokens are marked; `marked` has one entry a token."""
        sums = np.concatenate([[0], np.cumsum(marked)])
        return np.diff(sums[self.first_token])

    def lines_with(self, group: str) -> list[int]:
        """The lines that hold a character of a group of `characters.SIGNS`."""
        found: list[int] = np.flatnonzero(self._signs & np.uint16(ch.sign_bit(group))).tolist()
        return found

    def beside(self, column: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """What the visible lines right above and right below each visible line have in a column, in the same text.

        False where there is none, and for blank lines; each of shape (lines,).
        """
        visible = np.flatnonzero(~self.blank)
        same = self.document[visible[1:]] == self.document[visible[:-1]]
        above, below = np.zeros((2, self.line_count), bool)
        above[visible[1:]] = column[visible[:-1]] & same
        below[visible[:-1]] = column[visible[1:]] & same
        return above, below

    @cached_property
    def first_kind(self) -> NDArray[np.uint8]:
        """Class of the first visible code point of each line (BREAK where blank)."""
        return np.where(self.blank, np.uint8(ch.BREAK), self.kinds[np.minimum(self.ink_start, len(self.kinds) - 1)])

    @cached_property
    def first_code(self) -> NDArray[np.uint32]:
        """The first visible code point of each line; of a blank line any."""
        return self.codes[np.minimum(self.ink_start, len(self.codes) - 1)]

    @cached_property
    def last_code(self) -> NDArray[np.uint32]:
        """The last visible code point of each line; of a blank line any."""
        return self.codes[np.maximum(self.ink_end - 1, 0)]

    @cached_property
    def last_kind(self) -> NDArray[np.uint8]:
        """Class of the last visible code point of each line, looking behind closing quotes and brackets."""
        where = np.maximum(self.ink_end - 1, 0)
        for _ in range(2):
            closed = ch.among(ch.QUOTE, ch.CLOSING)[self.kinds[where]] & (where > self.ink_start)
            where = where - closed
        return np.where(self.blank, np.uint8(ch.BREAK), self.kinds[where])

    # Tokens

    def _cut_tokens(self) -> None:
        starts, ends, numeric, hashes, first = kernels.tokenize(self.codes, self.kinds, self.start, self.stop,
                                                                self.ink_start)
        self.token_start: Ints = starts
        """First code point of each token."""
        self.token_end: Ints = ends
        """One past the last code point of each token."""
        self.numeric: NDArray[np.bool_] = numeric
        """True for a number."""
        self.hashes: Hashes = hashes
        """Hash of each token, blind to case and accents; all numbers alike."""
        self.first_token: Ints = first
        """The first token of each line, shape (lines + 1,)."""
        self.tokens: Ints = np.diff(first)
        """Number of tokens of each line."""

    def tokens_of(self, document: int) -> Hashes:
        """The hashes of one text's tokens."""
        first = self.first_token[self.first_line[document:document + 2]]
        return self.hashes[first[0]:first[1]]

    @cached_property
    def token_kind(self) -> NDArray[np.uint8]:
        """Class of the first code point of each token."""
        return self.kinds[self.token_start]

    # Looking back at the text

    def text_of(self, line: int) -> str:
        """The text of a line, its line end excluded."""
        return self._joined[self.start[line]:self.end[line]]

    def texts_of(self, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Some lines, each with its text."""
        if not lines:
            return
        joined = self._joined
        which = np.array(lines, np.int64)
        for line, start, end in zip(lines, self.start[which].tolist(), self.end[which].tolist(), strict=True):
            yield line, joined[start:end]

    def text_between(self, start: int, end: int) -> str:
        """The text between two offsets of the joined code points."""
        return self._joined[start:end]

    def lines_of(self, document: int) -> range:
        """The lines of one text."""
        return range(int(self.first_line[document]), int(self.first_line[document + 1]))


def hashes_of(words: Iterable[str]) -> Hashes:
    """Hashes of the tokens of short texts laid one after the other, for building tables of words.

    >>> hashes_of(["Café"]).tolist() == hashes_of(["cafe"]).tolist()
    True
    """
    return Documents([" ".join(words)]).hashes
