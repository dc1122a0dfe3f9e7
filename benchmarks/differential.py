"""One answer whatever the way: python -m benchmarks.differential [CASES…] [--most N] [--pythons PYTHON,PYTHON…]

    python -m benchmarks.differential wcxb.jsonl.gz --most 2000 --pythons python3.10,python3.13

Every text is cleaned through every *way* in (`clean`, `clean_many`, the pipe, `cleannews run` with one process and with
two, many threads, each integration whose engine is installed) and in every *world* (with ``-O``, with other seeds of
Python's hashes, with the inner loops in numpy, under other Pythons, which must be able to import the package), and all
must give the same. Without CASES the texts are generated. The exit code is 1 where anything differs.

``tests/test_differential.py`` does the same on a few texts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from benchmarks import in_a_sentence
from benchmarks.measure import NOTHING, pages
from cleannews import Cleaner, InputError, clean
from cleannews.batch import planned, run
from cleannews.config import Config

# ruff: noqa: PLC0415 - every engine is imported only where it is used

Way = Callable[[Sequence[str]], list[str]]

ROOT = Path(__file__).parents[1]
THREADS = 8


def generated(count: int) -> list[str]:
    """Pages of article paragraphs and cruft, some of them in two languages, some on one line."""
    sys.path.insert(0, str(ROOT / "tests"))
    from articles import ARTICLES
    from strategies import CRUFT, INLINE_CRUFT, LINE_ENDS, SHORT_ARTICLE_LINES

    choice = random.Random(8)
    paragraphs = [paragraph for paragraphs in ARTICLES.values() for paragraph in paragraphs]
    texts = []
    for _ in range(count):
        end = choice.choice(LINE_ENDS)
        lines = choice.choices(paragraphs, k=choice.randrange(6)) + choice.choices(
            [*CRUFT, *SHORT_ARTICLE_LINES, *INLINE_CRUFT], k=choice.randrange(9))
        choice.shuffle(lines)
        texts.append(end.join(lines))
    return texts


def pipe(texts: Sequence[str]) -> list[str]:
    """Through ``cleannews --json FILE…``, many files a call."""
    cleaned: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, text in enumerate(texts):
            names.append(str(Path(folder, f"{number}.txt")))
            Path(names[-1]).write_bytes(text.encode())
        for at in range(0, len(names), 500):
            done = subprocess.run([sys.executable, "-m", "cleannews", "--json", *names[at:at + 500]], check=True,
                                  capture_output=True)
            cleaned += [json.loads(line)["text"] for line in done.stdout.split(b"\n") if line]
    return cleaned


def _run(jobs: int) -> Way:
    def way(texts: Sequence[str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            source, output = Path(folder, "a.jsonl"), Path(folder, "b.jsonl.gz")
            source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
            plan, _ = planned([str(source)], str(output), config=Config(), jobs=jobs, chunk=100_000)
            run(plan)
            import gzip

            with gzip.open(output, "rt", encoding="utf-8", newline="\n") as stream:
                return [json.loads(line)["text"] for line in stream]
    return way


def threads(texts: Sequence[str]) -> list[str]:
    """One cleaner shared by many threads."""
    cleaner = Cleaner()
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(cleaner.clean, texts))


def threads_many(texts: Sequence[str]) -> list[str]:
    """One cleaner shared by many threads, each with a batch of its own."""
    cleaner = Cleaner()
    size = len(texts) // THREADS + 1
    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(lambda at: list(cleaner.clean_many(texts[at:at + size])), range(0, len(texts), size))
        return [text for part in parts for text in part]


def _pandas(texts: Sequence[str]) -> list[str]:
    import pandas as pd

    from cleannews.integrations.frames import clean_series

    return list(clean_series(pd.Series(list(texts), dtype=object)))


def _polars(texts: Sequence[str]) -> list[str]:
    import polars as pl

    from cleannews.integrations.frames import clean_series

    return list(clean_series(pl.Series("text", list(texts), dtype=pl.String)))


def _rows(texts: Sequence[str]) -> list[str]:
    from cleannews.integrations.rows import RowCleaner

    return [str(row.text) for row in RowCleaner().rows(list(texts))]


def _langchain(texts: Sequence[str]) -> list[str]:
    from langchain_core.documents import Document

    from cleannews.integrations.langchain import CleanNews

    return [made.page_content for made in CleanNews().transform_documents(
        [Document(page_content=text) for text in texts])]


def _datatrove(texts: Sequence[str]) -> list[str]:
    from datatrove.data import Document

    from cleannews.integrations.datatrove import CleanNews

    documents = (Document(text=text, id=str(number)) for number, text in enumerate(texts))
    return [made.text for made in CleanNews().run(documents)]


def _datasets(texts: Sequence[str]) -> list[str]:
    from datasets import Dataset

    from cleannews.integrations.datasets import CleanBatch

    return list(Dataset.from_dict({"text": list(texts)}).map(CleanBatch(), batched=True)["text"])


WAYS: dict[str, tuple[Way, str]] = {
    "clean": (lambda texts: [clean(text) for text in texts], ""),
    "clean_many": (lambda texts: list(Cleaner().clean_many(texts)), ""),
    "analyze_many": (lambda texts: [result.text for result in Cleaner().analyze_many(texts)], ""),
    "threads": (threads, ""),
    "threads, batches": (threads_many, ""),
    "pipe": (pipe, ""),
    "run": (_run(1), ""),
    "run, two processes": (_run(2), ""),
    "rows": (_rows, ""),
    "pandas": (_pandas, "pandas"),
    "polars": (_polars, "polars"),
    "LangChain": (_langchain, "langchain_core"),
    "datatrove": (_datatrove, "datatrove"),
    "datasets": (_datasets, "datasets"),
}
"""Each way in, and the library that it needs."""


def installed() -> list[str]:
    """The ways that can be gone here."""
    return [name for name, (_, needs) in WAYS.items() if not needs or find_spec(needs)]


def worlds(pythons: Sequence[str] = ()) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Commands and environments under which the same must come out."""
    here = [sys.executable]
    found = {"-O": ([*here, "-O"], {}), "-OO": ([*here, "-OO"], {}),
             "hash seed 1": (here, {"PYTHONHASHSEED": "1"}), "hash seed 77": (here, {"PYTHONHASHSEED": "77"}),
             "loops in numpy": (here, {"CLEANNEWS_KERNELS": "reference"})}
    return {**found, **{python: ([python], {}) for python in pythons}}


def digest(texts: Sequence[str]) -> str:
    """A checksum of the results of all texts: clean texts, removals, scores and rules."""
    found = blake2b(digest_size=16)
    for profile in ("article", "page", "strict"):
        for result in Cleaner(profile=profile).analyze_many(texts):
            found.update(json.dumps(result.as_dict(), sort_keys=True).encode())
    return found.hexdigest()


def digest_in(command: Sequence[str], environment: dict[str, str], texts: Path) -> str:
    """`digest` in another process. Raises RuntimeError with the last line it said where it fails."""
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run([*command, "-m", "benchmarks.differential", "--digest", str(texts)], capture_output=True,
                          text=True, cwd=ROOT, check=False, env={**os.environ, "PYTHONPATH": path, **environment})
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout.strip()


def differing(texts: Sequence[str], ways: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each way and how many of the texts it cleans otherwise than `Cleaner.clean` does."""
    cleaner = Cleaner()
    expected = [cleaner.clean(text) for text in texts]
    for name in ways:
        found = WAYS[name][0](texts)
        yield name, sum(one != other for one, other in zip(expected, found, strict=True))


@in_a_sentence
def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a way and a line a world; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", type=Path)
    parser.add_argument("--most", type=int, default=2000, metavar="N")
    parser.add_argument("--pythons", default="", help="other interpreters, comma-separated")
    parser.add_argument("--digest", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.digest:
        print(digest(json.loads(options.digest.read_text(encoding="utf-8"))))
        return 0
    texts = _case_texts(options.cases, options.most) if options.cases else generated(options.most)
    if not texts:
        raise InputError(NOTHING)
    bad = 0
    for name, count in differing(texts, installed()):
        print(f"{name:26} {count} of {len(texts)} differ", flush=True)
        bad += count
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder, "texts.json")
        stored.write_text(json.dumps(texts), encoding="utf-8")
        expected = digest_in([sys.executable], {}, stored)
        for name, (command, environment) in worlds(list(filter(None, options.pythons.split(",")))).items():
            same = digest_in(command, environment, stored) == expected
            print(f"{name:26} {'the same' if same else 'DIFFERS'}", flush=True)
            bad += not same
    return bool(bad)


def _case_texts(paths: Sequence[Path], most: int) -> list[str]:
    """Texts of all extractors of case files in turn, each once."""
    texts = list(dict.fromkeys(text for path in paths for page in pages(path) for text in page.texts.values()))
    random.Random(8).shuffle(texts)
    return texts[:most]


if __name__ == "__main__":
    sys.exit(main())
