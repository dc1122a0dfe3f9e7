"""``cleannews train``: a tagger from labelled text of one's own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleannews.cli import DONE
from cleannews.errors import InputError, ModelError

if TYPE_CHECKING:
    from cleannews.html.training import PageCase
    from cleannews.tagger.training import Case, Progress, Settings


def parser() -> argparse.ArgumentParser:
    """The parser of ``cleannews train``."""
    made = argparse.ArgumentParser(
        prog="cleannews train", allow_abbrev=False,
        description="Train a tagger on pages whose article text is known. CASES are JSON lines, plain or gzipped: "
                    '{"gold": article, "texts": {extractor: text, …}, "url" or "publisher": …}.')
    made.add_argument("cases", nargs="+", metavar="CASES", help="case files")
    made.add_argument("--html", metavar="FOLDER", help="train the page tagger instead, on the HTML of the cases: "
                      "FOLDER/ID.html or ID.html.gz")
    made.add_argument("--text-folds", metavar="DIR", help="with --html: the text taggers of a --folds DIR, so that no "
                      "page is looked at with a text tagger that has seen its publisher")
    made.add_argument("-o", "--output", required=True, metavar="FILE", help="the tagger to write")
    made.add_argument("--folds", metavar="DIR", help="also write there, for each fold, the tagger that never saw it")
    made.add_argument("--seed", type=int, help="training is the same for the same seed, cases and versions")
    made.add_argument("--trees", type=int, help="trees of the first stage (default 260)")
    made.add_argument("--threads", type=int, help="processor threads (default 2)")
    made.set_defaults(job=run)
    return made


def run(options: argparse.Namespace) -> int:
    """Train, say what the held-out pages say of the result, and write it."""
    try:
        from tqdm import tqdm  # noqa: PLC0415
    except ImportError as error:
        raise ModelError("training needs CatBoost and tqdm: pip install 'cleannews[train]'") from error
    from cleannews.tagger.training import Settings  # noqa: PLC0415

    given = {name: getattr(options, name) for name in ("seed", "trees", "threads")
             if getattr(options, name) is not None}
    settings = Settings(**given)
    job = _pages if options.html else _texts
    length, fit = job(options, settings)
    with tqdm(total=length, unit="step", disable=None, file=sys.stderr) as bar:
        def say(message: str) -> None:
            bar.update()
            bar.write(message, file=sys.stderr)

        outcome = fit(say)
    outcome.tagger.save(options.output)
    if options.folds:
        folder = Path(options.folds)
        folder.mkdir(parents=True, exist_ok=True)
        for number, tagger in enumerate(outcome.folds):
            tagger.save(folder / f"fold{number}.tagger")
    report = outcome.report
    print(f"{report['pages']} {'pages' if options.html else 'texts'}, {report['lines']} lines; out of fold, log loss "
          f"{report['loss']}; written to {options.output}")
    return DONE


def _texts(options: argparse.Namespace, settings: Settings) -> tuple[int, Callable[[Progress], Any]]:
    """How many steps the training of a tagger has, and the training."""
    from cleannews.tagger.training import read_cases, steps, train  # noqa: PLC0415

    cases = [case for path in options.cases for case in read_cases(path)]
    if options.folds:
        _every_fold_has_pages(cases, settings.folds)
    return steps(len(cases), settings), lambda say: train(cases, settings, say)


def _pages(options: argparse.Namespace, settings: Settings) -> tuple[int, Callable[[Progress], Any]]:
    """How many steps the training of a page tagger has, and the training."""
    from cleannews.html.training import read_page_cases, steps, train  # noqa: PLC0415

    if not Path(options.html).is_dir():
        raise InputError(f"{options.html} is no folder")
    taggers: list[str] = []
    if options.text_folds:
        taggers = [str(Path(options.text_folds, f"fold{number}.tagger")) for number in range(settings.folds)]
    cases = [case for path in options.cases for case in read_page_cases(path, options.html)]
    if options.folds:
        _every_fold_has_pages(cases, settings.folds)
    return steps(len(cases), settings), lambda say: train(cases, taggers, settings, say)


def _every_fold_has_pages(cases: Sequence[Case] | Sequence[PageCase], folds: int) -> None:
    """Raise InputError where a tagger that --folds is to write would be missing: who reads them counts them."""
    from cleannews.tagger.training import fold_of  # noqa: PLC0415

    there = {fold_of(case.publisher, folds) for case in cases}
    if len(there) < folds:
        raise InputError(f"--folds needs pages in each of {folds} folds of publishers, and these are in {len(there)}: "
                         "add pages of other publishers")
