"""Each example of docs/integrations.md, run as a script of a reader's own, in a folder with the data it speaks of."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import pytest
from blocks import blocks, pages_of_a_site
from pages import CLEAN, CRUFT

URL = "https://gazette.example/wall.html"
HTML = (
    "<html><head><title>The harbour wall</title></head><body><article><h1>The harbour wall</h1>"
    + "".join(f"<p>{line}</p>" for line in CRUFT.splitlines() if line)
    + "</article></body></html>"
)
SPARK = """
import os, sys
from pyspark.sql import SparkSession

os.environ["PYSPARK_PYTHON"] = sys.executable
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
         .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
pages = spark.read.json("corpus.jsonl")
"""
CRAWL = """
import runpy
import scrapy
from scrapy.crawler import CrawlerProcess

class News(scrapy.Spider):
    name = "news"
    start_urls = [START]

    def parse(self, response):
        yield {"url": response.url, "title": "", "text": "\\n".join(response.css("p::text").getall())}

settings = {name: value for name, value in runpy.run_path("settings.py").items() if name.isupper()}
process = CrawlerProcess({**settings, "FEEDS": {"items.jsonl": {"format": "jsonlines"}}, "LOG_LEVEL": "ERROR",
                          "TELNETCONSOLE_ENABLED": False})
process.crawl(News)
process.start()
(item,) = map(__import__("json").loads, open("items.jsonl", encoding="utf-8"))
assert item["text"].split() == CLEAN.split() and item["removed"]
"""
ONE_PAGE = "assert text.removeprefix('The harbour wall').split() == CLEAN.split(), text"


class Example(NamedTuple):
    """What an example needs, what comes before it, and what must be true after it."""

    modules: tuple[str, ...]
    before: str = ""
    after: str = ""


EXAMPLES = {
    "datatrove": Example(
        ("datatrove", "warcio", "magic", "spacy"),
        after="import gzip, json, pathlib\n"
        'rows = [json.loads(line) for path in pathlib.Path("clean").glob("*.gz") for line in gzip.open(path)]\n'
        "text, = [row['text'] for row in rows]\n" + ONE_PAGE,
    ),
    "Hugging Face datasets": Example(
        ("datasets",),
        after="assert set(data['cleannews_status']) == {'cleaned'} and 'Share this' not in ''.join(data['text'])",
    ),
    "Apache Spark": Example(
        ("pyspark", "pandas", "pyarrow"),
        SPARK,
        "rows = clean.collect()\nassert {row['cleannews_status'] for row in rows} == {'cleaned'}\n"
        "assert not any('letter box' in row['text'] for row in rows)\nspark.stop()",
    ),
    "Ray Data": Example(
        ("ray.data", "pyarrow"),
        "import pathlib, pyarrow.json, pyarrow.parquet\npathlib.Path('pages').mkdir()\n"
        "pyarrow.parquet.write_table(pyarrow.json.read_json('corpus.jsonl'), 'pages/one.parquet')",
        "rows = clean.take_all()\nassert rows and not any('letter box' in row['text'] for row in rows)\nray.shutdown()",
    ),
    "pandas and polars": Example(
        ("pandas", "polars"),
        after="assert counts == {'cleaned': 1, 'null': 1}\nassert lazy['text'].to_list() == table['text'].to_list()",
    ),
    "Scrapy": Example(("scrapy",), after=CRAWL),
    "LangChain": Example(("langchain_core",), after="assert 'Share' not in documents[0].page_content"),
    "spaCy": Example(("spacy",)),
    "trafilatura": Example(("trafilatura",), after=ONE_PAGE),
    "newspaper4k": Example(("newspaper",), after=ONE_PAGE),
    "news-please": Example(("newsplease",), after=ONE_PAGE),
}
FOUND = {section: list(found) for section, found in groupby(
    (block for block in blocks("python") if block.page == "docs/integrations.md"), key=lambda block: block.section)}
EXTRACTORS = ("trafilatura", "newspaper4k", "news-please")
BODIES = {
    **{section: "\n".join(block.body for block in found) for section, found in FOUND.items()
       if section != "After an extractor"},
    **{name: block.body for name, block in zip(EXTRACTORS, FOUND["After an extractor"], strict=True)},
}


def test_every_example_is_run():
    assert set(BODIES) == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs(name: str, tmp_path: Path):
    example = EXAMPLES[name]
    for module in example.modules:
        try:
            importlib.import_module(module)
        except ImportError as error:
            pytest.skip(f"{module} cannot be imported: {error}")
    if "pyspark" in example.modules and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Apache Spark needs Java, which is not installed (package default-jre-headless)")
    records = pages_of_a_site()
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    (tmp_path / "page.html").write_text(HTML, encoding="utf-8")
    start = (tmp_path / "page.html").as_uri()
    given = f"html, url, START, CLEAN = {HTML!r}, {URL!r}, {start!r}, {CLEAN!r}"
    body = BODIES[name]
    if name == "datatrove":
        (tmp_path / "warc").mkdir()
        (tmp_path / "warc/one.warc.gz").write_bytes(warc(URL, HTML))
    if name == "Scrapy":
        (tmp_path / "settings.py").write_text(body, encoding="utf-8")
        body = ""
    script = tmp_path / "example.py"
    after = f"if __name__ == '__main__':\n{indent(example.after or 'pass', '    ')}"
    script.write_text("\n".join([given, example.before, body, after]), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                   "RAY_USAGE_STATS_ENABLED": "0", "HF_HOME": str(tmp_path / "hf")}
    # Into a file: what an engine leaves running would keep a pipe open.
    with (tmp_path / "log").open("wb") as log:
        done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL,
                              stdout=log, stderr=log, check=False, timeout=300)
    assert done.returncode == 0, (tmp_path / "log").read_text(encoding="utf-8", errors="replace")[-3000:]


def warc(url: str, html: str) -> bytes:
    """A gzipped WARC file of one page."""
    import io  # noqa: PLC0415

    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(url, "response", payload=io.BytesIO(html.encode()), http_headers=headers)
    )
    return stream.getvalue()
