"""The judge and the cuts it makes, by scores given by hand."""

from __future__ import annotations

import numpy as np
import pytest
from articles import article

from cleannews import Cleaner
from cleannews.category import Category
from cleannews.config import Config
from cleannews.cuts import Cut, apart
from cleannews.judge import Actions, judge

PAGE = Config(profile="page").asked()


def left(text: str, scores: dict[str, float]) -> list[str]:
    """The lines of a text that stay in `page`, where the tagger alone gives lines these scores and 0.1 to others."""
    material, _ = Cleaner(profile="strict").look([text])
    documents = material.documents
    lines = [documents.text_of(line) for line in range(documents.line_count)]
    tagged = np.array([scores.get(line, 0.1) for line in lines])
    cuts = judge(documents, material.prose, (), tagged, PAGE, Actions(frozenset(), frozenset()))[0]
    return [line for line in lines if line and not any(cut.start <= text.index(line) < cut.end for cut in cuts)]


@pytest.mark.parametrize(("line", "stays"), [
    ("Henk ook.", True), ("Weg.", False), ("Henk ook", False),  # a full stop and two words
    ("Do not miss out now!", True), ("Do not miss out!", False),  # five words without
])
def test_a_short_sentence_beside_the_article_needs_more(line: str, stays: bool):
    menu = [f"Item {number}" for number in range(12)]
    text = "\n".join([*menu, article().rstrip("\n"), line, "Login"])
    scores = {**dict.fromkeys(menu, 0.95), line: 0.65, "Login": 0.95}
    assert (line in left(text, scores)) is stays


def test_a_sentence_alone_is_asked_what_prose_is():
    line = "The works will be over before the storms of winter begin."
    menu = [f"Item {number}" for number in range(12)]
    text = "\n".join([article().rstrip("\n"), *menu, line, "Login"])
    gone = {**dict.fromkeys(menu, 0.95), "Login": 0.95}
    assert line in left(text, {**gone, line: PAGE.prose - 0.01})
    assert line not in left(text, {**gone, line: PAGE.prose})


def test_where_two_cuts_overlap_the_last_one_taken_is_compared():
    sure, weak, strong = (Cut(start, end, Category.SHARE, score, "")
                          for start, end, score in ((0, 2, 0.99), (5, 10, 0.5), (6, 9, 0.9)))
    assert apart([strong, weak, sure]) == [sure, strong]


def test_the_end_of_one_text_and_the_head_of_the_next_are_two_blocks():
    texts = [article() + "FACEBOOK COMMENTS", "FACEBOOK COMMENTS\n" + article()]
    cleaner = Cleaner(profile="strict")
    assert list(cleaner.analyze_many(texts)) == [cleaner.analyze(text) for text in texts]
    assert list(cleaner.clean_many(texts)) == [article().rstrip("\n"), article()]
