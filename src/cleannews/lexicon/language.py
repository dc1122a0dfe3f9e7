"""Which languages' phrases may speak about a text.

``Foto:`` over a paragraph is a picture credit in German and a line of a specification in an English review. A language
has a say where its function words stand in the text. English has one everywhere: pages in every language carry
English labels. A text too short to tell is open to all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cleannews import kernels
from cleannews.kernels.hashing import distinct, in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents

SAMPLE = 600
"""Tokens from the start of a text that are looked at."""

ENOUGH = 5
"""Function words. A text with fewer of its best language is open to all languages."""

SHARE = 2
"""A language has a say with at least 1/`SHARE` of the function words of the best one (Danish and Norwegian, Czech and
Slovak share many)."""

EVERYWHERE = ("en", "publishers")


class Languages:
    """Tells for each text which languages have a say."""

    def __init__(self, function: Mapping[str, frozenset[int]]) -> None:
        self.names = sorted({*function, *EVERYWHERE})
        self._numbers_of_names = {name: number for number, name in enumerate(self.names)}
        tokens = np.array([token for name in function for token in function[name]], np.uint64)
        language = np.array([number for name, number in zip(function, map(self.names.index, function), strict=True)
                             for _ in function[name]], np.int64)
        order = np.lexsort((language, tokens))
        hashes = distinct(tokens)
        first = np.searchsorted(tokens[order], hashes)
        self._sorted = in_order(hashes)
        self._first = np.append(first, len(tokens))
        self._language = language[order]
        self._always = np.isin(self.names, EVERYWHERE)

    def number(self, name: str) -> int:
        """The column of a language; one without function words of its own is that of English."""
        return self._numbers_of_names.get(name, self._numbers_of_names["en"])

    def active(self, documents: Documents, given: Sequence[str] = ()) -> NDArray[np.bool_]:
        """Which languages have a say in each text, shape (texts, languages); `given` are codes the caller knows."""
        first = documents.first_token[documents.first_line]
        counts = kernels.count_lists(documents.hashes, first[:-1], np.minimum(first[1:], first[:-1] + SAMPLE),
                                     self._sorted, self._first, self._language, len(self.names))
        best = counts.max(axis=1, keepdims=True) if counts.size else counts
        active: NDArray[np.bool_] = (counts * SHARE >= best) | (best < ENOUGH) | self._always
        for text, tag in enumerate(given):
            code = tag.replace("_", "-").partition("-")[0].lower()  # "de-CH", "de_DE" and "DE" are German (BCP 47)
            if code in self.names:
                active[text] = self._always
                active[text, self.names.index(code)] = True
        return active
