"""Results: the way back to the input, offsets, and two rounds of removals told as one."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleannews import Category, Removal, Result
from cleannews.cleaner import applied, removals_of
from cleannews.cuts import Cut
from cleannews.result import Removals, composed

RULE = "tests/any"


class Rounds(NamedTuple):
    """A text, the removals of a first round, those of a second on what the first left, and the final text."""

    text: str
    first: tuple[Removal, ...]
    second: tuple[Removal, ...]
    final: str


@st.composite
def cuts_of(draw: st.DrawFn, length: int) -> list[Cut]:
    """Spans of a text of some length, in order and apart, some touching; some have a replacement."""
    bounds = sorted(draw(st.sets(st.integers(0, length), max_size=10)))
    return [
        Cut(start, end, Category.MARKUP, 0.9, RULE, draw(st.sampled_from(["", "", "X", "YZ"])))
        for start, end in pairwise(bounds)
        if draw(st.booleans())
    ]


def cut_out(text: str, cuts: list[Cut]) -> tuple[tuple[Removal, ...], str]:
    return removals_of(text, cuts), applied(text, cuts)


@st.composite
def two_rounds(draw: st.DrawFn) -> Rounds:
    """Any text cleaned twice."""
    text = draw(st.text("abcdefgh", max_size=24))
    first, middle = cut_out(text, draw(cuts_of(len(text))))
    second, final = cut_out(middle, draw(cuts_of(len(middle))))
    return Rounds(text, first, second, final)


def survivors(origins: Sequence[int | None], removals: Sequence[Removal]) -> list[int | None]:
    """Where each code point left came from, given where each came from; None for what a repair put in."""
    left: list[int | None] = []
    place = 0
    for removal in removals:
        left += [*origins[place : removal.start], *[None] * len(removal.replacement)]
        place = removal.end
    return [*left, *origins[place:]]


def result_of(text: str, removals: tuple[Removal, ...], clean: str) -> Result:
    return Result(clean, removals, len(text))


@given(rounds=two_rounds())
def test_two_rounds_told_as_one_lead_to_the_same_text_and_back(rounds: Rounds):
    text, first, second, final = rounds
    as_one = composed(text, first, second)
    again, made = cut_out(
        text, [Cut(*(getattr(removal, name) for name in Cut._fields)) for removal in as_one]
    )
    assert made == final
    assert again == as_one  # each removal's text is what stands at its offsets
    assert result_of(text, as_one, final).restore() == text


@given(rounds=two_rounds())
def test_two_rounds_told_as_one_remove_what_each_removed_and_no_more(rounds: Rounds):
    text, first, second, _ = rounds
    as_one = survivors(range(len(text)), composed(text, first, second))
    one_by_one = survivors(survivors(range(len(text)), first), second)
    assert [place for place in as_one if place is not None] == [
        place for place in one_by_one if place is not None
    ]


@given(rounds=two_rounds())
def test_two_rounds_told_as_one_are_in_order_and_apart(rounds: Rounds):
    text, first, second, _ = rounds
    place = 0
    for removal in composed(text, first, second):
        assert place <= removal.start < removal.end <= len(text)
        place = removal.end


def test_a_cut_across_two_cuts_that_touch_takes_nothing_from_between_them():
    cuts = [Cut(1, 3, Category.MARKUP, 0.9, RULE), Cut(3, 5, Category.MARKUP, 0.9, RULE)]
    first, middle = removals_of("abcdef", cuts), applied("abcdef", cuts)
    second = removals_of(middle, [Cut(0, 2, Category.SHARE, 0.9, RULE, "X")])
    assert [(removal.text, removal.replacement) for removal in composed("abcdef", first, second)] == [
        ("a", "X"),
        ("bc", ""),
        ("de", ""),
        ("f", ""),
    ]


@given(data=st.data(), text=st.text("abcdefgh", max_size=24))
def test_offsets_lead_back_to_where_each_code_point_stood(data: st.DataObject, text: str):
    removals, clean = cut_out(text, data.draw(cuts_of(len(text))))
    result = result_of(text, removals, clean)
    for offset, origin in enumerate(survivors(range(len(text)), removals)):
        if origin is not None:
            assert result.to_source(offset) == origin
        else:
            assert result.to_source(offset) in {removal.start for removal in removals if removal.replacement}
    assert result.to_source(len(clean)) <= len(text)


@pytest.mark.parametrize("offset", [-1, 3])
def test_an_offset_outside_the_clean_text_is_an_error(offset: int):
    with pytest.raises(ValueError, match="not in the clean text"):
        Result("ac", (Removal(1, 2, Category.MARKUP, 1.0, RULE, "b"),), 3).to_source(offset)


def test_the_share_removed_counts_what_a_repair_leaves():
    removals = (
        Removal(0, 5, Category.MARKUP, 1.0, RULE, "&amp;", "&"),
        Removal(5, 8, Category.SHARE, 1.0, RULE, "abc"),
    )
    assert result_of("&amp;abcde", removals, "&de").removed_share == pytest.approx(0.7)


def test_the_share_removed_of_an_empty_text_is_nothing():
    assert Result("").removed_share == 0


def test_categories_are_counted_most_frequent_first():
    found = [
        Removal(place, place + 1, category, 1.0, RULE, "a")
        for place, category in enumerate([Category.SHARE, Category.RELATED, Category.RELATED])
    ]
    assert list(Result("", tuple(found), 3).counts().items()) == [("related", 2), ("share", 1)]


def test_removals_are_worked_out_once_and_only_when_looked_at():
    made = []

    def make() -> tuple[Removal, ...]:
        made.append(True)
        return (Removal(0, 1, Category.SHARE, 1.0, RULE, "a"),)

    result = Result("bc", Removals(make), 3)
    assert (result.text, result.removed_share, made) == ("bc", 1 / 3, [])
    assert (result.restore(), len(result.removals), result.removals[:1]) == ("abc", 1, make())
    assert result == Result("bc", make(), 3)
    assert {result.removals} == {make()}
    assert repr(result.removals) == repr(make())
    assert pickle.loads(pickle.dumps(result.removals)) == make()
    assert len(made) == 6  # once by the result, five times above


def test_a_result_as_a_dictionary_has_all_its_parts():
    removal = Removal(1, 2, Category.MARKUP, 0.93333333, RULE, "b")
    assert Result("ac", (removal,), 3, "strict").as_dict() == {
        "text": "ac",
        "profile": "strict",
        "settled": True,
        "removed_share": 0.333333,
        "counts": {"markup": 1},
        "removals": [
            {
                "start": 1,
                "end": 2,
                "category": "markup",
                "score": 0.9333,
                "rule": RULE,
                "text": "b",
                "replacement": "",
            }
        ],
    }


def test_a_removal_around_two_that_touch_leaves_nothing_empty_between_them():
    text = "a b1\nb2\nc"
    one, two = (Removal(start, start + 3, Category.SHARE, 0.9, "first", text[start:start + 3]) for start in (2, 5))
    later = Removal(1, 3, Category.LABEL, 0.9, "second", " c")
    merged = composed(text, (one, two), (later,))
    assert [(cut.start, cut.end, cut.rule) for cut in merged] == [
        (1, 2, "second"), (2, 5, "first"), (5, 8, "first"), (8, 9, "second")]
