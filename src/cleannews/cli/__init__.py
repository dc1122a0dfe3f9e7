"""The command. ``cleannews`` alone is a pipe filter; its first word may name another job."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cleannews.errors import CleannewsError

DONE, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 an input failed, 2 wrong usage."""
    # numpy's linear algebra starts a thread a core when it is loaded, a tenth of the time that a text takes from the
    # start of the command; nothing here needs it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cleannews.cli.parser import parse  # noqa: PLC0415 - what `--version` needs is less than what cleaning needs

    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = parse(given)
        status: int = options.job(options)
        sys.stdout.flush()
        return status
    except CleannewsError as error:
        complain(str(error))
        return USAGE
    except BrokenPipeError:
        # The reader has what it wanted. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        complain("interrupted")
        return 130


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"cleannews: {message}", file=sys.stderr)
