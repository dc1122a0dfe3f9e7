"""Runs of headlines after the article's last paragraph, with no heading over them."""

from __future__ import annotations

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line
from cleannews.patterns import Patterns

PATTERNS = Patterns({"match": r"\w (?:v|vs)\.? \w|(?<![\d:.])\d{1,2}\s?[-–:]\s?\d{1,2}(?![\d:.])"})

SHORTEST = 3
"""Headline-like lines in a run. Two in a row end many articles (a cross-head and a note)."""

PARAGRAPHS = 5
"""Lines. In a script that ends no sentence with a stop, Thai, a shorter run may be the article's last paragraphs."""

_PAIR = 6  # words of a name with its value
_TEASER = range(6, 21)  # words of a sentence among headlines
_INDENT = 2
_NUMBERED = frozenset(map(ord, ".)"))  # what stands behind the number of an item


def detect(material: Material) -> list[Evidence]:
    """Evidence for tails of headlines.

    However long, they need the tagger's consent: of the lines of long runs that it took for article rather than cruft,
    223 of 292 were article, in what seven extractors made of the development pages (headings of a list, dates of a
    tour, steps).

    A list that the text introduces with a colon, a list with bullets or numbers, a table and a list of results (a third
    of its tokens numbers) belong to the article as far as words alone can tell.
    """
    documents, prose = material.documents, material.prose
    found: list[Evidence] = []
    anchors = np.flatnonzero(prose.prose)
    if not len(anchors):
        return found
    first_lines = documents.first_line
    last_prose = anchors[np.maximum(np.searchsorted(anchors, first_lines[1:]) - 1, 0)]
    for document, anchor in enumerate(last_prose.tolist()):
        if documents.document[anchor] != document:
            continue
        tail = [line for line in range(anchor + 1, int(first_lines[document + 1])) if not documents.blank[line]]
        if len(tail) < SHORTEST or documents.last_kind[anchor] == ch.COLON:
            continue
        run: list[int] = []
        introduced = False
        for line in [*tail, -1]:
            headline = line >= 0 and (prose.headline[line] or (
                len(run) >= SHORTEST and prose.headline[run[-1]] and _teaser(material, line)
                and not prose.signed[line]))
            if headline and not prose.prose[line] and not introduced and not _listed(material, line):
                run.append(line)
                continue
            if len(run) >= SHORTEST and not _paired(material, run):
                unstopped = len(run) < PARAGRAPHS and documents.counts[run, ch.SYLLABLE].all()
                found += [whole_line(documents, item, Category.RELATED, 0.45 if unstopped else 0.7,
                                     "listings/tail of headlines") for item in run]
            # What a colon introduces goes on while its items do.
            introduced = line >= 0 and (documents.last_kind[line] == ch.COLON or (introduced and headline))
            run = []
    return found


def _paired(material: Material, run: list[int]) -> bool:
    """Whether half of a run is names and values or matches: ``Soup: 10.000``, ``City v United``, ``City 2-1 Lions``."""
    documents, prose = material.documents, material.prose
    values = (documents.counts[run, ch.COLON] > 0) & (prose.words[run] <= _PAIR)
    pairs = sum(bool(value) or PATTERNS["match"].search(documents.text_of(line)) is not None
                for line, value in zip(run, values.tolist(), strict=True))
    return 2 * pairs >= len(run)


def _teaser(material: Material, line: int) -> bool:
    """Whether a line may stand under a headline: no long one, and no short sentence, which the article may end with."""
    words = int(material.prose.words[line])
    return words in _TEASER or (words < _TEASER.start and not material.prose.ended[line])


def _listed(material: Material, line: int) -> bool:
    """Whether a line is an item of a list (also an indented one), a row of a table, a result, or part of a line."""
    documents, prose = material.documents, material.prose
    start = int(documents.ink_start[line])
    behind = documents.codes[start + 1:start + 3].tolist()
    numbered = documents.kinds[start] == ch.DIGIT and not _NUMBERED.isdisjoint(behind)
    return bool(documents.glued[line] or documents.first_kind[line] in (ch.BAR, ch.DASH, ch.SYMBOL) or numbered
                or documents.ink_start[line] - documents.start[line] >= _INDENT
                or documents.counts[line, ch.BAR] >= 2
                or prose.numbers[line] * 3 >= documents.tokens[line])
