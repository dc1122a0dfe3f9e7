"""What readers, workers and writers hand one another.

A reader cuts a file into `Chunk`s without looking into them: that is quick and is done in one process. A worker parses
a chunk into a `Batch` of entries, cleans their texts and asks the batch to write itself again with the `Change`s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

LONGEST = 32 << 20
"""Bytes. A longer record is rejected: one record must fit in a worker's memory many times over."""


@dataclass(frozen=True)
class Fields:
    """Where a record keeps what: dotted paths, empty where not asked for."""

    text: str = "text"
    id: str = ""
    site: str = ""
    lang: str = ""
    title: str = ""
    added: tuple[str, ...] = ()
    """Fields that cleaning adds (``--into``, ``--outcome``): no record may have them yet."""
    dropped: tuple[str, ...] = ()
    """Fields that cleaning had added and that `restore` takes out."""
    encoding: str = "utf-8"
    """Encoding of text files and CSV."""
    html: bool = False
    """Whether the texts are web pages."""

    def about(self) -> tuple[tuple[str, str], ...]:
        """Pairs of an `Item`'s attribute and the path that fills it."""
        return tuple((name, path) for name, path in (("id", self.id), ("site", self.site), ("lang", self.lang),
                                                     ("title", self.title)) if path)


@dataclass
class Item:
    """One text and what its record says about it."""

    text: str
    file: str
    record: int
    """Number of the record in its file, from 1."""
    line: int = 0
    """Number of its first line, from 1, in formats that have lines."""
    id: str = ""
    site: str = ""
    lang: str = ""
    title: str = ""

    def learn(self, name: str, value: Any) -> None:
        """Take over a field's value as text; a site given as an address becomes its host, ``en-US`` becomes ``en``."""
        if value is None or isinstance(value, (dict, list)):
            return
        setattr(self, name, _AS_TEXT.get(name, str)(value))

    def where(self) -> str:
        """The file with line or record, for a message."""
        return f"{self.file}, line {self.line}" if self.line else f"{self.file}, record {self.record}"


class Broken(NamedTuple):
    """A record, or the rest of a file, that cannot be read, and why."""

    file: str
    record: int
    line: int
    reason: str
    raw: bytes | None = None
    """The record as it stood, where it is known."""
    counted: bool = True
    """False where it stands for the rest of a file and is no record of its own."""

    def where(self) -> str:
        """The file with line or record, for a message."""
        place = f", line {self.line}" if self.line else f", record {self.record}" if self.record else ""
        return f"{self.file}{place}"


@dataclass(frozen=True)
class Change:
    """What becomes of one record that is written."""

    text: str | None = None
    """The new text, or None to leave the text field as it is."""
    added: tuple[tuple[str, Any], ...] = ()
    """Fields put at the record's end."""
    dropped: tuple[str, ...] = ()
    """Fields taken out (by `restore`)."""
    written: str = ""
    """How the text is to be written where that is not the obvious way; see `Batch.written`."""


@dataclass
class Chunk:
    """A piece of the input, cut at record ends, that travels to a worker."""

    kind: str
    file: str
    data: Any
    """What the format's own `parse` understands."""
    count: int
    """Records in it, the broken ones included."""
    record: int = 1
    """Number of its first record in its file."""
    line: int = 0
    """Number of its first line in its file, in formats that have lines."""
    broken: list[Broken] = field(default_factory=list)
    """What the reader could not cut; it follows the records in `data`."""
    consumed: int = 0
    """Bytes of the input file that were read for it."""
    document: int = 1
    """Number of its first record over all inputs. The caller fills it in."""
    closed: bool = False
    """Whether a last line without a line end is given one, because more follows."""


class Batch(Protocol):
    """A parsed chunk."""

    entries: Sequence[Item | Broken | None]
    """One a record; None is no document (a blank line) and passes as it is."""

    def written(self, at: int, text: str) -> str:
        """What must be known, besides the text, to write entry `at` as it stood once it holds `text`."""

    def raw(self, at: int) -> bytes:
        """Entry `at` as it stood, for the rejects."""

    def rewritten(self, changes: Sequence[Change | None]) -> Any:
        """The chunk in its own format with every change made; None drops the record."""

    def rows(self, changes: Sequence[Change | None]) -> Iterator[dict[str, Any]]:
        """The records that stay, as dictionaries, for another format."""


def host_of(site: str) -> str:
    """The host of an address, without ``www.``; anything else as it is.

    >>> host_of("https://www.example.org/news/1"), host_of("Example News")
    ('example.org', 'Example News')
    """
    if "://" not in site and not site.startswith("//"):
        return site
    try:
        return (urlsplit(site).hostname or site).removeprefix("www.")
    except ValueError:
        return site


def language(code: object) -> str:
    """The language of a language tag: ``en-US`` is ``en``; what is no tag is nothing.

    >>> language("pt_BR"), language("?")
    ('pt', '')
    """
    head = str(code).replace("_", "-").partition("-")[0].lower()
    return head if head.isalpha() and len(head) in (2, 3) else ""


_AS_TEXT = {"site": lambda value: host_of(str(value)), "lang": language}
