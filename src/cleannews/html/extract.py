"""From a page to a `Result`: lines, their scores, the extracted text, and the judge's cuts in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cleannews.document import Documents
from cleannews.errors import InputError
from cleannews.evidence import Metadata
from cleannews.html.look import Look, begins, looked
from cleannews.html.metadata import metadata_of
from cleannews.html.page import Page, page_of
from cleannews.html.parse import DEEP, DEEPEST, decoded, parsed
from cleannews.html.trafilatura import verdict_of
from cleannews.result import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement
    from numpy.typing import NDArray

    from cleannews.cleaner import Cleaner
    from cleannews.evidence import Evidence, Material
    from cleannews.html.model import PageTagger

LARGEST = 40 << 20
"""Characters or bytes. A larger page is refused: no news page is a tenth of it."""

MOST_LINES = 100_000
"""A page of more lines is refused: the longest of the WCXB development articles has 1,500."""

MOST_ELEMENTS = 30_000
"""Elements of a page that trafilatura is asked about; some of its steps take time by the square of them."""

TAKEN, PASSED_OVER = "trafilatura and page", "page"
"""What `Result.metadata` says of how a page was extracted: with trafilatura's verdict on each line, or without."""

NOTHING = "nothing"
"""What it says of a page without any text."""

LOOSE = 0.9
"""A line with a lower probability of being cruft is in the extracted text, and what goes then is a removal."""

ASKED, VETO = 0.42, 0.25
"""The probability of being cruft from which a line of the extracted text goes, and below which it stays though the
rules of the lexicon are certain of it."""


@dataclass(frozen=True)
class Extraction:
    """What was taken of a page."""

    material: Material
    """The extracted text: the lines that may be article."""
    evidence: Sequence[Evidence]
    """What the detectors see in it."""
    scores: NDArray[np.float64]
    """The probability that each of its lines is cruft."""
    method: str
    """`TAKEN` or `PASSED_OVER`."""


def scored(tree: HtmlElement, page: Page, url: str | None, cleaner: Cleaner, model: PageTagger,
           known: Metadata) -> tuple[Look, str, NDArray[np.float64]]:
    """A look at the page, how its lines were scored (`TAKEN` or `PASSED_OVER`), and the probability of being cruft
    of each line of the look's documents, shape (lines,). The tree is changed."""
    look = looked(page, cleaner, known, frozenset(model.names))
    asked = page.elements <= MOST_ELEMENTS and page.depth <= DEEP
    verdict = verdict_of(tree, url, look.furniture()) if asked else None
    return look, PASSED_OVER if verdict is None else TAKEN, model.score(look, verdict)


def extracted(tree: HtmlElement, page: Page, url: str | None, cleaner: Cleaner, model: PageTagger,
              known: Metadata) -> Extraction:
    """The lines of a page that may be article, with their scores. The tree is changed."""
    look, method, scores = scored(tree, page, url, cleaner, model, known)
    best = np.ones(len(page.lines))
    np.minimum.at(best, look.owner, scores)
    # Where the profile leaves lines to the rules, what the model doubts is no part of the text.
    taken = best < (LOOSE if cleaner.asks_tagger else ASKED)
    kept = np.flatnonzero(taken)
    if not len(kept):
        return Extraction(*cleaner.look([""]), np.zeros(1), method)
    lines = [page.lines[at] for at in kept.tolist()]
    chosen = Documents(["\n".join(line.text for line in lines)])
    # A line may be cut into other pieces where it stands alone; a piece has the score of the one it begins in.
    first = begins(lines)
    line = np.searchsorted(first, chosen.start, side="right") - 1
    place = begins(page.lines)[kept[line]] + chosen.start - first[line]
    pieces = np.searchsorted(look.documents.start, place, side="right") - 1
    material, evidence = cleaner.look_again(look.material, look.evidence, chosen, pieces)
    return Extraction(material, evidence, scores[pieces], method)


def read(html: str | bytes, url: str | None, name: str) -> tuple[HtmlElement | None, Page]:
    """The tree of a page and its lines. Raises InputError for a page that is too large to be read."""
    if len(html) > LARGEST:
        raise InputError(f"{name} is larger than {LARGEST >> 20} MB: it is no news page")
    text = decoded(html) if isinstance(html, bytes) else html
    tree = parsed(text)
    if tree is None:
        return None, Page()
    page = page_of(tree, MOST_LINES)
    if page.depth > DEEP:
        tree = parsed(text, huge=True)
        assert tree is not None
        page = page_of(tree, MOST_LINES)
        if page.depth > DEEPEST:
            raise InputError(f"{name} is nested more than {DEEPEST:,} elements deep: no parser reads it whole")
    if len(page.lines) > MOST_LINES:
        raise InputError(f"{name} has more than {MOST_LINES:,} lines: it is no news page")
    return tree, page


def result_of(html: str | bytes, url: str | None, cleaner: Cleaner, model: PageTagger) -> Result:
    """The clean article of a page. Raises InputError for a page that is too large to be read."""
    tree, page = read(html, url, f"the page {url}" if url else "the page")
    if tree is None or not page.lines:
        return Result("", profile=cleaner.config.profile, metadata={"extraction": NOTHING})
    metadata = metadata_of(tree, page, url)
    known = Metadata(metadata.get("title", ""), metadata.get("author", ""), metadata.get("site", ""),
                     cleaner.config.lang)
    found = extracted(tree, page, url, cleaner, model, known)
    result = cleaner.decided(found.material, found.evidence, found.scores, ASKED, VETO)
    return replace(result, metadata={**metadata, "extraction": found.method})
