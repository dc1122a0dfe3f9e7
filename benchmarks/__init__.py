"""What cleannews is measured with; each module is a command of its own."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence

from cleannews import CleannewsError

Main = Callable[[Sequence[str] | None], int]


def in_a_sentence(main: Main) -> Callable[..., int]:
    """A benchmark's `main` that tells in one line what is wrong with its input, and then returns 2."""
    @functools.wraps(main)
    def told(arguments: Sequence[str] | None = None) -> int:
        try:
            return main(arguments)
        except CleannewsError as error:
            print(error, file=sys.stderr)
            return 2
    return told
