"""More to learn from, made of the known pages: articles in other pages' furniture, and texts whose words are hidden.

A site's furniture and its article come together on every page of it, and what a tagger learns of one it believes of the
other. An article set between the head and the tail of another page takes them apart: what stands around it is still
cruft, and the article is still none. And a text without a word that says anything teaches what a line's place and shape
tell in a language that nobody has taught.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleannews.document import Documents
from cleannews.tagger.labels import ARTICLE, SHINGLE, label_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_LINES = 3
"""Lines of the article that a text must hold, the first and the last of which are its edges."""

COVERED = 0.8
"""Share of the article's tokens that a text must hold: where much is missing, the edges are not the article's."""


@dataclass(frozen=True)
class Parts:
    """A text cut where its article begins and ends."""

    head: str
    article: str
    tail: str


def parts_of(text: str, gold: str) -> Parts | None:
    """A text's furniture above its article, the article with what stands inside it, and the furniture below.

    None where the text does not hold most of the article.

    >>> text = "Home\\nNews\\nRain fell on the old town all day.\\nIt will go on.\\nAll of next week too.\\nContact"
    >>> parts_of(text, "Rain fell on the old town all day.\\nIt will go on.\\nAll of next week too.").tail
    'Contact'
    """
    documents = Documents([text])
    labels = label_lines(documents, gold)
    inside = np.flatnonzero((labels == ARTICLE) & (documents.tokens >= SHINGLE))
    held = int(documents.tokens[labels == ARTICLE].sum())
    if len(inside) < LEAST_LINES or held < COVERED * len(Documents([gold]).hashes):
        return None
    start, stop = int(documents.start[inside[0]]), int(documents.stop[inside[-1]])
    return Parts(text[:start], text[start:stop], text[stop:])


def transplanted(pages: Sequence[Parts | None], groups: Sequence[tuple[str, int]], publishers: Sequence[str],
                 counts: Sequence[int], rng: np.random.Generator) -> list[tuple[int, str]]:
    """Texts of articles in the furniture of other publishers' pages: (number of the article's page, text).

    `groups` has the language and the fold of each page, `counts` how many texts are wanted of its article. Furniture
    is taken from the same fold, so that no fold's tagger sees what it is tested on, and of the same language where
    two other pages have it.
    """
    there = [page for page, parts in enumerate(pages) if parts is not None]
    found = []
    for page in there:
        own = pages[page]
        others = [other for other in there
                  if publishers[other] != publishers[page] and groups[other][1] == groups[page][1]]
        alike = [other for other in others if groups[other][0] == groups[page][0]]
        for other in rng.permutation(alike if len(alike) >= 2 else others)[:counts[page]].tolist():
            around = pages[other]
            assert own is not None
            assert around is not None
            found.append((page, around.head + own.article + around.tail))
    return found


def hidden(texts: NDArray[np.int64], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which lines are of a text whose words are hidden; `texts` has the number of each line's text."""
    chosen: NDArray[np.bool_] = rng.random(int(texts.max(initial=-1)) + 1) < share
    return chosen[texts]
