"""What the class and id words around a line say: a linear score with a vocabulary that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.html.page import Line, Place

NEAR, MIDDLE, FAR = "near", "middle", "far"
FARTHEST = 9
"""Blocks above a line whose words count."""


def markup_words(place: Place) -> frozenset[str]:
    """The words of a line's element and the blocks around it, each with how far off it is.

    Words of the line's own block are near, those of the next two blocks are in the middle. Those of ``body`` and above
    say what kind of page it is, and do not count.
    """
    found: set[str] = set()
    blocks = 0
    at: Place | None = place
    while at is not None and blocks < FARTHEST and at.tag not in ("body", "html"):
        far = NEAR if blocks == 0 else MIDDLE if blocks < 3 else FAR
        found.update(f"{far} {name}" for name in at.names)
        blocks += at.block is at
        at = at.parent
    return frozenset(found)


class MarkupScorer:
    """Scores lines by the words around them; positive speaks for cruft. Whole numbers, in 32nds of a logit.

    >>> scorer = MarkupScorer({"near related": 64, "near article": -64})
    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> page = page_of(document_fromstring('<p class="article-text">One<p class="related">Two<p>Three'))
    >>> scorer.score(page.lines).tolist()
    [88, 168, 128]
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self.weights = dict(weights)

    @cached_property
    def _roots(self) -> NDArray[np.int64]:
        """How much a word of n counts, in 1024ths: one over the root of n."""
        return (1024 / np.sqrt(np.maximum(np.arange(4096), 1))).astype(np.int64)

    def score(self, lines: Sequence[Line]) -> NDArray[np.uint8]:
        """A byte a line: 128 where nothing is known, 20 steps a logit."""
        known: dict[int, int] = {}
        found = np.zeros(len(lines), np.uint8)
        for at, line in enumerate(lines):
            key = id(line.place)
            if key not in known:
                words = [word for word in markup_words(line.place) if word in self.weights]
                total = sum(self.weights[word] for word in words)
                root = int(self._roots[min(len(words), 4095)])
                known[key] = min(max(128 + total * root * 20 // (32 * 1024), 0), 255)
            found[at] = known[key]
        return found
