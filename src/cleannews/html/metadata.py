"""What a page says of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from cleannews.html.page import Page

_BY = re.compile(r"(?i)(?:\w{1,30} )?(?:by|von|par|por|di|door|av|af|przez|автор)\b[\s:]*")
_BYLINE = frozenset({"author", "authors", "byline", "autor", "auteur", "autore"})
LONGEST_BYLINE = 80
"""Characters. What is longer is no name but what somebody says of the author."""


def metadata_of(tree: HtmlElement, page: Page, url: str | None) -> dict[str, str]:
    """Title, author, date, site, language and address of a page, as far as it tells them. The tree may be changed.

    From head and JSON-LD; where these lack them, the author from a line that is marked as the byline, the date from
    what htmldate (trafilatura's) finds in the page, the site from the address.
    """
    known = {"title": page.headline or _heading(page) or page.title, "author": page.said.get("author") or _byline(page),
             "date": page.said.get("date") or _date(tree, url), "site": page.said.get("site", ""),
             "language": page.said.get("language", ""), "url": url or page.said.get("url", "")}
    if not known["site"]:
        known["site"] = _host(known["url"])
    return {name: value for name, value in known.items() if value}


def _heading(page: Page) -> str:
    """The page's first heading, where its title has it: titles have the site's name besides."""
    heading = next((line.text for line in page.lines if line.block.tag == "h1"), "")
    return heading if len(heading.split()) > 1 and heading in page.title else ""


def _byline(page: Page) -> str:
    """The first short line whose element is called an author's: a name of two to six words."""
    for line in page.lines:
        if len(line.text) <= LONGEST_BYLINE and not _BYLINE.isdisjoint((*line.place.names, *line.block.names)):
            found = _BY.match(line.text)
            name = line.text[found.end() if found else 0:].strip(" ,|·•-–:")
            if 2 <= len(name.split()) <= 6 and not any(map(str.isdigit, name)):
                return name
    return ""


def _date(tree: HtmlElement, url: str | None) -> str:
    from htmldate import find_date  # noqa: PLC0415 - comes with trafilatura, slow to import

    try:
        return find_date(tree, url=url, extensive_search=False, original_date=True) or ""
    except Exception:  # a page that it cannot read has no date
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # no address
        return ""
