"""HTML in: the article of a page, line by line, with trafilatura's verdict and what the page itself says.

parse        bytes to a tree                       page      the tree as lines, each with its place
blocks       what is around each line, in numbers  look      what the text alone says of the lines
trafilatura  what it would take                    columns   what the page knows of a line
markup       what class words say                  model     the learned part
metadata     what the page says of itself          extract   from the page to the result
training     how it learns                         reader    a process with a time limit
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cleannews.face import cleaner_for
from cleannews.result import Result

if TYPE_CHECKING:
    from cleannews.config import Config
    from cleannews.html.reader import PageReader


def from_html(html: str | bytes, url: str | None = None, *, seconds: float | None = None, **settings: Any) -> Result:
    """The clean article text of a page, with every removal, and what the page says of itself in `Result.metadata`.

    `html` is the page, as text or as bytes in any encoding; `url` is its address, where known; `settings` are the
    fields of `Config`. With `seconds` the page is read in a process of its own, which is ended when the time is up
    (`reader.PageReader`); without, its size alone bounds the time.

    Offsets are those of the extracted text: the lines of the page that may be article, which `Result.restore` gives
    back. A page without an article (empty, frames or scripts only) gives an empty result. Raises TypeError for anything
    but str or bytes, InputError for a page that is too large or too deep to be read or that took too long, ConfigError
    for a wrong setting.

    >>> page = "<html><head><title>Vote</title></head><body><article><h1>Vote</h1>" + "".join(
    ...     f"<p>The council voted on Friday, and speaker {n} said it had taken far too long.</p>" for n in range(9)
    ... ) + "<p>Share this article</p></article></body></html>"
    >>> result = from_html(page)
    >>> "council" in result.text, "Share" in result.text, result.metadata["title"]
    (True, False, 'Vote')
    """
    if not isinstance(html, (str, bytes)):
        raise TypeError(f"from_html takes a page as str or bytes, not {type(html).__name__}")
    if seconds is not None:
        return _reader(cleaner_for(settings).config, seconds).read(html, url)
    from cleannews.html.extract import result_of  # noqa: PLC0415 - trafilatura and lxml are slow to import
    from cleannews.html.model import shipped  # noqa: PLC0415

    return result_of(html, url, cleaner_for(settings), shipped())


@lru_cache(maxsize=4)
def _reader(config: Config, seconds: float) -> PageReader:
    from cleannews.html.reader import PageReader  # noqa: PLC0415

    return PageReader(config, seconds)
