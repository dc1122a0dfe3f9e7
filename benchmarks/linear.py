"""Time and memory at n and 10 n for texts that were made to be slow: python -m benchmarks.linear [--size N]

    python -m benchmarks.linear                       # 200,000 and 2,000,000 code points of each family
    python -m benchmarks.linear --only "one line" --size 10000000

Each measurement is a process of its own: processor time of cleaning in user mode (not that of starting, and not the
system's for handing out memory, which depends on what else the machine does) and the most memory that the process held
above what it held before. A family is linear where tenfold text costs at most twelve times as much; what
is too quick or too small to be measured counts as `FLOOR`. The exit code is 1 where a family is not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cleannews import Cleaner
from cleannews.lexicon.loader import read_source, shipped_sources

ALLOWED = 12
FLOOR = (0.02, 4.0)
"""Seconds and megabytes. What costs less is counted as this: one scheduling hiccup, one arena of the allocator."""

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

PROSE = ("The council of the coastal town agreed on Tuesday to repair the old harbour wall before the winter storms "
         "arrive. Engineers had told its members that parts of the wall would not hold for another year.")
CRUFT = ("Related Links", "Share this article", "ADVERTISEMENT", "Ten boats lost in the storm off the northern coast",
         "Subscribe to our newsletter", "Photo: Harbour Agency", "By Anna Writer", "26 June 2025, 10:30 am", "📰", "|",
         "• 1The wall will go.", "• 2The quay will close.", "<br/>", "About the Author", "Facebook Twitter WhatsApp")


def _repeated(*units: str) -> Callable[[int], str]:
    """A text of some length made of units in turn."""
    def made(size: int) -> str:
        together = "".join(units)
        return (together * (size // len(together) + 1))[:size]
    return made


def _numbered(form: str) -> Callable[[int], str]:
    """A text of lines that differ by a number written in letters, so that none is a copy of another.

    The last line is whole: what is decided about half a line decides how many rounds a text takes.
    """
    def made(size: int) -> str:
        letters = str.maketrans("0123456789", "abcdefghij")
        lines: list[str] = []
        held = number = 0
        while held < size:
            lines.append(form.format(str(number).translate(letters)))
            held += len(lines[-1])
            number += 1
        return "".join(lines)
    return made


def _blocks(size: int) -> str:
    """Every block of Unicode, surrogates too, a line end after each 64 code points."""
    # A step that has no factor in common with their number visits all code points, each part of the way all blocks.
    chars = (chr(at * 77_773 % 0x110000) + ("\n" if at % 64 == 63 else "") for at in range(size))
    return "".join(chars)[:size]


def _longest_phrase(size: int) -> str:
    phrases = [example for path in shipped_sources() for entry in read_source(path).entries for example in entry.hit]
    return _repeated(max(phrases, key=len) + "\n")(size)


def _traps(size: int) -> str:
    from articles import read_toml  # noqa: PLC0415 - a module of the tests

    tables = read_toml(ROOT / "tests" / "traps.toml")
    return _repeated("\n".join(dict.fromkeys(_lines(tables))) + "\n")(size)


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [line for item in values for line in _lines(item)]


def _interleaved(size: int) -> str:
    return _repeated(*(f"{line}\n{PROSE}\n" for line in CRUFT))(size)


FAMILIES: dict[str, Callable[[int], str]] = {
    "prose, one line": _repeated(PROSE + " "),
    "one word, one line": _repeated("a"),
    "words, one line": _repeated("wall "),
    "spaces": _repeated(" "),
    "empty lines": _repeated("\n"),
    "bullets": _repeated("• \n"),
    "bullets with numbers": _repeated("• 1The wall will go.\n", "• 2The quay will close.\n"),
    "brackets": lambda size: "(" * (size // 2) + ")" * (size // 2),
    "square brackets": _repeated("["),
    "Markdown links, nested": lambda size: "[" * (size // 2) + "](https://a.example/)" * (size // 42),
    "braces": _repeated("{{"),
    "quotation marks": _repeated("“‘"),
    "tags, nested": lambda size: "<div>" * (size // 11) + "</div>" * (size // 11),
    "tags, open": _repeated("<div "),
    "comments, open": _repeated("<!--"),
    "entities": _repeated("&amp;"),
    "bars": _repeated("|"),
    "addresses": _repeated("a@a."),
    "breadcrumbs": _repeated("Home › "),
    "every block of Unicode": _blocks,
    "lone surrogates": _repeated("\ud800\udfff\n"),
    "NULs": _repeated("\0"),
    "accents": _repeated("e" + "\u0301" * 40),
    "invisible characters": _repeated("a\u200b"),
    "mojibake": _repeated("cafÃ© â€™ "),
    "mixed line ends": _repeated("wall\r\n", "quay\n", "boat\r", "mole\u2028", "pier\x85", "\u2029"),
    "longest phrase": _longest_phrase,
    "headings": _repeated("Related Links\n"),
    "headings with prose": _numbered("About the Author\nThe wall {0} was mended by the town, and that {0} was that.\n"),
    "headings with lists": _numbered("Related Links\nBoats {0} lost in the storm\n"),
    "banners, one line": _repeated("ADVERTISEMENT. "),
    "banners and spaces": _repeated("Advertisement" + " " * 50),
    "bylines": _numbered("By Anna {0}\n"),
    "names with dates": _numbered("Jane Doe {0} · 8 September 2023\n"),
    "reported speech": _numbered("You can cancel anytime, said the clerk of counter {0}.\n"),
    "timestamps": _repeated("26 June 2025, 10:30 am\n"),
    "headlines": _numbered("Boats {0} lost in the storm off the northern coast\n"),
    "copies": _repeated(PROSE + "\n"),
    "no two lines alike": _numbered("The council {0} agreed on the wall, and its members were told on Tuesday.\n"),
    "numbers": _repeated("10:30,"),
    "cruft and prose in turn": _interleaved,
    "nothing but traps": _traps,
    "Chinese": _repeated("議会は冬の嵐が来る前に古い港の壁を直すことを決めた。"),
    "Thai": _repeated("สภาเมืองชายฝั่งตัดสินใจซ่อมกำแพง "),
}


def cost(family: str, size: int, profile: str) -> tuple[float, float]:
    """Seconds of processor time and megabytes that cleaning one text of a family takes, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.linear", "--child", family, "--size", str(size),
                           "--profile", profile], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{family} at {size} failed: {done.stderr.strip().splitlines()[-1:]}")
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def _child(family: str, size: int, profile: str) -> None:
    cleaner = Cleaner(profile=profile)
    cleaner.clean(f"{PROSE}\nShare this article\n")
    text = FAMILIES[family](size)
    before = _most_memory(reset=True)
    start = _user_time()
    cleaner.clean(text)
    seconds = _user_time() - start
    print(json.dumps([seconds, _most_memory(reset=False) - before]))


def _user_time() -> float:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return time.process_time()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def _most_memory(reset: bool) -> float:
    """Megabytes: the most that this process has held, from now on where `reset` is set and the system can."""
    status = Path("/proc/self/status")
    if status.exists():
        if reset:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        [line] = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    import resource  # noqa: PLC0415 - there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a family is not linear."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linear", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=200_000, metavar="N", help="code points of the smaller text")
    parser.add_argument("--only", default="", help="families whose name has this in it")
    parser.add_argument("--profile", default="article")
    parser.add_argument("--rounds", type=int, default=2, help="measurements of each; the least counts")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        _child(options.child, options.size, options.profile)
        return 0
    families = [family for family in FAMILIES if options.only in family]
    if not families:
        parser.error(f"no family has {options.only!r} in its name")
    rows, bad = [], []
    print("| family | s at n | s at 10 n | ratio | MB at n | MB at 10 n | ratio |\n" + "| --- " * 7 + "|")
    for family in families:
        costs = []
        for size in (options.size, 10 * options.size):
            found = [cost(family, size, options.profile) for _ in range(options.rounds)]
            costs.append([min(each[kind] for each in found) for kind in range(2)])
        ratios = [max(costs[1][kind], FLOOR[kind]) / max(costs[0][kind], FLOOR[kind]) for kind in range(2)]
        bad += [family] if max(ratios) > ALLOWED else []
        rows.append({"family": family, "seconds": [each[0] for each in costs],
                     "megabytes": [each[1] for each in costs], "ratios": ratios})
        print(f"| {family} | {costs[0][0]:.3f} | {costs[1][0]:.3f} | {ratios[0]:.1f} | {costs[0][1]:.1f} | "
              f"{costs[1][1]:.1f} | {ratios[1]:.1f} |", flush=True)
    print(f"\nnot linear: {', '.join(bad) or 'none'}")
    if options.json:
        options.json.write_text(json.dumps({"size": options.size, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
