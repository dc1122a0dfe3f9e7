"""WARC and WET: the plain texts or the pages in a web archive, through warcio. They are read, not written."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from cleannews.formats.packing import missing
from cleannews.formats.places import Source, Stream
from cleannews.formats.record import LONGEST, Broken, Change, Chunk, Fields, Item

KIND = "warc"
TEXTS = frozenset({"conversion", "resource", "response"})
"""Record types that hold documents; the others tell of the crawl."""

PLAIN = ("text/plain", "application/x-wet", "")
PAGES = ("text/html", "application/xhtml+xml", "")

Page = dict[str, str]


def check() -> None:
    """Raises MissingExtraError where warcio is not installed."""
    try:
        import warcio  # noqa: F401, PLC0415 - optional
    except ImportError:
        raise missing("reading WARC and WET files", "warcio", "warc") from None


def chunks(sources: Sequence[Source], size: int, fields: Fields) -> Iterator[Chunk]:
    """Groups of records of about `size` bytes."""
    check()
    for source in sources:
        stream = Stream(source)
        pages: list[Page | Broken] = []
        held = 0
        number = 1
        for page in _pages(source, stream, fields.html):
            pages.append(page)
            held += len(page["text"]) if isinstance(page, dict) else len(page.raw or b"")
            if held >= size:
                yield _chunk(source, pages, number, stream)
                number += len(pages)
                pages, held = [], 0
        if pages:
            yield _chunk(source, pages, number, stream)


def _chunk(source: Source, pages: list[Page | Broken], number: int, stream: Stream) -> Chunk:
    placed = [page._replace(record=number + at) if isinstance(page, Broken) else page for at, page in enumerate(pages)]
    count = sum(isinstance(page, dict) or page.counted for page in placed)
    return Chunk(KIND, source.name, placed, count, number, consumed=stream.taken())


def _pages(source: Source, stream: Stream, html: bool) -> Iterator[Page | Broken]:
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - optional
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    try:
        for record in ArchiveIterator(io.BufferedReader(stream, 1 << 16)):
            if record.rec_type in TEXTS and not (html and _is_no_page(record)):
                yield _page(source, stream, record, html)
        if stream.failure:
            yield Broken(source.name, 0, 0, f"{stream.failure}; what follows is lost", None, False)
    except (ArchiveLoadFailed, ValueError, EOFError, OSError) as error:
        reason = stream.failure or f"not a WARC record: {error}"
        yield Broken(source.name, 0, 0, f"{reason}; what follows is lost", None, False)


def _is_no_page(record: Any) -> bool:
    """Whether a response tells of the crawl and not of a page: a redirect, an error, an image."""
    if record.http_headers is None:
        return False
    media = record.http_headers.get_header("Content-Type") or "text/html"
    return (record.http_headers.get_statuscode() != "200"
            or media.partition(";")[0].strip().lower() not in (*PAGES, *PLAIN))


def _page(source: Source, stream: Stream, record: Any, html: bool) -> Page | Broken:
    headers = record.rec_headers
    name = headers.get_header("WARC-Record-ID") or ""
    media = (record.http_headers or headers).get_header("Content-Type") or "text/plain"
    kind, _, parameters = media.partition(";")
    raw = record.content_stream().read(LONGEST + 1)

    from cleannews.html.parse import decoded  # noqa: PLC0415 - for pages alone

    def broken(reason: str) -> Broken:
        return Broken(source.name, 0, 0, f"{name}: {reason}" if name else reason, raw[:LONGEST])

    if len(raw) > LONGEST:
        return broken(f"the record is longer than {LONGEST >> 20} MB")
    # A record whose header names no length, or none that is a number, comes without a bound.
    left = getattr(record.raw_stream, "limit", None)
    if stream.failure or left is None or left > 0:
        return broken(stream.failure or ("the record does not say how long it is" if left is None
                                         else "the record is cut short"))
    kind = kind.strip().lower()
    if html and kind not in PAGES:
        return broken(f"holds {kind}, not a web page: leave out --html for texts")
    if not html and kind not in PLAIN:
        return broken(f"holds {kind}, not plain text: give --html if it is a web page")
    charset = parameters.rpartition("charset=")[2].strip(" \"'") or ("" if html else "utf-8")
    try:
        text = decoded(raw, charset) if html else raw.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        return broken(f"not {charset}: {error}")
    page = {"id": name, "url": headers.get_header("WARC-Target-URI") or "", "text": text}
    for field, header in (("date", "WARC-Date"), ("lang", "WARC-Identified-Content-Language")):
        value = headers.get_header(header)
        if value:
            page[field] = value
    return page


class Pages:
    """The pages of a chunk."""

    def __init__(self, chunk: Chunk, fields: Fields) -> None:
        self._fields = fields
        self._pages: list[Page | Broken] = chunk.data
        self.entries: list[Item | Broken | None] = []
        for at, page in enumerate(self._pages):
            if isinstance(page, Broken):
                self.entries.append(page)
                continue
            item = Item(page["text"], chunk.file, chunk.record + at, id=page["id"])
            item.learn("site", page["url"])
            # Common Crawl names every language it sees, the first one first, in three letters.
            item.learn("lang", _TWO_LETTERS.get(page.get("lang", "").partition(",")[0], ""))
            self.entries.append(item)

    def written(self, at: int, text: str) -> str:
        """Nothing: a WARC is not written."""
        del at, text
        return ""

    def raw(self, at: int) -> bytes:
        """The text or, where it is none, the record's content."""
        page = self._pages[at]
        return (page.raw or b"") if isinstance(page, Broken) else page["text"].encode("utf-8", "surrogatepass")

    def rewritten(self, changes: Sequence[Change | None]) -> bytes:
        """Not to be called: the command refuses a WARC as output."""
        raise NotImplementedError(f"{len(changes)} records cannot be written as WARC")

    def rows(self, changes: Sequence[Change | None]) -> Iterator[dict[str, Any]]:
        """Every page with its id, address, text and, where known, date and language."""
        for page, change in zip(self._pages, changes, strict=True):
            if change is not None and isinstance(page, dict):
                row: dict[str, Any] = {**page, **dict(change.added)}
                if change.text is not None:
                    row["text"] = change.text
                if self._fields.text != "text":
                    row[self._fields.text] = row.pop("text")
                yield row


def parse(chunk: Chunk, fields: Fields) -> Pages:
    """The records of a chunk."""
    return Pages(chunk, fields)


_CODES = """
eng:en deu:de fra:fr spa:es ita:it por:pt nld:nl rus:ru ukr:uk pol:pl ces:cs slk:sk hun:hu ron:ro bul:bg ell:el
swe:sv dan:da nor:no nob:no nno:no fin:fi isl:is tur:tr ara:ar heb:he fas:fa urd:ur hin:hi ben:bn tam:ta tha:th
vie:vi ind:id msa:ms zho:zh jpn:ja kor:ko hrv:hr srp:sr
slv:sl afr:af cat:ca lit:lt lav:lv est:et
"""
_TWO_LETTERS = dict(pair.split(":") for pair in _CODES.split())
