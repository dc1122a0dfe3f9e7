"""Regular expressions that are compiled when one is first asked for: most texts need few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex


class Patterns(Mapping[str, "regex.Pattern[str]"]):
    """Expressions by name.

    >>> Patterns({"word": "(?i)ABC"})["word"].match("abc") is not None
    True
    """

    def __init__(self, expressions: Mapping[str, str]) -> None:
        self._expressions = expressions
        self._compiled: dict[str, regex.Pattern[str]] = {}

    def __getitem__(self, name: str) -> regex.Pattern[str]:
        """The expression of a name. Raises KeyError where there is none."""
        pattern = self._compiled.get(name)
        if pattern is None:
            import regex  # noqa: PLC0415 - half of what the modules of a small text take to load

            pattern = self._compiled[name] = regex.compile(self._expressions[name])
        return pattern

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._expressions)

    def __len__(self) -> int:
        """The number of expressions."""
        return len(self._expressions)
