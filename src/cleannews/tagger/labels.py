"""Which lines of a text are article and which are cruft, told from the known article text.

A line is article where at least 80% of its tokens are covered by four-token shingles of the article, cruft where at
most 20% are; between the two it teaches nothing. A line of under four tokens must be a line of the article.
"""

from __future__ import annotations

import numpy as np

from cleannews.document import Documents
from cleannews.kernels.hashing import STEP, mixed

SHINGLE = 4
"""Tokens of a shingle."""

ARTICLE, CRUFT, UNDECIDED = 0, 1, -1


def label_lines(documents: Documents, gold: str) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """A label for every line of a `Documents` of one text, shape (lines,): ARTICLE, CRUFT or UNDECIDED.

    Blank lines are UNDECIDED.
    """
    article = Documents([gold])
    known = np.unique(shingles(article.hashes))
    whole = {tuple(article.hashes[first:first + count].tolist())
             for first, count in zip(article.first_token, article.tokens.tolist(), strict=False) if count}
    hashes = documents.hashes
    runs = shingles(hashes)
    hit = np.isin(runs, known)
    labels = np.full(documents.line_count, UNDECIDED, np.int8)
    for line in np.flatnonzero(documents.tokens > 0).tolist():
        first, last = int(documents.first_token[line]), int(documents.first_token[line + 1])
        if tuple(hashes[first:last].tolist()) in whole:
            labels[line] = ARTICLE
        elif last - first < SHINGLE:
            labels[line] = CRUFT
        else:
            covered = np.zeros(last - first, bool)
            for step in range(SHINGLE):
                inside = hit[first:last - SHINGLE + 1]
                covered[step:step + len(inside)] |= inside
            share = covered.mean()
            labels[line] = ARTICLE if share >= 0.8 else CRUFT if share <= 0.2 else UNDECIDED
    return labels


def shingles(hashes: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A hash of each run of `SHINGLE` tokens, given the hashes of the tokens: shape (tokens - SHINGLE + 1,) or (0,)."""
    if len(hashes) < SHINGLE:
        return np.zeros(0, np.uint64)
    run = hashes[:len(hashes) - SHINGLE + 1].copy()
    for step in range(1, SHINGLE):
        run = run * STEP + hashes[step:len(hashes) - SHINGLE + 1 + step]
    return mixed(run)
