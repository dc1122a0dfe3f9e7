"""Choosing between whole extractions, beside deciding line by line: python -m benchmarks.candidates LAYOUT FOLDER [...]

    python -m benchmarks.candidates pages wcxb/html --index wcxb.jsonl.gz --where page_type=article \\
        --folds html-folds/ --text-folds text-folds/

Knowing which of trafilatura's modes is right on a page is worth as much as cleaning. Here the page tagger's estimate
chooses: each line of the page has a probability of being article, and so each candidate an expected share of article
among its tokens (precision) and an expected share of the article's tokens that it has (recall); the highest F1 of the
two wins. Printed beside: each candidate everywhere, the best one of each page (which nobody can know), and
`from_html`, which decides line by line. Arguments as for ``benchmarks.html``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks import in_a_sentence
from benchmarks.cases import EXTRACTORS, Record, quiet, read_html
from benchmarks.folds import cleaners_of
from benchmarks.html import MODES, page_options, page_taggers_of, wanted_pages
from benchmarks.measure import Page, f1, precision_recall, shingles
from cleannews import Cleaner
from cleannews.evidence import Metadata
from cleannews.html.columns import Coverage
from cleannews.html.extract import read, result_of, scored
from cleannews.html.model import PageTagger
from cleannews.tagger.training import fold_of, publisher_of

OURS, CHOSEN, CHOSEN_OF_ALL, BEST = "line by line", "chosen of the modes", "chosen of the modes and ours", "best mode"
Rows = dict[str, list[tuple[float, float]]]


def expected(html: str, url: str | None, cleaner: Cleaner, model: PageTagger, texts: Sequence[str]) -> list[float]:
    """The F1 that the page tagger expects of each text, 0 where the page has no lines."""
    tree, page = read(html, url, "the page")
    if tree is None or not page.lines:
        return [0.0] * len(texts)
    look, _, scores = scored(tree, page, url, cleaner, model, Metadata())
    documents = look.documents
    article = (1 - scores) * documents.tokens
    coverage = Coverage(documents, texts)
    found = []
    for number in range(len(texts)):
        held = float((coverage.by(number) * article / np.maximum(documents.tokens, 1)).sum())
        precision = min(1.0, held / max(1, len(coverage.tokens_of(number))))
        recall = held / max(1.0, float(article.sum()))
        found.append(2 * precision * recall / max(precision + recall, 1e-9))
    return found


def measure(job: tuple[list[tuple[Record, Path]], Path | None, Path | None]) -> tuple[Rows, Counter[str]]:
    """Precision and recall of some pages by way of choosing, and how often each candidate was chosen."""
    work, folds, text_folds = job
    quiet()
    models, cleaners = page_taggers_of(folds), cleaners_of(text_folds)
    rows: Rows = {name: [] for name in (*MODES, OURS, CHOSEN, CHOSEN_OF_ALL, BEST)}
    chosen: Counter[str] = Counter()
    for record, path in work:
        html, page, publisher = read_html(path), Page.of({**record, "texts": {}}), publisher_of(record)
        cleaner, model = cleaners[fold_of(publisher, len(cleaners))], models[fold_of(publisher, len(models))]
        texts = {name: EXTRACTORS[name].extract(html, record) or "" for name in MODES}
        texts[OURS] = result_of(html, record["url"] or None, cleaner, model).text
        values = {name: precision_recall(page.shingles, shingles(page.without_optional(text)))
                  for name, text in texts.items()}
        hopes = dict(zip(texts, expected(html, record["url"] or None, cleaner, model, list(texts.values())),
                         strict=True))
        first = max(MODES, key=lambda name, hopes=hopes: hopes[name])
        chosen[first] += 1
        values[CHOSEN] = values[first]
        values[CHOSEN_OF_ALL] = values[max(hopes, key=lambda name, hopes=hopes: hopes[name])]
        values[BEST] = max((values[name] for name in MODES), key=lambda value: 2 * value[0] * value[1] / max(
            value[0] + value[1], 1e-9))
        for name, value in values.items():
            rows[name].append(value)
    return rows, chosen


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 2 if something asked for is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.candidates", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    page_options(parser)
    options = parser.parse_args(arguments)
    work = wanted_pages(options)
    rows: Rows = {}
    chosen: Counter[str] = Counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        for some, counted in pool.map(measure, [(work[part::options.jobs], options.folds, options.text_folds)
                                                for part in range(options.jobs)]):
            chosen += counted
            for name, values in some.items():
                rows.setdefault(name, []).extend(values)
    print(f"{'':30} {'pages':>5} {'F1':>7} {'P':>7} {'R':>7} {'chosen':>7}")
    for name, values in rows.items():
        precision, recall, both = f1(values)
        print(f"{name:30} {len(values):5} {both:7.4f} {precision:7.4f} {recall:7.4f} {chosen.get(name, ''):>7}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
