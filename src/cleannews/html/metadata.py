"""What a page says of itself, through trafilatura's reading of its head, JSON-LD and by-lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def metadata_of(tree: HtmlElement, url: str | None) -> dict[str, str]:
    """Title, author, date, site, language and address of a page, as far as it tells them. The tree may be changed."""
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 - slow to import

    found = extract_metadata(tree, url, None, extensive=False)
    known = {"title": found.title, "author": found.author, "date": found.date,
             "site": found.sitename or found.hostname, "language": found.language or tree.get("lang"),
             "url": found.url}
    return {name: str(value) for name, value in known.items() if value}
