"""The taxonomy: the kinds of cruft. Names are stable; a user switches each to remove, keep or repair."""

from __future__ import annotations

from enum import Enum


class Category(str, Enum):
    """A kind of cruft. Members are their own names: ``Category.RELATED == "related"``.

    >>> Category("related").describe()
    'links to other articles: headings, lists of headlines, "Read more" lines'
    """

    COMMENTS = "comments"
    RELATED = "related"
    SUBSCRIBE = "subscribe"
    SHARE = "share"
    TAKEAWAYS = "takeaways"
    ADVERT = "advert"
    NAVIGATION = "navigation"
    LEGAL = "legal"
    CREDIT = "credit"
    CAPTION = "caption"
    BYLINE = "byline"
    TIMESTAMP = "timestamp"
    WIDGET = "widget"
    MARKUP = "markup"
    TAGS = "tags"
    LABEL = "label"
    DUPLICATE = "duplicate"
    TEMPLATE = "template"
    HEADLINE = "headline"
    ENCODING = "encoding"
    OTHER = "other"

    __hash__ = str.__hash__  # that of Enum is written in Python, and every decision asks whether its category is kept

    def __str__(self) -> str:
        """The bare name, also inside format strings, whatever the Python version."""
        return self.value

    def describe(self) -> str:
        """One line that says what belongs here."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Category.COMMENTS: "comment widgets and forms, comment counts, readers' comments",
    Category.RELATED: 'links to other articles: headings, lists of headlines, "Read more" lines',
    Category.SUBSCRIBE: "newsletter, subscription, registration and donation appeals",
    Category.SHARE: "share bars, follow-us lines, social counters",
    Category.TAKEAWAYS: "takeaway and summary boxes with their bullets",
    Category.ADVERT: "advertisement labels, sponsored blocks, shop and affiliate notices",
    Category.NAVIGATION: "menus, breadcrumbs, skip links, pagers, tables of contents",
    Category.LEGAL: "copyright, cookie, privacy and terms notices, disclaimers",
    Category.CREDIT: "who reported, edited, photographed or supplied the article, contacts and author boxes",
    Category.CAPTION: "picture and video captions, alternative texts",
    Category.BYLINE: "author lines",
    Category.TIMESTAMP: "dates, times and reading times of publication",
    Category.WIDGET: "players, polls, weather, quotes, apps, buttons and other controls",
    Category.MARKUP: "leftover HTML, shortcodes, template variables, stray bars and invisible characters",
    Category.TAGS: "tag and topic lists",
    Category.LABEL: "section, kicker and format labels standing alone",
    Category.DUPLICATE: "a second copy of what stands elsewhere in the text",
    Category.TEMPLATE: "what the site repeats on its pages",
    Category.HEADLINE: "the headline above the article (kept unless asked)",
    Category.ENCODING: "mojibake (repaired, never removed)",
    Category.OTHER: "cruft that only the tagger saw",
}

REPAIRABLE = frozenset({Category.TAKEAWAYS, Category.ENCODING, Category.MARKUP})
"""Categories with a repair: what is broken is mended and the rest of the span stays."""
