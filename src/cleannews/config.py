"""One object that holds a configuration, from keyword arguments or from a ``cleannews.toml``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from cleannews.category import REPAIRABLE, Category
from cleannews.errors import ConfigError
from cleannews.judge import Actions, Choice, Thresholds

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST = 1 << 18
"""Bytes. A larger configuration file is refused unread."""

KEPT = frozenset({Category.HEADLINE})
"""Categories that stay unless their removal is asked for."""

MENDED = frozenset({Category.ENCODING})
"""Categories that are mended unless asked otherwise."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")  # the tags of BCP 47 that name a language


@dataclass(frozen=True)
class Config:
    """How to clean. All fields have defaults; a Config is checked when it is made.

    Raises ConfigError for an unknown profile or category, a category named twice, one that has no repair, or a language
    that is no code.

    >>> Config(profile="page", keep={"takeaways"}).actions().keep == {Category.HEADLINE, Category.TAKEAWAYS}
    True
    """

    profile: str = "article"
    """``article``, ``page``, ``auto`` or ``strict``: what each asks is in ``profiles.toml``."""
    keep: Iterable[str] = ()
    """Categories that are never cut."""
    remove: Iterable[str] = ()
    """Categories that are cut though they stay by default (``headline``)."""
    repair: Iterable[str] = ()
    """Categories that are mended instead of cut (``takeaways``)."""
    lang: str = ""
    """Language of the texts, a code such as ``de`` or ``pt-BR``, or empty where unknown."""
    lexicon: Iterable[str] = ()
    """Paths of lexicon files of the user's own."""
    tagger: str = ""
    """Path of a tagger made by ``cleannews train``, or empty for the shipped one."""
    templates: str = ""
    """Path of a file made by ``cleannews learn``, or empty for none."""

    def __post_init__(self) -> None:
        """Check every field and make it hashable."""
        for name in ("profile", "lang", "tagger"):
            if not isinstance(getattr(self, name), str):
                raise ConfigError(f"{name!r} is {getattr(self, name)!r}; it must be a text")
        for name in ("keep", "remove", "repair"):
            object.__setattr__(self, name, _categories(getattr(self, name), name))
        paths = (self.lexicon,) if isinstance(self.lexicon, (str, Path)) else self.lexicon
        object.__setattr__(self, "lexicon", tuple(str(path) for path in paths))
        if self.profile not in profiles():
            raise ConfigError(f"there is no profile {self.profile!r}; choose one of {', '.join(profiles())}")
        if self.lang and not _LANGUAGE.fullmatch(self.lang):
            raise ConfigError(f"'lang' is {self.lang!r}; it must be the code of a language, such as en, de or pt-BR")
        for one, other in (("keep", "remove"), ("keep", "repair"), ("remove", "repair")):
            both = frozenset(getattr(self, one)) & frozenset(getattr(self, other))
            if both:
                raise ConfigError(f"the category {min(both)!s} is in both {one!r} and {other!r}; choose one")
        without = frozenset(self.repair) - REPAIRABLE
        if without:
            raise ConfigError(f"the category {min(without)!s} has no repair; those that have one are "
                              f"{', '.join(sorted(REPAIRABLE))}")

    @classmethod
    def from_file(cls, path: str | Path, **overrides: Any) -> Config:
        """A Config from a ``cleannews.toml``; `overrides` win over the file. Raises ConfigError naming the file."""
        try:
            with Path(path).open("rb") as stream:
                data = stream.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise ConfigError(f"the configuration {path} is larger than {LARGEST >> 10} kB: it is none")
            table = tomllib.loads(data.decode())
        except OSError as error:
            raise ConfigError(f"the configuration {path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"the configuration {path} is not valid TOML: {error}") from error
        except RecursionError as error:
            raise ConfigError(f"the configuration {path} nests its values too deep") from error
        known = {field.name for field in fields(cls)}
        unknown = set(table) - known
        if unknown:
            raise ConfigError(f"the configuration {path} has the unknown key {min(unknown)!r}; "
                              f"known are {', '.join(sorted(known))}")
        try:
            return cls(**{**table, **overrides})
        except (ConfigError, TypeError) as error:
            raise ConfigError(f"the configuration {path} is wrong: {error}") from error

    def actions(self) -> Actions:
        """What is done with each category."""
        keep, remove, repair = (frozenset(map(Category, names)) for names in (self.keep, self.remove, self.repair))
        return Actions(keep=(KEPT | keep) - remove - repair, repair=(MENDED | repair) - keep - remove)

    def asked(self) -> Thresholds | Choice:
        """What the profile asks of the evidence."""
        return profiles()[self.profile]


@cache
def profiles() -> dict[str, Thresholds | Choice]:
    """The shipped profiles by name."""
    with Path(__file__).with_name("profiles.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    fixed = {name: Thresholds(**table) for name, table in tables.items() if "extraction" not in table}
    choosing = {name: Choice(fixed[table["extraction"]], fixed[table["page"]], table["sure"], table["share"],
                             table["lines"]) for name, table in tables.items() if "extraction" in table}
    return {**fixed, **choosing}


def _categories(names: Iterable[str], where: str) -> frozenset[Category]:
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",") if name.strip()]
    found = set()
    for name in names:
        try:
            found.add(Category(name))
        except ValueError:
            raise ConfigError(f"{where!r} has the unknown category {name!r}; "
                              f"known are {', '.join(Category)}") from None
    return frozenset(found)
