"""What the site is known to repeat: whole lines, and runs of tokens inside a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line

if TYPE_CHECKING:
    from cleannews.document import Documents
    from cleannews.repetition import Folded, Known

_AFTER_RUN = (ch.COLON, ch.BAR, ch.DASH, ch.CLOSING, ch.TERMINAL)


def detect(material: Material) -> list[Evidence]:
    """Evidence for what the text's site repeats (`Metadata.site`), for nothing where no templates were loaded.

    The category is that of the surest hit of the lexicon on the line, `template` where there is none.
    """
    if material.templates is None:
        return []
    documents = material.documents
    known = [material.templates.known(data.site) for data in material.metadata]
    known = known or [material.templates.known("")] * len(documents.texts)
    if not any(known):
        return []
    from cleannews.repetition import Folded  # noqa: PLC0415 - most texts are cleaned without templates
    from cleannews.templates import vocabulary  # noqa: PLC0415

    # The shipped word lists, as in learning: a lexicon of the user's own must not fold dates in another way.
    folded = Folded(documents, vocabulary())
    categories = _categories(material)
    found: list[Evidence] = []
    for document, site in enumerate(known):
        if site is None:
            continue
        first, after = int(documents.first_line[document]), int(documents.first_line[document + 1])
        lines, scores = site.lines(folded.line_hashes[first:after])
        for line, score in zip((lines + first).tolist(), scores.tolist(), strict=True):
            found.append(whole_line(documents, line, categories.get(line, Category.TEMPLATE), score,
                                    "templates/line of the site"))
        found += _runs(documents, folded, site, (first, after), set((lines + first).tolist()))
    return found


def _categories(material: Material) -> Mapping[int, Category]:
    """The category of the surest hit of the lexicon on each line that has one."""
    best: dict[int, tuple[float, Category]] = {}
    for hit in material.hits:
        entry = material.lexicon.entries[hit.entry]
        if entry.score > best.get(hit.line, (0.0,))[0]:
            best[hit.line] = (entry.score, entry.category)
    return {line: category for line, (_, category) in best.items()}


def _runs(documents: Documents, folded: Folded, site: Known, lines: tuple[int, int],
          gone: set[int]) -> list[Evidence]:
    """Runs of the site's tokens inside the lines that are not templates as a whole."""
    found = []
    low, high = int(folded.first[lines[0]]), int(folded.first[lines[1]])
    for start, after, score in site.runs(folded, low, high):
        line = int(folded.line[start])
        if line in gone:
            continue
        first, last = int(folded.token[start]), int(folded.last_token[after - 1])
        begin, end = int(documents.token_start[first]), int(documents.token_end[last])
        if start == folded.first[line] and after == folded.first[line + 1]:
            found.append(whole_line(documents, line, Category.TEMPLATE, score, "templates/line of the site"))
            continue
        limit = int(documents.ink_end[line])
        while end < limit and documents.kinds[end] in _AFTER_RUN:
            end += 1
        # The white space on one side goes with the run, so that what stood around it stays one space apart.
        if end < limit:
            while end < limit and documents.kinds[end] == ch.SPACE:
                end += 1
        else:
            while begin > documents.ink_start[line] and documents.kinds[begin - 1] == ch.SPACE:
                begin -= 1
        found.append(Evidence(line, begin, end, Category.TEMPLATE, score, "templates/run of the site", whole=False))
    return found

