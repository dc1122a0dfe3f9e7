"""What the README and the documentation show is what happens: every fenced block of them is run or checked here.

Elsewhere: blocks that install into a new environment are run by ``.ci/run``, the examples of docs/integrations.md by
``tests/integrations/test_docs.py``. Of commands that would run for many minutes (``python -m benchmarks…``) or that are
the suite itself (``python -m pytest…``) it is checked that they are right, not what they print.
"""

from __future__ import annotations

import argparse
import doctest
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from articles import read_toml
from blocks import PAGES, ROOT, Block, blocks, write_files

from cleannews import Config, analyze
from cleannews.cli.parser import parse
from cleannews.lexicon.check import failures
from cleannews.tagger.training import read_cases

LINK = re.compile(r"\]\((?P<target>[^)#\s]+)")
EXTRA = re.compile(r"(?:cleannews|\.)\[([a-z,]+)\]'")
NEEDS = {"train": ("catboost", "train"), "completion": ("shtab", "completion"), "report": ("jinja2", "report")}
"""Jobs of the command, the module that each needs and the extra that it is in."""
INSTALLS = "-m venv"
"""What a block has that makes an environment of its own."""


def each(*kinds: str) -> pytest.MarkDecorator:
    found = [block for block in blocks(*kinds) if block.page != "docs/integrations.md"]
    return pytest.mark.parametrize("block", [pytest.param(block, id=block.name) for block in found])


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the seeds in it, where a block may leave files."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", **more}


@each("python")
def test_python_does_what_is_shown(block: Block, workplace: Path):
    if ">>>" in block.body:
        example = doctest.DocTestParser().get_doctest(block.body, {}, block.name, block.name, 0)
        assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example).failed == 0
    else:
        exec(compile(block.body, block.name, "exec"), {})


@each("console")
def test_commands_print_what_is_shown(block: Block, workplace: Path):
    """A line after ``$ `` is a command; what stands under it is its output, ``...`` for any text."""
    _, *commands = re.split(r"^\$ ", block.body, flags=re.MULTILINE)
    for command in commands:
        line, _, shown = command.partition("\n")
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, check=False, env=environment(), timeout=120
        )
        assert done.stderr == ""
        expected, printed = shown.strip("\n") + "\n", done.stdout.strip("\n") + "\n"
        assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), printed


SHELL = {page: [block for block in blocks("sh") if block.page == page] for page in
         dict.fromkeys(block.page for block in blocks("sh"))}


@pytest.mark.parametrize("page", SHELL)
def test_the_commands_of_a_page_work_one_after_the_other(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In a folder that has the files they speak of, with a home of its own."""
    lines = [line for block in SHELL[page] if INSTALLS not in block.body for line in block.body.splitlines()]
    for job, (module, extra) in NEEDS.items():
        if any(f"cleannews {job}" in line for line in lines):
            pytest.importorskip(module, reason=f"cleannews {job} needs {module}: pip install 'cleannews[{extra}]'")
    monkeypatch.chdir(ROOT)
    script = [line for line in lines if not checked(line, monkeypatch)]
    write_files(tmp_path)
    settings = {"HOME": str(tmp_path)}
    if any("lexicon compile" in line for line in script):  # it writes into the package: here into a copy
        shutil.copytree(ROOT / "src", tmp_path / "src")
        settings["PYTHONPATH"] = str(tmp_path / "src")
    text = "\n".join(script).replace("CASES", "cases.jsonl.gz").replace("FOLDS", "folds")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=tmp_path, env=environment(**settings),
                          capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr


def checked(line: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a command is one that is not to be run here; AssertionError where it would not work."""
    words = shlex.split(line, comments=True)
    if words[:2] == ["pip", "install"]:
        return True  # what it installs: test_every_extra_that_is_spoken_of_exists
    if words[:2] == ["cleannews", "train"] and "--html" in words:  # it needs hundreds of pages
        assert callable(parse(words[1:]).job)
        return True
    if words[:2] != ["python", "-m"] or words[2].partition(".")[0] not in ("pytest", "benchmarks"):
        return False
    if words[2] == "pytest":
        assert [word for word in words[3:] if not (ROOT / word).exists()] == []
    else:
        assert parses(words[2], words[3:], monkeypatch), line
    return True


def parses(module: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a module that is run as a command takes these words. It is stopped where its work would begin."""
    parse = argparse.ArgumentParser.parse_args

    def only_parse(*given: object, **named: object) -> None:
        parse(*given, **named)  # type: ignore[call-overload]
        raise SystemExit(0)

    with monkeypatch.context() as patch:
        patch.setattr("sys.argv", [module, *words])
        patch.setattr(argparse.ArgumentParser, "parse_args", only_parse)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            return end.code == 0
    raise AssertionError(f"{module} parses nothing")


def test_a_command_with_a_wrong_word_does_not_parse(monkeypatch: pytest.MonkeyPatch):
    assert parses("benchmarks.corpora", ["--jobs", "1,2"], monkeypatch)
    assert not parses("benchmarks.corpora", ["--job-count", "1,2"], monkeypatch)


def test_the_continuous_integration_runs_the_blocks_that_install():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    pages = {block.page for block in blocks("sh") if INSTALLS in block.body}
    assert pages == {"README.md", "CONTRIBUTING.md", "docs/index.md"}
    assert [page for page in pages if page not in script] == []


def test_every_extra_that_is_spoken_of_exists():
    extras = read_toml(ROOT / "pyproject.toml")["project"]["optional-dependencies"]
    spoken = [*PAGES, *(ROOT / "src").glob("**/*.py"), *(ROOT / ".ci").iterdir()]
    named = {
        name
        for path in spoken
        for found in EXTRA.findall(path.read_text(encoding="utf-8"))
        for name in found.split(",")
    }
    assert {"test", "train", "spark"} <= named
    assert named - set(extras) == set()


@each("toml")
def test_toml_is_what_it_says(block: Block, tmp_path: Path):
    path = tmp_path / "cleannews.toml"
    if "[[entry]]" in block.body:
        path.write_text(f'language = "en"\n{block.body}', encoding="utf-8")
        assert failures(path) == ([], block.body.count("[[entry]]"))
    else:
        path.write_text(block.body, encoding="utf-8")
        assert Config.from_file(path) != Config()


@each("json")
def test_json_is_what_it_says(block: Block, tmp_path: Path):
    record = json.loads(block.body)
    if "gold" in record:
        path = tmp_path / "cases.jsonl"
        path.write_text(block.body, encoding="utf-8")
        (case,) = read_cases(path)
        assert (case.gold, case.texts) == (record["gold"], record["texts"])
        return
    # A line of an audit, of the text that the five-minute start shows.
    text = "The wall will be repaired before winter, the council of the town said.\nShare this article\n"
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
    subprocess.run(["cleannews", "run", "corpus.jsonl", "-o", "clean.jsonl", "--removed", "removed.jsonl", "-q"],
                   cwd=tmp_path, env=environment(), check=True)
    (line,) = (tmp_path / "removed.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == record
    assert [cut.text for cut in analyze(text).removals] == [record["text"]]


@each("text")
def test_every_file_of_the_house_that_is_drawn_is_there(block: Block):
    """Names stand first in a line or behind two spaces; the rest says what they are."""
    folder, *lines = block.body.splitlines()
    named = [name for line in lines for name in re.findall(r" {2,}([\w/]+(?:/|\.py|\.toml))(?=\s|$)", line)]
    assert len(named) > 20
    assert [name for name in named if not any((ROOT / folder).glob(f"**/{name}"))] == []


def test_no_block_is_of_a_kind_that_nothing_looks_at():
    assert {block.kind for block in blocks()} == {"python", "console", "sh", "toml", "json", "text"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_to_files(page: Path):
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_the_readme_has_one_command_that_tests():
    """``.ci/run`` takes it from there."""
    assert len([block for block in blocks("sh") if block.page == "README.md" and "pytest" in block.body]) == 1
