"""What the step of each engine costs over the library alone.

    python -m benchmarks.integrations [--documents N] [--rounds N] [ENGINE …]

The same documents, in batches of 1,000, through `Cleaner.clean_many` and through each engine that is
installed. What an engine does without cleannews (reading rows, moving them, collecting them) is measured with a
step that does nothing and taken off: the overhead is what the step adds to the cleaning itself. Times are seconds
of processor of this process and those that it started, the least of the rounds. Prints a table.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cleannews import Cleaner

SEEDS = Path(__file__).parent.parent / "seeds"
BATCH = 1_000
Run = Callable[[], Any]


def documents(count: int) -> list[str]:
    """The seeds over and over, each with a first line of its own."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [
        f"Story {number} of the day was told to the council on Monday.\n\n{seeds[number % len(seeds)]}"
        for number in range(count)
    ]


def datasets_runs(texts: list[str]) -> tuple[Run, Run]:
    """Hugging Face datasets, without its cache."""
    import datasets  # noqa: PLC0415

    from cleannews.integrations.datasets import CleanBatch  # noqa: PLC0415

    datasets.disable_caching()
    datasets.disable_progress_bars()
    data = datasets.Dataset.from_dict({"text": texts})

    def through(step: Callable[..., Any]) -> Run:
        return lambda: data.map(step, batched=True, batch_size=BATCH, keep_in_memory=True)

    return through(CleanBatch()), through(lambda batch: {"text": list(batch["text"])})


def datatrove_runs(texts: list[str]) -> tuple[Run, Run]:
    """datatrove's step, called as its executor calls it."""
    from datatrove.data import Document  # noqa: PLC0415
    from datatrove.pipeline.base import PipelineStep  # noqa: PLC0415

    from cleannews.integrations.datatrove import CleanNews  # noqa: PLC0415

    class Nothing(PipelineStep):
        type, name = "-", "nothing"

        def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
            yield from data

    def through(step: Any) -> Run:
        return lambda: sum(1 for _ in step(Document(text, str(number)) for number, text in enumerate(texts)))

    return through(CleanNews()), through(Nothing())


def pandas_runs(texts: list[str]) -> tuple[Run, Run]:
    """A Series of pandas."""
    import pandas  # noqa: PLC0415

    from cleannews.integrations.frames import clean_series  # noqa: PLC0415

    series = pandas.Series(texts)
    return lambda: clean_series(series), lambda: series.map(str)


def polars_runs(texts: list[str]) -> tuple[Run, Run]:
    """A Series of polars."""
    import polars  # noqa: PLC0415

    from cleannews.integrations.frames import clean_series  # noqa: PLC0415

    series = polars.Series("text", texts)
    return lambda: clean_series(series), lambda: polars.Series("text", series.to_list())


def langchain_runs(texts: list[str]) -> tuple[Run, Run]:
    """LangChain's documents."""
    from langchain_core.documents import Document  # noqa: PLC0415

    from cleannews.integrations.langchain import CleanNews  # noqa: PLC0415

    given = [Document(text) for text in texts]
    step = CleanNews()
    return lambda: step.transform_documents(given), lambda: [Document(one.page_content) for one in given]


def spark_runs(texts: list[str]) -> tuple[Run, Run]:
    """A pandas UDF on a local session with one worker."""
    import pandas  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415
    from pyspark.sql.functions import pandas_udf  # noqa: PLC0415

    from cleannews.integrations.spark import clean_udf  # noqa: PLC0415

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = session.createDataFrame(pandas.DataFrame({"text": texts})).coalesce(1).cache()
    frame.count()

    def nothing(batch: Any) -> Any:
        return batch

    nothing.__annotations__ = {"batch": pandas.Series, "return": pandas.Series}

    def through(udf: Any) -> Run:
        return lambda: frame.select(udf("text").alias("text")).selectExpr("sum(length(text))").collect()

    return through(clean_udf()), through(pandas_udf(nothing, "string"))


def ray_runs(texts: list[str]) -> tuple[Run, Run]:
    """Ray Data on a local cluster with one actor."""
    import ray  # noqa: PLC0415

    from cleannews.integrations.ray import CleanBatch  # noqa: PLC0415

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=400_000_000)
    ray.data.DataContext.get_current().enable_progress_bars = False
    data = ray.data.from_items([{"text": text} for text in texts], override_num_blocks=1).materialize()

    class Timed(CleanBatch):
        """The step, saying how long it took: an actor ends with its run, and takes its times with it."""

        def __call__(self, batch: Any) -> dict[str, Any]:
            self.cleaner  # noqa: B018 - built before the clock starts
            start = time.process_time()
            super().__call__(batch)
            return {"seconds": [time.process_time() - start]}

    def step() -> float:
        made = data.map_batches(Timed, batch_size=BATCH, concurrency=1)
        return float(sum(row["seconds"] for row in made.take_all()))

    return step, lambda: 0.0


def scrapy_runs(texts: list[str]) -> tuple[Run, Run]:
    """Scrapy's pipeline, as many items at a time as a batch has (`CONCURRENT_ITEMS`, 100 by default)."""
    import asyncio  # noqa: PLC0415

    from itemadapter import ItemAdapter  # noqa: PLC0415

    from cleannews.integrations.scrapy import CleanNewsPipeline  # noqa: PLC0415

    async def through(pipeline: CleanNewsPipeline) -> None:
        for start in range(0, len(texts), BATCH):
            items = [{"text": text} for text in texts[start : start + BATCH]]
            await asyncio.gather(*map(pipeline.process_item, items))

    step = CleanNewsPipeline()
    return (
        lambda: asyncio.run(through(step)),
        lambda: [ItemAdapter({"text": text}).get("text") for text in texts],
    )


def spacy_runs(texts: list[str]) -> tuple[Run, Run]:
    """The cleaner before a tokenizer that makes one token of a text, and that tokenizer alone on the clean texts.

    spaCy's own takes several times as long as the step, and the noise of its times more than what is to be measured.
    """
    import spacy  # noqa: PLC0415
    from spacy.tokens import Doc  # noqa: PLC0415

    from cleannews.integrations.spacy import CleanFirst  # noqa: PLC0415

    vocabulary = spacy.blank("en").vocab

    def whole(text: str) -> Doc:
        return Doc(vocabulary, words=[text], spaces=[False])

    clean = list(Cleaner().clean_many(texts))
    step = CleanFirst(whole)
    return lambda: sum(1 for _ in step.pipe(texts)), lambda: sum(1 for _ in map(whole, clean))


ENGINES = {
    "datatrove": ("datatrove", datatrove_runs),
    "datasets": ("datasets", datasets_runs),
    "spark": ("pyspark", spark_runs),
    "ray": ("ray", ray_runs),
    "pandas": ("pandas", pandas_runs),
    "polars": ("polars", polars_runs),
    "langchain": ("langchain_core", langchain_runs),
    "scrapy": ("scrapy", scrapy_runs),
    "spacy": ("spacy", spacy_runs),
}


def processor_seconds() -> dict[int, float]:
    """Seconds of processor that this process and, on Linux, each that descends from it have used, by its number."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        process = int(path.parent.name)
        parents[process], used[process] = (
            int(fields[1]),
            sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK"),
        )
    found = {os.getpid(): time.process_time()}
    for process, above in parents.items():
        parent = above
        while parent in parents and parent != os.getpid():
            parent = parents[parent]
        if parent == os.getpid():
            found[process] = used[process]
    return found


def best(runs: list[Run], rounds: int) -> list[float]:
    """Least seconds of processor of each, the runs in turn so that a busy machine hits all alike.

    What a process used that ended meanwhile is not known: engines keep theirs from run to run.
    """
    found = [float("inf")] * len(runs)
    for _ in range(rounds):
        for at, run in enumerate(runs):
            before = processor_seconds()
            said = run()
            after = processor_seconds()
            taken = said if isinstance(said, float) else sum(
                after[process] - before.get(process, 0.0) for process in after)
            found[at] = min(found[at], taken)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.integrations", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", help=f"of {', '.join(ENGINES)}; all by default")
    parser.add_argument("--documents", type=int, default=2 * BATCH)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if unknown := set(options.engines) - set(ENGINES):
        parser.error(f"there is no engine {', '.join(sorted(unknown))}")
    if min(options.documents, options.rounds) < 1:
        parser.error("--documents and --rounds must be at least 1")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    texts = documents(options.documents)
    size = sum(len(text.encode()) for text in texts) / 1e6
    cleaner = Cleaner()
    print(f"{len(texts):,} documents, {size:.1f} MB, batches of {BATCH:,}, best of {options.rounds}")
    print("\n| engine | library alone, MB/s | step, MB/s | engine alone, s | overhead of the step |")
    print("| --- | --- | --- | --- | --- |")
    for name in options.engines or ENGINES:
        module, made = ENGINES[name]
        if importlib.util.find_spec(module) is None:
            print(f"| {name} | not installed | | | |")
            continue
        step, nothing = made(texts)
        step()  # the workers are started and the cleaner is built
        alone, whole, idle = best([lambda: list(cleaner.clean_many(texts)), step, nothing], options.rounds)
        print(
            f"| {name} | {size / alone:.2f} | {size / (whole - idle):.2f} | {idle:.2f} "
            f"| {(whole - idle) / alone - 1:+.1%} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
