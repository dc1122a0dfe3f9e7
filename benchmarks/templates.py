"""What templates do, on several pages of each site: python -m benchmarks.templates CASES… [--made CASES]

CASES are files as ``benchmarks.cases`` builds them. Two kinds of sites:

real   the sites (publishers) of CASES with `--least` pages or more, which are few pages a site;
made   one site's furniture, as an extractor left it, put around the articles of other sites: 2, 5 and 20 pages a site.
       A furniture line is missing from one page in seven, three in ten of the longer ones change from page to page (as
       teasers do), figures change everywhere, one article in ten stands there twice, slightly edited, and one in three
       holds the catch-phrase of the house. ``flat`` is the same with all line ends lost.

Templates are learned from all pages of the site as the extractor left them and used on the same pages, as in two passes
over a corpus. For each way of cleaning: F1 before and after, cruft removed, article lost, pages harmed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import in_a_sentence
from benchmarks.measure import Page, Tally, pages
from cleannews import Cleaner, Config, InputError, Templates
from cleannews.evidence import Evidence, Material, Metadata
from cleannews.tagger.training import fold_of, publisher_of

EXTRACTORS = ("trafilatura", "readability", "newspaper", "inscriptis", "html_text")
SIZES = (2, 5, 20)
SEED = 20240229

CATCH_PHRASES = ("And that is the way it is, as we like to say in this house.",
                 "The government has so far declined to comment on the matter.",
                 "“We take this very seriously and will look into it,” a spokesman said.")


@dataclass
class Site:
    """Pages of one site, each with the text of one extractor under its name."""

    kind: str
    name: str
    pages: list[Page]
    record: dict[str, Any]
    """The record of the page whose furniture it has."""


class OnlyTemplates(Cleaner):
    """A cleaner that hears no evidence but that of templates."""

    def __init__(self, templates: Templates) -> None:
        """Listen to these templates alone, without the tagger."""
        super().__init__(profile="article", templates=templates)
        self._tagger = None
        # The profile's figures are for the tagger's probabilities; templates alone have to be sure by themselves.
        self._thresholds = replace(self._thresholds, proposed=0.75, prose=0.97, certain=2.0)

    def look(self, texts: Sequence[str], metadata: Sequence[Metadata] = ()) -> tuple[Material, list[Evidence]]:
        """What the templates detector sees."""
        material, evidence = super().look(texts, metadata)
        return material, [item for item in evidence if item.rule.startswith("templates/")]


def site_of(record: dict[str, Any]) -> str:
    """The publisher of a case, or the host of its address."""
    host = urlsplit(record.get("url") or "").hostname or ""
    return str(record.get("publisher") or host.removeprefix("www."))


def real_sites(cases: Sequence[Page], least: int, articles: bool) -> Iterator[Site]:
    """The sites with at least `least` pages."""
    by_site: dict[str, list[Page]] = {}
    for page in cases:
        if site_of(page.record) and (not articles or page.record.get("page_type", "article") == "article"):
            by_site.setdefault(site_of(page.record), []).append(page)
    for name, found in sorted(by_site.items()):
        if len(found) >= least:
            yield Site("real", name, found, found[0].record)


def made_sites(cases: Sequence[Page], count: int) -> Iterator[Site]:
    """Sites made of one page's furniture and other pages' articles."""
    dice = random.Random(SEED)
    whole = [page for page in cases if page.record.get("page_type", "article") == "article"
             and 1000 < len(page.article) < 12000 and all(page.texts.get(name) for name in EXTRACTORS)]
    whole.sort(key=lambda page: (site_of(page.record), str(page.record["id"])))
    headlines = [str(page.record["title"]) for page in whole if page.record.get("title")]
    hosts = dice.sample(whole, min(count, len(whole)))
    for host in hosts:
        others = [page for page in whole if site_of(page.record) != site_of(host.record)
                  and page.record.get("lang") == host.record.get("lang")]
        for size in SIZES:
            chosen = dice.sample(others, min(size, len(others)))
            chosen += [_edited(page, dice) for page in chosen[:size // 10]]
            phrase = dice.choice(CATCH_PHRASES)
            chosen = [_with_phrase(page, phrase, dice) if dice.random() < 0.33 else page for page in chosen]
            furniture = {name: _furniture(host, name) for name in EXTRACTORS}
            rotating = {name: {line for line in lines if len(line.split()) >= 5 and dice.random() < 0.3}
                        for name, lines in ((name, before + after) for name, (before, after) in furniture.items())}
            made = []
            for page in chosen:
                texts = {name: _around(page, furniture[name], rotating[name], headlines, dice)
                         for name in EXTRACTORS}
                made.append(Page(page.record, texts, page.article, page.optional))
            name = site_of(host.record)
            yield Site(f"made {size:2}", name, made, host.record)
            yield Site(f"flat {size:2}", name, [Page(page.record, {
                extractor: " ".join(text.split()) for extractor, text in page.texts.items()}, page.article)
                for page in made], host.record)


def _furniture(page: Page, extractor: str) -> tuple[list[str], list[str]]:
    """The cruft lines before the article's middle and after it."""
    lines = page.texts[extractor].split("\n")
    cruft = [page.is_cruft(line) for line in lines]
    article = [at for at, line in enumerate(lines) if line.strip() and not cruft[at]]
    middle = article[len(article) // 2] if article else len(lines) // 2
    return ([line for line, bad in zip(lines[:middle], cruft[:middle], strict=True) if bad],
            [line for line, bad in zip(lines[middle:], cruft[middle:], strict=True) if bad])


def _around(page: Page, furniture: tuple[list[str], list[str]], rotating: set[str], headlines: Sequence[str],
            dice: random.Random) -> str:
    def part(lines: list[str]) -> list[str]:
        found = []
        for line in lines:
            if dice.random() < 1 / 7:
                continue
            changed = dice.choice(headlines) if line in rotating else line
            found.append(re.sub(r"\d", lambda _: str(dice.randrange(10)), changed))
        return found

    before, after = furniture
    return "\n\n".join([*part(before), *(line for line in page.article.split("\n") if line.strip()), *part(after)])


def _edited(page: Page, dice: random.Random) -> Page:
    lines = [line for line in page.article.split("\n") if line.strip()]
    if len(lines) > 3:
        del lines[dice.randrange(len(lines))]
    lines[-1] += " This article was updated later in the day to reflect new developments."
    return Page(page.record, page.texts, "\n".join(lines), page.optional)


def _with_phrase(page: Page, phrase: str, dice: random.Random) -> Page:
    lines = [line for line in page.article.split("\n") if line.strip()]
    lines.insert(dice.randrange(len(lines) + 1), phrase)
    return Page(page.record, page.texts, "\n".join(lines), page.optional)


@cache
def _plain(config: Config) -> Cleaner:
    return Cleaner(config)


Tallies = dict[tuple[str, str, str], Tally]


def measure(sites: Sequence[Site], profiles: Sequence[str], folds: Path | None,
            lost: list[tuple[int, str, str]] | None) -> Tallies:
    """Tallies by (kind, extractor, way of cleaning)."""
    tallies: Tallies = {}
    taggers = [str(path) for path in sorted(folds.glob("fold*.tagger"))] if folds else [""]
    for site in sites:
        tagger = taggers[fold_of(publisher_of(site.record), len(taggers))] if folds else ""
        configs = {profile: Config(profile=profile, tagger=tagger) for profile in profiles}
        for extractor in EXTRACTORS:
            seen = [(page, page.texts[extractor]) for page in site.pages if page.texts.get(extractor)]
            if len(seen) < 2:
                continue
            templates = Templates.learn((text for _, text in seen), [site.name] * len(seen))
            ways: list[tuple[str, Cleaner]] = [("templates", OnlyTemplates(templates))]
            for profile, config in configs.items():
                ways += [(profile, _plain(config)),
                         (f"{profile} + templates", Cleaner(config, templates=templates))]
            data = [Metadata(site=site.name)] * len(seen)
            for way, cleaner in ways:
                results = cleaner.analyze_many([text for _, text in seen], data)
                for (page, text), result in zip(seen, results, strict=True):
                    one = Tally()
                    one.add(page, text, result.text, oracle=False)
                    tallies.setdefault((site.kind, extractor, way), Tally()).merge(one)
                    tallies.setdefault((site.kind, "all", way), Tally()).merge(one)
                    if lost is not None and way == "templates":
                        for removal in result.removals:
                            covered = page.article_and_cruft(removal.text)[0]
                            if covered:
                                lost.append((covered, f"{site.kind} {site.name} {extractor} {removal.score:.2f}",
                                             removal.text.strip()[:200]))
    return tallies


def show(tallies: Tallies) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Print the tables, return the figures."""
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for (kind, extractor, way), tally in tallies.items():
        figures.setdefault(kind, {}).setdefault(extractor, {})[way] = tally.figures()
    for kind, extractors in figures.items():
        print(f"\n{kind}\n{'':14} {'cleaned with':22} {'texts':>5} {'F1':>7} {'after':>7} {'cruft-':>7} {'lost':>7} "
              f"{'harmed':>7}")
        for extractor, ways in extractors.items():
            for way, row in ways.items():
                print(f"{extractor:14} {way:22} {row['pages']:5.0f} {row['f1_before']:7.4f} {row['f1_after']:7.4f} "
                      f"{row['cruft_removed']:7.1%} {row['article_lost']:7.2%} {row['harmed']:7.1%}")
    return figures


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.templates", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--least", type=int, default=2, metavar="N", help="pages a real site must have")
    parser.add_argument("--articles", action="store_true", help="articles alone")
    parser.add_argument("--made", metavar="CASES", help="make sites of these cases")
    parser.add_argument("--sites", type=int, default=12, metavar="N", help="sites to make")
    parser.add_argument("--profiles", default="article,page", metavar="A,B")
    parser.add_argument("--folds", type=Path, metavar="DIR",
                        help="taggers that never saw a site (`cleannews train --folds DIR`)")
    parser.add_argument("--lost", type=int, default=0, metavar="N", help="print the N worst losses of templates")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    sites = [site for path in options.cases for site in real_sites(list(pages(path)), options.least, options.articles)]
    if options.made:
        sites += made_sites(list(pages(options.made)), options.sites)
    if not any(site.pages for site in sites):
        raise InputError(f"nothing is measured: no site has {options.least} pages, and of no page that has all texts "
                         "and an article of 1,000 to 12,000 characters a site can be made")
    lost: list[tuple[int, str, str]] = []
    started = time.perf_counter()
    figures = show(measure(sites, [name for name in options.profiles.split(",") if name], options.folds,
                           lost if options.lost else None))
    print(f"\n{len(sites)} sites, {time.perf_counter() - started:.0f} s")
    for covered, where, text in sorted(lost, reverse=True)[:options.lost]:
        print(f"{covered:5} {where}: {text!r}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
