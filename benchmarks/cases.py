"""Build case files from public benchmarks on your disk: python -m benchmarks.cases LAYOUT FOLDER -o cases.jsonl.gz

    python -m benchmarks.cases article-extraction-benchmark CHECKOUT -o aeb.jsonl.gz
    python -m benchmarks.cases pages FOLDER -o wcxb.jsonl.gz --dataset wcxb [--index FILE] [--extractors A,B] [--jobs N]

A case file is gzipped JSON lines, one record a page: ``dataset``, ``id``, ``url``, ``lang`` (? = unknown), ``title``,
``author``, ``publisher``, ``page_type``, ``gold`` (the article text) and ``texts``: extractor → the text it made of the
page, null where it failed. The other benchmarks and ``cleannews train`` read it. Nothing is fetched from anywhere.

LAYOUT says how the pages lie in FOLDER:

article-extraction-benchmark  a checkout of it: ``ground-truth.json`` (id → ``articleBody``, ``url``) and
                              ``html/ID.html.gz``.
pages   everything else, WCXB, Fundus and fundus-evaluation among them: HTML files and an index of them, JSON lines, by
        default ``FOLDER/index.jsonl`` (or ``.gz``). Each line needs ``id`` and ``gold``; ``gold`` is a text or a list
        of paragraphs. ``file`` is the page's HTML file under FOLDER; without it, it is ``ID.html``, ``ID.htm`` or
        either with ``.gz``, in FOLDER or in ``FOLDER/html``. ``url``, ``lang``, ``title``, ``author``, ``publisher``,
        ``page_type`` are taken where they are there, and should be: pages of one publisher share a fold.
        Make the index with a few lines of your own from whatever the benchmark has:

            {"id": "0001", "url": "https://paper.example/a", "lang": "en", "page_type": "article", "gold": "First …"}

        ``--dataset fundus_eval`` tells ``benchmarks.measure`` that lines in square brackets of the gold are optional.

Of the extractors those run that are installed (trafilatura in three modes, readability-lxml, newspaper4k, goose3,
jusText, resiliparse, inscriptis, html_text, boilerpy3); ``--extractors`` chooses, and complains of what is missing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cleannews import CleannewsError, InputError

# ruff: noqa: PLC0415 - every extractor is imported only where it is used

Record = dict[str, Any]
Extract = Callable[[str, Record], str | None]

FIELDS = ("url", "lang", "title", "author", "publisher", "page_type")
SNIPPETS = ("with_", "without")
"""Snippets that must and that must not be in the article, where an index has them."""
SUFFIXES = (".html", ".html.gz", ".htm", ".htm.gz")
SHOWN = 10
"""Failures that are told one by one; the rest are counted."""
STOP_WORDS = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "lt": "Lithuanian", "lv": "Latvian",
    "ms": "Malay", "nb": "Norwegian_Bokmal", "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian",
    "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}
_BLOCKS = frozenset(re.findall(r"\w+", """
    address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"""))
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def _trafilatura(html: str, record: Record, **mode: bool) -> str | None:
    from trafilatura import extract

    return extract(html, url=record["url"] or None, include_comments=False, **mode)


def _readability(html: str, record: Record) -> str | None:
    from readability import Document

    return text_of(Document(html).summary(html_partial=True))


def _newspaper(html: str, record: Record) -> str | None:
    from newspaper import Article

    known = {} if record["lang"] in ("", "?") else {"language": record["lang"][:2]}
    article = Article(record["url"] or "https://page.example/", fetch_images=False, **known)
    article.download(input_html=html)
    article.parse()
    return str(article.text)


def _goose3(html: str, record: Record) -> str | None:
    from goose3 import Goose

    with Goose({"enable_image_fetching": False}) as goose:
        return str(goose.extract(raw_html=html).cleaned_text)


def _justext(html: str, record: Record) -> str | None:
    import justext

    words = justext.get_stoplist(STOP_WORDS.get(record["lang"][:2], "English"))
    return "\n".join(found.text for found in justext.justext(html, words) if not found.is_boilerplate)


def _resiliparse(html: str, record: Record, main_content: bool) -> str | None:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=main_content))


def _inscriptis(html: str, record: Record) -> str | None:
    from inscriptis import get_text

    return get_text(html)


def _html_text(html: str, record: Record) -> str | None:
    from html_text import extract_text

    return str(extract_text(html))


def _boilerpy3(html: str, record: Record) -> str | None:
    from boilerpy3.extractors import ArticleExtractor

    return str(ArticleExtractor(raise_on_failure=True).get_content(html))


@dataclass(frozen=True)
class Extractor:
    """How an extractor is called, the module it needs and the distribution that has it."""

    extract: Extract
    module: str
    distribution: str


EXTRACTORS = {
    "inscriptis": Extractor(_inscriptis, "inscriptis", "inscriptis"),
    "html_text": Extractor(_html_text, "html_text", "html-text"),
    "trafilatura": Extractor(_trafilatura, "trafilatura", "trafilatura"),
    "trafilatura_recall": Extractor(partial(_trafilatura, favor_recall=True), "trafilatura", "trafilatura"),
    "trafilatura_precision": Extractor(partial(_trafilatura, favor_precision=True), "trafilatura", "trafilatura"),
    "readability": Extractor(_readability, "readability", "readability-lxml"),
    "justext": Extractor(_justext, "justext", "justext"),
    "newspaper": Extractor(_newspaper, "newspaper", "newspaper4k"),
    "resiliparse": Extractor(partial(_resiliparse, main_content=True), "resiliparse", "resiliparse"),
    "resiliparse_full": Extractor(partial(_resiliparse, main_content=False), "resiliparse", "resiliparse"),
    "boilerpy3": Extractor(_boilerpy3, "boilerpy3", "boilerpy3"),
    "goose3": Extractor(_goose3, "goose3", "goose3"),
}


def installed() -> list[str]:
    """The extractors that can run here."""
    return [name for name, extractor in EXTRACTORS.items() if find_spec(extractor.module)]


def chosen(names: str | None) -> list[str]:
    """The extractors that were asked for, or all that can run. Raises InputError for what is unknown or missing."""
    if names is None:
        return installed()
    found = [name.strip() for name in names.split(",") if name.strip()]
    if not found:
        raise InputError("--extractors names no extractor; leave it out to run all that are installed.")
    for name in found:
        if name not in EXTRACTORS:
            raise InputError(f"There is no extractor {name!r}; there are {', '.join(EXTRACTORS)}.")
        if not find_spec(EXTRACTORS[name].module):
            raise InputError(f"The extractor {name} is not installed: pip install {EXTRACTORS[name].distribution}")
    return list(dict.fromkeys(found))


def text_of(markup: str) -> str:
    """The text of cleaned-up HTML, a line a block."""
    from lxml import html as parser

    parts: list[str] = []

    def walk(node: Any) -> None:
        block = node.tag in _BLOCKS
        parts.append("\n" if block else "")
        if isinstance(node.tag, str) and node.tag not in ("script", "style"):
            parts.append(re.sub(r"\s+", " ", node.text or ""))
            for child in node:
                walk(child)
                parts.append(re.sub(r"\s+", " ", child.tail or ""))
        parts.append("\n" if block else "")

    if markup.strip():
        walk(parser.fromstring(markup))
    lines = (re.sub(r" +", " ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def read_html(path: Path) -> str:
    """A page as text: UTF-8, else what trafilatura makes of the bytes. Raises InputError."""
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from trafilatura.utils import decode_file

        text = decode_file(data)
    return _DECLARATION.sub("", text)


def record_of(dataset: str, found: Record, where: str) -> Record:
    """The record of a case file without its texts. Raises InputError where the gold is no text."""
    gold = found.get("gold")
    if isinstance(gold, list) and all(isinstance(part, str) for part in gold):
        gold = "\n".join(gold)
    if not isinstance(gold, str):
        raise InputError(f"{where}: 'gold' must be a text or a list of texts.")
    values = {key: str(found.get(key) or "") for key in FIELDS}
    return {"dataset": dataset, "id": str(found["id"]), **values, "lang": values["lang"] or "?", "gold": gold,
            **{key: found[key] for key in SNIPPETS if found.get(key)}}


def article_extraction_benchmark(folder: Path, dataset: str, index: Path | None) -> Iterator[tuple[Record, Path]]:
    """Record and HTML file of every page of a checkout of article-extraction-benchmark."""
    path = index or folder / "ground-truth.json"
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from error
    if not isinstance(truth, dict) or not all(isinstance(page, dict) for page in truth.values()):
        raise InputError(f"{path} must hold an object: id → page with 'articleBody'.")
    for number, page in truth.items():
        found = {"id": number, "url": page.get("url"), "page_type": "article", "gold": page.get("articleBody")}
        yield record_of(dataset, found, f"{path}, page {number}"), folder / "html" / f"{number}.html.gz"


def html_file(folder: Path, found: Record) -> Path:
    """The HTML file of a page of an index."""
    if found.get("file"):
        return folder / str(found["file"])
    places = [place / f"{found['id']}{suffix}" for place in (folder, folder / "html") for suffix in SUFFIXES]
    return next((place for place in places if place.is_file()), places[0])


def pages(folder: Path, dataset: str, index: Path | None) -> Iterator[tuple[Record, Path]]:
    """Record and HTML file of every page of a folder with an index."""
    path = index or next((folder / name for name in ("index.jsonl", "index.jsonl.gz") if (folder / name).is_file()),
                         folder / "index.jsonl")
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                where = f"{path}, line {number}"
                if not line.strip():
                    continue
                try:
                    found = json.loads(line)
                except ValueError as error:
                    raise InputError(f"{where} is no JSON: {error}") from error
                if not isinstance(found, dict) or found.get("id") in (None, ""):
                    raise InputError(f"{where}: a page needs an 'id'.")
                yield record_of(dataset, found, where), html_file(folder, found)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


LAYOUTS = {"article-extraction-benchmark": article_extraction_benchmark, "pages": pages}


@cache
def quiet() -> None:
    """Libraries keep their log and their warnings to themselves."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def run(job: tuple[Record, Path, list[str]]) -> tuple[Record, list[tuple[str, str]]]:
    """The record with its texts, and a sentence for every extractor that failed. An unreadable page has no texts."""
    record, path, names = job
    quiet()
    texts: dict[str, str | None] = dict.fromkeys(names)
    failures = []
    try:
        html = read_html(path)
    except InputError as error:
        return {**record, "texts": {}}, [("page", str(error))]
    for name in names:
        try:
            texts[name] = EXTRACTORS[name].extract(html, record) or None
        except Exception as error:  # an extractor may raise anything; the page is then a failure of that extractor
            failures.append((name, f"{name} failed on page {record['id']}: {type(error).__name__}: {error}"))
    return {**record, "texts": texts}, failures


def build(found: Iterator[tuple[Record, Path]], names: list[str], target: Path, jobs: int) -> int:
    """Write the case file and say what it holds; how many pages it has."""
    made, failed, texts = 0, Counter[str](), Counter[str]()
    work = [(record, path, names) for record, path in found]
    with gzip.open(target, "wt", encoding="utf-8") as stream, ProcessPoolExecutor(jobs) as pool:
        for record, failures in pool.map(run, work, chunksize=4):
            for name, sentence in failures:
                failed[name] += 1
                if failed.total() <= SHOWN:
                    print(sentence, file=sys.stderr)
            if record["texts"]:
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
                made += 1
                texts.update(name for name, text in record["texts"].items() if text)
    if failed.total() > SHOWN:
        print(f"{failed.total() - SHOWN} more failures were not told.", file=sys.stderr)
    print(f"{'extractor':22} {'texts':>6} {'empty':>6} {'failed':>6}")
    for name in names:
        print(f"{name:22} {texts[name]:6} {made - texts[name] - failed[name]:6} {failed[name]:6}")
    print(f"{made} pages in {target}" + (f", {failed['page']} left out that cannot be read" if failed["page"] else ""))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Build a case file; 1 if it has no page, 2 if something asked for is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cases", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="cases.jsonl.gz")
    parser.add_argument("--dataset", metavar="NAME", help="written into every record; the layout's name if not given")
    parser.add_argument("--index", type=Path, metavar="FILE", help="the index, where it lies elsewhere")
    parser.add_argument("--extractors", metavar="A,B", help=f"of {', '.join(EXTRACTORS)}")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    try:
        if not options.folder.is_dir():
            raise InputError(f"{options.folder} is no folder.")
        names = chosen(options.extractors)
        found = list(LAYOUTS[options.layout](options.folder, options.dataset or options.layout, options.index))
        return 0 if build(iter(found), names, options.output, max(1, options.jobs)) else 1
    except CleannewsError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{options.output} cannot be written: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
