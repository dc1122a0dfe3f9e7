"""Lines that repeat what the caller knows of the page: its title, its author, its site."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from cleannews.category import Category
from cleannews.document import Documents
from cleannews.evidence import Evidence, Material, whole_line

LEAST_TITLE = 3
"""Tokens. A title of one or two words may be a word of the article."""

Tokens = tuple[int, ...]
"""The hashes of the tokens of a line or a name."""


def detect(material: Material) -> list[Evidence]:
    """Evidence against lines that are the title again, the author's name or the site's."""
    if not any(known.title or known.author or known.site for known in material.metadata):
        return []
    said = Documents([name for known in material.metadata for name in (known.title, known.author, known.site)])
    found: list[Evidence] = []
    for document in range(len(material.metadata)):
        title, author, site = (tuple(said.tokens_of(3 * document + which).tolist()) for which in range(3))
        if title or author or site:
            found += _repeated(material, document, title, author, site)
    return found


def _repeated(material: Material, document: int, title: Tokens, author: Tokens, site: Tokens) -> Iterator[Evidence]:
    documents = material.documents
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
              and not material.prose.ended[line]):
            yield whole_line(documents, line, Category.BYLINE, 0.93, "metadata/author")
        elif site and tokens in (site, bare_site):
            yield whole_line(documents, line, Category.LABEL, 0.9, "metadata/site")


def _short_lines_with(wanted: Collection[int], longest: int, documents: Documents,
                      document: int) -> Iterator[tuple[int, Tokens]]:
    """The lines of a text that have one of the wanted tokens and no more than so many in all, each with its tokens."""
    lines = documents.lines_of(document)
    first = documents.first_token[lines.start:lines.stop + 1]
    hashes = documents.tokens_of(document)
    first = first - first[0]
    sums = np.concatenate([[0], np.cumsum(np.isin(hashes, np.array(list(wanted), np.uint64)))])
    short = np.diff(first) <= longest
    for line in np.flatnonzero(short & (np.diff(sums[first]) > 0)).tolist():
        yield lines[line], tuple(hashes[first[line]:first[line + 1]].tolist())
