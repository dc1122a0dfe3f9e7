"""``python -m cleannews.lexicon check FILE…`` proves a lexicon's examples; ``compile`` writes the shipped form.

Of files, ``.toml`` are lexicons; ``.jsonl`` are labels from a report, whose lines no entry may hit.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cleannews.errors import CleannewsError
from cleannews.lexicon.check import failures, marked
from cleannews.lexicon.loader import HERE, store


def main(arguments: list[str]) -> int:
    """Run the command; the exit code is 1 where an example fails or a file is wrong."""
    if arguments == ["compile"]:
        store()
        return 0
    if len(arguments) < 2 or arguments[0] != "check":
        print("usage: python -m cleannews.lexicon check FILE-OR-LANGUAGE… | compile", file=sys.stderr)
        return 2
    status = 0
    own = tuple(name for name in arguments[1:] if name.endswith(".toml"))
    for name in arguments[1:]:
        path = Path(name) if name.endswith((".toml", ".jsonl")) else HERE / f"{name}.toml"
        try:
            report, count = marked(path, own) if path.suffix == ".jsonl" else failures(path)
        except CleannewsError as error:
            report, count = [str(error)], 0
        for line in report:
            print(line)
        print(f"{path.name}: {count} {'lines' if path.suffix == '.jsonl' else 'entries'}, {len(report)} failures")
        status |= bool(report)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
