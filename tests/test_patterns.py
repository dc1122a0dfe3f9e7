"""Every regular expression in the package takes time in proportion to the text, whatever the text."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

import pytest
import regex
from package import MODULES

SIZES = (1_000, 10_000, 100_000)
SLACK = 4
"""How many times its share of time a tenfold text may take: noise is below this, a quadratic one at 10."""
TOO_SHORT = 0.02
"""Seconds. Below this a measurement says nothing."""


def patterns() -> Iterator[tuple[str, regex.Pattern[str]]]:
    """Every compiled expression at the top of a module, or in a dictionary or list there, with its name."""
    for module_name, module in MODULES.items():
        for name, value in vars(module).items():
            if isinstance(value, Mapping):
                items = [(f"{name}[{key}]", item) for key, item in value.items()]
            elif isinstance(value, (list, tuple)):
                items = [(f"{name}[{place}]", item) for place, item in enumerate(value)]
            else:
                items = [(name, value)]
            for full_name, item in items:
                if isinstance(item, (re.Pattern, regex.Pattern)):
                    yield f"{module_name}.{full_name}", item


PATTERNS = dict(patterns())

_LITERALS = re.compile(r"\\.|[()\[\]{}?*+|^$]|[^\\()\[\]{}?*+|^$]+")


def worst_cases(pattern: regex.Pattern[str]) -> set[str]:
    """Short texts that, repeated, keep the expression busy: its own signs and words, and half matches."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    signs = {char for char in source if not char.isalnum()}
    words = {part for part in _LITERALS.findall(source) if part.isalpha()}
    common = {
        " ",
        "\t",
        "a",
        "A",
        "1",
        "1.",
        "a ",
        "A a",
        "1-",
        ":",
        "a@",
        "a.",
        "<a ",
        "[a]",
        "[](",
        "{{",
        "&a",
        "http://",
        "www.",
        "é",
        "中",
        "\n",
        " \n",
    }
    return signs | words | common | {sign + "a" for sign in signs} | {sign + " " for sign in signs}


def seconds(pattern: regex.Pattern[str], text: str) -> float:
    """Processor time to find every match: the best of three where the first is long enough to matter."""
    searched = text if isinstance(pattern.pattern, str) else text.encode()
    best = float("inf")
    for _ in range(3):
        began = time.thread_time()
        for _ in pattern.finditer(searched):
            pass
        best = min(best, time.thread_time() - began)
        if best < TOO_SHORT:
            break
    return best


@pytest.mark.parametrize("name", PATTERNS)
def test_time_grows_no_faster_than_the_text(name: str):
    pattern = PATTERNS[name]
    for unit in sorted(worst_cases(pattern)):
        for tail in ("", "\0"):
            spent = []
            for size in SIZES:
                text = (unit * (size // len(unit) + 1))[:size] + tail
                spent.append(seconds(pattern, text))
                if len(spent) > 1 and spent[-1] > TOO_SHORT:
                    allowed = 10 * SLACK * max(spent[-2], TOO_SHORT / 4)
                    assert spent[-1] <= allowed, (
                        f"{unit!r} repeated to {size} characters takes {spent[-1]:.2f} s"
                    )


def test_the_package_has_patterns_to_measure():
    assert len(PATTERNS) >= 10
