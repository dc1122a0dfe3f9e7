"""Inputs that fuzzing found to break a promise keep it now, and so do those that fuzzing starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.seeds import seeds
from fuzz.targets import CASES, TARGETS

FOUND = sorted(path for path in CASES.rglob("*") if path.is_file())


@pytest.mark.parametrize("case", FOUND, ids=lambda path: f"{path.parent.name}/{path.name[-12:]}")
def test_a_case_found_by_fuzzing_is_no_trouble_now(case: Path):
    TARGETS[case.parent.name](case.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_of_fuzzing_are_no_trouble(target: str):
    for seed in seeds(target):
        TARGETS[target](seed)
