"""What the tagger sees of the words that lines share, and the profile that chooses by what the tagger sees."""

from __future__ import annotations

import numpy as np
import pytest
from articles import ARTICLES, article

from cleannews import Cleaner
from cleannews.tagger.features import Topic

CJK = "市は老朽化した港の堤防を冬までに修理すると発表した。費用は県が負担し、漁船は東側の岸壁を使う。"
TEASERS = [f"{name} wins the {place} prize for the third time" for name in ("Anna", "Bert", "Clara", "Dora", "Emil")
           for place in ("Sydney", "Lagos", "Lima", "Oslo", "Kyiv", "Quito")]
MENU = ["Home", "News", "Sport", "Weather", "Subscribe now", "Sign in", "Share on Facebook", "Share on Twitter",
        "Related articles"]


def topic(*texts: str) -> tuple[Topic, np.ndarray]:
    """The words of texts in one batch, and which of their visible lines are prose."""
    material, _ = Cleaner(profile="strict").look(texts)
    visible = np.flatnonzero(~material.documents.blank)
    return Topic.of(material, visible), material.prose.prose[visible]


def test_a_line_that_speaks_of_what_the_article_speaks_of_shares_its_words():
    first, second, third = ARTICLES["en"]
    found, prose = topic("\n".join([first, second, third, " ".join(first.split()[:6]), "Zebra quartz xylophone"]))
    shares = found.share(prose).tolist()
    assert shares[3] == 255
    assert shares[4] == 0


def test_words_of_a_line_itself_are_not_shared_with_another():
    found, prose = topic(ARTICLES["en"][0])
    assert prose.tolist() == [True]
    assert found.share(prose).tolist()[0] < 128


@pytest.mark.parametrize("beside", [CJK, ARTICLES["en"][0], ""])
def test_texts_of_a_batch_share_no_words(beside: str):
    text = f"{CJK}\n港の堤防"
    alone, prose = topic(text)
    among, all_prose = topic(beside, text, beside)
    first = 1 if beside else 0
    assert among.share(all_prose).tolist()[first:first + 2] == alone.share(prose).tolist()


def test_auto_cuts_a_whole_page_as_page_does():
    page = "\n".join([*MENU, "", article(), "Most read", *TEASERS, "© 2024 The Daily Harbour. All rights reserved."])
    assert Cleaner(profile="auto").clean(page) == Cleaner(profile="page").clean(page)
    assert "prize" not in Cleaner(profile="auto").clean(page)


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_auto_leaves_an_article_as_it_is(language: str):
    assert Cleaner(profile="auto").clean(article(language)) == article(language)
