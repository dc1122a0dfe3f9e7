"""``cleannews run`` as a user meets it: options, audit, counts, messages."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import pages_of_a_site

from cleannews import Cleaner, Config, Templates
from cleannews.batch import Tally, planned, restore, run
from cleannews.batch.restore import rebuilt
from cleannews.batch.work import words_left

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
PROSE = "Rain is expected all week, the weather service said on Monday, and farmers welcomed the news."
TEXTS = [path.read_text("utf-8") for path in SEEDS] + [PROSE, PROSE + "\nShare this article\n", "Share this article\n"]


def command(*words, stdin=None, **more):
    return subprocess.run([sys.executable, "-m", "cleannews", *map(str, words)], input=stdin, capture_output=True,
                          check=False, **more)


def lines(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"id": f"d{n}", "url": f"https://www.site{n % 2}.org/{n}", "lang": "en-GB",
                                        "title": "", "text": text}) + "\n" for n, text in enumerate(TEXTS * 4)))
    return path


def test_everything_at_once(corpus, tmp_path):
    names = {name: tmp_path / (name + ".jsonl.gz") for name in ("out", "removed", "rejects")}
    stats = tmp_path / "stats.json"
    done = command("run", corpus, "-o", names["out"], "--id", "id", "--site", "url", "--lang-field", "lang",
                   "--title-field", "title", "--jobs", 2, "--chunk", "4k", "--removed", names["removed"], "--rejects",
                   names["rejects"], "--stats", stats, "--min-words", 5)
    assert done.returncode == 0, done.stderr
    assert b"documents filtered out" in done.stderr
    read = {name: [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
            for name, path in names.items()}
    cleaned = list(Cleaner(lang="en").clean_many(TEXTS * 4))
    assert [row["text"] for row in read["out"]] == [text for text in cleaned if len(text.split()) >= 5]
    assert len(read["rejects"]) == 4
    assert read["rejects"][0]["reason"] == "0 words are left, fewer than --min-words 5"
    assert read["rejects"][0]["id"] == f"d{len(TEXTS) - 1}"
    cuts = [cut for cut in read["removed"] if "category" in cut]
    assert {cut["site"] for cut in cuts} == {"site0.org", "site1.org"}
    assert {cut["lang"] for cut in cuts} == {"en"}
    named = {"document", "file", "record", "id", "start", "end", "score", "rule", "text"}
    assert all(named <= set(cut) for cut in cuts)
    counts = json.loads(stats.read_text())
    assert counts["documents"] == len(TEXTS) * 4
    assert counts["filtered"] == 4
    assert counts["written"] == counts["documents"] - 4
    assert counts["languages"]["en"]["documents"] == counts["documents"]
    assert sum(row["documents"] for row in counts["sites"].values()) == counts["documents"]
    assert sum(row["cuts"] for row in counts["categories"].values()) >= len(cuts)
    assert counts["categories"]["share"]["cuts"] >= 4
    back = command("restore", names["out"], "--removed", names["removed"], "--rejects", names["rejects"], "-o",
                   tmp_path / "back.jsonl")
    assert back.returncode == 0, back.stderr
    assert (tmp_path / "back.jsonl").read_bytes() == corpus.read_bytes()
    without = command("restore", names["out"], "--removed", names["removed"], "-o", tmp_path / "back.jsonl")
    assert b"4 records had been rejected" in without.stderr
    assert not [path.name for path in tmp_path.iterdir() if ".cleannews" in path.name]


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".jsonl.xz"])
def test_output_does_not_depend_on_the_number_of_processes(corpus, tmp_path, ending):
    made = []
    for jobs in (1, 2, 3):
        output, removed = tmp_path / f"{jobs}{ending}", tmp_path / f"removed{jobs}{ending}"
        plan, _ = planned([str(corpus)], str(output), config=Config(), jobs=jobs, chunk=4096, removed=str(removed))
        run(plan)
        made.append((output.read_bytes(), removed.read_bytes()))
    assert made[0] == made[1] == made[2]


def test_what_a_site_repeats_is_learned_and_cut_and_comes_back(tmp_path):
    records = [record for site in ("north.example", "south.example") for record in pages_of_a_site(site)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert command("learn", "corpus.jsonl", "--by", "url", "-o", "s.templates", cwd=tmp_path).returncode == 0
    done = command("run", "corpus.jsonl", "-o", "clean.jsonl", "--templates", "s.templates", "--site", "url",
                   "--jobs", "2", "--removed", "removed.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    clean = lines(tmp_path / "clean.jsonl")
    assert [record["url"] for record in clean] == [record["url"] for record in records]
    assert not any("Gazette" in record["text"] or "letter box" in record["text"] for record in clean)
    assert "templates/line of the site" in {cut["rule"] for cut in lines(tmp_path / "removed.jsonl")}
    done = command("restore", "clean.jsonl", "--removed", "removed.jsonl", "-o", "again.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == corpus.read_bytes()


def test_templates_of_sites_ask_for_the_site_of_a_document(corpus, tmp_path):
    Templates.learn([f"{number} {PROSE}" for number in range(3)], ["a.example"] * 3).save(tmp_path / "s.templates")
    done = command("run", "corpus.jsonl", "-o", "out.jsonl", "--templates", "s.templates", cwd=tmp_path)
    assert done.returncode == 2
    assert b"name the field that does with --site" in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_a_run_is_another_where_its_templates_are(corpus, tmp_path):
    path, prints = tmp_path / "s.templates", []
    for site in ("a.example", "b.example"):
        Templates.learn([PROSE, PROSE + " "], [site] * 2).save(path)
        plan, _ = planned([str(corpus)], str(tmp_path / "out.jsonl"), config=Config(templates=str(path)))
        prints.append(plan.fingerprint())
    assert prints[0] != prints[1]


def test_max_removed(corpus, tmp_path):
    done = command("run", corpus, "-o", tmp_path / "out.jsonl", "--max-removed", "5%", "--rejects",
                   tmp_path / "r.jsonl")
    assert done.returncode == 0
    for row in lines(tmp_path / "r.jsonl"):
        assert row["kind"] == "filtered"
        assert row["reason"].endswith("of the text went, more than --max-removed 5.0%")
        assert json.loads(row["raw"])["id"].startswith("d")
    results = list(Cleaner().analyze_many(TEXTS * 4))
    assert len(lines(tmp_path / "out.jsonl")) == sum(result.removed_share <= 0.05 for result in results)


def test_pipes(corpus):
    done = command("run", "-", "-o", "-", stdin=corpus.read_bytes())
    assert done.returncode == 0
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == list(Cleaner().clean_many(TEXTS * 4))
    csv = command("run", "-", "-o", "-", "--from", "csv", "--field", "body",
                  stdin=b'n,body\n1,"' + (PROSE + "\nShare this article\n").encode() + b'"\n')
    assert csv.stdout == b'n,body\n1,"' + PROSE.encode() + b'\n"\n'
    closed = subprocess.Popen([sys.executable, "-m", "cleannews", "run", "-", "-o", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    closed.stdout.close()
    closed.stdin.write(corpus.read_bytes())
    closed.stdin.close()
    said = closed.stderr.read()
    assert closed.wait() == 0
    assert b"Traceback" not in said
    closed.stderr.close()


@pytest.mark.parametrize(("words", "message"), [
    (["none.jsonl", "-o", "out.jsonl"], "there is no file none.jsonl"),
    (["corpus.jsonl", "-o", "out.docx"], "out.docx has no ending that names a format"),
    (["corpus.jsonl", "-o", "corpus.jsonl"], "is an input and an output"),
    (["corpus.jsonl", "-o", "./corpus.jsonl"], "is an input and an output"),
    (["corpus.jsonl", "-o", "out.jsonl", "--removed", "out.jsonl"], "is named for two outputs"),
    (["corpus.jsonl", "-o", "nowhere/out.jsonl"], "there is no folder"),
    (["corpus.jsonl", "-o", "out.csv"], "csv can be written from csv alone, not from jsonl"),
    (["corpus.jsonl", "-o", "out.warc"], "are read, not written"),
    (["corpus.jsonl", "-o", "out.parquet.gz"], "Parquet is compressed inside"),
    (["corpus.jsonl", "corpus.jsonl", "-o", "out.jsonl"], "is named twice"),
    (["corpus.jsonl", "-o", "out.jsonl", "--jobs", "-1"], "--jobs must be at least 1"),
    (["corpus.jsonl", "-o", "out.jsonl", "--max-removed", "2"], "--max-removed must be from 0 to 1"),
    (["corpus.jsonl", "-o", "out.jsonl", "--max-removed", "much"], "write 0.6 or 60%"),
    (["corpus.jsonl", "-o", "out.jsonl", "--profile", "none"], "there is no profile 'none'"),
    (["corpus.jsonl", "-o", "out.jsonl", "--encoding", "latin-1"], "JSON lines are UTF-8"),
    (["-", "-o", "out.jsonl", "--resume"], "cannot be read again"),
    (["texts", "-o", "corpus.txt"], "do not go into one text file"),
    (["texts", "-o", "full"], "the folder full is not empty"),
    (["texts", "more", "-o", "new/"], "would both become a.txt"),
])
def test_what_cannot_be_done_is_said_in_a_line(corpus, tmp_path, words, message):
    for name in ("texts/a.txt", "texts/b.txt", "more/a.txt", "full/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    before = sorted(tmp_path.rglob("*"))
    done = command("run", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr.decode().splitlines()[-1]
    assert "Traceback" not in done.stderr.decode()
    assert sorted(tmp_path.rglob("*")) == before


def test_missing_libraries_are_named(corpus, tmp_path):
    program = ("import sys; sys.modules['pyarrow'] = sys.modules['zstandard'] = None\n"
               "from cleannews.cli import main; sys.exit(main(sys.argv[1:]))")
    for output, library, extra in (("o.parquet", "pyarrow", "parquet"), ("o.jsonl.zst", "zstandard", "zstd")):
        done = subprocess.run([sys.executable, "-c", program, "run", corpus, "-o", tmp_path / output],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert f"needs the library {library}: install it with  pip install 'cleannews[{extra}]'" in done.stderr


def test_an_audit_of_another_run_is_refused(corpus, tmp_path):
    for name, texts in (("a", TEXTS), ("b", TEXTS[::-1])):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        assert command("run", tmp_path / f"{name}.jsonl", "-o", tmp_path / f"{name}.out.jsonl", "--removed",
                       tmp_path / f"{name}.removed.jsonl", "-q").returncode == 0
    done = command("restore", tmp_path / "a.out.jsonl", "--removed", tmp_path / "b.removed.jsonl", "-o",
                   tmp_path / "back.jsonl")
    assert done.returncode == 2
    assert not (tmp_path / "back.jsonl").exists()


def test_the_order_of_chunks_does_not_matter_to_a_tally():
    one, other = Tally(), Tally()
    one.fail(True)
    other.fail(False)
    other.groups["sites"]["a"] = [1, 2, 3]
    total = Tally.from_state(json.loads(json.dumps(one.state())))
    total.add(other)
    assert total.totals["failed"] == 2
    assert total.totals["documents"] == 1
    assert total.groups["sites"] == {"a": [1, 2, 3]}


def test_words_left():
    assert words_left("") == 0
    assert words_left("A man's 3.5 km run") == 5
    assert words_left("東京都庁へ go") == 4


def test_rebuilt_with_repairs():
    cuts = [{"start": 0, "end": 2, "text": "ab"}, {"start": 3, "end": 5, "text": "xy", "replacement": "é"}]
    assert rebuilt("cédef", cuts) == "abcxydef"


def test_restore_of_nothing(tmp_path):
    for name in ("a.jsonl", "removed.jsonl"):
        (tmp_path / name).write_bytes(b"")
    restore([str(tmp_path / "a.jsonl")], str(tmp_path / "removed.jsonl"), str(tmp_path / "b.jsonl"))
    assert (tmp_path / "b.jsonl").read_bytes() == b""
