"""Snippets that must stay and snippets that must go: python -m benchmarks.snippets CASES… [--profile P] [--extractor E]

For pages whose source names snippets of the article (``with_``) and of its surroundings (``without``): how many of each
stand in the extracted text, and how many still stand in it after cleaning.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks import in_a_sentence
from benchmarks.measure import NOTHING, records
from cleannews import Cleaner, InputError


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.snippets", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--profile", default="article")
    parser.add_argument("--extractor", default="trafilatura")
    options = parser.parse_args(arguments)
    cleaner = Cleaner(profile=options.profile)
    counts = {"with_": [0, 0], "without": [0, 0]}
    for path in options.cases:
        found = [record for record in records(path) if record["texts"].get(options.extractor)
                 and (record.get("with_") or record.get("without"))]
        texts = [record["texts"][options.extractor] for record in found]
        for record, text, clean in zip(found, texts, cleaner.clean_many(texts), strict=True):
            for kind, count in counts.items():
                for snippet in record.get(kind) or []:
                    count[0] += snippet in text
                    count[1] += snippet in clean
    if not any(before for before, _ in counts.values()):
        raise InputError(NOTHING)
    for kind, (before, after) in counts.items():
        print(f"{kind:8} before {before:6}  after {after:6}  gone {1 - after / max(1, before):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
