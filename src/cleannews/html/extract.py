"""From a page to a `Result`: lines, their scores, the extracted text, and the judge's cuts in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cleannews.document import Documents
from cleannews.errors import InputError
from cleannews.evidence import Metadata
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
    from cleannews.html.model import PageTagger
    from cleannews.html.page import Line

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

    text: str
    """The extracted text: the lines that may be article."""
    scores: NDArray[np.float64]
    """The probability that each of its lines is cruft, one a line of its `Documents`."""
    method: str
    """`TAKEN` or `PASSED_OVER`."""


def _begins(lines: Sequence[Line]) -> NDArray[np.int64]:
    """Where each line begins in the text of them all, a line end between them, in code points."""
    begins: NDArray[np.int64] = np.cumsum([0, *(len(line.text) + 1 for line in lines)])[:-1]
    return begins


def scored(page: Page, verdict: str | None, cleaner: Cleaner, model: PageTagger,
           known: Metadata) -> tuple[Documents, NDArray[np.int64], NDArray[np.float64]]:
    """The page's text as `Documents`, and for each line of them the page's line it is of and its probability of being
    cruft, both of shape (lines,). `verdict` is the text that trafilatura took, None where it was not asked."""
    material, evidence = cleaner.look(["\n".join(line.text for line in page.lines)], [known])
    owner = np.searchsorted(_begins(page.lines), material.documents.start, side="right") - 1
    return material.documents, owner, model.score(page, owner, material, evidence, cleaner.tagger, verdict)


def extracted(page: Page, verdict: str | None, cleaner: Cleaner, model: PageTagger, known: Metadata) -> Extraction:
    """The lines of a page that may be article, with their scores. Arguments as for `scored`."""
    documents, owner, scores = scored(page, verdict, cleaner, model, known)
    best = np.ones(len(page.lines))
    np.minimum.at(best, owner, scores)
    # Where the profile leaves lines to the rules, what the model doubts is no part of the text.
    taken = best < (LOOSE if cleaner.asks_tagger else ASKED)
    method = PASSED_OVER if verdict is None else TAKEN
    kept = np.flatnonzero(taken)
    if not len(kept):
        return Extraction("", np.zeros(1), method)
    lines = [page.lines[at] for at in kept.tolist()]
    chosen = "\n".join(line.text for line in lines)
    # A line may be cut into other pieces where it stands alone; a piece has the score of the one it begins in.
    begins, pieces = _begins(lines), Documents([chosen]).start
    line = np.searchsorted(begins, pieces, side="right") - 1
    place = _begins(page.lines)[kept[line]] + pieces - begins[line]
    return Extraction(chosen, scores[np.searchsorted(documents.start, place, side="right") - 1], method)


def read(html: str | bytes, url: str | None, name: str) -> tuple[HtmlElement | None, Page]:
    """The tree of a page and its lines. Raises InputError for a page that is too large to be read."""
    if len(html) > LARGEST:
        raise InputError(f"{name} is larger than {LARGEST >> 20} MB: it is no news page")
    text = decoded(html) if isinstance(html, bytes) else html
    tree = parsed(text)
    if tree is None:
        return None, Page([])
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
    verdict = verdict_of(tree, url) if page.elements <= MOST_ELEMENTS and page.depth <= DEEP else None
    metadata = metadata_of(tree, page, url)
    known = Metadata(metadata.get("title", ""), metadata.get("author", ""), metadata.get("site", ""),
                     cleaner.config.lang)
    found = extracted(page, verdict, cleaner, model, known)
    result = cleaner.decided(found.text, known, found.scores, ASKED, VETO)
    return replace(result, metadata={**metadata, "extraction": found.method})
