"""Mojibake: text that was decoded in the wrong encoding, mended through ftfy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material

if TYPE_CHECKING:
    from cleannews.document import Documents

_REACH = 60  # code points; the longest word of most languages is shorter

# Two bytes of UTF-8 read as Latin-1 or Windows-1252 begin with one of these; nearly no mojibake is without them.
_LEADS = "ÃÂâÐÑÎÏØÙðïåãäæçèé"
_FOLLOWERS = "".join(map(chr, range(0x80, 0xC0))) + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"


def detect(material: Material) -> list[Evidence]:
    """Evidence of mojibake, with its repair. Quotes, dashes and width of characters are left as they are.

    ftfy is asked only about lines in which a lead byte read as a letter stands before a continuation byte read as a
    letter or sign, which is rare in any language's own text.
    """
    documents = material.documents
    codes = documents.codes
    high = np.flatnonzero((codes[:-1] >= 0xC2) & (codes[:-1] < 0xF1))
    if not len(high):
        return []
    places = high[ch.one_of(codes[high], _LEADS) & ch.one_of(codes[high + 1], _FOLLOWERS)]
    if not len(places):
        return []
    import ftfy  # noqa: PLC0415

    found: list[Evidence] = []
    done = 0
    for place in places.tolist():
        if place < done:
            continue
        line = int(np.searchsorted(documents.start, place, side="right")) - 1
        start, done = _word(documents, line, place, done)
        text = documents.text_between(start, done)
        mended = ftfy.fix_encoding(text)
        if mended != text and not any(char.isspace() for char in mended):
            found.append(Evidence(line, start, done, Category.ENCODING, 0.95, "unicode/mojibake", whole=False,
                                  replacement=mended))
    return found


def _word(documents: Documents, line: int, place: int, done: int) -> tuple[int, int]:
    """The characters around a place up to white space, at most `_REACH` each way and from `done` on: what is mended
    together."""
    low, high = max(int(documents.start[line]), done), int(documents.end[line])
    start, end = place, place + 1
    while start > low and place - start < _REACH and documents.kinds[start - 1] != ch.SPACE:
        start -= 1
    while end < high and end - place < _REACH and documents.kinds[end] != ch.SPACE:
        end += 1
    return start, end
