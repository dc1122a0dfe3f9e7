"""The lexicon's phrases where they stand: whole lines, line starts, line ends, and banners between sentences.

A hit says that a phrase stands there; what speaks against its meaning what its entry means, `doubts` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.detect.doubts import believed, meant
from cleannews.evidence import Evidence, Material, whole_line, whole_lines
from cleannews.lexicon import LABELS, Entry, Hit, Hits, Match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents

_PARAGRAPH = 12  # words
_ONE_OF_MANY, _LAST_OF_MANY = 0.9, 0.95
_SENTENCE = 6  # words of a sentence that is no part of an appeal, at the least
_TITLE = 25  # words of a headline
_LABEL = 40  # code points of what announces one
_TITLED = 0.93
_MONTH = 4  # letters: Jan., Sept., No.
_ABBREVIATION = 3  # letters: Dr., St., No.
_HALF, _LESS = 0.5, 0.75
_ENDS = (ch.TERMINAL, ch.QUOTE, ch.CLOSING)
_BEFORE_BANNER = (ch.TERMINAL, ch.QUOTE, ch.CLOSING, ch.BAR, ch.COLON)
_AFTER_BANNER = (ch.COLON, ch.BAR, ch.DASH, ch.CLOSING, ch.TERMINAL)
_TO_SENTENCE_END = (Match.START, Match.CONTAINS)


def detect(material: Material) -> list[Evidence]:
    """Evidence for every hit of the lexicon that is believed.

    Phrases that are whole lines come first: of two that are equally sure, they say best what a line is.
    """
    hits, scores = material.hits, believed(material)
    labels = material.lexicon.having(matches=LABELS)[hits.entry]
    whole, inside = labels & (scores > 0), ~labels & (scores > 0)
    return [*_labels(material, hits[whole], scores[whole]), *_phrases(material, hits[inside], scores[inside])]


def _labels(material: Material, hits: Hits, scores: NDArray[np.float64]) -> Iterator[Evidence]:
    """The evidence of hits that are whole lines."""
    documents, lexicon = material.documents, material.lexicon
    # A phrase may be wrapped into the next line.
    wrapped = np.flatnonzero(hits.last > documents.first_token[hits.line + 1])
    owners = np.append(np.arange(len(hits)), wrapped)
    order = np.argsort(owners, kind="stable")
    owners, lines = owners[order], np.append(hits.line, hits.line[wrapped] + 1)[order]
    entries = hits.entry[owners].tolist()
    return whole_lines(
        documents, lines.tolist(), [lexicon.entries[entry].category for entry in entries], scores[owners].tolist(),
        map(lexicon.rules.__getitem__, zip(entries, hits.phrase[owners].tolist(), strict=True)))


def _phrases(material: Material, hits: Hits, scores: NDArray[np.float64]) -> Iterator[Evidence]:
    """The evidence of hits inside lines."""
    documents, prose, lexicon = material.documents, material.prose, material.lexicon
    paragraphs = ((prose.words >= _PARAGRAPH) & (documents.counts[:, ch.TERMINAL] >= 2)).tolist()
    rights = set(material.lines_hit((Category.LEGAL,)).tolist())
    sentences: dict[int, list[Evidence]] = {}
    known = (-1, -1)
    for hit, belief in zip(hits, scores.tolist(), strict=True):
        line, entry = hit.line, lexicon.entries[hit.entry]
        if (hit.first, hit.entry) == known and entry.match in _TO_SENTENCE_END:
            continue  # the shortest hit says what sentence it is: a gap reaches into the next
        known = (hit.first, hit.entry)
        rule = lexicon.rules[hit.entry, hit.phrase]
        if entry.match is Match.INLINE:
            yield from _inline(documents, entry, hit, rule)
            continue
        start, end = _sentence(documents, hit)
        score = belief * meant(material, hit, start, end)
        if not score:
            continue
        if (end - start) * 10 < (documents.ink_end[line] - documents.ink_start[line]) * 9 and (
                paragraphs[line] or _closed(documents, line, start)):
            # One sentence of several: the line is not what the entry speaks of.
            begin = start
            while end == documents.ink_end[line] and documents.kinds[begin - 1] == ch.SPACE:
                begin -= 1  # at a line's end the white space before it goes with it
            sentences.setdefault(line, []).append(
                Evidence(line, begin, end, entry.category, score, rule, whole=False, sentence=True))
            if paragraphs[line]:
                continue
            if entry.category is Category.CAPTION and line not in rights:
                score *= _LESS  # what has a photographer behind it is a caption: "A boat on Monday. Photo: Jane Doe"
            elif int(np.searchsorted(documents.token_start, start)) - documents.first_token[line] < _SENTENCE:
                score *= _HALF  # two short sentences may be one appeal: "Enjoyed this? Sign up for our newsletter"
            else:
                continue
        elif entry.category is Category.RELATED and score == entry.score and _announces(documents, line):
            score = max(score, _TITLED)
        yield whole_line(documents, line, entry.category, score, rule)
    for line, items in sentences.items():
        yield from _weighed(items, int(documents.ink_end[line]))
        if _covered(items) * 10 >= (documents.ink_end[line] - documents.ink_start[line]) * 9:
            # Each sentence is named: "Jane Doe is a staff writer at this magazine. Follow her on Twitter."
            best = max(items, key=lambda item: item.score)
            yield whole_line(documents, line, best.category, best.score, best.rule)


def _closed(documents: Documents, line: int, start: int) -> bool:
    """Whether what stands before a place in a line is a sentence of its own: ``It rained. | Download our app``.

    A full stop behind a capital and few letters may be an abbreviation's: ``Dr. | Sign up``.
    """
    kinds = documents.kinds
    low = int(documents.ink_start[line])
    stop = start - 2  # before the space
    if stop <= low or kinds[stop] not in _ENDS:
        return False
    head = stop
    while head > low and kinds[head - 1] not in (ch.SPACE, *_ENDS):
        head -= 1
    return not (documents.codes[stop] == ord(".") and kinds[head] == ch.UPPER and stop - head <= _ABBREVIATION
                and not bool((kinds[head + 1:stop] == ch.UPPER).any()))


def _covered(items: list[Evidence]) -> int:
    """How many code points of a line some spans hold together."""
    total = reach = 0
    for item in sorted(items, key=lambda item: item.start):
        total += max(0, item.end - max(item.start, reach))
        reach = max(reach, item.end)
    return total


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
    low, high = int(documents.ink_start[hit.line]), int(documents.ink_end[hit.line])
    start, end = int(documents.token_start[hit.first]), int(documents.token_end[hit.last - 1])
    kinds = documents.kinds[low:high].tobytes()
    space = start - low
    while (space := kinds.rfind(ch.SPACE, 0, space)) > 0 and not _ends(documents, low + space - 1):
        pass
    begin = low + space + 1 if space > 0 else low
    space = end - low - 1
    while (space := kinds.find(ch.SPACE, space + 1)) >= 0 and not _ends(documents, low + space - 1):
        pass
    end = low + space if space >= 0 else high
    while end < high and kinds[end - low] == ch.SPACE:
        end += 1
    return begin, end


def _ends(documents: Documents, place: int) -> bool:
    """Whether a sentence may end with the character at a place.

    ``“Join us,” he said.`` goes on behind its quote, ``on Jan. 30`` and ``No. 5`` behind their full stop.
    """
    kinds = documents.kinds
    if kinds[place] not in _ENDS or (kinds[place] == ch.QUOTE and kinds[place - 1] == ch.COMMA):
        return False
    if documents.codes[place] != ord(".") or kinds[min(place + 2, len(kinds) - 1)] != ch.DIGIT:
        return True
    head = place
    while head > 0 and kinds[head - 1] in (ch.UPPER, ch.LOWER) and place - head <= _MONTH:
        head -= 1
    return not (kinds[head] == ch.UPPER and 0 < place - head <= _MONTH)


def _title_behind(documents: Documents, line: int, place: int, bracketed: bool) -> int:
    """Where the title ends that a label and a colon announce, 0 where nobody knows.

    ``… on Friday. Read more: Ten dead in Odesa`` goes to the end of the line, ``(Related: Ten dead in Odesa)`` to that
    of the bracket. What ends in a full stop, or goes on behind one, may be the article's.
    """
    kinds, high = documents.kinds, int(documents.ink_end[line])
    while place < high and kinds[place] == ch.SPACE:  # French has one before its colons
        place += 1
    if place >= high or kinds[place] != ch.COLON:
        return 0
    end = high
    if bracketed:
        closing = np.flatnonzero(kinds[place:high] == ch.CLOSING)
        if not len(closing):
            return 0
        end = place + int(closing[0])
    title = kinds[place + 1:end]
    words = np.subtract(*np.searchsorted(documents.token_start, [end, place]))
    stops = (title[:-1] == ch.TERMINAL) & (title[1:] == ch.SPACE)
    if not 0 < words <= _TITLE or stops.any() or documents.codes[end - 1] == ord("."):
        return 0
    return end + 1 if bracketed else end


def _announces(documents: Documents, line: int) -> bool:
    """Whether a line is a label with a colon and a title: ``Read also: Ten dead in Odesa``."""
    start, end = int(documents.ink_start[line]), int(documents.ink_end[line])
    colons = np.flatnonzero(documents.kinds[start:min(end, start + _LABEL)] == ch.COLON)
    return len(colons) > 0 and _title_behind(documents, line, start + int(colons[0]), bracketed=False) == end


def _inline(documents: Documents, entry: Entry, hit: Hit, rule: str) -> list[Evidence]:
    """A banner between sentences: what stands before it has ended, what follows begins with a capital or nothing."""
    line = hit.line
    kinds = documents.kinds
    if hit.first == documents.first_token[line] and hit.last == documents.first_token[line + 1]:
        return [whole_line(documents, line, entry.category, entry.score, rule)]
    low, high = int(documents.ink_start[line]), int(documents.ink_end[line])
    start, end = int(documents.token_start[hit.first]), int(documents.token_end[hit.last - 1])
    while start > low and kinds[start - 1] in (ch.OPENING, ch.BAR):
        start -= 1
    before = start - 1
    while before >= low and kinds[before] == ch.SPACE:
        before -= 1
    if before >= low and kinds[before] not in _BEFORE_BANNER:
        return []
    title = _title_behind(documents, line, end, bracketed=kinds[start] == ch.OPENING)
    if entry.category is Category.RELATED and title:
        if before < low and title == high:
            return [whole_line(documents, line, entry.category, max(entry.score, _TITLED), rule)]
        end = title
    while end < high and kinds[end] in _AFTER_BANNER:
        end += 1
    after = end
    while after < high and kinds[after] == ch.SPACE:
        after += 1
    if after < high and (after == end or kinds[after] in (ch.LOWER, ch.COMMA)):
        return []
    # The white space after the banner goes with it, so that the sentences around it stay one space apart.
    return [Evidence(line, start if after < high else before + 1, after, entry.category, entry.score, rule,
                     whole=False)]
