"""Fuzz one target with atheris: python -m fuzz TARGET [--minutes N] [--corpus FOLDER]

    pip install -e '.[corpora]' atheris
    python -m fuzz clean --minutes 60

Prints what libFuzzer prints; the last lines say how many inputs were run. An input that breaks a promise is written to
``crash-…`` in the working directory with its traceback: mend the cause, then put the file into ``fuzz/cases/TARGET/``,
where ``tests/test_found_cases.py`` replays it from then on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cleannews"]):
    from fuzz.seeds import seeds
    from fuzz.targets import CASES, PIECES, TARGETS

LONGEST = 4096
"""Bytes of an input; a byte may stand for a paragraph."""

SLOW = 20
"""Seconds. An input that takes longer is a finding."""


def main() -> None:
    """Run libFuzzer on one target until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--corpus", type=Path, help="folder of inputs to begin with and to add to")
    options = parser.parse_args()
    corpus = options.corpus or Path("fuzz", "corpus", options.target)
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(options.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = corpus.parent / f"{options.target}.dict"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES if len(piece) < 60), encoding="ascii")
    cases = [str(CASES / options.target)] if (CASES / options.target).is_dir() else []
    atheris.Setup([sys.argv[0], f"-max_total_time={round(options.minutes * 60)}", f"-max_len={LONGEST}",
                   f"-timeout={SLOW}", f"-dict={words}", "-rss_limit_mb=4096", "-len_control=10",
                   "-print_final_stats=1",
                   str(corpus), *cases], TARGETS[options.target])
    atheris.Fuzz()


def _escaped(piece: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
