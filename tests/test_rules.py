"""The five rules that never bend, on generated pages and on arbitrary code points, for every profile."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import CRUFT, PARAGRAPHS, articles, news, texts

from cleannews import Category, Cleaner, Result
from cleannews import cleaner as cleaner_module
from cleannews.category import REPAIRABLE

CLEANERS = {profile: Cleaner(profile=profile) for profile in ("article", "page", "strict", "auto")}
each_profile = pytest.mark.parametrize("profile", CLEANERS)


# Removal only


@each_profile
@given(text=texts)
def test_what_was_kept_and_what_was_removed_is_the_input(text: str, profile: str):
    assert CLEANERS[profile].analyze(text).restore() == text


@each_profile
@given(text=texts)
def test_removals_are_in_order_apart_and_inside_the_text(text: str, profile: str):
    place = 0
    for removal in CLEANERS[profile].analyze(text).removals:
        assert place <= removal.start < removal.end <= len(text)
        place = removal.end


@each_profile
@given(text=texts)
def test_the_clean_text_is_the_input_with_the_spans_replaced(text: str, profile: str):
    result = CLEANERS[profile].analyze(text)
    parts, place = [], 0
    for removal in result.removals:
        parts += [text[place : removal.start], removal.replacement]
        place = removal.end
    assert "".join([*parts, text[place:]]) == result.text


# Every cut says why


@each_profile
@given(text=texts)
def test_every_removal_has_its_text_a_category_a_score_and_a_rule(text: str, profile: str):
    for removal in CLEANERS[profile].analyze(text).removals:
        assert removal.text == text[removal.start : removal.end]
        assert isinstance(removal.category, Category)
        assert 0 < removal.score <= 1
        assert "/" in removal.rule


@given(text=texts)
def test_only_categories_with_a_repair_replace_text(text: str):
    for removal in CLEANERS["page"].analyze(text).removals:
        assert not removal.replacement or removal.category in REPAIRABLE


@given(text=texts)
def test_a_result_can_be_written_as_json(text: str):
    result = CLEANERS["article"].analyze(text)
    assert json.loads(json.dumps(result.as_dict()))["text"] == result.text


# Prose is sacred


@each_profile
@given(paragraphs=articles, separator=st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_an_article_without_cruft_comes_back_as_it_was(paragraphs: list[str], separator: str, profile: str):
    text = separator.join(paragraphs)
    assert CLEANERS[profile].clean(text) == text


@each_profile
@given(paragraphs=articles, page=news())
def test_a_document_that_has_prose_keeps_prose(paragraphs: list[str], page: str, profile: str):
    kept = CLEANERS[profile].clean("\n\n".join([*paragraphs, page]))
    assert any(paragraph in kept for paragraph in paragraphs)


@pytest.mark.parametrize("profile", ["article", "strict"])
@given(
    paragraphs=articles,
    cruft=st.lists(st.sampled_from(CRUFT), min_size=1, max_size=6, unique=True),
    separator=st.sampled_from(["\n", "\n\n"]),
)
def test_cruft_below_an_article_changes_nothing_in_it(
    paragraphs: list[str], cruft: list[str], separator: str, profile: str
):
    text = separator.join(paragraphs)
    cleaner = CLEANERS[profile]
    assert cleaner.clean(separator.join([text, *cruft])).startswith(cleaner.clean(text))


@each_profile
@given(text=texts, kept=st.sets(st.sampled_from(list(Category)), min_size=1, max_size=6))
def test_categories_set_to_keep_are_never_cut(text: str, kept: set[Category], profile: str):
    removals = Cleaner(profile=profile, keep=kept).analyze(text).removals
    assert {removal.category for removal in removals} & kept == set()


@given(text=texts)
def test_nothing_is_cut_where_every_category_is_kept(text: str):
    assert Cleaner(profile="page", keep=list(Category)).clean(text) == text


# Idempotent and deterministic


@each_profile
@given(text=texts)
def test_cleaning_a_clean_text_changes_nothing(text: str, profile: str):
    once = CLEANERS[profile].clean(text)
    assert CLEANERS[profile].clean(once) == once


@given(text=texts, mended=st.sets(st.sampled_from(sorted(REPAIRABLE))))
def test_cleaning_a_repaired_text_changes_nothing(text: str, mended: set[Category]):
    cleaner = Cleaner(repair=mended)
    once = cleaner.clean(text)
    assert cleaner.clean(once) == once


@given(text=texts)
def test_every_text_settles(text: str):
    assert CLEANERS["page"].analyze(text).settled


def results(cleaner: Cleaner, pages: list[str]) -> list[Result]:
    return [cleaner.analyze(page) for page in pages]


@given(text=texts)
def test_a_new_cleaner_finds_the_same(text: str):
    assert Cleaner().analyze(text) == CLEANERS["article"].analyze(text)


@each_profile
@given(pages=st.lists(texts, max_size=6), batch=st.sampled_from([1, 300, 2_000, cleaner_module.BATCH]))
def test_many_texts_are_cleaned_as_each_alone_in_any_batch(
    pages: list[str], batch: int, profile: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cleaner_module, "BATCH", batch)
    cleaner = CLEANERS[profile]
    alone = results(cleaner, pages)
    assert list(cleaner.analyze_many(pages)) == alone
    assert list(cleaner.clean_many(pages)) == [result.text for result in alone]


def test_no_texts_at_all_are_no_trouble():
    assert list(CLEANERS["article"].clean_many([])) == []


def test_the_order_of_hashing_changes_nothing():
    """Another process with another seed for Python's own hashes gives the same output."""
    page = "\n".join(line for pair in zip(PARAGRAPHS, CRUFT, strict=False) for line in pair)
    program = "import sys; from cleannews import analyze; print(ascii(analyze(sys.argv[1], profile='page')))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, page],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


# Linear: no input hangs or crashes


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "\n",
        ". ",
        "|",
        "1 ",
        "<",
        "&",
        "[](",
        "{{",
        "» ",
        "Advertisement ",
        "中",
        "@a.",
        "A",
        "\ud800",
        "\0",
        "•1A\n",
        "Related Links\n",
        "• 1The wall.\n• 2The quay.\n",
        "The wall was repaired. ",
        "date 2025-06-26 ",
    ],
    ids=ascii,
)
def test_a_unit_repeated_without_end_is_cleaned(unit: str):
    text = unit * (60_000 // len(unit))
    assert CLEANERS["page"].analyze(text).restore() == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "\r", "\r\n", "\0", "\ufeff", "\ud800", "\u2028", "a", "|", "•", "\n" * 1000],
    ids=ascii,
)
def test_a_text_of_next_to_nothing_is_no_trouble(text: str):
    assert CLEANERS["article"].analyze(text).restore() == text


@pytest.mark.parametrize(
    "wrong", [None, b"The wall was repaired.", bytearray(b"wall"), 7, ["The wall was repaired."]], ids=repr
)
def test_anything_but_a_text_is_a_type_error_that_says_what_to_pass(wrong: object):
    cleaner = CLEANERS["article"]
    for call in (cleaner.clean, cleaner.analyze, lambda value: list(cleaner.clean_many([value]))):
        with pytest.raises(TypeError, match=r"decode it first|pass the text itself"):
            call(wrong)
