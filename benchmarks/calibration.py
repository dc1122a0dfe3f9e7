"""Whether a stated score is how often the cut is right: python -m benchmarks.calibration CASES… [--folds DIR]

Each removal states a score. Here removals are put into bins of that score; a removal is right where at most half of
its tokens are article text, and counts once a page however many extractors have it. ``--svg FILE`` draws the
reliability plot (DeGroot and Fienberg 1983): on the diagonal a score of 0.9 is right nine times in ten, above it the
score is too modest.

``--rules`` prints instead how often what rules name is cruft, by the kind of rule and the tagger's probability: lines
that are article and lines that are not, each line once a page. Paragraphs are left out, of which more is asked, and so
is what the rules only wonder about. ``proposed`` and ``proposed_by`` of ``profiles.toml`` come from it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks import in_a_sentence
from benchmarks.folds import case_options, cleaned_pages
from benchmarks.measure import Page
from cleannews import Cleaner
from cleannews.evidence import kind_of
from cleannews.judge import NAMED, Case

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0001)
BANDS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0001)
Bin = tuple[int, float, int]


def svg(bins: Sequence[Bin]) -> str:
    """The reliability plot: stated score across, share right upwards, a circle's area for the number of removals."""
    size, most = 320, max((count for count, _, _ in bins), default=1)
    marks = "".join(
        f'<circle cx="{40 + size * stated / count:.1f}" cy="{20 + size * (1 - right / count):.1f}" '
        f'r="{3 + 11 * (count / most) ** 0.5:.1f}" fill="#356" fill-opacity="0.6"><title>stated {stated / count:.3f}, '
        f'right {right / count:.3f}, {count} removals</title></circle>' for count, stated, right in bins if count)
    ticks = "".join(
        f'<text x="{40 + size * at / 10:.0f}" y="{size + 36}" text-anchor="middle">{at / 10:.1f}</text>'
        f'<text x="34" y="{24 + size * (1 - at / 10):.0f}" text-anchor="end">{at / 10:.1f}</text>'
        for at in range(0, 11, 2))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + 60} {size + 60}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
            f'<rect x="40" y="20" width="{size}" height="{size}" fill="none" stroke="#999"/>'
            f'<path d="M40 {size + 20}L{size + 40} 20" stroke="#999" stroke-dasharray="4 3"/>{ticks}'
            f'<text x="{40 + size / 2}" y="{size + 54}" text-anchor="middle">stated score</text>'
            f'<text x="12" y="{20 + size / 2}" text-anchor="middle" transform="rotate(-90 12 {20 + size / 2})">'
            f'share of removals that are right</text>{marks}</svg>\n')


def named(page: Page, cleaner: Cleaner, text: str) -> Iterator[tuple[str, str, float, bool]]:
    """The lines of a text that rules name: the line, the kind of the surest rule, the tagger's score, whether it is
    cruft."""
    material, evidence = cleaner.look([text])
    scores = cleaner.tagger.score(material, evidence)
    case = Case.of([item for item in evidence if item.whole])
    for line, winner, rules in zip(case.line.tolist(), case.winner, case.rules.tolist(), strict=True):
        if rules < NAMED or material.prose.prose[line]:
            continue
        said = material.documents.text_of(line)
        covered, tokens = page.covered(said)
        if tokens:
            yield said, kind_of(winner.rule), float(scores[line]), covered * 2 <= tokens


def by_rule(options: argparse.Namespace) -> None:
    """Print how often what rules name is cruft."""
    found: dict[str, list[list[int]]] = {}
    for page, cleaner in cleaned_pages(options):
        seen: set[str] = set()
        for name in options.extractors.split(","):
            for said, kind, score, cruft in named(page, cleaner, page.without_optional(page.texts.get(name) or "")):
                if said in seen:
                    continue
                seen.add(said)
                band = next(at for at in range(len(BANDS) - 1) if score < BANDS[at + 1])
                found.setdefault(kind, [[0, 0] for _ in BANDS[1:]])[band][cruft] += 1
    print(f"{'article, cruft':32}" + "".join(f"{low:6.2f} to {min(high, 1):.2f}" for low, high in pairwise(BANDS)))
    for kind, bands in sorted(found.items(), key=lambda item: -sum(map(sum, item[1]))):
        print(f"{kind:32}" + "".join(f"{article:7},{cruft:6}" for article, cruft in bands))


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, draw the plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    case_options(parser)
    parser.add_argument("--extractors", default="trafilatura,readability,newspaper,goose3,inscriptis")
    parser.add_argument("--svg", type=Path, metavar="FILE")
    parser.add_argument("--rules", action="store_true", help="how often rules are right, by kind")
    options = parser.parse_args(arguments)
    if options.rules:
        by_rule(options)
        return 0
    count, stated, right = ([0.0] * (len(EDGES) - 1) for _ in range(3))
    for page, cleaner in cleaned_pages(options):
        seen: set[str] = set()
        texts = [page.without_optional(text) for name in options.extractors.split(",")
                 if (text := page.texts.get(name))]
        for result in cleaner.analyze_many(texts):
            for removal in result.removals:
                if removal.text in seen:
                    continue
                seen.add(removal.text)
                covered, tokens = page.covered(removal.text)
                if not tokens:
                    continue
                bin_ = next(at for at in range(len(EDGES) - 1) if removal.score < EDGES[at + 1])
                count[bin_] += 1
                stated[bin_] += removal.score
                right[bin_] += covered * 2 <= tokens
    bins = [(int(many), said, int(good)) for many, said, good in zip(count, stated, right, strict=True)]
    print(f"{'score':>12} {'removals':>9} {'stated':>7} {'right':>7}")
    for low, high, (many, said, good) in zip(EDGES, EDGES[1:], bins, strict=False):
        if many:
            print(f"{low:.2f} to {min(high, 1):.2f} {many:9} {said / many:7.3f} {good / many:7.3f}")
    if options.svg:
        options.svg.write_text(svg(bins), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
