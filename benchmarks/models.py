"""Models of a line beside one another: python -m benchmarks.models TRAIN… --test CASES… [--most PAGES] [--conv]

Each model learns from the cases of TRAIN and is asked about those of ``--test``, other sets of pages that none of them
has seen: a linear score of words, a linear model of the tagger's features, boosted trees, the trees with the second
look that the tagger takes, and with ``--conv`` (needs PyTorch) dilated convolutions over the lines and their mean with
the trees. Printed for whole-page dumps and for extractions: log loss by token, and how much of the cruft goes where
0.3% and 2.5% of the article goes with it (tokens of decided lines, all texts together).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.tagger import training
from cleannews.tagger.features import Lines, ngram_columns, second_look
from cleannews.tagger.labels import CRUFT, UNDECIDED
from cleannews.tagger.model import stage_score
from cleannews.tagger.trees import UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

DUMP_LINES = 60
"""Lines. A text in which under half of the tokens are article and that has so many lines is reported as a dump."""


def linear(base: NDArray[np.uint8], table: training.Table, train: Mask) -> Floats:
    """Logits of a logistic regression over the features as numbers and as whether they are nothing."""
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415 - needed by this model alone

    known = np.flatnonzero(train & (table.label != UNDECIDED))
    x = np.concatenate([base.astype(np.float32) / 255, base == 0]).T
    model = SGDClassifier("log_loss", alpha=1e-5, max_iter=6, tol=None, random_state=1)
    model.fit(x[known], table.label[known] == CRUFT, sample_weight=table.weight[known] / table.weight[known].mean())
    logits: Floats = model.decision_function(x)
    return logits


def convolution(base: NDArray[np.uint8], table: training.Table, train: Mask) -> Floats:
    """Logits of a small network: two dense layers a line, then three dilated convolutions over the lines of a text."""
    import torch  # noqa: PLC0415 - needed by this model alone
    from torch import nn  # noqa: PLC0415

    torch.manual_seed(1)
    torch.set_num_threads(2)
    width = 48
    net = nn.Sequential(nn.Conv1d(len(base), width, 1), nn.ReLU(), nn.Dropout(0.2),
                        *[layer for step in (1, 2, 4, 8) for layer in (
                            nn.Conv1d(width, width, 5, padding=2 * step, dilation=step), nn.ReLU(), nn.Dropout(0.1))],
                        nn.Conv1d(width, 1, 1))
    centre, spread = base.mean(axis=1)[:, None], base.std(axis=1)[:, None] + 1
    first = np.flatnonzero(np.append(True, table.text[1:] != table.text[:-1]))
    texts = list(zip(first.tolist(), [*first[1:].tolist(), len(table.text)], strict=True))
    learned = [text for text in texts if train[text[0]]]
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    rng = np.random.default_rng(1)
    scale = float(table.weight[train].mean())

    def columns(start: int, after: int) -> Any:
        return torch.from_numpy(((base[:, start:after] - centre) / spread).astype(np.float32))[None]

    for epoch in range(3):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 / (1 + 2 * epoch)
        for number in rng.permutation(len(learned)):
            start, after = learned[number]
            decided = table.label[start:after] != UNDECIDED
            if not decided.any():
                continue
            target = torch.from_numpy((table.label[start:after] == CRUFT).astype(np.float32))
            weight = torch.from_numpy(np.where(decided, table.weight[start:after] / scale, 0).astype(np.float32))
            loss = nn.functional.binary_cross_entropy_with_logits(
                net(columns(start, after))[0, 0], target, weight=weight)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    net.eval()
    logits = np.zeros(len(table.label))
    with torch.no_grad():
        for start, after in texts:
            logits[start:after] = net(columns(start, after))[0, 0].numpy()
    return logits


def report(name: str, logits: Floats, table: training.Table, test: Mask, dumps: Mask) -> None:
    """Print a model's row."""
    row = f"{name:34}"
    for where in (dumps, ~dumps):
        asked = test & where & (table.label != UNDECIDED)
        cruft, tokens, logit = table.label[asked] == CRUFT, table.tokens[asked], logits[asked]
        loss = float(np.average(np.logaddexp(0, np.where(cruft, -logit, logit)), weights=tokens))
        order = np.argsort(-logit, kind="stable")
        lost = np.cumsum(np.where(cruft, 0, tokens)[order]) / max(1, tokens[~cruft].sum())
        gone = np.cumsum(np.where(cruft, tokens, 0)[order]) / max(1, tokens[cruft].sum())
        row += f" {loss:8.4f}" + "".join(f" {gone[max(0, np.searchsorted(lost, most) - 1)]:8.1%}"
                                         for most in (0.003, 0.025))
    print(row, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the models and print their rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", nargs="+")
    parser.add_argument("--test", nargs="+", required=True)
    parser.add_argument("--most", type=int, metavar="PAGES", help="learn from so many pages at most")
    parser.add_argument("--conv", action="store_true")
    options = parser.parse_args(arguments)
    learned = [case for path in options.train for case in training.read_cases(path)][:options.most]
    asked = [case for path in options.test for case in training.read_cases(path)]
    publishers = {case.publisher for case in asked}
    learned = [case for case in learned if case.publisher not in publishers]
    settings = replace(training.Settings(), folds=2)
    table = training.build_table([*learned, *asked], settings, lambda message: None)
    train = table.case < len(learned)
    test, nowhere = ~train, np.zeros(len(train), bool)
    where = {name: number for number, name in enumerate(table.names)}
    lines, words = Lines(table.text), np.zeros(len(table.label))
    for part, seen in ((train & (table.fold == 0), train & (table.fold == 1)),
                       (train & (table.fold == 1), train & (table.fold == 0)), (test, train)):
        scores = training.scores_of(table, training.fit_ngrams(table, seen, settings))
        for name, column in ngram_columns(lines, scores).items():
            table.base[where[name], part] = column[part]
        words[part] = (scores[0, part].astype(float) - 128) / 16
    article = lines.total(np.where(table.label == training.ARTICLE, table.tokens, 0))
    dumps = (article * 2 < lines.total(table.tokens)) & (lines.length >= DUMP_LINES)
    print(f"{'':34} {'dumps':>26} {'extractions':>26}")
    print(f"{'':34} {'loss':>8} {'at 0.3%':>8} {'at 2.5%':>8} {'loss':>8} {'at 0.3%':>8} {'at 2.5%':>8}")
    report("linear score of words", words, table, test, dumps)
    report("linear model of features", linear(table.base, table, train), table, test, dumps)
    stage = np.zeros(len(train), np.uint8)
    for fold in (0, 1):
        part = train & (table.fold == fold)
        trees = training.fit_trees(table.base, table, train & ~part, nowhere, settings, settings.trees)
        stage[part] = stage_score(trees.sums(table.base[:, part]))
    trees = training.fit_trees(table.base, table, train, nowhere, settings, settings.trees)
    sums = trees.sums(table.base)
    stage[test] = stage_score(sums[test])
    report("boosted trees", sums / UNIT, table, test, dumps)
    looked = second_look(lines, stage, table.base[where["words"]], table.topic)
    both = np.concatenate([table.base, np.stack(list(looked.values()))])
    again = training.fit_trees(both, table, train, nowhere, settings, settings.trees // 2).sums(both) / UNIT
    report("boosted trees, second look", again, table, test, dumps)
    if options.conv:
        logits = convolution(table.base, table, train)
        report("dilated convolutions", logits, table, test, dumps)
        report("mean of the last two", (again + logits) / 2, table, test, dumps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
