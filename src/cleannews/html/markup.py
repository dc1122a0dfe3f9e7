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


def _elements(lines: Sequence[Line]) -> list[Place]:
    """The elements around some lines, each behind the one that holds it.

    Those of ``body`` and above say what kind of page it is, and are left out.
    """
    found: list[Place] = []
    seen: set[Place] = set()
    for line in lines:
        inward: list[Place] = []
        at: Place | None = line.place
        while at is not None and at not in seen and at.tag not in _TOP:
            seen.add(at)
            inward.append(at)
            at = at.parent
        found += reversed(inward)
    return found


def _around(lines: Sequence[Line], elements: Sequence[Place], numbers: Mapping[str, int], width: int) -> list[int]:
    """Which words stand around each line: a number with a field of `width` bits for each block around it.

    A word's bit is the one that `numbers` gives it; words without are passed over. The lowest field holds those of the
    elements up to the line's own block, the next those of the elements up to the block around that, and so on,
    `FARTHEST` in all.
    """
    said: dict[tuple[str, ...], int] = {}
    for names in {element.names for element in elements}:
        said[names] = 0
        for name in names:
            said[names] |= 1 << numbers[name] if name in numbers else 0
    every = (1 << FARTHEST * width) - 1
    bits: dict[Place | None, int] = {}
    for element in elements:
        outside = bits.get(element.parent, 0)
        bits[element] = said[element.names] | ((outside << width) & every if element.block is element else outside)
    return [bits.get(line.place, 0) for line in lines]


def _numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest on."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def markup_words(place: Place) -> frozenset[str]:
    """The words around a line, each with how far off it is.

    Words of the line's own block are near, those of the next two blocks are in the middle, others far.
    """
    blocks = 0
    found: set[str] = set()
    at: Place | None = place
    while at is not None and blocks < FARTHEST and at.tag not in _TOP:
        found.update(f"{_FAR_OFF[blocks]} {name}" for name in at.names)
        blocks += at.block is at
        at = at.parent
    return frozenset(found)


def groups(lines: Sequence[Line]) -> NDArray[np.uint8]:
    """How near a word of each of `GROUPS` stands to each line, shape (groups, lines): 255 in its own block, 0 nowhere.

    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> page = page_of(document_fromstring('<div class="comment-list"><p class="share">One<p>Two</div>'))
    >>> groups(page.lines)[:3].tolist()
    [[235, 235], [0, 0], [255, 0]]
    """
    around = _around(lines, _elements(lines), _GROUP_OF, len(GROUPS))
    rows: dict[int, list[int]] = {}
    for bits in set(around):
        rows[bits] = row = [0] * len(GROUPS)
        for number in _numbers(bits):
            blocks, group = divmod(number, len(GROUPS))
            row[group] = row[group] or 255 - 20 * blocks
    found: NDArray[np.uint8] = np.array([rows[bits] for bits in around], np.uint8).reshape(-1, len(GROUPS)).T
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
    def _words(self) -> frozenset[str]:
        """The words that have a weight, however far off."""
        return frozenset(name.split()[-1] for name in self.weights)

    @cached_property
    def _roots(self) -> NDArray[np.int64]:
        """How much a word of n counts, in 1024ths: one over the root of n."""
        return (1024 / np.sqrt(np.maximum(np.arange(4096), 1))).astype(np.int64)

    def score(self, lines: Sequence[Line]) -> NDArray[np.uint8]:
        """A byte a line: 128 where nothing is known, 20 steps a logit."""
        elements = _elements(lines)
        present = sorted({name for element in elements for name in element.names} & self._words)
        width = len(present)
        weights = {far: [self.weights.get(f"{far} {name}") for name in present] for far in dict.fromkeys(_FAR_OFF)}
        around = _around(lines, elements, {name: number for number, name in enumerate(present)}, width)
        scores: dict[int, int] = {}
        for bits in set(around):
            found: dict[str, int] = dict.fromkeys(weights, 0)
            for blocks, far in enumerate(_FAR_OFF):
                found[far] |= bits >> blocks * width & (1 << width) - 1
            known = [weight for far, words in found.items() for number in _numbers(words)
                     if (weight := weights[far][number]) is not None]
            score = 128 + sum(known) * int(self._roots[min(len(known), 4095)]) * 20 // (32 * 1024)
            scores[bits] = min(max(score, 0), 255)
        return np.array([scores[bits] for bits in around], np.uint8)
