"""How the sample that templates are learned from grows over a crawl, and what that asks of a cluster.

    python -m benchmarks.scale [--documents N] [--sites N] [--pages N] [--minutes M] [--speed MB/S]

Documents of made-up sites, as many a site as Zipf's law gives (the site of rank r has a share of r^-s), go
through `Templates.add` as in a corpus: nothing is mocked. At every power of ten and its half: sites and pages in
the sample, the share of documents whose sites have six pages in it, its size, memory of the process, speed. At the
end: what one snapshot of Common Crawl asks, from the speed given or measured. The run ends at N documents or after
M minutes, whichever is first, and says which.
"""

from __future__ import annotations

import argparse
import pickle
import random
import resource
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cleannews import Cleaner, Templates
from cleannews.templates import PAGES as CAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILES = 80_000
"""Files of a WET snapshot."""
COMPRESSED = 8.0
"""Terabytes of a WET snapshot as it is stored."""
INFLATION = 2.5
"""Bytes of text a byte of a compressed WET file, as gzip has it for text of the web."""
PAGES = 2.7e9
"""Pages of a snapshot."""
WORDS = [
    *("council", "harbour", "winter", "minister", "market", "after", "before", "river", "with", "from", "bridge"),
    *("said", "report", "school", "player", "season", "the", "of", "and", "to", "was", "company", "price", "storm"),
]


def documents(count: int, sites: int, exponent: float, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Pages of made-up sites, each with the furniture of its site and a story of its own."""
    ranks = np.arange(1, sites + 1, dtype=np.float64) ** -exponent
    edges = np.cumsum(ranks / ranks.sum())
    numbers = np.random.default_rng(seed)
    words = random.Random(seed)
    story = [" ".join(words.choices(WORDS, k=60)) for _ in range(2_000)]
    made = 0
    while made < count:
        for site in np.searchsorted(edges, numbers.random(min(100_000, count - made))).tolist():
            one, two, three = words.choices(story, k=3)
            yield (
                f"Site {site} news\nHome\n\n{made} {one}.\n\n{two}.\n\n{three}.\n\nMore from site {site}\nPrivacy",
                f"site{site}.example",
            )
            made += 1


def row(met: int, templates: Templates, seconds: float, seen: NDArray[np.int32]) -> str:
    """A line of the table; `seen` has the documents of each site."""
    sampled = {site: templates.sampled(site)[0] for site in templates.sites()}
    kept = list(sampled.values())
    learned = int(seen[[_number(site) for site, count in sampled.items() if count >= 6]].sum())
    size = len(pickle.dumps(templates)) / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return (
        f"| {met:,} | {len(kept):,} | {sum(kept):,} | {sum(count >= 6 for count in kept):,} "
        f"| {learned / int(seen.sum()):.0%} | {size:.1f} | {memory:.0f} | {met / seconds:,.0f} |"
    )


def _number(site: str) -> int:
    """The number in the name of a made-up site."""
    return int(site.removeprefix("site").removesuffix(".example"))


def cleaning_speed() -> float:
    """Megabytes of such pages that one process cleans in a second of processor."""
    texts = [text for text, _ in documents(3_000, 100, 1.0)]
    cleaner = Cleaner(profile="page")
    cleaner.clean(texts[0])
    start = time.process_time()
    for _ in cleaner.clean_many(texts):
        pass
    return sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - start)


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=CAP, help="cap of the sample (Templates' `pages`)")
    parser.add_argument(
        "--buckets", type=int, default=1, help="learn one in so many sites only, as a bucket of them would"
    )
    parser.add_argument("--exponent", type=float, default=1.0, help="of Zipf's law")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--speed", type=float, default=0.0, help="MB/s of cleaning a core, measured where not given")
    options = parser.parse_args()
    templates = Templates(pages=options.pages)
    what = f"Zipf {options.exponent} over {options.sites:,} sites, sample of {options.pages:,} pages"
    print(f"{what}, 1 in {options.buckets} sites\n")
    print("| documents | sites in the sample | pages | sites with 6 pages or more | documents that are theirs "
          "| sample, MB | memory, MB | docs/s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    seen = np.zeros(options.sites, np.int32)
    marks = {base * factor for factor in (10**power for power in range(3, 9)) for base in (1, 5)}
    spent, begun, met = 0.0, time.monotonic(), 0
    start = time.process_time()
    for text, site in documents(options.documents, options.sites, options.exponent):
        number = _number(site)
        if options.buckets == 1 or number % options.buckets == 1:
            seen[number] += 1
            templates.add(text, site)
        met += 1
        if met in marks or met == options.documents:
            spent += time.process_time() - start
            print(row(met, templates, spent, seen), flush=True)
            start = time.process_time()
        if met % 10_000 == 0 and time.monotonic() - begun > options.minutes * 60:
            spent += time.process_time() - start
            print(row(met, templates, spent, seen), f"\n\nended by --minutes after {met:,} documents")
            break
    else:
        print(f"\nended after {met:,} documents")
    speed = options.speed or cleaning_speed()
    text = COMPRESSED * INFLATION * 1e6
    partial = len(pickle.dumps(templates)) / 1e6
    print(f"\ncleaning, MB/s a core: {speed:.2f}; a snapshot: {text / speed / 3600:,.0f} core-hours")
    print(
        f"learning, documents/s a core: {met / spent:,.0f}; a snapshot: {PAGES / (met / spent) / 3600:,.0f} core-hours"
    )
    print(
        f"a merged sample: {partial:.0f} MB; moved by learning in 800 partitions: {800 * partial / 1e6:.2f} TB at most"
    )


if __name__ == "__main__":
    main()
