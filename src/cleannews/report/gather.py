"""Audits, stats and texts, read once, into what the page shows. Memory is bounded whatever the audit's length."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from os.path import basename
from typing import Any

from cleannews.batch.tally import MOST, OTHERS, UNKNOWN, Tally
from cleannews.category import Category
from cleannews.errors import InputError
from cleannews.formats import documents
from cleannews.formats.names import understood
from cleannews.formats.places import Stream, sources
from cleannews.formats.record import Broken, Fields, Item
from cleannews.report.sampling import Frequent, Smallest
from cleannews.result import Result

LINE = 200
"""Code points of a removed line that are compared and shown in the table of frequent ones."""

CUTS = 1_000
"""Cuts of one document that are kept for showing it."""

LARGEST = 200_000
"""Code points of a document that is shown with its text; of a longer one the cuts alone are shown."""


@dataclass(frozen=True)
class Limits:
    """How much of an audit the page shows."""

    documents: int = 50
    """Documents drawn at random, by the hash of file and record number."""
    uncertain: int = 200
    """Cuts with the lowest scores, of all."""
    of_each: int = 10
    """Cuts with the lowest scores, of each category, beside those."""
    frequent: int = 100
    """Lines that were removed most often."""


@dataclass
class Cut:
    """A cut of a document."""

    start: int
    end: int
    category: str
    score: float
    rule: str
    text: str
    replacement: str
    document: Document
    number: int = 0
    """Its number on the page, from 1; 0 where it is not on it."""


@dataclass
class Document:
    """A document that was cut."""

    file: str
    record: int
    id: str = ""
    site: str = ""
    lang: str = ""
    cuts: list[Cut] = field(default_factory=list)
    count: int = 0
    """Its cuts, those included that are not kept."""
    text: str | None = None
    """Its text as it came, where that is known."""
    sampled: bool = False
    number: int = 0
    """Its number on the page, from 1."""


@dataclass
class Gathered:
    """What the page shows."""

    inputs: list[str]
    limits: Limits
    tally: Tally
    """Exact counts: of the stats and texts where `measured`, else of the audits, which know no lengths."""
    measured: bool
    """Whether the lengths of all texts are known, so that shares can be told."""
    cuts: int
    removed: int
    touched: int
    """Documents that were cut, in audits and texts."""
    dropped: int
    """Documents that audits name as left out of the output."""
    scores: list[int]
    """Cuts by score, in twenty steps from 0 to 1."""
    frequent: list[tuple[tuple[str, str], int]]
    """Category and text of a removed line, and how often it went."""
    frequent_error: int
    uncertain: list[Cut]
    documents: list[Document]
    """The sampled ones, then those that hold an uncertain cut."""


class Gatherer:
    """Reads inputs of a report one after the other.

    >>> import cleannews
    >>> text = "Rain is expected all week, the weather service said on Monday.\\nShare this article\\n"
    >>> gatherer = Gatherer()
    >>> gatherer.add_text(Item(text, "a.txt", 1), cleannews.analyze(text))
    >>> gathered = gatherer.gathered()
    >>> gathered.cuts, gathered.documents[0].text == text
    (1, True)
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Nothing read yet."""
        self.limits = limits or Limits()
        self._inputs: list[str] = []
        self._stats = Tally()
        self._texts = Tally()
        self._audited = Tally()
        self._has_stats = self._has_audits = False
        self._cuts = self._removed = self._touched = self._dropped = 0
        self._scores = [0] * 20
        self._frequent: Frequent[tuple[str, str]] = Frequent()
        self._uncertain: Smallest[Cut] = Smallest(self.limits.uncertain)
        self._of_each: dict[str, Smallest[Cut]] = {}
        self._documents: Smallest[Document] = Smallest(self.limits.documents)

    def add_stats(self, name: str) -> None:
        """Take the stats of a run. Raises InputError where the file is none."""
        self._inputs.append(name)
        try:
            with open(name, encoding="utf-8") as stream:
                found = json.load(stream)
            state: dict[str, Any] = {"totals": {key: int(found[key]) for key in self._stats.totals}}
            for tables, columns in ((self._stats.cuts, ("cuts", "characters")),
                                    (self._stats.groups, ("documents", "characters", "removed"))):
                for table in tables:
                    state[table] = {str(key): [int(row[column]) for column in columns]
                                    for key, row in found[table].items()}
        except OSError as error:
            raise InputError(f"{name} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f"{name} is no file of stats: `cleannews run --stats` writes one") from None
        self._stats.add(Tally.from_state(state))
        self._has_stats = True

    def add_audit(self, name: str) -> None:
        """Take the audit of a run. Raises InputError naming the line that is none of an audit."""
        self._inputs.append(name)
        self._has_audits = True
        document, key = None, None
        for number, entry in _entries(name):
            try:
                if "dropped" in entry:
                    self._dropped += 1
                    continue
                if entry["document"] != key:
                    if document is not None:
                        self._finish(document)
                    key = entry["document"]
                    document = Document(str(entry["file"]), int(entry["record"]), str(entry.get("id", "")),
                                        str(entry.get("site", "")), str(entry.get("lang", "")))
                assert document is not None
                text, replacement = str(entry["text"]), str(entry.get("replacement", ""))
                cut = Cut(int(entry["start"]), int(entry["end"]), str(Category(entry["category"])),
                          float(entry["score"]), str(entry["rule"]), text, replacement, document)
            except (KeyError, TypeError, ValueError):
                raise InputError(f"{name}, line {number} is not of an audit: `cleannews run --removed` writes "
                                 "one") from None
            self._take(cut, self._audited)
        if document is not None:
            self._finish(document)

    def add_text(self, item: Item, result: Result) -> None:
        """Take a text that was cleaned now."""
        if item.file not in self._inputs[-1:]:
            self._inputs.append(item.file)
        self._texts.count(item, result, item.lang, True)
        if not result.removals:
            return
        document = Document(item.file, item.record, item.id, item.site, item.lang,
                            text=item.text if len(item.text) <= LARGEST else None)
        for removal in result.removals:
            self._take(Cut(removal.start, removal.end, removal.category.value, removal.score, removal.rule,
                           removal.text, removal.replacement, document))
        self._finish(document)

    def _take(self, cut: Cut, tally: Tally | None = None) -> None:
        document, size = cut.document, len(cut.text) - len(cut.replacement)
        self._cuts += 1
        self._removed += size
        self._scores[min(19, max(0, int(cut.score * 20)))] += 1
        self._frequent.add((cut.category, " ".join(cut.text[:4 * LINE].split())[:LINE]))
        document.count += 1
        if len(document.cuts) < CUTS:
            document.cuts.append(cut)
        if tally is not None:
            for table, key in (("categories", cut.category), ("rules", cut.rule)):
                _add(tally.cuts[table], key, (1, size))
            for table, key in (("languages", document.lang or UNKNOWN), ("sites", document.site)):
                if key:
                    _add(tally.groups[table], key, (document.count == 1, 0, size))
        least = self._of_each.setdefault(cut.category, Smallest(self.limits.of_each))
        if self._uncertain.wants(cut.score) or least.wants(cut.score):
            tie = _hash(f"{document.file}\0{document.record}\0{cut.start}")
            self._uncertain.offer(cut.score, cut, tie)
            least.offer(cut.score, cut, tie)

    def _finish(self, document: Document) -> None:
        self._touched += 1
        self._documents.offer(_hash(f"{document.file}\0{document.record}"), document)

    def gathered(self, corpus: Sequence[str] = (), fields: Fields | None = None) -> Gathered:
        """What was read. `corpus` names the run's input, for the texts of the documents that are shown.

        Raises InputError where the corpus cannot be read.
        """
        least = {id(cut): cut for cut in (*self._uncertain.things(),
                                          *(cut for each in self._of_each.values() for cut in each.things()))}
        uncertain = sorted(least.values(), key=lambda cut: cut.score)
        shown = self._documents.things()
        for document in shown:
            document.sampled = True
        known = {id(document) for document in shown}
        for cut in uncertain:
            if id(cut.document) not in known:
                known.add(id(cut.document))
                shown.append(cut.document)
        for number, document in enumerate(shown, 1):
            document.number = number
        numbered = 0
        for cut in (*uncertain, *(cut for document in shown for cut in document.cuts)):
            if not cut.number:
                numbered += 1
                cut.number = numbered
        _fetch(shown, corpus, fields or Fields())
        measured = not self._has_audits or self._has_stats
        tally = Tally()
        for part in (self._texts, self._stats if self._has_stats else self._audited):
            tally.add(part)
        return Gathered(self._inputs, self.limits, tally, measured, self._cuts, self._removed, self._touched,
                        self._dropped, self._scores, self._frequent.top(self.limits.frequent), self._frequent.error,
                        uncertain, shown)


def kind_of_input(name: str) -> str:
    """What an input of a report is, by its ending: ``audit``, ``stats`` or ``text``.

    >>> kind_of_input("removed.jsonl.gz"), kind_of_input("stats.json"), kind_of_input("-")
    ('audit', 'stats', 'text')
    """
    if understood(name).kind == "jsonl":
        return "audit"
    return "stats" if name.lower().endswith(".json") else "text"


def _add(table: dict[str, list[int]], key: str, figures: Sequence[int]) -> None:
    """Add figures to a row; beyond `MOST` rows all go into one, so that memory is bounded."""
    row = table.setdefault(key if key in table or len(table) < MOST else OTHERS, [0] * len(figures))
    for at, figure in enumerate(figures):
        row[at] += figure


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


def _entries(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    stream = Stream(sources([name], "jsonl")[0][0])
    for number, line in enumerate(io.BufferedReader(stream, 1 << 16), 1):
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict):
            if stream.failure:
                break
            raise InputError(f"{name}, line {number} is not of an audit: `cleannews run --removed` writes one")
        yield number, entry
    if stream.failure:
        raise InputError(f"{name} cannot be read to its end: {stream.failure}")


def _fetch(wanted: Iterable[Document], corpus: Sequence[str], fields: Fields) -> None:
    """Give documents their texts, where the corpus has them and every cut fits."""
    if not corpus:
        return
    missing: dict[tuple[str, int], list[Document]] = {}
    for document in wanted:
        if document.text is None:
            missing.setdefault((basename(document.file), document.record), []).append(document)
    for item in documents(corpus, fields):
        if not missing:
            break
        if isinstance(item, Broken):
            continue
        key = (basename(item.file), item.record)
        for document in missing.get(key, [])[:]:
            if len(item.text) <= LARGEST and all(item.text[cut.start:cut.end] == cut.text for cut in document.cuts):
                document.text = item.text
                missing[key].remove(document)
        if key in missing and not missing[key]:
            del missing[key]
