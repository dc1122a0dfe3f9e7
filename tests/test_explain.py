"""What `cleannews explain` prints: every cut with its reason, aligned, harmless, readable without colour."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import sys
import sysconfig
import termios
from fcntl import ioctl
from pathlib import Path

import pytest
from articles import ARTICLES, between
from ftfy.formatting import monospaced_width
from hypothesis import given
from hypothesis import strategies as st

from cleannews import Category, Removal, Result, analyze
from cleannews.cli.explain import explained
from cleannews.display import shown

COMMAND = Path(sysconfig.get_path("scripts")) / "cleannews"


def cut(text: str, what: str, replacement: str = "", category: Category = Category.MARKUP) -> Result:
    """A result in which one part of a text went."""
    start = text.index(what)
    removal = Removal(start, start + len(what), category, 0.9, "tests/rule", what, replacement)
    return Result(text.replace(what, replacement, 1), (removal,), len(text))


def lines(text: str, result: Result, **settings: bool | int) -> list[str]:
    return list(explained(text, result, **settings))  # type: ignore[arg-type]


def on_terminal(text: str, columns: int, **environment: str) -> str:
    """What the command writes to a terminal of that many columns."""
    own, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    surroundings = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [COMMAND, "explain"],
        stdin=subprocess.PIPE,
        stdout=its,
        env={**surroundings, "TERM": "xterm", **environment},
    )
    os.close(its)
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    parts = []
    while True:
        try:
            part = os.read(own, 4096)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(own)
    assert process.wait(timeout=120) == 0
    return b"".join(parts).decode()


# Reasons


def test_every_cut_has_its_reason_once_even_where_it_starts_on_the_line_before():
    text = "One.\nTwo.\nThree.\n"
    removal = Removal(4, 10, Category.SHARE, 0.97, "tests/rule", text[4:10])
    shown_lines = lines(text, Result(text[:4] + text[10:], (removal,), len(text)))
    assert shown_lines[1] == "2 - Two."
    assert [line.strip() for line in shown_lines].count("^ share 0.97  tests/rule") == 1


def test_a_reason_stands_under_the_first_line_of_its_cut_that_can_be_seen():
    text = "One.\n\nTwo.\nThree.\n"
    removal = Removal(5, 11, Category.SHARE, 0.97, "tests/rule", text[5:11])
    shown_lines = lines(text, Result(text[:5] + text[11:], (removal,), len(text)))
    assert shown_lines[:4] == ["1   One.", "2 -", "3 - Two.", "      ^ share 0.97  tests/rule"]
    blank = Removal(4, 6, Category.MARKUP, 0.9, "tests/rule", "\n\n")
    assert sum("^" in line for line in lines(text, Result(text[:4] + text[6:], (blank,), len(text)))) == 1


@pytest.mark.parametrize("seed", sorted(Path(__file__).parents[1].glob("seeds/*.txt")), ids=lambda path: path.stem)
def test_there_are_as_many_reasons_as_cuts(seed: Path):
    text = seed.read_text(encoding="utf-8")
    result = analyze(text)
    assert sum(line.strip().startswith("^ ") for line in explained(text, result)) == len(result.removals)


def test_a_repair_shows_what_it_puts_in():
    text = "Tom &amp; Jerry"
    assert lines(text, cut(text, "&amp;", "&"))[0] == "1 ~ Tom [-&amp;-]{+&+} Jerry"


def test_lines_are_those_of_the_library_and_no_others():
    text = "One\x0bline.\r\nTwo\x0cline.\u2028Three."
    assert [line.split()[0] for line in lines(text, Result(text, (), len(text)))[:-1]] == ["1", "2", "3"]


def test_a_text_that_found_no_rest_is_said_to_be_left():
    assert "left as it came" in lines("One.", Result("One.", (), 4, settled=False))[-1]


# Leaving out what stays


def test_only_cuts_with_context():
    text = "".join(f"Line {number}.\n" for number in range(9)).replace("4.", "4. CUT")
    result = cut(text, " CUT")
    numbers = [line.split()[0] for line in lines(text, result, only_cuts=True, context=1)[:-1]]
    assert numbers == ["…", "4", "5", "^", "6", "…"]


def test_context_alone_leaves_out_what_is_far(tmp_path: Path):
    file = tmp_path / "a.txt"
    file.write_text(between("Share this article"), encoding="utf-8")
    done = subprocess.run([COMMAND, "explain", "--context", "0", file], capture_output=True, text=True, check=True)
    assert "Share this article" in done.stdout
    assert ARTICLES["en"][0] not in done.stdout


@pytest.mark.parametrize("wrong", ["-1", "x", "1.5"])
def test_a_context_that_is_no_number_of_lines_is_wrong_usage(wrong: str):
    done = subprocess.run([COMMAND, "explain", f"--context={wrong}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no number of lines" in done.stderr


# Alignment


@pytest.mark.parametrize(
    "before", ["The wall ", "東京都庁は", "한국어 ", "e\u0301 cafe\u0301 ", "👩 ", "a\tb\tc ", "ไทยน้ำ ", "\u200bx "]
)
def test_the_mark_stands_under_the_cut_whatever_the_width_of_what_is_before(before: str):
    text = f"{before}CUT and more"
    line, reason, _ = lines(text, cut(text, "CUT"))
    assert monospaced_width(line[: line.index("CUT")].replace("\u200b", "")) == reason.index("^")


def test_numbers_stay_at_the_left_of_a_line_that_reads_from_the_right():
    text = "אמר ראש העיר CUT ביום שלישי"
    line, reason, _ = lines(text, cut(text, "CUT"))
    assert line.startswith("1 ~ \u200e")
    assert reason.index("^") == 6


def test_long_lines_go_on_under_themselves_and_no_row_is_wider_than_the_terminal():
    text = "東京都庁は " * 30 + "CUT " + "The wall is repaired. " * 20
    rows = lines(text, cut(text, "CUT "), columns=60)[:-1]
    assert len(rows) > 10
    assert max(monospaced_width(row) for row in rows) <= 60
    assert all(row.startswith("    ") for row in rows[1:])
    assert [row for row in rows if "^" in row]


def test_long_lines_are_broken_between_words_and_inside_a_word_that_is_too_long():
    text = "The old wall is repaired. " * 5 + "x" * 60
    rows = [row[4:] for row in lines(text, analyze(text), columns=50)[:-1]]
    assert {row.rpartition(" ")[2] for row in rows[:2]} <= set(text.split())
    assert "".join(rows).endswith("x" * 60)


def test_the_reason_of_a_long_line_that_goes_whole_stands_below_all_of_it():
    text = "Share this article with all your friends. " * 5
    *rows, reason, _ = lines(text, cut(text, text), columns=50)
    assert len(rows) > 3
    assert reason.strip().startswith("^ markup")
    assert not [row for row in rows if "^" in row]


@given(st.text(max_size=300), st.integers(0, 80))
def test_any_text_is_shown_in_one_way_or_another(text: str, columns: int):
    result = analyze(text)
    for row in explained(text, result, columns=columns):
        assert row.replace("\t", "") == shown(row.replace("\t", ""))


# Harmless


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("\x1b[2J", id="clears the screen"),
        pytest.param("\x1b]0;title\x07", id="sets the title"),
        pytest.param("\x9b31m", id="C1"),
        pytest.param("\x08\x08", id="backspace"),
        pytest.param("\u202e", id="override"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\U000e0041", id="tag"),
        pytest.param("\ud800", id="lone surrogate"),
    ],
)
def test_nothing_in_a_text_reaches_the_terminal_as_a_command(hostile: str):
    text = f"The wall {hostile} stands."
    found = "\n".join(lines(text, cut(text, "stands")))
    assert hostile not in found
    assert hostile.encode("unicode_escape").decode() in found


def test_words_of_right_to_left_languages_keep_their_marks():
    assert shown("شرکت\u200cها\u200f") == "شرکت\u200cها\u200f"


def test_a_terminal_of_another_encoding_is_no_reason_to_stop():
    done = subprocess.run(
        [sys.executable, "-m", "cleannews", "explain"],
        input=between("Share this article", language="ru").encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert b"Share this article" in done.stdout


# Colour


def test_colour_adds_nothing_but_colour():
    text = between("Share this article")
    plain = list(explained(text, analyze(text)))
    painted = "\n".join(explained(text, analyze(text), colour=True))
    for code in range(31, 37):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted.replace("\x1b[0m", "").splitlines() == plain


def test_the_terminal_decides_on_width_and_colour():
    text = between("Share this article")
    wide = on_terminal(text, 200)
    assert "\x1b[" in wide
    assert len(on_terminal(text, 50).splitlines()) > len(wide.splitlines())
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b[" not in on_terminal(text, 80, **environment)
