"""Reports without a browser: what is counted, what is sampled, what is refused; and the labels that come of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from articles import article, between
from hypothesis import given
from hypothesis import strategies as st

from cleannews import Category, Cleaner, InputError, Removal, Result, analyze
from cleannews.formats.record import Item
from cleannews.labels import kept_lines
from cleannews.report import Gatherer, Limits, page
from cleannews.report.gather import Cut, Document
from cleannews.report.page import ALL_CUTS, FEW_CUTS, _segments
from cleannews.report.sampling import Frequent, Smallest

pytest.importorskip("jinja2", reason="the report needs Jinja2: pip install 'cleannews[report]'")

COMMAND = Path(sysconfig.get_path("scripts")) / "cleannews"
CUT = {"document": 1, "file": "a.jsonl", "record": 1, "start": 0, "end": 6, "category": "share", "score": 0.9}
CUT |= {"rule": "tests/rule", "text": "Share\n", "replacement": ""}


def audit(folder: Path, *entries: dict[str, object], name: str = "removed.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps({**CUT, **entry}) + "\n" for entry in entries), encoding="utf-8")
    return str(path)


def command(*arguments: object, status: int = 0) -> str:
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_audit_and_its_stats_are_counted_exactly(tmp_path: Path):
    corpus = tmp_path / "corpus.jsonl"
    texts = [between("Share this article"), article(), between("Advertisement", "Share this article")]
    corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    files = [tmp_path / name for name in ("clean.jsonl", "removed.jsonl", "stats.json")]
    command("run", corpus, "-o", files[0], "--removed", files[1], "--stats", files[2], "-q")
    gatherer = Gatherer()
    gatherer.add_audit(str(files[1]))
    gatherer.add_stats(str(files[2]))
    gathered = gatherer.gathered([str(corpus)])
    results = [analyze(text) for text in texts]
    assert gathered.measured
    assert gathered.cuts == sum(len(result.removals) for result in results)
    assert gathered.removed == sum(map(len, texts)) - sum(len(result.text) for result in results)
    assert gathered.tally.totals["characters"] == sum(map(len, texts))
    assert gathered.touched == 2
    assert sorted(document.text or "" for document in gathered.documents) == sorted([texts[0], texts[2]])


def test_without_stats_no_share_is_told(tmp_path: Path):
    gatherer = Gatherer()
    gatherer.add_audit(audit(tmp_path, {}, {"start": 6}))
    gathered = gatherer.gathered()
    assert not gathered.measured
    assert gathered.tally.cuts["categories"] == {"share": [2, 12]}
    assert "Share of the text" not in page(gathered)


def test_documents_left_out_are_counted(tmp_path: Path):
    gatherer = Gatherer()
    gatherer.add_audit(audit(tmp_path, {}, {"document": 2, "dropped": "too short"}))
    assert gatherer.gathered().dropped == 1


def test_the_text_of_another_corpus_is_not_taken(tmp_path: Path):
    corpus = tmp_path / "a.jsonl"
    corpus.write_text('{"text": "Something else."}\n', encoding="utf-8")
    gatherer = Gatherer()
    gatherer.add_audit(audit(tmp_path, {}))
    assert gatherer.gathered([str(corpus)]).documents[0].text is None


def test_the_same_input_gives_the_same_page(tmp_path: Path):
    pages = []
    for _ in range(2):
        gatherer = Gatherer(Limits(documents=5, uncertain=5))
        gatherer.add_audit(audit(tmp_path, *({"document": n, "record": n, "score": n / 50} for n in range(1, 50))))
        pages.append(page(gatherer.gathered()))
    assert pages[0] == pages[1]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_million_cuts_are_sampled_in_little_memory_and_the_page_says_so(tmp_path: Path):
    path = tmp_path / "removed.jsonl"
    line = json.dumps(CUT).replace('"document": 1', '"document": %d').replace('"record": 1', '"record": %d')
    line = line.replace("0.9", "0.%04d").replace("Share", "Share %d") + "\n"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(line % (n // 5, n // 5, n * 7919 % 10000, n % 300_000) for n in range(5, 1_000_005))
    script = (
        "import sys; from cleannews.report import Gatherer, page; g = Gatherer(); g.add_audit(sys.argv[1]);"
        "open(sys.argv[2], 'w').write(page(g.gathered()));"
        # Not ru_maxrss, which begins with what the process that started this one had in memory.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path, tmp_path / "page.html"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 400_000
    made = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(made) < 2_000_000
    assert "50 of the 200,000 documents that were cut" in made
    assert "least certain of 1,000,000 cuts" in made
    assert "a count may be too low by" in made


@pytest.mark.parametrize(
    ("name", "content", "complained"),
    [
        pytest.param("a.jsonl", "{}\n", "line 1 is not of an audit", id="no audit"),
        pytest.param("a.jsonl", "[1]\n", "line 1 is not of an audit", id="a list"),
        pytest.param("a.jsonl", "{", "line 1 is not of an audit", id="cut short"),
        pytest.param("a.jsonl", json.dumps({**CUT, "category": "x"}), "line 1 is not of an audit", id="category"),
        pytest.param("a.jsonl.gz", "no gzip", "cannot be read to its end", id="damaged"),
        pytest.param("a.json", "{}", "is no file of stats", id="no stats"),
        pytest.param("a.json", "[", "is no file of stats", id="broken stats"),
        pytest.param("a.txt", "\x00\udcff", "is not UTF-8", id="no text"),
    ],
)
def test_what_is_no_input_is_named(name: str, content: str, complained: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    said = command("report", path, "-o", tmp_path / "report.html", status=1)
    assert str(path) in said
    assert complained in said
    assert not (tmp_path / "report.html").exists()


def test_wrong_usage(tmp_path: Path):
    text = tmp_path / "a.txt"
    text.write_text(article(), encoding="utf-8")
    assert "is an input and the output" in command("report", text, "-o", text, status=2)
    assert "cannot be written" in command("report", text, "-o", tmp_path / "no" / "r.html", status=2)
    assert "--corpus goes with an audit" in command("report", text, "--corpus", "x", "-o", "r.html", status=2)
    assert "no number from 1" in command("report", text, "-o", "r.html", "--documents", "0", status=2)
    assert text.read_text(encoding="utf-8") == article()


def test_a_text_that_was_cleaned_now_is_shown(tmp_path: Path):
    text = tmp_path / "a.txt"
    text.write_text(between("Share this article"), encoding="utf-8")
    command("report", text, "-o", tmp_path / "report.html")
    assert "Share this article" in (tmp_path / "report.html").read_text(encoding="utf-8")


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=20))
def test_no_text_makes_markup(lines: list[str], name: str):
    gatherer = Gatherer()
    text = "\n".join([*lines, "Share this article", "<b>"])
    gatherer.add_text(Item(text, name, 1, id=name, site=name, lang=name), Cleaner().analyze(text))
    made = page(gatherer.gathered())
    assert made.count("<script") == made.count("</script>") == 2
    assert "<b>" not in made
    made.encode("utf-8")


def test_the_pieces_of_a_document_are_the_document():
    text = between("Share this article") * 3
    result = analyze(text)
    document = Document("a", 1, text=text)
    document.cuts = [
        Cut(one.start, one.end, one.category.value, one.score, one.rule, one.text, one.replacement, document)
        for one in result.removals
    ]
    found = "".join(
        piece.kept or (f"{piece.before}{piece.cut.text.strip()}{piece.after}" if piece.cut else "")
        for piece in _segments(document)
    )
    assert found == text


def test_an_uncertain_cut_stands_between_whole_words_even_where_its_document_has_no_room():
    text = "".join(f"word{number} " for number in range(40)) + "\nShare\n" + "later " * 40
    at = text.index("Share")
    cut = Removal(at, at + 6, Category.SHARE, 0.5, "tests/rule", "Share\n")
    gatherer = Gatherer()
    gatherer.add_text(Item(text, "a.txt", 1), Result("", (cut,), len(text)))
    gathered = gatherer.gathered()
    gathered.documents[0].count += 1  # as if not all of its cuts had been kept: its text is then not shown
    made = page(gathered)
    context = re.search(r'<span class="context">(.*?)</span>', made, re.DOTALL)
    assert context is not None
    assert context[1].startswith("… word")
    assert "name the run's input" not in made


def test_languages_are_not_plotted_where_none_is_known():
    gatherer = Gatherer()
    for lang, shown in (("", False), ("de", True)):
        gatherer.add_text(Item("Share\n", "a.txt", 1, lang=lang), analyze("Share\n"))
        assert ("By language" in page(gatherer.gathered())) is shown


@given(st.lists(st.integers(0, 50)), st.integers(1, 10))
def test_the_smallest_are_the_smallest(ranks: list[int], most: int):
    smallest: Smallest[int] = Smallest(most)
    for rank in ranks:
        smallest.offer(rank, rank)
    assert smallest.things() == sorted(ranks)[:most]


@given(st.lists(st.integers(0, 30), max_size=300), st.integers(2, 20))
def test_no_count_is_too_high_nor_lower_than_said(things: list[int], width: int):
    frequent: Frequent[int] = Frequent(width)
    for thing in things:
        frequent.add(thing)
    counted = dict(frequent.top(1000))
    for thing in set(things):
        assert things.count(thing) - frequent.error <= counted.get(thing, 0) <= things.count(thing)


# Labels


def test_labels_that_are_none_are_refused_by_line(tmp_path: Path):
    path = tmp_path / "marks.jsonl"
    for content in ("{}\n", "x\n", "[]\n", '{"label": "keep"}\n'):
        path.write_text('{"label": "document"}\n' + content, encoding="utf-8")
        with pytest.raises(InputError, match="line 2"):
            list(kept_lines(path))


def test_the_lexicon_says_which_entry_hits_a_marked_line(tmp_path: Path):
    path = tmp_path / "marks.jsonl"
    path.write_text(
        '{"label": "keep", "line": "Share this article", "language": "en"}\n'
        '{"label": "keep", "line": "The wall was repaired.", "language": "en"}\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "cleannews.lexicon", "check", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "hits 'Share this article'" in done.stdout
    assert "The wall" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("marks.jsonl: 2 lines, ")


def test_a_page_has_no_more_cuts_than_a_browser_bears():
    text = "Share\n" * 150
    gatherer = Gatherer(Limits(documents=100, uncertain=5, of_each=5))
    for number in range(100):
        cuts = tuple(Removal(at * 6, at * 6 + 6, Category.SHARE, 0.5 + at / 1000, "tests/rule", "Share\n")
                     for at in range(150))
        gatherer.add_text(Item(text, f"{number}.txt", 1), Result("", cuts, len(text)))
    made = page(gatherer.gathered())
    assert made.count("data-mark=") < ALL_CUTS + 100 * FEW_CUTS + 1_000
    assert "The page has no room for 60 of them in full: of those a few cuts are shown." in made
    assert "[130 more cuts]" in made


def test_letters_of_every_script_stand_in_the_data_as_they_are_and_half_a_pair_as_an_escape():
    text = "Реклама \ud800 </script>\n"
    gatherer = Gatherer()
    gatherer.add_text(Item(text, "a.txt", 1), Result("", (Removal(0, len(text), Category.ADVERT, 0.9, "r", text),), 20))
    made = page(gatherer.gathered())
    made.encode()
    raw = made.partition('id="data">')[2].partition("</script>")[0]
    assert "Реклама \\ud800" in raw
    assert json.loads(raw)["documents"][0]["text"] == text
