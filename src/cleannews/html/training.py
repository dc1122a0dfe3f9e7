"""Training the page tagger on pages whose article is known.

A page is a case as `cleannews.tagger.training` has it, with the page's HTML in place of extractors' texts. Pages of one
publisher share a fold. The text tagger's score is a column here, so that each page is looked at with the text tagger
that never saw its publisher (``cleannews train --folds``).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from cleannews.cleaner import Cleaner
from cleannews.config import Config
from cleannews.errors import InputError, ModelError
from cleannews.evidence import Metadata
from cleannews.html.columns import Columns, page_columns
from cleannews.html.extract import read
from cleannews.html.look import looked
from cleannews.html.markup import MarkupScorer, markup_words
from cleannews.html.model import PageTagger, add_markup
from cleannews.html.trafilatura import verdict_of
from cleannews.tagger.features import Lines
from cleannews.tagger.labels import UNDECIDED, label_lines
from cleannews.tagger.training import (
    Settings,
    Table,
    calibration_table,
    doubtful,
    fit_linear,
    fit_trees,
    fold_of,
    log_loss,
    publisher_of,
)
from cleannews.tagger.trees import UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.html.blocks import Blocks
    from cleannews.tagger.training import Progress

SUFFIXES = (".html", ".html.gz", ".htm", ".htm.gz")

BLIND = 12
"""Every twelfth page is learned from as if trafilatura had not been asked, as it is not on some pages."""

DOUBT = 0.2
"""What a page counts whose gold leaves out most of the prose that trafilatura took: one of the two is wrong."""

LEAST_PUBLISHERS = 4
"""A word of the markup has a weight where so many publishers use it."""


@dataclass(frozen=True)
class PageCase:
    """A page whose article is known."""

    path: Path
    gold: str
    publisher: str
    url: str | None


def read_page_cases(path: str | Path, folder: str | Path) -> Iterator[PageCase]:
    """The cases of a case file whose HTML lies in `folder` as ``ID.html`` or ``ID.html.gz``.

    Raises InputError naming file and line.
    """
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    record = json.loads(line)
                    gold, name = record["gold"], str(record["id"])
                except (ValueError, KeyError, TypeError) as error:
                    raise InputError(f"{path}, line {number}: no case with 'gold' and 'id' ({error!r})") from error
                found = next((file for suffix in SUFFIXES if (file := Path(folder, name + suffix)).is_file()), None)
                if gold and found:
                    yield PageCase(found, gold, publisher_of(record), record.get("url") or None)
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def html_of(path: Path) -> bytes:
    """The bytes of a page. Raises InputError."""
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


@dataclass
class Pages:
    """What the fits need: a table of lines, the words around each line, and each line's publisher."""

    table: Table
    blocks: list[Blocks]
    """Those of each page."""
    line: NDArray[np.int64]
    """Which line of its page each row is."""
    vocabulary: list[str]
    words: NDArray[np.int64]
    """Numbers of words in the vocabulary; `word_rows` says whose they are."""
    word_rows: NDArray[np.int64]
    publisher: NDArray[np.int64]


def build_pages(cases: Sequence[PageCase], cleaners: Sequence[Cleaner], settings: Settings, say: Progress) -> Pages:
    """Columns, labels and weights of the lines of all pages; those of the markup's words are filled in by `train`."""
    parts: dict[str, list[Any]] = {key: [] for key in ("base", "label", "weight", "text", "fold", "tokens", "words",
                                                       "rows", "publisher", "line")}
    publishers: dict[str, int] = {}
    vocabulary: dict[str, int] = {}
    blocks: list[Blocks] = []
    table = Table()
    rows = 0
    for number, case in enumerate(cases):
        if number % 100 == 99:
            say(f"read {number + 1} of {len(cases)} pages, {rows} lines")
        tree, page = read(html_of(case.path), case.url, str(case.path))
        if tree is None or not page.lines:
            continue
        fold = fold_of(case.publisher, settings.folds)
        cleaner = cleaners[fold % len(cleaners)]
        known = Metadata(page.headline or page.title, site=(urlsplit(case.url or "").hostname or ""))
        look = looked(page, cleaner, known)
        if not len(look.visible):
            continue
        documents, found, visible, owner = look.documents, look.found, look.visible, look.owner
        verdict = verdict_of(tree, case.url, look.furniture())
        page_columns(look, None if number % BLIND == BLIND - 1 else verdict)
        labels, tokens = label_lines(documents, case.gold)[visible], documents.tokens[visible]
        taken = look.material.prose.prose[visible] & (found["verdict"] > 200)
        # Every page counts alike, a long line more than a short one.
        weight = (0.3 + np.minimum(tokens, 60) / 20) * (1000 / (500 + tokens.sum()))
        if doubtful(labels, tokens, taken):
            weight *= DOUBT
        table.names = list(found)
        parts["base"].append(np.stack(list(found.values())))
        parts["label"].append(labels)
        parts["weight"].append(weight.astype(np.float32))
        parts["text"].append(np.full(len(visible), len(blocks)))
        parts["fold"].append(np.full(len(visible), fold, np.int8))
        parts["tokens"].append(tokens)
        parts["publisher"].append(np.full(len(visible), publishers.setdefault(case.publisher, len(publishers))))
        around = markup_words(look.blocks)
        for row, at in enumerate(owner[visible].tolist(), rows):
            parts["words"].extend(vocabulary.setdefault(word, len(vocabulary)) for word in around[at])
            parts["rows"].extend([row] * len(around[at]))
        parts["line"].append(owner[visible])
        rows += len(visible)
        blocks.append(look.blocks)
    if not rows:
        raise ModelError("there is nothing to train on: no case has a page with visible lines")
    table.base = np.concatenate(parts["base"], axis=1)
    table.label, table.weight = np.concatenate(parts["label"]), np.concatenate(parts["weight"])
    table.text, table.fold = np.concatenate(parts["text"]), np.concatenate(parts["fold"])
    table.tokens = np.concatenate(parts["tokens"])
    table.real = np.ones(len(table.label), bool)
    return Pages(table, blocks, np.concatenate(parts["line"]), list(vocabulary), np.array(parts["words"], np.int64),
                 np.array(parts["rows"], np.int64), np.concatenate(parts["publisher"]))


def fit_markup(pages: Pages, train: NDArray[np.bool_], settings: Settings) -> MarkupScorer:
    """Weights of the words that at least `LEAST_PUBLISHERS` publishers of `train` use."""
    inside = train[pages.word_rows]
    pairs = np.unique(pages.words[inside] * (int(pages.publisher.max()) + 1)
                      + pages.publisher[pages.word_rows[inside]])
    users = np.bincount(pairs // (int(pages.publisher.max()) + 1), minlength=len(pages.vocabulary))
    common = np.flatnonzero(users >= LEAST_PUBLISHERS)
    number = np.full(len(pages.vocabulary), -1)
    number[common] = np.arange(len(common))
    kept = number[pages.words] >= 0
    weights = fit_linear(pages.table, pages.word_rows[kept], number[pages.words[kept]], len(common), train, settings)
    return MarkupScorer({pages.vocabulary[at]: int(weight) for at, weight in zip(common.tolist(), weights, strict=True)
                         if weight})


@dataclass(frozen=True)
class Outcome:
    """What training gave: the model, and the models that never saw the pages of their fold."""

    tagger: PageTagger
    folds: Sequence[PageTagger]
    report: dict[str, Any]


def train(cases: Iterable[PageCase], text_taggers: Sequence[str], settings: Settings, say: Progress = print) -> Outcome:
    """Train a page tagger.

    `text_taggers` are files of the text taggers by fold, each of which never saw the pages of its fold; where there are
    none, the shipped one is asked. Raises ModelError where there is nothing to learn from or CatBoost is not installed.
    """
    cleaners = [Cleaner(Config(tagger=path)) for path in text_taggers] or [Cleaner()]
    pages = build_pages(list(cases), cleaners, settings, say)
    table = pages.table
    folds = sorted(set(table.fold.tolist()))
    if len(folds) < 2:
        raise ModelError("training needs pages of at least two publishers, to test on what was not trained on")
    everywhere = np.ones(len(table.label), bool)
    markup = {fold: fit_markup(pages, table.fold != fold, settings) for fold in folds}
    pages_begin = np.flatnonzero(np.diff(table.text)) + 1
    score = np.concatenate([markup[int(fold[0])].score(blocks)[line] for blocks, line, fold in zip(
        pages.blocks, np.split(pages.line, pages_begin), np.split(table.fold, pages_begin), strict=True)])
    words = Columns(Lines(table.text))
    add_markup(words, score)
    base = np.concatenate([table.base, np.stack(list(words.values()))])
    names = (*table.names, *words)
    logits = np.zeros(len(score), np.int32)
    trees = {}
    for fold in folds:
        held = table.fold == fold
        trees[fold] = fit_trees(base, table, ~held, held, settings, settings.trees)
        logits[held] = trees[fold].sums(base[:, held])
        say(f"fold {fold}: {len(trees[fold].leaves)} trees")
    known = table.label != UNDECIDED
    calibration = calibration_table(logits[known], table.label[known], table.weight[known])
    loss = log_loss(logits[known] / UNIT, table, known)
    say(f"out of fold: {loss}")
    about = {"settings": settings.__dict__, "lines": len(table.label)}
    made = [PageTagger(names, markup[fold], trees[fold], calibration, {**about, "fold": fold}) for fold in folds]
    count = int(np.mean([len(trees[fold].leaves) for fold in folds]))
    final = PageTagger(names, fit_markup(pages, everywhere, settings),
                       fit_trees(base, table, everywhere, ~everywhere, settings, count), calibration, about)
    return Outcome(final.trimmed(), [tagger.trimmed() for tagger in made],
                   {"pages": int(table.text[-1]) + 1, "lines": len(table.label), "loss": loss})


def steps(cases: int, settings: Settings) -> int:
    """How many times `train` reports progress."""
    return cases // 100 + 1 + settings.folds
