"""Changes that have nothing to do with what is cruft change no decision: dates, names, numbers, quotes, line ends.

The relations are those of `benchmarks.metamorphic`, which tries them on real pages.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from articles import ARTICLES, after, article, before, between
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import news

from benchmarks.metamorphic import RELATIONS, changed
from cleannews import Cleaner

SEEDS = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))]

DATED = [
    before("By Anna Writer", "26 June 2025, 10:30 am"),
    before("Updated June 26, 2025 at 10:30 am"),
    after("Published on Monday, 26 June 2025", "Share this article"),
    between("(Reporting by Peter Writer; Editing by Laura Reader)"),
    after("About the Author", "Martin Writer is a reporter for the Gazette."),
    article().replace("on Tuesday", "on Tuesday, 26 June 2025,").replace("Engineers", "Robert Hill and 12 engineers"),
    after("Related Articles", "Elena Hill to leave the council in September", "Storm of July cost the town 4 million"),
    between("“Not one more winter,” said James Hill, who's 72 and lives at “the Mole”."),
    after('"It\'s over": how Olga Hill won the town\'s heart', "Facebook Twitter WhatsApp Email", "7 comments"),
]
"""Pages with dates, names, numbers and quotation marks in article and cruft."""

TEXTS = [*SEEDS, *DATED, *(article(language) for language in ARTICLES)]
CLEAN = [article(language) for language in ARTICLES]


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_change_changes_no_decision(relation: str, any_cleaner: Cleaner):
    tried, failures = changed(any_cleaner, RELATIONS[relation], TEXTS)
    assert tried or relation in ("CRLF to LF", "NFD to NFC"), "no text has what the relation changes"
    assert failures == []


@pytest.mark.parametrize("back", ["CRLF to LF", "NFD to NFC"])
def test_the_change_back_changes_no_decision(back: str, any_cleaner: Cleaner):
    there = RELATIONS[{"CRLF to LF": "LF to CRLF", "NFD to NFC": "NFC to NFD"}[back]]
    tried, failures = changed(any_cleaner, RELATIONS[back], [there.change(text) for text in TEXTS])
    assert tried
    assert failures == []


OTHER_LETTERS = re.compile(r"[Ã\u3040-\u30ff\uac00-\ud7a3]")


@pytest.mark.parametrize("relation", ["LF to CRLF", "NFC to NFD", "digits of another script", "number"])
@given(page=news())
def test_generated_pages_are_cleaned_alike(relation: str, page: str):
    # A carriage return before a feed is one line end with it: only pages whose line ends are feeds can be changed back.
    text = unicodedata.normalize("NFC", page.replace("\r", ""))
    # Decomposed, mojibake is none, and kana and hangul are other letters: docs/reliability.md.
    assume(relation != "NFC to NFD" or not OTHER_LETTERS.search(text))
    assert changed(Cleaner(keep={"encoding"}), RELATIONS[relation], [text])[1] == []


@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_of_two_articles_laid_end_to_end_nothing_goes(separator: str, any_cleaner: Cleaner):
    pairs = [one.rstrip() + separator + CLEAN[at - step] for at, one in enumerate(CLEAN) for step in (1, 2, 5)]
    assert list(any_cleaner.clean_many(pairs)) == pairs


@given(one=st.sampled_from(CLEAN), page=news())
def test_a_relation_is_not_blind(one: str, page: str):
    """What the relations compare differs where a line is lost, so that they can fail."""
    for relation in RELATIONS.values():
        assert relation.alike(one + page) != relation.alike(page)
