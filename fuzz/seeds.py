"""Inputs to begin fuzzing with: small whole pages and files of each kind, so that the fuzzer starts behind the door."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator

from cleannews.formats.packing import pack
from fuzz.targets import PIECES, assembled

_TEXT = "The vote was on Friday, the minister told a crowded hall.\nShare this article\n"
_LINES = b"".join(json.dumps({"id": n, "text": _TEXT, "url": "https://a.example/x", "lang": "en-US", "more": {"a": [n]}}
                             ).encode() + b"\n" for n in range(3))
_WET = b"".join(
    b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/x\r\nWARC-Date: 2025-06-26T00:00:00Z\r\n"
    b"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
    % (len(_TEXT), _TEXT.encode()) for _ in range(2))
_PHRASES = ("related (links|articles|stories)", "(share|tweet) this (page|)", "by * in <month> #", "photo: **",
            "(photo|picture): *", "a (b|c (d|e)) f", "read # more")
_SETTINGS = b'profile = "page"\nkeep = ["caption"]\nrepair = "takeaways"\nlang = "de"\nlexicon = []\n'
_LEXICON = ('language = "en"\n[words]\nmonth = ["may"]\n[[entry]]\ncategory = "related"\nmatch = "heading"\n'
            'phrase = ["related links", "by * in <month>"]\nhit = ["Related links"]\nmiss = ["No"]\nscore = 0.9\n')
_MARKS = b'{"label": "keep", "line": "Share prices fell.", "language": "en"}\n{"label": "document", "gold": "A"}\n'


def _pages(heads: bytes) -> Iterator[bytes]:
    choice = random.Random(1)
    for number in range(24):
        size = choice.choice((3, 8, 20, 60))
        yield bytes([heads[number % len(heads)], *(choice.randrange(0x80, 0x80 + len(PIECES))
                                                   if at % 2 else 0x80 + choice.randrange(3) for at in range(size))])


def _parquet() -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - one target needs it
    from pyarrow import parquet  # noqa: PLC0415

    stream = io.BytesIO()
    parquet.write_table(pa.table({"id": ["1", "2"], "text": [_TEXT, None], "lang": ["en", "de"]}), stream)
    return stream.getvalue()


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with, for one target."""
    if target in ("clean", "many"):
        return list(_pages(b"\x40\x41\x42" if target == "clean" else b"\x80"))
    if target == "html":
        body = f"<p>{_TEXT}</p>" * 9
        page = f"<html><head><title>Vote</title></head><body><article>{body}</article></body></html>"
        return [b"\x00" + page.encode(), *_pages(b"\x01")]
    if target == "lexicon":
        return [b"\x00" + _LEXICON.encode(), *(bytes([at + 1]) + phrase.encode() for at, phrase in enumerate(_PHRASES))]
    if target == "config":
        return [_SETTINGS, b'profile = "strict"\n', b"keep = 7\n"]
    if target == "labels":
        return [_MARKS]
    if target in ("templates", "tagger"):
        return [mode + bytes(range(30)) for mode in (b"\x00", b"\x01", b"\x02")]
    table = b'id,text,lang\r\n1,"' + _TEXT.replace(",", ";").encode() + b'",en\r\n2,"a ""b""",\r\n'
    plain = {"jsonl": _LINES, "csv": table, "text": assembled(b"\xc0\x80\xc1").encode(), "warc": _WET,
             "parquet": b""}[target] or _parquet()
    return [b"\x00" + plain, b"\x01" + plain, b"\x81" + gzip.compress(plain, mtime=0), b"\x82" + pack(plain, "zstd"),
            b"\x83" + pack(plain, "bzip2"), b"\x84" + pack(plain, "xz")]
