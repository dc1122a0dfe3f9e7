"""Plain text: one document a file, alone or below a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cleannews.formats.names import without_packing
from cleannews.formats.places import PIPE, Source, Stream
from cleannews.formats.record import LONGEST, Broken, Change, Chunk, Fields, Item

KIND = "text"


class File(NamedTuple):
    """A file's path below the folder that was named, and its bytes."""

    relative: str
    data: bytes
    name: str = ""


def chunks(sources: Sequence[Source], size: int, fields: Fields) -> Iterator[Chunk]:
    """Groups of files of about `size` bytes together. A file that cannot be read ends its group."""
    del fields
    files: list[File] = []
    held = consumed = 0
    for source in sources:
        stream = Stream(source)
        data = bytearray()
        for block in stream.blocks():
            data += block
            if len(data) > LONGEST:
                break
        consumed += stream.taken()
        reason = stream.failure
        if len(data) > LONGEST:
            reason = f"the text is longer than {LONGEST >> 20} MB"
        broken = [Broken(source.name, 0, 0, reason, bytes(data[:1000]))] if reason else []
        if not broken:
            files.append(File(source.relative, bytes(data), "standard input" if source.name == PIPE else source.name))
            held += len(data) + 200
        if broken or held >= size:
            yield Chunk(KIND, source.name, files, len(files) + len(broken), broken=broken, consumed=consumed)
            files, held, consumed = [], 0, 0
    if files:
        yield Chunk(KIND, sources[-1].name, files, len(files), consumed=consumed)


class Texts:
    """The decoded texts of a chunk."""

    def __init__(self, chunk: Chunk, fields: Fields) -> None:
        self._files: list[File] = chunk.data
        self._encoding = fields.encoding
        self._text = fields.text
        self._pages = fields.html
        self.entries: list[Item | Broken | None] = [self._entry(file) for file in self._files]
        self.entries += chunk.broken

    def _entry(self, file: File) -> Item | Broken:
        if self._pages:
            from cleannews.html.parse import decoded  # noqa: PLC0415 - for pages alone

            return Item(decoded(file.data), file.name, 1, 1, id=file.relative)
        try:
            return Item(file.data.decode(self._encoding), file.name, 1, 1, id=file.relative)
        except UnicodeDecodeError as error:
            return Broken(file.name, 1, file.data.count(b"\n", 0, error.start) + 1,
                          f"not {self._encoding}: byte {error.start + 1} cannot be decoded; name the right --encoding")

    def written(self, at: int, text: str) -> str:
        """Nothing: a text is written as it is."""
        del at, text
        return ""

    def raw(self, at: int) -> bytes:
        """The file's bytes, unpacked."""
        if at < len(self._files):
            return self._files[at].data
        entry = self.entries[at]
        return (entry.raw or b"") if isinstance(entry, Broken) else b""

    def rewritten(self, changes: Sequence[Change | None]) -> list[File]:
        """The files that stay."""
        return [file if change.text is None else file._replace(data=change.text.encode(self._encoding))
                for file, change in zip(self._files, changes, strict=False) if change is not None]

    def rows(self, changes: Sequence[Change | None]) -> Iterator[dict[str, Any]]:
        """Each text under ``text`` with its path as ``id``."""
        for entry, change in zip(self.entries, changes, strict=True):
            if isinstance(entry, Item) and change is not None:
                yield {"id": without_packing(entry.id), self._text: entry.text if change.text is None else change.text,
                       **dict(change.added)}


def parse(chunk: Chunk, fields: Fields) -> Texts:
    """The records of a chunk. Raises LookupError for an unknown encoding."""
    return Texts(chunk, fields)
