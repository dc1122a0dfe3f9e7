"""The pipe filter: texts in, clean texts out."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from cleannews.cli import DONE, FAILED, complain
from cleannews.cli.inputs import cleaner_from, inputs, pages
from cleannews.errors import InputError

if TYPE_CHECKING:
    from cleannews.cleaner import Cleaner
    from cleannews.result import Result


def run(options: argparse.Namespace) -> int:
    """Clean every input to standard output, in the encoding it came in; JSON is UTF-8."""
    cleaner = cleaner_from(options)
    if options.html:
        return _pages(options, cleaner)
    status = DONE
    out = sys.stdout.buffer
    for item in inputs(options):
        if isinstance(item, InputError):
            complain(str(item))
            status = FAILED
            continue
        result = cleaner.analyze(item.text, title=options.title, author=options.author, site=options.site)
        if options.json:
            out.write(_json(result, item.name if options.files else ""))
        else:
            try:
                out.write(result.text.encode(item.encoding))
            except UnicodeEncodeError as error:
                # A repair can put in a character that the input's encoding does not have.
                complain(f"the clean text of {item.name} cannot be written in {item.encoding}: {error.reason}; "
                         "convert the input to UTF-8 first")
                status = FAILED
        out.flush()
    return status


def _pages(options: argparse.Namespace, cleaner: Cleaner) -> int:
    """The articles of pages to standard output, in UTF-8, each with a line end."""
    from cleannews.html.extract import result_of  # noqa: PLC0415 - a text needs neither
    from cleannews.html.model import shipped  # noqa: PLC0415

    status = DONE
    model = shipped()
    out = sys.stdout.buffer
    for item in pages(options):
        if isinstance(item, InputError):
            complain(str(item))
            status = FAILED
            continue
        name, html = item
        try:
            result = result_of(html, None, cleaner, model)
        except InputError as error:
            complain(f"{name}: {error}")
            status = FAILED
            continue
        out.write(_json(result, name if options.files else "") if options.json
                  else f"{result.text}\n".encode("utf-8", "surrogatepass") if result.text else b"")
        out.flush()
    return status


def _json(result: Result, name: str) -> bytes:
    """A result as a line of JSON, with the name of its file if there is one."""
    named = {"file": name, **result.as_dict()} if name else result.as_dict()
    return json.dumps(named, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
