"""Mutation testing of judge, document and detectors: python -m benchmarks.mutation [--most N] [--modules A,B]

    pip install -e '.[test]' cosmic-ray
    nice python -m benchmarks.mutation --most 300

The mutants are cosmic-ray's. At each place of a module that its operators can change one of them is drawn; of all
these, `--most` are drawn; a mutant that differs in annotations alone is none. Each is put in place of its module in a
process of its own, forked from one that has everything else imported, and the tests below run until the first
failure: that, or `TIMEOUT`, kills the mutant. Prints every survivor as a diff and then the score.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import numpy as np
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
DETECTORS = sorted((SOURCE / "cleannews" / "detect").glob("[a-z]*.py"))
MODULES = ("judge", "cuts", "document", *(f"detect.{path.stem}" for path in DETECTORS))
TESTS = ("test_decisions.py", "test_detectors.py", "test_seeds.py", "test_document.py", "test_traps.py",
         "test_templates.py", "test_threads.py", "test_judge.py")
"""Those that look at decisions and need no minutes: what they kill is the least that the whole suite kills."""
_WITH_ARGUMENTS = ("core/VariableReplacer", "core/VariableInserter")  # which variables, somebody would have to say
TIMEOUT = 300
"""Seconds of a mutant's tests, on a machine that may have other work."""


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module and loads other source for it."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: Any = None, target: ModuleType | None = None) -> Any:
        if fullname != self.name:
            return None
        where = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self,
                                                      submodule_search_locations=where)

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str | bytes) -> bytes:
        return self.source.encode() if str(path) == str(self.path) else Path(str(path)).read_bytes()

    def path_stats(self, path: str | bytes) -> Any:
        raise OSError("no cached byte code for mutants")


def path_of(module: str) -> Path:
    """The file of a module of the package."""
    return SOURCE / "cleannews" / Path(*module.split(".")).with_suffix(".py")


def bare(source: str) -> str:
    """The syntax tree of some source without annotations and docstrings: what is run."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if hasattr(node, name):
                setattr(node, name, ast.Constant(None))
    return ast.dump(tree)


def places(module: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """The module with, for each place of it that can be changed, the operators that can and their place in a count."""
    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    tree = get_ast(path_of(module).read_text(encoding="utf-8"))
    nodes = list(ast_nodes(tree))
    for name in operator_names():
        if name in _WITH_ARGUMENTS:
            continue
        operator = get_operator(name)()
        spots = (spot for node in nodes for spot in operator.mutation_positions(node))
        for number, (start, _) in enumerate(spots):
            found.setdefault(start, []).append((name, number))
    return [(module, found[place]) for place in sorted(found)]


def mutant(module: str, name: str, number: int) -> str | None:
    """The source of a module as an operator changes it at one place; None where it runs as before, or not at all."""
    source = path_of(module).read_text(encoding="utf-8")
    changed = mutate_code(source, get_operator(name)(), number)
    try:
        # What types need is no decision.
        changed = changed and changed.replace("if not TYPE_CHECKING:", "if TYPE_CHECKING:")
        return changed if changed and bare(changed) != bare(source) else None
    except SyntaxError:
        return None


def survives(module: str, source: str, tests: Sequence[str]) -> bool:
    """Whether all tests pass with other source for a module."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        for name in [name for name in sys.modules if name.partition(".")[0] == "cleannews"]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Mutated(f"cleannews.{module}", path_of(module), source))
        code = 1
        with contextlib.suppress(BaseException):
            code = int(pytest.main(["-x", "-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider", *tests]))
        os._exit(min(code, 100))
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants; 1 where the tests fail without one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", default=",".join(MODULES))
    parser.add_argument("--minutes", type=float, default=1e9, help="stop drawing mutants after this long")
    options = parser.parse_args(arguments)
    os.environ["CI"] = "1"  # Hypothesis is derandomised, so that a mutant's fate does not change
    tests = [str(path) for path in (ROOT / "tests" / name for name in TESTS) if path.exists()]
    choice = random.Random(options.seed)
    drawn = [place for module in options.modules.split(",") for place in places(module)]
    choice.shuffle(drawn)
    print(f"{len(drawn)} places; numpy {np.__version__}, Hypothesis {hypothesis.__version__}", flush=True)
    if not survives("judge", path_of("judge").read_text(encoding="utf-8"), tests):
        print("the tests fail without any mutant", file=sys.stderr)
        return 1
    killed, run = Counter[str](), Counter[str]()
    start = time.monotonic()
    for module, operators in drawn:
        if run.total() == options.most or time.monotonic() - start > options.minutes * 60:
            break
        operator, number = choice.choice(operators)
        source = mutant(module, operator, number)
        if source is None:
            continue
        run[module] += 1
        print(f"{run.total()} run, {killed.total()} killed", file=sys.stderr, flush=True)
        if not survives(module, source, tests):
            killed[module] += 1
            continue
        before = path_of(module).read_text(encoding="utf-8").splitlines()
        print(f"\n{module}: {operator} survives ({killed.total()} of {run.total()} killed)")
        for line in difflib.unified_diff(before, source.splitlines(), lineterm="", n=0):
            if not line.startswith(("---", "+++")):
                print(f"    {line}", flush=True)
    for module in sorted(run):
        print(f"{module:22} {killed[module]:4} of {run[module]:4} killed")
    print(f"{'all':22} {killed.total():4} of {run.total():4} killed: {killed.total() / max(1, run.total()):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
