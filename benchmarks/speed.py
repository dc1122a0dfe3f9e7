"""Speed beside other text cleaners: python -m benchmarks.speed [--cases FILE --extractor NAME] [--most N] [--json FILE]
                                                           [--plot FILE.svg] [--documents N]

One run: everything takes its turn in every round, so that what else the machine does falls on all alike. Figures are
medians over the rounds, of processor time (not of wall time); a ratio is the median of the ratios within the rounds.

First table: MB/s of cleannews in each profile, ``clean`` one by one and ``clean_many``, and with templates learned from
the same texts, beside ``ftfy.fix_text``, the line rules of C4 and RefinedWeb, jusText on lines and datatrove's own C4
filter where they are installed (``benchmarks.peers``), and the floor, which only splits lines and joins them. Second:
the cost of a document of n characters and of one of 10 n, on the same paragraphs. Third: the cost of a document in a
stream of 10, 100 … ``--documents`` of them, and the greatest resident memory of a process that cleans them. Fourth,
wall time: ``cleannews < seed`` beside ``ftfy seed``, ``import cleannews`` beside ``pass``. ``--plot`` draws the first
table (needs matplotlib).

Texts are those of one extractor in a case file (``benchmarks.cases``). Without one they are the seeds over and over,
their paragraphs shuffled from a fixed random seed: handy, but what remembers repeated lines gains by it.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import ftfy

from benchmarks import in_a_sentence
from benchmarks.measure import pages
from benchmarks.peers import PEERS
from benchmarks.seeds import SEEDS
from cleannews import Cleaner, InputError, Templates

SEED = 20250626
PROFILES = ("strict", "article", "page")
RATIOS = (("article, clean_many", "ftfy.fix_text"), ("page, clean_many", "ftfy.fix_text"),
          ("strict, clean_many", "refinedweb"), ("article, clean_many", "article, clean"))

Job = Callable[[Sequence[str]], object]


def seed_texts(most: int) -> list[str]:
    """Texts made of the seeds, each with its paragraphs in an order of its own."""
    rng = random.Random(SEED)
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    made = []
    for number in range(most):
        lines = [line for line in seeds[number % len(seeds)].split("\n") if line.strip()]
        rng.shuffle(lines)
        made.append("\n\n".join(lines) + "\n")
    return made


def case_texts(path: Path, extractor: str, most: int) -> list[str]:
    """The first texts of an extractor in a case file. Raises InputError."""
    found: list[str] = []
    others: set[str] = set()
    for page in pages(path):
        others |= set(page.texts)
        if extractor in page.texts:
            found.append(page.texts[extractor])
            if len(found) == most:
                break
    if not found:
        there = f"it has {', '.join(sorted(others))}" if others else "it has none at all"
        raise InputError(f"{path} has no text of the extractor {extractor}; {there}.")
    return found


def one_by_one(function: Callable[[str], object]) -> Job:
    """The job of calling a function for each text."""
    def job(texts: Sequence[str]) -> None:
        for text in texts:
            function(text)
    return job


def floor(text: str) -> str:
    """What no cleaner that looks at lines can go below."""
    return "\n".join(text.splitlines())


def datatrove_c4() -> Job | None:
    """datatrove's filter with the rules of C4, None where datatrove is not installed.

    Without its rule on the number of sentences, which needs a tokenizer.
    """
    if find_spec("datatrove") is None:
        return None
    from datatrove.data import Document  # noqa: PLC0415
    from datatrove.pipeline.filters import C4QualityFilter  # noqa: PLC0415

    step = C4QualityFilter(min_num_sentences=-1)

    def job(texts: Sequence[str]) -> None:
        for text in texts:
            step.filter(Document(text, ""))
    return job


def jobs(texts: Sequence[str]) -> dict[str, Job]:
    """Everything that takes its turn on some texts."""
    found: dict[str, Job] = {}
    for profile in PROFILES:
        cleaner = Cleaner(profile=profile)
        found[f"{profile}, clean"] = one_by_one(cleaner.clean)
        found[f"{profile}, clean_many"] = lambda texts, cleaner=cleaner: list(cleaner.clean_many(texts))
    learned = Cleaner(templates=Templates.learn(texts))
    found["article, templates"] = lambda texts: list(learned.clean_many(texts))
    found["ftfy.fix_text"] = one_by_one(ftfy.fix_text)
    filtering = datatrove_c4()
    if filtering is not None:
        found["datatrove, C4"] = filtering
    for name, peer in PEERS.items():
        found[name] = one_by_one(peer)
    found["floor"] = one_by_one(floor)
    return found


def spent(job: Job, texts: Sequence[str]) -> float:
    """Processor seconds of a job; a quick one is repeated until it can be measured."""
    times, began = 0, time.process_time()
    while True:
        job(texts)
        times += 1
        took = time.process_time() - began
        if took > 0.02:
            return took / times


def throughput(texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """Median seconds, MB/s and ratios of every job."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    work = jobs(texts)
    for job in work.values():
        job(texts[:3])  # whatever is made at the first call
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, job in work.items():
            seconds[name].append(spent(job, texts))

    def ratio(one: str, other: str) -> float:
        return median(theirs / mine for mine, theirs in zip(seconds[one], seconds[other], strict=True))

    return {"documents": len(texts), "bytes": size, "rounds": rounds,
            "cleaners": {name: {"seconds": median(row), "mb_per_second": size / 1e6 / median(row),
                                "times_ftfy": ratio(name, "ftfy.fix_text"), "fastest": min(row), "slowest": max(row)}
                         for name, row in seconds.items()},
            "ratios": {f"{one} / {other}": ratio(one, other) for one, other in RATIOS}}


def documents_of(texts: Sequence[str], size: int, count: int) -> list[str]:
    """Documents of about `size` characters with no line twice: where paragraphs run out, their words are shuffled."""
    rng = random.Random(SEED)
    paragraphs = list(dict.fromkeys(line for text in texts for line in text.split("\n") if line.strip()))
    made: list[str] = []
    parts: list[str] = []
    at = length = 0
    while len(made) < count:
        paragraph = paragraphs[at % len(paragraphs)]
        if at >= len(paragraphs):
            words = paragraph.split()
            rng.shuffle(words)
            paragraph = " ".join(words)
        parts.append(paragraph)
        length += len(paragraph) + 2
        at += 1
        if length >= size:
            made.append("\n\n".join(parts) + "\n")
            parts, length = [], 0
    return made


def growth(texts: Sequence[str], size: int, rounds: int) -> dict[str, Any]:
    """How many times longer a document of 10 n characters takes than one of n (the mean of its ten parts)."""
    small = documents_of(texts, size, 10)
    large = "\n".join(small)
    found: dict[str, Any] = {"n": sum(map(len, small)) / len(small), "profiles": {}}
    for profile in PROFILES:
        cleaner = Cleaner(profile=profile)
        job = one_by_one(cleaner.clean)
        job([*small, large])
        rows = [(spent(job, small) / len(small), spent(job, [large])) for _ in range(rounds)]
        found["profiles"][profile] = {"n": median(row[0] for row in rows), "10n": median(row[1] for row in rows),
                                      "times": median(row[1] / row[0] for row in rows)}
    return found


_STREAM = """
import json, resource, sys, time
from benchmarks.speed import stream
from cleannews import Cleaner
began, count = time.process_time(), int(sys.argv[1])
cleaner = Cleaner()
cleaner.clean("A line.")
ready = time.process_time()
for text in cleaner.clean_many(stream(count)):
    pass
print(json.dumps([ready - began, time.process_time() - ready, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def stream(count: int) -> Iterator[str]:
    """So many documents of about 1 kB, no two alike: three paragraphs and two banners of the seeds, and a number."""
    rng = random.Random(SEED)
    lines = [line for path in sorted(SEEDS.glob("*.txt")) for line in path.read_text(encoding="utf-8").split("\n")
             if line.strip()]
    long, short = [line for line in lines if len(line) > 150], [line for line in lines if len(line) <= 60]
    for number in range(count):
        yield "\n\n".join([f"Report {number}", *rng.sample(long, 3), *rng.sample(short, 2)]) + "\n"


def streams(most: int) -> list[dict[str, Any]]:
    """What a document costs in streams of 10, 100 … `most` documents, each cleaned by a process of its own."""
    found = []
    count = 10
    while count <= most:
        done = subprocess.run([sys.executable, "-c", _STREAM, str(count)], check=True, capture_output=True, text=True)
        start, seconds, memory = json.loads(done.stdout)
        found.append({"documents": count, "ms a document": seconds / count * 1000, "start ms": start * 1000,
                      "memory MB": memory / 1000})
        count *= 10
    return found


def plot(speed: dict[str, Any], path: Path) -> None:
    """Draw MB/s of every cleaner on a scale of logarithms. Raises InputError where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise InputError("plots need matplotlib: pip install matplotlib") from error
    rows = sorted(((row["mb_per_second"], name) for name, row in speed["cleaners"].items() if name != "floor"))
    figure = Figure(figsize=(8, 0.32 * len(rows) + 1), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([name for _, name in rows], [value for value, _ in rows],
                     color=["#1f6f8b" if "clean" in name or "templates" in name else "#b0b0b0" for _, name in rows])
    axes.bar_label(bars, fmt=" %.1f")
    axes.set_xscale("log")
    axes.set_xlabel("MB a second of one core")
    figure.savefig(path, metadata={"Date": None})


def command(name: str) -> str | None:
    """A command of this Python's installation, or else of the path."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def start_up(rounds: int) -> dict[str, Any]:
    """Median wall milliseconds of commands that do little but start."""
    seed = sorted(SEEDS.glob("*.txt"))[0]
    wanted: dict[str, list[str | None]] = {
        "cleannews < seed": [command("cleannews")], "ftfy seed": [command("ftfy"), str(seed)],
        "import cleannews": [sys.executable, "-c", "import cleannews"], "pass": [sys.executable, "-c", "pass"]}
    commands = {name: [part for part in parts if part] for name, parts in wanted.items() if parts[0]}
    took: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, parts in commands.items():
            with seed.open("rb") as stream:
                began = time.perf_counter()
                subprocess.run(parts, stdin=stream, stdout=subprocess.DEVNULL, check=True)
                if number:  # the first round only brings the files into memory
                    took[name].append((time.perf_counter() - began) * 1000)
    found: dict[str, Any] = {"rounds": rounds, "ms": {name: median(row) for name, row in took.items()}}
    if {"cleannews < seed", "ftfy seed"} <= set(took):
        rows = zip(took["cleannews < seed"], took["ftfy seed"], strict=True)
        found["cleannews / ftfy"] = median(mine / theirs for mine, theirs in rows)
    rows = zip(took["import cleannews"], took["pass"], strict=True)
    found["import costs ms"] = median(mine - theirs for mine, theirs in rows)
    return found


def show(report: dict[str, Any]) -> None:
    """Print the tables."""
    speed = report["throughput"]
    print(f"{speed['documents']} texts of {report['texts']}, {speed['bytes'] / 1e6:.2f} MB, {speed['rounds']} rounds; "
          + ", ".join(f"{name} {number}" for name, number in report["versions"].items()))
    print(f"\n{'processor time':24} {'ms':>9} {'MB/s':>8} {'x ftfy':>8} {'fastest':>9} {'slowest':>9}")
    for name, row in speed["cleaners"].items():
        print(f"{name:24} {row['seconds'] * 1000:9.1f} {row['mb_per_second']:8.2f} {row['times_ftfy']:8.2f} "
              f"{row['fastest'] * 1000:9.1f} {row['slowest'] * 1000:9.1f}")
    print(f"\n{'how many times as fast':46} {'ratio':>7}")
    for name, value in speed["ratios"].items():
        print(f"{name:46} {value:7.2f}")
    size = report["growth"]
    print(f"\nn = {size['n']:.0f} characters\n{'profile':24} {'n, ms':>9} {'10 n, ms':>9} {'times':>8}")
    for name, row in size["profiles"].items():
        print(f"{name:24} {row['n'] * 1000:9.2f} {row['10n'] * 1000:9.2f} {row['times']:8.2f}")
    print(f"\n{'documents':>10} {'ms each':>9} {'start, ms':>10} {'memory, MB':>11}")
    for row in report["streams"]:
        print(f"{row['documents']:10,} {row['ms a document']:9.3f} {row['start ms']:10.1f} {row['memory MB']:11.0f}")
    start = report.get("start_up")
    if start is None:
        return
    print(f"\n{'start-up, wall time':24} {'ms':>9}")
    for name, value in start["ms"].items():
        print(f"{name:24} {value:9.1f}")
    if "cleannews / ftfy" in start:
        print(f"{'cleannews / ftfy':24} {start['cleannews / ftfy']:9.2f}")
    else:
        print("The commands cleannews and ftfy are not both installed.")
    print(f"{'import costs':24} {start['import costs ms']:9.1f}")


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 2 if the case file cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, metavar="FILE", help="take the texts of an extractor from here")
    parser.add_argument("--extractor", default="trafilatura", metavar="NAME")
    parser.add_argument("--most", type=int, default=100, metavar="N", help="texts, at most")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=10_000, metavar="N", help="characters of the smaller document")
    parser.add_argument("--starts", type=int, default=11, metavar="N", help="rounds of start-up; 0 leaves it out")
    parser.add_argument("--documents", type=int, default=10_000, metavar="N", help="documents of the longest stream")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    if min(options.most, options.rounds, options.size) < 1:
        parser.error("--most, --rounds and --size must be at least 1")
    texts = (seed_texts(options.most) if options.cases is None
             else case_texts(options.cases, options.extractor, options.most))
    names = ["cleannews", "ftfy", "numpy", *(["justext"] if "justext" in PEERS else [])]
    report: dict[str, Any] = {
        "date": date.today().isoformat(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in names}},
        "texts": "the seeds, shuffled" if options.cases is None else f"{options.extractor}, {options.cases.name}",
        "throughput": throughput(texts, options.rounds), "growth": growth(texts, options.size, options.rounds),
        "streams": streams(options.documents)}
    if options.starts > 0:
        report["start_up"] = start_up(options.starts)
    show(report)
    if options.plot:
        plot(report["throughput"], options.plot)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
