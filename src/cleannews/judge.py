"""The only place where evidence becomes a decision.

A line goes where what speaks against it reaches what the profile asks; prose needs more. With a line goes its line end,
and of the blank lines around what went, all but one group. A span inside a line goes on its own rule's score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews.category import Category
from cleannews.characters import BREAK
from cleannews.evidence import Evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents
    from cleannews.prose import Prose


_SYMBOLS = "artefacts/symbols"
_TAGGER_ALONE = "tagger/line"

FEW = 10
"""Visible lines. Of clean articles with up to four paragraphs, in the languages of the tests, 2.5% have one that the
tagger doubts as much as `page` asks for; of those with six and more none has."""

_BESIDE = 5
"""Words. A shorter sentence beside the article is as often a button's."""

NAMED = 0.5
"""A line is proposed by the rules from this score on; below, they only wonder."""


@dataclass(frozen=True)
class Thresholds:
    """What a profile asks of the evidence (``profiles.toml`` says what each figure means)."""

    tagger: bool
    proposed: float
    wondered: float
    alone: float
    beside: float
    unspaced: float
    prose: float
    prose_few: float
    proof: float
    certain: float
    veto: float
    prose_veto: float
    inside: float


@dataclass(frozen=True)
class Choice:
    """What a profile asks that looks at the text first."""

    extraction: Thresholds
    page: Thresholds
    sure: float
    """A line is surely cruft, in the tagger's view, from this score on."""
    share: float
    """A text with this share of its tokens in such lines is a whole page."""
    lines: int
    """Visible lines that a whole page has at the least."""

    def pages(self, documents: Documents, tagged: NDArray[np.float64]) -> list[bool]:
        """Which texts are dumps of whole pages, by the tagger's score of each line."""
        return [self._page(documents, tagged, slice(first, after)) for first, after in
                zip(documents.first_line[:-1].tolist(), documents.first_line[1:].tolist(), strict=True)]

    def _page(self, documents: Documents, tagged: NDArray[np.float64], lines: slice) -> bool:
        tokens = documents.tokens[lines]
        return bool((~documents.blank[lines]).sum() >= self.lines
                    and tokens[tagged[lines] >= self.sure].sum() >= self.share * max(int(tokens.sum()), 1))


@dataclass(frozen=True)
class Actions:
    """Which categories stay and which are mended; all others go."""

    keep: frozenset[Category]
    repair: frozenset[Category]


class Cut(NamedTuple):
    """A decision: the span of its text that goes, in code points, and what takes its place."""

    start: int
    end: int
    category: Category
    score: float
    rule: str
    replacement: str = ""


def judge(documents: Documents, prose: Prose, evidence: Iterable[Evidence], tagged: NDArray[np.float64] | None,
          thresholds: Thresholds, actions: Actions) -> list[list[Cut]]:
    """The cuts of each text, in order and apart from one another.

    `tagged` is the tagger's score for each line, shape (lines,), or None where it was not asked.
    """
    whole: dict[int, list[Evidence]] = {}
    inside: dict[int, list[Evidence]] = {}
    for item in evidence:
        (whole if item.whole else inside).setdefault(item.line, []).append(item)
    winners: dict[int, Evidence] = {}
    blank: list[bool] = documents.blank.tolist()
    scores: list[float] | None = None if tagged is None else tagged.tolist()
    owner: list[int] = documents.document.tolist()
    if scores is not None:
        _share_of_boxes(scores, whole, blank, owner)
    is_prose: list[bool] = prose.prose.tolist()
    ended: list[bool] = prose.ended.tolist()
    unspaced: list[bool] = prose.unspaced.tolist()
    visible = np.add.reduceat(~documents.blank, documents.first_line[:-1], dtype=np.int64)
    few: list[bool] = (visible < FEW)[documents.document].tolist()
    for line, items in whole.items():
        winner = max(items, key=_score) if len(items) > 1 else items[0]
        if winner.category in actions.keep:
            continue
        rules = combined(items)
        score = rules if scores is None else scores[line]
        proven = winner.score >= thresholds.proof
        certain = proven or (rules >= thresholds.certain and score >= (
            thresholds.prose_veto if is_prose[line] else thresholds.veto))
        if proven:
            score = max(score, rules)
        elif certain and rules > score:
            score = (score + rules) / 2  # where the two disagree, the middle is how often such a cut is right
        if rules < NAMED and score < thresholds.prose_few and _without(inside.get(line, ()), thresholds, actions):
            continue
        asked = thresholds.proposed
        if rules < NAMED:  # for a sentence, what the rules only wonder about is no more than what they have not seen
            asked = max(thresholds.wondered, thresholds.alone) if ended[line] else thresholds.wondered
        if is_prose[line]:
            asked = thresholds.prose_few if few[line] else thresholds.prose
        if certain or score >= asked:
            winners[line] = winner if score == winner.score else winner._replace(score=score)
    if tagged is not None and scores is not None and thresholds.alone <= 1 and Category.OTHER not in actions.keep:
        for line in (tagged >= thresholds.alone).nonzero()[0].tolist():
            score = scores[line]
            if line in whole or blank[line] or (unspaced[line] and score < thresholds.unspaced):
                continue
            if score < thresholds.prose_few and _without(inside.get(line, ()), thresholds, actions):
                continue
            if not is_prose[line] or score >= (thresholds.prose_few if few[line] else thresholds.prose):
                winners[line] = Evidence(line, 0, 0, Category.OTHER, score, _TAGGER_ALONE)
        _spare_sentences(documents, prose, winners, thresholds)
    _inherit(winners, blank, owner)
    cuts: list[list[Cut]] = [[] for _ in documents.texts]
    spans: dict[int, list[Cut]] = {}
    gone: dict[int, Evidence | Cut] = {}
    for line, winner in winners.items():
        if winner.category in actions.repair:
            if winner.replacement is not None:
                spans.setdefault(line, []).append(_narrowed(documents, winner))
            continue
        gone[line] = winner
    for line, items in inside.items():
        if line in gone or line in spans:
            continue
        kept = [_narrowed(documents, item) if item.replacement is not None
                else Cut(item.start, item.end, item.category, item.score, item.rule)
                for item in items if item.score >= thresholds.inside and item.category not in actions.keep
                and (item.replacement is not None or item.category not in actions.repair)]
        apart = _apart(kept)
        if not apart:
            continue
        if all(not cut.replacement for cut in apart) and _nothing_left(documents, line, apart):
            gone[line] = apart[0]
        else:
            spans[line] = apart
    bases: list[int] = documents.base.tolist()
    for line, found in spans.items():
        base = bases[owner[line]]
        cuts[owner[line]] += [Cut(cut.start - base, cut.end - base, *cut[2:]) for cut in found]
    if gone:
        table = _Lines(documents, blank)
        by_document: dict[int, list[int]] = {}
        for line in sorted(gone):
            by_document.setdefault(owner[line], []).append(line)
        for document, lines in by_document.items():
            cuts[document].extend(_blocks(table, document, lines, gone))
    for found in cuts:
        found.sort()
    return cuts


def _score(item: Evidence) -> float:
    return item.score


def combined(items: Sequence[Evidence]) -> float:
    """The score of several pieces of evidence: each detector's best, taken as independent (noisy or)."""
    if len(items) == 1:
        return 1 - (1 - items[0].score)
    best: dict[str, float] = {}
    for item in items:
        detector = item.rule.partition("/")[0]
        best[detector] = max(best.get(detector, 0.0), item.score)
    doubt = 1.0
    for score in best.values():
        doubt *= 1 - score
    return 1 - doubt


def _without(items: Iterable[Evidence], thresholds: Thresholds, actions: Actions) -> bool:
    """Whether a banner or notice inside a line goes, so that the next round decides about what is left of the line."""
    return any(item.replacement is None and item.score >= thresholds.inside
               and item.category not in actions.keep | actions.repair for item in items)


def _share_of_boxes(scores: list[float], whole: Mapping[int, Sequence[Evidence]], blank: Sequence[bool],
                    owner: Sequence[int]) -> None:
    """Give the bullets of one box of takeaways their mean score: half a box is worse than all of it or none."""
    box: list[int] = []
    for line in [*sorted(line for line, items in whole.items()
                         if max(items, key=_score).category is Category.TAKEAWAYS), -1]:
        if box and (line < 0 or owner[line] != owner[box[-1]] or not all(blank[box[-1] + 1:line])):
            mean = sum(scores[other] for other in box) / len(box)
            for other in box:
                scores[other] = mean
            box = []
        box.append(line)


def _spare_sentences(documents: Documents, prose: Prose, winners: dict[int, Evidence],
                     thresholds: Thresholds) -> None:
    """Take no sentence between two that stay on the tagger's word alone, and not the last sentences of a text.

    Of an article of three lines it may doubt all three. A sentence beside one that stays needs more.
    """
    alone = [line for line, winner in winners.items() if winner.rule == _TAGGER_ALONE]
    if not alone:
        return
    sentence = (prose.ended | prose.prose) & ~documents.blank
    stays = sentence.copy()
    stays[list(winners)] = False
    above, below = documents.beside(stays)
    none_left = (~np.logical_or.reduceat(stays, documents.first_line[:-1]))[documents.document]
    spared = sentence & ((above & below) | none_left)
    in_doubt = sentence & (above | below) & (prose.words >= _BESIDE)
    for line in alone:
        if spared[line] or (in_doubt[line] and winners[line].score < thresholds.beside):
            del winners[line]


def _inherit(winners: dict[int, Evidence], blank: Sequence[bool], owner: Sequence[int]) -> None:
    """A line of nothing but symbols belongs to the block it stands in."""
    for line in sorted(line for line, winner in winners.items() if winner.rule.startswith(_SYMBOLS)):
        above = line - 1
        while above >= 0 and blank[above] and owner[above] == owner[line]:
            above -= 1
        if above in winners and owner[above] == owner[line]:
            winners[line] = winners[line]._replace(category=winners[above].category)


def _narrowed(documents: Documents, item: Evidence) -> Cut:
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


def _apart(cuts: list[Cut]) -> list[Cut]:
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


def _nothing_left(documents: Documents, line: int, cuts: Sequence[Cut]) -> bool:
    place = int(documents.ink_start[line])
    for cut in cuts:
        if documents.text_between(place, max(place, cut.start)).strip():
            return False
        place = max(place, cut.end)
    return not documents.text_between(place, max(place, int(documents.ink_end[line]))).strip()


class _Lines:
    """The table of lines as lists: the judge looks at single lines."""

    def __init__(self, documents: Documents, blank: list[bool]) -> None:
        self.blank = blank
        self.start: list[int] = documents.start.tolist()
        self.end: list[int] = documents.end.tolist()
        self.stop: list[int] = documents.stop.tolist()
        self.ink_end = documents.ink[1]
        self.glued: list[bool] = documents.glued.tolist()
        self.first: list[int] = documents.first_line.tolist()
        self.base: list[int] = documents.base.tolist()
        self.kinds = documents.kinds


def _blocks(table: _Lines, document: int, lines: Sequence[int], gone: Mapping[int, Evidence | Cut]) -> Iterable[Cut]:
    """The spans of whole lines that go, with their line ends and with the blank lines that only separated them.

    Between two lines that stay, the first group of blank lines stays and the others go. Before the first line that
    stays, and after the last, all go; the text ends in a line end only where it did before.
    """
    first, after = table.first[document], table.first[document + 1]
    base = table.base[document]
    limit = table.base[document + 1] - 1  # one past the text's last code point
    blank = table.blank
    at = 0
    while at < len(lines):
        # A block: cut lines with nothing between them but blank lines.
        block = [lines[at]]
        while at + 1 < len(lines) and all(blank[block[-1] + 1:lines[at + 1]]):
            at += 1
            block.append(lines[at])
        at += 1
        above = block[0] - 1
        while above >= first and blank[above]:
            above -= 1
        below = block[-1] + 1
        while below < after and blank[below]:
            below += 1
        glued_above = table.glued[block[0]] and above == block[0] - 1 and above >= first
        start = table.start[block[0]]
        if above < first:
            start = table.start[first]
        elif below >= after:
            ends_in_break = limit > base and table.kinds[limit - 1] == BREAK
            start = table.stop[above] if ends_in_break else table.end[above]
        glued_below = below == block[-1] + 1 and below < after and table.glued[below]
        if glued_above and not glued_below:
            start = table.ink_end[above]  # between sentences that stay, the space behind the upper one does
        # Whether the first group of blank lines between the lines that stay is still to be met: it is kept.
        spare = above == block[0] - 1 and above >= first and below < after
        for place, line in enumerate(block):
            following = block[place + 1] if place + 1 < len(block) else below
            end = table.start[following] if following < after else limit
            if line + 1 < following and spare:
                spare = False
                reason = gone[line]
                yield Cut(start - base, table.stop[line] - base, reason.category, reason.score, reason.rule)
                start = end
                continue
            if glued_above and following == below and below < after and not glued_below:
                end = table.end[line]  # the line end belongs to the pieces that stay
            if end > start:
                reason = gone[line]
                yield Cut(start - base, end - base, reason.category, reason.score, reason.rule)
            start = end
