"""Configuration: from keyword arguments, from a Config and from a file; every mistake is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from articles import between

import cleannews
from cleannews import Category, Cleaner, Config, ConfigError
from cleannews.category import REPAIRABLE
from cleannews.config import profiles

TEXT = (
    "The fishermen told us on Monday that the harbour will be closed until the spring.\nShare this article\n"
)


def config_file(folder: Path, text: str) -> Path:
    path = folder / "cleannews.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_four_profiles():
    assert set(profiles()) == {"article", "page", "strict", "auto"}


def test_headlines_stay_and_mojibake_is_mended_unless_asked_otherwise():
    actions = Config().actions()
    assert (actions.keep, actions.repair) == ({Category.HEADLINE}, {Category.ENCODING})


def test_a_category_to_remove_no_longer_stays():
    assert Config(remove={"headline"}).actions().keep == set()


def test_mojibake_repair_can_be_switched_off():
    assert Config(keep={"encoding"}).actions().repair == set()
    broken = "The cafÃ© at the harbour will be closed until the spring, its owner told us on Monday."
    assert cleannews.clean(broken, keep={"encoding"}) == broken


@pytest.mark.parametrize(
    "names",
    [
        "share,related",
        "share, related,",
        ["share", "related"],
        {"share", "related"},
        ("related", "share"),
        {Category.SHARE, Category.RELATED},
    ],
    ids=repr,
)
def test_categories_can_be_named_in_many_ways(names: Any):
    assert Config(keep=names).keep == {Category.SHARE, Category.RELATED}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"profile": "newspaper"}, "no profile 'newspaper'"),
        ({"keep": ["adverts"]}, "'keep' has the unknown category 'adverts'"),
        ({"repair": "share"}, "share has no repair"),
        ({"keep": "share", "remove": "share"}, "share is in both 'keep' and 'remove'"),
        ({"keep": "markup", "repair": "markup"}, "markup is in both 'keep' and 'repair'"),
        ({"remove": "markup", "repair": "markup"}, "markup is in both 'remove' and 'repair'"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], complaint: str, tmp_path: Path):
    with pytest.raises(ConfigError, match=complaint):
        Config(**settings)
    text = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    path = config_file(tmp_path, text)
    with pytest.raises(ConfigError, match=complaint) as error:
        Config.from_file(path)
    assert str(path) in str(error.value)


def test_the_message_for_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigError, match="article, page, strict"):
        Config(profile="x")
    with pytest.raises(ConfigError, match=", ".join(Category)):
        Config(keep=["x"])
    with pytest.raises(ConfigError, match=", ".join(sorted(REPAIRABLE))):
        Config(repair=["share"])


def test_a_file_holds_any_setting(tmp_path: Path):
    path = config_file(tmp_path, 'profile = "page"\nkeep = ["caption"]\nrepair = "takeaways"\nlang = "de"\n')
    assert Config.from_file(path) == Config(profile="page", keep={"caption"}, repair={"takeaways"}, lang="de")


def test_settings_given_by_name_win_over_the_file(tmp_path: Path):
    path = config_file(tmp_path, 'profile = "page"\nkeep = ["caption"]\n')
    assert Config.from_file(path, profile="strict") == Config(profile="strict", keep={"caption"})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("profile = ", "not valid TOML"),
        ("profiles = 'page'", "unknown key 'profiles'"),
        ("profile = 7", "must be a text"),
        ("profile = ['page']", "is wrong"),
        ("keep = 7", "is wrong"),
        ("keep = [7]", "unknown category 7"),
        ("lang = 7", "lang"),
        ("lexicon = 7", "is wrong"),
        ("tagger = 7", "tagger"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(text: str, complaint: str, tmp_path: Path):
    path = config_file(tmp_path, text)
    with pytest.raises(ConfigError, match=complaint) as error:
        Config.from_file(path)
    assert str(path) in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        Config.from_file(tmp_path / "nowhere.toml")


def test_a_cleaner_takes_a_config_or_its_fields_but_not_both():
    assert Cleaner(Config(keep={"share"})).clean(TEXT) == Cleaner(keep={"share"}).clean(TEXT) == TEXT
    with pytest.raises(TypeError, match="not both"):
        Cleaner(Config(), keep={"share"})


def test_the_functions_take_the_fields_of_a_config():
    assert cleannews.clean(TEXT, keep={"share"}) == TEXT
    assert cleannews.analyze(TEXT, profile="strict").profile == "strict"
    with pytest.raises(ConfigError):
        cleannews.clean(TEXT, profile="newspaper")


def test_a_setting_that_does_not_exist_is_a_type_error():
    with pytest.raises(TypeError, match="kep"):
        cleannews.clean(TEXT, kep={"share"})


def test_every_category_describes_itself():
    assert all(category.describe() for category in Category)


def test_public_names_are_there_and_others_are_not():
    assert all(getattr(cleannews, name) for name in cleannews.__all__)
    assert set(cleannews.__all__) <= set(dir(cleannews))
    with pytest.raises(AttributeError, match="cleanse"):
        _ = cleannews.cleanse


@pytest.mark.parametrize("lang", ["german", "x", "de CH", "1"])
def test_a_language_is_named_by_its_code(lang: str):
    with pytest.raises(ConfigError, match="the code of a language, such as en"):
        Config(lang=lang)


@pytest.mark.parametrize("lang", ["de-CH", "de_AT", "DE"])
def test_a_regional_code_means_its_language(lang: str):
    line = "Bild: Hafen und Mauer"
    assert Cleaner(lang=lang).clean(between(line)) == Cleaner(lang="de").clean(between(line))
    assert Cleaner(lang="fr-CA").clean(between(line)) == Cleaner(lang="fr").clean(between(line))
