"""What cleaning gets wrong, sorted by what it costs: python -m benchmarks.errors CASES… [--profile P] [--left]

Article lines that were cut, by the rule that cut them, and cruft that was left, each with its tokens. A line counts
once a page however many extractors have it. Quality work starts here.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence

from benchmarks import in_a_sentence
from benchmarks.folds import case_options, cleaned_pages


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the errors."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.errors", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    case_options(parser)
    parser.add_argument("--extractors", default="trafilatura,readability,newspaper")
    parser.add_argument("--left", action="store_true", help="print cruft that was left instead")
    parser.add_argument("--most", type=int, default=60, help="rules or lines to print")
    parser.add_argument("--examples", type=int, default=4)
    options = parser.parse_args(arguments)
    right: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    lines: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for page, cleaner in cleaned_pages(options):
        seen: set[str] = set()
        for extractor in options.extractors.split(","):
            text = page.texts.get(extractor)
            if not text:
                continue
            result = cleaner.analyze(page.without_optional(text))
            where = f"{page.record['id']} {page.record.get('url', '')}"[:70]
            if options.left:
                for line in result.text.split("\n"):
                    covered, count = page.covered(line)
                    if count - covered > 0 and covered <= 0.2 * count and line not in seen:
                        seen.add(line)
                        lines["left"].append((count - covered, line.strip(), f"{extractor} {where}"))
                continue
            for removal in result.removals:
                covered, count = page.covered(removal.text)
                if removal.text in seen:
                    continue
                seen.add(removal.text)
                right[removal.rule] += count - covered
                wrong[removal.rule] += covered
                if covered:
                    lines[removal.rule].append((covered, f"{removal.score:.2f} {removal.text.strip()}",
                                                f"{extractor} {where}"))
    if options.left:
        for cost, line, where in sorted(lines["left"], reverse=True)[:options.most]:
            print(f"{cost:5}  {line[:180]}   [{where}]")
        return 0
    print(f"article tokens lost {sum(wrong.values())}, cruft tokens cut {sum(right.values())}")
    for rule in sorted(wrong, key=lambda rule: -wrong[rule])[:options.most]:
        if wrong[rule]:
            print(f"\n{rule}: lost {wrong[rule]}, cut rightly {right[rule]}")
            for cost, line, where in sorted(lines[rule], reverse=True)[:options.examples]:
                print(f"   {cost:4}  {line[:150]!r}   [{where}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
