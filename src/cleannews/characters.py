"""Facts about characters, kept apart from logic: a class and a folded form for every code point.

The tables are made once from the Unicode database by `build()` and shipped as `characters.npz`, so that the same
version of cleannews gives the same output under every Python, whatever Unicode version that Python carries.
Rebuild them with ``python -m cleannews.characters``.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The classes. Order matters: everything from UPPER to SIGN makes tokens, and a class is tested by comparison.
SPACE, BREAK, INVISIBLE = 0, 1, 2
UPPER, LOWER, LETTER, ACCENT = 3, 4, 5, 6  # LETTER: of a script without case; ACCENT: dropped when folding
DIGIT = 7
IDEOGRAPH, SYLLABLE = 8, 9  # a token each: CJK, kana, hangul; Thai, Lao, Khmer, Burmese (no spaces between words)
SIGN = 10  # ©, @ and their like: symbols that phrases name
TERMINAL, COMMA, COLON, QUOTE, OPENING, CLOSING, BAR, DASH, SYMBOL, PUNCTUATION, CURRENCY = range(11, 22)
CLASSES = 22

LIMIT = 0x20000  # code points from here up are ideographs (planes 2 and 3) or unassigned, tags and private use

_BREAKS = "\n\r\x85\u2028\u2029"
_TERMINALS = ".!?…。！？؟।॥։።｡‼⁇⁈⁉۔"
_COMMAS = ",;、،；，؛"
_COLONS = ":：﹕"
_QUOTES = "\"'“”„‟‘’‚‛«»‹›「」『』`´″′＂＇"
_BARS = "|›»•·▪‣◦●■►▶→⇒>/\\¦│┃※★☆◆▼▲"
_SIGNS = "©®@℗™"
_SYLLABIC = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))
_IDEOGRAPHIC = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF),
                (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x3005, 0x3007))
# Marks a text may have or not without changing the word: Latin, Greek and Cyrillic accents, Indic nuktas, Hebrew
# points, Arabic vowel signs. Vowel signs of Indic scripts are letters.
_OPTIONAL_MARKS = ((0x0300, 0x036F), (0x093C, 0x093C), (0x09BC, 0x09BC), (0x0A3C, 0x0A3C), (0x0591, 0x05C7),
                   (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED),
                   (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0xFE20, 0xFE2F))


# Letters that one word is written with now in one form, now in another: final sigma, Arabic and Persian yeh and kaf,
# and the dotless i that Turkish capitals hide.
_ALIKE = {"ς": "σ", "ي": "ی", "ى": "ی", "ك": "ک", "ı": "i"}


SIGNS = {"<": "<", "[": "[", "]": "]", "{": "{", "%": "%", "&": "&", "@": "@", "crumb": "›»>→/|",
         "invisible": "\u200b\ufeff\u2060\u00ad\u180e"}
"""Characters that make a line worth a look, in groups: what markup, addresses and breadcrumbs are told by, and what
leaves a text unchanged when it goes (joiners and directional marks carry meaning)."""


class Tables(NamedTuple):
    """The shipped tables, indexed by code point below `LIMIT` (the last entry serves everything above)."""

    kind: NDArray[np.uint8]
    """Class of each code point, shape (LIMIT + 1,)."""
    fold: NDArray[np.uint32]
    """Lower-cased base letter of each code point, 0 for a mark that folding drops, shape (LIMIT + 1,)."""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _class_of(code: int) -> int:
    char = chr(code)
    category = unicodedata.category(char)
    for chars, kind in ((_BREAKS, BREAK), (_TERMINALS, TERMINAL), (_COMMAS, COMMA), (_COLONS, COLON),
                        (_QUOTES, QUOTE), (_BARS, BAR), (_SIGNS, SIGN)):
        if char in chars:
            return kind
    if char in " \t\x0b\x0c\u3000\xa0" or category == "Zs":
        return SPACE
    if _within(code, _OPTIONAL_MARKS):
        return ACCENT
    if _within(code, _SYLLABIC) and category[0] in "LM":
        return SYLLABLE
    if _within(code, _IDEOGRAPHIC) and category[0] in "LN":
        return IDEOGRAPH
    by_category = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Lo": LETTER, "Lm": LETTER, "Mn": LETTER, "Mc": LETTER,
                   "Me": ACCENT, "Nd": DIGIT, "Ps": OPENING, "Pe": CLOSING, "Pi": QUOTE, "Pf": QUOTE, "Pd": DASH,
                   "Sc": CURRENCY, "Po": PUNCTUATION, "Pc": PUNCTUATION}
    if category in by_category:
        return by_category[category]
    return INVISIBLE if category[0] == "C" else SYMBOL


def _folded(code: int) -> int:
    """Lower-cased base letter: É, é and é fold to e, Й and й to и, ﬁ stays what it is."""
    lowered = _ALIKE.get(chr(code), chr(code)).lower()
    base = unicodedata.normalize("NFD", lowered)
    if 0xAC00 <= code <= 0xD7AF:
        return code
    if len(base) > 1 and all(_within(ord(mark), _OPTIONAL_MARKS) for mark in base[1:]):
        return ord(base[0])
    return ord(lowered) if len(lowered) == 1 else ord(lowered[0])


def build() -> Tables:
    """Make the tables from this Python's Unicode database (takes a second).

    >>> bool(build().kind[ord("é")] == LOWER)
    True
    """
    import numpy as np  # noqa: PLC0415

    kind = np.full(LIMIT + 1, IDEOGRAPH, np.uint8)
    fold = np.arange(LIMIT + 1, dtype=np.uint32)
    for code in range(LIMIT):
        kind[code] = _class_of(code)
        fold[code] = 0 if kind[code] == ACCENT else _folded(code)
    return Tables(kind, fold)


@cache
def tables() -> Tables:
    """The shipped tables, read once."""
    import numpy as np  # noqa: PLC0415

    with np.load(Path(__file__).with_name("characters.npz"), allow_pickle=False) as stored:
        return Tables(stored["kind"], stored["fold"])


@cache
def among(*kinds: int) -> NDArray[np.bool_]:
    """A table that tells for each class whether it is one of these, shape (CLASSES,)."""
    import numpy as np  # noqa: PLC0415

    table = np.zeros(CLASSES, bool)
    table[list(kinds)] = True
    return table


FULL_STOPS = ".。।۔"
"""What ends a sentence that asks and shouts nothing, in the scripts that have such a sign."""


def one_of(codes: NDArray[np.uint32], characters: str) -> NDArray[np.bool_]:
    """Which code points are one of some characters, shape of `codes`. (`numpy.isin` sorts first, and takes longer.)"""
    import numpy as np  # noqa: PLC0415

    table = _table_of(characters)
    found: NDArray[np.bool_] = table[np.minimum(codes, np.uint32(len(table) - 1))]
    return found


@cache
def _table_of(characters: str) -> NDArray[np.bool_]:
    """A table that tells of each code point up to one beyond the last of the characters whether it is one of them."""
    import numpy as np  # noqa: PLC0415

    table = np.zeros(max(map(ord, characters)) + 2, bool)
    table[list(map(ord, characters))] = True
    return table


@cache
def signs() -> NDArray[np.uint16]:
    """Which groups of `SIGNS` each code point is in, a bit a group, shape (LIMIT + 1,)."""
    import numpy as np  # noqa: PLC0415

    table = np.zeros(LIMIT + 1, np.uint16)
    for group, members in SIGNS.items():
        table[[ord(char) for char in members]] |= np.uint16(sign_bit(group))
    return table


def sign_bit(group: str) -> int:
    """The bit that stands for a group of `SIGNS`."""
    return 1 << list(SIGNS).index(group)


if __name__ == "__main__":
    import numpy

    made = build()
    numpy.savez(Path(__file__).with_name("characters.npz"), kind=made.kind, fold=made.fold)
