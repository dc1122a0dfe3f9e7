"""trafilatura's part: the text it would take of a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
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


def verdict_of(tree: HtmlElement, url: str | None) -> str | None:
    """The text that trafilatura takes of a page, empty where it takes none; None where it fails on the page.

    Its fast mode is asked: its own rules, without the other extractors that it compares them with. Those add half again
    to its time, and out of fold nothing to what is decided here.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415 - slow to import

    with quiet():
        try:
            found = bare_extraction(tree, url=url, include_comments=False, with_metadata=False, fast=True)
        except Exception:  # the caller goes on without, and says so in the result
            return None
    if found is None:
        return ""
    assert not isinstance(found, dict)  # a dict comes only where one is asked for
    return found.text or ""
