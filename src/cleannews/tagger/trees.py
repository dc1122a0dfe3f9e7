"""Oblivious decision trees over byte features, summed in whole numbers.

In an oblivious tree all nodes of a level ask the same question (Kohavi and Li 1995; CatBoost, Prokhorenkova et al.
2018), so that a tree is a handful of comparisons of whole columns and one look-up: as fast in numpy as trees can be,
and exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews import kernels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

UNIT = 1 << 12
"""Leaf values are kept in units of 1/4096 of a logit: rounding moves a sum of 400 trees by 0.05 at the very most."""


@dataclass(frozen=True)
class Trees:
    """A sum of oblivious trees of one depth."""

    features: NDArray[np.int16]
    """Which column each level of each tree asks about, shape (trees, depth)."""
    borders: NDArray[np.uint8]
    """The value the column must exceed, shape (trees, depth)."""
    leaves: NDArray[np.int32]
    """What each outcome adds, in `UNIT`, shape (trees, 2**depth); level 0 is the lowest bit."""
    bias: int

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The trees as arrays for a file, their names beginning with `name`."""
        return {f"{name}_features": self.features, f"{name}_borders": self.borders, f"{name}_leaves": self.leaves,
                f"{name}_bias": np.array([self.bias])}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Trees:
        """The trees that `arrays` put into a file. Raises KeyError where one is missing."""
        return cls(arrays[f"{name}_features"], arrays[f"{name}_borders"], arrays[f"{name}_leaves"],
                   int(arrays[f"{name}_bias"][0]))

    def sums(self, columns: NDArray[np.uint8]) -> NDArray[np.int32]:
        """The logit of each line in `UNIT`; `columns` has shape (features, lines)."""
        total = np.full(columns.shape[1], self.bias, np.int32)
        kernels.add_trees(columns, self.features, self.borders, self.leaves, total)
        return total
