"""A page as lines: what a reader sees of it, block by block, and where in the page each line stood.

The tree is walked once, without recursion, so that a page may be nested as deeply as its parser allows. A line is what
stands between two block boundaries; the cells of a table's row stay together where they hold no blocks of their own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

BLOCKS = frozenset(re.findall(r"\w+", """
    address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav ol p pre section summary
    table tbody tfoot thead tr ul video audio"""))
SPACED = frozenset({"td", "th", "label", "option", "dt"})
"""Elements that end a word but not a line."""
UNSEEN = frozenset(re.findall(r"\w+", """
    applet area audio base canvas col colgroup datalist embed frame frameset head iframe input link map math meta
    noembed noframes noscript object optgroup option param script select source style svg template textarea title
    track video"""))
"""Elements whose text is not text of the page."""
PICTURES = frozenset({"img", "picture", "video", "iframe", "svg", "embed", "object", "amp-img"})

# What an ancestor says of a line, a bit each.
(ARTICLE, MAIN, ASIDE, NAV, FOOTER, HEADER, FIGURE, FORM, LIST, TABLE, QUOTE, BUTTON, HIDDEN, BODY_PROPERTY, PROPERTY,
 LINK, BOLD, ITALIC, SMALL, TIME, CODE, DIALOG) = (1 << bit for bit in range(22))
FLAGS = ("article", "main", "aside", "nav", "footer", "header", "figure", "form", "list", "table", "quote", "button",
         "hidden", "body property", "property", "link", "bold", "italic", "small", "time", "code", "dialog")
_OF_TAG = {
    "article": ARTICLE, "main": MAIN, "aside": ASIDE, "nav": NAV, "footer": FOOTER, "header": HEADER, "figure": FIGURE,
    "figcaption": FIGURE, "caption": FIGURE, "form": FORM, "ul": LIST, "ol": LIST, "dl": LIST, "menu": LIST,
    "table": TABLE, "blockquote": QUOTE, "button": BUTTON, "label": BUTTON, "a": LINK, "b": BOLD, "strong": BOLD,
    "i": ITALIC, "em": ITALIC, "small": SMALL, "time": TIME, "code": CODE, "pre": CODE, "dialog": DIALOG,
}
_OF_ROLE = {"main": MAIN, "article": ARTICLE, "complementary": ASIDE, "navigation": NAV, "contentinfo": FOOTER,
            "banner": HEADER, "button": BUTTON, "dialog": DIALOG, "alertdialog": DIALOG, "search": FORM,
            "list": LIST, "menu": NAV, "tablist": NAV, "toolbar": NAV, "figure": FIGURE}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BODY = frozenset({"articlebody", "text", "reviewbody", "mainentityofpage"})

TAGS = ("p", "li", "h1", "h2", "h3", "h4", "div", "span", "td", "blockquote", "figcaption", "dd", "section", "a",
        "article", "pre", "header", "footer")
"""Block tags that a line's feature names; all others are one."""

DEEPEST = 12
"""Ancestors of a line that its features know of."""


@dataclass(slots=True, eq=False)
class Place:
    """An element on the way from the page's root to a line."""

    parent: Place | None
    tag: str
    names: tuple[str, ...]
    """Words of its class, id and role."""
    flags: int
    depth: int
    block: Place | None
    """The nearest block element, itself included; None above the first."""


@dataclass(slots=True)
class Line:
    """A line of the page."""

    text: str
    place: Place
    """The element of its first visible character."""
    block: Place
    """The block element that holds it."""
    linked: int
    """Characters inside links."""
    bold: int
    """Characters in bold."""
    links: int
    """Links in it."""
    broken: bool
    """Whether a ``<br>`` ended the line before it."""
    picture: bool
    """Whether a picture stands between the line before and this one."""


@dataclass
class Page:
    """A parsed page: its lines, and what its head says."""

    lines: list[Line]
    title: str = ""
    headline: str = ""
    description: str = ""
    body: str = ""
    """The article's text where the page's JSON-LD has it."""
    names: list[str] = field(default_factory=list)
    """Names of authors and publishers."""
    elements: int = 0
    """Elements that were walked."""
    depth: int = 0
    """Levels of nesting."""


@lru_cache(maxsize=1 << 14)
def words_of(value: str) -> tuple[str, ...]:
    """The words of a class or an id: ``related-Posts_12`` is related, posts.

    >>> words_of("related-Posts_12 c-2")
    ('related', 'posts')
    """
    if len(value) > 400:
        return ()
    parts = _WORD.findall(_CAMEL.sub(r"\1 \2", value))
    return tuple(dict.fromkeys(part.lower() for part in parts if 2 < len(part) < 20))


_CAMEL = re.compile(r"([a-z])([A-Z])")
_WORD = re.compile(r"[A-Za-z]+")


def _placed(parent: Place | None, tag: str, element: HtmlElement) -> Place:
    flags = (parent.flags if parent else 0) | _OF_TAG.get(tag, 0)
    names: tuple[str, ...] = ()
    if element.attrib:
        get = element.get
        said = get("class")
        if said:
            names = words_of(said)
        said = get("id")
        if said:
            names += words_of(said)
        said = get("role")
        if said:
            flags |= _OF_ROLE.get(said, 0)
        said = get("itemprop")
        if said:
            flags |= BODY_PROPERTY if said.lower() in _BODY else PROPERTY
        said = get("style")
        if (said and _HIDING.search(said)) or get("hidden") is not None or get("aria-hidden") == "true":
            flags |= HIDDEN
    made = Place(parent, tag, names, flags, parent.depth + 1 if parent else 0, None)
    made.block = made if tag in BLOCKS or parent is None else parent.block
    return made


def _lines_of(root: HtmlElement, page: Page) -> Iterator[Line]:
    """The lines of a tree in order; the page's elements and depth are counted on the way."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - slow to import

    walker = iterwalk(root, events=("start", "end"))
    stack: list[Place] = []
    parts: list[str] = []
    first: Place | None = None
    linked = bold = links = 0
    broken = picture = False

    def made() -> Line | None:
        text = " ".join("".join(parts).split())
        if not text or first is None:
            return None
        return Line(text, first, first.block or first, linked, bold, links, broken, picture)

    for event, element in walker:
        tag = element.tag
        ending = event == "end"
        if not isinstance(tag, str):
            tag = "script"
        if tag in BLOCKS:
            line = made()
            if line is not None:
                yield line
                broken = picture = False
            parts.clear()
            first, linked, bold, links = None, 0, 0, 0
            broken = broken or tag == "br"
        elif tag in SPACED:
            parts.append(" ")
        if tag in PICTURES:
            picture = True
        if ending:
            stack.pop()
            text, place = element.tail, stack[-1] if stack else None
        else:
            place = _placed(stack[-1] if stack else None, tag, element)
            stack.append(place)
            page.elements += 1
            page.depth = max(page.depth, place.depth)
            if tag in UNSEEN:
                walker.skip_subtree()
                continue
            links += tag == "a"
            text = element.text
        if text and place is not None:
            parts.append(text)
            bare = text.strip()
            if bare:
                if first is None:
                    first = place
                if place.flags & LINK:
                    linked += len(bare)
                if place.flags & BOLD:
                    bold += len(bare)
    line = made()
    if line is not None:
        yield line


def page_of(root: HtmlElement, most: int = 1 << 30) -> Page:
    """The lines of a parsed page and what its head says; of more than `most` lines, the first `most` and one."""
    page = Page([])
    _read_head(root, page)
    page.lines = list(islice(_lines_of(root, page), most + 1))
    return page


_TITLES = frozenset({"og:title", "twitter:title", "dc.title", "title", "headline"})
_DESCRIPTIONS = frozenset({"og:description", "description", "twitter:description", "dc.description"})
_NAMES = frozenset({"author", "article:author", "og:site_name", "dc.creator", "byl", "parsely-author", "twitter:site"})


def _read_head(root: HtmlElement, page: Page) -> None:
    found = root.find(".//title")
    if found is not None and found.text:
        page.title = " ".join(found.text.split())
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = element.get("content")
        if not name or not content:
            continue
        if name in _TITLES:
            page.headline = page.headline or " ".join(content.split())
        elif name in _DESCRIPTIONS:
            page.description = max(page.description, " ".join(content.split()), key=len)
        elif name in _NAMES and len(content) < 200:
            page.names.append(content)
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json" and script.text:
            for item in linked_data(script.text):
                _read_item(item, page)


LARGEST_DATA = 4 << 20
"""Characters of one JSON-LD block; a larger one is passed over."""


def linked_data(text: str) -> Iterator[dict[str, Any]]:
    """All objects in a JSON-LD block, nested ones included; none where it is no JSON."""
    if len(text) > LARGEST_DATA:
        return
    try:
        waiting = [json.loads(text.strip().removesuffix(";"), strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            waiting.extend(value for value in item.values() if isinstance(value, (dict, list)))


def _read_item(item: dict[str, Any], page: Page) -> None:
    body = item.get("articleBody") or item.get("reviewBody")
    if isinstance(body, str) and len(body) > len(page.body):
        page.body = body
    headline, description, name = item.get("headline"), item.get("description"), item.get("name")
    kind = str(item.get("@type", ""))
    if "Article" in kind or "Posting" in kind:
        if isinstance(headline, str):
            page.headline = page.headline or " ".join(headline.split())
        if isinstance(description, str) and len(description) > len(page.description):
            page.description = " ".join(description.split())
    elif kind in ("Person", "Organization", "NewsMediaOrganization") and isinstance(name, str) and len(name) < 200:
        page.names.append(name)
