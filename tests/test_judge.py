"""The judge and the cuts it makes, by scores given by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from articles import ARTICLES, article

from cleannews import Cleaner
from cleannews.category import Category
from cleannews.config import Config
from cleannews.cuts import Cut, apart, narrowed
from cleannews.detect import DETECTORS
from cleannews.evidence import Evidence, kind_of
from cleannews.judge import Actions, Choice, Thresholds, judge
from cleannews.lexicon import Match

PAGE = Config(profile="page").asked()
PARAGRAPHS = ARTICLES["en"]


def left(text: str, scores: dict[str, float], rules: bool = False, keep: tuple[Category, ...] = (),
         asked: Thresholds = PAGE) -> list[str]:
    """The lines of a text that stay, in `page` unless something else is asked, where the tagger gives lines these
    scores and 0.1 to others.

    It gives them alone, or with the `rules`.
    """
    material, evidence = Cleaner(profile="strict").look([text])
    documents = material.documents
    lines = [documents.text_of(line) for line in range(documents.line_count)]
    tagged = np.array([scores.get(line, 0.1) for line in lines])
    cuts = judge(documents, material.prose, evidence if rules else (), tagged, asked,
                 Actions(frozenset(keep), frozenset()))[0]
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


@pytest.mark.parametrize(("line", "asked"), [
    ("Sign up for our newsletter and never miss a story again", 0.2),  # it speaks to the reader
    ("Advertisement", 0.35),  # a label
    ("March 3, 2021 at 9:41 am", 0.5),  # it only stands like cruft
])
def test_what_is_asked_of_a_line_goes_by_what_names_it(line: str, asked: float):
    text = "\n".join([*PARAGRAPHS, line, *PARAGRAPHS])
    profile = Config(profile="article").asked()
    for score, stays in ((asked - 0.01, True), (asked, False)):
        # Of what a rule is certain of, less is asked.
        assert (line in left(text, {line: score}, rules=True, asked=replace(profile, certain=2.0))) is stays


@pytest.mark.parametrize("profile", ["article", "page", "strict"])
def test_profiles_ask_of_kinds_of_rules_that_there_are(profile: str):
    told = Path(__file__).with_name("decisions.txt").read_text(encoding="utf-8")
    kinds = {kind_of(rule) for rule in re.findall(r"^\d+:\S+ \w+ \S+ line (.+)$", told, re.M)}
    kinds |= {f"phrases/{match.value}" for match in Match} | set(DETECTORS)
    kinds |= {kind_of(item.rule) for item in Cleaner().look(["https://www.example.com/news/wall.html"])[1]}
    assert set(Config(profile=profile).asked().proposed_by) <= kinds


ROWS = [f"{year} {share} %" for year, share in ((2021, 31), (2022, 33), (2023, 38))]


@pytest.mark.parametrize(("above", "below", "stay"), [
    (PARAGRAPHS[0], PARAGRAPHS[1], True), (PARAGRAPHS[0], "Login", False), ("Login", PARAGRAPHS[1], False),
    ("\n".join([PARAGRAPHS[0], *["Menu"] * 17]), PARAGRAPHS[1], True),  # the first row is 18 lines off, the last 20
    ("\n".join([PARAGRAPHS[0], *["Menu"] * 20]), PARAGRAPHS[1], False),
])
def test_a_table_between_paragraphs_that_stay_needs_more(above: str, below: str, stay: bool):
    text = "\n".join([above, *ROWS, below])
    scores = {"Login": 0.95, "Menu": 0.95, **dict.fromkeys(ROWS, PAGE.enclosed - 0.01)}
    assert [row in left(text, scores) for row in ROWS] == [stay] * len(ROWS)
    assert not set(ROWS) & set(left(text, {**scores, **dict.fromkeys(ROWS, PAGE.enclosed)}))


def test_what_a_page_tells_of_its_lines_is_all_that_is_asked_for():
    text = "\n".join([PARAGRAPHS[0], *ROWS, *PARAGRAPHS[1:]])
    for score, stay in ((0.42, []), (0.41, ROWS)):
        scores = np.array([0.1, score, score, score, 0.1, 0.1])
        result = Cleaner().decided(*Cleaner().look([text]), scores, asked=0.42, veto=0.25)
        assert result.text.split("\n") == [PARAGRAPHS[0], *stay, *PARAGRAPHS[1:]]


APPEAL = "Our best stories of the week come to you on Sunday. Sign up for our newsletter."


@pytest.mark.parametrize(("paragraph", "score", "keep", "stays"), [
    (APPEAL, 0.5, (), False), (APPEAL, 0.49, (), True), (APPEAL, 0.5, (Category.SUBSCRIBE,), True),
    (f"{PARAGRAPHS[0]} {PARAGRAPHS[1]} Sign up for our newsletter.", 0.55, (), True),  # a small part of the paragraph
    (APPEAL.replace("newsletter", "choir"), 0.55, (), True),
])
def test_a_paragraph_with_an_appeal_goes_where_the_tagger_doubts_it(
        paragraph: str, score: float, keep: tuple[Category, ...], stays: bool):
    text = "\n".join([*PARAGRAPHS * 3, paragraph])
    assert any(line.startswith(paragraph[:40]) for line in left(text, {paragraph: score}, rules=True, keep=keep)
               if line not in PARAGRAPHS or line == paragraph) is stays


def test_a_paragraph_that_is_to_be_kept_for_what_else_it_is_stays():
    boxed = f"Jane Doe is a reporter. Write to her at jane@example.com. {APPEAL.split('. ')[1]}"
    text = "\n".join([*PARAGRAPHS * 3, boxed])
    assert boxed not in left(text, {boxed: 0.6}, rules=True)
    assert boxed in left(text, {boxed: 0.6}, rules=True, keep=(Category.CREDIT,))


def test_in_a_short_text_such_a_paragraph_is_asked_what_prose_is():
    text = "\n".join([PARAGRAPHS[0], APPEAL])
    assert APPEAL in left(text, {APPEAL: PAGE.prose_few - 0.01}, rules=True)
    assert APPEAL not in left(text, {APPEAL: PAGE.prose_few}, rules=True)


@pytest.mark.parametrize(("lines", "doubted", "score", "page"), [
    (25, 3, 0.95, True), (25, 2, 0.95, False),  # a tenth of the tokens
    (25, 3, 0.88, True), (25, 3, 0.87, False),
    (24, 3, 0.95, False), (24, 24, 0.95, False),  # a page has 25 lines
])
def test_auto_takes_a_text_with_many_sure_lines_for_a_page(lines: int, doubted: int, score: float, page: bool):
    choice = Config(profile="auto").asked()
    assert isinstance(choice, Choice)
    text = "\n".join(f"Item number {number}" for number in range(lines))
    documents = Cleaner(profile="strict").look([article(), text])[0].documents
    tagged = np.full(documents.line_count, 0.1)
    tagged[documents.first_line[1]:][:doubted] = score
    assert choice.pages(documents, tagged) == [False, page]


def test_where_two_cuts_overlap_the_last_one_taken_is_compared():
    sure, weak, strong = (Cut(start, end, Category.SHARE, score, "")
                          for start, end, score in ((0, 2, 0.99), (5, 10, 0.5), (6, 9, 0.9)))
    assert apart([strong, weak, sure]) == [sure, strong]
    longer, shorter = Cut(5, 9, Category.SHARE, 0.9, ""), Cut(6, 9, Category.SHARE, 0.9, "")
    assert apart([sure, longer, shorter]) == [sure, longer]
    assert apart([sure, shorter, Cut(7, 11, Category.SHARE, 0.9, "")]) == [sure, Cut(7, 11, Category.SHARE, 0.9, "")]
    empty = Cut(1, 1, Category.SHARE, 1.0, "")
    assert apart([empty, sure, Cut(2, 4, Category.SHARE, 0.5, "")]) == [sure, Cut(2, 4, Category.SHARE, 0.5, "")]


@pytest.mark.parametrize("cut", [(0, 3), (5, 9), (0, 9), (4, 6)])
def test_a_repair_is_as_small_as_what_it_changes(cut: tuple[int, int]):
    text = "The wall of the quay stands."
    material, _ = Cleaner(profile="strict").look([text])
    start, end = cut
    mended = f"{text[start]}_{text[end - 1]}"
    made = narrowed(material.documents, Evidence(0, start, end, Category.MARKUP, 0.9, "", replacement=mended))
    assert made.replacement == "_"
    assert (made.start, made.end) == (start + 1, end - 1)


def test_the_end_of_one_text_and_the_head_of_the_next_are_two_blocks():
    texts = [article() + "FACEBOOK COMMENTS", "FACEBOOK COMMENTS\n" + article()]
    cleaner = Cleaner(profile="strict")
    assert list(cleaner.analyze_many(texts)) == [cleaner.analyze(text) for text in texts]
    assert list(cleaner.clean_many(texts)) == [article().rstrip("\n"), article()]
