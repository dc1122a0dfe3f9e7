"""Files from strangers: templates, taggers, configurations and lexicons that are cut short, damaged, foreign or hostile
are refused in one line, and nothing in them is run.
"""

from __future__ import annotations

import ast
import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cleannews
from cleannews import Cleaner, CleannewsError, Config, ConfigError, LexiconError, ModelError
from cleannews.config import LARGEST as LARGEST_CONFIG
from cleannews.lexicon import loader
from cleannews.lexicon.loader import read_source
from cleannews.tagger import model, store
from cleannews.tagger.model import Tagger
from cleannews.templates import Templates

PAGE = "Daily Planet - all the news\n\n{}\n\nGet the Planet at your door\n"
STORIES = ["The mayor said that the old bridge would be closed for a year.", "Two children were found in the woods.",
           "A company from the north has bought the mill.", "The harbour wall will be repaired before the winter."]


class Trap:
    """What says so where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (pytest.fail, ("a file from a stranger was unpickled",))


@pytest.fixture(scope="module")
def templates_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("templates") / "site.templates"
    Templates.learn(map(PAGE.format, STORIES), ["planet.example"] * 4).save(path)
    return path


LOADERS: dict[str, Callable[[Path], object]] = {"templates": Templates.load, "tagger": Tagger.load}


def whole(kind: str, templates_file: Path) -> bytes:
    return (templates_file if kind == "templates" else model.SHIPPED).read_bytes()


def refused(load: Callable[[Path], object], path: Path, error: type[CleannewsError] = ModelError) -> str:
    """The message with which a file is refused: one line that names the file."""
    with pytest.raises(error) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert len(message) < 500
    return message


@pytest.mark.parametrize("kind", LOADERS)
def test_a_file_cut_short_anywhere_is_refused(kind: str, templates_file: Path, tmp_path: Path):
    data = whole(kind, templates_file)
    places = {0, 1, 10, len(data) - 1, *(len(data) * part // 40 for part in range(40))}
    for place in sorted(places):
        path = tmp_path / "cut"
        path.write_bytes(data[:place])
        refused(LOADERS[kind], path)


@pytest.mark.parametrize("kind", LOADERS)
def test_a_file_with_a_flipped_bit_is_refused_or_says_the_same(kind: str, templates_file: Path, tmp_path: Path):
    """A bit may stand where nothing is said (the date of a member of an archive): then the same is loaded."""
    data = whole(kind, templates_file)
    choice = random.Random(5)
    same = 0
    for _ in range(60):
        flipped = bytearray(data)
        flipped[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
        path = tmp_path / "flipped"
        path.write_bytes(flipped)
        try:
            loaded = LOADERS[kind](path)
        except ModelError:
            continue
        same += 1
        if isinstance(loaded, Tagger):
            shipped = Tagger.load(model.SHIPPED)
            assert np.array_equal(loaded.ngrams.weights, shipped.ngrams.weights)
            assert np.array_equal(loaded.second.leaves, shipped.second.leaves)
        else:
            assert isinstance(loaded, Templates)
            assert loaded.digest() == Templates.load(templates_file).digest()
    assert same <= 3


@pytest.mark.parametrize("kind", LOADERS)
@pytest.mark.parametrize("foreign", [
    b"", b"\0" * 1000, b"PK\x03\x04 no archive", b"\x1f\x8b\x08 no gzip", b"\x93NUMPY\x01\x00", b"{}",
    b"cleannews templates\n", pickle.dumps(Trap()), "Größe".encode("utf-16")], ids=lambda data: repr(data[:12]))
def test_a_foreign_file_is_refused(kind: str, foreign: bytes, tmp_path: Path):
    path = tmp_path / "foreign"
    path.write_bytes(foreign)
    refused(LOADERS[kind], path)


def test_the_files_of_one_kind_are_no_files_of_the_other(templates_file: Path):
    refused(Tagger.load, templates_file)
    refused(Templates.load, model.SHIPPED)


# Taggers whose checksum is right


def signed(path: Path, header: dict[str, Any] | None = None, **changed: Any) -> Path:
    """The shipped tagger with other arrays or another header, and the checksum that belongs to them."""
    with np.load(model.SHIPPED, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    told = json.loads(arrays.pop("header").tobytes())
    arrays |= changed
    told |= {"digest": store._digest(arrays), **(header or {})}
    with path.open("wb") as stream:
        np.savez(stream, header=np.frombuffer(json.dumps(told).encode(), np.uint8), **arrays)
    return path


def test_a_copy_of_the_tagger_is_loaded(tmp_path: Path):
    text = "The vote was on Friday, the minister told a crowded hall.\nShare this article\n"
    assert Cleaner(tagger=str(signed(tmp_path / "copy"))).analyze(text) == Cleaner().analyze(text)


@pytest.mark.parametrize(("changed", "complaint"), [
    ({"ngrams": np.zeros((2, 8), np.int8)}, "n-gram weights"),
    ({"ngrams": np.zeros((2, 1 << 17), np.float64)}, "n-gram weights"),
    ({"calibration": np.array([0.5])}, "calibration"),
    ({"calibration": np.array([0.1, np.nan])}, "calibration"),
    ({"calibration": np.array([0.1, 7.0])}, "calibration"),
    ({"first_features": np.full((3, 6), 30_000, np.int16)}, "first stage"),
    ({"first_features": np.full((3, 6), -1, np.int16)}, "first stage"),
    ({"second_leaves": np.zeros((1, 1), np.int32)}, "second stage"),
    ({"second_bias": np.array([1 << 40])}, "bias of its second stage"),
], ids=str)
def test_a_tagger_of_the_wrong_shape_is_refused_whatever_its_checksum(changed: dict[str, Any], complaint: str,
                                                                     tmp_path: Path):
    assert complaint in refused(Tagger.load, signed(tmp_path / "hostile", **changed))


@pytest.mark.parametrize("beyond", [-1, 0, 30_000])
def test_a_tree_cannot_ask_for_what_lies_beside_its_columns(beyond: int, tmp_path: Path):
    """The compiled loops read without looking: what they are given must have been looked at."""
    shipped = Tagger.load(model.SHIPPED)
    features = shipped.first.features.copy()
    features[7, 2] = beyond if beyond < 0 else len(shipped.names) + beyond
    assert "feature" in refused(Tagger.load, signed(tmp_path / "hostile", first_features=features))


def test_a_tagger_of_another_version_is_refused(tmp_path: Path):
    assert "format 9" in refused(Tagger.load, signed(tmp_path / "later", {"format": 9}))
    assert "does not have" in refused(Tagger.load, signed(tmp_path / "other", {"names": ["phase of the moon"]}))


def test_a_tagger_that_unpacks_to_more_than_it_can_be_is_refused_unread(tmp_path: Path):
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ngrams.npy", b"\0" * (store.LARGEST + 1))
    assert path.stat().st_size < 1 << 20
    assert "unpacks to more" in refused(Tagger.load, path)


def test_objects_in_a_tagger_are_not_unpickled(tmp_path: Path):
    path = tmp_path / "pickled"
    stream = io.BytesIO()
    np.savez(stream, header=np.array([Trap()], dtype=object))
    path.write_bytes(stream.getvalue())
    refused(Tagger.load, path)


# Text files


@pytest.mark.parametrize(("load", "error", "name"), [
    (Config.from_file, ConfigError, "cleannews.toml"), (read_source, LexiconError, "own.toml")],
    ids=["config", "lexicon"])
@pytest.mark.parametrize("data", [
    b"\0", b"\xff\xfe", b"[[[", b"a = " + b"[" * 5000, b"=" * 100_000, pickle.dumps(Trap()), b"'" * 7],
    ids=lambda data: repr(data[:8]))
def test_a_broken_text_file_is_refused(load: Callable[[Path], object], error: type[CleannewsError], name: str,
                                       data: bytes, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(data)
    refused(load, path, error)


def test_a_text_file_larger_than_any_is_refused_unread(tmp_path: Path):
    config, lexicon = tmp_path / "cleannews.toml", tmp_path / "own.toml"
    config.write_bytes(b"#" * (LARGEST_CONFIG + 1))
    lexicon.write_bytes(b"#" * (loader.LARGEST + 1))
    assert "larger than" in refused(Config.from_file, config, ConfigError)
    assert "larger than" in refused(read_source, lexicon, LexiconError)


ENTRY = '[[entry]]\ncategory = "related"\nmatch = "contains"\nphrase = {}\n'


@pytest.mark.parametrize(("phrase", "complaint"), [
    ("a" * 5000, "at most 4000"),
    ("** " * 20 + "a", "more than 12 gaps"),
    ("(*|**)" * 30 + " a", "more than 12 gaps"),
    ("(" * 40 + "a" + ")" * 40, "nests brackets"),
    ("(a|b) c | d", "outside brackets"),
    ("(#|*) (#|*)", "at least one word"),
], ids=lambda value: value[:12])
def test_a_hostile_phrase_is_refused_and_its_entry_named(phrase: str, complaint: str, tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(ENTRY.format('"fine"') + ENTRY.format(json.dumps(phrase)), encoding="utf-8")
    message = refused(read_source, path, LexiconError)
    assert message.startswith("entry 2 of the lexicon")
    assert complaint in message


def test_an_entry_that_may_begin_in_too_many_ways_is_refused_and_named(tmp_path: Path):
    path = tmp_path / "own.toml"
    words = json.dumps(["".join(letters) for letters in product("abcdefgh", repeat=4)][:4000])
    phrases = json.dumps([f"<many> {word}" for word in ("this", "that", "here", "there", "now", "then", "why", "how")])
    path.write_text(f"[words]\nmany = {words}\n{ENTRY.format(phrases)}", encoding="utf-8")
    assert "ways" in refused(read_source, path, LexiconError)


def test_a_list_of_too_many_words_is_refused(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(f"[words]\nmany = {json.dumps(['a'] * 6000)}\n", encoding="utf-8")
    assert "6000 words" in refused(read_source, path, LexiconError)


def test_any_phrase_that_is_accepted_is_read_and_found_in_linear_time(tmp_path: Path):
    """The most that the bounds allow, on texts made for it; `tests/test_patterns.py` times the shipped ones."""
    path = tmp_path / "own.toml"
    hostile = ["a " + "** " * 12 + "b", "(a|*)" * 12 + " b", "(a|b a)" * 300 + " c", "(a|(a|(a|(a|a b))))" * 80]
    path.write_text("".join(ENTRY.format(json.dumps(phrase)) + "words = 100000\n" for phrase in hostile),
                    encoding="utf-8")
    text = "a " * 500 + "\n" + "a b " * 300
    assert Cleaner(lexicon=str(path)).analyze(text).restore() == text


# Nothing is run


def test_the_package_unpickles_and_evaluates_nothing():
    """No pickle, no eval, no exec, and numpy is told not to unpickle where it loads.

    The integrations of Spark and Ray send templates between the workers of one job with pickle, as these engines send
    everything; the process that reads web pages under a time limit is sent its pages so. No file is read that way.
    """
    package = Path(cleannews.__file__).parent
    engines = {package / "integrations" / name for name in ("spark.py", "ray.py")}
    engines.add(package / "html" / "reader.py")  # speaks to a process that it started itself
    for path in set(package.rglob("*.py")) - engines:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                named = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not {name.partition(".")[0] for name in named} & {
                    "pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}, path
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                owner = getattr(getattr(node.func, "value", None), "id", "")
                assert name not in {"eval", "exec", "__import__"}, path
                if (owner, name) == ("np", "load"):
                    assert any(keyword.arg == "allow_pickle" and getattr(keyword.value, "value", None) is False
                               for keyword in node.keywords), path
