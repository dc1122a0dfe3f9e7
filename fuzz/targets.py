"""What is fuzzed: each target is a function of bytes that raises where cleannews breaks a promise.

A target feeds the bytes to one entrance of the package. What is promised is checked after each: a text comes back from
its removals, cleaning a clean text changes nothing, a wrong file is refused with a `CleannewsError` and nothing else.
The same functions replay the cases of ``fuzz/cases`` as ordinary tests.
"""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from cleannews import Cleaner, CleannewsError, Config, Result, from_html
from cleannews.document import Documents
from cleannews.formats import documents
from cleannews.formats.packing import pack
from cleannews.formats.record import Broken, Fields, Item
from cleannews.labels import kept_lines
from cleannews.lexicon.index import Index, tables_of
from cleannews.lexicon.loader import read_source
from cleannews.tagger import model, store
from cleannews.templates import FORMAT, Templates

CASES = Path(__file__).with_name("cases")
PROFILES = ("article", "page", "strict")

PIECES = (
    "\n", "\n\n", "\r\n", "\r", "\u2028", "\x85", "\t", "  ", "\0", "\ufeff", "\u200b", "\u200d", "\ud800", "\udfff",
    "\u0301", "\u202e", "\U0001f4f0", "\U000e0041", "\U0002000b", "中文。", "ไทย", "한국", "é", "Ã©", "â€™", "“", "”",
    "’", "«", "»", "•", "– ", "› ", "|", "• 1", "• 2", "1. ", "&amp;", "&#8217;", "<b>", "</b>", "<br/>", "<!--", "-->",
    "[caption id=1]", "[](", "](https://a.example/b)", "![", "{{ad}}", "{% include a %}", "${a}", "%AD_SLOT%",
    "Related Links", "Share this article", "Advertisement", "ADVERTISEMENT", "Subscribe to our newsletter",
    "Follow us on Twitter", "Leave a comment", "All rights reserved.", "Key Takeaways", "Read more: ", "Photo: ",
    "By Jane Doe", "Updated 26 June 2025, 10:30 am", "(Reporting by A. Writer; Editing by B. Reader)",
    "desk@example.com", "https://example.com/news/1", "Facebook Twitter WhatsApp Email", "Home › News › World",
    "Lesen Sie auch", "Lire aussi", "Читайте также", "関連記事", "3 min read", "Skip to content", "About the Author",
    "Ten boats lost in the storm off the northern coast", "Mayor says that the wall will hold for another year",
    "“Not one more winter,” he said.", "What happens next", "Q: Will it hold?", "United 2, Rovers 1", "Yes.",
    "The council of the coastal town agreed on Tuesday to repair the old harbour wall before the winter storms arrive. "
    "Engineers had told its members that parts of the wall would not hold for another year.",
    "The work will take four months and will be paid for by the region, which has set money aside for such repairs. "
    "Fishermen will have to use the eastern quay while the northern one is closed.",
    "Der Rat der Küstenstadt hat am Dienstag beschlossen, die alte Hafenmauer noch vor den Winterstürmen zu erneuern. "
    "Fachleute hatten den Mitgliedern erklärt, dass Teile der Mauer kein weiteres Jahr halten werden.",
    " date 2025-06-26 Beijing has long said that it would answer, and that it would not wait for others to do so.",
)
"""What bytes from 0x80 up stand for in an assembled text: news pages are made of these."""


def assembled(data: bytes) -> str:
    """A text of pieces: a byte below 0x80 is its own character, one above is a piece of a news page."""
    return "".join(chr(byte) if byte < 0x80 else PIECES[(byte - 0x80) % len(PIECES)] for byte in data)


@cache
def cleaner(profile: str) -> Cleaner:
    """The cleaner of a profile, made once."""
    return Cleaner(profile=profile)


def check(result: Result, text: str) -> None:
    """The promises about one result."""
    assert result.restore() == text, "the removals do not give the text back"
    assert result.settled or result.text == text, "a text that found no rest was changed"
    place, parts = 0, []
    for removal in result.removals:
        assert place <= removal.start < removal.end <= len(text), "removals overlap, are empty or leave the text"
        assert removal.text == text[removal.start:removal.end], "a removal has another text than stands there"
        assert 0 < removal.score <= 1, "a score is no score"
        parts += [text[place:removal.start], removal.replacement]
        place = removal.end
    assert "".join([*parts, text[place:]]) == result.text, "the clean text is not what the removals leave"


def clean(data: bytes) -> None:
    """`clean` and `analyze`: any text, any profile."""
    if not data:
        return
    profile, raw = PROFILES[data[0] % 3], data[1:]
    text = assembled(raw) if data[0] & 64 else raw.decode("utf-8", "surrogateescape")
    found = cleaner(profile).analyze(text)
    check(found, text)
    again = cleaner(profile).analyze(found.text)
    assert again.text == found.text, "cleaning a clean text changed it"


def many(data: bytes) -> None:
    """`clean_many`: what stands before and after a text changes nothing in it."""
    texts = [assembled(part) for part in data.split(b"\x01")][:8]
    alone = [cleaner("article").analyze(text) for text in texts]
    assert list(cleaner("article").analyze_many(texts)) == alone, "a text is cleaned otherwise in a batch"


def html(data: bytes) -> None:
    """`from_html`: any bytes, and pages with fuzzed bodies."""
    if data[:1] == b"\x00":
        page: str | bytes = data[1:]
    else:
        body = assembled(data[1:]).encode("utf-8", "replace").decode()
        page = f"<html><head><title>{body[:30]}</title></head><body><article><p>{body}</p></article></body></html>"
    try:
        result = from_html(page)
    except CleannewsError:
        return
    result.restore()


def lexicon(data: bytes) -> None:
    """The lexicon loader, and finding what a loaded lexicon says."""
    raw = data
    if data[:1] != b"\x00":  # a file that is a lexicon as far as TOML goes, with a fuzzed phrase
        match = ("line", "heading", "start", "end", "contains", "inline")[data[0] % 6 if data else 0]
        phrase = data[1:].decode("utf-8", "replace")
        raw = (f'[words]\nmonth = ["may", "june"]\n[[entry]]\ncategory = "related"\nmatch = "{match}"\n'
               f"phrase = {json.dumps(phrase)}\n").encode("utf-8", "replace")
    try:
        source = read_source(_file(raw, ".toml"))
    except CleannewsError as error:
        _one_line(error)
        return
    if source.entries:
        keys = [key for keys in source.keys for key in keys]
        text = "\n".join([*PIECES[52:72], *(phrase for entry in source.entries for phrase in entry.phrases)])
        Index(source.entries, tables_of(keys)).find(Documents([text[:20_000]]))


def config(data: bytes) -> None:
    """The loader of ``cleannews.toml``."""
    try:
        made = Config.from_file(_file(data, ".toml"))
    except CleannewsError as error:
        _one_line(error)
        return
    made.actions()
    made.asked()


def templates(data: bytes) -> None:
    """Template files: any bytes; right heads with any body; right checksums with any index."""
    mode, body = data[:1], data[1:]
    if mode in (b"\x01", b"\x02"):
        index = zlib.compress(body if mode == b"\x01" else _edited(_index(), body))
        body = b"cleannews templates\n" + struct.pack(
            "<I16sQ", FORMAT, blake2b(index, digest_size=16).digest(), len(index)) + index
    try:
        loaded = Templates.load(_file(body, ".templates"))
        for site in loaded.sites():
            loaded.found(site)
        list(loaded.show())
        Cleaner(templates=loaded).clean("Daily Planet - all the news\n" + PIECES[-4])
    except CleannewsError as error:
        _one_line(error)


@cache
def _index() -> bytes:
    return json.dumps({"pages_a_site": 100, "pages": 4000, "sealed": True, "pinned": {"a": ["B c"]}, "deleted": {},
                       "sites": [["a", 0, 0, [["Daily Planet - all the news", 6, 7, 0.9, "line"]]]]}).encode()


def _edited(base: bytes, edits: bytes) -> bytes:
    """A base with some of its bytes replaced: the edits are triples of a place (two bytes) and a byte."""
    made = bytearray(base)
    for at in range(0, len(edits) - 2, 3):
        made[int.from_bytes(edits[at:at + 2], "big") % len(made)] = edits[at + 2]
    return bytes(made)


def tagger(data: bytes) -> None:
    """Tagger files: any bytes; the shipped one with bytes replaced; small arrays with a right checksum."""
    mode, body = data[:1], data[1:]
    if mode == b"\x01":
        body = _edited(model.SHIPPED.read_bytes(), body)
    elif mode == b"\x02":
        body = _signed(body)
    try:
        loaded = model.Tagger.load(_file(body, ".tagger"))
        material, evidence = cleaner("article").look([PIECES[-4] + "\nShare this article\n"])
        loaded.score(material, evidence)
    except CleannewsError as error:
        _one_line(error)


def _signed(edits: bytes) -> bytes:
    """The shipped tagger with values of its small arrays and its header replaced, its checksum made right again."""
    with np.load(model.SHIPPED, allow_pickle=False) as stored:
        arrays = {name: stored[name].copy() for name in stored.files}
    header = json.loads(arrays.pop("header").tobytes())
    names = sorted(name for name in arrays if name != "ngrams")
    for at in range(0, len(edits) - 3, 4):
        name = names[edits[at] % len(names)]
        flat = arrays[name].reshape(-1)
        if edits[at] & 0x80:
            arrays[name] = arrays[name][:edits[at + 1]]
        elif len(flat):
            flat[int.from_bytes(edits[at + 1:at + 3], "big") % len(flat)] = np.frombuffer(
                edits[at + 3:at + 4] * arrays[name].dtype.itemsize, arrays[name].dtype)[0]
    header["digest"] = store._digest(arrays)
    stream = io.BytesIO()
    kept: dict[str, Any] = {"header": np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays}
    np.savez(stream, **kept)
    return stream.getvalue()


def labels(data: bytes) -> None:
    """Files of labels from a report."""
    try:
        list(kept_lines(_file(data, ".jsonl")))
    except CleannewsError as error:
        _one_line(error)


def _reader(ending: str) -> Callable[[bytes], None]:
    """A target for the files of one ending, plain and in each compression."""
    def read(data: bytes) -> None:
        packing = ("", "gzip", "zstd", "bzip2", "xz")[data[0] % 5 if data else 0]
        body, raw = data[1:], bool(data) and bool(data[0] & 0x80)
        suffix = {"": "", "gzip": ".gz", "zstd": ".zst", "bzip2": ".bz2", "xz": ".xz"}[packing]
        path = _file(body if raw or not packing else pack(body, packing), ending + suffix)
        try:
            for entry in documents([str(path)], Fields(id="id", site="url", lang="lang", title="title"), size=512):
                assert isinstance(entry, (Item, Broken)), "a reader gives items and what is broken"
                if isinstance(entry, Item):
                    assert isinstance(entry.text, str), "the text of a record is a text"
        except CleannewsError as error:
            _one_line(error)

    read.__doc__ = f"The reader of {ending} files, plain and compressed."
    return read


def _one_line(error: CleannewsError) -> None:
    assert str(error), "an error says nothing"
    assert len(str(error)) < 2_000, "an error is told in one line, not in pages"


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    # In memory where there is such a place: a fuzzer writes thousands of files a second.
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="cleannews-fuzz-", dir=memory if memory.is_dir() else None)


def _file(data: bytes, ending: str) -> Path:
    path = Path(_folder().name, "case" + ending)
    path.write_bytes(data)
    return path


TARGETS: dict[str, Callable[[bytes], None]] = {
    "clean": clean, "many": many, "html": html, "lexicon": lexicon, "config": config, "templates": templates,
    "tagger": tagger, "labels": labels, "jsonl": _reader(".jsonl"), "csv": _reader(".csv"), "text": _reader(".txt"),
    "warc": _reader(".warc"), "parquet": _reader(".parquet")}
