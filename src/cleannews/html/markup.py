"""What the class and id words around a line say: a linear score with a vocabulary that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np

from cleannews.html.blocks import Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

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

FAR_OFF = ("near", "middle", "far")
"""How far off a word stands: around the line's own block, around the next two, or farther."""


def _numbers(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest on."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def _around(blocks: Blocks, words: Sequence[int]) -> list[tuple[int, int, int]]:
    """For each line the words that stand near, in the middle and far off; `words` are those of `Blocks.words`."""
    outside: dict[int, tuple[int, int]] = {}
    found = []
    for own, *others in blocks.within[:FARTHEST].T.tolist():
        beside = outside.get(others[0])
        if beside is None:
            first, second, *rest = [words[element] for element in others]
            beside = outside[others[0]] = first | second, reduce(or_, rest)
        found.append((words[own], *beside))
    return found


def markup_words(blocks: Blocks) -> list[list[str]]:
    """The words around each line, each with how far off it is, in order."""
    names = sorted(blocks.names)
    words = blocks.words({name: number for number, name in enumerate(names)})
    return [sorted(f"{far} {names[number]}" for far, bits in zip(FAR_OFF, around, strict=True)
                   for number in _numbers(bits)) for around in _around(blocks, words)]


def groups(blocks: Blocks) -> NDArray[np.uint8]:
    """How near a word of each of `GROUPS` stands to each line, shape (groups, lines): 255 in its own block, 0 nowhere.

    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> page = page_of(document_fromstring('<div class="comment-list"><p class="share">One<p>Two</div>'))
    >>> groups(Blocks(page))[:3].tolist()
    [[235, 235], [0, 0], [255, 0]]
    """
    words = np.array(blocks.words(_GROUP_OF), np.int64)
    bit = np.int64(1) << np.arange(len(GROUPS))[:, None]
    found = np.zeros((len(GROUPS), blocks.within.shape[1]), np.uint8)
    for distance in reversed(range(FARTHEST)):
        found[words[blocks.within[distance]] & bit > 0] = 255 - 20 * distance
    return found


class MarkupScorer:
    """Scores lines by the words around them; positive speaks for cruft. Whole numbers, in 32nds of a logit.

    >>> scorer = MarkupScorer({"near related": 64, "near article": -64})
    >>> from lxml.html import document_fromstring
    >>> from cleannews.html.page import page_of
    >>> page = page_of(document_fromstring('<p class="article-text">One<p class="related">Two<p>Three'))
    >>> scorer.score(Blocks(page)).tolist()
    [88, 168, 128]
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self.weights = dict(weights)

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words that have a weight, however far off."""
        return frozenset(name.split()[-1] for name in self.weights)

    @cached_property
    def _roots(self) -> list[int]:
        """How much a word of n counts, in 1024ths: one over the root of n."""
        return [int(1024 / max(count, 1) ** 0.5) for count in range(4096)]

    def score(self, blocks: Blocks) -> NDArray[np.uint8]:
        """A byte a line: 128 where nothing is known, 20 steps a logit."""
        present = sorted(blocks.names & self._words)
        around = _around(blocks, blocks.words({name: number for number, name in enumerate(present)}))
        sums: list[dict[int, tuple[int, int]]] = []
        for far, said in zip(FAR_OFF, zip(*around, strict=True), strict=False):
            weights = [self.weights.get(f"{far} {name}") for name in present]
            sums.append({bits: _sum_and_count(weights, bits) for bits in set(said)})
        scores: dict[tuple[int, ...], int] = {}
        for words in set(around):
            total, known = map(sum, zip(*(of[bits] for of, bits in zip(sums, words, strict=True)), strict=True))
            score = 128 + total * self._roots[min(known, 4095)] * 20 // (32 * 1024)
            scores[words] = min(max(score, 0), 255)
        return np.array([scores[words] for words in around], np.uint8)


def _sum_and_count(weights: Sequence[int | None], bits: int) -> tuple[int, int]:
    """The weights of some words added up, and how many have one."""
    known = [weight for number in _numbers(bits) if (weight := weights[number]) is not None]
    return sum(known), len(known)
