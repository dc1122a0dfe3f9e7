"""Fuzz one target with atheris: python -m fuzz TARGET [--minutes N] [--corpus FOLDER]

    pip install -e '.[corpora]' atheris
    python -m fuzz clean --minutes 60

Prints what libFuzzer prints, and at the end how many inputs were run. An input that breaks a promise is written to
``crash-…`` in the working directory with its traceback: mend the cause, then put the file into ``fuzz/cases/TARGET/``,
where ``tests/test_found_cases.py`` replays it from then on.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cleannews"]):
    from fuzz.seeds import seeds
    from fuzz.targets import CASES, PIECES, TARGETS

LONGEST = 4096
"""Bytes of an input; a byte may stand for a paragraph."""

SLOW = 20
"""Seconds. An input that takes longer is a finding."""

SPELL = 5
"""Minutes that one process fuzzes. atheris keeps some 90 kB for every input that cleans a text: after 40,000 of them
its own memory, not the package's, would be what libFuzzer stops for."""


def main() -> None:
    """Fuzz one target until the time is over, one process after another on one corpus."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--corpus", type=Path, help="folder of inputs to begin with and to add to")
    parser.add_argument("--spell", action="store_true", help="fuzz in this process, once")
    options = parser.parse_args()
    corpus = options.corpus or Path("fuzz", "corpus", options.target)
    if options.spell:
        _fuzz(options.target, options.minutes, corpus)
    end = time.monotonic() + options.minutes * 60
    inputs = failed = 0
    while not failed and (left := (end - time.monotonic()) / 60) > 0:
        spell = subprocess.Popen([sys.executable, "-m", "fuzz", options.target, "--spell", "--corpus", str(corpus),
                                  "--minutes", str(min(left, SPELL))], stderr=subprocess.PIPE, text=True,
                                 errors="replace")
        for line in spell.stderr or ():
            sys.stderr.write(line)
            if told := re.match(r"stat::number_of_executed_units:\s*(\d+)", line):
                inputs += int(told[1])
        failed = spell.wait()
    print(f"{options.target}: {inputs:,} inputs were run", flush=True)
    sys.exit(failed)


def _fuzz(target: str, minutes: float, corpus: Path) -> None:
    """Run libFuzzer on one target, and end the process."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = corpus.parent / f"{target}.dict"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES if len(piece) < 60), encoding="ascii")
    cases = [str(CASES / target)] if (CASES / target).is_dir() else []
    atheris.Setup([sys.argv[0], f"-max_total_time={max(round(minutes * 60), 1)}", f"-max_len={LONGEST}",
                   f"-timeout={SLOW}", f"-dict={words}", "-rss_limit_mb=8192", "-len_control=10",
                   "-print_final_stats=1", str(corpus), *cases], TARGETS[target])
    atheris.Fuzz()


def _escaped(piece: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
