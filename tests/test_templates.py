"""Templates: what sites repeat is learned, kept, merged and used; what articles repeat stays."""

from __future__ import annotations

import json
import math
import random
import struct
import zlib
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleannews
from cleannews import Cleaner, ModelError, Templates
from cleannews import templates as module
from cleannews.cli import main
from cleannews.evidence import Metadata
from cleannews.repetition import Template, line_score, needed, sentence_score, templates_of
from cleannews.templates import site_name, vocabulary

WORDS = [
    "harbour", "council", "mayor", "bridge", "winter", "budget", "teacher", "player", "hospital", "river", "farmer",
    "engine", "summer", "village", "train", "museum", "island", "forest", "market", "doctor", "student", "captain",
    "kitchen", "garden", "weather", "letter", "station", "picture", "mountain", "bakery", "lawyer", "factory",
    "singer", "police", "journey", "window", "election", "company", "minister", "season", "library", "airport",
]
VERBS = [
    "said", "found", "opened", "visited", "closed", "repaired", "described", "painted", "counted", "followed",
    "joined", "watched",
]
FURNITURE = ["Daily Planet - all the news", "Get the Planet at your door", "About the Planet", "Work with us"]


def article(seed: int, sentences: int = 12) -> str:
    """Prose that no other seed gives."""
    dice = random.Random(seed)
    lines = []
    for _ in range(sentences):
        words = [dice.choice(WORDS) for _ in range(6)]
        lines.append(f"The {words[0]} near the {words[1]} {dice.choice(VERBS)} the {words[2]} of the {words[3]}, and "
                     f"the {words[4]} {dice.choice(VERBS)} the {words[5]} in the {dice.choice(WORDS)} on a "
                     f"{dice.choice(WORDS)} day.")
    return "\n\n".join(lines)


def page(seed: int, head: Sequence[str] = FURNITURE[:1], foot: Sequence[str] = FURNITURE[1:]) -> str:
    return "\n\n".join([*head, article(seed), *foot])


def lines_of(items: Sequence[Template]) -> set[str]:
    return {item.text for item in items}


def test_furniture_is_found_and_articles_are_not() -> None:
    items = templates_of([page(seed) for seed in range(6)], vocabulary())
    assert lines_of(items) == set(FURNITURE)
    assert all(item.score >= 0.95 for item in items)


def test_one_page_says_nothing_and_two_say_little() -> None:
    assert templates_of([page(1)], vocabulary()) == []
    assert all(item.score < 0.9 for item in templates_of([page(1), page(2)], vocabulary()))


def test_certainty_grows_and_asks_for_more() -> None:
    scores = [line_score(groups, 9, 1.0, 4) for groups in range(2, 10)]
    assert scores == sorted(scores)
    assert [needed(of) for of in range(2, 101)] == sorted(needed(of) for of in range(2, 101))
    assert line_score(2, 9, 1.0, 4) > 0 == line_score(2, 40, 1.0, 4)
    assert sentence_score(2, 4, 1.0, 1.0) == 0 < sentence_score(4, 4, 1.0, 1.0)


@pytest.mark.parametrize("copies", [2, 3, 5, 12])
def test_copies_of_one_article_are_one(copies: int) -> None:
    """Sentences of an article that stands in the corpus many times, slightly edited, are no templates."""
    story = article(7, 14).split("\n\n")
    texts = []
    for number in range(copies):
        edited = [*story[:number % 12], f"Our reporter number {'abcdefghijklmn'[number]} added a sentence to it here.",
                  *story[number % 12 + 1:]]
        texts.append("\n\n".join([FURNITURE[0], *edited, *FURNITURE[1:]]))
    texts += [page(seed) for seed in range(100, 104)]
    found = lines_of(templates_of(texts, vocabulary()))
    assert found <= set(FURNITURE)
    assert set(FURNITURE[1:]) <= found


def test_a_syndicated_article_in_a_corpus_without_sites() -> None:
    texts = ["\n\n".join([f"Paper {name}", article(3), f"Subscribe to {name} today"])
             for name in ("Ada", "Bea", "Cleo", "Dora", "Eva", "Fay")]
    assert not [item for item in templates_of(texts, vocabulary()) if item.score >= 0.75]


def test_catch_phrases_and_quotes_stay() -> None:
    phrase = "And that is the way it is, as we like to say in this house."
    texts = []
    for seed in range(12):
        lines = page(seed).split("\n\n")
        if seed % 2:
            lines.insert(3 + seed % 5, phrase)
        texts.append("\n\n".join(lines))
    assert lines_of(templates_of(texts, vocabulary())) == set(FURNITURE)
    flat = [" ".join(text.split()) for text in texts]
    assert not any("that is the way" in item.text for item in templates_of(flat, vocabulary()))


def test_cross_heads_stay() -> None:
    texts = []
    for seed in range(8):
        lines = page(seed).split("\n\n")
        lines.insert(6, "What happens next")
        texts.append("\n\n".join(lines))
    templates = Templates.learn(texts)
    assert "What happens next" in Cleaner(templates=templates).clean(texts[0])
    assert FURNITURE[0] not in Cleaner(templates=templates).clean(texts[0])


def test_dates_and_numbers_are_folded() -> None:
    dates = ["3 March 2024", "May 12, 2023", "Sunday, 1 December 2019", "2020-01-02"]
    texts = [page(seed, head=[f"Printed for you on {date}"]) for seed, date in enumerate(dates)]
    cleaner = Cleaner(templates=Templates.learn(texts))
    fresh = page(50, head=["PRINTED FOR YOU ON 4 JULY 2025"])
    assert "PRINTED" not in cleaner.clean(fresh)


def test_a_banner_glued_to_something_that_changes() -> None:
    banner = "Support the Planet with a small gift every month."
    texts = [page(seed, head=[f"{article(seed + 500, 1)} {banner}"]) for seed in range(8)]
    cleaner = Cleaner(templates=Templates.learn(texts))
    result = cleaner.analyze(texts[0])
    assert banner not in result.text
    assert article(500, 1) in result.text
    assert [removal.category.value for removal in result.removals if banner in removal.text] != []


def test_a_page_flattened_to_one_line() -> None:
    menu = "Home News Opinion Sport Culture Travel Money Podcasts Video Puzzles"
    texts = [f"{menu} {' '.join(article(seed, 4).split())} Get the Planet at your door every single morning"
             for seed in range(8)]
    cleaner = Cleaner(templates=Templates.learn(texts))
    assert cleaner.clean(texts[2]) == " ".join(article(2, 4).split())


def test_pages_of_nothing_but_furniture_hide_nothing() -> None:
    legal = "The Planet and its owners take no responsibility for what others write on these pages, whoever they are."
    texts = [page(seed, foot=[legal, *FURNITURE]) for seed in range(12)] + [
        "\n\n".join([legal, *FURNITURE, f"Page {name}"]) for name in ("one", "two", "three")]
    found = {item.text: item for item in templates_of(texts, vocabulary())}
    assert found[legal].score >= 0.97
    assert set(FURNITURE) <= set(found)


# Using them

def test_the_category_is_the_lexicon_s_where_one_fits() -> None:
    texts = [page(seed, foot=["Share this article", "The Planet Quarterly"]) for seed in range(6)]
    result = Cleaner(templates=Templates.learn(texts)).analyze(texts[0])
    categories = {removal.text.strip(): removal.category.value for removal in result.removals}
    assert categories["Share this article"] == "share"
    assert categories["The Planet Quarterly"] == "template"


def test_sites_are_kept_apart_and_named_loosely() -> None:
    texts = [page(seed) for seed in range(6)]
    templates = Templates.learn(texts, ["https://www.Planet.example/a/b"] * 6)
    cleaner = Cleaner(templates=templates)
    assert FURNITURE[0] not in cleaner.clean(texts[0], site="planet.example")
    assert FURNITURE[0] in cleaner.clean(texts[0], site="star.example")
    assert FURNITURE[0] in cleaner.clean(texts[0])
    many = list(cleaner.clean_many([texts[0]] * 3, [Metadata(site=site) for site in ("planet.example", "", "x")]))
    assert [FURNITURE[0] in text for text in many] == [False, True, True]


def test_by_name_and_by_path(tmp_path: Path) -> None:
    texts = [page(seed) for seed in range(6)]
    path = tmp_path / "site.templates"
    Templates.learn(texts, ["a.example"] * 6).save(path)
    expected = Cleaner(templates=path).clean(texts[0], site="a.example")
    assert cleannews.clean(texts[0], site="a.example", templates=str(path)) == expected
    assert FURNITURE[0] not in expected
    with pytest.raises(TypeError, match="Config"):
        Cleaner(cleannews.Config(), templates=path)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from([*FURNITURE, "Word", "", "1", article(1, 1), article(2, 1), "Also: 3 May 2020",
                                          " ".join(FURNITURE), "x" * 30]), max_size=12).map("\n".join),
                min_size=2, max_size=8), st.booleans())
def test_rules_hold_with_templates(texts: list[str], page_profile: bool) -> None:
    """Removal only, restorable, idempotent, the same alone as in a batch."""
    cleaner = Cleaner(profile="page" if page_profile else "article", templates=Templates.learn(texts))
    cleaner._tagger = None  # what is asked here is asked of the tagger elsewhere
    for text, result in zip(texts, cleaner.analyze_many(texts), strict=True):
        assert result.restore() == text
        assert cleaner.clean(result.text) == result.text
        assert cleaner.clean(text) == result.text
        assert all(removal.text for removal in result.removals)


def test_a_clean_text_comes_back_as_it_was() -> None:
    templates = Templates.learn([page(seed) for seed in range(10)])
    text = article(77)
    assert Cleaner(templates=templates).clean(text) == text


# Learning and merging

CORPUS = st.lists(st.tuples(st.sampled_from(["a.example", "b.example", "c.example", ""]), st.integers(0, 30)),
                  max_size=40)


@settings(max_examples=60, deadline=None)
@given(CORPUS, st.lists(st.integers(0, 2), min_size=40, max_size=40), st.integers(2, 9), st.integers(2, 12),
       st.sampled_from([1, 2, 10]), st.randoms())
def test_merging_parts_is_learning_the_whole(corpus: list[tuple[str, int]], cut: list[int], a_site: int, pages: int,
                                             enough: int, dice: random.Random) -> None:
    """Whatever the order, the cut, the caps, and the pages that a site keeps before another keeps more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ENOUGH", enough)
        _check_merging(corpus, cut, {"pages_a_site": a_site, "pages": pages}, dice)


def _check_merging(corpus: list[tuple[str, int]], cut: list[int], caps: dict[str, int], dice: random.Random) -> None:
    texts = [(site, f"Page {seed}\n{WORDS[seed]} news") for site, seed in corpus]

    def learned(part: list[tuple[str, str]]) -> Templates:
        return Templates.learn([text for _, text in part], [site for site, _ in part], **caps)

    whole = learned(texts)
    parts = [[item for item, where in zip(texts, cut, strict=False) if where == number] for number in range(3)]
    for part in parts:
        dice.shuffle(part)
    dice.shuffle(parts)
    first, second, third = map(learned, parts)
    for merged in (first.merge(second, third), first.merge(second).merge(third), third.merge(second.merge(first))):
        assert merged.digest() == whole.digest()
        assert merged.sites() == whole.sites()
        assert [merged.found(site) for site in merged.sites()] == [whole.found(site) for site in whole.sites()]


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(9)), st.integers(1, 8))
def test_merging_finds_the_same_templates(order: list[int], cut: int) -> None:
    texts = [page(seed) for seed in order]
    merged = Templates.learn(texts[:cut]).merge(Templates.learn(texts[cut:]))
    assert merged.found() == Templates.learn([page(seed) for seed in range(9)]).found()
    assert merged.found()


def test_memory_is_bounded() -> None:
    templates = Templates(pages_a_site=5, pages=50)
    for number in range(2000):
        templates.add(f"Some text number {number} " + "word " * 9000, f"site{number % 40}")
    held = [item for sample in templates._sites.values() for item in sample.pages.values()]
    assert len(held) <= 50 * 1.25 + 16
    assert max(len(zlib.decompress(item)) for item in held) <= 4 * (module.PAGE_SIZE + 1)
    templates._trim()
    assert sum(len(sample.keys) for sample in templates._sites.values()) == 50


def test_a_site_keeps_enough_pages_before_another_keeps_more() -> None:
    templates = Templates(pages_a_site=50, pages=60)
    for number in range(1000):
        templates.add(f"Page {number}", "big" if number % 50 else f"small{number // 50 % 2}")
    assert [templates.sampled(name)[0] for name in templates.sites()] == [40, 10, 10]


def test_of_more_sites_than_fit_the_large_ones_are_learned() -> None:
    """Sites by Zipf's law, ten times as many as pages that may be kept."""
    templates = Templates(pages=200)
    for site in range(2000):
        for number in range(-(-2000 // (site + 1))):
            templates.add(f"Page {number} of {site}", f"site{site}")
    assert len(templates.sites()) < 200
    kept = [templates.sampled(f"site{site}")[0] for site in range(2000)]
    assert sum(kept) == 200
    assert [count >= 6 for count in kept[:6]].count(True) >= 4


def test_the_error_bound_that_is_stated() -> None:
    def missed(share: float) -> float:
        return sum(math.comb(100, count) * share**count * (1 - share)**(100 - count) for count in range(needed(100)))

    assert missed(0.15) < 1 / 600
    assert missed(0.2) < 1 / 50_000
    assert math.sqrt(100 * math.log(2 / 0.05) / 2) < 14


def test_the_number_of_pages_is_estimated() -> None:
    templates = Templates.learn(f"Page number {number} of the site" for number in range(3000))
    kept, about = templates.sampled()
    assert kept == 100
    assert 2000 < about < 4500


# Files

def test_a_file_holds_all(tmp_path: Path) -> None:
    texts = [page(seed) for seed in range(7)]
    templates = Templates.learn(texts, ["a.example", "b.example", "a.example"] * 2 + ["a.example"])
    templates.pin("Our very own line", "b.example")
    templates.delete(FURNITURE[0], "a.example")
    path = tmp_path / "t"
    templates.save(path)
    again = Templates.load(path)
    assert again.digest() == templates.digest()
    assert [again.found(site) for site in again.sites()] == [templates.found(site) for site in templates.sites()]
    assert again.merge(again).digest() == templates.digest()
    again.save(tmp_path / "u")
    assert (tmp_path / "u").read_bytes() == path.read_bytes()
    assert list(again.show()) == list(templates.show())
    assert [entry.name for entry in tmp_path.iterdir() if "part" in entry.name] == []


def test_a_sealed_file_is_small_and_final(tmp_path: Path) -> None:
    texts = [page(seed) for seed in range(7)]
    templates = Templates.learn(texts)
    templates.save(tmp_path / "whole")
    templates.save(tmp_path / "sealed", sealed=True)
    sealed = Templates.load(tmp_path / "sealed")
    assert sealed.found() == templates.found()
    assert (tmp_path / "sealed").stat().st_size < 600 < (tmp_path / "whole").stat().st_size
    with pytest.raises(ModelError, match="sealed"):
        sealed.merge(templates)
    with pytest.raises(ModelError, match="sealed"):
        sealed.add("More")
    assert b"harbour" not in zlib.decompress((tmp_path / "sealed").read_bytes()[len(b"cleannews templates\n") + 28:])
    assert Templates.load(tmp_path / "whole", sealed=True).found() == templates.found()


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "t"
    Templates.learn([page(seed) for seed in range(3)]).save(path)
    good = path.read_bytes()
    with pytest.raises(ModelError, match="cannot be read"):
        Templates.load(tmp_path / "nowhere")
    for bad in (b"", b"PK\x03\x04", b"\x80\x04]", json.dumps({}).encode()):
        path.write_bytes(bad)
        with pytest.raises(ModelError, match="not a file of templates"):
            Templates.load(path)
    for length in [*range(21, len(good), 97), len(good) - 1]:
        path.write_bytes(good[:length])
        with pytest.raises(ModelError, match="truncated"):
            Templates.load(path)
    for place in range(48, len(good), 61):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
        with pytest.raises(ModelError, match="checksum"):
            Templates.load(path)
    path.write_bytes(good[:20] + struct.pack("<I", 99) + good[24:])
    with pytest.raises(ModelError, match="format 99"):
        Templates.load(path)


def test_a_bomb_and_a_forged_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t"
    monkeypatch.setattr(module, "LARGEST_PART", 1 << 16)
    for payload in (zlib.compress(b"[" * (1 << 20)), zlib.compress(b'{"sites": 3}'), b"not deflated"):
        digest = blake2b(payload, digest_size=16).digest()
        path.write_bytes(b"cleannews templates\n" + struct.pack("<I16sQ", 1, digest, len(payload)) + payload)
        with pytest.raises(ModelError, match="not a file of templates"):
            Templates.load(path)
    monkeypatch.setattr(module, "LARGEST", 10)
    with pytest.raises(ModelError, match="larger"):
        Templates.load(path)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be written"):
        Templates().save(tmp_path / "no" / "such" / "folder")


# A person's word

def test_delete_and_pin() -> None:
    templates = Templates.learn([page(seed) for seed in range(6)])
    templates.delete("DAILY PLANET – all the news")
    assert FURNITURE[0] not in lines_of(templates.found())
    templates.pin(FURNITURE[1])
    assert templates.found()[0] == Template(FURNITURE[1], 6, 6, module.PINNED)
    templates.pin("A line of 2024 that nobody saw")
    cleaned = Cleaner(templates=templates).clean(page(9) + "\n\nA line of 2025 that nobody saw")
    assert "nobody saw" not in cleaned
    assert FURNITURE[0] in cleaned
    more = templates.merge(Templates.learn([page(seed) for seed in range(20, 30)]))
    assert FURNITURE[0] not in lines_of(more.found())
    templates.pin(FURNITURE[0])
    assert FURNITURE[0] in lines_of(templates.found())
    with pytest.raises(ModelError, match="no template"):
        templates.delete("Something else")
    with pytest.raises(ModelError, match="one line"):
        templates.pin("two\nlines")


def test_unknown_sites_leave_nothing_behind() -> None:
    templates = Templates.learn([page(seed) for seed in range(6)], ["a.example"] * 6)
    sizes = []
    for count in (10, 500):
        for number in range(count):
            assert templates.known(f"unknown{number}.example") is None
        sizes.append(len(templates._known) + len(templates._found))
    assert sizes[0] == sizes[1]


def test_wrong_arguments() -> None:
    with pytest.raises(TypeError, match="str"):
        Templates.learn([b"bytes"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="at least two"):
        Templates(pages=1)
    with pytest.raises(ValueError):
        Templates.learn(["a", "b"], ["a"])


def test_odd_texts_are_learned() -> None:
    odd = ["", " \n ", "\ud800 surrogate", "\x00", "1 2 3", "a" * 50_000, "x\u2028y\x85z", "今日は晴れです。" * 3000]
    templates = Templates.learn(odd + [text + " " for text in odd])
    Cleaner(templates=templates).clean(odd[-1])
    assert site_name("http://[bad") == "http://[bad"


# The command

def corpus(path: Path, count: int = 6, first: int = 0) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        for seed in range(first, first + count):
            stream.write(json.dumps({"url": f"https://planet.example/{seed}", "text": page(seed)}) + "\n")
    return path


def test_learn_show_merge_and_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, both = (str(tmp_path / name) for name in ("1.templates", "2.templates", "12.templates"))
    assert main(["learn", str(corpus(tmp_path / "a.jsonl")), "--by", "url", "-o", one]) == 0
    assert main(["learn", str(corpus(tmp_path / "b.jsonl", 6, 6)), "--by", "url", "-o", two]) == 0
    assert main(["templates", "merge", one, two, "-o", both]) == 0
    whole = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl")]
    assert main(["learn", *whole, "--by", "url", "-o", one]) == 0
    assert Path(one).read_bytes() == Path(both).read_bytes()
    capsys.readouterr()
    assert main(["templates", "show", both]) == 0
    shown = capsys.readouterr().out
    assert "planet.example: 12 pages" in shown
    assert FURNITURE[0] in shown
    assert main(["templates", "delete", both, "About the Planet"]) == 0
    assert main(["templates", "pin", both, "--site", "planet.example", "Read the Star instead"]) == 0
    text = tmp_path / "text.txt"
    text.write_text(page(40) + "\n\nRead the Star instead\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["--templates", both, "--site", "planet.example", str(text)]) == 0
    assert capsys.readouterr().out == article(40) + "\n\nAbout the Planet\n"


def test_learn_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = corpus(tmp_path / "a.jsonl")
    out = str(tmp_path / "t")
    assert main(["learn", str(path), "--by", "nope", "-o", out]) == 2
    assert "'nope'" in capsys.readouterr().err
    with path.open("a", encoding="utf-8") as stream:
        stream.write("{broken\n")
    assert main(["learn", str(path), "--by", "url", "-o", out]) == 1
    assert "line 7" in capsys.readouterr().err
    assert Path(out).exists()
    assert main(["templates", "show", str(path)]) == 2
    assert "not a file of templates" in capsys.readouterr().err
    assert main(["templates", "show", out, "--site", "nowhere"]) == 2
    assert "'nowhere'" in capsys.readouterr().err


def test_a_banner_that_was_learned_inside_lines_goes_where_it_fills_one() -> None:
    banner = "Get the Daily Planet on your phone every single morning before breakfast."

    def with_banner(seed: int) -> str:
        lines = article(seed).split("\n\n")
        return "\n\n".join([*lines[:3], f"{lines[3]} {banner}", *lines[4:], *FURNITURE])

    cleaner = Cleaner(profile="strict", templates=Templates.learn([with_banner(seed) for seed in range(12)]))
    story = article(99).split("\n\n")
    assert cleaner.clean("\n\n".join([*story[:3], banner, *story[3:], *FURNITURE])) == "\n\n".join(story)
