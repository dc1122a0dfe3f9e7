"""The elements and blocks around each line of a page, as tables of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Ints
    from cleannews.html.page import Page

DEEPEST = 12
"""Blocks around a line that its features know of."""

_TOP = ("body", "html")


class Blocks:
    """The way from each line of a page outwards, block by block. Elements are numbered as in `Page.places`.

    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> blocks = Blocks(page_of(document_fromstring("<ul><li>One<li><b>Two</b></ul>")))
    >>> [place.tag for place in blocks.places]
    ['html', 'body', 'ul', 'li', 'li', 'b']
    >>> blocks.within[:4].tolist(), blocks.block[:4].tolist()
    ([[3, 5], [2, 2], [1, 1], [0, 0]], [[3, 4], [2, 2], [1, 1], [0, 0]])
    """

    def __init__(self, page: Page) -> None:
        self.places = places = page.places
        parents = [-1 if place.parent is None else place.parent.number for place in places]
        blocks = [place.block for place in places]
        self._parents = parents
        self._inline = [(number, parents[number]) for number, block in enumerate(blocks) if block != number]
        kinds: dict[tuple[str, tuple[str, ...]], int] = {}
        self._kind = [kinds.setdefault((place.tag, place.names), len(kinds)) for place in places]
        self._kinds = list(kinds)
        self.names = {name for _, names in kinds for name in names}
        """Every word of a class, an id or a role."""
        # What is above the root is the last entry, which is above itself.
        parent, block_of = np.array([*parents, -1]), np.array([*blocks, -1])
        way = [np.array([line.place.number for line in page.lines], np.int64)]
        while len(way) < DEEPEST:
            way.append(parent[block_of[way[-1]]])
        self.within: Ints = np.stack(way)
        """The element each line stands in, the one that its block stands in, and so on: (DEEPEST, lines), -1 above the
        root."""
        self.block: Ints = block_of[self.within]
        """The line's own block, the one around that, and so on: (DEEPEST, lines), -1 above the root."""

    def alike(self) -> Ints:
        """A number for each line that lines have in common whose three innermost blocks have the same tags and words,
        shape (lines,)."""
        kinds = len(self._kinds) + 1
        inner, middle, outer = np.array([*self._kind, kinds - 1])[self.block[:3]]
        found: Ints = np.unique((inner * kinds + middle) * kinds + outer, return_inverse=True)[1]
        return found

    def holding(self, wanted: NDArray[np.bool_], least: int) -> list[int]:
        """The outermost elements that hold at least so many lines, all of them wanted (shape (lines,)).

        A page of which all is wanted has none.

        >>> from lxml.html import document_fromstring
        >>> from cleannews.html.page import page_of
        >>> blocks = Blocks(page_of(document_fromstring("<p>One<div><ul><li>Two<li>Three</ul></div>")))
        >>> [blocks.places[at].tag for at in blocks.holding(np.array([False, True, True]), 2)]
        ['div']
        """
        inside = [0] * len(self.places)
        for element in self.within[0].tolist():
            inside[element] += 1
        others = [0] * len(self.places)
        for element in self.within[0, ~wanted].tolist():
            others[element] += 1
        # Elements come behind those that they stand in: from the last to the first, all of each is known.
        for element in range(len(self.places) - 1, 0, -1):
            inside[self._parents[element]] += inside[element]
            others[self._parents[element]] += others[element]
        return [element for element, parent in enumerate(self._parents)
                if inside[element] >= least and not others[element] and parent >= 0 and others[parent]]

    def words(self, numbers: Mapping[str, int]) -> list[int]:
        """Which words are said by each element and by those around it, up to its block: a number whose bits they are.

        A word's bit is the one that `numbers` gives it; words without are passed over, and so is what ``body`` and
        ``html`` say, which tells of the kind of the page. One more entry, 0, is for what is above the root.
        """
        said = [0 if tag in _TOP else _bits(names, numbers) for tag, names in self._kinds]
        found = [said[kind] for kind in self._kind]
        for element, parent in self._inline:
            found[element] |= found[parent]
        found.append(0)
        return found


def _bits(names: Iterable[str], numbers: Mapping[str, int]) -> int:
    bits = 0
    for name in names:
        if name in numbers:
            bits |= 1 << numbers[name]
    return bits
