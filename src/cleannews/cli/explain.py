"""``cleannews explain``: a text with every cut marked, for people."""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ftfy.formatting import character_width

from cleannews.category import Category
from cleannews.cli import DONE, FAILED, complain
from cleannews.cli.inputs import cleaner_from, inputs
from cleannews.display import shown
from cleannews.errors import InputError
from cleannews.result import Removal, Result

_COLOURS = {category: 31 + number % 6 for number, category in enumerate(Category)}
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LEFT_MARK = "\u200e"
_TAB = 8
_NARROWEST = 20
_LONGEST_WORD = 16


def run(options: argparse.Namespace) -> int:
    """Explain every input on standard output, in colour where that is a terminal and NO_COLOR is not set."""
    cleaner = cleaner_from(options)
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = shutil.get_terminal_size().columns if terminal else 0
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # what the terminal's encoding lacks is no reason to stop
    status = DONE
    for item in inputs(options):
        if isinstance(item, InputError):
            complain(str(item))
            status = FAILED
            continue
        result = cleaner.analyze(item.text, title=options.title, author=options.author, site=options.site)
        if options.files and len(options.files) > 1:
            print(f"== {shown(item.name)}")
        only_cuts = options.only_cuts or options.context is not None
        for line in explained(item.text, result, colour=colour, only_cuts=only_cuts,
                              context=options.context or 0, columns=columns):
            print(line)
    return status


def explained(text: str, result: Result, *, colour: bool = False, only_cuts: bool = False,
              context: int = 0, columns: int = 0) -> Iterator[str]:
    """The lines to print: each line of the text, cut spans between ``[-`` and ``-]``, with their reasons under them.

    A line that goes whole has a ``-`` at its head, one that a cut or repair touches a ``~``; what a repair puts in
    stands between ``{+`` and ``+}``. The last line sums up. With `only_cuts` lines further than `context` from a cut
    are left out. Where `columns` is given, long lines go on under themselves.

    >>> import cleannews
    >>> text = "Rain is expected all week, the weather service said on Monday.\\nShare this article\\n"
    >>> for line in explained(text, cleannews.analyze(text), only_cuts=True):
    ...     print(line.strip().partition(" 0.")[0])
    …
    2 - Share this article
    ^ share
    1 cut, 23.2% of the text: share 1
    """
    lines = list(_lines(text))
    cut_of = _cuts_by_line(lines, result.removals)
    width = len(str(len(lines)))
    wanted = {near for number in cut_of for near in range(number - context, number + context + 1)}
    room = max(_NARROWEST, columns - width - 3) if columns else 0
    skipped = False
    told = -1  # start of the last cut whose reason was given: a cut over several lines has one
    for number, (start, end) in enumerate(lines):
        if only_cuts and number not in wanted:
            skipped = True
            continue
        if skipped:
            yield " " * width + "   …"
            skipped = False
        cuts = cut_of.get(number, [])
        whole = _whole(text, start, end, cuts)
        head = f"{number + 1:>{width}} {'-' if whole else '~' if cuts else ' '} "
        below: list[str] = []  # why a whole line goes is told below its last row
        for row in _rows(_pieces(text, start, end, cuts, whole), room):
            # A mark keeps the number at the left where a line reads from right to left; columns mean nothing there.
            mixed = _RIGHT_TO_LEFT.search("".join(part for part, _ in row.parts)) is not None
            body = "".join(_painted(part, cut.category if cut else None, colour) for part, cut in row.parts)
            yield (head + (_LEFT_MARK if mixed else "") + body).rstrip(" ")
            head = " " * len(head)
            for column, cut in row.starts:
                if cut.start > told and _first_ink(cut) <= end:
                    told = cut.start
                    below.append(_reason(cut, len(head) + 2 + (0 if mixed else column), columns, colour))
            if not whole:
                yield from below
                below.clear()
        yield from below
    if skipped:
        yield " " * width + "   …"
    yield _summary(result)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, its line end excluded, as `Document` has them."""
    place = 0
    for match in _LINE_END.finditer(text):
        yield place, match.start()
        place = match.end()
    if place < len(text):
        yield place, len(text)


def _cuts_by_line(lines: Sequence[tuple[int, int]], removals: Sequence[Removal]) -> dict[int, list[Removal]]:
    """The removals that touch each line."""
    found: dict[int, list[Removal]] = {}
    at = 0
    for number, (start, end) in enumerate(lines):
        while at < len(removals) and removals[at].end <= start:
            at += 1
        here = at
        while here < len(removals) and removals[here].start < max(end, start + 1):
            found.setdefault(number, []).append(removals[here])
            here += 1
    return found


def _first_ink(cut: Removal) -> int:
    """Where the first character of a cut stands that can be seen: its reason goes under that line."""
    blank = len(cut.text) - len(cut.text.lstrip())
    return cut.start + (blank if blank < len(cut.text) else 0)


def _whole(text: str, start: int, end: int, cuts: Sequence[Removal]) -> bool:
    """Whether nothing that can be seen stays of a line."""
    if not cuts or any(cut.replacement for cut in cuts):
        return False
    place = start
    for cut in cuts:
        if text[place:max(place, cut.start)].strip():
            return False
        place = max(place, cut.end)
    return not text[place:max(place, end)].strip()


class _Row(NamedTuple):
    """What is printed as one row: parts with the cut that each is in, and the column where each cut begins."""

    parts: list[tuple[str, Removal | None]]
    starts: list[tuple[int, Removal]]


def _pieces(text: str, start: int, end: int, cuts: Sequence[Removal],
            whole: bool) -> Iterator[tuple[str, Removal | None]]:
    """A line in pieces that are kept (with None) or cut; every cut has one, though it may be empty."""
    place = start
    for cut in cuts:
        low, high = min(max(cut.start, place), end), min(cut.end, end)
        if low > place:
            yield shown(text[place:low]), cut if whole else None
        gone = shown(text[low:max(low, high)])
        if not whole:
            gone = (f"[-{gone}-]" if gone else "") + (f"{{+{shown(cut.replacement)}+}}" if cut.replacement else "")
        yield gone, cut
        place = max(place, high)
    if end > place:
        yield shown(text[place:end]), cuts[-1] if whole else None


def _rows(pieces: Iterator[tuple[str, Removal | None]], room: int) -> Iterator[_Row]:
    """The pieces in rows of at most `room` columns, broken between words, or in one row where that is 0."""
    row, column, last = _Row([], []), 0, None
    for piece, cut in pieces:
        if cut is not None and cut is not last:
            if room and column + 3 > room:
                yield row
                row, column = _Row([], []), 0
            row.starts.append((column, cut))
            last = cut
        if not room and piece.isascii() and "\t" not in piece:
            row.parts.append((piece, cut))
            column += len(piece)
            continue
        part: list[str] = []
        for char in piece:
            wide = _TAB - column % _TAB if char == "\t" else _columns(char)
            if room and column + wide > room:
                kept = part[:_word(part)]
                row.parts.append(("".join(kept), cut))
                yield row
                row, part = _Row([], []), part[len(kept):]
                column = sum(map(_columns, part))
                wide = min(wide, room)
            part.append(" " * wide if char == "\t" else char)
            column += wide
        row.parts.append(("".join(part), cut))
    yield row


def _word(part: Sequence[str]) -> int:
    """Where the last word of some characters begins; their number where it is too long to go to the next row whole."""
    for back in range(1, min(len(part), _LONGEST_WORD) + 1):
        if not part[-back].strip(" "):
            return len(part) - back + 1
    return len(part)


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    """The columns that a character takes on a terminal: 0, 1 or 2."""
    return max(0, character_width(char))


def _reason(cut: Removal, column: int, columns: int, colour: bool) -> str:
    """The line under a cut, its ``^`` under the cut's first column."""
    reason = f"{cut.category.value} {cut.score:.2f}  {shown(cut.rule)}"
    if columns:
        if column + 2 + len(reason) > columns and column > columns // 2:
            reason = _shortened(reason, column - 1)
            return " " * (column - 1 - len(reason)) + _painted(f"{reason} ^", cut.category, colour)
        reason = _shortened(reason, columns - column - 2)
    return " " * column + _painted(f"^ {reason}", cut.category, colour)


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[:max(0, room - 1)] + "…"


def _painted(text: str, category: Category | None, colour: bool) -> str:
    return f"\x1b[{_COLOURS[category]}m{text}\x1b[0m" if colour and category is not None and text else text


def _summary(result: Result) -> str:
    if not result.settled:
        return "nothing is cut: cleaning found no end in this text, and it is left as it came"
    if not result.removals:
        return "nothing to cut"
    counts = ", ".join(f"{name} {count}" for name, count in result.counts().items())
    cuts = "1 cut" if len(result.removals) == 1 else f"{len(result.removals)} cuts"
    return f"{cuts}, {result.removed_share:.1%} of the text: {counts}"
