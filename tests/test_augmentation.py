"""What training makes of the known pages."""

from __future__ import annotations

import numpy as np
import pytest
from articles import ARTICLES, article

from cleannews.tagger.augmentation import Parts, hidden, parts_of, transplanted

HEAD = "Home\nNews\nSport\nSign in\n"
TAIL = "Most read\nTen boats lost in the winter storm\n© 2024 The Daily Harbour"


def test_a_page_is_cut_where_its_article_begins_and_ends():
    found = parts_of(f"{HEAD}\n{article()}\nShare\n{ARTICLES['en'][0]}\n{TAIL}", article())
    assert found is not None
    assert found.head == HEAD + "\n"
    assert found.tail == TAIL
    assert "Share" in found.article


def test_a_text_without_most_of_its_article_has_no_parts():
    assert parts_of(HEAD, article()) is None
    assert parts_of(f"{HEAD}\n{article()[:200]}\n{TAIL}", article()) is None
    assert parts_of("", article()) is None


def made(languages: str, folds: list[int], publishers: str, wanted: int) -> list[tuple[int, str]]:
    pages = [Parts(f"head {number}.", f"article {number}.", f"tail {number}.") for number in range(len(folds))]
    return transplanted(pages, list(zip(languages, folds, strict=True)), publishers, [wanted] * len(folds),
                        np.random.default_rng(1))


def test_furniture_is_another_publisher_s_of_the_same_fold_and_language():
    texts = made("aaabbb", [0] * 6, "uvwxyz", 5)
    assert len(texts) == 12
    for page, text in texts:
        head, body, tail = (part.split()[1] for part in text.split(".")[:3])
        assert head == tail != body == str(page)
        assert (int(head) < 3) == (page < 3)


def test_where_few_pages_have_the_language_any_of_the_fold_will_do():
    assert {page for page, _ in made("abc", [0, 0, 0], "uvw", 1)} == {0, 1, 2}


@pytest.mark.parametrize(("folds", "publishers"), [([0, 1, 2], "uvw"), ([0, 0, 0], "uuu")])
def test_neither_folds_nor_one_publisher_s_pages_are_mixed(folds: list[int], publishers: str):
    assert made("aaa", folds, publishers, 2) == []


def test_pages_without_parts_neither_give_nor_take():
    assert transplanted([None, Parts("h", "a", "t")], [("a", 0)] * 2, "uv", [2, 2], np.random.default_rng(1)) == []


def test_texts_are_hidden_whole():
    texts = np.repeat(np.arange(50), 3)
    found = hidden(texts, 0.4, np.random.default_rng(3)).reshape(50, 3)
    assert (found.all(axis=1) == found.any(axis=1)).all()
    assert 5 < found[:, 0].sum() < 35
    assert not hidden(texts, 0.0, np.random.default_rng(3)).any()
    assert hidden(np.zeros(0, np.int64), 0.5, np.random.default_rng(3)).shape == (0,)
