"""What is done with one chunk, in whatever process: parse, clean, decide, write."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from cleannews.batch.plan import Plan
from cleannews.batch.tally import Tally
from cleannews.cleaner import Cleaner
from cleannews.errors import InputError
from cleannews.evidence import Metadata
from cleannews.formats import parse
from cleannews.formats.json_lines import line_of
from cleannews.formats.json_text import dumped
from cleannews.formats.names import FOLDER, PARQUET, TEXT, understood
from cleannews.formats.packing import pack
from cleannews.formats.record import Batch, Broken, Change, Chunk, Item
from cleannews.html.reader import PageReader
from cleannews.result import Result

SHOWN = 10
"""Problems whose reasons are kept for standard error, a chunk."""

_OPTIONAL = frozenset({"id", "site", "lang", "replacement", "written"})
"""What the audit leaves out where it is empty."""

_SPACELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_WORDS = regex.compile(_SPACELESS + r"|[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.-]*")
_SINGLE = regex.compile(_SPACELESS)


@dataclass
class Done:
    """What came of a chunk: the bytes (packed) to append to each output, and the counts."""

    output: Any
    removed: bytes
    rejects: bytes
    tally: Tally
    count: int
    consumed: int
    problems: list[str] = field(default_factory=list)


def words_left(text: str) -> int:
    """Words of a text; in scripts written without spaces two characters count as one.

    >>> words_left("It's 3.5 km."), words_left("東京都庁")
    (3, 2)
    """
    found = _WORDS.findall(text)
    singles = sum(1 for word in found if len(word) == 1 and _SINGLE.match(word)) if not text.isascii() else 0
    return len(found) - singles + (singles + 1) // 2


class Worker:
    """Cleans chunks by a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._cleaner = Cleaner(plan.config)
        self._pages = PageReader(plan.config, plan.page_seconds) if plan.fields.html else None

    def __call__(self, chunk: Chunk) -> Done:
        """Clean a chunk. What is wrong with single records is in the result; nothing is raised for it."""
        batch = parse(chunk, self._plan.fields)
        tally = Tally()
        changes: list[Change | None] = [None] * len(batch.entries)
        audit: list[bytes] = []
        rejects: list[bytes] = []
        problems: list[str] = []
        results = iter(self._results([entry for entry in batch.entries if isinstance(entry, Item)]))
        for at, entry in enumerate(batch.entries):
            document = chunk.document + at
            outcome = next(results) if isinstance(entry, Item) else None
            if isinstance(outcome, str) and isinstance(entry, Item):
                entry = Broken(entry.file, entry.record, entry.line, outcome)  # noqa: PLW2901 - that is what it is now
            if isinstance(entry, Broken):
                tally.fail(entry.counted)
                if len(problems) < SHOWN:
                    problems.append(f"{entry.where()}: {entry.reason}")
                rejects.append(self._rejected(document, entry, entry.reason, batch.raw(at)))
                if entry.counted:
                    audit.append(self._line(document, entry.file, entry.record, dropped=entry.reason))
            elif entry is None:
                if self._plan.kind != chunk.kind:
                    # A blank line is not carried into another format, but it has its number.
                    audit.append(self._line(document, chunk.file, chunk.record + at, dropped="blank line"))
            elif isinstance(outcome, Result):
                words = words_left(outcome.text) if self._plan.min_words or self._plan.outcome else 0
                reason = self._refused(outcome, words)
                tally.count(entry, outcome, entry.lang or self._plan.config.lang, not reason)
                if reason:
                    rejects.append(self._rejected(document, entry, reason, batch.raw(at)))
                    audit.append(self._line(document, entry.file, entry.record, id=entry.id, dropped=reason))
                    continue
                changes[at] = self._change(outcome, words)
                audit.extend(self._cuts(document, entry, outcome, batch, at))
        return Done(written(batch, changes, self._plan, chunk.kind), self._packed(audit, self._plan.removed),
                    self._packed(rejects, self._plan.rejects), tally, chunk.count, chunk.consumed, problems)

    def _results(self, items: Sequence[Item]) -> list[Result | str]:
        """The result of every item; where cleaning one raises, what it raised: one text does not end a run."""
        if self._pages is not None:
            return [self._page(self._pages, item) for item in items]
        try:
            return list(self._cleaner.analyze_many([item.text for item in items], map(self._known, items)))
        except Exception:
            return [self._result(item) for item in items]

    def _result(self, item: Item) -> Result | str:
        try:
            return next(self._cleaner.analyze_many([item.text], [self._known(item)]))
        except Exception as error:
            return f"cleaning it raised {type(error).__name__}: {error}"

    @staticmethod
    def _page(pages: PageReader, item: Item) -> Result | str:
        try:
            return pages.read(item.text)
        except InputError as error:
            return str(error)

    def _known(self, item: Item) -> Metadata:
        return Metadata(title=item.title, site=item.site, lang=item.lang or self._plan.config.lang)

    def _refused(self, result: Result, words: int) -> str:
        """Why a document is not to be written, or nothing."""
        plan = self._plan
        if words < plan.min_words:
            return f"{words} words are left, fewer than --min-words {plan.min_words}"
        if result.removed_share > plan.max_removed:
            return f"{result.removed_share:.1%} of the text went, more than --max-removed {plan.max_removed:.1%}"
        return ""

    def _change(self, result: Result, words: int) -> Change:
        plan = self._plan
        added: list[tuple[str, Any]] = []
        if plan.into:
            added.append((plan.into, result.text))
        if plan.outcome:
            about: dict[str, Any] = {"removed_share": round(result.removed_share, 6), "words": words}
            if result.metadata:
                about["page"] = result.metadata
            added.append((plan.outcome, about))
        same = not result.removals and not plan.fields.html
        return Change(None if plan.into or same else result.text, tuple(added))

    def _line(self, document: int, file: str, record: int, **more: Any) -> bytes:
        """A line of the audit, or nothing where none is kept. What is empty is left out."""
        if not self._plan.removed:
            return b""
        return dumped({"document": document, "file": file, "record": record,
                       **{name: value for name, value in more.items() if value or name not in _OPTIONAL}}) + b"\n"

    def _cuts(self, document: int, item: Item, result: Result, batch: Batch, at: int) -> Iterator[bytes]:
        """The audit of a document, a line a cut; the first says how its text was written where that is not plain."""
        if not self._plan.removed or not result.removals:
            return
        style = "" if self._plan.into else batch.written(at, item.text)
        for removal in result.removals:
            yield self._line(document, item.file, item.record, id=item.id, site=item.site, lang=item.lang,
                             **removal.as_dict(), written=style)
            style = ""

    def _rejected(self, document: int, entry: Item | Broken, reason: str, raw: bytes) -> bytes:
        """A line of the rejects, or nothing where none are kept. What is no record of its own has document 0."""
        if not self._plan.rejects:
            return b""
        more: dict[str, Any] = {"line": entry.line} if entry.line else {}
        if isinstance(entry, Item) and entry.id:
            more["id"] = entry.id
        try:
            more["raw"] = raw.decode("utf-8")
        except UnicodeDecodeError:
            more["raw_base64"] = base64.b64encode(raw).decode("ascii")
        counted = not isinstance(entry, Broken) or entry.counted
        return dumped({"document": document if counted else 0, "file": entry.file, "record": entry.record,
                       "kind": "filtered" if isinstance(entry, Item) else "failed", "reason": reason, **more}) + b"\n"

    def _packed(self, lines: Sequence[bytes], name: str) -> bytes:
        data = b"".join(lines)
        return pack(data, understood(name).packing) if data else b""


def written(batch: Batch, changes: Sequence[Change | None], plan: Plan, kind: str) -> Any:
    """The changed records of a batch of format `kind` in the output's: packed bytes or, for a folder, files."""
    packing = understood(plan.output).packing
    if plan.kind == FOLDER:
        return batch.rewritten(changes)
    if plan.kind == TEXT:
        return b"".join(pack(file.data, packing) for file in batch.rewritten(changes))
    if plan.kind == kind:
        made = batch.rewritten(changes)
        return pack(made, packing) if made and plan.kind != PARQUET else made
    rows = batch.rows(changes)
    if plan.kind == PARQUET:
        from cleannews.formats.parquet import piece_of  # noqa: PLC0415 - optional

        return piece_of(list(rows))
    lines = b"".join(map(line_of, rows))
    return pack(lines, packing) if lines else b""


# A worker process holds one Worker for all its chunks.

_worker: Worker | None = None


def start(plan: Plan) -> None:
    """Make this process a worker. It leaves Ctrl-C to its parent and ends when the parent does, however it ended."""
    import signal  # noqa: PLC0415 - in worker processes only
    from multiprocessing import connection, parent_process  # noqa: PLC0415

    global _worker  # noqa: PLW0603 - one a process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        def watch() -> None:
            connection.wait([parent.sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
    _worker = Worker(plan)


def work(chunk: Chunk) -> Done:
    """Clean a chunk in a worker process."""
    assert _worker is not None
    return _worker(chunk)
