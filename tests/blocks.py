"""The fenced blocks of the README and of the documentation, and the files that their commands speak of."""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from articles import ARTICLES, article

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]

EXTRACTORS = ("trafilatura", "readability", "newspaper", "inscriptis", "html_text")
TAIL = "Share this article\nMore of the coast in your letter box"
"""What stands below every article here."""

FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a page."""

    name: str
    """Page and line."""
    page: str
    section: str
    """The heading of the second level that it stands under."""
    kind: str
    body: str


def blocks(*kinds: str) -> Iterator[Block]:
    """The blocks of all pages, of the given kinds alone where any are given."""
    for path in PAGES:
        text, page = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        for match in FENCE.finditer(text):
            if match["kind"] in kinds or not kinds:
                above = text[: match.start()]
                headings = re.findall(r"^## (.*)$", FENCE.sub("", above), re.MULTILINE)
                name = f"{page}:{above.count(chr(10)) + 1}"
                yield Block(name, page, headings[-1] if headings else "", match["kind"], match["body"])


def pages_of_a_site(site: str = "example.com") -> list[dict[str, str]]:
    """Records of pages: articles, each in the furniture of its site."""
    head = "The Harbour Gazette, read on every quay"
    return [
        {"id": language, "url": f"https://{site}/{language}", "text": f"{head}\n\n{article(language)}\n{TAIL}\n"}
        for language in sorted(ARTICLES)
    ]


def cases() -> list[dict[str, Any]]:
    """Two cases a publisher, of several publishers. Each article is in two languages: one alone is a short article."""
    languages = sorted(ARTICLES)
    made = []
    for place, language in enumerate(languages):
        for number in (1, 2):
            gold = article(language) + "\n" + article(languages[place - number])
            text = f"The Gazette of {language}, read on every quay\n\n{gold}\n{TAIL}\n"
            made.append({"id": f"{language}{number}", "url": f"https://{language}.example/{number}", "lang": "?",
                         "page_type": "article", "title": f"Page {number}", "gold": gold,
                         "texts": dict.fromkeys(EXTRACTORS, text), "with_": [gold[:40]], "without": [TAIL]})
    return made


def write_files(folder: Path) -> None:
    """Into a folder, everything that the commands of the documentation read: a corpus, texts, cases, marks."""
    import pyarrow  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    (folder / "seeds").symlink_to(ROOT / "seeds")
    (folder / ".venv").symlink_to(sys.prefix)
    records = pages_of_a_site()
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for name, record in zip(("article.txt", "other.txt", "a.txt", "b.txt"), records, strict=False):
        (folder / name).write_text(record["text"], encoding="utf-8")
    columns = {"id": "id", "url": "url", "body": "text"}
    table = pyarrow.table({name: [record[key] for record in records] for name, key in columns.items()})
    pyarrow.parquet.write_table(table, folder / "news.parquet")
    (folder / "crawl").mkdir()
    (folder / "crawl/one.warc.wet.gz").write_bytes(wet(records))
    (folder / "crawl/two.warc.gz").write_bytes(warc(records))
    (folder / "pages").mkdir()
    for name, record in zip(("page.html", "page1.html", "page2.html", "pages/one.html"), records, strict=False):
        (folder / name).write_text(html(record), encoding="utf-8")
    (folder / "pages.jsonl").write_text(
        "".join(json.dumps({"id": record["id"], "page": html(record)}) + "\n" for record in records), encoding="utf-8")
    labelled = cases()
    lines = "".join(json.dumps(case) + "\n" for case in labelled)
    for name in ("cases.jsonl.gz", "wcxb.jsonl.gz"):
        (folder / name).write_bytes(gzip.compress(lines.encode()))
    (folder / "wcxb/html").mkdir(parents=True)
    (folder / "wcxb/index.jsonl").write_text(lines, encoding="utf-8")
    for case in labelled:
        page = html({"id": case["id"], "text": case["texts"]["inscriptis"]})
        (folder / f"wcxb/html/{case['id']}.html").write_text(page, encoding="utf-8")
    marks = [{"label": "keep", "line": "Nine boats lie at one quay."}, {"label": "document", **labelled[0]}]
    (folder / "marks.jsonl").write_text("".join(json.dumps(mark) + "\n" for mark in marks), encoding="utf-8")
    (folder / "tests/labels").mkdir(parents=True)


def html(record: dict[str, str]) -> str:
    """The text of a page as a web page."""
    body = "".join(f"<p>{escape(line)}</p>" for line in record["text"].splitlines() if line.strip())
    return f"<html><head><title>{record['id']}</title></head><body><article>{body}</article></body></html>"


def warc(records: list[dict[str, str]]) -> bytes:
    """A gzipped WARC file with these pages as responses of a server."""
    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for record in records:
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(record["url"], "response", http_headers=headers,
                                                      payload=io.BytesIO(html(record).encode())))
    return stream.getvalue()


def wet(records: list[dict[str, str]]) -> bytes:
    """A gzipped WET file of these pages."""
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for record in records:
        payload = io.BytesIO(record["text"].encode())
        writer.write_record(writer.create_warc_record(record["url"], "conversion", payload=payload,
                                                      warc_content_type="text/plain"))
    return stream.getvalue()
