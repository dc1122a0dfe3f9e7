"""What the README and the documentation show is what happens: every fenced block of them is run or checked here.

Elsewhere: blocks that install into a new environment are run by ``.ci/run``, the examples of docs/integrations.md by
``tests/integrations/test_docs.py``. Commands that would run long are run small (``SIZES``). Of those that are the suite
itself (``python -m pytest…``) it is checked that their files exist.
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
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest
from articles import read_toml
from blocks import PAGES, ROOT, Block, blocks, write_files

from cleannews import Config, analyze
from cleannews.lexicon.check import failures
from cleannews.tagger.training import read_cases

LINK = re.compile(r"\]\((?P<target>[^)#\s]+)")
EXTRA = re.compile(r"(?:cleannews|\.)\[([a-z,]+)\]'")
INLINE = re.compile(r"`(python -m (?:benchmarks|fuzz|pytest)\b[^`]*)`")
FILES = {"CASES": "cases.jsonl.gz", "FOLDS": "folds", "FOLDER": "wcxb/html", "NAME": "trafilatura", "N": "1"}
"""What stands in commands for something of one's own, and what it is here."""
SIZES = {
    "cleannews train": "--trees 20",
    "python -m benchmarks.cases": "--extractors trafilatura --jobs 1",
    "python -m benchmarks.corpora": "--megabytes 1",
    "python -m benchmarks.differential": "--most 2 --pythons ''",
    "python -m benchmarks.extractors": "--jobs 1",
    "python -m benchmarks.integrations": "--documents 20 --rounds 1 pandas polars",
    "python -m benchmarks.linear": "--size 1000 --rounds 1 --only NULs",
    "python -m benchmarks.metamorphic": "--most 10",
    "python -m benchmarks.mutation": "--most 1 --modules detect.repeats",
    "python -m benchmarks.scale": "--documents 2000 --sites 100 --speed 6",
    "python -m benchmarks.seeds": "--documents 5",
    "python -m benchmarks.speed": "--most 2 --rounds 1 --size 500 --starts 1 --documents 10",
    "python -m benchmarks.templates": "--sites 1",
    "python -m fuzz": "--minutes 0.05",
}
"""Commands that would take long as they are shown, and the words after them that make them small."""
NEEDS = {
    "catboost": ("cleannews train", "folds", "FOLDS", "my.tagger"),
    "shtab": ("cleannews completion",),
    "jinja2": ("cleannews report",),
    "datatrove": ("--datatrove",),
    "cosmic_ray": ("benchmarks.mutation",),
    "atheris": ("python -m fuzz",),
    "torch": ("benchmarks.taggers",),
}
"""Modules that not everybody has, and the parts of commands that need them: what a tagger is read from, too."""
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


SHELL = {page: [block for block in blocks("sh") if block.page == page and INSTALLS not in block.body] for page in
         dict.fromkeys(block.page for block in blocks("sh"))}


@pytest.mark.parametrize("page", SHELL)
def test_the_commands_of_a_page_work_one_after_the_other(page: str, tmp_path: Path):
    """In a folder that has the files they speak of, with a home of its own. Skipped where not all of them could run."""
    lines = [line for block in SHELL[page] for line in block.body.splitlines() if not is_checked(line)]
    reasons = {line: missing(line) for line in lines}
    script = [small(line) for line in lines if not reasons[line]]
    write_files(tmp_path)
    paths = [str(ROOT)]
    if any("lexicon compile" in line for line in script):  # it writes into the package: here into a copy
        shutil.copytree(ROOT / "src", tmp_path / "src")
        paths = [str(tmp_path / "src"), *paths]
    done = subprocess.run(["bash", "-euxo", "pipefail", "-c", "\n".join(script)], cwd=tmp_path, capture_output=True,
                          text=True, check=False, timeout=600,
                          env=environment(HOME=str(tmp_path), PYTHONPATH=os.pathsep.join(paths)))
    assert done.returncode == 0, done.stderr
    if left := [f"{line} ({reason})" for line, reason in reasons.items() if reason]:
        pytest.skip(f"all run but {'; '.join(left)}")


def is_checked(line: str) -> bool:
    """Whether a command is one that is not to be run here; AssertionError where it names what is not there."""
    words = shlex.split(line, comments=True)
    if words[:3] == ["python", "-m", "pytest"]:
        assert [word for word in words[3:] if not (ROOT / word).exists()] == []
        return True
    return words[:2] == ["pip", "install"]  # what it installs: test_every_extra_that_is_spoken_of_exists


def missing(line: str) -> str:
    """Why a command cannot run here; nothing where it can."""
    needed = [module for module, parts in NEEDS.items() if any(part in line for part in parts)]
    return ", ".join(f"{module} is not installed" for module in needed if not find_spec(module))


def small(line: str) -> str:
    """A command as it is shown, with the files that are there for names in capitals, and made small."""
    line = line.partition("  #")[0]
    for name, file in FILES.items():
        line = re.sub(rf"\b{name}\b", file, line)
    return " ".join([line, *(words for command, words in SIZES.items() if line.startswith(command))])


@pytest.mark.parametrize("command", sorted({command for page in PAGES for command in INLINE.findall(
    page.read_text(encoding="utf-8"))}))
def test_commands_within_sentences_are_right(command: str, monkeypatch: pytest.MonkeyPatch):
    """Not run: they are checked up to where their work would begin."""
    monkeypatch.chdir(ROOT)
    if not is_checked(command):
        if reason := missing(command):
            pytest.skip(reason)
        _, _, module, *words = shlex.split(small(command))
        assert parses(module, words, monkeypatch)


def parses(module: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a module that is run as a command takes these words. It is stopped where its work would begin."""
    parse = argparse.ArgumentParser.parse_args

    def only_parse(*given: object, **named: object) -> None:
        parse(*given, **named)  # type: ignore[call-overload]
        raise SystemExit(0)

    with monkeypatch.context() as patch:
        patch.setattr("sys.argv", [module, *words])
        patch.delitem(sys.modules, module, raising=False)  # another benchmark may have imported it
        patch.setattr(argparse.ArgumentParser, "parse_args", only_parse)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            return end.code == 0
    raise AssertionError(f"{module} parses nothing")


def test_a_command_with_a_wrong_word_does_not_parse(monkeypatch: pytest.MonkeyPatch):
    assert parses("benchmarks.corpora", ["--jobs", "1,2"], monkeypatch)
    assert not parses("benchmarks.corpora", ["--job-count", "1,2"], monkeypatch)


def test_the_tables_are_of_commands_that_are_shown():
    lines = [line for page in SHELL.values() for block in page for line in block.body.splitlines()]
    assert [command for command in SIZES if not any(line.startswith(command) for line in lines)] == []
    assert [part for parts in NEEDS.values() for part in parts if not any(part in line for line in lines)] == []


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
