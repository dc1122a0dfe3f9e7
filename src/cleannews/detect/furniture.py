"""The furniture of a news page: timestamps, bylines, captions, contacts, share bars, breadcrumbs, counters.

Wordings are the lexicon's; here stands what a line shows by its shape and its words' kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line
from cleannews.patterns import Patterns
from cleannews.prose import Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents

PATTERNS = Patterns({
    "date": r"(?<!\d)(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{1,2}:\d{2})",
    "year or time": r"(?<!\d)(?:\d{4}(?!\d)|\d{1,2}[:.h]\d{2}(?!\d))",
    "hours": r"(?<![\d./–—-])\d{1,2}(?:[:.h]\d{2})?\s?[–—-]\s?\d{1,2}(?:[:.h]\d{2})?(?![\d–—-]|[./]\d)",
    "day": r"(?<!\d)(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4})(?!\d)",
    "days": (
        r"(?<!\d)(?:\d{4}\s?([-/.年])\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{1,2}月\d{1,2}日)"
        r"(?!\d)"),
    "clock": r"(?<![\d:.])\d{1,2}(?:[:h]|\s?[時时]\s?|\s?시\s?)\d{2}(?![\d:])",
    "initials": r"[(\[](?!sic)\p{Ll}{2,4}(?:[/,.–-]\s?\p{Ll}{2,4}){0,3}[)\]]",
    "hashtag": r"#[^\s#,،、]{2,40}",
    "address": r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}",
    "url": r"(?i)(?:https?://|www\.|pic\.(?:twitter|x)\.com/|t\.co/)\S{3,600}",
    "crumb": r"[›»>→/|]",
    "dated": (
        r"(?i)^\s{0,12}(?:(?:date|dated|published|posted|updated|modified|created|publish(?:ed)?[_ ]date|datum|fecha)"
        r"(?:\s(?:on|at|am|le|el))?\s{0,3}:?\s{0,3})"
        r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
        r"(?:[T ,]{0,2}\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)?"
        r"(?:\s?(?:Z|GMT|UTC|[+-]\d{2}:?\d{2}))?\s{0,3}[|:–—-]?\s{1,6}(?=\S)"),
    "participle": (
        r"\b\p{Ll}{2,14}(?:ed\s(?:alongside|along|at|beside|between|by|in|inside|near|next|on|onto|outside|over|under|"
        r"with)|ing\s(?:alongside|along|at|beside|between|by|in|inside|into|near|next|on|onto|outside|over|through|to|"
        r"towards?|under|with|a|an|her|his|its|their))\b"),
    "english": r"(?i)\bthe\b",
    "known": r"(?i)\b(?:the|this|that|these|those|he|she|they|it|who|which)\b|[—–]|\s-\s",
})

_HOMES = frozenset([
    "home", "homepage", "startseite", "start", "accueil", "inicio", "início", "hem", "forside", "etusivu", "ana sayfa",
    "strona główna", "главная", "головна", "αρχική", "domov", "acasă", "početna", "kezdőlap", "beranda", "trang chủ",
    "inici", "portada", "titulinis", "pradžia", "sākums", "avaleht", "esileht", "tuis",
    "首页", "首頁", "ホーム", "トップ", "홈", "الرئيسية",
])
_PARTICLE = 3  # letters of a word that a name may hold small: and, von, de
_EDGE = 12
_AUTHOR_BOX = 5
_HEAD_PROSE = 2
_MOST_CONTACT = 40
_DATELINE, _NAMED = 16, 5  # tokens of a name with a date, of the name
_DATELINES = 3  # of one text, at the most
_STAMPS = 4  # stamps under one another, at the most: published, updated, how long ago, how long to read
_PAIR_DIGITS, _LONGEST_PAIR = 12, 40  # digits of two dates with times, at the least; tokens, at the most
_INITIALS = 4  # of authors of one text, at the most
_SENTENCE = 6  # words before an e-mail address


def detect(material: Material) -> list[Evidence]:
    """Evidence for page furniture."""
    return [*_timestamps(material), *_stamp_pairs(material), *_datelines(material), *_dated_prefixes(material),
            *_share_bars(material), *_hashtags(material), *_contacts(material), *_addresses(material),
            *_breadcrumbs(material), *_author_boxes(material), *_initials(material), *_alternative_texts(material)]


def _timestamps(material: Material) -> Iterator[Evidence]:
    """Lines of nothing but dates, times and the words that go with them.

    A bare number is no timestamp, a month with a year alone may head a part of an article, and what heads the entries
    of a chronology is none, nor are hours from … to …, when something is open, and how long a dish takes (``Time: 50
    minutes``).
    """
    documents, prose = material.documents, material.prose
    dated, timed = prose.count(Mark.DATE), prose.count(Mark.CLOCK)
    whole = prose.stamps & ((dated > 0) | (timed > 0)) & (documents.counts[:, ch.BAR] < 3) & ~prose.entry_heads
    listed = _in_runs(documents, whole)
    for line in np.flatnonzero(whole).tolist():
        first = int(documents.first_token[line])
        if PATTERNS["hours"].search(documents.text_of(line)) or _lasts(material, first):
            continue
        full = bool(prose.numbers[line] >= 2) or bool(timed[line] >= 2) or _long_number(material, first, line)
        score = 0.6 if not full else 0.9 if _at_edge(material, line) and not listed[line] else 0.75
        yield whole_line(documents, line, Category.TIMESTAMP, score, "furniture/date and time alone")
    # Rows of tables and shares are figures too: "| 1/1/2013 | +13.1% |".
    numeric_alone = ((prose.numbers == documents.tokens) & (documents.tokens > 0) & (documents.tokens <= 3)
                     & (documents.counts[:, ch.BAR] <= 2)
                     & (documents.counts[:, ch.PUNCTUATION] == 0) & ~prose.entry_heads)
    for line in np.flatnonzero(numeric_alone).tolist():
        if _long_number(material, int(documents.first_token[line]), line):
            score = 0.9 if _at_edge(material, line) else 0.75
            yield whole_line(documents, line, Category.TIMESTAMP, score, "furniture/date in figures alone")


def _in_runs(documents: Documents, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines stand in runs of more than `_STAMPS` marked lines: a list of days, not when a page was published."""
    visible = np.flatnonzero(~documents.blank)
    owner = documents.document[visible]
    runs = np.append(True, (owner[1:] != owner[:-1]) | (marked[visible[1:]] != marked[visible[:-1]]))[:len(visible)]
    number = np.cumsum(runs) - 1
    found = np.zeros(documents.line_count, bool)
    found[visible] = marked[visible] & (np.bincount(number)[number] > _STAMPS)
    return found


def _stamp_pairs(material: Material) -> Iterator[Evidence]:
    """When a page was published and when it was changed: two days, each with its time, in one line.

    ``De Jane Doe, Vineri, 22 aprilie 2022, 11:03. Ultima actualizare Vineri, 22 aprilie 2022, 15:40``
    """
    documents, prose = material.documents, material.prose
    maybe = ((documents.counts[:, ch.DIGIT] >= _PAIR_DIGITS) & (documents.tokens <= _LONGEST_PAIR) & ~prose.ended
             & ~prose.entry_heads)
    months = prose.count(Mark.MONTH)
    for line, text in documents.texts_of(np.flatnonzero(maybe).tolist()):
        if text.count("|") >= 2 or len(PATTERNS["clock"].findall(text)) < 2:
            continue
        if months[line] >= 2 or len(PATTERNS["days"].findall(text)) >= 2:
            yield whole_line(documents, line, Category.TIMESTAMP, 0.9 if _at_edge(material, line) else 0.75,
                             "furniture/two dates with times")


def _lasts(material: Material, first: int) -> bool:
    """Whether a line's first token says with a colon that it tells how long something takes."""
    documents = material.documents
    behind = int(documents.token_end[first])
    behind += bool(documents.kinds[behind] == ch.SPACE)  # French has one before its colons
    named = material.prose.tokens(Mark.LASTING, slice(first, first + 1))
    return bool(named.all() and documents.kinds[behind] == ch.COLON)


def _datelines(material: Material) -> Iterator[Evidence]:
    """A name or a place with a full date or a time, above the article: ``Pune | Updated: January 22, 2024 09:14 IST``.

    ``Jane Doe · 8 September 2023``, ``AFP / 11 octobre 2023 14h08``. Many such lines are a programme.
    """
    documents, prose = material.documents, material.prose
    others = documents.tokens - prose.count(Mark.STAMP)
    maybe = ((prose.numbers >= 2) & (others >= 1) & (others <= _NAMED) & ~prose.ended
             & (documents.tokens <= _DATELINE) & (documents.counts[:, ch.BAR] < 3)
             & (documents.last_kind != ch.COLON))
    if not maybe.any():
        return
    maybe &= _paragraphs_above(material) == 0
    found = [line for line in np.flatnonzero(maybe).tolist() if _full_date(material, line)]
    owners = documents.document[found]
    many = np.bincount(owners, minlength=len(documents.texts)) > _DATELINES
    for line in np.array(found, np.int64)[~many[owners]].tolist():
        yield whole_line(documents, line, Category.TIMESTAMP, 0.85, "furniture/name and date")


def _full_date(material: Material, line: int) -> bool:
    """Whether a line has a day with its year or a time: a number beside a month, or a date in figures."""
    documents, prose = material.documents, material.prose
    text = documents.text_of(line)
    tokens = slice(int(documents.first_token[line]), int(documents.first_token[line + 1]))
    number, month = documents.numeric[tokens], prose.tokens(Mark.MONTH, tokens)
    named = bool((month[:-1] & number[1:]).any() or (month[1:] & number[:-1]).any())
    return (named and PATTERNS["year or time"].search(text) is not None) or PATTERNS["day"].search(text) is not None


def _at_edge(material: Material, line: int) -> bool:
    """Whether a line stands near the start or the end of its text, where publication dates stand."""
    documents = material.documents
    document = int(documents.document[line])
    return (line - int(documents.first_line[document]) < _EDGE
            or int(documents.first_line[document + 1]) - line <= _EDGE)


def _long_number(material: Material, first: int, line: int) -> bool:
    """Whether one of the line's numbers is written as a date or a time of day."""
    documents = material.documents
    text = documents.text_between(int(documents.token_start[first]), int(documents.ink_end[line]))
    return PATTERNS["date"].search(text) is not None


def _dated_prefixes(material: Material) -> Iterator[Evidence]:
    """A field name and a date at the head of a paragraph: `` date 2025-06-26 Beijing has long …``."""
    documents, prose = material.documents, material.prose
    candidates = prose.sentence & (documents.tokens >= 8)
    second = np.minimum(documents.first_token[:-1] + 1, max(len(documents.numeric) - 1, 0))
    if len(documents.numeric):
        third = np.minimum(second + 1, len(documents.numeric) - 1)
        candidates = candidates & (documents.numeric[second] | documents.numeric[third])
    for line in np.flatnonzero(candidates).tolist():
        match = PATTERNS["dated"].match(documents.text_of(line)[:120])
        if match:
            start = int(documents.start[line])
            yield Evidence(line, start, start + match.end(), Category.TIMESTAMP, 0.95, "furniture/dated prefix",
                           whole=False)


def _bylines(material: Material) -> list[int]:
    """Lines that are a by-word and a name or two: ``By Jane Doe and JOHN ROE, Staff Writers``."""
    documents, prose = material.documents, material.prose
    first = documents.first_token[:-1]
    short = np.flatnonzero((documents.tokens >= 2) & (documents.tokens <= 12) & ~prose.ended & (prose.numbers == 0))
    opened = prose.tokens(Mark.BY)[first[short]]
    found = []
    for line in short[opened].tolist():
        names = slice(int(first[line]) + 1, int(first[line]) + int(documents.tokens[line]))
        small = (documents.kinds[documents.token_start[names]] != ch.UPPER) & (
            documents.token_end[names] - documents.token_start[names] > _PARTICLE)
        if not small.any() and documents.first_kind[line] == ch.UPPER:
            found.append(line)
    return found


def _share_bars(material: Material) -> Iterator[Evidence]:
    """Lines of nothing but platforms: ``Facebook Twitter WhatsApp Email``."""
    documents, prose = material.documents, material.prose
    platforms = prose.count(Mark.PLATFORM)
    whole = (platforms == documents.tokens) & (documents.tokens >= 2) & (documents.tokens <= 16) & ~prose.ended
    for line in np.flatnonzero(whole).tolist():
        yield whole_line(documents, line, Category.SHARE, 0.93, "furniture/platforms alone")


def _hashtags(material: Material) -> Iterator[Evidence]:
    """Lines of nothing but hashtags: ``#harbour #wall``. One alone may be what the article speaks of."""
    documents = material.documents
    starts = np.flatnonzero(documents.first_code == ord("#"))
    for line, text in documents.texts_of(starts[~documents.blank[starts]].tolist()):
        tags = PATTERNS["hashtag"].findall(text)
        if len(tags) > 1 and not PATTERNS["hashtag"].sub("", text).strip(" \t,،、"):
            yield whole_line(documents, line, Category.TAGS, 0.9, "furniture/hashtags alone")


def _initials(material: Material) -> Iterator[Evidence]:
    """The initials of who wrote, in brackets and alone below the last paragraph: ``(mra)``, ``(rzl/hnd)``."""
    documents = material.documents
    short = (documents.first_kind == ch.OPENING) & (documents.tokens <= _INITIALS)
    paragraphs = np.add.reduceat(material.prose.prose, documents.first_line[:-1], dtype=np.int64)
    last = (paragraphs > 0)[documents.document] & (_paragraphs_above(material) == paragraphs[documents.document])
    for line, text in documents.texts_of(np.flatnonzero(short & last).tolist()):
        if PATTERNS["initials"].fullmatch(text.strip()):
            yield whole_line(documents, line, Category.CREDIT, 0.9, "furniture/initials alone")


def _contacts(material: Material) -> Iterator[Evidence]:
    """Short lines that hold an e-mail address; behind a sentence only the address goes."""
    documents = material.documents
    for line in documents.lines_with("@"):
        if documents.tokens[line] > _MOST_CONTACT:
            continue
        text = documents.text_of(line)
        match = PATTERNS["address"].search(text)
        if not match:
            continue
        before, behind = text[:match.start()].rstrip(" \t("), text[match.end():].strip(" \t\r\n)")
        start = int(documents.start[line]) + len(before)
        if len(before.split()) >= _SENTENCE and documents.kinds[start - 1] in (ch.TERMINAL, ch.QUOTE):
            if not behind:
                yield Evidence(line, start, int(documents.ink_end[line]), Category.CREDIT, 0.93,
                               "furniture/e-mail address", whole=False)
            continue
        alone = len(match[0]) * 2 >= len(text.strip())
        yield whole_line(documents, line, Category.CREDIT, 0.9 if alone else 0.7, "furniture/e-mail address")


def _addresses(material: Material) -> Iterator[Evidence]:
    """Lines that are nothing but a web address."""
    documents = material.documents
    spaces = documents.counts[:, ch.SPACE]
    for line in np.flatnonzero((spaces <= 2) & (documents.tokens >= 2) & (documents.counts[:, ch.BAR] >= 1)).tolist():
        text = documents.text_of(line).strip()
        if PATTERNS["url"].fullmatch(text):
            picture = text.startswith("pic.")
            yield whole_line(documents, line, Category.WIDGET if picture else Category.NAVIGATION,
                             0.93 if picture else 0.8, "furniture/web address alone")


def _breadcrumbs(material: Material) -> Iterator[Evidence]:
    """``Home › News › World``: short names with arrows between them.

    Below the first paragraph the arrows may show a way through menus, as in a how-to. As many bars in the line above or
    below are those of a table.
    """
    documents, prose = material.documents, material.prose
    maybe = (documents.tokens <= 16) & ~prose.ended & (prose.numbers == 0)
    above = _paragraphs_above(material)
    for line, whole in documents.texts_of([line for line in documents.lines_with("crumb") if maybe[line]]):
        text = whole.strip()
        if text.startswith("|") or text.endswith("|"):
            continue  # a table row
        names = PATTERNS["crumb"].split(text)
        if len(names) < 3 and not (len(names) == 2 and "»" in text and "«" not in text):
            continue
        words = [len(name.split()) for name in names]
        if min(words) > 0 and max(words) <= 4:
            home = names[0].strip().casefold() in _HOMES
            if not home and _in_table(documents, line):
                continue
            arrows = any(sign in text for sign in "›»→>")
            score = 0.93 if home else 0.85 if arrows and not above[line] else 0.6
            yield whole_line(documents, line, Category.NAVIGATION, score, "furniture/breadcrumb")


def _in_table(documents: Documents, line: int) -> bool:
    """Whether a line has bars, and the visible line above or below it as many."""
    bars = documents.text_of(line).count("|")
    around = documents.lines_of(int(documents.document[line]))
    for beside in (range(line - 1, around.start - 1, -1), range(line + 1, around.stop)):
        other = next((other for other in beside if not documents.blank[other]), line)
        if bars and other != line and documents.text_of(other).count("|") == bars:
            return True
    return False


def _author_boxes(material: Material) -> Iterator[Evidence]:
    """A paragraph of short capitalised lines of which one is a byline: name, role and outlet under one another."""
    documents = material.documents
    named = _bylines(material)
    for line in named:
        yield whole_line(documents, line, Category.BYLINE, 0.9, "furniture/byline")
    bylines = sorted({*named, *material.lines_hit((Category.BYLINE, Category.CREDIT)).tolist()})
    done = -1
    for line in bylines:
        if line < done or not _capitalised(material, line):
            continue
        first, last = _paragraph(material, line)
        if 2 <= last - first <= _AUTHOR_BOX and all(_capitalised(material, other) for other in range(first, last)):
            for other in range(first, last):
                if other != line:
                    yield whole_line(documents, other, Category.BYLINE, 0.9, "furniture/author box")
            done = last


def _paragraph(material: Material, line: int) -> tuple[int, int]:
    """The run of visible lines around a line: ``[first, last)``, at most `_AUTHOR_BOX` + 1 lines each way."""
    documents = material.documents
    document = documents.document[line]
    first = last = line
    while (first > 0 and line - first <= _AUTHOR_BOX and not documents.blank[first - 1]
           and documents.document[first - 1] == document):
        first -= 1
    while (last < documents.line_count and last - line <= _AUTHOR_BOX and not documents.blank[last]
           and documents.document[last] == document):
        last += 1
    return first, last


def _capitalised(material: Material, line: int) -> bool:
    """Whether a line is a few words that begin with capitals and no sentence."""
    documents, prose = material.documents, material.prose
    if not 0 < documents.tokens[line] <= 8 or prose.ended[line]:
        return False
    first, last = int(documents.first_token[line]), int(documents.first_token[line + 1])
    heads = documents.kinds[documents.token_start[first:last]]
    return bool((heads == ch.UPPER).sum() * 3 >= 2 * (last - first))


def _alternative_texts(material: Material) -> Iterator[Evidence]:
    """A picture's alternative text: one short sentence without a finite verb, alone in its paragraph.

    ``Military ship docked alongside a modern city skyline.`` In English texts only, where finite verbs can be told by a
    list and a participle before a preposition shows what the picture shows. It knows nobody, no place and no day, and
    has no "the", as an article's first sentence does ("Fires burned in the hills."). Only above the second paragraph of
    prose.
    """
    documents, prose = material.documents, material.prose
    finite = prose.count(Mark.FINITE) + prose.count(Mark.DATE)
    maybe = (prose.ended & (prose.words >= 5) & (prose.words <= 18) & (finite == 0) & (prose.numbers == 0)
             & (documents.counts[:, ch.TERMINAL] == 1) & (documents.counts[:, ch.QUOTE] == 0)
             & (documents.first_kind == ch.UPPER) & (prose.count(Mark.CAPITAL) == 1))
    english: dict[int, bool] = {}
    for line in np.flatnonzero(maybe & (_paragraphs_above(material) < _HEAD_PROSE)).tolist():
        first, last = _paragraph(material, line)
        text = documents.text_of(line)
        document = int(documents.document[line])
        if document not in english:
            english[document] = PATTERNS["english"].search(documents.texts[document]) is not None
        shown = PATTERNS["participle"].search(text) and not PATTERNS["known"].search(text)
        if english[document] and last - first == 1 and shown:
            yield whole_line(documents, line, Category.CAPTION, 0.9, "furniture/alternative text")


def _paragraphs_above(material: Material) -> NDArray[np.int64]:
    """How many paragraphs of prose stand above each line in its text."""
    documents = material.documents
    paragraphs = np.concatenate([[0], np.cumsum(material.prose.prose)])
    above: NDArray[np.int64] = paragraphs[:-1] - paragraphs[documents.first_line[documents.document]]
    return above
