"""Reading lexicon files, and the compiled form that starts fast.

The shipped TOML files are compiled into ``compiled.npy`` (``python -m cleannews.lexicon compile``); a test holds the
two together. A lexicon of the user's own is read from its TOML directly.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.category import Category
from cleannews.document import hashes_of
from cleannews.errors import LexiconError
from cleannews.lexicon.entry import Entry, Match, entry_from
from cleannews.lexicon.index import Index, Key, Shortcuts, Tables, joined, keys_of, tables_of
from cleannews.lexicon.language import Languages
from cleannews.lexicon.phrase import compile_phrase, shown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent
COMPILED = HERE / "compiled.npy"

LARGEST = 8 << 20
"""Bytes. A larger lexicon file is refused unread; the largest of the package has 390 kB."""

MOST_LISTED = 5000
"""Words of a word list; the longest of the package has 288."""

MOST_KEYS = 20_000
"""Ways in which the phrases of one entry may begin; the entry of the package with most has 1,344."""


_CATEGORY = {category: number for number, category in enumerate(Category)}
_MATCH = {match: number for number, match in enumerate(Match)}


@dataclass(frozen=True)
class Lexicon:
    """Entries, the index that finds them, and word lists by language."""

    entries: tuple[Entry, ...]
    index: Index
    words: Mapping[str, frozenset[int]]
    """Token hashes of every word list, all languages together: ``month``, ``weekday``, ``time``, ``function`` …"""
    function: Mapping[str, frozenset[int]]
    """Token hashes of the function words by language."""

    @cached_property
    def rules(self) -> Mapping[tuple[int, int], str]:
        """The names of phrases (see `Entry.rule`), by the numbers of entry and phrase."""
        return _Rules(self.entries)

    @cached_property
    def score(self) -> NDArray[np.float64]:
        """How sure each entry is."""
        return np.array([entry.score for entry in self.entries])

    def having(self, categories: tuple[Category, ...] = tuple(Category),
               matches: tuple[Match, ...] = tuple(Match)) -> NDArray[np.bool_]:
        """Which entries name one of some categories and must stand at one of some places, shape (entries,)."""
        asked = categories, matches
        if asked not in self._having:
            self._having[asked] = self._chosen(*asked)
        return self._having[asked]

    @cached_property
    def _having(self) -> dict[tuple[tuple[Category, ...], tuple[Match, ...]], NDArray[np.bool_]]:
        return {}

    def _chosen(self, categories: tuple[Category, ...], matches: tuple[Match, ...]) -> NDArray[np.bool_]:
        named, placed = np.zeros(len(_CATEGORY), bool), np.zeros(len(_MATCH), bool)
        named[[_CATEGORY[category] for category in categories]] = True
        placed[[_MATCH[match] for match in matches]] = True
        found: NDArray[np.bool_] = named[self._category] & placed[self._match]
        return found

    @cached_property
    def _category(self) -> NDArray[np.uint8]:
        return np.array([_CATEGORY[entry.category] for entry in self.entries], np.uint8)

    @cached_property
    def _match(self) -> NDArray[np.uint8]:
        return np.array([_MATCH[entry.match] for entry in self.entries], np.uint8)


class _Rules(dict[tuple[int, int], str]):
    """Names of phrases, made when first asked for: a text has few of all there are."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = entries

    def __missing__(self, key: tuple[int, int]) -> str:
        entry, phrase = key
        rule = self[key] = self._entries[entry].rule(phrase)
        return rule


@dataclass(frozen=True)
class Source:
    """One parsed file: its entries, the keys of each, and its word lists."""

    language: str
    entries: tuple[Entry, ...]
    keys: tuple[tuple[Key, ...], ...]
    words: Mapping[str, tuple[str, ...]]


def languages() -> list[str]:
    """The languages the shipped lexicon has a file for.

    >>> "en" in languages()
    True
    """
    return sorted(path.stem for path in HERE.glob("*.toml") if path.stem != "publishers")


def read_source(path: Path) -> Source:
    """Parse and check one TOML file. Raises LexiconError naming the file and the entry."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise LexiconError(f"the lexicon {path} is larger than {LARGEST >> 20} MB; split it into several files")
        table = tomllib.loads(data.decode())
    except OSError as error:
        raise LexiconError(f"the lexicon {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"the lexicon {path} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise LexiconError(f"the lexicon {path} nests its values too deep") from error
    unknown = set(table) - {"language", "name", "words", "entry"}
    if unknown:
        raise LexiconError(f"the lexicon {path} has the unknown table {min(unknown)!r}")
    language, lists, listed = table.get("language", path.stem), table.get("words", {}), table.get("entry", [])
    if not isinstance(language, str) or not isinstance(lists, dict) or not isinstance(listed, list):
        raise LexiconError(f"the lexicon {path} is no lexicon: 'language' must be a text, [words] a table and "
                           "[[entry]] a list of tables")
    words: dict[str, tuple[str, ...]] = {}
    for name, values in lists.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise LexiconError(f"the lexicon {path} has a word list {name!r} that is not a list of words")
        if len(values) > MOST_LISTED:
            raise LexiconError(f"the lexicon {path} has a word list {name!r} of {len(values)} words; at most "
                               f"{MOST_LISTED} are allowed")
        words[name] = tuple(values)
    hashed = {name: hashed_words(values) for name, values in words.items()}
    entries: list[Entry] = []
    keys: list[tuple[Key, ...]] = []
    for number, raw in enumerate(listed, 1):
        where = f"entry {number} of the lexicon {path}"
        entry = entry_from(raw, language, where)
        try:
            keys.append(tuple(_keys(number - 1, entry.phrases, hashed)))
        except LexiconError as error:
            raise LexiconError(f"{where}: {error}") from error
        entries.append(entry)
    return Source(language, tuple(entries), tuple(keys), words)


def _keys(entry: int, phrases: Iterable[str], words: Mapping[str, frozenset[int]]) -> list[Key]:
    """The keys of all phrases of an entry. Raises LexiconError where there are too many of them."""
    keys: list[Key] = []
    for number, phrase in enumerate(phrases):
        keys += keys_of(entry, number, compile_phrase(phrase, words))
        if len(keys) > MOST_KEYS:
            raise LexiconError(f"with the phrase {shown(phrase)} it can begin in {len(keys)} ways, at most {MOST_KEYS} "
                               "are allowed; make two entries of it, or write out fewer alternatives")
    return keys


def hashed_words(words: Iterable[str]) -> frozenset[int]:
    """The token hashes of single words."""
    return frozenset(int(value) for word in words for value in hashes_of([word]))


def _together(sources: Iterable[Source]) -> Lexicon:
    entries: list[Entry] = []
    keys: list[Key] = []
    words: dict[str, set[int]] = {}
    function: dict[str, frozenset[int]] = {}
    for source in sources:
        for entry, found in zip(source.entries, source.keys, strict=True):
            keys.extend(key._replace(entry=len(entries)) for key in found)
            entries.append(entry)
        for name, values in source.words.items():
            words.setdefault(name, set()).update(hashed_words(values))
        if source.words.get("function"):
            function[source.language] = function.get(source.language, frozenset()) | hashed_words(
                source.words["function"])
    return _lexicon(entries, tables_of(keys), {name: frozenset(values) for name, values in words.items()}, function)


def _lexicon(entries: Sequence[Entry], tables: Tables, words: Mapping[str, frozenset[int]],
             function: Mapping[str, frozenset[int]], shortcuts: Shortcuts | None = None) -> Lexicon:
    return Lexicon(tuple(entries), Index(entries, tables, Languages(function), shortcuts), words, function)


def shipped_sources() -> list[Path]:
    """The TOML files of the package, languages first in alphabetical order, publishers last."""
    return [HERE / f"{language}.toml" for language in languages()] + [HERE / "publishers.toml"]


def compiled() -> dict[str, NDArray[Any]]:
    """The arrays of the shipped lexicon that ``compiled.npy`` stores."""
    lexicon = _together(map(read_source, shipped_sources()))
    header = {"entries": [[entry.language, entry.category.value, entry.match.value, len(entry.phrases), entry.case,
                           entry.score, entry.words] for entry in lexicon.entries],
              "words": {name: sorted(values) for name, values in sorted(lexicon.words.items())},
              "function": {name: sorted(values) for name, values in sorted(lexicon.function.items())}}
    phrases = "\n".join(" ".join(phrase.split()) for entry in lexicon.entries for phrase in entry.phrases)
    return {"header": np.frombuffer(json.dumps(header, separators=(",", ":")).encode(), np.uint8),
            "phrases": np.frombuffer(phrases.encode(), np.uint8),
            **lexicon.index.tables._asdict(), **lexicon.index.shortcuts._asdict()}


def store() -> None:
    """Write the shipped lexicon's compiled form: one record with an array a field, which is mapped, not read.

    The old file stays whole for those who have it mapped.
    """
    arrays = compiled()
    record = np.zeros(1, np.dtype([(name, array.dtype, array.shape) for name, array in arrays.items()], align=True))
    for name, array in arrays.items():
        record[name] = array
    beside = COMPILED.with_suffix(".part")
    with beside.open("wb") as stream:
        np.save(stream, record)
    beside.replace(COMPILED)


def stored() -> dict[str, NDArray[Any]]:
    """The arrays that `store` wrote."""
    record = np.load(COMPILED, mmap_mode="r", allow_pickle=False)
    return {name: np.asarray(record[name][0]) for name in record.dtype.names}


@cache
def load(paths: tuple[str, ...] = ()) -> Lexicon:
    """The shipped lexicon, with the user's own files added.

    Raises LexiconError for a file that cannot be read or is wrong.

    >>> load().entries[0].language
    'af'
    """
    shipped = _shipped() if COMPILED.exists() else _together(map(read_source, shipped_sources()))
    if not paths:
        return shipped
    own = _together([read_source(Path(path)) for path in paths])
    words = {name: shipped.words.get(name, frozenset()) | own.words.get(name, frozenset())
             for name in {*shipped.words, *own.words}}
    function = {name: shipped.function.get(name, frozenset()) | own.function.get(name, frozenset())
                for name in {*shipped.function, *own.function}}
    tables = joined(shipped.index.tables, own.index.tables, len(shipped.entries))
    return _lexicon([*shipped.entries, *own.entries], tables, words, function)


def _shipped() -> Lexicon:
    arrays = stored()
    header = json.loads(arrays.pop("header").tobytes())
    categories, matches = {item.value: item for item in Category}, {item.value: item for item in Match}
    phrases = iter(arrays.pop("phrases").tobytes().decode().split("\n"))
    entries = tuple(Entry(language, categories[category], matches[match], tuple(islice(phrases, count)), case, score,
                          words)
                    for language, category, match, count, case, score, words in header["entries"])
    shortcuts = Shortcuts(*(arrays.pop(name) for name in Shortcuts._fields))
    return _lexicon(entries, Tables(**arrays),
                    {name: frozenset(values) for name, values in header["words"].items()},
                    {name: frozenset(values) for name, values in header["function"].items()}, shortcuts)
