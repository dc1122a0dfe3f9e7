"""What cleaning does to the texts that extractors made: python -m benchmarks.extractors CASES… [--profile P]…

CASES are files as ``benchmarks.cases`` builds them. For each extractor: F1, precision and recall before and after, the
ceiling for dropping whole lines and how much of the way there was gone, cruft tokens removed, article tokens lost,
pages harmed (over 2% of their article lost). ``--folds DIR`` takes for each page the tagger that never saw its
publisher (``cleannews train --folds DIR``): figures of a learned part are honest only so. ``--peers`` puts other
text-only cleaners beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import in_a_sentence
from benchmarks.folds import cleaners_of, files_of
from benchmarks.measure import NOTHING, Cleaning, Page, Tally, pages
from cleannews import InputError
from cleannews.tagger.training import fold_of, publisher_of

Tallies = dict[tuple[str, ...], Tally]


def cleaning(name: str, folds: Path | None) -> Callable[[Page], Cleaning]:
    """For a profile or a peer: page → function from text to clean text."""
    if name == "none":
        return lambda page: str
    if name.startswith("peer:"):
        from benchmarks.peers import PEERS  # noqa: PLC0415 - needs the peers

        return lambda page: PEERS[name.removeprefix("peer:")]
    cleaners = cleaners_of(folds, name)
    return lambda page: cleaners[fold_of(publisher_of(page.record), len(cleaners))].clean


def measure(job: tuple[list[str], str, Path | None, list[str] | None, dict[str, str], bool, int, int]) -> Tallies:
    """Tallies by (group, extractor) of every `of`-th page from `part` on."""
    paths, name, folds, extractors, where, oracle, part, of = job
    choose = cleaning(name, folds)
    tallies: Tallies = {}
    number = 0
    for path in paths:
        for page in pages(path):
            if any(str(page.record.get(key)) != value for key, value in where.items()):
                continue
            number += 1
            if number % of != part:
                continue
            clean = choose(page)
            for extractor, text in page.texts.items():
                if extractors and extractor not in extractors:
                    continue
                one = Tally()
                one.add(page, text, clean(text), oracle)
                for group in ("all", f"language {page.record.get('lang', '?')}",
                              f"type {page.record.get('page_type') or 'article'}"):
                    tallies.setdefault((group, extractor), Tally()).merge(one)
    return tallies


def run(paths: Sequence[str], name: str, folds: Path | None, extractors: list[str] | None, where: dict[str, str],
        oracle: bool, jobs: int) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by group and extractor."""
    work = [(list(paths), name, folds, extractors, where, oracle, part, jobs) for part in range(jobs)]
    total: Tallies = {}
    with ProcessPoolExecutor(jobs) as pool:
        for tallies in pool.map(measure, work):
            for key, tally in tallies.items():
                total.setdefault(key, Tally()).merge(tally)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (group, extractor), tally in sorted(total.items()):
        found.setdefault(group, {})[extractor] = tally.figures()
    return found


def show(title: str, figures: dict[str, dict[str, float]]) -> None:
    """Print a table."""
    print(f"\n{title}")
    print(f"{'extractor':22} {'pages':>5} {'F1':>7} {'after':>7} {'ceiling':>7} {'closed':>7} {'P':>6} {'after':>6} "
          f"{'R':>6} {'after':>6} {'cruft-':>7} {'lost':>7} {'harmed':>7}")
    for extractor, row in figures.items():
        top, closed = row.get("f1_ceiling"), row.get("headroom_closed")
        print(f"{extractor:22} {row['pages']:5} {row['f1_before']:7.4f} {row['f1_after']:7.4f} "
              f"{f'{top:7.4f}' if top is not None else '      -'} "
              f"{f'{closed:7.1%}' if closed is not None else '      -'} "
              f"{row['p_before']:6.3f} {row['p_after']:6.3f} {row['r_before']:6.3f} {row['r_after']:6.3f} "
              f"{row['cruft_removed']:7.1%} {row['article_lost']:7.2%} {row['harmed']:7.1%}"
              + ("  <" if row["f1_after"] < row["f1_before"] else ""))


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extractors", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--profile", action="append", metavar="NAME", help="article, page, strict or none")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--folds", type=Path, metavar="DIR")
    parser.add_argument("--extractors", metavar="A,B")
    parser.add_argument("--where", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--by", choices=("language", "type"), help="tables by language or page type, too")
    parser.add_argument("--no-ceiling", action="store_true", help="leave the line oracle out: faster")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    names = options.profile or ["article"]
    if options.folds:
        files_of(options.folds)
    if options.peers:
        from benchmarks.peers import PEERS  # noqa: PLC0415 - needs the peers

        names += [f"peer:{name}" for name in PEERS]
    everything: dict[str, Any] = {}
    for name in names:
        found = run(options.cases, name, options.folds, options.extractors and options.extractors.split(","),
                    dict(item.split("=", 1) for item in options.where), not options.no_ceiling, options.jobs)
        if not found:
            raise InputError(NOTHING)
        everything[name] = found
        show(f"{name}: all pages", found["all"])
        for group, figures in found.items():
            if options.by and group.startswith(options.by):
                show(f"{name}: {group}", figures)
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
