"""Lines that repeat what the caller knows of the page: its title, its author, its site."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import numpy as np

from cleannews.category import Category
from cleannews.document import Documents, hashes_of
from cleannews.evidence import Evidence, Material, Metadata, whole_line

LEAST_TITLE = 3
"""Tokens. A title of one or two words may be a word of the article."""

LONGEST_REMEMBERED = 400
"""Characters of a title or name whose tokens are remembered."""


def detect(material: Material) -> list[Evidence]:
    """Evidence against lines that are the title again, the author's name or the site's."""
    found: list[Evidence] = []
    for document, known in enumerate(material.metadata):
        if known.title or known.author or known.site:
            found += _repeated(material, document, known)
    return found


def _repeated(material: Material, document: int, known: Metadata) -> Iterator[Evidence]:
    documents = material.documents
    title, author, site = (_tokens(text) for text in (known.title, known.author, known.site))
    bare_site = site[:1] if len(site) == 2 else site  # spacewar.com is also written SpaceWar
    longest = max(len(title), len(author) + 5, len(site))
    headed = False
    heads = {tokens[0] for tokens in (title, author, site) if tokens}
    for line, tokens in _short_lines_with(heads, longest, documents, document):
        if len(title) >= LEAST_TITLE and tokens == title:
            # The first copy is the headline over the article, later ones are furniture.
            category = Category.DUPLICATE if headed else Category.HEADLINE
            yield whole_line(documents, line, category, 0.95, "metadata/title")
            headed = True
        elif (len(author) >= 2 and len(tokens) <= len(author) + 5 and set(author) <= set(tokens)
              and not _ended(material, line)):
            yield whole_line(documents, line, Category.BYLINE, 0.93, "metadata/author")
        elif site and tokens in (site, bare_site):
            yield whole_line(documents, line, Category.LABEL, 0.9, "metadata/site")


def _short_lines_with(wanted: Collection[int], longest: int, documents: Documents,
                      document: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The lines of a text that have one of the wanted tokens and no more than so many in all, each with its tokens."""
    lines = documents.lines_of(document)
    first = documents.first_token[lines.start:lines.stop + 1]
    begin = int(first[0])
    hashes = documents.hashes[begin:int(first[-1])]
    sums = np.concatenate([[0], np.cumsum(np.isin(hashes, np.array(list(wanted), np.uint64)))])
    short = np.diff(first) <= longest
    for line in np.flatnonzero(short & (np.diff(sums[first - begin]) > 0)).tolist():
        yield lines[line], tuple(hashes[first[line] - begin:first[line + 1] - begin].tolist())


def _tokens(text: str) -> tuple[int, ...]:
    """The tokens of a title or a name."""
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _cut(text)


def _cut(text: str) -> tuple[int, ...]:
    return tuple(hashes_of([text]).tolist()) if text else ()


_remembered = lru_cache(maxsize=1 << 10)(_cut)  # names come again from text to text, a title with the same page


def _ended(material: Material, line: int) -> bool:
    return bool(material.prose.ended[line])
