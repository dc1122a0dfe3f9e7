"""What detectors report: a span, a category, a score and the rule that saw it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews.category import Category
from cleannews.kernels.hashing import distinct
from cleannews.lexicon import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cleannews.document import Documents, Ints
    from cleannews.lexicon import Hits, Lexicon
    from cleannews.prose import Prose
    from cleannews.templates import Templates


class Evidence(NamedTuple):
    """One reason to cut one span.

    `start` and `end` are offsets into the joined code points of a `Documents`, within one line. `whole` says that the
    span is all there is to see in its line, so that line end and blank lines around it are the judge's to deal with.
    `replacement` is what a repair puts in place of the span, and None where there is nothing to repair. `sentence` says
    that the span is a sentence of its line, one or more.
    """

    line: int
    start: int
    end: int
    category: Category
    score: float
    rule: str
    whole: bool = True
    replacement: str | None = None
    sentence: bool = False


def detector_of(rule: str) -> str:
    """The detector that a rule is of.

    >>> detector_of("phrases/en/start: sign up for our")
    'phrases'
    """
    return rule.partition("/")[0]


@cache
def kind_of(rule: str) -> str:
    """What kind of evidence a rule gives: its detector, of a phrase also where it must stand, of furniture what it is.

    >>> kind_of("phrases/en/start: sign up for our"), kind_of("sections/en: related links"), kind_of("repeats/second")
    ('phrases/start', 'sections', 'repeats')
    """
    detector, _, rest = rule.partition("/")
    if detector == "phrases":
        return "phrases/" + rest.partition("/")[2].partition(":")[0]
    return rule if detector == "furniture" else detector


@dataclass(frozen=True)
class Metadata:
    """What a caller may know about a text besides the text. Empty strings where unknown."""

    title: str = ""
    author: str = ""
    site: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Material:
    """All that a detector may look at."""

    documents: Documents
    prose: Prose
    lexicon: Lexicon
    hits: Hits
    metadata: Sequence[Metadata] = field(default=())
    """One a text, or empty where nothing is known of any."""
    templates: Templates | None = None
    """What sites repeat, where it was learned."""

    def lines_hit(self, categories: tuple[Category, ...] = tuple(Category),
                  matches: tuple[Match, ...] = tuple(Match)) -> Ints:
        """The lines with a hit of an entry of some categories and some places, in order, each once."""
        return distinct(self.hits.line[self.lexicon.having(categories, matches)[self.hits.entry]])


_made = partial(tuple.__new__, Evidence)  # what `Evidence._make` does, without a call of Python for each


def whole_lines(documents: Documents, lines: Sequence[int], categories: Iterable[Category], scores: Iterable[float],
                rules: Iterable[str]) -> Iterator[Evidence]:
    """Evidence that whole lines are cruft, all of one length."""
    at = np.array(lines, np.int64)
    return map(_made, zip(lines, documents.ink_start[at].tolist(), documents.ink_end[at].tolist(), categories, scores,
                          rules, repeat(True), repeat(None), repeat(False)))


def whole_line(documents: Documents, line: int, category: Category, score: float, rule: str) -> Evidence:
    """Evidence that a whole line is cruft."""
    starts, ends = documents.ink
    return Evidence(line, starts[line], ends[line], category, score, rule)
