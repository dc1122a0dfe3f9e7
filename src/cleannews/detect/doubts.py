"""What speaks against a phrase where it stands: of a line, in a table, and of a single hit and its sentence.

No detector: `phrases` asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.lexicon import LABELS, ON_LINES, Match
from cleannews.prose import Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents
    from cleannews.evidence import Material
    from cleannews.lexicon import Hit

_QUOTED = 2  # marks around what is quoted
_SAID_ALONE = 3  # words that somebody may say by themselves: no label is quoted
_ANSWER = 2  # tokens that somebody may say in answer
_TABLE = 3  # bars of a row of a table
_HALF, _LESS = 0.5, 0.75


def believed(material: Material) -> NDArray[np.float64]:
    """The score of each hit by what its line shows, shape (hits,); 0 for no evidence at all."""
    hits, lexicon = material.hits, material.lexicon
    scores: NDArray[np.float64] = lexicon.score[hits.entry]
    if not len(hits):
        return scores
    for doubt in _doubts(material):
        doubted = doubt.lines[hits.line] & lexicon.having(doubt.categories, doubt.matches)[hits.entry]
        scores[doubted] *= doubt.belief
    return scores


def meant(material: Material, hit: Hit, start: int, end: int) -> float:
    """How much of a score is left by what the sentence around a hit, ``[start, end)``, shows."""
    documents, entry = material.documents, material.lexicon.entries[hit.entry]
    if _mentioned(documents, hit):
        return 0
    left = 1.0
    if entry.category is Category.CAPTION and entry.match is Match.END and _goes_into(documents, hit):
        left *= _HALF
    speech = material.prose.count(Mark.SAID)[hit.line] > 0 or documents.counts[hit.line, ch.QUOTE] >= _QUOTED
    if speech and material.prose.ended[hit.line] and _reported(material, hit, start, end):
        left *= _HALF
    return left


class _Doubt(NamedTuple):
    """Lines in which entries of some kinds are believed less."""

    lines: NDArray[np.bool_]
    belief: float
    """What the entry's score is multiplied by; 0 for no evidence at all."""
    categories: tuple[Category, ...] = tuple(Category)
    matches: tuple[Match, ...] = ON_LINES


def _doubts(material: Material) -> list[_Doubt]:
    """What in a line speaks against a phrase in it."""
    documents, prose = material.documents, material.prose
    pieces = documents.glued | np.append(documents.glued[1:], False)
    above, below = documents.beside(prose.sentence | prose.prose)
    stopped = documents.last_code == ord(".")
    goes_on = (documents.counts[:, ch.COLON] == 0) | _goes_on(documents)
    return [
        # “OK.”
        _Doubt((documents.counts[:, ch.QUOTE] >= _QUOTED) & (documents.tokens <= _SAID_ALONE), 0),
        # "Read more: Ten dead in Odesa The governor said …": where the headline ends, nobody knows.
        _Doubt(pieces & prose.prose, 0, (Category.RELATED,), (Match.START,)),
        # "Hamburg. The council …"
        _Doubt(pieces & prose.ended, 0, (Category.LABEL, Category.NAVIGATION)),
        # A sentence points to no headline where it has no colon ("Mehr zum Thema sagte die Kanzlerin nicht.") or goes
        # on behind it in lower case ("Related: her sister is also a singer.").
        _Doubt(prose.sentence & goes_on, _HALF, (Category.RELATED,)),
        # "3 March 2021" above the entry of a chronology.
        _Doubt(prose.entry_heads, 0, (Category.TIMESTAMP,), LABELS),
        # "Posted in Gibraltar in 1941, he learned Spanish."
        _Doubt(prose.sentence, _LESS, (Category.BYLINE, Category.TAGS, Category.TIMESTAMP), (Match.START,)),
        # "| Roma | 5,80 | 11,20 |": a row of a table.
        _Doubt(documents.counts[:, ch.BAR] >= _TABLE, 0, (Category.TIMESTAMP,), LABELS),
        # "■メモ": a cross-head of the article has such a sign.
        _Doubt(ch.one_of(documents.first_code, "■◆●▼◇"), _HALF,
               (Category.WIDGET, Category.NAVIGATION, Category.LABEL), LABELS),
        # "Share it." in a speech, "Listen." in a column: a button has no full stop.
        _Doubt(stopped, _LESS, (Category.SHARE,), LABELS),
        _Doubt(stopped & (documents.tokens <= _ANSWER), _LESS,
               (Category.LABEL, Category.NAVIGATION, Category.TAGS, Category.WIDGET), LABELS),
        # "Tip", "Details", "Results" between two paragraphs may be the article's own cross-heads.
        _Doubt(above & below & (documents.tokens == 1), _LESS,
               (Category.BYLINE, Category.CAPTION, Category.CREDIT, Category.LABEL, Category.NAVIGATION, Category.TAGS,
                Category.TIMESTAMP, Category.WIDGET), LABELS),
    ]


def _goes_on(documents: Documents) -> NDArray[np.bool_]:
    """Which lines have a small letter behind a colon, and end in a full stop."""
    kinds = documents.kinds
    colons = np.flatnonzero(kinds[:-2] == ch.COLON)
    colons = colons[(kinds[colons + 1] == ch.SPACE) & (kinds[colons + 2] == ch.LOWER)]
    found = np.zeros(documents.line_count, bool)
    found[np.searchsorted(documents.start, colons, side="right") - 1] = True
    found &= documents.last_code == ord(".")
    return found


def _reported(material: Material, hit: Hit, start: int, end: int) -> bool:
    """Whether the sentence around a hit, ``[start, end)``, says that somebody said it.

    ``Customers can cancel at any time, the regulator said.`` ``“Cancel anytime,” it read.``
    """
    documents = material.documents
    first, last = np.searchsorted(documents.token_start, [start, end]).tolist()
    before = material.prose.tokens(Mark.SAID, slice(first, hit.first))
    after = material.prose.tokens(Mark.SAID, slice(hit.last, last))
    kinds = documents.kinds[start:end]
    quoted = (kinds[:-2] == ch.COMMA) & (kinds[1:-1] == ch.QUOTE) & (kinds[2:] == ch.SPACE)
    return bool(before.any() or after.any() or quoted.any())


def _goes_into(documents: Documents, hit: Hit) -> bool:
    """Whether the sentence before a phrase goes on into it: ``On the wall hung one photo: his mother.``"""
    start = int(documents.token_start[hit.first])
    return bool(documents.kinds[start] == ch.LOWER and documents.kinds[start - 1] == ch.SPACE
                and documents.last_code[hit.line] == ord("."))


def _mentioned(documents: Documents, hit: Hit) -> bool:
    """Whether a line speaks of a label and quotes it: ``who clicks on « Tout refuser » …``."""
    kinds = documents.kinds
    before, after = int(documents.token_start[hit.first]) - 1, int(documents.token_end[hit.last - 1])
    low, high = int(documents.ink_start[hit.line]), int(documents.ink_end[hit.line])
    while before > low and kinds[before] == ch.SPACE:
        before -= 1
    while after < high and kinds[after] in (ch.SPACE, ch.COMMA, ch.TERMINAL):
        after += 1
    return before >= low and after < high and bool(kinds[before] == ch.QUOTE == kinds[after])
