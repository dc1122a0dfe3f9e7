"""Lines that stand in the text more than once."""

from __future__ import annotations

import numpy as np

from cleannews import characters as ch
from cleannews.category import Category
from cleannews.document import mixed
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
    marks = line_hashes(material)[candidates]
    _, first = np.unique(marks, return_index=True)
    if len(first) == len(marks):
        return []
    copies = np.ones(len(marks), bool)
    copies[first] = False
    found = []
    for line in candidates[copies].tolist():
        score = 0.8 if prose.prose[line] else 0.49  # a short line may be meant to stand twice
        found.append(whole_line(documents, line, Category.DUPLICATE, score, "repeats/second copy of a line"))
    return found


def line_hashes(material: Material) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A hash of each line's tokens and of the text it stands in."""
    documents = material.documents
    place = np.arange(len(documents.hashes), dtype=np.uint64)
    first = np.repeat(documents.first_token[:-1], documents.tokens).astype(np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(
        mixed(documents.hashes + (place - first) * np.uint64(0x9E3779B97F4A7C15)), dtype=np.uint64)])
    token_sums = sums[documents.first_token[1:]] - sums[documents.first_token[:-1]]
    return mixed(token_sums + documents.document.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93))
