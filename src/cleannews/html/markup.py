"""What the class and id words around a line say: a linear score with a vocabulary that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.html.page import Line, Place

GROUPS = {
    "comments": "comment comments commentlist commentlistitem disqus replies respond discussion",
    "related": "related recommended recommendation recommendations recirc recirculation readmore outbrain taboola "
               "trending popular mostread similar further teaser teasers",
    "share": "share sharing social sharedaddy addtoany sharebar socials",
    "subscribe": "newsletter newsletters subscribe subscription signup paywall donate donation membership register",
    "adverts": "promo promotion advert advertisement ads advertising sponsored banner adslot sponsor",
    "author": "author authors byline bio contributor profile vcard",
    "captions": "caption credit credits figcaption copyright",
    "tags": "tag tags tagcloud topics keywords categories category hashtags",
    "navigation": "breadcrumb breadcrumbs menu nav navbar navigation pagination pager toc skip",
    "sidebar": "sidebar widget widgets rail aside infobox factbox",
    "dialogs": "cookie cookies consent modal popup overlay gdpr dialog tooltip",
    "dates": "date datetime timestamp published updated posted meta time",
    "summary": "summary standfirst lead lede intro teasertext subtitle deck dek excerpt abstract",
    "body": "articlebody storybody body content entry story text paragraph richtext prose",
    "footer": "footer foot colophon bottom",
}
"""Words that sites everywhere give the parts of a page, by part. Class names are English in every country."""

_GROUP_OF = {word: number for number, words in enumerate(GROUPS.values()) for word in words.split()}

FARTHEST = 9
"""Blocks above a line whose words count."""

_TOP = ("body", "html")
_FAR_OFF = ("near", "middle", "middle", *["far"] * (FARTHEST - 3))


def _around(place: Place) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words of a line's element and of the blocks around it, from the nearest on, and how many blocks off they are.

    Those of ``body`` and above say what kind of page it is, and do not count.
    """
    blocks = 0
    at: Place | None = place
    while at is not None and blocks < FARTHEST and at.tag not in _TOP:
        if at.names:
            yield blocks, at.names
        if at.block is at:
            blocks += 1
        at = at.parent


def markup_words(place: Place) -> frozenset[str]:
    """The words around a line, each with how far off it is.

    Words of the line's own block are near, those of the next two blocks are in the middle, others far.
    """
    return frozenset(f"{_FAR_OFF[blocks]} {name}" for blocks, names in _around(place) for name in names)


def groups(lines: Sequence[Line]) -> NDArray[np.uint8]:
    """How near a word of each of `GROUPS` stands to each line, shape (groups, lines): 255 in its own block, 0 nowhere.

    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> page = page_of(document_fromstring('<div class="comment-list"><p class="share">One<p>Two</div>'))
    >>> groups(page.lines)[:3].tolist()
    [[235, 235], [0, 0], [255, 0]]
    """
    known: dict[int, list[int]] = {}
    parts: dict[tuple[str, ...], list[int]] = {}
    table = []
    for line in lines:
        near = known.get(id(line.place))
        if near is None:
            near = known[id(line.place)] = [0] * len(GROUPS)
            for blocks, names in _around(line.place):
                if names not in parts:
                    parts[names] = [_GROUP_OF[name] for name in names if name in _GROUP_OF]
                for group in parts[names]:
                    near[group] = near[group] or 255 - 20 * blocks
        table.append(near)
    found: NDArray[np.uint8] = np.array(table, np.uint8).reshape(-1, len(GROUPS)).T
    return found


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
        parts: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        found = np.zeros(len(lines), np.uint8)
        for at, line in enumerate(lines):
            score = known.get(id(line.place))
            if score is None:
                words: set[str] = set()
                for blocks, names in _around(line.place):
                    far = _FAR_OFF[blocks]
                    some = parts.get((far, names))
                    if some is None:
                        some = parts[far, names] = [word for name in names if (word := f"{far} {name}") in self.weights]
                    words.update(some)
                total = sum(map(self.weights.__getitem__, words))
                score = 128 + total * int(self._roots[min(len(words), 4095)]) * 20 // (32 * 1024)
                score = known[id(line.place)] = min(max(score, 0), 255)
            found[at] = score
        return found
