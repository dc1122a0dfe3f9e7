"""Blocks under a heading: "Related Links" and all that follows until article prose resumes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_lines
from cleannews.lexicon import ON_LINES, Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

MINUTE = re.compile(r"\d{1,3}(?:\+\d{1,2})?['’′]|\d{1,2}:\d\d")

LONGEST = 120
"""Lines. A bound on what one heading can take with it, well above the lists that pages carry."""

_WITH_PROSE = (Category.CREDIT, Category.BYLINE)
_WITH_LISTS = (Category.RELATED, Category.NAVIGATION, Category.TAGS)
_NAMED = 0.9
_INTRODUCTION = 4  # words of a line that introduces a list, at the least: "Topics:" heads one of the page's
_ITEM = {Category.SHARE: 4, Category.TAGS: 7}  # words of a button's name or of a tag, at the most
_SHORTEST = 2  # words of a sentence
_FACTS, _LABEL, _LABEL_WORDS = 3, 40, 4  # lines of a fact sheet, at the least; code points and tokens of a label
_TAIL, _SURE, _LIKELY, _PARAGRAPH, _STOPPED, _DOUBTFUL = 0.96, 0.92, 0.85, 0.82, 0.6, 0.5


def detect(material: Material) -> list[Evidence]:
    """Evidence for the lines under each heading; the heading itself is the phrases' business.

    A block survives blank lines, sub-headings, stray bars and sentences that a phrase names ("Join the conversation in
    the comments below.") and ends before the first line of prose. The line right above resuming prose, or above another
    heading, may be the article's own cross-head or headline and is doubtful. A takeaways block holds its bullets, an
    author block its first paragraph, where that is the text's last. A heading of another kind opens a block of its own.
    What is under links ends before a fact sheet.
    """
    documents, prose = material.documents, material.prose
    lexicon = material.lexicon
    hits = material.hits[lexicon.having(matches=(Match.HEADING,))[material.hits.entry]]
    headings = {hit.line: lexicon.entries[hit.entry].category for hit in hits}
    if not headings:
        return []
    # Columns, not tuples: a page of headings has a hundred thousand, which the garbage collector would visit each time.
    lines: list[int] = []
    categories: list[Category] = []
    scores: list[float] = []
    rules: list[str] = []
    heading_lines = sorted(headings)
    on_lines = lexicon.having(matches=ON_LINES)
    hit_lines = set(material.hits.line[on_lines[material.hits.entry]].tolist())
    sure = on_lines & (lexicon.score >= _NAMED)
    named = set(material.hits.line[sure[material.hits.entry]].tolist())
    paragraphs = np.concatenate([[0], np.cumsum(prose.prose)])  # of prose before each line
    sentences = np.concatenate([[0], np.cumsum(prose.prose | prose.sentence)])
    stopped = _stopped(material)
    facts = _fact_sheets(material, [line for line, category in headings.items() if category in _WITH_LISTS])
    ends = {category: _ends(material, category, stopped, facts)
            for category in {lexicon.entries[hit.entry].category for hit in hits}}
    done = -1
    for hit in hits:
        entry = lexicon.entries[hit.entry]
        if hit.line < done:
            continue
        first = hit.line + 1 + int(hit.last > documents.first_token[hit.line + 1])
        last = min(int(documents.first_line[documents.document[hit.line] + 1]), first + LONGEST)
        rule = f"sections/{entry.language}: {entry.phrases[hit.phrase]}"
        if entry.category is Category.TAKEAWAYS:
            body, resumed, cut_short = _bullets(material, first, last), False, False
        else:
            below = heading_lines[bisect_left(heading_lines, first):bisect_left(heading_lines, last)]
            end = next((line for line in below if headings[line] != entry.category), last)
            cut_short = end < last
            body, resumed = _until_prose(material, first, end, named,
                                         paragraphs if entry.category in _WITH_PROSE else None,
                                         ends[entry.category])
        # The last line above the prose may be the article's cross-head: short sentences and labels may stand between,
        # below a line that is the only one of its kind also sentences that a phrase names.
        own = [line for line in body if line not in hit_lines]
        cross_head = own[0] if len(own) == 1 else next(
            (line for line in reversed(body) if (prose.ended[line] if line in hit_lines else not stopped[line])), -1)
        above = bool(sentences[hit.line] > sentences[documents.first_line[documents.document[hit.line]]])
        for line in body:
            if prose.prose[line]:
                share = _PARAGRAPH
            elif stopped[line]:
                share = _DOUBTFUL if entry.category is Category.RELATED else _STOPPED
            elif not resumed and not cut_short:
                share = _TAIL
            elif entry.category not in _WITH_LISTS or not above or _dashed(material, line) or (
                    line == cross_head and (prose.words[line] <= 7 or len(body) == 1)):
                share = _DOUBTFUL
            else:
                share = _SURE if prose.headline[line] else _LIKELY
            scores.append(entry.score * share)
        lines += body
        categories += [entry.category] * len(body)
        rules += [rule] * len(body)
        done = body[-1] + 1 if body else first
    return list(whole_lines(documents, lines, categories, scores, rules))


def _ends(material: Material, category: Category, stopped: NDArray[np.bool_],
          facts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines end a block of a category, unless a phrase names them.

    What ends in a colon introduces what follows: the text goes on there. A sentence, the row of a table and what is too
    long are no button and no tag, a fact sheet is no list of links.
    """
    documents, prose = material.documents, material.prose
    ends: NDArray[np.bool_] = (documents.last_kind == ch.COLON) & (prose.words >= _INTRODUCTION)
    if category in _ITEM:
        ends |= (prose.words > _ITEM[category]) | stopped | (documents.counts[:, ch.BAR] >= 2)
    if category in _WITH_LISTS:
        ends |= facts
    return ends


def _until_prose(material: Material, first: int, last: int, named: Set[int], paragraphs: NDArray[np.int64] | None,
                 ends: NDArray[np.bool_]) -> tuple[list[int], bool]:
    """The visible lines from `first` until prose resumes, and whether it did; `named` lines are cruft by a phrase.

    With `paragraphs`, those of prose before each line, a first paragraph that is the text's last belongs to the block.
    A line that `ends` it does so unless a phrase names it.
    """
    documents, prose = material.documents, material.prose
    body: list[int] = []
    for line in range(first, last):
        if documents.blank[line]:
            continue
        if prose.prose[line] or (prose.sentence[line] and prose.words[line] >= 10 and line not in named):
            if paragraphs is not None and not body and (
                    paragraphs[_end_of_text(material, line)] == paragraphs[line + 1]):
                return [line], False
            return body, True
        if ends[line] and line not in named:
            return body, True
        body.append(line)
    return body, False


def _stopped(material: Material) -> NDArray[np.bool_]:
    """Which lines end in a full stop, as headlines and buttons do not: ``Lakers: Host the Kings on Tuesday.``

    Three dots cut a teaser short.
    """
    documents = material.documents
    cut_short = documents.codes[np.maximum(documents.ink_end - 2, 0)] == ord(".")
    stopped = ch.one_of(documents.last_code, ch.FULL_STOPS) & ~cut_short
    found: NDArray[np.bool_] = (material.prose.words >= _SHORTEST) & (stopped | material.prose.signed)
    return found


def _fact_sheets(material: Material, headings: Sequence[int]) -> NDArray[np.bool_]:
    """Which lines are three or more under one another that each begin with a label of its own and a colon.

    ``Referee: J. Roe``, ``Attendance: 612``; ``March 2019: the first report``. Of such lines below a heading of links,
    five in eight were article (161 of 256 on the development pages), of all others one in 25. Only the texts of some
    headings are looked at.
    """
    documents = material.documents
    found = np.zeros(documents.line_count, bool)
    visible = np.flatnonzero(~documents.blank)
    with_heading = np.zeros(len(documents.texts), bool)
    with_heading[documents.document[np.array(headings, np.int64)]] = True
    colons = (documents.counts[visible, ch.COLON] > 0) & with_heading[documents.document[visible]]
    # All lines of such a run have a colon, so that most lines that have one need no second look.
    edges = np.diff(colons.astype(np.int8), prepend=0, append=0)
    first, after = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    first, after = first[after - first >= _FACTS], after[after - first >= _FACTS]
    lines = [line for start, end in zip(first.tolist(), after.tolist(), strict=True)
             for line in visible[start:end].tolist()]
    run: list[int] = []
    labels: set[str] = set()
    for line in [*lines, -1]:
        label = _label(material, line) if line >= 0 else ""
        joined = (bool(run) and label not in labels and documents.document[line] == documents.document[run[-1]]
                  and bool(documents.blank[run[-1] + 1:line].all()))
        if label and (joined or not run):
            run.append(line)
            labels.add(label)
            continue
        if len(run) >= _FACTS:
            found[run] = True
        run, labels = ([line], {label}) if label else ([], set())
    return found


def _label(material: Material, line: int) -> str:
    """The label that a line begins with, or nothing: a few words before a colon that something follows."""
    documents = material.documents
    start, end = int(documents.ink_start[line]), int(documents.ink_end[line])
    text = documents.text_between(start, min(end, start + _LABEL + 2))
    label, colon, value = text.partition(":")
    clock = label[-1:].isdigit() and value[:1].isdigit()
    return label.casefold() if colon and value.strip() and not clock and 0 < len(label.split()) <= _LABEL_WORDS else ""


def _end_of_text(material: Material, line: int) -> int:
    documents = material.documents
    return int(documents.first_line[documents.document[line] + 1])


def _bullets(material: Material, first: int, last: int) -> list[int]:
    """The bullet or numbered lines from `first` on."""
    documents = material.documents
    body: list[int] = []
    for line in range(first, last):
        if documents.blank[line]:
            continue
        if documents.first_kind[line] not in (ch.BAR, ch.DASH, ch.DIGIT, ch.SYMBOL) and not starred(material, line):
            break
        if _dashed(material, line) or _minute(material, line):
            break
        body.append(line)
    return body


def _minute(material: Material, line: int) -> bool:
    """Whether a line begins with a minute of a match (``45+2' GOAL!``) or a time of day."""
    documents = material.documents
    start = int(documents.ink_start[line])
    return MINUTE.match(documents.text_between(start, start + 8)) is not None


def _dashed(material: Material, line: int) -> bool:
    """Whether a line stands between dashes, as cross-heads do: ``- Backing for the wall? -``."""
    return bool(material.documents.first_kind[line] == ch.DASH == material.documents.last_kind[line])


def starred(material: Material, line: int) -> bool:
    """Whether a line begins with an asterisk or a plus sign as a bullet."""
    documents = material.documents
    return bool(documents.first_code[line] in (0x2A, 0x2B))
