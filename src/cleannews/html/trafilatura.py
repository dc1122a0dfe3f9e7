"""trafilatura's part: the text it would take of a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@contextmanager
def quiet() -> Iterator[None]:
    """Keep trafilatura's log still: that a page has no article is an outcome here, not a fault."""
    log = logging.getLogger("trafilatura")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


UNREAD = ("audio", "canvas", "datalist", "embed", "iframe", "input", "link", "meta", "object", "option", "select",
          "source", "style", "svg", "template", "textarea", "video")
"""Elements of which trafilatura reads nothing; of scripts it reads linked data."""

PARTS = ("aside", "dialog", "footer", "menu", "nav")
"""Parts of a page that it passes over."""

LEAST_PART = 5
"""A part goes before trafilatura is asked where it holds less than one in so many characters of the page: some pages
have their article in an ``aside``."""


def prune(tree: HtmlElement, furniture: Sequence[HtmlElement]) -> None:
    """Take out of a tree what trafilatura would look at many times and drop, and some furniture besides.

    Its time is that of some hundred questions asked of every element.
    """
    from lxml.etree import strip_elements  # noqa: PLC0415 - slow to import

    for element in furniture:
        if element.getparent() is not None:
            element.drop_tree()
    strip_elements(tree, *UNREAD, with_tail=False)
    for script in list(tree.iter("script")):
        if script.get("type") != "application/ld+json":
            script.drop_tree()
    whole = len(tree.text_content())
    for part in list(tree.iter(*PARTS)):
        if part.getparent() is not None and len(part.text_content()) * LEAST_PART < whole:
            part.drop_tree()


def verdict_of(tree: HtmlElement, url: str | None, furniture: Sequence[HtmlElement] = ()) -> str | None:
    """The text that trafilatura takes of a page, empty where it takes none; None where it fails on the page.

    `furniture` are elements of the tree that it need not look at. The tree is changed.

    Its fast mode is asked: its own rules, without the other extractors that it compares them with. Those add half again
    to its time, and out of fold nothing to what is decided here.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415 - slow to import

    with quiet():
        try:
            prune(tree, furniture)
            found = bare_extraction(tree, url=url, include_comments=False, with_metadata=False, fast=True)
        except Exception:  # the caller goes on without, and says so in the result
            return None
    if found is None:
        return ""
    assert not isinstance(found, dict)  # a dict comes only where one is asked for
    return found.text or ""
