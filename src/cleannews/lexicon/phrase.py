"""The language that lexicon phrases are written in.

========================  ==========================================================================================
``related links``         these words, whatever their case, accents and punctuation
``(share|tweet) this``    either; ``(this|)`` may be missing
``#``                     a number: ``7``, ``1,204``, ``10:30``, ``2025-06-26``
``*``                     one to eight words of any kind (a name, a headline)
``**``                    one to forty words
``<month>``               any word of that list in the file's ``[words]`` table
``photo:``                a colon must follow the word
========================  ==========================================================================================

There is nothing to repeat and nothing to nest without bound, so that matching costs time in proportion to the
text for any phrase anybody can write: a lexicon from a stranger cannot hang a pipeline.

A phrase is compiled to a graph of states without loops: from each state, elements lead on to others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cleannews.document import hashes_of
from cleannews.errors import LexiconError
from cleannews.kernels.hashing import NUMBER

DEEPEST = 12
"""Brackets within brackets. Nobody writes so many; a file made to break the parser might."""

LONGEST = 4000
"""Code points of a phrase: twice the longest of the shipped lexicon."""

MOST_GAPS = 12
"""Gaps (``*``, ``**``) of a phrase: twice what the shipped lexicon needs. Each may stretch what a hit costs to find."""


_SHOWN = 80  # code points of a phrase in a message


@dataclass(frozen=True)
class Word:
    """One token, by hash; `colon` where a colon must follow it."""

    hash: int
    colon: bool = False


@dataclass(frozen=True)
class AnyOf:
    """One token out of a list of words."""

    name: str
    hashes: frozenset[int]


@dataclass(frozen=True)
class Gap:
    """Between one and `most` tokens of any kind."""

    most: int


Element = Word | AnyOf | Gap


class State:
    """A place in a phrase: what may come next, and whether the phrase may end here. Compared by identity."""

    __slots__ = ("ending", "steps")

    def __init__(self, steps: tuple[tuple[Element, State], ...] = (), ending: bool = False) -> None:
        self.steps = steps
        self.ending = ending


Choice = list["Part"]
Part = Element | tuple[Choice, ...]
"""An element, or a choice between sequences of parts."""


def compile_phrase(phrase: str, words: Mapping[str, frozenset[int]]) -> State:
    """The state a phrase begins in.

    `words` are the word lists that ``<name>`` may mean, by name. Raises LexiconError for a phrase that is empty,
    unbalanced, names an unknown list, or can be read without any word.

    >>> [len(state.steps) for _, state in compile_phrase("(share|tweet) this (page|)", {}).steps]
    [1, 1]
    """
    if len(phrase) > LONGEST:
        raise LexiconError(f"the phrase {shown(phrase)} has {len(phrase)} characters, at most {LONGEST} are allowed")
    signs = list(_split(phrase))
    if signs.count("*") - _doubled(signs) > MOST_GAPS:
        raise LexiconError(f"the phrase {shown(phrase)} has more than {MOST_GAPS} gaps ('*' or '**')")
    parts, rest = _sequence(signs, words, phrase, depth=0)
    if rest:
        raise LexiconError(f"the phrase {shown(phrase)} has a {rest[0]!r} outside brackets; write (a|b)")
    start = _chained(parts[0], State(ending=True))
    if _wordless(start):
        raise LexiconError(f"the phrase {shown(phrase)} can be read as nothing but gaps and numbers; "
                           "it needs at least one word")
    return start


def shown(phrase: str) -> str:
    """A phrase for a message: its start, where it is long.

    >>> shown("read more")
    "'read more'"
    """
    return repr(phrase) if len(phrase) <= _SHOWN else f"{phrase[:_SHOWN]!r}…"


def _doubled(signs: Sequence[str]) -> int:
    """How many of the gaps are written with two asterisks."""
    count = at = 0
    while at < len(signs):
        pair = signs[at] == "*" and at + 1 < len(signs) and signs[at + 1] == "*"
        count += pair
        at += 2 if pair else 1
    return count


def _split(phrase: str) -> Iterator[str]:
    """Cut a phrase into its signs and the stretches of words between them."""
    word = ""
    for char in phrase:
        if char in "(|)*<>":
            if word.strip():
                yield word.strip()
            word = ""
            yield char
        else:
            word += char
    if word.strip():
        yield word.strip()


def _sequence(
    signs: Sequence[str], words: Mapping[str, frozenset[int]], phrase: str, depth: int
) -> tuple[list[Choice], Sequence[str]]:
    """The alternatives up to a closing bracket or the end, and the signs that are left."""
    if depth > DEEPEST:
        raise LexiconError(f"the phrase {shown(phrase)} nests brackets more than {DEEPEST} deep")
    options: list[Choice] = [[]]
    while signs:
        sign, signs = signs[0], signs[1:]
        if sign == ")":
            if not depth:
                raise LexiconError(f"the phrase {shown(phrase)} has a ')' with no '(' before it")
            return options, signs
        if sign == "|":
            if not depth:
                raise LexiconError(f"the phrase {shown(phrase)} has a '|' outside brackets; write (a|b)")
            options.append([])
        elif sign == "(":
            choice, signs = _sequence(signs, words, phrase, depth + 1)
            options[-1].append(tuple(choice))
        elif sign == "*":
            long = bool(signs) and signs[0] == "*"
            signs = signs[1:] if long else signs
            options[-1].append(Gap(40 if long else 8))
        elif sign == "<":
            if len(signs) < 2 or signs[1] != ">":
                raise LexiconError(f"the phrase {shown(phrase)} has a '<' with no '>' after it")
            name, signs = signs[0], signs[2:]
            if name not in words:
                raise LexiconError(f"the phrase {shown(phrase)} names <{name}>, which is no list in [words] "
                                   "of its file")
            options[-1].append(AnyOf(name, words[name]))
        elif sign == ">":
            raise LexiconError(f"the phrase {shown(phrase)} has a '>' with no '<' before it")
        else:
            if sign[0] in ":：" and options[-1]:
                options[-1][-1:] = _with_colon(options[-1][-1:], phrase)
            options[-1].extend(_literal(sign))
    if depth:
        raise LexiconError(f"the phrase {shown(phrase)} has a '(' with no ')' after it")
    return options, signs


def _with_colon(parts: Choice, phrase: str) -> Choice:
    """Parts whose last is a word that a colon must follow, or a choice of such: ``(photo|picture):``."""
    last = parts[-1] if parts else None
    if isinstance(last, Word):
        return [*parts[:-1], Word(last.hash, colon=True)]
    if isinstance(last, tuple):
        return [*parts[:-1], tuple(_with_colon(option, phrase) for option in last)]
    raise LexiconError(f"the phrase {shown(phrase)} has a colon that follows no word: behind a gap, a list or an "
                       "alternative that may be missing there is none to ask it of")


@lru_cache(maxsize=1 << 16)
def _literal(stretch: str) -> tuple[Word, ...]:
    """The tokens of a stretch of plain words; ``#`` stands for a number, a colon is demanded of the text."""
    words = []
    for piece in stretch.replace("：", ":").replace(":", ": ").split():
        colon = piece.endswith(":")
        hashes = [int(value) for value in hashes_of([piece.replace("#", " 0 ")])]
        words += [Word(value, colon and place == len(hashes) - 1) for place, value in enumerate(hashes)]
    return tuple(words)


def _chained(parts: Choice, following: State) -> State:
    """The state from which the parts lead to `following`."""
    state = following
    for part in reversed(parts):
        if isinstance(part, tuple):
            options = [_chained(option, state) for option in part]
            steps = dict.fromkeys(step for option in options for step in option.steps)
            state = State(tuple(steps), any(option.ending for option in options))
        else:
            state = State(((part, state),))
    return state


def _wordless(start: State) -> bool:
    """Whether the phrase can end without any word of its own: a number alone says nothing."""
    waiting, seen = [start], {start}
    while waiting:
        state = waiting.pop()
        if state.ending:
            return True
        for element, following in state.steps:
            if following not in seen and (isinstance(element, Gap) or (
                    isinstance(element, Word) and element.hash == NUMBER)):
                seen.add(following)
                waiting.append(following)
    return False
