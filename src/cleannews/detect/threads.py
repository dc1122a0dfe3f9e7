"""Readers' comments under an article, told by what a thread repeats: a name and a time, a button to reply.

The comments themselves are prose like the article's; what stands between them is not. Three comments or more make a
thread, and only below an article: a forum's first post and a blog written live have such marks too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line
from cleannews.lexicon import Match
from cleannews.patterns import Patterns
from cleannews.prose import Mark

if TYPE_CHECKING:
    from cleannews.document import Ints

PATTERNS = Patterns({
    "clock": r"(?<![\d:.])\d{1,2}:\d{2}(?![\d:])",
    "day": r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?!\d)",
})

COMMENTS = 3
"""Comments of a thread."""

APART = 40
"""Lines, blank ones counted, between two marks of one thread: longer comments are rare."""

_ON_LINES = tuple(match for match in Match if match not in (Match.HEADING, Match.INLINE))
_LABEL = 8  # words of a reply button, with a name in it
_STAMP = 14  # tokens of a line that says who wrote and when
_NAME = 4  # tokens of it that are neither date nor time
_BODY = 4  # words of a comment
_PROSE_ABOVE = 3  # paragraphs of the article
_SPOKEN, _STAMPED = 0.87, 0.8  # below what profiles call certain: a forum's answers have the same marks


def detect(material: Material) -> list[Evidence]:
    """Evidence for every visible line from the first mark of a thread to its last comment."""
    spoken = _spoken(material)
    stamped = _stamped(material)
    marks = sorted({*spoken, *stamped})
    headings = material.lines_hit((Category.COMMENTS,), (Match.HEADING,)).tolist()
    found: list[Evidence] = []
    for run in _runs(material, marks):
        said = [line for line in run if line in spoken]
        if len(said) >= COMMENTS:
            score, rule = _SPOKEN, "threads/replies"
        elif len(run) - len(said) >= COMMENTS:
            score, rule = _STAMPED, "threads/names and times"
        else:
            continue
        for line in range(_start(material, run, spoken, headings), _end(material, run, spoken)):
            if not material.documents.blank[line]:
                found.append(whole_line(material.documents, line, Category.COMMENTS, score, rule))
    return found


def _spoken(material: Material) -> set[int]:
    """Lines that the lexicon knows from comments: "Reply", "Report", "Jane says"."""
    lines = material.lines_hit((Category.COMMENTS,), _ON_LINES)
    return set(lines[material.prose.words[lines] <= _LABEL].tolist())


def _stamped(material: Material) -> set[int]:
    """Short lines with a day and a time of day, and hardly more than a name beside them."""
    documents, prose = material.documents, material.prose
    stamps, dated = prose.count(Mark.STAMP), prose.count(Mark.DATE)
    maybe = ((prose.numbers >= 2) & (documents.tokens <= _STAMP) & (documents.tokens - stamps <= _NAME)
             & ~prose.ended & (documents.counts[:, ch.BAR] < 3))
    found = set()
    for line in np.flatnonzero(maybe).tolist():
        text = documents.text_of(line)
        if PATTERNS["clock"].search(text) and (dated[line] or PATTERNS["day"].search(text)):
            found.add(line)
    return found


def _runs(material: Material, marks: Sequence[int]) -> Iterator[list[int]]:
    """Marks of one text that stand close enough, with comments between them, below an article.

    A mark or two above the article (a menu's "Comments") are no part of the thread below it.
    """
    documents, prose = material.documents, material.prose
    bodies: Ints = np.concatenate([[0], np.cumsum((prose.words >= _BODY) | prose.prose)])
    paragraphs: Ints = np.concatenate([[0], np.cumsum(prose.prose)])
    run: list[int] = []
    comments = 0
    for mark in [*marks, -1]:
        if run:
            last = run[-1]
            apart = mark < 0 or mark - last > APART or documents.document[mark] != documents.document[last]
            if apart or (comments < COMMENTS - 1 and paragraphs[mark] - paragraphs[last] >= _PROSE_ABOVE):
                first = int(documents.first_line[documents.document[run[0]]])
                if comments >= COMMENTS - 1 and paragraphs[run[0]] - paragraphs[first] >= _PROSE_ABOVE:
                    yield run
                run, comments = [], 0
            else:
                comments += int(bodies[mark] - bodies[last + 1] > 0)
        run.append(mark)


def _start(material: Material, run: Sequence[int], spoken: set[int], headings: Sequence[int]) -> int:
    """The first line of a thread: the name above the first time, or what stands below the heading of the comments."""
    documents, prose = material.documents, material.prose
    first = int(documents.first_line[documents.document[run[0]]])
    above = bisect_left(headings, run[0]) - 1
    if above >= 0 and headings[above] >= max(first, run[0] - APART):
        return headings[above] + 1
    line = run[0] - 1
    while line >= first and documents.blank[line]:
        line -= 1
    named = run[0] not in spoken and line >= first and prose.words[line] <= _NAME
    return line if named else run[0]


def _end(material: Material, run: Sequence[int], spoken: set[int]) -> int:
    """One past the last line of a thread: behind the last button, or behind the paragraphs under the last time."""
    documents, prose = material.documents, material.prose
    line = run[-1] + 1
    if run[-1] in spoken:
        return line
    after = min(int(documents.first_line[documents.document[run[-1]] + 1]), line + APART)
    while line < after and (documents.blank[line] or prose.prose[line] or (
            prose.ended[line] and prose.words[line] >= _BODY)):
        line += 1
    return line
