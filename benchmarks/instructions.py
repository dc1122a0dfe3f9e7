"""Instructions a code point, counted by callgrind: python -m benchmarks.instructions [--profile NAME …] [--json FILE]

A figure that noise cannot touch: the same program on the same texts takes the same number of machine instructions,
however busy the machine is. Each cleaner runs twice under ``valgrind --tool=callgrind``, on a part of the texts and on
all of them; the difference, over the code points between, is what a code point costs, without what starting costs.
Texts are the seeds, paragraphs shuffled (`benchmarks.speed.seed_texts`). Needs valgrind; takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed import PROFILES, seed_texts

FEW, MANY = 20, 80
_COLLECTED = re.compile(r"Collected : (\d+)")
_JOB = """
from benchmarks.speed import seed_texts
texts = seed_texts({count})
if {profile!r} == "ftfy":
    import ftfy
    for text in texts:
        ftfy.fix_text(text)
else:
    from cleannews import Cleaner
    for text in Cleaner(profile={profile!r}).clean_many(texts):
        pass
"""


def instructions(profile: str, count: int) -> int:
    """The instructions of a Python process that cleans so many texts. Raises CalledProcessError."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-c",
         _JOB.format(profile=profile, count=count)],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    found = _COLLECTED.search(done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print; exit code 2 where valgrind is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__.partition("\n")[0])
    parser.add_argument("--profile", action="append", choices=[*PROFILES, "ftfy"],
                        help="count only this; may be repeated")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures to a file")
    options = parser.parse_args(arguments)
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: take it from your system's packages", file=sys.stderr)
        return 2
    points = sum(map(len, seed_texts(MANY))) - sum(map(len, seed_texts(FEW)))
    figures: dict[str, float] = {}
    print(f"instructions a code point, over {points:,} code points")
    for profile in options.profile or [*PROFILES, "ftfy"]:
        figures[profile] = (instructions(profile, MANY) - instructions(profile, FEW)) / points
        print(f"{profile:10} {figures[profile]:8.0f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
