"""Changes that must change no decision, tried on the texts of case files: python -m benchmarks.metamorphic CASES…

    python -m benchmarks.metamorphic wcxb.jsonl.gz --page-type article --extractors gold,trafilatura --show 3

Each relation changes a text in a way that has nothing to do with what is cruft: another date, another name, curly
quotes for straight ones, another line end. What is cleaned after the change must be what was cleaned before it, the
change itself apart. Mojibake is left alone (quotation marks are part of it). ``join`` lays two articles that cleaning
leaves alone end to end: nothing of either may go.

The table counts, for each relation, the texts that it changed at all and those whose decisions it changed.
``tests/test_metamorphic.py`` holds the same relations on the articles and seeds of the repository. How case files are
made is in `benchmarks.cases`.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks import in_a_sentence
from benchmarks.measure import NOTHING, pages
from cleannews import Cleaner, InputError

Text = Callable[[str], str]


@dataclass(frozen=True)
class Relation:
    """A change, and what makes a text and the changed text alike again."""

    change: Text
    alike: Text


def _swapped(words: Sequence[str]) -> tuple[Text, Text]:
    """Every word of a list becomes the next of the list; and the form in which all of them are one."""
    following = dict(zip(words, [*words[1:], words[0]], strict=True))
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
    return lambda text: pattern.sub(lambda found: following[found[0]], text), lambda text: pattern.sub("W", text)


MONTHS = ("January", "February", "April", "June", "July", "August", "September", "October", "November", "December")
"""Without March and May, which are words of their own."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NAMES = ("Michael", "Elena", "David", "Sarah", "Ahmed", "Maria", "Thomas", "Julia", "Viktor", "Anna", "Peter", "Laura",
         "Martin", "Nina", "Robert", "Emma", "Daniel", "Olga", "James", "Ingrid")

_LETTERED = re.compile(r"(?<![\w&#•·▪‣◦●■*–-])\d+(?![\w;])")  # no glued bullet and no character reference
_OTHER = str.maketrans("123456789", "234567891")
_ARABIC = {ord("0") + digit: 0x660 + digit for digit in range(10)}
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "‚": "'"})
_ATOMIC = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_OPEN = re.compile(r"(?:(?<=^)|(?<=[\s(\[–—-]))([\"'])(?=\S)", re.MULTILINE)


def curly(text: str) -> str:
    """Straight quotation marks and apostrophes as typographic ones.

    >>> curly('"It\\'s late," he said.')
    '“It’s late,” he said.'
    """
    opened = _OPEN.sub(lambda found: "“" if found[1] == '"' else "‘", text)
    return opened.replace('"', "”").replace("'", "’")


def _straight(text: str) -> str:
    return text.translate(_STRAIGHT)


def _feeds(text: str) -> str:
    return text.replace("\r\n", "\n")


def _one_digit(text: str) -> str:
    return re.sub(r"\d", "0", text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def decomposed(text: str) -> str:
    """Letters with accents as letters and accents (NFD); Hangul and kana, of which NFD makes other letters, stay.

    >>> len(decomposed("é가が"))
    4
    """
    return "".join(char if _ATOMIC.match(char) else unicodedata.normalize("NFD", char) for char in text)


def _other_numbers(text: str) -> str:
    return _LETTERED.sub(lambda found: found[0].translate(_OTHER), text)


def _longer_numbers(text: str) -> str:
    return re.sub(r"(?<![\w&#•·▪‣◦●■*–:./-])[3-9](?![\w;:./)-])", lambda found: found[0] + "4", text)


RELATIONS = {
    "month": Relation(*_swapped(MONTHS)),
    "weekday": Relation(*_swapped(WEEKDAYS)),
    "name": Relation(*_swapped(NAMES)),
    "number": Relation(_other_numbers, _one_digit),
    "longer number": Relation(_longer_numbers, lambda text: re.sub(r"\d+", "0", text)),
    "digits of another script": Relation(
        lambda text: _LETTERED.sub(lambda found: found[0].translate(_ARABIC), text), _one_digit),
    "straight to curly": Relation(curly, _straight),
    "curly to straight": Relation(_straight, _straight),
    "LF to CRLF": Relation(lambda text: _feeds(text).replace("\n", "\r\n"), _feeds),
    "CRLF to LF": Relation(_feeds, _feeds),
    "NFC to NFD": Relation(decomposed, _composed),
    "NFD to NFC": Relation(_composed, _composed),
}


def changed(cleaner: Cleaner, relation: Relation, texts: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """How many of the texts the relation changes, and of those whose decisions it changes what was left, both ways."""
    pairs = [(text, relation.change(text)) for text in texts]
    pairs = [(text, other) for text, other in pairs if text != other and relation.alike(other) == relation.alike(text)]
    before = cleaner.clean_many(text for text, _ in pairs)
    after = cleaner.clean_many(other for _, other in pairs)
    found = [(relation.alike(one), relation.alike(other)) for one, other in zip(before, after, strict=True)]
    return len(pairs), [pair for pair in found if pair[0] != pair[1]]


def joined(cleaner: Cleaner, texts: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """How many pairs of neighbours among the texts that stay as they are were joined, and those that lost something."""
    stay = [text for text, clean in zip(texts, cleaner.clean_many(texts), strict=True)
            if text == clean and text.strip()]
    pairs = [f"{one.rstrip()}\n\n{other.lstrip()}" for one, other in pairwise(stay)]
    found = zip(pairs, cleaner.clean_many(pairs), strict=True)
    return len(pairs), [(pair, clean) for pair, clean in found if pair != clean]


def difference(one: str, other: str) -> Iterator[str]:
    """The lines that only one of two texts has, `-` for the first."""
    for line in difflib.unified_diff(one.split("\n"), other.split("\n"), lineterm="", n=0):
        if line[:2] not in ("--", "++", "@@"):
            yield line[:160]


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where a case file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metamorphic", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--extractors", default="gold,trafilatura", help="whose texts; `gold` is the article itself")
    parser.add_argument("--page-type", help="only pages of this type")
    parser.add_argument("--relations", help="only these, comma-separated")
    parser.add_argument("--profile", default="article")
    parser.add_argument("--most", type=int, default=2000, metavar="N", help="texts at most")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="failures shown a relation")
    options = parser.parse_args(arguments)
    names = options.extractors.split(",")
    found = [page for path in options.cases for page in pages(path, raw=True)
             if options.page_type in (None, page.record.get("page_type"))]
    if not found:
        raise InputError(NOTHING)
    sets: dict[str, list[str]] = {}
    for name in names:
        texts = (page.article if name == "gold" else page.texts.get(name, "") for page in found)
        sets[name] = list(dict.fromkeys(filter(None, texts)))[:options.most]
    cleaner = Cleaner(profile=options.profile, keep={"encoding"})
    asked = options.relations.split(",") if options.relations else [*RELATIONS, "join"]
    print(f"{'relation':26}" + "".join(f"{name:>26}" for name in sets))
    for title in asked:
        row, shown, relation = f"{title:26}", [], RELATIONS.get(title)
        for texts in sets.values():
            tried, bad = changed(cleaner, relation, texts) if relation else joined(cleaner, texts)
            row += f"{len(bad):>12} of {tried:5} {len(bad) / max(1, tried):6.2%}"
            shown += bad[:options.show]
        print(row, flush=True)
        for pair in shown:
            print("    " + "\n    ".join(difference(*pair)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
