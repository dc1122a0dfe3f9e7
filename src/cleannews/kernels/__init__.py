"""The inner loops: everything that looks at single characters, tokens or trees, and nothing that knows of cruft.

`reference` has them in numpy and tells what each computes; `compiled` has the same in C. The compiled ones are used
where the package was built with a C compiler, unless the environment variable CLEANNEWS_KERNELS is ``reference``. Both
give the same arrays for every input (``tests/test_kernels.py``), so that a text is cleaned alike everywhere.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CLEANNEWS_KERNELS") == "reference":
    from cleannews.kernels import reference as chosen
else:
    try:
        from cleannews.kernels import compiled as chosen
    except ImportError:
        from cleannews.kernels import reference as chosen

__all__ = ["NAME", "add_trees", "best_runs", "classify", "count_lists", "count_marks", "distances", "find_keys",
           "look_up", "match_phrases", "measure", "ngram_sums", "number_words", "shared_words", "tokenize",
           "window_means"]

NAME: str = chosen.__name__.rpartition(".")[2]
"""Which are used: ``compiled`` or ``reference``."""

classify = chosen.classify
measure = chosen.measure
tokenize = chosen.tokenize
find_keys = chosen.find_keys
look_up = chosen.look_up
count_lists = chosen.count_lists
count_marks = chosen.count_marks
number_words = chosen.number_words
match_phrases = chosen.match_phrases
ngram_sums = chosen.ngram_sums
add_trees = chosen.add_trees
window_means = chosen.window_means
best_runs = chosen.best_runs
shared_words = chosen.shared_words
distances = chosen.distances
