"""What a benchmark, or training for one, cannot use is told in a sentence. That they run is in ``test_readme.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from blocks import cases

from benchmarks import calibration, candidates, errors, extractors, html, linear, metamorphic, snippets, templates
from cleannews.cli import main

NOBODY = ("--where", "publisher=nobody")


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases()), encoding="utf-8")
    return path


@pytest.mark.parametrize(("benchmark", "words"), [
    (calibration.main, NOBODY),
    (errors.main, NOBODY),
    (errors.main, ("--left", *NOBODY)),
    (extractors.main, ("--jobs", "1", *NOBODY)),
    (metamorphic.main, ("--page-type", "none")),
    (snippets.main, ("--extractor", "nobody")),
    (templates.main, ("--least", "3")),
], ids=lambda value: value.__module__ if callable(value) else " ".join(value))
def test_where_nothing_is_measured_a_benchmark_says_so(benchmark: Callable[[list[str]], int], words: tuple[str, ...],
                                                       case_file: Path, capsys: pytest.CaptureFixture[str]):
    assert benchmark([str(case_file), *words]) == 2
    assert capsys.readouterr().err.startswith("nothing is measured")


@pytest.mark.parametrize("benchmark", [html.main, candidates.main], ids=lambda value: value.__module__)
def test_pages_without_html_are_no_pages(benchmark: Callable[[list[str]], int], case_file: Path,
                                         capsys: pytest.CaptureFixture[str]):
    assert benchmark(["pages", str(case_file.parent), "--index", str(case_file)]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("nothing is measured")


@pytest.mark.parametrize("text", ["", "no JSON\n", '{"gold": "no texts"}\n'])
def test_a_file_that_holds_no_cases_is_told_by_its_name(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "wrong.jsonl"
    if text:
        path.write_text(text, encoding="utf-8")
    assert errors.main([str(path)]) == 2
    assert capsys.readouterr().err.startswith(str(path))


def test_a_family_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        linear.main(["--only", "nobody"])
    assert "no family has 'nobody'" in capsys.readouterr().err


def test_folds_are_not_written_where_one_has_no_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("catboost")
    path = tmp_path / "few.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases()[:4]), encoding="utf-8")
    assert main(["train", str(path), "-o", str(tmp_path / "a.tagger"), "--folds", str(tmp_path / "folds")]) != 0
    assert "add pages of other publishers" in capsys.readouterr().err
