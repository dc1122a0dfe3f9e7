"""The only place where evidence becomes a decision.

A line goes where what speaks against it reaches what the profile asks; prose needs more. A span inside a line goes on
its own rule's score. All lines are judged at once, column by column; `cleannews.cuts` makes spans of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.category import Category
from cleannews.cuts import Cut, LineCuts, apart, narrowed, nothing_left, spans_of_lines
from cleannews.evidence import Evidence, detector_of, kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Ints
    from cleannews.prose import Prose


_SYMBOLS = "artefacts/symbols alone"
_LISTS = ("listings", "furniture/date and time alone")
"""Evidence for lines of a list: half a tail of headlines, or half a list of days, is worse than all or none."""

_BY_TAGGER = Evidence(-1, 0, 0, Category.OTHER, 0.0, "tagger/line")
"""The reason of lines that only the tagger speaks against."""

FEW = 10
"""Visible lines. Of clean articles with up to four paragraphs, in the languages of the tests, 2.5% have one that the
tagger doubts as much as `page` asks for; of those with six and more none has."""

_BESIDE, _SHORTEST = 5, 2
"""Words. A shorter sentence beside the article is as often a button's, unless a full stop ends it."""

NAMED = 0.5
"""A line is proposed by the rules from this score on; below, they only wonder."""

ENCLOSED = 20
"""Lines. A list or a table of an article has paragraphs above and below it that are no farther off."""

APPEALS = frozenset({Category.SUBSCRIBE, Category.ADVERT, Category.LEGAL, Category.WIDGET})
"""What is said of one sentence of a paragraph is said of them all: appeals and notices have paragraphs of their own."""

SURE, LEAST_PART = 0.7, 5
"""The score of a rule that names such a sentence, and the share of the paragraph that it is (a fifth), at the least. Of
76 paragraphs with one that the tagger doubted as much as `article` asks for, out of fold, 72 were no article."""


_NUMBERS = {category: number for number, category in enumerate(Category)}


@dataclass(frozen=True)
class Thresholds:
    """What a profile asks of the evidence (``profiles.toml`` says what each figure means)."""

    tagger: bool
    proposed: float
    wondered: float
    alone: float
    enclosed: float
    beside: float
    unspaced: float
    prose: float
    prose_few: float
    appeal: float
    proof: float
    certain: float
    veto: float
    prose_veto: float
    inside: float
    proposed_by: Mapping[str, float] = field(default_factory=dict)
    """In place of `proposed`, by the kind of the surest evidence (`cleannews.evidence.kind_of`)."""


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


def judge(documents: Documents, prose: Prose, evidence: Sequence[Evidence], tagged: NDArray[np.float64] | None,
          thresholds: Thresholds, actions: Actions) -> list[Sequence[Cut]]:
    """The cuts of each text, in order and apart from one another.

    `tagged` is the tagger's score for each line, shape (lines,), or None where it was not asked.
    """
    if not evidence and tagged is None:
        return [[] for _ in documents.texts]
    inside: dict[int, list[Evidence]] = {}
    for item in evidence:
        if not item.whole:
            inside.setdefault(item.line, []).append(item)
    case = Case.of([item for item in evidence if item.whole])
    verdict = _verdict(documents, prose, case, inside, tagged, thresholds, actions)
    verdict.inherit(documents)
    spans = verdict.repair(documents, actions)
    for line, items in inside.items():
        if verdict.goes[line] or line in spans:
            continue
        found = apart(narrowed(documents, item) if item.replacement is not None
                      else Cut(item.start, item.end, item.category, item.score, item.rule)
                      for item in items if item.score >= thresholds.inside and item.category not in actions.keep
                      and (item.replacement is not None or item.category not in actions.repair))
        if not found:
            continue
        if all(not cut.replacement for cut in found) and nothing_left(documents, line, found):
            verdict.take(line, found[0].category, found[0].score, found[0].rule)
        else:
            spans[line] = found
    return _cuts(documents, verdict, spans)


class Case(NamedTuple):
    """What speaks against lines as a whole: columns with one entry a line that anything speaks against."""

    line: Ints
    winner: list[Evidence]
    """The surest piece of evidence, the first of those."""
    category: Ints
    """The number of its category among `Category`."""
    best: NDArray[np.float64]
    """Its score."""
    rules: NDArray[np.float64]
    """The score of all the line's evidence: each detector's best, taken as independent (noisy or)."""

    @classmethod
    def of(cls, whole: Sequence[Evidence]) -> Case:
        """The cases that some evidence of whole lines makes.

        >>> found = Case.of([Evidence(3, 0, 5, Category.SHARE, 0.5, "phrases/en"),
        ...                  Evidence(3, 0, 5, Category.TAGS, 0.8, "listings/run"),
        ...                  Evidence(1, 0, 5, Category.SHARE, 0.5, "phrases/en")])
        >>> found.line.tolist(), [item.rule for item in found.winner], found.rules.round(3).tolist()
        ([1, 3], ['phrases/en', 'listings/run'], [0.5, 0.9])
        """
        line = np.array([item.line for item in whole], np.int64)
        score = np.array([item.score for item in whole], np.float64)
        rules = [item.rule for item in whole]
        detectors = {rule: detector_of(rule) for rule in set(rules)}
        number = {name: at for at, name in enumerate(sorted(set(detectors.values())))}
        number_of = {rule: number[name] for rule, name in detectors.items()}
        detector = np.array([number_of[rule] for rule in rules], np.int64)
        order = np.lexsort((-score, line))
        begins = _changes(line[order])
        winner = order[begins]
        by_detector = np.lexsort((-score, detector, line))
        best = by_detector[_changes(line[by_detector] * len(number) + detector[by_detector])]
        together = (1 - np.multiply.reduceat(1 - score[best], _changes(line[best]))) if len(best) else score
        winners = [whole[at] for at in winner.tolist()]
        category = np.array([_NUMBERS[item.category] for item in winners], np.int64)
        return cls(line[winner], winners, category, score[winner], together)

    def proposed(self, thresholds: Thresholds) -> NDArray[np.float64]:
        """What is asked of each line for what names it."""
        return np.array([_asked(thresholds, item.rule) for item in self.winner], np.float64)

    def of_kind(self, kind: str) -> NDArray[np.bool_]:
        """Which winners are evidence of a kind."""
        return np.array([kind_of(item.rule) == kind for item in self.winner], bool)

    def among(self, categories: Iterable[Category]) -> NDArray[np.bool_]:
        """Which winners are of some categories."""
        return np.isin(self.category, [_NUMBERS[category] for category in categories])


def _asked(thresholds: Thresholds, rule: str) -> float:
    return thresholds.proposed_by.get(kind_of(rule), thresholds.proposed)


def _changes(column: Ints) -> Ints:
    """Where runs of one value begin in a column."""
    return np.flatnonzero(np.append(True, column[1:] != column[:-1])[:len(column)])


class _Verdict:
    """What goes: columns with one entry a line, and the reasons they speak of."""

    def __init__(self, lines: int) -> None:
        self.goes = np.zeros(lines, bool)
        self.score = np.zeros(lines)
        self._why = np.zeros(lines, np.int64)
        self._reasons: list[Evidence] = [_BY_TAGGER]

    def add(self, case: Case, goes: NDArray[np.bool_], score: NDArray[np.float64]) -> None:
        """Decide about the lines of a case."""
        self._why[case.line] = np.arange(len(case.line)) + len(self._reasons)
        self._reasons += case.winner
        self.goes[case.line], self.score[case.line] = goes, score

    def take(self, line: int, category: Category, score: float, rule: str) -> None:
        """Let a line go for a reason of its own."""
        self.goes[line], self.score[line], self._why[line] = True, score, len(self._reasons)
        self._reasons.append(_BY_TAGGER._replace(line=line, category=category, score=score, rule=rule))

    def reasons(self, lines: Ints) -> list[Evidence]:
        """Why some lines go."""
        return [self._reasons[at] for at in self._why[lines].tolist()]

    def named(self, line: int) -> bool:
        """Whether a line goes, and not on the tagger's word alone."""
        return bool(self.goes[line] and self._why[line])

    def inherit(self, documents: Documents) -> None:
        """A line of nothing but symbols belongs to the block it stands in."""
        symbols = {at for at, reason in enumerate(self._reasons) if reason.rule == _SYMBOLS}
        if not symbols:
            return
        visible = np.flatnonzero(~documents.blank)
        lines = np.flatnonzero(self.goes & np.isin(self._why, list(symbols)))
        for line, place in zip(lines.tolist(), (np.searchsorted(visible, lines) - 1).tolist(), strict=True):
            above = int(visible[place]) if place >= 0 else line
            if above < line and self.goes[above] and documents.document[above] == documents.document[line]:
                category = self._reasons[self._why[above]].category
                self.take(line, category, float(self.score[line]), self._reasons[self._why[line]].rule)

    def repair(self, documents: Documents, actions: Actions) -> dict[int, list[Cut]]:
        """The repairs of lines that are mended and stay, by line."""
        spans: dict[int, list[Cut]] = {}
        mended = [at for at, reason in enumerate(self._reasons) if reason.category in actions.repair]
        for line in np.flatnonzero(self.goes & np.isin(self._why, mended)).tolist() if mended else ():
            self.goes[line] = False
            reason = self._reasons[self._why[line]]
            if reason.replacement is not None:
                spans[line] = [narrowed(documents, reason._replace(score=float(self.score[line])))]
        return spans


def _verdict(documents: Documents, prose: Prose, case: Case, inside: Mapping[int, Sequence[Evidence]],
             tagged: NDArray[np.float64] | None, thresholds: Thresholds, actions: Actions) -> _Verdict:
    """Which lines go as a whole; `inside` is the evidence of spans inside lines."""
    verdict = _Verdict(documents.line_count)
    banners = _with_banners(documents, inside, thresholds, actions)
    visible = np.add.reduceat(~documents.blank, documents.first_line[:-1], dtype=np.int64)
    few = (visible < FEW)[documents.document]
    for_prose = np.where(few, thresholds.prose_few, thresholds.prose)
    scores = None if tagged is None else _share_of_blocks(documents, tagged, case)

    line, rules = case.line, case.rules
    is_prose = prose.prose[line]
    score = rules if scores is None else scores[line]
    proven = case.best >= thresholds.proof
    certain = proven | ((rules >= thresholds.certain) & (
        score >= np.where(is_prose, thresholds.prose_veto, thresholds.veto)))
    # Where tagger and rules disagree, the middle is how often such a cut is right.
    score = np.where(proven, np.maximum(score, rules),
                     np.where(certain & (rules > score), (score + rules) / 2, score))
    wondered = rules < NAMED
    # For a sentence, what the rules only wonder about is no more than what they have not seen.
    asked = np.where(wondered, np.where(prose.ended[line], max(thresholds.wondered, thresholds.alone),
                                        thresholds.wondered), case.proposed(thresholds))
    goes = certain | (score >= np.where(is_prose, for_prose[line], asked))
    goes &= ~(wondered & banners[line] & (score < thresholds.prose_few))
    kept = case.among(actions.keep)
    goes &= ~kept
    verdict.add(case, goes, score)

    if scores is not None and thresholds.alone <= 1 and Category.OTHER not in actions.keep:
        alone = (scores >= thresholds.alone) & ~documents.blank
        alone[line] = False
        alone &= ~(prose.unspaced & (scores < thresholds.unspaced)) & ~(banners & (scores < thresholds.prose_few))
        sentence = prose.prose | prose.sentence | (few & _stopped(documents, prose))
        alone &= ~sentence | (scores >= for_prose)
        verdict.goes |= alone
        verdict.score = np.where(alone, scores, verdict.score)
        if alone.any():
            verdict.goes &= ~(alone & _spared(documents, prose, verdict, thresholds))
            doubted = alone & (scores < thresholds.enclosed)
            if doubted.any():
                verdict.goes &= ~(doubted & _enclosed(documents, prose.prose & ~verdict.goes))
    if scores is not None:
        for_appeals = np.where(few, max(thresholds.appeal, thresholds.prose_few), thresholds.appeal)
        staying = set(line[kept].tolist())
        for paragraph, item in _appeals(documents, inside, actions).items():
            doubt = float(scores[paragraph])
            if doubt >= for_appeals[paragraph] and paragraph not in staying and not verdict.named(paragraph):
                verdict.take(paragraph, item.category, max(doubt, (doubt + item.score) / 2), item.rule)
    return verdict


def _appeals(documents: Documents, inside: Mapping[int, Sequence[Evidence]],
             actions: Actions) -> dict[int, Evidence]:
    """The sentences that name a paragraph an appeal or a notice, one a line.

    One that is glued to a paragraph of the article is a small part of it. Where something else inside a line is surer,
    a banner, that goes, and the next round looks at the rest.
    """
    named = APPEALS - actions.keep - actions.repair
    surest = {line: max(items, key=lambda item: item.score) for line, items in inside.items()}
    return {line: item for line, item in surest.items()
            if item.sentence and item.score >= SURE and item.category in named
            and (item.end - item.start) * LEAST_PART >= documents.ink_end[line] - documents.ink_start[line]}


def _with_banners(documents: Documents, inside: Mapping[int, Sequence[Evidence]], thresholds: Thresholds,
                  actions: Actions) -> NDArray[np.bool_]:
    """The lines inside which a banner or notice goes, so that the next round decides about what is left of them."""
    found = np.zeros(documents.line_count, bool)
    stays = actions.keep | actions.repair
    found[[line for line, items in inside.items() if any(
        item.replacement is None and item.score >= thresholds.inside and item.category not in stays
        for item in items)]] = True
    return found


def _share_of_blocks(documents: Documents, tagged: NDArray[np.float64], case: Case) -> NDArray[np.float64]:
    """The tagger's scores, with one for all lines of a box of takeaways and of each of `_LISTS`."""
    scores: NDArray[np.float64] = tagged.copy()
    visible = np.cumsum(~documents.blank)
    for members in (case.among((Category.TAKEAWAYS,)), *map(case.of_kind, _LISTS)):
        block: list[int] = []
        for line in [*case.line[members].tolist(), -1]:
            if block and (line < 0 or documents.document[line] != documents.document[block[-1]]
                          or visible[line] > visible[block[-1]] + 1):
                scores[block] = sum(scores[block].tolist()) / len(block)
                block = []
            block.append(line)
    return scores


def _spared(documents: Documents, prose: Prose, verdict: _Verdict, thresholds: Thresholds) -> NDArray[np.bool_]:
    """The sentences that do not go on the tagger's word alone: those between two that stay, and the last of a text.

    Of an article of three lines it may doubt all three. A sentence beside one that stays needs more.
    """
    sentence = (prose.ended | prose.prose) & ~documents.blank
    stays = sentence & ~verdict.goes
    above, below = documents.beside(stays)
    none_left = (~np.logical_or.reduceat(stays, documents.first_line[:-1]))[documents.document]
    in_doubt = (above | below) & (_stopped(documents, prose) | (prose.words >= _BESIDE)) & (
        verdict.score < thresholds.beside)
    spared: NDArray[np.bool_] = sentence & ((above & below) | none_left | in_doubt)
    return spared


def _enclosed(documents: Documents, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines have one of those that stay at most `ENCLOSED` visible lines above, and another below."""
    visible = np.flatnonzero(~documents.blank)
    owner = documents.document[visible]
    since, until = kernels.distances(stays[visible], np.searchsorted(owner, owner),
                                     np.searchsorted(owner, owner, side="right"), ENCLOSED + 1)
    found = np.zeros(documents.line_count, bool)
    found[visible] = (since <= ENCLOSED) & (until <= ENCLOSED)
    return found


def _stopped(documents: Documents, prose: Prose) -> NDArray[np.bool_]:
    """Which lines are two words or more and a full stop."""
    return ch.one_of(documents.last_code, ch.FULL_STOPS) & (prose.words >= _SHORTEST)


def _cuts(documents: Documents, verdict: _Verdict, spans: Mapping[int, Sequence[Cut]]) -> list[Sequence[Cut]]:
    """The cuts of each text: of the lines that go, and inside others."""
    lines, starts, ends = spans_of_lines(documents, verdict.goes)
    base = documents.base[documents.document[lines]]
    begin, end = (starts - base).tolist(), (ends - base).tolist()
    scores, reasons = verdict.score[lines].tolist(), verdict.reasons(lines)
    bounds = np.searchsorted(lines, documents.first_line).tolist()
    cuts: list[Sequence[Cut]] = [LineCuts(begin[first:after], end[first:after], scores[first:after],
                                          reasons[first:after]) for first, after in pairwise(bounds)]
    inner: dict[int, list[Cut]] = {}
    for line, found in spans.items():
        inner.setdefault(int(documents.document[line]), []).extend(found)
    for document, found in inner.items():
        offset = int(documents.base[document])
        cuts[document] = sorted([*cuts[document], *(Cut(cut.start - offset, cut.end - offset, *cut[2:])
                                                    for cut in found)])
    return cuts
