"""Pages read in a process of its own, which is ended where a page takes too long or brings it down.

Everything here is bounded by the size of the page, but what a C library does with a page nobody has seen is not for
Python to promise: a process can be ended, a call cannot. The process serves one page after another; the one after a
page that was too slow gets a new process.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from typing import IO, Any

from cleannews.config import Config
from cleannews.errors import CleannewsError, InputError
from cleannews.result import Result

_READY = "ready"


class PageReader:
    """Reads pages with one configuration, each in at most `seconds`. Threads that share one take turns."""

    def __init__(self, config: Config, seconds: float) -> None:
        """Nothing is started before the first page."""
        if not seconds > 0:
            raise InputError(f"a page cannot be read in {seconds} seconds; give more than 0")
        self._config = config
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def read(self, html: str | bytes, url: str | None = None) -> Result:
        """The clean article of a page, as `from_html` gives it.

        Raises InputError for a page that took too long, that ended the process, or that `from_html` refuses.
        """
        with self._turn:
            process = self._started()
            timer = threading.Timer(self._seconds, process.kill)
            timer.start()
            try:
                answer = self._answer(process, (html, url))
            finally:
                timer.cancel()
            if answer is None:
                self.close()
                raise InputError(f"the page{f' {url}' if url else ''} was given up: it took more than "
                                 f"{self._seconds:g} seconds or brought its process down")
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Result)
        return answer

    def close(self) -> None:
        """End the process. The next page starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            process = subprocess.Popen([sys.executable, "-m", "cleannews.html.reader"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
            self._process = process
            # Loading is not the first page's: an answer says that all is there.
            answer = self._answer(process, self._config)
            if answer != _READY:
                self.close()
                raise answer if isinstance(answer, Exception) else CleannewsError(
                    "the process that reads pages did not start")
        return self._process

    @staticmethod
    def _answer(process: subprocess.Popen[bytes], asked: Any) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(asked, process.stdin)
            process.stdin.flush()
            return pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer pages until there are no more."""
    from cleannews.cleaner import Cleaner  # noqa: PLC0415 - the asking process needs none of it
    from cleannews.html.extract import result_of  # noqa: PLC0415
    from cleannews.html.model import shipped  # noqa: PLC0415

    def say(answer: object) -> None:
        pickle.dump(answer, answers)
        answers.flush()

    try:
        cleaner, model = Cleaner(pickle.load(asked)), shipped()
    except CleannewsError as error:
        say(error)
        return
    say(_READY)
    while True:
        try:
            html, url = pickle.load(asked)
        except EOFError:
            return
        try:
            say(result_of(html, url, cleaner, model))
        except Exception as error:  # the asking process decides what it means
            say(error if isinstance(error, CleannewsError) else InputError(f"the page cannot be read: {error!r}"))


if __name__ == "__main__":
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    serve(sys.stdin.buffer, out)
