"""Reading inputs and making the cleaner that the options ask for."""

from __future__ import annotations

import argparse
import codecs
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cleannews.cleaner import Cleaner
from cleannews.config import Config
from cleannews.errors import InputError

_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))


class Input(NamedTuple):
    """A decoded input and the encoding it came in."""

    name: str
    text: str
    encoding: str


def cleaner_from(options: argparse.Namespace) -> Cleaner:
    """The cleaner that the options ask for. Raises ConfigError, LexiconError or ModelError."""
    return Cleaner(config_from(options))


def config_from(options: argparse.Namespace) -> Config:
    """The configuration that the options ask for. Raises ConfigError."""
    named = ("profile", "keep", "remove", "repair", "lang", "lexicon", "tagger", "templates")
    settings = {name: getattr(options, name) for name in named if getattr(options, name, None)}
    return Config.from_file(options.config, **settings) if options.config else Config(**settings)


def inputs(options: argparse.Namespace) -> Iterator[Input | InputError]:
    """The texts named by the options, in order; in place of one that cannot be read, the error."""
    for name in options.files or ["-"]:
        try:
            yield read(name, options.encoding)
        except InputError as error:
            yield error


def read(name: str, encoding: str | None) -> Input:
    """Read and decode a file, ``-`` for standard input. Raises InputError naming it and, where known, the offset."""
    return decoded(*raw(name), encoding)


def pages(options: argparse.Namespace) -> Iterator[tuple[str, str | bytes] | InputError]:
    """The pages named by the options with their names, as bytes unless their encoding is given; errors in place."""
    for name in options.files or ["-"]:
        try:
            data, shown = raw(name)
            yield shown, decoded(data, shown, options.encoding).text if options.encoding else data
        except InputError as error:
            yield error


def raw(name: str) -> tuple[bytes, str]:
    """The bytes of a file, ``-`` for standard input, and its name. Raises InputError."""
    if name == "-":
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(name).read_bytes(), name
    except IsADirectoryError as error:
        raise InputError(f"{name} is a directory: name the files in it") from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error


def decoded(raw: bytes, name: str, encoding: str | None) -> Input:
    """Bytes as text: in the encoding given, else UTF-8, else what the bytes look like."""
    if encoding is not None:
        try:
            return Input(name, raw.decode(encoding), encoding)
        except LookupError as error:
            raise InputError(f"there is no encoding {encoding!r}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{name} is not {encoding}: byte {error.start} cannot be decoded") from error
    for mark, marked in _MARKS:
        if raw.startswith(mark):
            try:
                return Input(name, raw.decode(marked), marked)
            except UnicodeDecodeError:
                break
    try:
        return Input(name, raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        offset = error.start
    if b"\0" not in raw:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - comes with trafilatura, slow to import

        best = from_bytes(raw).best()
        if best is not None:
            return Input(name, raw.decode(best.encoding), best.encoding)
    raise InputError(f"{name} is not UTF-8 (byte {offset} cannot be decoded) and looks like no other encoding; "
                     "name it with --encoding")
