"""Hashes of tokens and of runs of tokens: 64 bits, modulo 2**64, the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

Integer = TypeVar("Integer", bound=np.integer)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

NUMBER = np.uint64(0x9E3779B97F4A7C15)
"""The hash that every number shares."""

STEP = np.uint64(0xD6E8FEB86659FD93)
"""The multiplier that joins the hashes of neighbouring tokens."""

_MIX = np.uint64(0xFF51AFD7ED558CCD)
_SALTS: list[np.uint64] = [np.uint64(length * 0x2545F4914F6CDD1D & (2**64 - 1)) for length in range(64)]


def mixed(values: Hashes) -> Hashes:
    """Spread the bits of 64-bit hashes (the finaliser of MurmurHash3, Appleby 2011)."""
    values = (values ^ (values >> np.uint64(33))) * _MIX
    spread: Hashes = values ^ (values >> np.uint64(29))
    return spread


def run_hash(tokens: Hashes) -> Hashes:
    """The hash of token runs of one length, shape (runs, length) → (runs,): what `find_keys` looks up."""
    value = tokens[:, 0]
    for column in range(1, tokens.shape[1]):
        value = value * STEP + tokens[:, column]
    return mixed(value + length_salt(tokens.shape[1]))


def length_salt(length: int) -> np.uint64:
    """What keeps runs of one length apart from those of another."""
    return _SALTS[length]


def distinct(values: NDArray[Integer]) -> NDArray[Integer]:
    """Hashes or numbers in rising order, each once. (`numpy.unique` does the same and loads masked arrays first.)"""
    ordered = np.sort(values)
    once: NDArray[Integer] = ordered[np.append(True, ordered[1:] != ordered[:-1])[:len(ordered)]]
    return once


class Sorted(NamedTuple):
    """Hashes in rising order (some may be equal), and where to begin looking for one."""

    hashes: Hashes
    directory: NDArray[np.uint32]
    """How many hashes are below each multiple of ``2**shift``, and how many there are."""
    shift: int


def in_order(hashes: Hashes, directory: NDArray[np.uint32] | None = None) -> Sorted:
    """Make hashes that are in rising order ready to be looked up; the directory has about an entry a hash.

    It is made, unless that of the same hashes is given.
    """
    bits = max(1, len(hashes).bit_length() - 1)
    if directory is not None:
        return Sorted(hashes, directory, 64 - bits)
    slots = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    directory = np.append(np.searchsorted(hashes, slots), len(hashes)).astype(np.uint32)
    return Sorted(hashes, directory, 64 - bits)
