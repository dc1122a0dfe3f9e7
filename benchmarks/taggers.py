"""Which model tells the lines of a text apart best: python -m benchmarks.taggers CASES… --folds DIR

CASES are what ``cleannews train`` learned from, DIR what its ``--folds`` wrote. For each fold of publishers the other
models are fitted to what the trees were fitted to, the pages of the other folds, and all are measured on its pages:

``linear``      a logistic regression over the tagger's features, the n-gram score among them
``trees``       the fold's tagger as it is: two stages of boosted trees
``network``     a convolutional network over the lines (``benchmarks.network``)
``mean``        the log-odds of trees and network, averaged
``stacked``     the trees' second stage fitted anew, with the network's score of each line and the lines around it

All scores are calibrated alike, out of fold. Printed for each file of CASES: the log loss of lines; for the profile
`page`, after a whole-page dump, F1 and what is lost of the article; for the profile `article`, after four extractors,
the mean change of F1, the least, and the most that is lost. Then bytes of weights, and processor time a megabyte of
dumps in `page`. The network needs PyTorch (pip install torch), the second stage CatBoost; it takes some 20 minutes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from benchmarks import in_a_sentence, network
from benchmarks.folds import files_of
from benchmarks.measure import Page, Tally, pages
from benchmarks.network import Lesson, Seen, by_line
from cleannews import Cleaner, InputError
from cleannews.kernels.reference import ngram_buckets
from cleannews.tagger import training
from cleannews.tagger.features import BESIDE, NEAR, Lines, columns, ngram_columns, second_look
from cleannews.tagger.labels import CRUFT, UNDECIDED
from cleannews.tagger.model import Tagger, probability, stage_score
from cleannews.tagger.ngrams import BITS
from cleannews.tagger.training import Case, Table, fold_of, publisher_of, read_cases
from cleannews.tagger.trees import UNIT, Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.evidence import Evidence, Material

    Floats = NDArray[Any]

DUMP = "inscriptis"
EXTRACTORS = ("trafilatura", "readability", "newspaper", "goose3")
MODELS = ("linear", "trees", "network", "mean", "stacked")


class Model(Protocol):
    """What gives each line a logit."""

    @property
    def size(self) -> int:
        """Bytes of the weights, without those of the n-gram score, which all models are given."""

    def logits(self, seen: Seen) -> Floats:
        """The logit of each line; above 0 is more likely cruft."""


@dataclass(frozen=True)
class Boosted:
    """The tagger that ships."""

    tagger: Tagger

    @property
    def size(self) -> int:
        """Bytes of both stages."""
        return size_of(self.tagger.first) + size_of(self.tagger.second)

    def logits(self, seen: Seen) -> Floats:
        """What the second stage says."""
        return self.tagger.second.sums(looked_at(self.tagger, seen)) / UNIT


@dataclass(frozen=True)
class Mean:
    """The log-odds of other models, averaged."""

    models: Sequence[Model]

    @property
    def size(self) -> int:
        """Bytes of all."""
        return sum(model.size for model in self.models)

    def logits(self, seen: Seen) -> Floats:
        """The mean."""
        found: Floats = np.mean([model.logits(seen) for model in self.models], axis=0)
        return found


@dataclass(frozen=True)
class Stacked:
    """A second stage of trees that knows the network's score beside the first stage's."""

    tagger: Tagger
    network: Model
    second: Trees

    @property
    def size(self) -> int:
        """Bytes of both stages and the network."""
        return size_of(self.tagger.first) + self.network.size + size_of(self.second)

    def logits(self, seen: Seen) -> Floats:
        """What the second stage says."""
        more = score_columns(seen, self.network.logits(seen))
        return self.second.sums(np.concatenate([looked_at(self.tagger, seen), more])) / UNIT


def size_of(trees: Trees) -> int:
    """Bytes of trees as a file has them."""
    return sum(array.nbytes for array in trees.arrays("").values())


def looked_at(tagger: Tagger, seen: Seen) -> NDArray[np.uint8]:
    """The columns of the second stage: the features, and what the first stage's score says."""
    words = seen.columns[tagger.names.index("words")]
    more = second_look(seen.lines, stage_score(tagger.first.sums(seen.columns)), words, seen.topic)
    return np.concatenate([seen.columns, np.stack(list(more.values()))])


def score_columns(seen: Seen, logits: Floats) -> NDArray[np.uint8]:
    """A model's score of each line and of the lines around it, as columns for trees."""
    score = stage_score(in_units(logits))
    return np.stack([score, *seen.lines.around(("score", score, {**BESIDE, **NEAR})).values()])


class Scorer:
    """A model, calibrated, where a `Cleaner` looks for its tagger."""

    def __init__(self, model: Model, tagger: Tagger, calibration: Floats) -> None:
        self.model, self.tagger, self.calibration = model, tagger, calibration

    def score(self, material: Material, evidence: Sequence[Evidence]) -> Floats:
        """The probability that each line is cruft, shape (lines,); 0 for blank lines."""
        documents = material.documents
        found, visible, topic = columns(material, evidence, self.tagger.ngrams)
        scores = np.zeros(documents.line_count)
        if len(visible):
            place = np.full(documents.line_count, -1)
            place[visible] = np.arange(len(visible))
            rows, grams = ngram_buckets(documents.hashes, documents.first_token, BITS)
            seen = Seen(np.stack([found[name] for name in self.tagger.names]), documents.document[visible], topic,
                        *by_line(place[rows], grams, len(visible)))
            scores[visible] = probability(self.calibration, in_units(self.model.logits(seen)))
        return scores


class ModelCleaner(Cleaner):
    """A cleaner that asks another model than its configuration names."""

    def __init__(self, scorer: Scorer, profile: str) -> None:
        self._scorer = scorer
        super().__init__(profile=profile)

    @property
    def tagger(self) -> Any:
        """What the profile asks for the score of each line."""
        return self._scorer


def in_units(logits: Floats) -> NDArray[np.int32]:
    """Logits as the calibration reads them."""
    found: NDArray[np.int32] = np.rint(np.clip(logits, -100, 100) * UNIT).astype(np.int32)
    return found


@dataclass
class Fold:
    """The lines of the pages of some publishers, and the models that never saw one of them."""

    tagger: Tagger
    table: Table
    file: NDArray[np.int64]
    """Which of the files of cases each line is of."""
    seen: Seen
    models: dict[str, Model] = field(default_factory=dict)
    logits: dict[str, Floats] = field(default_factory=dict)

    @property
    def tested(self) -> NDArray[np.bool_]:
        """Lines that are measured: of texts as they came, with a label."""
        found: NDArray[np.bool_] = (self.table.label != UNDECIDED) & self.table.real
        return found

    def add(self, name: str, model: Model) -> None:
        """A model, and what it says."""
        self.models[name] = model
        self.logits[name] = model.logits(self.seen)


def read(paths: Sequence[str], folds: Path, settings: training.Settings) -> list[Fold]:
    """The folds as `cleannews train` makes them, with the features that the taggers of the folds see."""
    cases: list[tuple[Case, int]] = [(case, file) for file, path in enumerate(paths) for case in read_cases(path)]
    made = training.made_cases([case for case, _ in cases], settings)
    file_of = {(case.publisher, case.gold): file for case, file in cases}
    cases += [(case, file_of[case.publisher, case.gold]) for case in made]
    found = []
    for number, path in enumerate(files := files_of(folds)):
        own = [(case, file) for case, file in cases if fold_of(case.publisher, len(files)) == number]
        table = training.build_table([case for case, _ in own], settings, lambda _: None)
        tagger = Tagger.load(path)
        if list(tagger.names) != table.names:
            raise InputError(f"{path} was trained with other features than this version has: train it again")
        scores = training.scores_of(table, tagger.ngrams.weights)
        for name, column in ngram_columns(Lines(table.text), scores).items():
            table.base[table.names.index(name)] = column
        # A text whose words are hidden has no n-grams for the network either.
        told = ~table.hidden[table.gram_rows]
        seen = Seen(table.base, table.text, table.topic,
                    *by_line(table.gram_rows[told], table.grams[told], len(table.label)))
        found.append(Fold(tagger, table, np.array([file for _, file in own])[table.case], seen))
        say(f"fold {number}: {len(table.label)} lines of {len(own)} pages")
    return found


def lesson_of(folds: Sequence[Fold]) -> Lesson:
    """All lines of some folds, to learn from; the words they share stay behind, only trees look at those."""
    tables, seen = [fold.table for fold in folds], [fold.seen for fold in folds]
    texts = np.cumsum([0, *(int(one.text[-1]) + 1 for one in seen)])
    page_numbers = np.cumsum([0, *(int(table.case[-1]) + 1 for table in tables)])
    grams = np.cumsum([0, *(len(one.grams) for one in seen)])
    starts = [one.starts[:-1] + first for one, first in zip(seen, grams, strict=False)]
    return Lesson(
        replace(seen[0], columns=np.concatenate([one.columns for one in seen], axis=1),
                text=np.concatenate([one.text + first for one, first in zip(seen, texts, strict=False)]),
                starts=np.append(np.concatenate(starts), grams[-1]),
                grams=np.concatenate([one.grams for one in seen])),
        np.concatenate([table.label for table in tables]), np.concatenate([table.weight for table in tables]),
        np.concatenate([table.case + first for table, first in zip(tables, page_numbers, strict=False)]))


def fit_networks(folds: Sequence[Fold], name: str, settings: network.Settings) -> None:
    """For each fold a network that learned from the others."""
    for number, fold in enumerate(folds):
        lesson = lesson_of([other for other in folds if other is not fold])
        category = fold.table.names.index("category")
        say(f"{name}, fold {number}")
        fold.add(name, network.fit(lesson, category, settings, say))


def fit_stacked(folds: Sequence[Fold], settings: training.Settings) -> None:
    """For each fold a second stage that learned from the others. Every score it learns from is out of fold."""
    parts = [(looked_at(fold.tagger, fold.seen), score_columns(fold.seen, fold.logits["network"])) for fold in folds]
    base = np.concatenate([np.concatenate(part) for part in parts], axis=1)
    table = Table(label=np.concatenate([fold.table.label for fold in folds]),
                  weight=np.concatenate([fold.table.weight for fold in folds]),
                  real=np.concatenate([fold.table.real for fold in folds]))
    owner = np.repeat(np.arange(len(folds)), [len(fold.table.label) for fold in folds])
    for number, fold in enumerate(folds):
        trees = training.fit_trees(base, table, owner != number, owner == number, settings, settings.trees // 2)
        fold.add("stacked", Stacked(fold.tagger, fold.models["network"], trees))
        say(f"stacked, fold {number}: {len(trees.leaves)} trees")


@dataclass
class Row:
    """What is printed of a model."""

    size: float = 0.0
    seconds: float = 0.0
    bytes: int = 0
    loss: dict[int, float] = field(default_factory=dict)
    tallies: dict[tuple[int, str], Tally] = field(default_factory=dict)
    """By file and extractor; a dump is cleaned as `page`, the others as `article`."""


def measured(folds: Sequence[Fold], name: str, wanted: Sequence[list[tuple[int, Page]]]) -> Row:
    """A model of each fold on the pages of that fold; `wanted` has them with their file."""
    tested = [fold.tested for fold in folds]
    logits = np.concatenate([fold.logits[name][rows] for fold, rows in zip(folds, tested, strict=True)])
    labels = np.concatenate([fold.table.label[rows] for fold, rows in zip(folds, tested, strict=True)])
    weights = np.concatenate([fold.table.weight[rows] for fold, rows in zip(folds, tested, strict=True)])
    file = np.concatenate([fold.file[rows] for fold, rows in zip(folds, tested, strict=True)])
    calibration = training.calibration_table(in_units(logits), labels, weights)
    chance = np.clip(probability(calibration, in_units(logits)), 1e-6, 1 - 1e-6)
    surprise = -np.log(np.where(labels == CRUFT, chance, 1 - chance))
    row = Row(float(np.mean([fold.models[name].size for fold in folds])))
    row.loss = {one: float(np.average(surprise[file == one], weights=weights[file == one])) for one in set(file)}
    for fold, own in zip(folds, wanted, strict=True):
        scorer = Scorer(fold.models[name], fold.tagger, calibration)
        for profile, extractors in (("page", (DUMP,)), ("article", EXTRACTORS)):
            cleaner = ModelCleaner(scorer, profile)
            work = [(number, page, one) for number, page in own for one in extractors if one in page.texts]
            begin = time.process_time()
            cleaned = list(cleaner.clean_many(page.texts[one] for _, page, one in work))
            if profile == "page":
                row.seconds += time.process_time() - begin
                row.bytes += sum(len(page.texts[one].encode()) for _, page, one in work)
            for (number, page, one), text in zip(work, cleaned, strict=True):
                row.tallies.setdefault((number, one), Tally()).add(page, page.texts[one], text, oracle=False)
    return row


def show(rows: dict[str, Row], names: Sequence[str]) -> None:
    """Print the tables."""
    for number, name in enumerate(names):
        print(f"\n{name}\n\n| model | log loss | F1 of `page` | article lost | F1 of `article` | least | most lost |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for model, row in rows.items():
            dump = row.tallies[number, DUMP].figures()
            rest = [row.tallies[number, one].figures() for one in EXTRACTORS if (number, one) in row.tallies]
            change = [figures["f1_after"] - figures["f1_before"] for figures in rest]
            lost = max(figures["article_lost"] for figures in rest)
            print(f"| `{model}` | {row.loss[number]:.4f} | {dump['f1_after']:.4f} | {dump['article_lost']:.2%} | "
                  f"{np.mean(change):+.4f} | {min(change):+.4f} | {lost:.2%} |")
    print("\n| model | weights, kB | ms a MB |\n| --- | --- | --- |")
    for model, row in rows.items():
        print(f"| `{model}` | {row.size / 1000:.0f} | {row.seconds / row.bytes * 1e9:.0f} |")


def say(message: str) -> None:
    """Tell how far it is."""
    print(message, file=sys.stderr, flush=True)


def articles(paths: Sequence[str], folds: int) -> list[list[tuple[int, Page]]]:
    """The articles to measure on, by fold, with the numbers of their files. Raises InputError where a file has none."""
    found: list[list[tuple[int, Page]]] = [[] for _ in range(folds)]
    for number, path in enumerate(paths):
        names: set[str] = set()
        for page in pages(path):
            if page.record.get("page_type") in (None, "article"):
                found[fold_of(publisher_of(page.record), folds)].append((number, page))
                names |= set(page.texts)
        if DUMP not in names or names.isdisjoint(EXTRACTORS):
            raise InputError(f"{path} has no articles with texts of {DUMP} and of one of {', '.join(EXTRACTORS)}")
    return found


def compare(paths: Sequence[str], taggers: Path, models: Sequence[str], shape: network.Settings) -> None:
    """Fit, measure and print. Raises InputError and ModelError."""
    settings = training.Settings(threads=1, folds=len(files_of(taggers)))
    wanted = articles(paths, settings.folds)
    folds = read(paths, taggers, settings)
    for fold in folds:
        fold.add("trees", Boosted(fold.tagger))
    if "linear" in models:
        fit_networks(folds, "linear", replace(shape, channels=0, width=0, dilations=(), rate=1e-2))
    if {"network", "mean", "stacked"} & set(models):
        fit_networks(folds, "network", shape)
        for fold in folds:
            fold.add("mean", Mean([fold.models["trees"], fold.models["network"]]))
    if "stacked" in models:
        fit_stacked(folds, settings)
    rows = {}
    for name in models:
        rows[name] = measured(folds, name, wanted)
        say(f"{name} measured")
    show(rows, [Path(path).name for path in paths])


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; 2 if something asked for is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taggers", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--folds", type=Path, metavar="DIR", required=True)
    parser.add_argument("--models", default=",".join(MODELS), metavar="A,B", help=f"of {', '.join(MODELS)}")
    usual = network.Settings()
    parser.add_argument("--channels", type=int, default=usual.channels, help="of the network (%(default)s)")
    parser.add_argument("--width", type=int, default=usual.width, help="of its embedding, 0 for none (%(default)s)")
    parser.add_argument("--price", type=float, default=usual.price, help="of article text lost (%(default)s)")
    parser.add_argument("--epochs", type=int, default=usual.epochs, help="(%(default)s)")
    options = parser.parse_args(arguments)
    models = options.models.split(",")
    if unknown := [name for name in models if name not in MODELS]:
        parser.error(f"there is no model {unknown[0]!r}; there are {', '.join(MODELS)}")
    compare(options.cases, options.folds, models,
            network.Settings(options.channels, width=options.width, price=options.price, epochs=options.epochs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
