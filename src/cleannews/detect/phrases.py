"""The lexicon's phrases where they stand: whole lines, line starts, line ends, and banners between sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line
from cleannews.lexicon import Entry, Hit, Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents

_PARAGRAPH = 12  # words
_ONE_OF_MANY, _LAST_OF_MANY = 0.9, 0.95
_SENTENCE = 0.5
_SAID = 3  # words that somebody may say by themselves: no label is quoted
_ENDS = (ch.TERMINAL, ch.QUOTE, ch.CLOSING)
_BEFORE_BANNER = (ch.TERMINAL, ch.QUOTE, ch.CLOSING, ch.BAR, ch.COLON)
_AFTER_BANNER = (ch.COLON, ch.BAR, ch.DASH, ch.CLOSING, ch.TERMINAL)


def detect(material: Material) -> list[Evidence]:
    """Evidence for every hit of the lexicon."""
    documents = material.documents
    entries = material.lexicon.entries
    paragraphs = ((material.prose.words >= _PARAGRAPH) & (documents.counts[:, ch.TERMINAL] >= 2)).tolist()
    pieces = documents.glued | np.append(documents.glued[1:], False)
    flat = (pieces & material.prose.prose).tolist()
    quoted = ((documents.counts[:, ch.QUOTE] >= 2) & (documents.tokens <= _SAID)).tolist()
    # A sentence points to no headline where it has no colon ("Mehr zum Thema sagte die Kanzlerin nicht.") or goes on
    # behind it in lower case ("Related: her sister is also a singer.").
    sentence = (material.prose.sentence & ((documents.counts[:, ch.COLON] == 0) | _goes_on(documents))).tolist()
    datelines = (pieces & material.prose.ended).tolist()
    first_token = documents.first_token.tolist()
    found: list[Evidence] = []
    sentences: dict[int, list[Evidence]] = {}
    for hit in material.hits:
        entry = entries[hit.entry]
        if entry.match is Match.INLINE:
            found.extend(_inline(documents, entry, hit))
            continue
        if flat[hit.line] and entry.match is Match.START and entry.category is Category.RELATED:
            continue  # "Read more: Ten dead in Odesa The governor said …": where the headline ends, nobody knows
        if quoted[hit.line]:
            continue  # “OK.”
        if datelines[hit.line] and entry.category in (Category.LABEL, Category.NAVIGATION):
            continue  # "Hamburg. The council …"
        if paragraphs[hit.line] and entry.match not in (Match.LINE, Match.HEADING):
            start, end = _sentence(documents, hit)
            if (end - start) * 10 < (documents.ink_end[hit.line] - documents.ink_start[hit.line]) * 9:
                # One sentence of a longer paragraph: the paragraph is not what the entry speaks of.
                sentences.setdefault(hit.line, []).append(
                    Evidence(hit.line, start, end, entry.category, entry.score, entry.rule, whole=False))
                continue
        score = entry.score * _SENTENCE if sentence[hit.line] and entry.category is Category.RELATED else entry.score
        found.append(whole_line(documents, hit.line, entry.category, score, entry.rule))
        if hit.last > first_token[hit.line + 1]:  # the phrase is wrapped into the next line
            found.append(whole_line(documents, hit.line + 1, entry.category, entry.score, entry.rule))
    for line, items in sentences.items():
        found.extend(_weighed(items, int(documents.ink_end[line])))
    return found


def _goes_on(documents: Documents) -> NDArray[np.bool_]:
    """Which lines have a small letter behind a colon, and end in a full stop."""
    kinds, codes = documents.kinds, documents.codes
    colons = np.flatnonzero(kinds[:-2] == ch.COLON)
    colons = colons[(kinds[colons + 1] == ch.SPACE) & (kinds[colons + 2] == ch.LOWER)]
    found = np.zeros(documents.line_count, bool)
    found[np.searchsorted(documents.start, colons, side="right") - 1] = True
    found &= codes[np.maximum(documents.ink_end - 1, 0)] == ord(".")
    return found


def _weighed(items: list[Evidence], end: int) -> Iterator[Evidence]:
    """Sentences of one paragraph: those at its end, where notes and appeals stand, are believed, others less."""
    for item in sorted(items, key=lambda item: item.end, reverse=True):
        if item.end >= end:
            end = min(end, item.start)
            yield item._replace(score=item.score * _LAST_OF_MANY)
        else:
            yield item._replace(score=item.score * _ONE_OF_MANY)


def _sentence(documents: Documents, hit: Hit) -> tuple[int, int]:
    """The sentence or sentences a hit stands in, with the white space after them."""
    kinds = documents.kinds
    low, high = int(documents.ink_start[hit.line]), int(documents.ink_end[hit.line])
    start, end = int(documents.token_start[hit.first]), int(documents.token_end[hit.last - 1])
    while start > low and not (kinds[start - 1] == ch.SPACE and start - 2 >= low and kinds[start - 2] in _ENDS):
        start -= 1
    while end < high and not (kinds[end] == ch.SPACE and kinds[end - 1] in _ENDS):
        end += 1
    while end < high and kinds[end] == ch.SPACE:
        end += 1
    return start, end


def _inline(documents: Documents, entry: Entry, hit: Hit) -> list[Evidence]:
    """A banner between sentences: what stands before it has ended, what follows begins with a capital or nothing."""
    line = hit.line
    kinds = documents.kinds
    if hit.first == documents.first_token[line] and hit.last == documents.first_token[line + 1]:
        return [whole_line(documents, line, entry.category, entry.score, entry.rule)]
    low, high = int(documents.ink_start[line]), int(documents.ink_end[line])
    start, end = int(documents.token_start[hit.first]), int(documents.token_end[hit.last - 1])
    while start > low and kinds[start - 1] in (ch.OPENING, ch.BAR):
        start -= 1
    before = start - 1
    while before >= low and kinds[before] == ch.SPACE:
        before -= 1
    if before >= low and kinds[before] not in _BEFORE_BANNER:
        return []
    while end < high and kinds[end] in _AFTER_BANNER:
        end += 1
    after = end
    while after < high and kinds[after] == ch.SPACE:
        after += 1
    if after < high and (after == end or kinds[after] in (ch.LOWER, ch.COMMA)):
        return []
    # The white space after the banner goes with it, so that the sentences around it stay one space apart.
    return [Evidence(line, start if after < high else before + 1, after, entry.category, entry.score, entry.rule,
                     whole=False)]
