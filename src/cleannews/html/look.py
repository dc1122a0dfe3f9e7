"""What a page's text alone says of its lines, before the markup and trafilatura are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleannews.html.blocks import Blocks
from cleannews.html.columns import Columns
from cleannews.tagger.features import Lines, columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement
    from numpy.typing import NDArray

    from cleannews.cleaner import Cleaner
    from cleannews.document import Documents, Ints
    from cleannews.evidence import Evidence, Material, Metadata
    from cleannews.html.page import Line, Page

OF_ONE_LANGUAGE = ("ngrams", "function words", "capital", "uncased", "characters a word", "known words")
"""Columns of the text that are left to the text tagger, by how their names begin.

It learned from pages in many languages, the page tagger from English ones: what holds of English words alone is kept
from that.
"""

SURE, LIKELY = 128 + 60, 128
"""Scores of the text tagger, as bytes: odds of twenty to one that a line is cruft, and even odds."""

MOSTLY_LINKS = 0.8
"""Share of a line's characters inside links from which even odds are enough."""

LEAST_LINES = 3
"""Lines of a part that is furniture for its words. Of single lines of an article the text tagger may be wrong."""


@dataclass(frozen=True)
class Look:
    """A page, and what its text says of its lines."""

    page: Page
    blocks: Blocks
    material: Material
    """The page's text, all its lines."""
    evidence: Sequence[Evidence]
    """What the detectors see in it."""
    owner: Ints
    """The page's line that each line of the documents is of: a long one has several."""
    visible: Ints
    """The lines of the documents that have something to see."""
    found: Columns
    """What is known of the visible lines."""

    @property
    def documents(self) -> Documents:
        """The page's text."""
        return self.material.documents

    def furniture(self) -> list[HtmlElement]:
        """Elements of the page that hold some lines, all of them links that are likely cruft or text that surely is."""
        scores = self.found["text"]
        links = np.array([line.linked >= MOSTLY_LINKS * len(line.text) for line in self.page.lines])
        likely_links = links & self._all_of(scores >= LIKELY)
        either = likely_links | self._all_of(scores >= SURE)
        return [self.page.nodes[at] for at in (*self.blocks.holding(likely_links, 1),
                                               *self.blocks.holding(either, LEAST_LINES))]

    def _all_of(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which lines of the page are marked in all their pieces; `marked` has one entry a visible line."""
        found = np.ones(len(self.page.lines), bool)
        found[self.owner[self.visible[~marked]]] = False
        return found


def begins(lines: Sequence[Line]) -> Ints:
    """Where each line begins in the text of them all, a line end between them, in code points."""
    found: Ints = np.cumsum([0, *(len(line.text) + 1 for line in lines)])[:-1]
    return found


def looked(page: Page, cleaner: Cleaner, known: Metadata, wanted: frozenset[str] | None = None) -> Look:
    """A look at a page. Of the columns at least those are made that are `wanted`; all, where nothing is said."""
    material, evidence = cleaner.look(["\n".join(line.text for line in page.lines)], [known])
    documents = material.documents
    of_text, visible, topic = columns(material, evidence, cleaner.tagger.ngrams)
    found = Columns(Lines(documents.document[visible]), wanted)
    found.update((name, column) for name, column in of_text.items() if not name.startswith(OF_ONE_LANGUAGE))
    found.spread("text", cleaner.tagger.byte_scores(of_text, found.around, topic))
    owner = np.searchsorted(begins(page.lines), documents.start, side="right") - 1
    return Look(page, Blocks(page), material, evidence, owner, visible, found)
