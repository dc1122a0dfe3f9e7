"""Lines that look like cruft and are article text (``traps.toml``) stay in an article of their language."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles import ARTICLES, article, between, read_toml

from cleannews import Cleaner
from cleannews.labels import kept_lines

TRAPS = read_toml(Path(__file__).with_name("traps.toml"))["trap"]
MARKS = [
    {"language": kept.language if kept.language in ARTICLES else "en", "line": kept.line}
    for path in sorted(Path(__file__).parent.glob("labels/*.jsonl"))
    for kept in kept_lines(path)
]
"""Lines that reviewers of reports marked as wrongly cut."""
PROFILES = ("article", "auto", "strict")  # `page` is for dumps, where a short line is cruft until proven otherwise


@pytest.fixture(scope="module", params=PROFILES)
def cleaner(request: pytest.FixtureRequest) -> Cleaner:
    return Cleaner(profile=request.param)


def test_there_are_at_least_150_traps_in_ten_languages_each_once():
    assert len({(trap["language"], trap["line"]) for trap in TRAPS}) == len(TRAPS) >= 150
    assert len({trap["language"] for trap in TRAPS}) >= 10


def test_every_trap_is_one_line_with_a_reason():
    for trap in TRAPS:
        assert set(trap) == {"language", "line", "why"}
        assert trap["line"].splitlines() == [trap["line"]]


@pytest.mark.parametrize("language", ARTICLES)
def test_an_article_without_cruft_comes_back_as_it_was(language: str, cleaner: Cleaner):
    assert cleaner.clean(article(language)) == article(language)


@pytest.mark.parametrize(
    "trap", [pytest.param(trap, id=f"{trap['language']}: {trap['line'][:60]}") for trap in TRAPS + MARKS]
)
def test_trap_stays_between_two_paragraphs(trap: dict[str, str], cleaner: Cleaner):
    text = between(trap["line"], language=trap["language"])
    assert [(removal.text, removal.rule) for removal in cleaner.analyze(text).removals] == []
