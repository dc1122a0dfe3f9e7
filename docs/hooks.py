"""What the site takes from the code when it is built: command reference, categories, examples of the lexicon."""

from __future__ import annotations

import argparse
import html
import re
from collections.abc import Iterator
from typing import Any

from cleannews.category import REPAIRABLE, Category
from cleannews.cli.parser import PARSERS, filter_parser
from cleannews.config import KEPT, MENDED
from cleannews.lexicon.loader import read_source, shipped_sources

_SLOT = re.compile(r"^<!-- (commands|categories|examples)(?: (\w+))? -->$", re.MULTILINE)
_LANGUAGES = ("de", "fr", "es", "ru", "ar", "hi", "ja", "zh")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill the slots of a page."""
    makers = {"commands": _commands, "categories": _categories, "examples": _examples}
    return _SLOT.sub(lambda slot: "\n".join(makers[slot[1]](slot[2] or "")), markdown)


def _commands(_: str) -> Iterator[str]:
    for name, make in {"": filter_parser, **PARSERS}.items():
        yield from _command(make(), f"cleannews {name}".strip(), 2)


def _command(parser: argparse.ArgumentParser, name: str, level: int) -> Iterator[str]:
    yield f"{'#' * level} {name}\n"
    if parser.description:
        yield html.escape(parser.description, quote=False) + "\n"
    yield f"```text\n{parser.format_usage().rstrip()}\n```\n"
    subs = []
    for group in parser._action_groups:
        rows = []
        for action in group._group_actions:
            if isinstance(action, argparse._SubParsersAction):
                subs += list(action.choices.items())
            elif action.help != argparse.SUPPRESS:
                rows.append(f"| {_invocation(action)} | {_cell(_help(parser, action))} |")
        if rows:
            yield "\n".join([f"| {group.title or ''} | |", "| --- | --- |", *rows, ""])
    if parser.epilog:
        yield f"```text\n{parser.epilog.rstrip()}\n```\n"
    for sub, made in subs:
        yield from _command(made, f"{name} {sub}", level + 1)


def _invocation(action: argparse.Action) -> str:
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    value = action.metavar or ("" if action.nargs == 0 else choices)
    if isinstance(value, tuple):
        value = " ".join(value)
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(f"`{option}{' ' + value if value and option.startswith('--') else ''}`"
                     for option in action.option_strings)


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _cell(text: str) -> str:
    return html.escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def _categories(_: str) -> Iterator[str]:
    yield "| category | by default | what belongs to it |\n| --- | --- | --- |"
    for category in Category:
        default = "keep" if category in KEPT else "repair" if category in MENDED else "remove"
        more = ", can be repaired" if category in REPAIRABLE and category not in MENDED else ""
        yield f"| [`{category}`](#{category}) | {default}{more} | {_cell(category.describe())} |"


def _examples(category: str) -> Iterator[str]:
    """The first example of the category in some languages: the lexicon's own, which its tests prove."""
    yield "| language | a line that goes |\n| --- | --- |"
    sources = {path.stem: path for path in shipped_sources()}
    for language in ("en", *_LANGUAGES):
        hits = [entry.hit[0] for entry in read_source(sources[language]).entries if entry.category == category]
        if hits:
            yield f"| {language} | <bdi>{_cell(hits[0])}</bdi> |"
