"""One entry of the lexicon."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

from cleannews.category import Category
from cleannews.errors import LexiconError


class Match(str, Enum):
    """Where a phrase must stand, and what goes with it (the table is in `cleannews.lexicon`)."""

    LINE = "line"
    HEADING = "heading"
    START = "start"
    END = "end"
    CONTAINS = "contains"
    INLINE = "inline"


LABELS = (Match.LINE, Match.HEADING)
"""Places of phrases that are whole lines."""

ON_LINES = tuple(match for match in Match if match is not Match.INLINE)
"""Places of phrases with which a line may go."""

_MOST_WORDS = {Match.LINE: 10_000, Match.HEADING: 10_000, Match.START: 40, Match.END: 40, Match.CONTAINS: 80,
               Match.INLINE: 1_000_000}
_CASES = ("any", "capital", "title", "upper")
_KEYS = {"category", "match", "phrase", "hit", "miss", "case", "score", "words"}


class Entry(NamedTuple):
    """A phrase (in one or more wordings), the cruft it names, and texts that prove it."""

    language: str
    category: Category
    match: Match
    phrases: tuple[str, ...]
    case: str = "any"
    score: float = 0.9
    words: int = 40
    """The most tokens a line may have and still go as a whole."""
    hit: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()

    def rule(self, phrase: int) -> str:
        """The name of a phrase in evidence and audit: ``phrases/en/heading: related (links|articles)``."""
        return f"phrases/{self.language}/{self.match.value}: {self.phrases[phrase]}"


def entry_from(table: Any, language: str, where: str) -> Entry:
    """An entry from a parsed TOML table; LexiconError names `where` for anything amiss."""
    if not isinstance(table, dict):
        raise LexiconError(f"{where} is not a table; write it as [[entry]]")
    unknown = set(table) - _KEYS
    if unknown:
        raise LexiconError(f"{where} has the unknown key {min(unknown)!r}; known are {', '.join(sorted(_KEYS))}")
    for key in ("category", "match", "phrase"):
        if key not in table:
            raise LexiconError(f"{where} has no {key!r}")
    try:
        category = Category(table["category"])
    except ValueError:
        raise LexiconError(f"{where} has the unknown category {table['category']!r}; "
                           f"known are {', '.join(Category)}") from None
    try:
        match = Match(table["match"])
    except ValueError:
        raise LexiconError(f"{where} has the unknown match {table['match']!r}; "
                           f"known are {', '.join(kind.value for kind in Match)}") from None
    case, score = table.get("case", "any"), table.get("score", 0.9)
    if case not in _CASES:
        raise LexiconError(f"{where} has the unknown case {case!r}; known are {', '.join(_CASES)}")
    if not isinstance(score, (int, float)) or not 0 < score <= 1:
        raise LexiconError(f"{where} has the score {score!r}; it must be a number above 0 and at most 1")
    words = table.get("words", _MOST_WORDS[match])
    if not isinstance(words, int) or words < 1:
        raise LexiconError(f"{where} has words = {words!r}; it must be a whole number of at least 1")
    return Entry(language, category, match, _texts(table, "phrase", where), case, float(score), words,
                 _texts(table, "hit", where), _texts(table, "miss", where))


def _texts(table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item.strip() for item in values):
        raise LexiconError(f"{where} has a {key!r} that is not a text or a list of texts")
    return tuple(values)
