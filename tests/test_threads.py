"""Readers' comments below an article, found by what stands between them."""

from __future__ import annotations

import pytest

from cleannews import Cleaner
from cleannews.detect import threads

ARTICLE = (
    "The council voted on Friday to rebuild the old bridge, which has been closed since the storm of last winter.",
    "Work is to begin in May and will take two years, the mayor said, and the region is to pay for most of it.",
    "Shopkeepers on the other bank said that they had lost half of their customers since the bridge was closed.",
    "The old arches will stay, and a second lane for bicycles is to be hung beside them, according to the plans.",
)
SAID = (
    "They should have done this years ago, when it would have cost us half of what it will cost us now.",
    "I crossed that bridge every day for twenty years and nobody ever asked me what I thought about it.",
    "A tunnel would have been better, and my brother has a firm that digs them for a very good price.",
    "You are all wrong about this, as the people on our side of the river have been saying for a long time.",
)
NAMES = ("Anna K.", "Bert Holm", "river_rat", "C. D. Marsh")
MARK = "May {day}, 2019 at 9:{day}4 am"


def lines_of(text: str) -> list[str]:
    """The lines that the detector names, in order."""
    material, _ = Cleaner(profile="strict").look([text])
    return [material.documents.text_of(item.line) for item in threads.detect(material)]


def thread(*, reply: str = "", marked: bool = True, comments: int = 4) -> list[str]:
    found = []
    for number in range(comments):
        found += [NAMES[number]] if marked else []
        found += [MARK.format(day=number + 1)] if marked else []
        found += [SAID[number]] + ([reply] if reply else [])
    return found


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_names_and_times_between_paragraphs_are_a_thread(gap: str):
    assert lines_of(gap.join([*ARTICLE, *thread()])) == thread()


def test_reply_buttons_are_marks_too():
    found = lines_of("\n".join([*ARTICLE, "4 comments", *thread(reply="Reply", marked=False)]))
    assert found == ["4 comments", *thread(reply="Reply", marked=False)]


def test_names_times_and_buttons_together_hold_all_of_a_thread():
    text = "\n".join([*ARTICLE, *thread(reply="Reply"), "Read more", ARTICLE[0]])
    assert lines_of(text) == thread(reply="Reply")


@pytest.mark.parametrize("name", ["Antworten", "Répondre", "Responder", "返信", "Ответить"])
def test_a_button_of_another_language_is_a_mark(name: str):
    assert set(SAID) <= set(lines_of("\n".join([*ARTICLE, *thread(reply=name)])))


def test_two_comments_are_no_thread():
    assert lines_of("\n".join([*ARTICLE, *thread(comments=2)])) == []


def test_without_an_article_above_there_is_no_thread():
    assert lines_of("\n".join([ARTICLE[0], *thread(reply="Reply")])) == []


def test_a_blog_written_live_has_no_day_in_its_times():
    posts = [line for number, said in enumerate(SAID) for line in (f"1{number}:24", said)]
    assert lines_of("\n".join([*ARTICLE, *posts])) == []


def test_a_programme_has_no_paragraphs_between_its_times():
    programme = [f"Friday, May {day} at 7:30 pm" for day in range(2, 9)]
    assert lines_of("\n".join([*ARTICLE, *programme])) == []


def test_marks_of_one_text_are_none_of_the_next():
    halves = ["\n".join([*ARTICLE, *thread(comments=2)])] * 2
    material, _ = Cleaner(profile="strict").look(halves)
    assert threads.detect(material) == []


def test_a_thread_does_not_reach_into_the_next_text():
    material, _ = Cleaner(profile="strict").look(["\n".join([*ARTICLE, *thread()]), "\n".join(ARTICLE)])
    assert {material.documents.document[item.line] for item in threads.detect(material)} == {0}


def test_one_mark_at_the_very_start_does_not_break_it():
    assert lines_of("Reply\n" + "\n".join([*ARTICLE, *thread(reply="Reply")]))
    assert lines_of("Reply") == []
    assert lines_of("") == []
