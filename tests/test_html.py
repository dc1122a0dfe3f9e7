"""Pages in: what becomes of real layouts, of encodings declared rightly and wrongly, and of pages that are none."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cleannews
from cleannews import Cleaner
from cleannews.config import Config
from cleannews.errors import InputError
from cleannews.evidence import Metadata
from cleannews.html.look import looked
from cleannews.html.page import page_of
from cleannews.html.parse import decoded, parsed
from cleannews.html.reader import PageReader
from cleannews.html.trafilatura import prune

ARTICLE = [f"The council of the {place} quarter voted on Friday to rebuild its bridge, and the {name} said that it had "
           f"taken far too long, since {year}, to find the money." for place, name, year in (
               ("northern", "speaker", 1998), ("southern", "mayor", 2003), ("eastern", "architect", 2007),
               ("western", "treasurer", 2011), ("old", "engineer", 2015), ("new", "archivist", 2019))]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in ARTICLE)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Bridge to be rebuilt | The Courier</title>
<meta property="og:title" content="Bridge to be rebuilt"><meta name="author" content="Ada Brown">
<meta property="og:site_name" content="The Courier"></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li></ul>
</nav></header><main><article class="post"><h1>Bridge to be rebuilt</h1><div class="article-body">{PARAGRAPHS}
<div class="newsletter"><p>Sign up for our newsletter</p></div></div></article></main>
<aside class="related"><h3>More stories</h3><ul><li><a href="/1">Rain expected all week in the hills</a></li>
<li><a href="/2">Town hall clock stands still again</a></li></ul></aside>
<footer><p>© 2025 The Courier. All rights reserved.</p></footer></body></html>"""


def test_the_article_is_what_is_left() -> None:
    result = cleannews.from_html(PAGE, url="https://courier.example/bridge")
    assert result.text.splitlines() == ARTICLE
    assert result.metadata["title"] == "Bridge to be rebuilt"
    assert result.metadata["author"] == "Ada Brown"
    assert result.metadata["site"] == "The Courier"
    assert result.metadata["language"] == "en"
    assert result.metadata["extraction"] == "trafilatura and page"


def test_removed_and_kept_give_the_extracted_text_back() -> None:
    result = cleannews.from_html(PAGE.replace("Sign up for our newsletter", "Advertisement"))
    extracted = result.restore()
    assert len(extracted) == result.length
    for removal in result.removals:
        assert extracted[removal.start:removal.end] == removal.text
    assert all(text in extracted for text in ARTICLE)


def test_an_article_without_any_markup_of_one() -> None:
    page = "<html><body>" + "<br><br>".join(ARTICLE) + "</body></html>"
    assert cleannews.from_html(page).text.splitlines() == ARTICLE


GERMAN = "Größe und Übermut: Der Zug nach Köln fährt künftig häufiger, sagte die Ministerin in München."


@pytest.mark.parametrize(("encoding", "said"), [
    ("utf-8", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-8", "klingon"), ("cp1252", "windows-1252"), ("cp1252", "utf-8"),
    ("cp1252", ""), ("utf-16", "utf-8"), ("utf-8-sig", "iso-8859-1"), ("utf-32", ""),
])
def test_bytes_in_any_encoding(encoding: str, said: str) -> None:
    declared = f'<meta charset="{said}">' if said else ""
    body = "".join(f"<p>{GERMAN} Das ist die Meldung Nummer {n}.</p>" for n in range(8))
    page = f"<html><head>{declared}<title>Züge</title></head><body>{body}</body></html>"
    assert GERMAN in cleannews.from_html(page.encode(encoding)).text


@pytest.mark.parametrize(("encoding", "said", "text"), [
    ("cp1251", "windows-1251", "Выборы прошли в воскресенье"), ("koi8-r", "koi8-r", "Выборы прошли в воскресенье"),
    ("shift_jis", "Shift_JIS", "東京都は日曜日に選挙を行った"), ("gb18030", "gb2312", "北京市政府周日宣布"),
    ("euc-kr", "euc-kr", "서울시는 일요일 발표했다"), ("big5", "big5", "台北市政府星期日宣布"),
    ("iso-8859-2", "iso-8859-2", "Wybory odbyły się w niedzielę"),
    ("cp1256", "windows-1256", "أعلنت الحكومة يوم الأحد"),
])
def test_declared_encodings(encoding: str, said: str, text: str) -> None:
    assert decoded(f'<meta http-equiv=Content-Type content="text/html; charset={said}"><p>{text}'.encode(encoding)
                   ).endswith(text)


def test_a_page_with_a_few_broken_bytes_is_utf8_all_the_same() -> None:
    raw = ('<meta charset="iso-8859-1">' + "Größe über alles. " * 200).encode() + b"\xff"
    assert decoded(raw).count("Größe über alles.") == 200


@pytest.mark.parametrize("page", [
    "", "  \n ", b"", "\0" * 100, b"\xff\xfe", "<!-- -->", "<html></html>", "<?xml version='1.0' encoding='utf-16'?>",
    "<html><frameset cols='1,2'><frame src=a.html><frame src=b.html></frameset></html>",
    "<html><body><div id=root></div><script>document.write('<p>The council voted.</p>')</script></body></html>",
])
def test_a_page_without_an_article_is_an_empty_result(page: str | bytes) -> None:
    result = cleannews.from_html(page)
    assert (result.text, result.restore()) == ("", "")


@pytest.mark.parametrize("page", [
    "<html><body><p>One <b>two <i>three</b> four</i><p>five<table><p>six<td>seven", "plain text < without > markup",
    "<p" * 1000, "</div>" * 1000 + PARAGRAPHS, "<html><html><body><body><title>x" + PARAGRAPHS, "<a href=" * 500,
    PAGE[:len(PAGE) // 2], PAGE.replace("</p>", ""), PAGE.replace("<body>", ""), "\ud800<p>" + PARAGRAPHS,
    PAGE.replace("</title>", ""),
])
def test_broken_markup_is_no_crash(page: str) -> None:
    result = cleannews.from_html(page)
    assert result.restore() is not None


@pytest.mark.parametrize(("opening", "closing"), [("<table><tr><td>", "</td></tr></table>"), ("<div>", "</div>"),
                                                  ("<span>", ""), ("<b>", "")])
def test_a_page_nested_too_deeply_is_refused_in_time(opening: str, closing: str) -> None:
    start = time.process_time()
    with pytest.raises(InputError, match="deep"):
        cleannews.from_html("<html><body>" + opening * 100_000 + PARAGRAPHS + closing * 100_000)
    assert time.process_time() - start < 20


def test_a_deep_page_that_a_parser_reads_gives_its_article() -> None:
    result = cleannews.from_html("<html><body>" + "<div>" * 900 + PARAGRAPHS + "</div>" * 900 + "</body></html>")
    assert all(text in result.text for text in ARTICLE)
    assert result.metadata["extraction"] == "page"


@pytest.mark.parametrize("ballast", [
    "<script>" + "var word = 'article'; " * 900_000 + "</script>", f"<img src='data:{'A' * 20_000_000}'>",
    "<!--" + "comment " * 2_500_000 + "-->",
])
def test_a_page_of_twenty_megabytes(ballast: str) -> None:
    start = time.process_time()
    result = cleannews.from_html(PAGE.replace("</article>", f"</article>{ballast}"))
    assert result.text.splitlines() == ARTICLE
    assert time.process_time() - start < 20


def test_a_page_of_more_lines_than_any_article_has_is_refused_in_time() -> None:
    start = time.process_time()
    with pytest.raises(InputError, match="lines"):
        cleannews.from_html("<html><body><ul>" + "<li><a href='/x'>Story of the day</a></li>" * 120_000)
    assert time.process_time() - start < 30


def test_a_page_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="40 MB"):
        cleannews.from_html("<p>word" * (6 << 20))


def test_what_is_no_page_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="not int"):
        cleannews.from_html(5)  # type: ignore[arg-type]


def test_lines_know_where_they_stand() -> None:
    tree = parsed(PAGE)
    lines = {line.text: line for line in page_of(tree).lines}
    assert lines["Home"].linked == 4
    assert lines["Home"].block.tag == "li"
    assert lines[ARTICLE[0]].linked == 0
    assert "newsletter" in {name for place in [lines["Sign up for our newsletter"].block.parent] if place
                            for name in place.names}


def test_menus_are_kept_from_trafilatura() -> None:
    tree = parsed(PAGE)
    look = looked(page_of(tree), Cleaner(), Metadata())
    spared = "".join(element.text_content() for element in look.furniture())
    assert "Home" in spared
    assert not any(text in spared for text in ARTICLE)
    prune(tree, look.furniture())
    left = tree.text_content()
    assert "Home" not in left
    assert all(text in left for text in ARTICLE)


def test_an_article_in_an_aside_is_shown_to_trafilatura() -> None:
    tree = parsed(f"<body><aside>{PARAGRAPHS}</aside><aside><p>Read more</aside><script>var a</script>"
                  "<script type='application/ld+json'>{}</script>")
    prune(tree, [])
    assert all(text in tree.text_content() for text in ARTICLE)
    assert "Read more" not in tree.text_content()
    assert [script.text for script in tree.iter("script")] == ["{}"]


def test_a_row_of_a_table_is_a_line_and_its_cells_are_words() -> None:
    tree = parsed("<table><tr><td>Bern</td><td>12</td></tr><tr><td><p>Basel</p><p>9</p></td></tr></table>")
    assert [line.text for line in page_of(tree).lines] == ["Bern 12", "Basel", "9"]


def test_the_command_takes_pages() -> None:
    def run(*options: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-m", "cleannews", "--html", *options], input=PAGE.encode(), check=False,
                              capture_output=True)

    done = run()
    assert (done.returncode, done.stdout.decode().splitlines()) == (0, ARTICLE)
    found = json.loads(run("--json", "--page-seconds", "60").stdout)
    assert found["metadata"]["title"] == "Bridge to be rebuilt"


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    slow = "<html><body>" + "<p>The council voted on Friday.</p>" * 90_000
    reader = PageReader(Config(), 0.3)
    with pytest.raises(InputError, match=r"more than 0\.3 seconds"):
        reader.read(slow, "https://slow.example/")
    reader = PageReader(Config(), 60)
    assert reader.read(PAGE).text.splitlines() == ARTICLE
    reader.close()
    assert reader.read(PAGE).text.splitlines() == ARTICLE
    reader.close()


def test_an_error_of_the_other_process_comes_back() -> None:
    with pytest.raises(InputError, match="deep"):
        cleannews.from_html("<html><body>" + "<div>" * 100_000 + PARAGRAPHS, seconds=60)


def run_on(path: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    out = path.with_name("out.jsonl")
    done = subprocess.run([sys.executable, "-m", "cleannews", "run", str(path), "-o", str(out), "--html", "-q",
                           "--restart", *options], check=False, capture_output=True)
    return done.returncode, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_corpus_with_pages_in_a_field(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    deep = "<html><body>" + "<div>" * 3000 + "x"
    path.write_text("".join(json.dumps({"id": number, "page": page}) + "\n" for number, page in
                            enumerate((PAGE, "", deep))), encoding="utf-8")
    code, found = run_on(path, "--field", "page", "--into", "article", "--outcome", "about",
                         "--rejects", str(tmp_path / "rejects.jsonl"))
    assert code == 1
    assert [record["id"] for record in found] == [0, 1]
    assert found[0]["page"] == PAGE
    assert str(found[0]["article"]).splitlines() == ARTICLE
    assert found[0]["about"]["page"]["title"] == "Bridge to be rebuilt"  # type: ignore[index]
    assert "deep" in (tmp_path / "rejects.jsonl").read_text(encoding="utf-8")


def test_a_web_archive_with_pages(tmp_path: Path) -> None:
    writers = pytest.importorskip("warcio.warcwriter")
    headers = pytest.importorskip("warcio.statusandheaders")
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as stream:
        writer = writers.WARCWriter(stream, gzip=True)
        for status, media, body in (("200 OK", "text/html; charset=utf-8", PAGE.encode()),
                                    ("404 Not Found", "text/html", b"<p>nothing"), ("200 OK", "image/png", b"\x89PNG"),
                                    ("301 Moved", "text/html", b"")):
            http = headers.StatusAndHeaders(status, [("Content-Type", media)], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record("https://courier.example/bridge", "response",
                                                          payload=io.BytesIO(body), http_headers=http))
    code, found = run_on(path)
    assert code == 0
    assert [str(record["text"]).splitlines() for record in found] == [ARTICLE]


def test_the_page_s_tags_are_read():
    page = page_of(parsed(
        '<meta name="keywords" content="Harbour, Storm ,"><meta property="article:tag" content="Council">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "keywords": ["Walls", 7, "Boats, Quays"],'
        ' "articleSection": "Region"}</script><p>One'))
    assert page.tags == ["Harbour", "Storm", "Council", "Walls", "Boats", "Quays", "Region"]


def test_of_a_site_s_thousand_tags_some_are_read():
    page = page_of(parsed(f'<meta name="keywords" content="{",".join(map(str, range(999)))}">' * 3 + "<p>One"))
    assert len(page.tags) == 60


def test_a_page_of_one_long_paragraph() -> None:
    sentence = "The council of the coastal town agreed on Tuesday to repair the old harbour wall before winter. "
    for count in (3, 8, 30):
        text = (sentence * count).strip()
        assert cleannews.from_html(f"<title>Wall</title><p>{text}").text in (text, "")
