"""A convolutional line tagger, for ``benchmarks.taggers``: run in numpy, trained with PyTorch.

Of each line it takes the tagger's features, each as it is and as a logarithm, the category that the rules name, and an
embedding bag of the hashed words and pairs of the line's head and tail. A few dilated convolutions over the lines of
the text follow, each added to what it came from (He et al. 2016, Yu and Koltun 2016), and a logit. Without a hidden
layer the same is a logistic regression: the linear model of the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.category import Category
from cleannews.errors import ModelError
from cleannews.tagger.features import Lines, Topic
from cleannews.tagger.labels import ARTICLE, CRUFT, UNDECIDED
from cleannews.tagger.ngrams import BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

MOST = 4.0
"""Deviations. A feature that is farther from its mean counts as this far."""

LONGEST = 1500
"""Lines of a text that are learned from at once: of a longer one, another window each time."""


@dataclass(frozen=True)
class Settings:
    """How a network is built and trained."""

    channels: int = 48
    """Of the hidden layer; 0 for none, which is a logistic regression."""
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16)
    """Lines between the three that each convolution looks at."""
    width: int = 8
    """Numbers that the embedding has for a bucket of words; 0 for no embedding."""
    pages: int = 250
    """Pages that a bucket must have been seen on to have an embedding: a rarer one tells the page, not the cruft."""
    price: float = 3.0
    """What article text taken for cruft costs, beside cruft taken for article."""
    epochs: int = 2
    rate: float = 3e-3
    batch: int = 6000
    """Lines."""
    words_dropped: float = 0.5
    dropped: float = 0.1
    """Share of a convolution's input that is dropped in training."""
    seed: int = 20261122


@dataclass(frozen=True)
class Seen:
    """What a model may know of the visible lines of some texts."""

    columns: Bytes
    """The tagger's features, shape (features, lines)."""
    text: Ints
    """The number of the text each line is in, rising."""
    topic: Topic
    starts: Ints
    """Where each line's n-grams begin in `grams`, shape (lines + 1,)."""
    grams: NDArray[np.int32]
    """Buckets of `cleannews.kernels.reference.ngram_buckets`."""

    @property
    def lines(self) -> Lines:
        """The lines, to look at their neighbours."""
        return Lines(self.text)


@dataclass(frozen=True)
class Lesson:
    """Lines to learn from."""

    seen: Seen
    label: NDArray[np.int8]
    weight: Floats
    page: Ints


def by_line(rows: NDArray[Any], grams: NDArray[Any], count: int) -> tuple[Ints, NDArray[np.int32]]:
    """Where the n-grams of each of `count` lines begin, and the n-grams in the order of the lines."""
    order = np.argsort(rows, kind="stable")
    return np.searchsorted(rows[order], np.arange(count + 1)), grams[order].astype(np.int32)


@dataclass(frozen=True)
class Network:
    """A trained network as arrays."""

    values: Floats
    """What the first layer is given for each byte of each feature, shape (2, features, 256)."""
    enter: Floats
    """The first layer, shape (channels, 2 * features + width)."""
    categories: Floats
    """What the first layer gives for each category, with the bias, shape (categories, channels)."""
    known: NDArray[np.int32]
    """The buckets that have an embedding, rising, and after them one that none can be."""
    embedding: Floats
    """Shape (known, width); the last is nothing."""
    convolutions: Sequence[tuple[int, Floats, Floats]]
    """Dilation, weights of shape (3, channels, channels), bias of shape (channels,)."""
    leave: Floats
    bias: float
    category: int
    """Which feature is the category."""

    @property
    def size(self) -> int:
        """Bytes of the weights; `values` is made of two means and two deviations a feature."""
        arrays = [self.values[0, :, :4], self.enter, self.categories, self.known, self.embedding, self.leave]
        return sum(array.nbytes for array in arrays) + sum(w.nbytes + b.nbytes for _, w, b in self.convolutions)

    def logits(self, seen: Seen) -> Floats:
        """The logit of each line."""
        first = np.concatenate([*(np.take_along_axis(values, seen.columns, axis=1) for values in self.values),
                                self._words(seen)])
        hidden = self.enter @ first + self.categories[seen.columns[self.category]].T
        if len(self.leave):
            hidden = self.leave @ self._convolved(np.maximum(hidden, 0), seen.text)
        found: Floats = hidden.reshape(-1) + np.float32(self.bias)
        return found

    def _words(self, seen: Seen) -> Floats:
        """The sum of the embeddings of each line's n-grams over the root of their number, shape (width, lines)."""
        count = len(seen.starts) - 1
        width = self.embedding.shape[1]
        if not width:
            return np.zeros((0, count), np.float32)
        place = np.searchsorted(self.known, seen.grams)
        there = np.flatnonzero(self.known[place] == seen.grams)
        rows = np.repeat(np.arange(count), np.diff(seen.starts))[there]
        vectors = self.embedding[place[there]].T
        sums = np.stack([np.bincount(rows, row, count) for row in vectors])
        return (sums / np.sqrt(np.maximum(np.bincount(rows, minlength=count), 1))).astype(np.float32)

    def _convolved(self, hidden: Floats, text: Ints) -> Floats:
        """The hidden layer after the convolutions; texts stand so far apart that none sees another."""
        gap = max(dilation for dilation, _, _ in self.convolutions) if self.convolutions else 0
        place = np.arange(len(text)) + gap * np.cumsum(np.diff(text, prepend=text[:1]) != 0)
        apart = np.zeros((len(hidden), int(place[-1]) + 1 if len(place) else 0), np.float32)
        apart[:, place] = hidden
        there = np.zeros(apart.shape[1], np.float32)
        there[place] = 1
        for dilation, weights, bias in self.convolutions:
            found = weights[1] @ apart + bias[:, None]
            if dilation < len(there):
                found[:, dilation:] += weights[0] @ apart[:, :-dilation]
                found[:, :-dilation] += weights[2] @ apart[:, dilation:]
            apart += np.maximum(found, 0) * there
        return apart[:, place]


@dataclass(frozen=True)
class _Batch:
    """Lines of some texts in a row, with gaps between the texts; the rows of gaps are those of the first line."""

    rows: Ints
    there: NDArray[np.bool_]
    grams: Ints
    offsets: Ints
    """Where the n-grams of each row begin."""


def _batches(lesson: Lesson, known: NDArray[np.int32], settings: Settings,
             rng: np.random.Generator) -> Iterator[_Batch]:
    """All texts once, in any order. A share of the words is dropped, so that none carries a line alone."""
    seen = lesson.seen
    edges = np.flatnonzero(np.diff(seen.text)) + 1
    begins, ends = np.append(0, edges), np.append(edges, len(seen.text))
    gap = np.full(max(settings.dilations, default=0), -1)
    waiting: list[Ints] = []
    size = 0
    order = rng.permutation(len(begins))
    for number, text in enumerate(order.tolist()):
        begin, end = int(begins[text]), int(ends[text])
        begin += int(rng.integers(max(0, end - begin - LONGEST) + 1))
        waiting += [np.arange(begin, min(end, begin + LONGEST)), gap]
        size += len(waiting[-2]) + len(gap)
        if size < settings.batch and number < len(order) - 1:
            continue
        placed = np.concatenate(waiting)
        waiting, size = [], 0
        there = placed >= 0
        rows = np.maximum(placed, 0)
        counts = np.where(there, seen.starts[rows + 1] - seen.starts[rows], 0)
        owner = np.repeat(np.arange(len(rows)), counts)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        grams = seen.grams[seen.starts[rows][owner] + inside]
        found = np.minimum(np.searchsorted(known, grams), len(known) - 1)
        kept = (known[found] == grams) & (rng.random(len(grams)) >= settings.words_dropped)
        counts = np.bincount(owner[kept], minlength=len(rows))
        yield _Batch(rows, there, found[kept], np.cumsum(counts) - counts)


def common(lesson: Lesson, pages: int) -> NDArray[np.int32]:
    """The buckets that stand on at least so many pages, rising, and after them one that none can be."""
    page = np.repeat(lesson.page, np.diff(lesson.seen.starts))
    pairs = np.unique(page << BITS | lesson.seen.grams)
    count = np.bincount(pairs & ((1 << BITS) - 1), minlength=1 << BITS)
    return np.append(np.flatnonzero(count >= pages), 1 << BITS).astype(np.int32)


def fit(lesson: Lesson, category: int, settings: Settings, say: Callable[[str], None]) -> Network:
    """Train a network. Raises ModelError where PyTorch is not installed."""
    try:
        import torch  # noqa: PLC0415 - the package does without
        from torch import nn  # noqa: PLC0415
    except ImportError as error:
        raise ModelError("training a network needs PyTorch: pip install torch") from error

    functional = nn.functional
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)  # what several threads add up depends on their number
    rng = np.random.default_rng(settings.seed)
    known = common(lesson, settings.pages) if settings.width else np.array([1 << BITS], np.int32)
    values = byte_values(lesson.seen.columns)
    linear = not settings.channels
    channels = settings.channels or 1
    enter = nn.Linear(2 * values.shape[1] + settings.width, channels)
    categories = nn.Embedding(len(Category) + 1, channels)
    nn.init.zeros_(categories.weight)
    embedding = nn.Embedding(len(known), max(settings.width, 1))
    nn.init.normal_(embedding.weight, std=0.02)
    convolutions = nn.ModuleList([] if linear else [
        nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation) for dilation in settings.dilations])
    leave = nn.Linear(channels, 1)
    layers = nn.ModuleList([enter, categories, convolutions, leave])
    asked = [*layers.parameters(), embedding.weight]
    optimizer = torch.optim.AdamW([{"params": list(layers.parameters()), "weight_decay": 1e-3},
                                   {"params": [embedding.weight], "weight_decay": 0.05}], lr=settings.rate)
    usual = float(lesson.weight.mean())
    table = torch.from_numpy(values)
    features = torch.arange(values.shape[1])

    def logits(batch: _Batch) -> Any:
        columns = torch.from_numpy(lesson.seen.columns[:, batch.rows].T.astype(np.int64))
        first = [table[0, features, columns], table[1, features, columns]]
        if settings.width:
            counts = np.diff(np.append(batch.offsets, len(batch.grams)))
            scale = torch.from_numpy((1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32))
            bags = functional.embedding_bag(torch.from_numpy(batch.grams), embedding.weight,
                                            torch.from_numpy(batch.offsets), mode="sum")
            first.append(bags * scale[:, None])
        hidden = enter(torch.cat(first, 1)) + categories(columns[:, category])
        if linear:
            return hidden[:, 0]
        there = torch.from_numpy(batch.there.astype(np.float32))
        hidden = (torch.relu(hidden) * there[:, None]).t()[None]
        for convolution in convolutions:
            dropped = functional.dropout(hidden, settings.dropped)
            hidden = hidden + torch.relu(convolution(dropped)) * there
        return leave(hidden[0].t())[:, 0]

    steps = settings.epochs * sum(1 for _ in _batches(lesson, known, settings, rng))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=steps + 10 * settings.epochs,
                                                   pct_start=0.1)
    for epoch in range(settings.epochs):
        total = count = 0.0
        for batch in _batches(lesson, known, settings, rng):
            label = lesson.label[batch.rows]
            weight = (lesson.weight[batch.rows] / usual * batch.there * (label != UNDECIDED)
                      * np.where(label == ARTICLE, settings.price, 1)).astype(np.float32)
            loss: Any = functional.binary_cross_entropy_with_logits(
                logits(batch), torch.from_numpy((label == CRUFT).astype(np.float32)),
                weight=torch.from_numpy(weight), reduction="sum") / max(float(weight.sum()), 1.0)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(asked, 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + float(loss.item()) * float(weight.sum()), count + float(weight.sum())
        say(f"epoch {epoch + 1}: loss {total / max(count, 1):.4f}, {len(known) - 1} buckets")

    def array(tensor: Any) -> Floats:
        found: Floats = tensor.detach().numpy().astype(np.float32)
        return found

    vectors = array(embedding.weight)[:, :settings.width]
    vectors[-1:] = 0
    found = [(dilation, array(convolution.weight).transpose(2, 0, 1).copy(), array(convolution.bias))
             for dilation, convolution in zip(settings.dilations, convolutions, strict=False)]
    # What was learned at a higher price on article text speaks for cruft too rarely by just that price.
    bias = float(np.log(settings.price)) + (0.0 if linear else float(leave.bias.item()))
    return Network(values, array(enter.weight), array(categories.weight) + array(enter.bias), known, vectors, found,
                   np.zeros(0, np.float32) if linear else array(leave.weight)[0], bias, category)


def byte_values(columns: Bytes) -> Floats:
    """What stands for each byte of each feature: as it is and as a logarithm, both in deviations from the mean."""
    counts = np.stack([np.bincount(column, minlength=256) for column in columns])
    shares = counts / counts.sum(axis=1, keepdims=True)
    found = []
    for scale in (np.arange(256) / 255, np.log1p(np.arange(256))):
        mean = (shares @ scale)[:, None]
        deviation = np.sqrt(np.maximum(shares @ scale**2 - mean[:, 0]**2, 0))[:, None]
        found.append(np.clip((scale - mean) / np.maximum(deviation, 0.02), -MOST, MOST))
    return np.stack(found).astype(np.float32)
