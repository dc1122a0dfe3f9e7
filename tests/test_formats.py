"""Formats: every kind goes in, comes out clean, and comes back through `restore`."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleannews import Cleaner, Config, InputError
from cleannews.batch import planned, restore, run
from cleannews.errors import CleannewsError
from cleannews.formats import documents
from cleannews.formats.json_text import STYLES, literal_of, scan, style_of, wanted
from cleannews.formats.names import understood
from cleannews.formats.packing import DamagedError, join_frames, pack, unpacked
from cleannews.formats.places import sources
from cleannews.formats.record import Fields

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
TEXTS = [path.read_text("utf-8") for path in SEEDS] + [
    "Rain is expected all week, the weather service said on Monday.\nShare this article\n",
    "Nothing to cut here: the minister spoke for an hour, and no one in the hall left before the end.",
    "Größere Schäden meldete die Feuerwehr am Montag nicht, sagte ein Sprecher.\r\n\r\nJetzt teilen\r\n",
    "東京都は月曜日、新しい計画を発表した。知事は会見で詳細を説明した。\nシェアする\n", "",
    'She said "no" to the plan, and the crowd of 5" pipes \U0001f600 fell silent.\tIt was over.\nFACEBOOK COMMENTS']


def clean(inputs, output, config=None, **settings):
    plan, _ = planned([str(name) for name in inputs], str(output), config=config or Config(), **settings)
    return run(plan)


def there_and_back(source, output, back, restore_fields=None, **settings):
    removed = Path(str(output) + ".removed.jsonl")
    tally = clean([source], output, removed=str(removed), chunk=4096, **settings)
    assert tally.totals["failed"] == 0
    restore([str(output)], str(removed), str(back), fields=restore_fields or settings.get("fields"),
            into=settings.get("into", ""), outcome=settings.get("outcome", ""))
    return tally


PACKERS = {"": lambda data: data, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
           ".zst": lambda data: pack(data, "zstd")}
OPENERS = {"": lambda data: data, ".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress,
           ".zst": lambda data: b"".join(unpacked(iter([data]), "zstd"))}


def json_lines(style="utf8"):
    write = STYLES[style]
    return "".join(f'{{"id":{n}, "text" : {write(text)},"n": 1.50,  "more":{{"é":[1,2,{{}}]}} }}\n'
                   for n, text in enumerate(TEXTS)).encode()


@pytest.mark.parametrize("ending", PACKERS)
def test_json_lines_in_every_compression(tmp_path, ending):
    source, output, back = (tmp_path / (name + ".jsonl" + ending) for name in "abc")
    source.write_bytes(PACKERS[ending](json_lines()))
    there_and_back(source, output, back)
    made = [json.loads(line) for line in OPENERS[ending](output.read_bytes()).splitlines()]
    assert [record["text"] for record in made] == list(Cleaner().clean_many(TEXTS))
    assert OPENERS[ending](back.read_bytes()) == json_lines()


@pytest.mark.parametrize("style", STYLES)
def test_other_bytes_of_json_lines_stay(tmp_path, style):
    source, output, back = (tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    source.write_bytes(json_lines(style))
    there_and_back(source, output, back)
    for text, old, new in zip(Cleaner().clean_many(TEXTS), source.read_bytes().splitlines(),
                              output.read_bytes().splitlines(), strict=True):
        start, _, rest = old.partition(b'"text" : ')
        assert new.startswith(start + b'"text" : ' + STYLES[style](text).encode())
        assert new.endswith(rest[rest.rindex(b',"n"'):])
    assert back.read_bytes() == source.read_bytes()


def test_odd_json_lines_come_back(tmp_path):
    cut = "The vote was on Friday, the minister told a crowded hall.\\nShare this article"
    lines = ['\ufeff{"text": "' + cut + '"}', "", '{"text":"\\u0041nd ' + cut + '", "text2": NaN}', "   ",
             '{"text": "' + cut + ' \\ud83d"}\r', '{"a": {"text": "' + cut + '"}, "text": "' + cut + '"}',
             '{"text": "first", "text": "' + cut + '"}']
    source, output, back = (tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    source.write_bytes("\n".join(lines).encode())  # no line end at the end
    assert there_and_back(source, output, back).totals["changed"] >= 4
    assert back.read_bytes() == source.read_bytes()
    assert not output.read_bytes().endswith(b"\n")


@pytest.mark.parametrize(("into", "outcome"), [("clean", ""), ("", "cleaning"), ("clean", "cleaning")])
@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
def test_added_fields(tmp_path, into, outcome, ending):
    source, output, back = (tmp_path / (name + ending) for name in "abc")
    write(source, ending)
    there_and_back(source, output, back, into=into, outcome=outcome)
    rows = read(output, ending)
    cleaned = list(Cleaner().clean_many(TEXTS))
    assert [row["text"] for row in rows] == (TEXTS if into else cleaned)
    if into:
        assert [row[into] for row in rows] == cleaned
    if outcome:
        found = [row[outcome] if ending != ".csv" else json.loads(row[outcome]) for row in rows]
        assert found[3]["removed_share"] > 0
        assert found[3]["words"] == 11
    assert read(back, ending) == read(source, ending)
    if ending != ".parquet":
        assert back.read_bytes() == source.read_bytes()


def write(path, ending):
    rows = [{"id": str(n), "text": text, "n": n} for n, text in enumerate(TEXTS)]
    if ending == ".parquet":
        pa = pytest.importorskip("pyarrow")
        pq = pytest.importorskip("pyarrow.parquet")
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif ending in (".csv", ".tsv"):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter="," if ending == ".csv" else "\t")
            writer.writeheader()
            writer.writerows(rows)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read(path, ending):
    if ending == ".parquet":
        pq = pytest.importorskip("pyarrow.parquet")
        return pq.read_table(path).to_pylist()
    if ending in (".csv", ".tsv"):
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter="," if ending == ".csv" else "\t"))
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_csv_keeps_every_byte(tmp_path, ending, quoting):
    source, output, back = (tmp_path / (name + ending) for name in "abc")
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="," if ending == ".csv" else "\t", quoting=quoting)
        writer.writerow(["n", "text", "last"])
        writer.writerows([n, text, 'a "b", c'] for n, text in enumerate(TEXTS))
        file.write('9,bare 5" pipe,x\r\n\r\n'.replace(",", "," if ending == ".csv" else "\t"))
    there_and_back(source, output, back)
    assert [row["text"] for row in read(output, ending)][:-1] == list(Cleaner().clean_many(TEXTS))
    assert back.read_bytes() == source.read_bytes()


def test_csv_in_another_encoding_with_a_mark(tmp_path):
    source, output, back = (tmp_path / (name + ".csv") for name in "abc")
    source.write_bytes("\ufefftext,n\nDie Straße ist seit Montag für alle gesperrt.,1\n".encode())
    assert there_and_back(source, output, back).totals["documents"] == 1
    assert back.read_bytes() == source.read_bytes()
    source.write_bytes("n,text\n1,Die Straße ist gesperrt.\n".encode("cp1252"))
    clean([source], output, fields=Fields(encoding="cp1252"))
    assert output.read_bytes() == source.read_bytes()


def test_parquet_keeps_types_and_nested_fields(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    source, output, back = (tmp_path / (name + ".parquet") for name in "abc")
    table = pa.table({"n": pa.array(range(len(TEXTS)), pa.int16()),
                      "page": pa.array([{"body": text, "tags": ["a", None]} for text in TEXTS],
                                       pa.struct([("body", pa.large_string()), ("tags", pa.list_(pa.string()))])),
                      "when": pa.array([1] * len(TEXTS), pa.timestamp("us", "UTC"))})
    pq.write_table(table.replace_schema_metadata({"origin": "test"}), source, row_group_size=3)
    there_and_back(source, output, back, fields=Fields(text="page.body"))
    made = pq.read_table(output)
    assert made.schema.equals(table.schema)
    assert made.schema.metadata[b"origin"] == b"test"
    assert [page["body"] for page in made.column("page").to_pylist()] == list(Cleaner().clean_many(TEXTS))
    assert pq.read_table(back).equals(table)


@pytest.mark.parametrize("names", [["text", "text"], ["text", "id", "id"]])
def test_which_of_two_columns_of_one_name_is_meant_nobody_can_say(tmp_path, names):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table([pa.array([TEXTS[0]])] * len(names), names=names), tmp_path / "a.parquet")
    tally = clean([tmp_path / "a.parquet"], tmp_path / "b.jsonl", fields=Fields(id="id"),
                  rejects=str(tmp_path / "rejects.jsonl"))
    assert tally.totals["failed"] == 1
    [told] = read(tmp_path / "rejects.jsonl", ".jsonl")
    assert told["reason"] == f"there are two columns {names[-1]!r}; which is meant, nobody can say"
    with pytest.raises(CleannewsError, match="write JSON lines instead"):
        clean([tmp_path / "a.parquet"], tmp_path / "b.parquet", fields=Fields(id="id"))


@pytest.mark.parametrize("ending", [".txt", ".txt.gz"])
def test_a_text_file(tmp_path, ending):
    source, output, back = (tmp_path / (name + ending) for name in "abc")
    packing = ending[4:]
    source.write_bytes(PACKERS[packing](TEXTS[0].encode()))
    there_and_back(source, output, back)
    assert OPENERS[packing](output.read_bytes()).decode() == Cleaner().clean(TEXTS[0])
    assert OPENERS[packing](back.read_bytes()).decode() == TEXTS[0]


def test_a_folder_of_texts(tmp_path):
    folder = tmp_path / "in"
    for n, text in enumerate(TEXTS):
        path = folder / f"s{n % 2}" / f"{n}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (folder / "picture.png").write_bytes(b"no text")
    there_and_back(folder, tmp_path / "out", tmp_path / "back")
    for path in folder.rglob("*.txt"):
        relative = path.relative_to(folder)
        assert (tmp_path / "out" / relative).read_bytes().decode() == Cleaner().clean(path.read_bytes().decode())
        assert (tmp_path / "back" / relative).read_bytes() == path.read_bytes()
    assert sources([str(folder)])[1] == [str(folder / "picture.png")]
    clean([folder], tmp_path / "all.jsonl")
    assert len(read(tmp_path / "all.jsonl", ".jsonl")) == len(TEXTS)


def warc(path, texts, packed, kind="conversion"):
    writers = pytest.importorskip("warcio.warcwriter")
    with path.open("wb") as file:
        writer = writers.WARCWriter(file, gzip=packed)
        file.flush()
        for n, text in enumerate(texts):
            writer.write_record(writer.create_warc_record(
                f"https://www.example.org/{n}", kind, payload=io.BytesIO(text.encode()),
                warc_content_type="text/plain", warc_headers_dict={"WARC-Identified-Content-Language": "deu,eng"}))


@pytest.mark.parametrize("ending", [".warc.wet", ".warc.wet.gz"])
@pytest.mark.parametrize("target", [".jsonl", ".parquet"])
def test_wet(tmp_path, ending, target):
    source, output, back = tmp_path / ("a" + ending), tmp_path / ("b" + target), tmp_path / ("c" + target)
    texts = [text for text in TEXTS if text]
    warc(source, texts, ending.endswith("gz"))
    there_and_back(source, output, back)
    made = read(output, target)
    assert [page["url"] for page in made] == [f"https://www.example.org/{n}" for n in range(len(texts))]
    assert [page["text"] for page in made] == [Cleaner(lang="de").clean(text) for text in texts]
    assert [page["text"] for page in read(back, target)] == texts


@pytest.mark.parametrize("source", [".jsonl", ".csv", ".parquet", ".txt"])
@pytest.mark.parametrize("target", [".jsonl.zst", ".parquet"])
def test_from_any_format_to_another(tmp_path, source, target):
    inputs = tmp_path / ("a" + source)
    if source == ".txt":
        inputs.write_bytes(TEXTS[0].encode())
    else:
        write(inputs, source)
    output = tmp_path / ("b" + target)
    clean([inputs], output)
    if target == ".parquet":
        made = read(output, target)
    else:
        made = [json.loads(line) for line in OPENERS[".zst"](output.read_bytes()).splitlines()]
    assert [row["text"] for row in made] == list(Cleaner().clean_many(TEXTS[:1] if source == ".txt" else TEXTS))


def test_several_inputs_and_patterns(tmp_path):
    for n, text in enumerate(TEXTS[:4]):
        (tmp_path / f"p{n}.jsonl").write_text(json.dumps({"text": text}))  # none ends in a line end
    clean([tmp_path / "p*.jsonl"], tmp_path / "all.jsonl", removed=str(tmp_path / "removed.jsonl"))
    assert [row["text"] for row in read(tmp_path / "all.jsonl", ".jsonl")] == list(Cleaner().clean_many(TEXTS[:4]))
    restore([str(tmp_path / "all.jsonl")], str(tmp_path / "removed.jsonl"), str(tmp_path / "back.jsonl"))
    assert [row["text"] for row in read(tmp_path / "back.jsonl", ".jsonl")] == TEXTS[:4]


def test_remote_paths(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/corpus/a.jsonl.gz", gzip.compress(json_lines()))
    plan, _ = planned(["memory://corpus/*.jsonl.gz"], "memory://out/b.jsonl", config=Config(), work=str(tmp_path))
    assert run(plan).totals["documents"] == len(TEXTS)
    made = [json.loads(line)["text"] for line in memory.cat("/out/b.jsonl").splitlines()]
    assert made == list(Cleaner().clean_many(TEXTS))
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="there is no file memory://"):
        planned(["memory://corpus/none.jsonl"], "x.jsonl", config=Config())


def test_zstandard_is_one_frame(tmp_path):
    """Common readers stop after the first frame of a file."""
    zstandard = pytest.importorskip("zstandard")
    (tmp_path / "a.jsonl").write_bytes(json_lines() * 5)
    clean([tmp_path / "a.jsonl"], tmp_path / "b.jsonl.zst", chunk=2048)
    with (tmp_path / "b.jsonl.zst").open("rb") as file:
        assert len(zstandard.ZstdDecompressor().stream_reader(file).read().splitlines()) == 5 * len(TEXTS)


@pytest.mark.parametrize("packing", ["gzip", "zstd", "bzip2", "xz"])
def test_compression_in_pieces_of_any_size(packing):
    chance = random.Random(1)
    data = bytes(chance.randrange(40) for _ in range(300_000))
    packed = pack(data[:100_000], packing) + pack(b"", packing) + pack(data[100_000:], packing) + b"\0" * 20
    for size in (1, 7, 1000, 1 << 20):
        pieces = (packed[at:at + size] for at in range(0, len(packed), size))
        assert b"".join(unpacked(pieces, packing)) == data
    got = bytearray()
    with pytest.raises(DamagedError, match="cut short"):
        got.extend(b for block in unpacked(iter([packed[:len(packed) // 2]]), packing) for b in block)
    assert data.startswith(bytes(got))
    with pytest.raises(DamagedError, match="damaged"):
        list(unpacked(iter([b"this is no compressed file at all"]), packing))


def test_frames_are_joined():
    pytest.importorskip("zstandard")
    target = io.BytesIO()
    join_frames(io.BytesIO(pack(b"one", "zstd") + pack(b"two", "zstd")), target)
    assert b"".join(unpacked(iter([target.getvalue()]), "zstd")) == b"onetwo"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5), st.text(), st.booleans())
def test_scan_finds_what_json_finds(record, text, escaped):
    record = {**record, "a": {"b": text}}
    line = json.dumps(record, ensure_ascii=escaped)
    found, end = scan(line, wanted(["a.b", "a", "none"]))
    assert found["a.b"].value == text
    assert line[found["a.b"].start:found["a.b"].end] == json.dumps(text, ensure_ascii=escaped)
    assert found["a"].value == {"b": text}
    assert line[end] == "}"
    assert set(found) == {"a", "a.b"} | ({"none"} & set(record))


@given(st.text(), st.sampled_from(sorted(STYLES)))
def test_styles_write_json(text, style):
    assert json.loads(literal_of(text, style)) == text
    assert literal_of(text, style_of(literal_of(text, style), text)) == literal_of(text, style)


@given(st.text(max_size=40))
def test_scan_refuses_what_json_refuses(line):
    try:
        good = isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        good = False
    try:
        scan(line, {})
    except json.JSONDecodeError:
        assert not good
    else:
        assert good


def test_documents_reads_any_format(tmp_path):
    write(tmp_path / "a.csv", ".csv")
    write(tmp_path / "b.jsonl", ".jsonl")
    found = list(documents([str(tmp_path)], Fields(id="id")))
    assert [item.text for item in found] == TEXTS * 2
    assert [item.id for item in found][:2] == ["0", "1"]


def test_names():
    assert understood("a/b.JSONL.GZ") == ("jsonl", "gzip")
    assert understood("b.tar") == ("", "")
    with pytest.raises(CleannewsError, match=r"no ending that names a format; known are \.jsonl"):
        planned([__file__], "b.jsonl", config=Config())
