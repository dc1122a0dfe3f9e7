"""The network that the tagger was compared with: what `benchmarks.network` computes in numpy."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.network import MOST, Network, Seen, by_line, byte_values
from cleannews.tagger.features import Topic

FEATURES, CHANNELS, WIDTH, CATEGORY = 3, 4, 2, 1
NOTHING = Topic(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)


def network(*dilations: int) -> Network:
    rng = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    embedding = some(4, WIDTH)
    embedding[-1] = 0
    return Network(some(2, FEATURES, 256), some(CHANNELS, 2 * FEATURES + WIDTH), some(256, CHANNELS),
                   np.array([3, 7, 9, 1 << 17], np.int32), embedding,
                   [(dilation, some(3, CHANNELS, CHANNELS), some(CHANNELS)) for dilation in dilations],
                   some(CHANNELS), 0.5, CATEGORY)


def seen(lengths: list[int], seed: int = 2) -> Seen:
    """Texts of so many lines, each line with three n-grams."""
    rng = np.random.default_rng(seed)
    count = sum(lengths)
    starts, grams = by_line(np.repeat(np.arange(count), 3), rng.integers(0, 11, 3 * count), count)
    return Seen(rng.integers(0, 256, (FEATURES, count), np.uint8), np.repeat(np.arange(len(lengths)), lengths), NOTHING,
                starts, grams)


def lines_of(whole: Seen, first: int, after: int) -> Seen:
    starts = whole.starts[first:after + 1]
    return Seen(whole.columns[:, first:after].copy(), whole.text[first:after], NOTHING, starts - starts[0],
                whole.grams[starts[0]:starts[-1]])


@pytest.mark.parametrize("dilations", [(), (1,), (1, 2, 8)])
def test_a_text_gets_the_same_logits_alone_as_in_a_batch(dilations: tuple[int, ...]):
    batch = seen([5, 1, 9])
    alone = [network(*dilations).logits(lines_of(batch, *edges)) for edges in ((0, 5), (5, 6), (6, 15))]
    np.testing.assert_allclose(network(*dilations).logits(batch), np.concatenate(alone), rtol=1e-4, atol=1e-4)


def test_a_convolution_looks_as_far_as_its_dilation():
    text = seen([9])
    changed = lines_of(text, 0, 9)
    changed.columns[:, 4] ^= 255
    moved = np.flatnonzero(~np.isclose(network(2).logits(text), network(2).logits(changed)))
    assert set(moved) <= {2, 4, 6}
    assert 4 in moved


def test_words_without_an_embedding_say_nothing():
    text = seen([2])
    unknown = Seen(text.columns, text.text, NOTHING, text.starts, np.full(6, 5, np.int32))
    none = Seen(text.columns, text.text, NOTHING, np.zeros(3, np.int64), np.zeros(0, np.int32))
    np.testing.assert_array_equal(network(1).logits(unknown), network(1).logits(none))


def test_bytes_are_given_in_deviations_from_the_mean():
    columns = np.array([[0, 10, 20, 30], [5, 5, 5, 5]], np.uint8)
    plain, logarithm = byte_values(columns)
    assert plain[0, columns[0]].mean() == pytest.approx(0, abs=1e-6)
    assert plain[0, columns[0]].std() == pytest.approx(1)
    assert logarithm[1, 5] == 0
    assert np.abs(plain).max() <= MOST
