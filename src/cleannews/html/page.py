"""A page as lines: what a reader sees of it, block by block, and where in the page each line stood.

The tree is walked once, without recursion, so that a page may be nested as deeply as its parser allows. A line is what
stands between two block boundaries; the cells of a table's row stay together where they hold no blocks of their own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
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


@dataclass(slots=True, eq=False)
class Place:
    """An element on the way from the page's root to a line."""

    number: int
    """Its number among `Page.places`."""
    parent: Place | None
    tag: str
    names: tuple[str, ...]
    """Words of its class, id and role."""
    flags: int
    depth: int
    block: int
    """The number of the nearest block element, itself included."""


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

    lines: list[Line] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    """The elements that say something of what they hold, each behind the one it stands in."""
    nodes: list[HtmlElement] = field(default_factory=list)
    """The element of each place in the tree that the page was read from."""
    title: str = ""
    headline: str = ""
    description: str = ""
    body: str = ""
    """The article's text where the page's JSON-LD has it."""
    names: list[str] = field(default_factory=list)
    """Names of authors and publishers."""
    tags: list[str] = field(default_factory=list)
    """Keywords, topics and sections that head or JSON-LD give the article."""
    said: dict[str, str] = field(default_factory=dict)
    """Author, date, site, language and address, where head or JSON-LD have them."""
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
    return tuple(dict.fromkeys([part.lower() for part in _WORD.findall(value) if 2 < len(part) < 20]))


_WORD = re.compile("[A-Z]+[a-z]*|[a-z]+")
"""A word begins where a capital follows a small letter."""

_TELLING = frozenset({"class", "id", "role", "itemprop", "hidden", "aria-hidden", "style"})
"""Attributes that say something of what an element holds."""


def _placed(page: Page, parent: Place | None, tag: str, element: HtmlElement) -> Place:
    """What is known of an element, which is added to the page's places unless it says nothing."""
    block = tag in BLOCKS
    flag = _OF_TAG.get(tag, 0)
    attributes = element.items()
    if parent is not None and not attributes and not block and not flag:
        return parent  # an element that says nothing
    flags = parent.flags | flag if parent is not None else flag
    names: tuple[str, ...] = ()
    for key, said in attributes:
        if key not in _TELLING:
            continue
        if key in ("class", "id"):
            names += words_of(said)
        elif key == "role":
            flags |= _OF_ROLE.get(said, 0)
        elif key == "itemprop":
            flags |= BODY_PROPERTY if said.lower() in _BODY else PROPERTY
        elif key == "hidden" or (key == "aria-hidden" and said == "true") or (
                key == "style" and _HIDING.search(said)):
            flags |= HIDDEN
    number = len(page.places)
    made = Place(number, parent, tag, names, flags, parent.depth + 1 if parent is not None else 0,
                 number if block or parent is None else parent.block)
    page.places.append(made)
    page.nodes.append(element)
    return made


def _read_lines(root: HtmlElement, page: Page, most: int) -> None:
    """Give a page the lines of its tree in order, and the elements and the depth that were met on the way."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - slow to import

    walker = iterwalk(root, events=("start", "end"))
    stack: list[Place] = []
    parts: list[str] = []
    first: Place | None = None
    linked = bold = links = elements = depth = 0
    broken = picture = False
    for event, element in walker:
        tag = element.tag
        if not isinstance(tag, str):
            tag = "script"
        if tag in BLOCKS:
            if first is not None:
                page.lines.append(Line(" ".join("".join(parts).split()), first, page.places[first.block], linked, bold,
                                       links, broken, picture))
                if len(page.lines) == most:
                    break
                broken = picture = False
                first, linked, bold = None, 0, 0
            if parts:
                parts = []
            links = 0
            if tag == "br":
                broken = True
        elif tag in SPACED:
            parts.append(" ")
        if event == "end":
            stack.pop()
            text = element.tail
            if not stack:
                break
            place = stack[-1]
        else:
            if tag in PICTURES:
                picture = True
            elements += 1
            if tag in UNSEEN and stack:
                stack.append(stack[-1])
                walker.skip_subtree()
                continue
            place = _placed(page, stack[-1] if stack else None, tag, element)
            stack.append(place)
            depth = max(depth, len(stack))
            if tag == "a":
                links += 1
            text = element.text
        if text:
            parts.append(text)
            bare = len(text.strip())
            if bare:
                if first is None:
                    first = place
                if place.flags & (LINK | BOLD):
                    linked += bare if place.flags & LINK else 0
                    bold += bare if place.flags & BOLD else 0
    if first is not None and len(page.lines) < most:
        page.lines.append(Line(" ".join("".join(parts).split()), first, page.places[first.block], linked, bold, links,
                               broken, picture))
    page.elements, page.depth = elements, depth


def page_of(root: HtmlElement, most: int = 1 << 30) -> Page:
    """The lines of a parsed page and what its head says; of more than `most` lines, the first `most` and one."""
    page = Page()
    _read_head(root, page)
    _read_lines(root, page, most + 1)
    return page


_TITLES = frozenset({"og:title", "twitter:title", "dc.title", "title", "headline"})
_DESCRIPTIONS = frozenset({"og:description", "description", "twitter:description", "dc.description"})
_NAMES = frozenset({"author", "article:author", "og:site_name", "dc.creator", "byl", "parsely-author", "twitter:site"})
_TAGS = frozenset({"keywords", "news_keywords", "article:tag", "article:section", "parsely-tags", "parsely-section",
                   "sailthru.tags", "dc.subject"})
_SAID = {"author": "author", "dc.creator": "author", "parsely-author": "author", "byl": "author",
         "article:published_time": "date", "datepublished": "date", "og:published_time": "date", "dc.date": "date",
         "dc.date.issued": "date", "parsely-pub-date": "date", "pubdate": "date", "og:site_name": "site",
         "og:url": "url"}
_DAY = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d")


def _read_head(root: HtmlElement, page: Page) -> None:
    _say(page, "language", root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    head: dict[str, list[HtmlElement]] = {"link": [], "title": [], "meta": [], "script": []}
    for element in root.iter(*head):
        head[element.tag].append(element)
    for link in head["link"]:
        if link.get("rel") == "canonical":
            _say(page, "url", link.get("href") or "")
    for title in head["title"][:1]:
        page.title = " ".join((title.text or "").split())
    for element in head["meta"]:
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = element.get("content")
        if not name or not content:
            continue
        if name in _TITLES:
            page.headline = page.headline or " ".join(content.split())
        elif name in _DESCRIPTIONS:
            page.description = max(page.description, " ".join(content.split()), key=len)
        elif name in _NAMES and len(content) < LONGEST_NAME:
            page.names.append(content)
        elif name in _TAGS:
            _tag(page, content)
        if name in _SAID:
            _say(page, _SAID[name], content)
    for script in head["script"]:
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


LONGEST_NAME = 200
"""Characters. What is longer is no name."""

MOST_TAGS = 60
"""Tags of a page; more are the site's, not the article's."""


def _tag(page: Page, value: Any) -> None:
    """Note the tags in a comma-separated list, or in a list of such."""
    if isinstance(value, list):
        for part in value[:MOST_TAGS]:
            _tag(page, part)
    elif isinstance(value, str):
        parts = (" ".join(part.split()) for part in value.split(",", MOST_TAGS)[:MOST_TAGS])
        found = [tag for tag in parts if 0 < len(tag) < LONGEST_NAME]
        page.tags += found[:max(0, MOST_TAGS - len(page.tags))]


def _say(page: Page, what: str, value: str) -> None:
    """Note what a page says of itself, the first time it says it; a date is a day."""
    if what == "date":
        day = _DAY.search(value)
        value = day[0] if day else ""
    elif what == "author" and "://" in value:
        value = ""
    value = " ".join(value.split())
    if value and len(value) < LONGEST_NAME:
        page.said.setdefault(what, value)


def _names_in(value: Any) -> list[str]:
    """The names that a JSON-LD author or publisher gives: a name, an object with one, or a list of either."""
    if isinstance(value, list):
        return [name for part in value[:20] for name in _names_in(part)]
    name = value.get("name") if isinstance(value, dict) else value
    return [" ".join(name.split())] if isinstance(name, str) and name.strip() and "://" not in name else []


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
        _say(page, "author", "; ".join(dict.fromkeys(_names_in(item.get("author")))))
        _say(page, "date", str(item.get("datePublished") or ""))
        _say(page, "site", "; ".join(_names_in(item.get("publisher"))[:1]))
        _tag(page, [item.get("keywords"), item.get("articleSection")])
    elif kind in ("Person", "Organization", "NewsMediaOrganization") and isinstance(name, str) and len(name) < 200:
        page.names.append(name)
