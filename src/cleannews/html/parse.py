"""From bytes to a tree: any encoding, any markup, nothing lost without a word."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,30})""", re.I)
_HEAD = 8192
"""Bytes of a page in which a declaration of its encoding is looked for; browsers look at 1024."""

_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
          "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
          "x-gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
          "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "x-user-defined": "cp1252"}
"""What browsers read for a declared name (the Encoding Standard of WHATWG)."""

_WRONG = re.compile("[\x80-\x9f\ufffd]")
_UNFIT = bytes([*range(9), 11, *range(14, 32)])
"""Control characters, which no tree may hold."""
_NONCHARACTERS = ("\ufffe", "\uffff")
_DECLARATIONS = re.compile(r"\A(?:\s*<\?xml[^>]*\?>)?(?:\s*<!doctype[^>]*>)?", re.I)
DEEP = 250
"""Levels of nesting; libxml2 gives up at 256 unless it is told that the page is huge, and at 2048 then."""
DEEPEST = 2040

LONG_TEXT = 9_000_000
"""Bytes. libxml2 drops a text of over ten million bytes unless it is told that the page is huge."""

FEW = 12
"""Bytes beyond ASCII. Fewer tell nothing; they are then read as Western European, as browsers do."""

SAMPLE = 1 << 16
"""Bytes from which an encoding is guessed where none was declared rightly."""


def decoded(raw: bytes, charset: str = "") -> str:
    """The text of a page's bytes; `charset` is what the server said, where it is known.

    In order: what a byte order mark says; UTF-8, where all or nearly all of it is; what server or page declare, where
    that gives no control characters; what the bytes look like. A wrong declaration is thus no harm.

    >>> decoded('<meta charset="utf-8">Größe'.encode("cp1252"))
    '<meta charset="utf-8">Größe'
    >>> decoded('<meta charset="windows-1251">Выборы'.encode("cp1251"))[-6:]
    'Выборы'
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace").removeprefix("\ufeff")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lossy = raw.decode("utf-8", "replace")
    beyond = _beyond_ascii(lossy)
    if lossy.count("\ufffd") * 20 < beyond:
        return lossy
    said = _DECLARED.search(raw[:_HEAD])
    for name in (charset.lower(), said[1].decode("ascii").lower() if said else ""):
        try:
            text = raw.decode(_MEANT.get(name, name), "replace") if name else ""
        except LookupError:
            continue
        if text and len(_WRONG.findall(text)) * 20 <= _beyond_ascii(text):
            return text
    return _guessed(raw)


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _guessed(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - comes with trafilatura, slow to import

    # Markup is ASCII in every encoding but UTF-16 and UTF-32: what tells is around the bytes that are not.
    telling = b"".join(re.findall(rb"[^\x00-\x7f][^<>]{0,200}", raw[:64 * SAMPLE]))[:SAMPLE]
    few = 0 < len(telling.translate(None, bytes(range(128)))) < FEW
    best = None if few else from_bytes(telling or raw[:SAMPLE]).best()
    return raw.decode(best.encoding if best is not None else "cp1252", "replace")


def parsed(html: str, huge: bool = False) -> HtmlElement | None:
    """The tree of a page, or None where there is nothing to parse.

    Unless the page is said to be `huge`, the tree ends where it would be more than 256 elements deep.
    """
    from lxml.etree import ElementDefaultClassLookup, ParserError  # noqa: PLC0415 - slow to import
    from lxml.html import HtmlElement, HTMLParser, document_fromstring  # noqa: PLC0415

    declared = _DECLARATIONS.match(html)
    text = html[declared.end():] if declared else html
    for noncharacter in _NONCHARACTERS:
        text = text.replace(noncharacter, "")
    data = text.encode("utf-8", "replace").translate(None, _UNFIT)
    if b"<" not in data:
        return None
    parser = HTMLParser(collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True,
                        remove_pis=True, huge_tree=huge or len(data) > LONG_TEXT)
    # lxml would ask a Python function for the class of each element, for the sake of forms' methods.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    try:
        return document_fromstring(data, parser=parser)
    except ParserError:  # nothing but comments or a declaration
        return None
