"""The inner loops in C: the functions of `reference` with the same arguments and the same results.

What is made of arrays is made here, so that the C code only reads and fills them. Importing this module raises
ImportError where the package was built without a C compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews import characters as ch
from cleannews.kernels import _kernels
from cleannews.kernels.graph import REACH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.kernels.graph import Graph, Keys, Tokens
    from cleannews.kernels.hashing import Sorted
    from cleannews.kernels.reference import Bytes, Hashes, Ints

_SPARE = 16


def _whole(array: NDArray[Any], kind: type[np.generic]) -> NDArray[Any]:
    return np.ascontiguousarray(array, kind)


def classify(codes: NDArray[np.uint32]) -> Bytes:
    kinds = np.empty(len(codes), np.uint8)
    _kernels.classify(codes, ch.tables().kind, kinds)
    return kinds


def measure(codes: NDArray[np.uint32], kinds: Bytes, start: Ints, end: Ints, stop: Ints) -> tuple[
        Ints, Ints, Ints, NDArray[np.uint16]]:
    counts = np.empty((len(start), ch.CLASSES), np.int64)
    ink_start, ink_end = np.empty(len(start), np.int64), np.empty(len(start), np.int64)
    signs = np.empty(len(start), np.uint16)
    _kernels.measure(codes, kinds, ch.signs(), _whole(start, np.int64), _whole(end, np.int64), _whole(stop, np.int64),
                     counts, ink_start, ink_end, signs)
    return counts, ink_start, ink_end, signs


def tokenize(codes: NDArray[np.uint32], kinds: Bytes, start: Ints, stop: Ints, ink_start: Ints) -> tuple[
        Ints, Ints, NDArray[np.bool_], Hashes, Ints]:
    first = np.empty(len(start) + 1, np.int64)
    room = len(codes) // 4 + _SPARE  # a token and the space after it are six code points in most texts
    while True:
        begins, ends = np.empty(room, np.int64), np.empty(room, np.int64)
        numeric, hashes = np.empty(room, bool), np.empty(room, np.uint64)
        count = _kernels.tokenize(codes, kinds, ch.tables().fold, _whole(start, np.int64), _whole(stop, np.int64),
                                  _whole(ink_start, np.int64), begins, ends, numeric, hashes, first)
        if count <= room:
            return begins[:count], ends[:count], numeric[:count], hashes[:count], first
        room = count


def find_keys(hashes: Hashes, starts: Ints, bits: Bytes, shift: int, keys: Sorted, anchors: Bytes) -> tuple[Ints, Ints]:
    room = len(hashes) // 8 + _SPARE
    while True:
        places, rows = np.empty(room, np.int64), np.empty(room, np.int64)
        count = _kernels.find_keys(_whole(hashes, np.uint64), _whole(starts, np.int64), bits, bits.shape[1], shift,
                                   *keys, anchors, places, rows)
        if count <= room:
            return places[:count], rows[:count]
        room = count


def look_up(hashes: Hashes, words: Sorted, values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    found = np.empty(len(hashes), np.uint16)
    _kernels.look_up(_whole(hashes, np.uint64), *words, values, found)
    return found


def count_lists(hashes: Hashes, begin: Ints, end: Ints, words: Sorted, first: Ints, lists: Ints, width: int) -> Ints:
    counts = np.zeros((len(begin), width), np.int64)
    _kernels.count_lists(_whole(hashes, np.uint64), _whole(begin, np.int64), _whole(end, np.int64), *words,
                         _whole(first, np.int64), _whole(lists, np.int64), counts, width)
    return counts


def count_marks(marks: NDArray[np.uint16], first: Ints) -> Ints:
    counts = np.empty((16, len(first) - 1), np.int64)
    _kernels.count_marks(_whole(marks, np.uint16), _whole(first, np.int64), counts)
    return counts


def number_words(hashes: Hashes, asked: NDArray[np.bool_], first: Ints, bounds: Ints) -> Ints:
    numbers = np.empty(int(asked.sum()), np.int64)
    _kernels.number_words(_whole(hashes, np.uint64), _whole(asked, np.bool_), _whole(first, np.int64),
                          _whole(bounds, np.int64), numbers)
    return numbers


def ngram_sums(hashes: Hashes, first: Ints, weights: NDArray[np.int8]) -> tuple[Ints, Ints]:
    totals, sizes = np.empty((2, len(first) - 1), np.int64), np.empty(len(first) - 1, np.int64)
    _kernels.ngram_sums(_whole(hashes, np.uint64), _whole(first, np.int64), weights,
                        65 - weights.shape[1].bit_length(), totals, sizes)
    return totals, sizes


def add_trees(columns: Bytes, features: NDArray[np.int16], borders: Bytes, leaves: NDArray[np.int32],
              totals: NDArray[np.int32]) -> None:
    # A model may come from a stranger, and C does not look where it reads.
    if features.size and not 0 <= features.min() <= features.max() < len(columns):
        raise IndexError("a tree asks for a column that is not there")
    if borders.shape != features.shape or leaves.shape != (len(features), 1 << features.shape[1]):
        raise ValueError("the parts of the trees do not fit together")
    _kernels.add_trees(_whole(columns, np.uint8), _whole(features, np.int16), _whole(borders, np.uint8),
                       _whole(leaves, np.int32), features.shape[1], totals)


def match_phrases(places: Ints, rows: Ints, keys: Keys, graph: Graph, tokens: Tokens) -> tuple[Ints, Ints, Ints, Ints]:
    room = 2 * len(places) + _SPARE
    while True:
        found = [np.empty(room, np.int64) for _ in range(4)]
        count = _kernels.match_phrases(
            _whole(places, np.int64), _whole(rows, np.int64), *keys, graph.first_step, graph.ending, graph.step_kind,
            graph.step_value, graph.step_state, graph.list_first, graph.list_hash, *tokens, REACH, *found)
        if count <= room:
            which, line, first, last = (column[:count] for column in found)
            return which, line, first, last
        room = count


def window_means(columns: Bytes, which: Ints, windows: Ints, first: Ints, after: Ints) -> Bytes:
    lines = columns.shape[1]
    means = np.empty((len(windows), lines), np.uint8)
    _kernels.window_means(_whole(columns, np.uint8), _whole(which, np.int64), _whole(windows, np.int64),
                          _whole(first, np.int64), _whole(after, np.int64), np.empty(lines + 1, np.int64), means)
    return means


def best_runs(values: Ints, bounds: Ints) -> tuple[Ints, Ints]:
    start, after = np.empty(len(values), np.int64), np.empty(len(values), np.int64)
    _kernels.best_runs(_whole(values, np.int64), _whole(bounds, np.int64), start, after)
    return start, after


def shared_words(lines: Ints, words: Ints, member: NDArray[np.bool_], others: int, vocabulary: int) -> Ints:
    counts = np.empty(len(member), np.int64)
    _kernels.shared_words(_whole(lines, np.int64), _whole(words, np.int64), _whole(member, np.bool_), others,
                          np.empty(vocabulary, np.int64), counts)
    return counts


def distances(marked: NDArray[np.bool_], first: Ints, after: Ints, far: int) -> tuple[Bytes, Bytes]:
    since, until = np.empty(len(marked), np.uint8), np.empty(len(marked), np.uint8)
    _kernels.distances(_whole(marked, np.bool_), _whole(first, np.int64), _whole(after, np.int64), far, since, until)
    return since, until
