"""What scraping leaves behind in the characters: stray bars, glued bullet numbers, tags, shortcodes, variables.

Lines worth a look are chosen by their character classes; only they meet a regular expression. Every expression is
a sequence of bounded or disjoint repetitions, so that none can be slow (``tests/test_patterns.py`` measures each).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line
from cleannews.patterns import Patterns

if TYPE_CHECKING:
    from regex import Match

    from cleannews.document import Documents

_TAGS = ("a|abbr|article|aside|b|blockquote|br|button|center|div|em|embed|figcaption|figure|font|footer|form|h[1-6]|"
         "header|hr|i|iframe|img|input|ins|label|li|link|meta|noscript|ol|p|picture|script|section|small|source|span|"
         "strong|style|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul|video")
PATTERNS = Patterns({
    "tag": rf"(?i)</?(?:{_TAGS})(?:\s[^<>]{{0,400}})?/?>",
    "comment": r"<!--[^<>]{0,400}-->",
    "entity": r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});",
    "shortcode": (
        r"(?i)\[/?(?:caption|gallery|embed|video|audio|playlist|youtube|vimeo|twitter|tweet|instagram|facebook|soundcloud|"
        r"contact-form-7|gravityform|mc4wp_form|adrotate|advert|ad|newsletter|subscribe|et_pb_\w{1,30}|vc_\w{1,30}|"
        r"fusion_\w{1,30}|su_\w{1,30}|wp_\w{1,30}|tdb?_\w{1,30}|elementor-template|block|shortcode|button|more|quote|"
        r"posts?[-_][a-z-]{2,30}|related[-_]posts?|social[-_][a-z-]{2,30}|ad_\d{1,3}|wpforms|toc)"
        r"(?:[\s:=][^\[\]]{0,300})?/?\](?!\()"),  # "[more](https://…)" is a link
    "variable": r"\{%-?\s?include\s[^{}%\n]{1,120}%\}|\{\{[ \w.|:'-]{1,80}\}\}|\$\{[\w.]{1,60}\}",
    "placeholder": r"%(?<![\w%]%)[A-Z][A-Z_]{2,40}%(?![\w%])|%%[A-Z][A-Z0-9_]{2,40}%%",
    "code": (
        r"\(function\s{0,2}\([\w\s,$]{0,80}\)\s{0,2}\{|(?:googletag|dataLayer|_gaq|gtag|fbq|jQuery|adsbygoogle)\b"
        r"\s{0,2}(?:\.[a-zA-Z_$]{2,40}){0,4}\s{0,2}[(=\[]|(?:window\.|document\.(?:write|getElement|create|domain))|"
        r"(?:var|let|const)\s(?:googletag|dataLayer|_gaq|_sf_\w{1,30}|\w{0,30}[aA]d[sS]lots?)\b|"
        r"(?:[.#][a-zA-Z][\w-]{1,60}(?:[\s,>:]{1,3}[.#]?[\w-]{1,60}){0,5}|@(?:media|import|font-face)[^{}]{0,120})\s{0,3}\{"),
    "link": r"!?\[(?P<text>[^\[\]\n]{0,300})\]\((?:https?://|/|#|mailto:|www\.)[^()\s]{0,500}\)",
    "glued": r"^\s{0,12}(?P<bullet>[•·▪‣◦●■*–-]\s{0,4})?(?P<number>\d{1,2})(?=[\p{Lu}\p{Lo}\"“‘'«„])",
})

_STARS, _RATING = frozenset("★☆⭐ "), range(3, 7)  # signs of a rating, and how many it has
_DIGITS = 2  # of a number of a list
_TITLE = 5  # tokens of the title of a takeaways box


def detect(material: Material) -> list[Evidence]:
    """Evidence for scraping artefacts."""
    documents = material.documents
    found: list[Evidence] = []
    found += _glued_numbers(material)
    found += _symbols_alone(documents)
    found += _stray_bars(documents)
    for sign, (evidence, names, needed) in _BY_SIGN.items():
        for line, text in documents.texts_of(documents.lines_with(sign)):
            if needed not in text:
                continue
            matches = [match for name in names for match in PATTERNS[name].finditer(text)]
            if matches:
                found += evidence(documents, line, text, matches)
    found += _code(documents)
    found += _invisible(documents)
    return found


def _glued_numbers(material: Material) -> list[Evidence]:
    """Takeaway bullets whose numbers were glued to their words: ``• 1China's …``, ``• 2The …``.

    A block is two such lines or more that count up from one, blank lines between them allowed. Each is evidence of a
    takeaways block, with the repair that drops bullet and number.
    """
    documents = material.documents
    runs: list[list[tuple[int, int]]] = []
    expected, previous = 1, -2
    for line in _numbered(documents):
        match = PATTERNS["glued"].match(documents.text_of(line)[:60])
        if not match or (material.prose.unspaced[line] and not match["bullet"]):
            continue  # "2月17日" is a day: scripts without spaces have none behind a number
        number = int(match["number"])
        gap_blank = previous >= 0 and bool(documents.blank[previous + 1:line].all())
        same = previous >= 0 and documents.document[line] == documents.document[previous]
        if number == 1:
            runs.append([(line, match.end())])
        elif runs and same and gap_blank and number == expected:
            runs[-1].append((line, match.end()))
        else:
            previous = -2
            continue
        expected, previous = number + 1, line
    found = []
    for run in runs:
        if len(run) < 2:
            continue
        title = run[0][0] - 1
        while title >= 0 and documents.blank[title] and documents.document[title] == documents.document[run[0][0]]:
            title -= 1
        if (title >= 0 and documents.document[title] == documents.document[run[0][0]]
                and 0 < documents.tokens[title] <= _TITLE and not material.prose.ended[title]):
            found.append(whole_line(documents, title, Category.TAKEAWAYS, 0.9, "artefacts/title of glued bullets"))
        for line, length in run:
            text = documents.text_between(int(documents.start[line]) + length, int(documents.ink_end[line]))
            found.append(Evidence(line, int(documents.start[line]), int(documents.ink_end[line]),
                                  Category.TAKEAWAYS, 0.99, "artefacts/glued bullet number", replacement=text))
    return found


def _numbered(documents: Documents) -> list[int]:
    """Lines whose first token is a number of one or two digits with a letter or a quote right behind it."""
    if not len(documents.hashes):
        return []
    first = np.minimum(documents.first_token[:-1], len(documents.hashes) - 1)
    end = documents.token_end[first]
    glued = ch.among(ch.UPPER, ch.LETTER, ch.IDEOGRAPH, ch.SYLLABLE, ch.QUOTE)[documents.kinds[end]]
    lines: list[int] = np.flatnonzero((documents.tokens > 0) & documents.numeric[first] & glued
                                      & (end - documents.token_start[first] <= _DIGITS)).tolist()
    return lines


def _symbols_alone(documents: Documents) -> list[Evidence]:
    """Lines of nothing but symbols: emoji, bars, bullets, rules. A few stars are what a critic gives."""
    counts = documents.counts
    signs = counts[:, ch.SYMBOL] + counts[:, ch.BAR]
    others = documents.tokens + counts[:, ch.PUNCTUATION] + counts[:, ch.CURRENCY] + counts[:, ch.QUOTE] \
        + counts[:, ch.TERMINAL] + counts[:, ch.DIGIT] + counts[:, ch.DASH]
    arrows = ch.one_of(documents.first_code, "«»‹›")
    lone_arrow = arrows & (documents.ink_end - documents.ink_start == 1)
    lines = np.flatnonzero(((signs > 0) & (others == 0)) | lone_arrow).tolist()
    return [whole_line(documents, line, Category.WIDGET if counts[line, ch.SYMBOL] else Category.MARKUP,
                       0.92 if signs[line] <= 12 else 0.6, "artefacts/symbols alone") for line in lines
            if signs[line] not in _RATING or not _STARS.issuperset(documents.text_of(line).strip())]


def _stray_bars(documents: Documents) -> list[Evidence]:
    """A bar at the start or the end of a line that is no table row."""
    found = []
    bar = documents.first_code == 0x7C
    last_bar = documents.last_code == 0x7C
    either = (bar != last_bar) & (documents.tokens >= 3) & (documents.counts[:, ch.BAR] == 1)
    for line in np.flatnonzero(either).tolist():
        start, end = int(documents.ink_start[line]), int(documents.ink_end[line])
        if bar[line]:
            after = start + 1
            while documents.kinds[after] == ch.SPACE:
                after += 1
            span = (start, after)
        else:
            before = end - 1
            while documents.kinds[before - 1] == ch.SPACE:
                before -= 1
            span = (before, end)
        found.append(Evidence(line, *span, Category.MARKUP, 0.9, "artefacts/stray bar", whole=False))
    return found


def _tags(documents: Documents, line: int, text: str, matches: Sequence[Match]) -> Iterator[Evidence]:
    """Tags and comments left in a line.

    A tag is certain only where it opens or closes the line or is closed within it: an article may write about
    ``<table>`` in the middle of a sentence.
    """
    stripped = text.strip()
    closed = "</" in text or "/>" in text or "<!--" in text
    return _markup(documents, line, text, [
        match for match in matches if closed or stripped.startswith(match[0]) or stripped.endswith(match[0])], "tag")


def _markup(documents: Documents, line: int, text: str, matches: Sequence[Match], name: str) -> Iterator[Evidence]:
    """Tags, comments, shortcodes, variables and placeholders left in a line."""
    start = int(documents.start[line])
    covered = sum(match.end() - match.start() for match in matches)
    if matches and covered >= len(text.strip()):
        yield whole_line(documents, line, Category.MARKUP, 0.95, f"artefacts/{name}")
        return
    for match in matches:
        end = match.end()
        if match.start() == 0 or text[match.start() - 1].isspace():
            while end < len(text) and text[end] == " ":
                end += 1
        yield Evidence(line, start + match.start(), start + end, Category.MARKUP, 0.93, f"artefacts/{name}",
                       whole=False)


def _code(documents: Documents) -> Iterator[Evidence]:
    """Lines that begin as a script or a style sheet does, ``(function(d, s, id) { var js;`` or ``.banner {``.

    Such a line ends in a brace or a semicolon, as no sentence does.
    """
    for line in np.flatnonzero(ch.one_of(documents.last_code, "{};") & ~documents.blank).tolist():
        if PATTERNS["code"].match(documents.text_of(line).strip()[:400]):
            yield whole_line(documents, line, Category.MARKUP, 0.95, "artefacts/code")


def _entities(documents: Documents, line: int, _text: str, matches: Sequence[Match]) -> Iterator[Evidence]:
    """Character references that were never decoded, each with the character it stands for."""
    import html  # noqa: PLC0415 - its table of entities is large, and few texts have one

    start = int(documents.start[line])
    for match in matches:
        decoded = html.unescape(match[0])
        if decoded != match[0] and len(decoded) <= 2:
            yield Evidence(line, start + match.start(), start + match.end(), Category.MARKUP, 0.93,
                           "artefacts/entity", whole=False, replacement=decoded.replace("\xa0", " "))


def _links(documents: Documents, line: int, text: str, matches: Sequence[Match]) -> Iterator[Evidence]:
    """Markdown links: the address goes, the words stay; an image goes whole."""
    start = int(documents.start[line])
    for match in matches:
        image = match[0].startswith("!")
        if image or not match["text"].strip():
            after = match.end()
            while after < len(text) and text[after] == " ":
                after += 1
            yield Evidence(line, start + match.start(), start + after, Category.MARKUP, 0.92,
                           "artefacts/markdown image", whole=False)
            continue
        yield Evidence(line, start + match.start(), start + match.start("text"), Category.MARKUP, 0.92,
                       "artefacts/markdown link", whole=False)
        yield Evidence(line, start + match.end("text"), start + match.end(), Category.MARKUP, 0.92,
                       "artefacts/markdown link", whole=False)


_Maker = Callable[["Documents", int, str, Sequence["Match"]], Iterator[Evidence]]
_BY_SIGN: dict[str, tuple[_Maker, tuple[str, ...], str]] = {
    "<": (_tags, ("tag", "comment"), ">"),
    "[": (partial(_markup, name="shortcode"), ("shortcode",), "]"),
    "{": (partial(_markup, name="variable"), ("variable",), "}"),
    "%": (partial(_markup, name="placeholder"), ("placeholder",), "%"),
    "&": (_entities, ("entity",), ";"),
    "]": (_links, ("link",), "]("),
}
"""By the character that makes a line worth a look: what is made of it, the expressions of which it must match one, and
what a line must have besides that any of them can match."""


def _invisible(documents: Documents) -> list[Evidence]:
    """Zero-width characters, soft hyphens and byte-order marks inside lines that have other text."""
    found = []
    for line in documents.lines_with("invisible"):
        if documents.blank[line]:
            continue
        start = int(documents.start[line])
        found += [Evidence(line, start + place, start + place + 1, Category.MARKUP, 0.95,
                           "artefacts/invisible character", whole=False)
                  for place, char in enumerate(documents.text_of(line)) if char in ch.SIGNS["invisible"]]
    return found
