"""Throughput and memory of ``cleannews run``: python -m benchmarks.corpora [--megabytes N] [--jobs 1,2] [--keep DIR]

Makes a JSON-lines file of the asked size from the seeds and real cruft lines (every document differs), then cleans it
with each number of processes and prints documents/s, MB/s, the ratio to one process, and the greatest resident memory
of the parent and of any worker, sampled while it runs. On a busy machine the ratio says little; what several
processes cost more than one in processor time then says how they would scale.
``--documents FILE`` takes the texts from JSON lines instead. ``--datatrove`` adds a row: datatrove reading the same
file, dropping lines by the rules of C4 (``C4QualityFilter``, without its rule on the number of sentences, which needs a
tokenizer), and writing it; it gives one file to one process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

C4 = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import C4QualityFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from loguru import logger

logger.remove()
if __name__ == "__main__":
    folder, name, out = sys.argv[1:]
    LocalPipelineExecutor([JsonlReader(folder, glob_pattern=name), C4QualityFilter(min_num_sentences=-1),
                           JsonlWriter(out, compression=None)], tasks=1, workers=1, logging_dir=out + "/log").run()
"""
HERE = Path(__file__).parent
SEEDS = HERE.parent / "seeds"


def texts_of(path: str | None) -> list[str]:
    """The texts that documents are made of: seeds, or the ``text`` fields (or every extraction) of a file."""
    if path is None:
        return [file.read_text("utf-8") for file in sorted(SEEDS.glob("*.txt"))]
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [text for record in records for text in
            (record["texts"].values() if "texts" in record else [record["text"]]) if text]


def documents(size: int, texts: list[str], seed: int = 1) -> Iterator[bytes]:
    """Lines of about `size` bytes in all. Paragraphs of one text are mixed with cruft; each document is its own."""
    cruft = [line for line in (HERE / "cruft_lines.txt").read_text("utf-8").splitlines()
             if line.strip() and not line.startswith("#")]
    chance = random.Random(seed)
    number = made = 0
    while made < size:
        paragraphs = chance.choice(texts).splitlines(keepends=True)
        at = chance.randrange(len(paragraphs))
        paragraphs = paragraphs[at:] + paragraphs[:at] if len(paragraphs) < 8 else paragraphs[:]
        for _ in range(chance.randrange(4)):
            paragraphs.insert(chance.randrange(len(paragraphs) + 1), chance.choice(cruft) + "\n")
        paragraphs.append(f"Report {number} of the day, filed at {chance.randrange(24)}:{chance.randrange(60):02}.\n")
        record = {"id": number, "url": f"https://www.example{number % 50}.com/{number}", "text": "".join(paragraphs),
                  "meta": {"fetched": "2025-06-26", "score": chance.random()}}
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        yield line
        made += len(line)
        number += 1


def write_corpus(path: Path, size: int, texts: list[str]) -> int:
    """Write the corpus and return its number of documents."""
    count = 0
    with path.open("wb") as file:
        for line in documents(size, texts):
            file.write(line)
            count += 1
    return count


def resident(pid: int) -> int:
    """Resident memory of a process in bytes, its private and shared pages alike; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def processor_seconds() -> float:
    """Processor time of all processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(command: list[str]) -> tuple[float, float, int, int]:
    """Seconds, processor seconds, and the greatest resident memory in bytes of the process and of any child."""
    started, used = time.monotonic(), processor_seconds()
    process = subprocess.Popen(command)
    parent = worker = 0
    while process.poll() is None:
        parent = max(parent, resident(process.pid))
        worker = max([worker, *map(resident, children(process.pid))])
        time.sleep(0.05)
    seconds = time.monotonic() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, processor_seconds() - used, parent, worker


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--documents", help="JSON lines to take texts from")
    parser.add_argument("--profile", default="article")
    parser.add_argument("--datatrove", action="store_true", help="also let datatrove drop lines by the rules of C4")
    parser.add_argument("--generate", metavar="FILE", help="only write the corpus there")
    options = parser.parse_args()
    if options.megabytes < 1:
        parser.error("--megabytes must be at least 1")
    if options.datatrove and find_spec("datatrove") is None:
        parser.error("--datatrove needs datatrove: pip install 'cleannews[datatrove]'")
    texts = texts_of(options.documents)
    if options.generate:
        count = write_corpus(Path(options.generate), options.megabytes * 1_000_000, texts)
        print(f"{count:,} documents written to {options.generate}")
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus.jsonl")
        count = write_corpus(corpus, options.megabytes * 1_000_000, texts)
        size = corpus.stat().st_size
        print(f"{count:,} documents, {size / 1e6:,.0f} MB, profile {options.profile}")
        print("| --jobs | seconds | documents/s | MB/s | ratio | processor s | parent MB | worker MB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        first = 0.0
        commands = {jobs: [sys.executable, "-m", "cleannews", "run", str(corpus),
                           "-o", str(Path(folder, f"clean{jobs}.jsonl")), "--jobs", jobs, "--quiet",
                           "--profile", options.profile, "--removed", str(Path(folder, f"removed{jobs}.jsonl"))]
                    for jobs in options.jobs.split(",")}
        if options.datatrove:
            Path(folder, "c4.py").write_text(C4, "utf-8")
            commands["C4, datatrove"] = [sys.executable, str(Path(folder, "c4.py")), folder, corpus.name,
                                         str(Path(folder, "c4"))]
        for jobs, command in commands.items():
            seconds, used, parent, worker = measured(command)
            first = first or seconds
            print(f"| {jobs} | {seconds:.1f} | {count / seconds:,.0f} | {size / seconds / 1e6:.1f} | "
                  f"{first / seconds:.2f} | {used:.1f} | {parent / 1e6:.0f} | {worker / 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
