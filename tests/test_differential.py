"""One answer whatever the way in, the order of hashing, the optimisation, or the number of threads.

``python -m benchmarks.differential`` does the same on thousands of texts and under other Pythons.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.differential import WAYS, differing, digest, digest_in, generated, installed, worlds
from cleannews import Cleaner, Result
from cleannews.templates import Templates

TEXTS = [text.encode("utf-8", "replace").decode() for text in generated(60)]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_what_clean_gives(way: str):
    if way not in installed():
        pytest.skip(f"{WAYS[way][1]} is not installed")
    assert list(differing(TEXTS, [way])) == [(way, 0)]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "texts.json"
    path.write_text(json.dumps(TEXTS), encoding="utf-8")
    return path


@pytest.mark.parametrize("world", worlds())
def test_every_world_gives_the_same(world: str, stored: Path):
    assert digest_in(*worlds()[world], stored) == digest(TEXTS)


def test_threads_that_share_a_cleaner_give_what_one_thread_gives():
    """All threads start at once on a cleaner that nothing was cleaned with, so that what it makes late is raced for."""
    pages = [f"The Daily Planet of today\n{text}\nRead the Planet at your door" for text in TEXTS]
    templates = Templates.learn(pages, ["planet.example"] * len(pages))
    expected = list(Cleaner(templates=templates).analyze_many(pages))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        shared = Cleaner(templates=Templates.learn(pages, ["planet.example"] * len(pages)))
        barrier = threading.Barrier(6)

        def work(order: int) -> list[Result]:
            barrier.wait()
            found = [shared.analyze(page) for page in (pages if order % 2 else pages[::-1])]
            return found if order % 2 else found[::-1]

        with ThreadPoolExecutor(6) as pool:
            for found in pool.map(work, range(6)):
                assert found == expected
    finally:
        sys.setswitchinterval(interval)
