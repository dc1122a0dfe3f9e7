"""Article text from HTML, beside other extractors: python -m benchmarks.html LAYOUT FOLDER [--predictions DIR]

    python -m benchmarks.html pages wcxb/html --index wcxb.jsonl.gz --where page_type=article --folds html-folds/ \\
        --text-folds text-folds/
    python -m benchmarks.html article-extraction-benchmark CHECKOUT --predictions CHECKOUT/output

LAYOUT, FOLDER and ``--index`` are those of ``benchmarks.cases``; an index may be a case file. For each extractor:
F1, precision and recall of four-token shingles (``benchmarks.measure``), tokens of the article and of cruft in what it
took, the article tokens against the best of trafilatura's modes, snippets of the surroundings that it left in
(``without`` of the index), and processor time a page. What is not installed is left out and named.

``--predictions`` writes DIR/NAME.json for each extractor, ID → ``{"articleBody": text}``: what the scorer of
article-extraction-benchmark reads.

``--folds`` (``cleannews train --html … --folds``) and ``--text-folds`` (``cleannews train … --folds``) take for each
page the models that never saw its publisher: on pages that the shipped models learned from, figures are honest only so.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import in_a_sentence
from benchmarks.cases import EXTRACTORS, LAYOUTS, Record, installed, quiet, read_html
from benchmarks.folds import cleaners_of, files_of
from benchmarks.measure import NOTHING, Page, f1, precision_recall, shingles
from cleannews import InputError
from cleannews.html.extract import result_of
from cleannews.html.model import PageTagger, shipped
from cleannews.tagger.training import fold_of, publisher_of

OURS = "cleannews"
WITH_METADATA = "trafilatura_with_metadata"
MODES = ("trafilatura", "trafilatura_precision", "trafilatura_recall")
BESIDE = (WITH_METADATA, *MODES, "readability", "newspaper", "goose3", "resiliparse", "justext")


@dataclass
class Score:
    """What one extractor made of all pages."""

    rows: list[tuple[float, float]] = field(default_factory=list)
    article: int = 0
    cruft: int = 0
    kept: int = 0
    left: int = 0
    seconds: float = 0.0
    failed: int = 0
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, record: Record, page: Page, text: str, seconds: float) -> None:
        """Count a page."""
        counted = page.without_optional(text)
        self.rows.append(precision_recall(page.shingles, shingles(counted)))
        article, cruft = page.article_and_cruft(counted)
        self.article += article
        self.cruft += cruft
        self.kept += sum(snippet in text for snippet in record.get("with_") or ())
        self.left += sum(snippet in text for snippet in record.get("without") or ())
        self.seconds += seconds
        self.texts[record["id"]] = text

    def merge(self, other: Score) -> None:
        """Add what another process counted."""
        for name in ("rows", "article", "cruft", "kept", "left", "seconds", "failed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.texts |= other.texts


def page_taggers_of(folds: Path | None) -> list[PageTagger]:
    """A page tagger for each fold, or the shipped one where no folds are given. Raises InputError."""
    return [PageTagger.load(file) for file in files_of(folds)] if folds else [shipped()]


def ours(folds: Path | None, text_folds: Path | None) -> Callable[[str, Record], str]:
    """The function from a page to its clean article."""
    taggers, cleaners = page_taggers_of(folds), cleaners_of(text_folds)

    def extract(html: str, record: Record) -> str:
        publisher = publisher_of(record)
        return result_of(html, record["url"] or None, cleaners[fold_of(publisher, len(cleaners))],
                         taggers[fold_of(publisher, len(taggers))]).text

    return extract


def with_metadata(html: str, record: Record) -> str | None:
    """trafilatura's text, where it is asked for all that `from_html` gives: its time is what ours compares with."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    found = bare_extraction(html, url=record["url"] or None, include_comments=False, with_metadata=True)
    return found.text if found is not None and not isinstance(found, dict) else None


def measure(job: tuple[list[tuple[Record, Path]], list[str], Path | None, Path | None]) -> dict[str, Score]:
    """The scores of some pages by extractor."""
    work, names, folds, text_folds = job
    quiet()
    extract: dict[str, Callable[[str, Record], str | None]] = {
        name: EXTRACTORS[name].extract for name in names if name in EXTRACTORS}
    if WITH_METADATA in names:
        extract[WITH_METADATA] = with_metadata
    if OURS in names:
        extract[OURS] = ours(folds, text_folds)
    scores = {name: Score() for name in names}
    for number, (record, path) in enumerate([*work[:1], *work]):
        html = read_html(path)
        if number == 0:  # what is loaded at the first page is no page's time
            for name in names:
                with suppress(Exception):
                    extract[name](html, record)
            continue
        page = Page.of({**record, "texts": {}})
        for name in names:
            start = time.process_time()
            try:
                text = extract[name](html, record) or ""
            except Exception:  # an extractor may raise anything: the page is then a failure of that extractor
                text = ""
                scores[name].failed += 1
            scores[name].add(record, page, text, time.process_time() - start)
    return scores


def show(scores: dict[str, Score]) -> None:
    """Print the table."""
    modes = [scores[name] for name in MODES if name in scores]
    best = max(modes, key=lambda score: f1(score.rows)[2]) if modes else None
    print(f"{'extractor':25} {'pages':>5} {'F1':>7} {'P':>7} {'R':>7} {'article':>9} {'lost':>7} {'cruft':>8} "
          f"{'with':>5} {'without':>7} {'ms':>7} {'failed':>6}")
    for name, score in sorted(scores.items(), key=lambda item: -f1(item[1].rows)[2]):
        p, r, f = f1(score.rows)
        lost = f"{1 - score.article / best.article:7.2%}" if best and best.article else "      -"
        print(f"{name:25} {len(score.rows):5} {f:7.4f} {p:7.4f} {r:7.4f} {score.article:9} {lost} {score.cruft:8} "
              f"{score.kept:5} {score.left:7} {score.seconds / max(1, len(score.rows)) * 1000:7.1f} {score.failed:6}")


def predictions(scores: dict[str, Score], folder: Path) -> None:
    """Write what each extractor took, as the scorer of article-extraction-benchmark reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, score in scores.items():
        found = {page: {"articleBody": text} for page, text in sorted(score.texts.items())}
        Path(folder, f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def chosen(names: str | None) -> list[str]:
    """The extractors to run. Raises InputError for an unknown one; what is not installed is named and left out."""
    asked = [OURS, *BESIDE] if names is None else [name.strip() for name in names.split(",") if name.strip()]
    own = (OURS, WITH_METADATA)
    there = {*own, *installed()}
    for name in asked:
        if name not in own and name not in EXTRACTORS:
            raise InputError(f"There is no extractor {name!r}; there are {', '.join((*own, *EXTRACTORS))}.")
        if name not in there:
            print(f"{name} is left out: it is not installed (pip install {EXTRACTORS[name].distribution})",
                  file=sys.stderr)
    return [name for name in asked if name in there]


def page_options(parser: argparse.ArgumentParser) -> None:
    """The options that say which pages, with which models, in how many processes."""
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, metavar="FILE", help="the index, where it lies elsewhere")
    parser.add_argument("--dataset", metavar="NAME", help="as for benchmarks.cases")
    parser.add_argument("--where", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--folds", type=Path, metavar="DIR")
    parser.add_argument("--text-folds", type=Path, metavar="DIR")
    parser.add_argument("--jobs", type=int, default=1)


def wanted_pages(options: argparse.Namespace) -> list[tuple[Record, Path]]:
    """The records that `page_options` ask for, with the files of their HTML. Raises InputError, also for no page."""
    for folder in filter(None, (options.folds, options.text_folds)):
        files_of(folder)
    where = dict(pair.split("=", 1) for pair in options.where)
    wanted = [(record, path) for record, path
              in LAYOUTS[options.layout](options.folder, options.dataset or options.layout, options.index)
              if all(str(record.get(key)) == value for key, value in where.items())]
    found = [(record, path) for record, path in wanted if path.is_file()]
    if not found:
        raise InputError(NOTHING)
    if len(found) < len(wanted):
        print(f"{len(wanted) - len(found)} pages are left out: their HTML is not in {options.folder}", file=sys.stderr)
    return found


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 2 if something asked for is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.html", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    page_options(parser)
    parser.add_argument("--extractors", metavar="A,B", help=f"of {OURS}, {', '.join(EXTRACTORS)}")
    parser.add_argument("--predictions", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    names = chosen(options.extractors)
    work = wanted_pages(options)
    jobs = [(work[part::options.jobs], names, options.folds, options.text_folds) for part in range(options.jobs)]
    scores = {name: Score() for name in names}
    with ProcessPoolExecutor(options.jobs) as pool:
        for part in pool.map(measure, jobs):
            for name, score in part.items():
                scores[name].merge(score)
    show(scores)
    if options.predictions:
        predictions(scores, options.predictions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
