"""The lexicon: every entry proves itself, languages are as deep as promised, errors name file and entry."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cleannews import Category, LexiconError
from cleannews.lexicon import Match, languages, load
from cleannews.lexicon.check import failures
from cleannews.lexicon.loader import compiled, read_source, shipped_sources, stored

LANGUAGES = frozenset(
    re.findall(
        r"\w+",
        "en de fr es it pt nl sv da no fi is pl cs sk hu ro bg el sr hr sl af ca lt lv et "
        "ru uk tr ar he fa hi bn ur ta id ms vi th ja zh ko",
    )
)
DEEP = frozenset(re.findall(r"\w+", "de fr es it pt nl pl ru ja zh ko ar tr"))
WITHOUT_PHRASES = {
    Category.DUPLICATE,
    Category.TEMPLATE,
    Category.HEADLINE,
    Category.ENCODING,
    Category.OTHER,
    Category.MARKUP,
}
"""Categories that are told by structure, by a corpus or by characters, not by words."""

ENTRY = """
[[entry]]
category = "related"
match = "heading"
phrase = "harbour stories"
hit = ["Harbour Stories"]
miss = ["Harbour stories are told by the fishermen."]
"""


def least_entries(language: str) -> int:
    return 300 if language == "en" else 60 if language in DEEP else 30


def lexicon_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(f'language = "en"\n{text}', encoding="utf-8")
    return path


@pytest.mark.parametrize("path", shipped_sources(), ids=lambda path: path.stem)
def test_every_entry_hits_and_misses_its_examples(path: Path):
    report, _ = failures(path)
    assert report == []


def test_there_is_a_file_for_each_promised_language():
    assert set(languages()) == LANGUAGES


def test_each_language_has_as_many_entries_as_promised():
    counts = Counter(entry.language for entry in load().entries)
    few = {language: counts[language] for language in LANGUAGES if counts[language] < least_entries(language)}
    assert few == {}


def test_english_has_phrases_for_every_category_that_words_tell():
    named = {entry.category for entry in load().entries if entry.language in {"en", "publishers"}}
    assert set(Category) - WITHOUT_PHRASES - named == set()


def test_publishers_are_known():
    assert any(entry.language == "publishers" for entry in load().entries)


def test_the_compiled_form_is_the_toml_files():
    kept, fresh = stored(), compiled()
    assert set(kept) == set(fresh)
    stale = [name for name in kept if not np.array_equal(kept[name], fresh[name])]
    assert stale == [], "compile the lexicon: python -m cleannews.lexicon compile"


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        pytest.param(
            ENTRY.replace('"related"', '"relatives"'), "unknown category 'relatives'", id="category"
        ),
        pytest.param(ENTRY.replace('"heading"', '"somewhere"'), "unknown match 'somewhere'", id="match"),
        pytest.param(ENTRY.replace("phrase", "phrases"), "unknown key 'phrases'", id="key"),
        pytest.param(ENTRY.replace('phrase = "harbour stories"', ""), "no 'phrase'", id="phrase missing"),
        pytest.param(
            ENTRY.replace('"harbour stories"', '""'), "'phrase' that is not a text", id="phrase empty"
        ),
        pytest.param(
            ENTRY.replace('"harbour stories"', "7"), "'phrase' that is not a text", id="phrase a number"
        ),
        pytest.param(ENTRY.replace("harbour stories", "(harbour|port"), "'(' with no ')'", id="bracket open"),
        pytest.param(
            ENTRY.replace("harbour stories", "harbour) tales"), "')' with no '('", id="bracket closed"
        ),
        pytest.param(
            ENTRY.replace("harbour stories", "harbour (tales|*): stories"), "colon that follows no word", id="colon"
        ),
        pytest.param(
            ENTRY.replace("harbour stories", "harbour | port"), "'|' outside brackets", id="bar outside"
        ),
        pytest.param(
            ENTRY.replace("harbour stories", "<harbours> tales"), "<harbours>", id="word list unknown"
        ),
        pytest.param(ENTRY.replace("harbour stories", "harbour <tales"), "'<' with no '>'", id="angle open"),
        pytest.param(
            ENTRY.replace("harbour stories", "* # **"), "nothing but gaps and numbers", id="wordless"
        ),
        pytest.param(
            ENTRY.replace("harbour stories", "(" * 20 + "harbour" + ")" * 20), "nests", id="too deep"
        ),
        pytest.param(ENTRY + 'score = "high"\n', "score 'high'", id="score a text"),
        pytest.param(ENTRY + "score = 1.5\n", "score 1.5", id="score above one"),
        pytest.param(ENTRY + "words = 0\n", "words = 0", id="words"),
        pytest.param(ENTRY + 'case = "lower"\n', "unknown case 'lower'", id="case"),
    ],
)
def test_a_broken_entry_is_named_with_its_file(broken: str, complaint: str, tmp_path: Path):
    path = lexicon_file(tmp_path, ENTRY.replace("harbour", "port") + broken)
    with pytest.raises(LexiconError) as error:
        read_source(path)
    assert str(path) in str(error.value)
    assert "entry 2 " in str(error.value)
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        pytest.param("[[entry", "not valid TOML", id="syntax"),
        pytest.param("[wrods]\nmonth = ['may']\n", "unknown table 'wrods'", id="table"),
        pytest.param("[words]\nmonth = 'may'\n", "word list 'month'", id="word list"),
        pytest.param("entry = 5\n", "entry", id="entry no table"),
        pytest.param("words = 5\n", "words", id="words no table"),
        pytest.param("[entry]\nphrase = 'x'\n", "entry", id="entry not a list"),
    ],
)
def test_a_broken_file_is_named(broken: str, complaint: str, tmp_path: Path):
    path = lexicon_file(tmp_path, broken)
    with pytest.raises(LexiconError) as error:
        read_source(path)
    assert str(path) in str(error.value)
    assert complaint in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(LexiconError, match=r"nowhere\.toml cannot be read"):
        read_source(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("example", ["hit", "miss"])
def test_the_check_finds_a_missing_example(example: str, tmp_path: Path):
    path = lexicon_file(
        tmp_path, "\n".join(line for line in ENTRY.splitlines() if not line.startswith(example))
    )
    report, count = failures(path)
    assert count == 1
    assert any(f"no '{example}' example" in line for line in report)


def test_the_check_finds_examples_that_are_wrong(tmp_path: Path):
    swapped = ENTRY.replace("hit =", "miss_ =").replace("miss =", "hit =").replace("miss_ =", "miss =")
    report, _ = failures(lexicon_file(tmp_path, swapped))
    assert any("does not hit 'Harbour stories are told by the fishermen.'" in line for line in report)
    assert any("hits 'Harbour Stories'" in line for line in report)


def test_every_match_is_used_in_english():
    assert {entry.match for entry in load().entries if entry.language == "en"} == set(Match)
