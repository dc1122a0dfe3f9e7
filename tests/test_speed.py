"""A guard against slowness: cleaning beside ftfy, in processor time of one run, so that a busy machine slows both."""

from __future__ import annotations

import time
from statistics import median

import ftfy
import pytest
from articles import ARTICLES

from cleannews import Cleaner, kernels

CRUFT = ["Share this article", "Related Links", "Photo: Harbour Agency", "3 min read", "Subscribe to our newsletter"]
LEAST = {"strict": 1.4, "article": 1.0, "page": 1.0}
"""How many times as fast as `ftfy.fix_text` at least, on these short texts: half of what was measured."""


def texts() -> list[str]:
    lines = [*ARTICLES["en"], *ARTICLES["de"], *CRUFT]
    return ["\n\n".join(lines[number % len(lines):] + lines[:number % len(lines)]) for number in range(150)]


@pytest.mark.skipif(kernels.NAME != "compiled", reason="the package was built without a C compiler")
@pytest.mark.parametrize("profile", LEAST)
def test_cleaning_is_not_much_slower_than_it_was(profile):
    pages = texts()
    cleaner = Cleaner(profile=profile)
    cleaner.clean(pages[0])
    ratios = []
    for _ in range(5):
        began = time.process_time()
        for page in pages:
            ftfy.fix_text(page)
        between = time.process_time()
        for _ in cleaner.clean_many(pages):
            pass
        ratios.append((between - began) / (time.process_time() - between))
    assert median(ratios) >= LEAST[profile]
