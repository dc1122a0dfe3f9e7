"""Lines that stand in the text more than once."""

from __future__ import annotations

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.evidence import Evidence, Material, whole_line

LEAST_WORDS = 7
"""Words. Shorter lines repeat in tables, interviews and lists."""


def detect(material: Material) -> list[Evidence]:
    """Evidence against every copy but the first of a line of some length.

    The first copy stays: a pull quote repeats what has been said, a teaser at the end repeats what stands above it.
    """
    documents, prose = material.documents, material.prose
    rows_of_tables = documents.counts[:, ch.BAR] >= 2
    candidates = np.flatnonzero((prose.words >= LEAST_WORDS) & ~rows_of_tables)
    if len(candidates) < 2:
        return []
    marks = documents.line_hashes[candidates]
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    copies = np.sort(order[1:][ordered[1:] == ordered[:-1]])
    found = []
    for line in candidates[copies].tolist():
        score = 0.8 if prose.prose[line] else 0.6
        found.append(whole_line(documents, line, Category.DUPLICATE, score, "repeats/second copy of a line"))
    return found
