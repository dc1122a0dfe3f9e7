"""Parquet, through pyarrow. Columns that are not cleaned are carried as they are, in their own types.

A Parquet file ends in a table of contents and cannot be continued, so pieces are written as Arrow streams laid end to
end and put together to one Parquet file when all are there.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, Any

from cleannews.errors import CleannewsError, InputError
from cleannews.formats.json_text import dumped
from cleannews.formats.packing import missing
from cleannews.formats.places import Source, seekable
from cleannews.formats.record import Broken, Change, Chunk, Fields, Item

KIND = "parquet"
ROWS = 256
"""Rows decoded at once: few enough for long texts, enough that the cost a call is small."""
GROUP = 32 << 20
"""Bytes of a row group in the file that is written, before compression."""


def check() -> None:
    """Raises MissingExtraError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 - optional
    except ImportError:
        raise missing("reading and writing Parquet", "pyarrow", "parquet") from None


def chunks(sources: Sequence[Source], size: int, fields: Fields) -> Iterator[Chunk]:
    """Record batches of about `size` bytes, as Arrow streams."""
    del fields
    check()
    for source in sources:
        number = 1
        for chunk in _chunks(source, size):
            chunk.record = number
            chunk.broken = [broken._replace(record=number + chunk.count if broken.record else 0)
                            for broken in chunk.broken]
            yield chunk
            number += chunk.count


def _chunks(source: Source, size: int) -> Iterator[Chunk]:
    import pyarrow as pa  # noqa: PLC0415 - optional
    import pyarrow.parquet as pq  # noqa: PLC0415

    waiting: list[Any] = []
    held = rows = 0
    try:
        with seekable(source) as raw, pq.ParquetFile(raw, pre_buffer=False) as file:
            share = source.size / max(1, file.metadata.num_rows)
            if not file.metadata.num_rows:
                # An empty table still has columns, which the output is to have.
                yield _chunk(source, [pa.RecordBatch.from_pylist([], file.schema_arrow)], 0)
            for batch in file.iter_batches(ROWS, use_threads=False):
                waiting.append(batch)
                held += batch.get_total_buffer_size()
                rows += len(batch)
                if held >= size:
                    yield _chunk(source, waiting, int(share * rows))
                    waiting, held, rows = [], 0, 0
    except (pa.ArrowException, OSError, InputError, UnicodeDecodeError) as error:
        said = str(error).partition("\n")[0]
        chunk = _chunk(source, waiting, 0)
        chunk.broken = [Broken(source.name, 0, 0, f"cannot be read as Parquet, it is damaged or cut short: {said}; "
                               "what follows is lost", None, False)]
        yield chunk
        return
    if waiting:
        yield _chunk(source, waiting, int(share * rows))


def _chunk(source: Source, batches: list[Any], consumed: int) -> Chunk:
    data = _stream(batches) if batches else b""
    return Chunk(KIND, source.name, data, sum(map(len, batches)), consumed=consumed)


def _stream(batches: Sequence[Any]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - optional

    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write(batch)
    return sink.getvalue()


class Columns:
    """The rows of a chunk."""

    def __init__(self, chunk: Chunk, fields: Fields) -> None:
        import pyarrow as pa  # noqa: PLC0415 - optional

        self._fields = fields
        self.entries: list[Item | Broken | None] = []
        self._table: Any = None
        if chunk.data:
            self._table = pa.ipc.open_stream(chunk.data).read_all().combine_chunks()
            self._read(chunk)
        self._rows = len(self.entries)
        self.entries += chunk.broken

    def _read(self, chunk: Chunk) -> None:
        columns = set(self._table.column_names)
        twice = self._twice()
        texts = self._values(self._fields.text)
        about = [(name, self._values(path)) for name, path in self._fields.about()]
        there = min(columns & set(self._fields.added), default="")
        for at in range(len(self._table)):
            record = chunk.record + at
            text = texts[at] if texts is not None else None
            if twice:
                reason = f"there are two columns {twice!r}; which is meant, nobody can say"
            elif texts is None:
                reason = f"there is no column {self._fields.text!r}; the columns are {', '.join(sorted(columns))}"
            elif there:
                reason = f"already has a column {there!r}"
            elif not isinstance(text, str):
                kind = ("null, not a string" if text is None else "not UTF-8" if isinstance(text, bytes)
                        and self._strings() else f"of type {type(text).__name__}, not a string")
                reason = f"the field {self._fields.text!r} is {kind}"
            else:
                item = Item(text, chunk.file, record)
                for name, values in about:
                    if values is not None:
                        item.learn(name, values[at])
                self.entries.append(item)
                continue
            self.entries.append(Broken(chunk.file, record, 0, reason))

    def _twice(self) -> str:
        """A column that is asked for and is there more than once, or nothing."""
        asked = {self._fields.text, *(path for _, path in self._fields.about())}
        asked |= {path.partition(".")[0] for path in asked}
        names = Counter(self._table.column_names)
        return min((name for name in asked if names[name] > 1), default="")

    def _strings(self) -> bool:
        """Whether the text field says of itself that it holds strings."""
        import pyarrow as pa  # noqa: PLC0415 - optional

        kind = self._table.schema
        for name in [self._fields.text] if self._fields.text in kind.names else self._fields.text.split("."):
            kind = kind.field(name).type
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))

    def _values(self, path: str) -> list[Any] | None:
        """The values of a column, or of a field of a structure, and None where there is none of that name, or two."""
        import pyarrow.compute as pc  # noqa: PLC0415 - optional

        names = self._table.column_names
        if path in names:
            return _values_of(self._table.column(path)) if names.count(path) == 1 else None
        name, _, rest = path.partition(".")
        if not rest or names.count(name) != 1:
            return None
        try:
            return _values_of(pc.struct_field(self._table.column(name), rest.split(".")))
        except (KeyError, ValueError, TypeError, NotImplementedError):
            return None

    def written(self, at: int, text: str) -> str:
        """Nothing: a string has one form."""
        del at, text
        return ""

    def raw(self, at: int) -> bytes:
        """The row as JSON, with what JSON does not know written as text."""
        import json  # noqa: PLC0415 - for broken rows only

        if at >= self._rows:
            return b""
        [row] = _rows_of(self._table.slice(at, 1))
        return dumped(json.loads(json.dumps(row, default=str)))

    def _changed(self, changes: Sequence[Change | None]) -> Any:
        """The table of the rows that stay."""
        import pyarrow as pa  # noqa: PLC0415 - optional

        table = self._table
        changes = changes[:self._rows]
        stay = [change for change in changes if change is not None]
        texts = self._values(self._fields.text)
        if texts is not None and any(change.text is not None for change in stay):
            new = [change.text if change is not None and change.text is not None
                   else text if isinstance(text, str) else None
                   for change, text in zip(changes, texts, strict=True)]
            table = self._with_texts(new)
        if len(stay) < len(changes):
            table = table.filter(pa.array([change is not None for change in changes]))
        shape = stay[0] if stay else Change(added=tuple((name, None) for name in self._fields.added))
        for at, (name, sample) in enumerate(shape.added):
            kind = pa.string() if sample is None or isinstance(sample, str) else None
            table = table.append_column(name, pa.array([change.added[at][1] for change in stay], kind))
        return table.drop_columns([name for name in shape.dropped if name in table.column_names])

    def _with_texts(self, texts: list[str | None]) -> Any:
        import pyarrow as pa  # noqa: PLC0415 - optional

        table, path = self._table, self._fields.text
        if path in table.column_names:
            place = table.column_names.index(path)
            field = table.schema.field(place)
            return table.set_column(place, field, _typed(texts, field.type))
        name, _, rest = path.partition(".")
        place = table.column_names.index(name)
        column = table.column(place)
        array = column.chunk(0) if column.num_chunks else pa.array([], column.type)
        return table.set_column(place, table.schema.field(place), _with_member(array, rest.split("."), texts))

    def rewritten(self, changes: Sequence[Change | None]) -> bytes:
        """The rows that stay, as an Arrow stream."""
        if self._table is None:
            return b""
        return _stream([*self._changed(changes).combine_chunks().to_batches()] or [_none(self._changed(changes))])

    def rows(self, changes: Sequence[Change | None]) -> Iterator[dict[str, Any]]:
        """The rows that stay."""
        if self._table is not None:
            yield from _rows_of(self._changed(changes))


def _values_of(column: Any) -> list[Any]:
    """The values of a column; a string that is not UTF-8 is bytes, what Python cannot hold is words."""
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except (UnicodeDecodeError, ValueError, OverflowError):
        return [_value_of(scalar) for scalar in column]


def _value_of(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes() if hasattr(scalar, "as_buffer") else repr(scalar.type)
    except (ValueError, OverflowError):
        return f"{scalar.type} out of range"


def _rows_of(table: Any) -> Iterator[dict[str, Any]]:
    """The rows of a table as dictionaries. Bytes that are not UTF-8 in a string are written as escapes."""
    columns = [[value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) and not binary else value
                for value in _values_of(column)]
               for column, binary in ((table.column(at), "binary" in str(table.schema.field(at).type))
                                      for at in range(table.num_columns))]
    for values in zip(*columns, strict=True):
        yield dict(zip(table.column_names, values, strict=True))


def parse(chunk: Chunk, fields: Fields) -> Columns:
    """The records of a chunk."""
    check()
    return Columns(chunk, fields)


def _none(table: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    return pa.RecordBatch.from_pylist([], table.schema)


def _typed(texts: Sequence[str | None], kind: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    if pa.types.is_dictionary(kind):
        return pa.array(texts, kind.value_type).dictionary_encode().cast(kind)
    return pa.array(texts, kind)


def _with_member(array: Any, path: Sequence[str], texts: Sequence[str | None]) -> Any:
    """A structure array with one member, at any depth, replaced."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    members = array.flatten()
    fields = list(array.type)
    place = array.type.get_field_index(path[0])
    members[place] = (_with_member(members[place], path[1:], texts) if len(path) > 1
                      else _typed(texts, fields[place].type))
    return pa.StructArray.from_arrays(members, fields=fields, mask=array.is_null())


def piece_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """Records of another format as an Arrow stream. Raises InputError where a column mixes types."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    if not rows:
        return b""
    names = list(dict.fromkeys(name for row in rows for name in row))
    try:
        table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"the records do not fit in columns ({error}); write JSON lines instead") from error
    return _stream(table.to_batches())


def join(source: IO[bytes], target: str, end: int) -> None:
    """Put the pieces that lie in `source` together to the Parquet file `target`. Raises InputError, OSError."""
    import pyarrow as pa  # noqa: PLC0415 - optional
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        schemas: list[Any] = []
        for piece in _pieces(source, end):
            if not any(piece.schema.equals(schema) for schema in schemas):
                schemas.append(piece.schema)
            for _ in piece:
                pass
        schema = pa.unify_schemas(schemas, promote_options="permissive") if schemas else pa.schema([])
        source.seek(0)
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            waiting: list[Any] = []
            held = 0
            for piece in _pieces(source, end):
                for batch in piece:
                    waiting.append(_fitted(pa.Table.from_batches([batch]), schema))
                    held += batch.get_total_buffer_size()
                    if held >= GROUP:
                        writer.write_table(pa.concat_tables(waiting).combine_chunks())
                        waiting, held = [], 0
            if waiting:
                writer.write_table(pa.concat_tables(waiting).combine_chunks())
    except pa.ArrowException as error:
        raise CleannewsError(f"the records of the inputs do not fit in the columns of one Parquet file: {error}; "
                             "write JSON lines instead") from error


def _pieces(source: IO[bytes], end: int) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - optional

    while source.tell() < end:
        yield pa.ipc.open_stream(source)


def _fitted(table: Any, schema: Any) -> Any:
    """A table with the columns of a schema, in its order; columns it does not have are null."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    if table.schema.equals(schema):
        return table
    return pa.table([table.column(field.name).cast(field.type) if field.name in table.column_names
                     else pa.nulls(len(table), field.type) for field in schema], schema=schema)
