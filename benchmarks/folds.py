"""Cleaning each page with the tagger that never saw its publisher: what the benchmarks of labelled texts share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import NOTHING, Page, pages
from cleannews import Cleaner, InputError
from cleannews.tagger.training import fold_of, publisher_of


def files_of(folds: Path) -> list[Path]:
    """The taggers that ``cleannews train --folds`` wrote, by fold. Raises InputError for a folder that has none."""
    files = sorted(folds.glob("fold*.tagger"))
    if not files:
        raise InputError(f"{folds} has no fold*.tagger: name the folder that `cleannews train --folds` wrote")
    return files


def cleaners_of(folds: Path | None, profile: str = "article") -> list[Cleaner]:
    """A cleaner for each fold, or one with the shipped tagger where no folds are given. Raises InputError."""
    if folds is None:
        return [Cleaner(profile=profile)]
    return [Cleaner(profile=profile, tagger=str(file)) for file in files_of(folds)]


def case_options(parser: argparse.ArgumentParser) -> None:
    """The options that `cleaned_pages` reads."""
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--profile", default="article")
    parser.add_argument("--folds", type=Path, metavar="DIR")
    parser.add_argument("--where", action="append", default=[], metavar="KEY=VALUE")


def cleaned_pages(options: argparse.Namespace) -> Iterator[tuple[Page, Cleaner]]:
    """The pages of the cases that are asked for, each with the cleaner for it. Raises InputError, also for no page."""
    found = 0
    cleaners = cleaners_of(options.folds, options.profile)
    wanted = dict(item.split("=", 1) for item in options.where)
    for path in options.cases:
        for page in pages(path):
            if all(str(page.record.get(key)) == value for key, value in wanted.items()):
                found += 1
                yield page, cleaners[fold_of(publisher_of(page.record), len(cleaners))]
    if not found:
        raise InputError(NOTHING)
