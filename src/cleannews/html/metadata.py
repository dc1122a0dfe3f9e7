"""What a page says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleannews.html.trafilatura import quiet

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from cleannews.html.page import Page

WANTED = ("title", "author", "date")
"""Where head and JSON-LD lack one of these, trafilatura looks for it on the page."""


def metadata_of(tree: HtmlElement, page: Page, url: str | None) -> dict[str, str]:
    """Title, author, date, site, language and address of a page, as far as it tells them. The tree may be changed."""
    known = {"title": page.headline or page.title, **page.said}
    if url:
        known["url"] = url
    if not all(known.get(name) for name in WANTED):
        known = {**_looked_for(tree, url), **{name: value for name, value in known.items() if value}}
    return {name: known[name] for name in ("title", "author", "date", "site", "language", "url") if known.get(name)}


def _looked_for(tree: HtmlElement, url: str | None) -> dict[str, str]:
    """What trafilatura finds on the page; nothing where it cannot read it."""
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 - slow to import

    with quiet():
        try:
            found = extract_metadata(tree, url, None, extensive=False)
        except Exception:  # the page is then known by its head alone
            return {}
    known = {"title": found.title, "author": found.author, "date": found.date,
             "site": found.sitename or found.hostname, "language": found.language, "url": found.url}
    return {name: str(value) for name, value in known.items() if value}
