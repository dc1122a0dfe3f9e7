"""Rows as corpus tools have them: texts, nulls, numbers, empty and endless strings. None of them stops the
others.

A row that cannot be cleaned comes back as it came, and its status says why, so that an engine can count it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from hashlib import blake2b
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from cleannews.cleaner import BATCH, Cleaner
from cleannews.config import Config
from cleannews.errors import CleannewsError, InputError
from cleannews.evidence import Metadata

if TYPE_CHECKING:
    from cleannews.result import Result
    from cleannews.templates import Templates

LONGEST = 5_000_000
"""Code points. A longer text stays as it came: it is no article, and cleaning takes some 60 bytes a code
point."""

AHEAD = 8 * BATCH
"""Code points that are read before the first of them is cleaned: what a batch leaves unsettled goes on in the next, and
only the last batch of all pays for rounds of a few texts."""

STATUSES = ("cleaned", "unchanged", "null", "not_text", "empty", "too_long", "failed")
"""What can become of a row: something was cut; there was nothing to cut; no value (None, NaN, NA); a value
that is no str; a str without ink; a str longer than the limit; a str at which cleaning raised. All but the
first stay as they came."""

_LOG = logging.getLogger(__name__)
_CLEANERS: dict[tuple[Config, str], Cleaner] = {}
_MOST_CLEANERS = 8


class MissingEngineError(CleannewsError, ImportError):
    """The tool that an integration is for is not installed; the message says how to install it."""


def missing(engine: str, extra: str) -> MissingEngineError:
    """What to raise where the import of an engine failed.

    >>> print(missing("Apache Spark", "spark"))
    Apache Spark is not installed; install it with: pip install 'cleannews[spark]'
    """
    return MissingEngineError(f"{engine} is not installed; install it with: pip install 'cleannews[{extra}]'")


class Row(NamedTuple):
    """What became of one row."""

    text: Any
    """The clean text, or the value as it came."""
    status: str
    """One of `STATUSES`."""
    result: Result | None = None
    """The result, None where the row was not cleaned."""
    error: str = ""
    """What cleaning raised, empty where it did not."""

    @property
    def removed_share(self) -> float:
        """Share of the row's code points that went, 0 to 1."""
        return self.result.removed_share if self.result else 0.0

    @property
    def categories(self) -> list[str]:
        """The categories of which something went, most frequent first, each once."""
        return list(self.result.counts()) if self.result else []


class RowCleaner:
    """Cleans rows and never stops at one. May be pickled: what is sent is the configuration, not the cleaner.

    The cleaner is built when the first row comes, once a process for all row cleaners of the same
    configuration. The pickled bytes are the same in every process and change where the version, a setting or
    a file named by a setting changes, so that they can serve as a fingerprint.

    >>> text = "Rain is expected all week, the weather service said on Monday.\\nShare this article\\n"
    >>> [row.status for row in RowCleaner().rows([text, None, 7])]
    ['cleaned', 'null', 'not_text']
    """

    def __init__(self, config: Config | None = None, *, templates: Templates | None = None,
                 longest: int = LONGEST, **settings: Any) -> None:
        """Take a Config, or its fields by name.

        `templates` is what `Templates.learn` gave (a path goes into the Config); it is sealed, so that no
        sample of pages travels with it. `longest` is the length in code points above which a text stays as it
        came. Raises TypeError, ConfigError and ValueError.
        """
        if config is not None and settings:
            raise TypeError("pass a Config or settings by name, not both")
        if longest < 1:
            raise ValueError(f"longest must be at least 1 code point, not {longest}")
        self.config = config if config is not None else Config(**settings)
        self.templates = None if templates is None else sealed(templates)
        self.longest = longest
        self.key = self._digest()
        """Checksum of the version, the settings and the files that they name."""

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: plain values in a fixed order."""
        return {**self.__dict__, "config": _plain(self.config)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was pickled."""
        self.__dict__.update(state)
        self.config = Config(**dict(state["config"]))

    @property
    def cleaner(self) -> Cleaner:
        """The cleaner of this process. Raises ConfigError, LexiconError and ModelError where it cannot be
        built."""
        cleaner = _CLEANERS.get((self.config, self.key))
        if cleaner is None:
            learned = {} if self.templates is None else {"templates": self.templates}
            cleaner = Cleaner(self.config, **learned)
            while len(_CLEANERS) >= _MOST_CLEANERS:
                _CLEANERS.pop(next(iter(_CLEANERS)), None)
            _CLEANERS[self.config, self.key] = cleaner
        return cleaner

    def rows(self, values: Iterable[Any], *, sites: Iterable[Any] | None = None,
             titles: Iterable[Any] | None = None) -> Iterator[Row]:
        """A row for every value, in order, cleaned in batches; reads ahead by `AHEAD` code points.

        `sites` (hosts or URLs) and `titles` are what is known of the rows' pages, one a value; what is no str
        in them counts as unknown. Raises what `cleaner` raises, and nothing for any value.
        """
        cleaner = self.cleaner
        waiting: list[tuple[Any, Metadata, str]] = []
        size = 0
        hosts, heads = iter(sites if sites is not None else ()), iter(titles if titles is not None else ())
        for value in values:
            data = Metadata(title=_text(next(heads, "")), site=_text(next(hosts, "")), lang=self.config.lang)
            status = self._status(value)
            waiting.append((value, data, status))
            size += 200 + (0 if status else len(value))
            if size >= AHEAD:
                yield from _cleaned(cleaner, waiting)
                waiting, size = [], 0
        yield from _cleaned(cleaner, waiting)

    def row(self, value: Any, *, site: Any = "", title: Any = "") -> Row:
        """What becomes of one value."""
        return next(self.rows([value], sites=[site], titles=[title]))

    def _status(self, value: Any) -> str:
        """Why a value is not cleaned, empty where it is."""
        if not isinstance(value, str):
            return "null" if _is_null(value) else "not_text"
        if not value or value.isspace():
            return "empty"
        return "too_long" if len(value) > self.longest else ""

    def _digest(self) -> str:
        from cleannews import __version__  # noqa: PLC0415 - the package is complete only now

        digest = blake2b(digest_size=16)
        digest.update(repr((__version__, _plain(self.config), self.longest)).encode("utf-8", "surrogatepass"))
        for path in (*self.config.lexicon, self.config.tagger, self.config.templates):
            if path and Path(path).is_file():
                digest.update(blake2b(Path(path).read_bytes()).digest())
        if self.templates is not None:
            digest.update(self.templates.digest().encode())
        return digest.hexdigest()


class BatchCleaner(RowCleaner):
    """Cleans one column of a batch that is given as columns by name.

    >>> clean = BatchCleaner("body", details="cleannews_")
    >>> batch = {"body": ["Rain is expected all week, the weather service said on Monday.\\nShare\\n", None]}
    >>> clean.columns(batch)["cleannews_status"]
    ['cleaned', 'null']
    """

    def __init__(self, column: str = "text", config: Config | None = None, *, output: str = "",
                 details: str = "", site: str = "", title: str = "", **settings: Any) -> None:
        """Name the columns; the rest is as for `RowCleaner`.

        `column` has the texts; `output` takes the clean ones (by default `column` itself). With `details`, a
        prefix, three more columns are made: ``status`` (one of `STATUSES`), ``removed_share`` (0 to 1) and
        ``categories`` (a list of names). `site` and `title` name columns that say the page's host or URL and
        its title.
        """
        super().__init__(config, **settings)
        self.column, self.site, self.title = column, site, title
        self.output, self.details = output or column, details
        taken = [name for name in (site, title) if name in self.made]
        if taken:
            raise ValueError(f"the column {taken[0]!r} is read and written; name another `output`")

    @property
    def made(self) -> list[str]:
        """The columns that are made, the clean texts first."""
        if not self.details:
            return [self.output]
        return [self.output, *(f"{self.details}{name}" for name in ("status", "removed_share", "categories"))]

    def columns(self, batch: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
        """The columns that are made of a batch. Raises InputError where it lacks a column that was named."""
        return self.described(self.batch_rows(batch))

    def batch_rows(self, batch: Mapping[str, Iterable[Any]]) -> Iterator[Row]:
        """The rows of a batch. Raises InputError where it lacks a column that was named."""
        return self.rows(_column(batch, self.column), sites=_column(batch, self.site) if self.site else None,
                         titles=_column(batch, self.title) if self.title else None)

    def described(self, rows: Iterable[Row]) -> dict[str, list[Any]]:
        """The columns that are made, of rows that were cleaned."""
        every: list[Sequence[Any]]
        if self.details:
            every = [(row.text, row.status, row.removed_share, row.categories) for row in rows]
        else:
            every = [(row.text,) for row in rows]
        return {name: [values[at] for values in every] for at, name in enumerate(self.made)}


def sealed(templates: Templates) -> Templates:
    """The same templates without the sample of pages that they were learned from: small enough to send to
    workers.

    Raises ModelError where they cannot be written to the directory for temporary files.
    """
    if templates.sealed:
        return templates
    with TemporaryDirectory(prefix="cleannews") as folder:
        templates.save(Path(folder, "templates"), sealed=True)
        return type(templates).load(Path(folder, "templates"))


def _cleaned(cleaner: Cleaner, waiting: Sequence[tuple[Any, Metadata, str]]) -> Iterator[Row]:
    """Clean the texts of a batch together, and one by one where that fails."""
    texts = [value for value, _, status in waiting if not status]
    known = [data for _, data, status in waiting if not status]
    found: Iterator[Result | str]
    try:
        found = iter(list(cleaner.analyze_many(texts, known)))
    except Exception:
        one_by_one = [_one(cleaner, text, data) for text, data in zip(texts, known, strict=True)]
        failed = [error for error in one_by_one if isinstance(error, str)]
        if failed:
            _LOG.warning("%d of %d texts could not be cleaned and stay as they came; the first: %s",
                         len(failed), len(texts), failed[0])
        found = iter(one_by_one)
    for value, _, status in waiting:
        if status:
            yield Row(value, status)
            continue
        result = next(found)
        if isinstance(result, str):
            yield Row(value, "failed", error=result)
        elif result.text != value:
            yield Row(result.text, "cleaned", result)
        else:
            yield Row(value, "unchanged", result)


def _one(cleaner: Cleaner, text: str, known: Metadata) -> Result | str:
    """The result of one text, or what it raised."""
    try:
        return next(cleaner.analyze_many([text], [known]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _is_null(value: Any) -> bool:
    """None, NaN, and the NA and NaT of pandas: what is no value, or not equal to itself."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and isnan(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _column(batch: Mapping[str, Iterable[Any]], name: str) -> Iterable[Any]:
    try:
        return batch[name]
    except KeyError:
        raise InputError(f"there is no column {name!r}; there are {', '.join(map(repr, batch))}") from None


def _plain(config: Config) -> list[tuple[str, Any]]:
    """A configuration as plain values, sets in order."""
    plain: list[tuple[str, Any]] = []
    for field in fields(config):
        value = getattr(config, field.name)
        if isinstance(value, frozenset):
            value = sorted(str(item.value if hasattr(item, "value") else item) for item in value)
        plain.append((field.name, value))
    return plain
