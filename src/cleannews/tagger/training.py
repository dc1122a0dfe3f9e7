"""Training a tagger on texts whose article is known.

Cases are JSON lines, one a page: ``gold`` (the article text), ``texts`` (extractor name → the text it made), and, where
known, ``url`` or ``publisher`` (pages of one publisher are never both trained on and tested on). ``docs/training.md``
tells the format and what the shipped tagger was trained on.

Everything is reproducible from `Settings.seed`: the same cases give the same file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from cleannews.cleaner import Cleaner
from cleannews.errors import InputError, ModelError
from cleannews.kernels.reference import ngram_buckets
from cleannews.labels import KEEP
from cleannews.tagger.augmentation import hidden, parts_of, transplanted
from cleannews.tagger.features import Lines, Topic, columns, ngram_columns, second_look
from cleannews.tagger.labels import ARTICLE, CRUFT, UNDECIDED, label_lines
from cleannews.tagger.model import Tagger, stage_score
from cleannews.tagger.ngrams import BITS, LONG_LINE, NgramScorer, long_only, scaled
from cleannews.tagger.trees import UNIT, Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Progress = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """How to train. The defaults are what the shipped tagger was trained with."""

    seed: int = 20261121
    folds: int = 4
    trees: int = 260
    """Trees of the first stage; the second has half as many."""
    depth: int = 6
    rate: float = 0.12
    threads: int = 2
    patience: int = 30
    """Trees without progress on the held-out fold before a stage stops."""
    transplants: int = 1
    """Texts made of each article in the furniture of other pages, for a page of weight 1."""
    hidden: float = 0.2
    """Share of the texts whose words the n-gram scores do not tell."""


@dataclass(frozen=True)
class Case:
    """A page: its texts by extractor, its article, its publisher, its language where it is known."""

    gold: str
    texts: dict[str, str]
    publisher: str
    weight: float = 1.0
    article: bool = True
    """Whether it is the page of an article."""
    language: str = ""
    made: bool = False
    """Whether it is made of two pages: learned from, never tested on."""


OTHER_PAGE = 0.5
"""What the page of a forum, a product or a service counts beside one of an article."""

MADE_PAGE = 0.6
"""What a page that is made of two counts beside the one that its article is of."""


def publisher_of(record: dict[str, Any]) -> str:
    """What pages of one publisher share: the publisher's name, else the site's domain, else nothing but the page."""
    if record.get("publisher"):
        return str(record["publisher"])
    host = (urlsplit(record.get("url") or "").hostname or "").removeprefix("www.")
    parts = host.split(".")
    short = len(parts) >= 3 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if short else parts[-2:]) or str(record.get("id", ""))


def read_cases(path: str | Path) -> Iterator[Case]:
    """The cases of a JSON-lines file, plain or gzipped, also of a report's labels (`cleannews.labels`).

    Raises InputError naming file and line.
    """
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    record = json.loads(line)
                    if record.get("label") == KEEP:
                        continue  # a mark on one line, beside the documents in a report's labels
                    gold, texts = record["gold"], record["texts"]
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise InputError(f"{path}, line {number}: no case with 'gold' and 'texts' ({error})") from error
                if gold:
                    article = record.get("page_type") in (None, "article")
                    weight = float(record.get("weight", 1)) * (1 if article else OTHER_PAGE)
                    language = str(record.get("lang") or "").strip("?")[:2]
                    yield Case(gold, {name: text for name, text in texts.items() if text}, publisher_of(record), weight,
                               article, language)
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


@dataclass
class Table:
    """Everything the fits need, one row a visible line of a chosen text."""

    names: list[str] = field(default_factory=list)
    base: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    label: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    weight: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    case: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    text: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    fold: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    tokens: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    gram_rows: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    grams: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    word_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    word_numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    real: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Lines of texts as they came: what is tested and calibrated on."""
    hidden: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    """Lines whose words the n-gram scores do not tell."""

    @property
    def topic(self) -> Topic:
        """The content words of all lines."""
        return Topic(self.word_rows, self.word_numbers, len(self.label))


def fold_of(publisher: str, folds: int) -> int:
    """The fold of a publisher, the same in every run."""
    return int.from_bytes(blake2b(publisher.encode(), digest_size=4).digest(), "big") % folds


DUMPS = ("inscriptis", "html_text", "resiliparse_full")


def chosen_texts(case: Case, rng: np.random.Generator, extractions: int = 3) -> list[str]:
    """The texts of a page to learn from: two whole-page dumps, some extractions, and the article itself.

    All texts of a page are much alike; a few of them teach as much as all.
    """
    if case.made:
        return list(case.texts.values())
    dumps = sorted(set(case.texts) & set(DUMPS))
    others = sorted(set(case.texts) - set(DUMPS))
    picked = [str(name) for name in rng.permutation(others)[:extractions]]
    picked += [str(name) for name in rng.permutation(dumps)[:2]]
    return [case.texts[name] for name in picked] + [case.gold]


def made_cases(cases: Sequence[Case], settings: Settings) -> list[Case]:
    """Pages made of the articles of some and the furniture of others."""
    texts = [next((case.texts[name] for name in DUMPS if case.article and name in case.texts), "") for case in cases]
    pages = [parts_of(text, case.gold) if text else None for text, case in zip(texts, cases, strict=True)]
    groups = [(case.language, fold_of(case.publisher, settings.folds)) for case in cases]
    counts = [round(settings.transplants * case.weight) for case in cases]
    made = transplanted(pages, groups, [case.publisher for case in cases], counts,
                        np.random.default_rng(settings.seed))
    return [replace(cases[page], texts={"transplanted": text}, weight=cases[page].weight * MADE_PAGE, made=True)
            for page, text in made]


def build_table(cases: Sequence[Case], settings: Settings, say: Progress) -> Table:
    """Features, labels and weights of the lines of all cases. The n-gram columns are filled in by `train`."""
    rng = np.random.default_rng(settings.seed)
    cleaner = Cleaner(profile="strict")  # asks no tagger: there is none yet
    blank = NgramScorer(np.zeros((2, 1 << BITS), np.int8))
    parts: dict[str, list[Any]] = {key: [] for key in ("base", "label", "weight", "case", "text", "fold", "tokens",
                                                       "rows", "grams", "word rows", "word numbers", "made")}
    table = Table()
    rows = texts = words = 0
    for number, case in enumerate(cases):
        for text in chosen_texts(case, rng):
            material, evidence = cleaner.look([text])
            documents = material.documents
            found, visible, topic = columns(material, evidence, blank)
            if not len(visible):
                continue
            table.names = list(found)
            labels = label_lines(documents, case.gold)[visible]
            tokens = documents.tokens[visible]
            if doubtful(labels, tokens, material.prose.prose[visible]):
                continue
            # Every page counts alike, a long line more than a short one.
            weight = (0.3 + np.minimum(tokens, 60) / 20) * case.weight * (1000 / (500 + tokens.sum()))
            lines, values = ngram_buckets(documents.hashes, documents.first_token, BITS)
            row_of = np.full(documents.line_count, -1)
            row_of[visible] = np.arange(len(visible)) + rows
            parts["base"].append(np.stack(list(found.values())))
            parts["label"].append(labels)
            parts["weight"].append(weight.astype(np.float32))
            parts["case"].append(np.full(len(visible), number))
            parts["text"].append(np.full(len(visible), texts))
            parts["fold"].append(np.full(len(visible), fold_of(case.publisher, settings.folds), np.int8))
            parts["tokens"].append(tokens)
            parts["made"].append(np.full(len(visible), case.made))
            parts["rows"].append(row_of[lines].astype(np.int32))
            parts["grams"].append(values.astype(np.int32))
            parts["word rows"].append(topic.lines + rows)
            parts["word numbers"].append(topic.words + words)
            words += int(topic.words.max(initial=-1)) + 1
            rows += len(visible)
            texts += 1
        if number % 200 == 199:
            say(f"read {number + 1} of {len(cases)} pages, {rows} lines")
    if not rows:
        raise ModelError("there is nothing to train on: no case has a text with visible lines")
    table.base = np.concatenate(parts["base"], axis=1)
    table.label = np.concatenate(parts["label"])
    table.weight, table.text = np.concatenate(parts["weight"]), np.concatenate(parts["text"])
    table.case = np.concatenate(parts["case"])
    table.fold, table.tokens = np.concatenate(parts["fold"]), np.concatenate(parts["tokens"])
    table.word_rows, table.word_numbers = np.concatenate(parts["word rows"]), np.concatenate(parts["word numbers"])
    table.gram_rows, table.grams = np.concatenate(parts["rows"]), np.concatenate(parts["grams"])
    table.hidden = hidden(table.text, settings.hidden, rng)
    table.real = ~(table.hidden | np.concatenate(parts["made"]))
    return table


def doubtful(labels: NDArray[np.int8], tokens: NDArray[np.int64], prose: NDArray[np.bool_]) -> bool:
    """Whether a text's labels cannot be believed: a gold that leaves out most of a page's prose is an annotator's slip.

    A few such pages hold more of what labels call cruft than all others together.
    """
    cruft = int(tokens[(labels == CRUFT) & prose].sum())
    return cruft > 300 and cruft > int(tokens[labels == ARTICLE].sum())


def fit_ngrams(table: Table, train: NDArray[np.bool_], settings: Settings) -> NDArray[np.int8]:
    """The weights of an `NgramScorer`, shape (2, 2**BITS), in 32nds of a logit."""
    return np.stack([fit_linear(table, table.gram_rows, table.grams, 1 << BITS, which, settings)
                     for which in (train, train & (table.tokens >= LONG_LINE))])


def fit_linear(table: Table, owners: NDArray[Any], grams: NDArray[Any], count: int, train: NDArray[np.bool_],
               settings: Settings) -> NDArray[np.int8]:
    """Weights of a logistic regression over what lines hold (`grams`, numbers under `count`, each of a row `owners`).

    Plain stochastic gradient descent with per-weight step sizes (AdaGrad, Duchi et al. 2011) in mini-batches. A quarter
    of what a line holds is dropped each time, so that no name or phrase of one page carries a line alone.
    """
    rng = np.random.default_rng(settings.seed)
    rows = np.flatnonzero(train & (table.label != UNDECIDED))
    by_line = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[by_line], np.arange(len(table.label) + 1))
    grams = grams[by_line]
    weights, squares = np.zeros(count), np.full(count, 1e-6)
    bias = 0.0
    for _epoch in range(3):
        for batch in np.array_split(rng.permutation(rows), max(1, len(rows) // 4096)):
            lengths = starts[batch + 1] - starts[batch]
            owner = np.repeat(np.arange(len(batch)), lengths)
            inside = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            taken = grams[np.repeat(starts[batch], lengths) + inside]
            keep = rng.random(len(taken)) > 0.25
            owner, taken = owner[keep], taken[keep]
            scale = 1 / np.sqrt(np.maximum(np.bincount(owner, minlength=len(batch)), 1))
            logit = np.bincount(owner, weights[taken], len(batch)) * scale + bias
            target = table.label[batch] == CRUFT
            slope = (1 / (1 + np.exp(-logit)) - target) * table.weight[batch]
            gradient = np.bincount(taken, (slope * scale)[owner], count) + 2e-3 * weights
            squares += gradient**2
            weights -= 0.3 * gradient / np.sqrt(squares)
            bias -= 0.01 * float(slope.mean())
    return np.clip(np.rint(weights * 32), -127, 127).astype(np.int8)


def scores_of(table: Table, weights: NDArray[np.int8]) -> NDArray[np.uint8]:
    """What an `NgramScorer` with these weights gives for every line, shape (2, lines)."""
    count = len(table.label)
    sizes = np.bincount(table.gram_rows, minlength=count)
    totals = [np.bincount(table.gram_rows, row[table.grams], count).astype(np.int64) for row in weights]
    scores = np.stack([scaled(totals[0], sizes), long_only(scaled(totals[1], sizes), table.tokens)])
    scores[:, table.hidden] = 128
    return scores


def fit_trees(base: NDArray[np.uint8], table: Table, train: NDArray[np.bool_], test: NDArray[np.bool_],
              settings: Settings, count: int) -> Trees:
    """Boosted oblivious trees, stopped early on `test` where there is one."""
    try:
        import catboost  # noqa: PLC0415
    except ImportError as error:
        raise ModelError("training needs CatBoost: pip install 'cleannews[train]'") from error
    known = table.label != UNDECIDED
    rows, held = np.flatnonzero(train & known), np.flatnonzero(test & known & table.real)

    def pool(which: NDArray[np.int64]) -> Any:
        return catboost.Pool(base[:, which].T.astype(np.float32), table.label[which].astype(np.int32),
                             weight=table.weight[which])

    model = catboost.CatBoost({
        "loss_function": "Logloss", "iterations": count, "depth": settings.depth,
        "learning_rate": settings.rate, "l2_leaf_reg": 6.0, "random_strength": 1.0, "random_seed": settings.seed,
        "border_count": 32, "thread_count": settings.threads, "grow_policy": "SymmetricTree", "boosting_type": "Plain",
        "bootstrap_type": "Bernoulli", "subsample": 0.6, "rsm": 0.3, "allow_writing_files": False, "verbose": False,
        "use_best_model": bool(len(held)), **({"od_type": "Iter", "od_wait": settings.patience} if len(held) else {}),
    })
    model.fit(pool(rows), eval_set=pool(held) if len(held) else None)
    return trees_of(model, settings.depth)


def trees_of(model: Any, depth: int) -> Trees:
    """A CatBoost model as arrays."""
    import os  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        model.save_model(path, format="json")
        stored = json.loads(Path(path).read_text(encoding="utf-8"))
    scale, bias = stored["scale_and_bias"]
    count = len(stored["oblivious_trees"])
    features, borders = np.zeros((count, depth), np.int16), np.full((count, depth), 255, np.uint8)
    leaves = np.zeros((count, 1 << depth), np.int32)
    for number, tree in enumerate(stored["oblivious_trees"]):
        for level, split in enumerate(tree["splits"] or []):
            features[number, level] = split["float_feature_index"]
            borders[number, level] = int(np.floor(split["border"]))
        values = np.rint(np.array(tree["leaf_values"]) * scale * UNIT).astype(np.int32)
        leaves[number, :len(values)] = values
    return Trees(features, borders, leaves, round(float(np.sum(bias)) * UNIT))


def calibration_table(logits: NDArray[np.int32], label: NDArray[np.int8], weight: NDArray[np.float32],
                      points: int = 65) -> NDArray[np.float64]:
    """Probability by logit from -8 to 8: the share of cruft seen at each logit, made to rise (isotonic regression,
    pool-adjacent-violators, Ayer et al. 1955)."""
    grid = np.linspace(-8, 8, points)
    value = np.clip(logits / UNIT, -8, 8)
    at = np.rint((value + 8) / 16 * (points - 1)).astype(int)
    total = np.bincount(at, weight, points)
    cruft = np.bincount(at, weight * (label == CRUFT), points)
    prior = 1 / (1 + np.exp(-grid))
    strength = 5.0
    levels: list[list[float]] = []
    for share, mass in zip((cruft + strength * prior) / (total + strength), total + strength, strict=True):
        levels.append([share, mass, 1])
        while len(levels) > 1 and levels[-2][0] > levels[-1][0]:
            share_b, mass_b, count_b = levels.pop()
            share_a, mass_a, count_a = levels.pop()
            levels.append([(share_a * mass_a + share_b * mass_b) / (mass_a + mass_b), mass_a + mass_b,
                           count_a + count_b])
    return np.concatenate([np.full(int(count), share) for share, _, count in levels])


@dataclass(frozen=True)
class Outcome:
    """What training gave: the tagger, and the taggers that never saw the pages of their fold."""

    tagger: Tagger
    folds: Sequence[Tagger]
    report: dict[str, Any]


def train(cases: Iterable[Case], settings: Settings | None = None, say: Progress = print) -> Outcome:
    """Train a tagger. Raises ModelError where there is nothing to learn from or CatBoost is not installed."""
    settings = settings or Settings()
    known_cases = list(cases)
    table = build_table([*known_cases, *made_cases(known_cases, settings)], settings, say)
    known = (table.label != UNDECIDED) & table.real
    everywhere = np.ones(len(table.label), bool)
    nowhere = ~everywhere
    folds = sorted(set(table.fold.tolist()))
    if len(folds) < 2:
        raise ModelError("training needs pages of at least two publishers, to test on what was not trained on")
    where = {name: number for number, name in enumerate(table.names)}

    def with_ngrams(found: dict[str, NDArray[np.uint8]], rows: NDArray[np.bool_], base: NDArray[np.uint8]) -> None:
        for name, column in found.items():
            base[where[name], rows] = column[rows]

    # The n-gram score of a line always comes from weights that never saw its publisher.
    weights = {}
    out_of_fold = table.base
    lines = Lines(table.text)
    for fold in folds:
        weights[fold] = fit_ngrams(table, table.fold != fold, settings)
        with_ngrams(ngram_columns(lines, scores_of(table, weights[fold])), table.fold == fold, out_of_fold)
    say("n-grams fitted")
    first: dict[int, Trees] = {}
    stage = np.zeros(len(table.label), np.uint8)
    for fold in folds:
        first[fold] = fit_trees(out_of_fold, table, table.fold != fold, table.fold == fold, settings, settings.trees)
        held = table.fold == fold
        stage[held] = stage_score(first[fold].sums(out_of_fold[:, held]))
        say(f"first stage, fold {fold}: {len(first[fold].leaves)} trees")
    looked = second_look(lines, stage, out_of_fold[where["words"]], table.topic)
    both = np.concatenate([out_of_fold, np.stack(list(looked.values()))])
    second: dict[int, Trees] = {}
    logits = np.zeros(len(table.label), np.int32)
    for fold in folds:
        second[fold] = fit_trees(both, table, table.fold != fold, table.fold == fold, settings, settings.trees // 2)
        held = table.fold == fold
        logits[held] = second[fold].sums(both[:, held])
        say(f"second stage, fold {fold}: {len(second[fold].leaves)} trees")
    calibration = calibration_table(logits[known], table.label[known], table.weight[known])
    report = {"pages": int(table.text[-1]) + 1, "lines": len(table.label),
              "loss": {"first": log_loss(stage[known].astype(float) / 20 - 6.4, table, known),
                       "second": log_loss(logits[known] / UNIT, table, known)}}
    say(f"out of fold: {report['loss']}")
    about = {"settings": settings.__dict__, "lines": len(table.label)}
    fold_taggers = [Tagger(NgramScorer(weights[fold]), tuple(table.names), first[fold], second[fold], calibration,
                           {**about, "fold": fold}) for fold in folds]
    counts = [int(np.mean([len(trees[fold].leaves) for fold in folds])) for trees in (first, second)]
    final_first = fit_trees(out_of_fold, table, everywhere, nowhere, settings, counts[0])
    final_second = fit_trees(both, table, everywhere, nowhere, settings, counts[1])
    final_weights = fit_ngrams(table, everywhere, settings)
    tagger = Tagger(NgramScorer(final_weights), tuple(table.names), final_first, final_second, calibration, about)
    return Outcome(tagger, fold_taggers, report)


def steps(cases: int, settings: Settings) -> int:
    """How many times `train` reports progress, at the least: each text that is made counts as a page."""
    return cases // 200 + 2 + 2 * settings.folds


def log_loss(logits: NDArray[np.float64], table: Table, known: NDArray[np.bool_]) -> float:
    """Weighted log loss."""
    target = table.label[known] == CRUFT
    loss = np.logaddexp(0, np.where(target, -logits, logits))
    return round(float(np.average(loss, weights=table.weight[known])), 5)
