"""Files of arrays with a header and a checksum: how models are kept."""

from __future__ import annotations

import json
import zipfile
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from cleannews.errors import ModelError

LARGEST = 64 << 20
"""Bytes. A larger file, or one that unpacks to more, is refused unread."""


def write(path: str | Path, header: dict[str, Any], arrays: dict[str, Any]) -> None:
    """Write a file, whole or not at all, with a checksum of the arrays in its header."""
    full = {**header, "digest": _digest(arrays)}
    target = Path(path)
    beside = target.with_name(target.name + ".part")
    with beside.open("wb") as stream:
        np.savez(stream, header=np.frombuffer(json.dumps(full).encode(), np.uint8), **arrays)
    beside.replace(target)


def read(path: str | Path, version: int, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and arrays of a file of one kind (``tagger``).

    Raises ModelError for a file that is missing, foreign, damaged or of another version.
    """
    try:
        if Path(path).stat().st_size > LARGEST:
            raise ModelError(f"{path} is larger than a {kind} can be ({LARGEST >> 20} MB)")
        with zipfile.ZipFile(path) as members:
            if sum(member.file_size for member in members.infolist()) > LARGEST:
                raise ModelError(f"{path} unpacks to more than a {kind} can be ({LARGEST >> 20} MB)")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        header: dict[str, Any] = json.loads(arrays.pop("header").tobytes())
        if header["format"] != version:
            raise ModelError(f"{path} has the {kind} format {header['format']}, this version reads {version}; "
                             "train it again with `cleannews train`")
        if header["digest"] != _digest(arrays):
            raise ModelError(f"{path} is damaged: its checksum does not match")
    except OSError as error:
        raise ModelError(f"the {kind} {path} cannot be read: {error.strerror or error}") from error
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(f"{path} is not a {kind} file ({type(error).__name__})") from error
    return header, arrays


def _digest(arrays: dict[str, Any]) -> str:
    digest = blake2b(digest_size=16)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
