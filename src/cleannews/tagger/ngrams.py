"""A linear score of a line's words: hashed single tokens and pairs, weighted by what they said in training.

The words of a line's head and tail say most: "Sign up for …", "… contributed to this report". Tokens are hashed into
2**BITS buckets (feature hashing, Weinberger et al. 2009); the weights are whole numbers, so that the sum is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleannews import kernels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Ints

BITS = 17
LONG_LINE = 8
"""Tokens of a line that the second set of weights speaks of."""


class NgramScorer:
    """Scores lines with given weights, shape (2, 2**BITS), whole numbers; positive speaks for cruft.

    The first row was learned from all lines, the second from lines of at least `LONG_LINE` tokens alone: what makes a
    paragraph an appeal or an author's note is drowned by menus where one set of weights must serve both.
    """

    def __init__(self, weights: NDArray[np.int8]) -> None:
        self.weights = weights

    def lines(self, documents: Documents) -> NDArray[np.uint8]:
        """The scores of each line, shape (2, lines); the second is 128, which says nothing, for a short line."""
        totals, sizes = kernels.ngram_sums(documents.hashes, documents.first_token, self.weights)
        return np.stack([scaled(totals[0], sizes), long_only(scaled(totals[1], sizes), documents.tokens)])


def scaled(totals: Ints, sizes: Ints) -> NDArray[np.uint8]:
    """The sum of each line's weights over the square root of their number, both whole, around 128."""
    score: NDArray[np.uint8] = np.clip(
        128 + totals // np.maximum(_ROOTS[np.minimum(sizes, 256)] * 2, 1), 0, 255).astype(np.uint8)
    return score


def long_only(scores: NDArray[np.uint8], tokens: Ints) -> NDArray[np.uint8]:
    """The scores of long lines, 128 for the others."""
    return np.where(tokens >= LONG_LINE, scores, np.uint8(128))


_ROOTS = np.array([int(np.sqrt(value)) for value in range(257)])
