"""Oblivious decision trees over byte features, summed in whole numbers.

In an oblivious tree all nodes of a level ask the same question (Kohavi and Li 1995; CatBoost, Prokhorenkova et al.
2018), so that a tree is a handful of comparisons of whole columns and one look-up: as fast in numpy as trees can be,
and exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

UNIT = 1 << 12
"""Leaf values are kept in units of 1/4096 of a logit: rounding moves a sum of 400 trees by 0.05 at the very most."""

_FEW = 300  # lines
_CHUNK = 4096  # lines taken through all trees at once: their columns stay in the cache


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
        for start in range(0, columns.shape[1], _CHUNK):
            part = np.ascontiguousarray(columns[:, start:start + _CHUNK])
            self._add(part, total[start:start + _CHUNK])
        return total

    def _add(self, columns: NDArray[np.uint8], total: NDArray[np.int32]) -> None:
        """Add every tree's leaf to the total of each line."""
        if columns.shape[1] <= _FEW:
            # So few lines that what costs is the number of calls: all levels of a tree at once.
            for features, borders, leaves in zip(self.features, self.borders[:, :, None], self.leaves, strict=True):
                total += leaves.take(np.packbits(columns[features] > borders, axis=0, bitorder="little")[0])
            return
        above = np.empty(columns.shape[1], bool)
        bit = above.view(np.uint8)
        which = np.empty(columns.shape[1], np.uint8)
        for features, borders, leaves in zip(self.features.tolist(), self.borders, self.leaves, strict=True):
            which.fill(0)
            for level, feature in enumerate(features):
                np.greater(columns[feature], borders[level], out=above)
                np.left_shift(bit, level, out=bit)
                np.bitwise_or(which, bit, out=which)
            total += leaves.take(which)
