"""From decided lines and spans to the cuts that a text suffers.

With a line goes its line end, and of the blank lines around what went, all but one group: between two lines that
stay, the first group of blank lines stays and the others go. Before the first line that stays, and after the last, all
go; the text ends in a line end only where it did before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from cleannews.category import Category
from cleannews.characters import BREAK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Ints
    from cleannews.evidence import Evidence


class Cut(NamedTuple):
    """A decision: the span of its text that goes, in code points, and what takes its place."""

    start: int
    end: int
    category: Category
    score: float
    rule: str
    replacement: str = ""


class LineCuts(Sequence[Cut]):
    """The cuts of a text of which only whole lines go. A cut is made when it is asked for: most callers want the text.

    >>> from cleannews.evidence import Evidence
    >>> cuts = LineCuts([0, 6], [6, 11], [0.9, 0.8], [Evidence(0, 0, 5, Category.SHARE, 0.9, "phrases/en"),
    ...                                              Evidence(1, 6, 10, Category.TAGS, 0.7, "listings/run")])
    >>> len(cuts), cuts[1].start, cuts[1].score, [cut.rule for cut in cuts[1:]]
    (2, 6, 0.8, ['listings/run'])
    >>> applied("Share\\nTags\\nThe vote", cuts)
    'The vote'
    """

    def __init__(self, starts: Sequence[int], ends: Sequence[int], scores: Sequence[float],
                 reasons: Sequence[Evidence]) -> None:
        """Columns with one entry a cut, in order: its span, its score and why it is made."""
        self.starts, self.ends = starts, ends
        self._scores, self._reasons = scores, reasons

    def __len__(self) -> int:
        """The number of cuts."""
        return len(self.starts)

    @overload
    def __getitem__(self, at: int) -> Cut: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cut]: ...
    def __getitem__(self, at: int | slice) -> Cut | Sequence[Cut]:
        """One cut, or some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        reason = self._reasons[at]
        return Cut(self.starts[at], self.ends[at], reason.category, self._scores[at], reason.rule)


def applied(text: str, cuts: Sequence[Cut]) -> str:
    """The text without what is cut, and with what takes its place. Cuts must be in order and apart.

    >>> applied("Share The vote", [Cut(0, 6, Category.SHARE, 1.0, "")])
    'The vote'
    """
    if isinstance(cuts, LineCuts):
        return "".join([text[end:start] for end, start in zip([0, *cuts.ends], [*cuts.starts, len(text)], strict=True)])
    parts: list[str] = []
    place = 0
    for cut in cuts:
        parts += [text[place:cut.start], cut.replacement]
        place = cut.end
    parts.append(text[place:])
    return "".join(parts)


def spans_of_lines(documents: Documents, gone: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """The spans that go with the lines that go: the lines, where each span starts and where it ends.

    Offsets are in the joined code points. A *block* is what goes between two lines that stay; its lines share out its
    blank lines among them, so that every code point goes for the reason of a line.
    """
    lines = np.flatnonzero(gone)
    if not len(lines):
        return lines, lines, lines
    owner = documents.document[lines]
    first, after = documents.first_line[owner], documents.first_line[owner + 1]
    base, limit = documents.base[owner], documents.base[owner + 1] - 1  # one past the text's last code point
    count = documents.line_count
    number = np.arange(count)
    stays = ~(documents.blank | gone)
    above = np.maximum(np.maximum.accumulate(np.where(stays, number, -1))[lines], first - 1)
    below = np.minimum(np.minimum.accumulate(np.where(stays, number, count)[::-1])[::-1][lines], after)
    head = np.append(True, above[1:] != above[:-1])
    tail = np.append(head[1:], True)
    block = np.cumsum(head) - 1
    heads, tails = lines[head][block], lines[tail][block]
    following = np.where(tail, below, np.append(lines[1:], 0))
    top, bottom = above < first, below >= after
    glued_above = documents.glued[heads] & (above == heads - 1) & ~top
    glued_below = (below == tails + 1) & ~bottom & documents.glued[np.minimum(below, count - 1)]
    between_pieces = glued_above & ~glued_below

    start = documents.start[lines]
    start = np.where(head & top, documents.start[first], start)
    last = np.where((limit > base) & (documents.kinds[limit - 1] == BREAK), documents.stop[above], documents.end[above])
    start = np.where(head & ~top & bottom, last, start)
    # Between sentences that stay, the space behind the upper one does.
    start = np.where(head & between_pieces, documents.ink_end[above], start)

    end = np.where(following < after, documents.start[np.minimum(following, count - 1)], limit)
    # The line end belongs to the pieces that stay.
    end = np.where(between_pieces & tail & ~bottom, documents.end[lines], end)
    # The first group of blank lines between the lines that stay is kept, unless it stands above the block.
    spare = (above == heads - 1) & ~top & ~bottom & (lines + 1 < following)
    met = np.cumsum(spare)
    spare &= met - (met - spare)[head][block] == 1
    end = np.where(spare, documents.stop[lines], end)
    found = spare | (end > start)
    return lines[found], start[found], end[found]


def narrowed(documents: Documents, item: Evidence) -> Cut:
    """A repair as the smallest span that changes: what replacement and text begin and end with alike stays."""
    replacement = item.replacement or ""
    text = documents.text_between(item.start, item.end)
    tail = 0
    while tail < min(len(text), len(replacement)) and text[-1 - tail] == replacement[-1 - tail]:
        tail += 1
    head = 0
    while head < min(len(text), len(replacement)) - tail and text[head] == replacement[head]:
        head += 1
    return Cut(item.start + head, item.end - tail, item.category, item.score, item.rule,
               replacement[head:len(replacement) - tail])


def apart(cuts: Iterable[Cut]) -> list[Cut]:
    """Of two cuts that overlap the surer stays, then the longer, then the earlier."""
    taken: list[Cut] = []
    for cut in sorted(cuts):
        if cut.end <= cut.start:
            continue
        if not taken or taken[-1].end <= cut.start:
            taken.append(cut)
        elif (cut.score, cut.end - cut.start) > (taken[-1].score, taken[-1].end - taken[-1].start):
            taken[-1] = cut
    return taken


def nothing_left(documents: Documents, line: int, cuts: Sequence[Cut]) -> bool:
    """Whether some cuts, in order and apart, leave nothing to see of a line."""
    place = int(documents.ink_start[line])
    for cut in cuts:
        if documents.text_between(place, max(place, cut.start)).strip():
            return False
        place = max(place, cut.end)
    return not documents.text_between(place, max(place, int(documents.ink_end[line]))).strip()
