"""The inner loops in numpy: what each computes, and what is used where the package was built without a C compiler.

Everything is integer arithmetic, exact and the same on every machine. Offsets are code points of texts laid end to end
(`cleannews.document`); lines are given by where they start, end, and stop (their line end included).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from cleannews import characters as ch
from cleannews.kernels.graph import BEGINS, ENDS, REACH, WHOLE
from cleannews.kernels.hashing import NUMBER, STEP, length_salt, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.kernels.graph import Graph, Keys, Tokens
    from cleannews.kernels.hashing import Sorted

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

HEAD, TAIL = 20, 10
"""Tokens taken from the start and from the end of a line by `ngram_sums`."""

_INSIDE_NUMBERS = np.array([ord(char) for char in ".,:/-'’"], np.uint32)
_FIRST, _LAST, _SINGLE_WORD = np.uint64(0x51ED270B), np.uint64(0xB5297A4D), np.uint64(0x68E31DA4)

_BASE = 0x20000000367
_INVERSE = pow(_BASE, -1, 1 << 64)
_CHUNK_BITS = 18
_CHUNK = 1 << _CHUNK_BITS

_WORD, _NUMERIC, _SINGLE = 1, 2, 3
_SORT_OF_TOKEN = np.zeros(ch.CLASSES, np.uint8)
_SORT_OF_TOKEN[[ch.UPPER, ch.LOWER, ch.LETTER, ch.ACCENT]] = _WORD
_SORT_OF_TOKEN[ch.DIGIT] = _NUMERIC
_SORT_OF_TOKEN[[ch.IDEOGRAPH, ch.SYLLABLE, ch.SIGN]] = _SINGLE


def classify(codes: NDArray[np.uint32]) -> Bytes:
    """The character class of each code point."""
    kinds: Bytes = ch.tables().kind[np.minimum(codes, ch.LIMIT)]
    return kinds


def measure(codes: NDArray[np.uint32], kinds: Bytes, start: Ints, end: Ints, stop: Ints) -> tuple[
        Ints, Ints, Ints, NDArray[np.uint16]]:
    """What lines are made of: counts, ink_start, ink_end, signs.

    counts: code points of each class up to `stop`, shape (lines, CLASSES). ink_start, ink_end: the first and one past
    the last visible code point, both `end` where there is none. signs: which of `characters.SIGNS` stand in the line.
    """
    of_line = np.repeat(np.arange(len(start), dtype=np.int64) * ch.CLASSES, stop - start)
    counts: Ints = np.bincount(of_line + kinds, minlength=len(start) * ch.CLASSES).reshape(len(start), ch.CLASSES)
    inked = np.flatnonzero(kinds > ch.INVISIBLE)
    first, last = np.searchsorted(inked, start), np.searchsorted(inked, end)
    blank = first == last
    ink_start = np.where(blank, end, np.append(inked, len(codes))[first])
    ink_end = np.where(blank, end, np.append(inked, 0)[last - 1] + 1)
    signs: NDArray[np.uint16] = np.bitwise_or.reduceat(ch.signs()[np.minimum(codes, ch.LIMIT)], start)
    return counts, ink_start, ink_end, signs


def tokenize(codes: NDArray[np.uint32], kinds: Bytes, start: Ints, stop: Ints, ink_start: Ints) -> tuple[
        Ints, Ints, NDArray[np.bool_], Hashes, Ints]:
    """The tokens of lines: token_start, token_end, numeric, hashes, and the first token of each line and of no line."""
    sort = _SORT_OF_TOKEN[kinds]
    if bool((kinds == ch.DIGIT).any()):
        digit = sort == _NUMERIC
        inside = np.flatnonzero(digit[:-2] & digit[2:] & ~digit[1:-1]) + 1
        sort[inside[np.isin(codes[inside], _INSIDE_NUMBERS)]] = _NUMERIC
    sort[_letter_bullets(codes, kinds, start, ink_start)] = 0
    changed = np.empty(len(sort), bool)
    changed[0] = True
    np.not_equal(sort[1:], sort[:-1], out=changed[1:])
    changed |= sort == _SINGLE
    bounds = np.flatnonzero(changed)
    taken = sort[bounds] > 0
    starts = bounds[taken]
    ends = np.append(bounds[1:], len(sort))[taken]
    numeric = sort[starts] == _NUMERIC
    hashes = _token_hashes(codes, kinds, starts, ends)
    hashes[numeric] = NUMBER
    return starts, ends, numeric, hashes, np.searchsorted(starts, np.append(start, len(codes)))


def _letter_bullets(codes: NDArray[np.uint32], kinds: Bytes, start: Ints, ink_start: Ints) -> Ints:
    """Where a lone ``o`` after an indent is a bullet, as text renderers draw lists within lists."""
    places: Ints = np.flatnonzero(codes == 0x6F)
    places = places[(places >= 3) & (places < len(kinds) - 1)]
    places = places[(kinds[places - 1] == ch.SPACE) & (kinds[places - 2] == ch.SPACE)
                    & (kinds[np.minimum(places + 1, len(kinds) - 1)] == ch.SPACE)]
    if len(places):
        line = np.searchsorted(start, places, side="right") - 1
        places = places[ink_start[line] == places]
    return places


@cache
def _powers(base: int) -> Hashes:
    """The powers of a base modulo 2**64, from 0 to `_CHUNK`."""
    steps = np.full(_CHUNK + 1, base, np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)


def _raised(base: int, exponents: Ints) -> Hashes:
    """A base to each of the exponents, modulo 2**64, from two small tables."""
    low = _powers(base)
    high = int(exponents.max(initial=0)) >> _CHUNK_BITS
    if not high:
        return low[exponents]
    steps = np.full(high + 1, low[_CHUNK], np.uint64)
    steps[0] = 1
    raised: Hashes = low[exponents & (_CHUNK - 1)] * np.cumprod(steps, dtype=np.uint64)[exponents >> _CHUNK_BITS]
    return raised


def _token_hashes(codes: NDArray[np.uint32], kinds: Bytes, starts: Ints, ends: Ints) -> Hashes:
    """A polynomial in the folded characters of each token, modulo 2**64, from running sums over the whole text."""
    folded = ch.tables().fold[np.minimum(codes, ch.LIMIT)]
    beyond = codes >= ch.LIMIT
    if bool(beyond.any()):
        folded = np.where(beyond, codes, folded)
    sums = np.zeros(len(folded) + 1, np.uint64)
    dropped = kinds == ch.ACCENT
    if bool(dropped.any()):
        # A dropped mark takes no place: é is the same word as e with an accent after it.
        place = np.concatenate([[0], np.cumsum(~dropped)])
        np.cumsum(folded * _raised(_BASE, place[:-1]), dtype=np.uint64, out=sums[1:])
        down = _raised(_INVERSE, place[starts])
    else:
        shift = np.ones(1, np.uint64)
        for start in range(0, len(folded), _CHUNK):
            part = folded[start:start + _CHUNK]
            end = start + len(part)
            np.cumsum(part * (_powers(_BASE)[:len(part)] * shift), dtype=np.uint64, out=sums[start + 1:end + 1])
            sums[start + 1:end + 1] += sums[start]
            shift = shift * _powers(_BASE)[_CHUNK]
        down = _raised(_INVERSE, starts)
    return mixed((sums[ends] - sums[starts]) * down)


def find_keys(hashes: Hashes, starts: Ints, bits: Bytes, shift: int, keys: Sorted, anchors: Bytes) -> tuple[Ints, Ints]:
    """Where token runs have the hash of a key: (token, key) of every such pair, in no particular order.

    `starts` are the first tokens of lines, in order. `keys` are the hashes of the keys and `anchors` the kind of each:
    `longest` times 0 at the start of a line or 1 anywhere, plus the key's length less one. `bits` is a Bloom filter
    with one hash function (Bloom 1970) for each kind, and then for the beginnings of longer keys, shape
    (3, longest, 2**(64 - shift) / 8), little-endian bits.
    """
    _, longest, _ = bits.shape
    tables = np.unpackbits(bits[:2], axis=2, bitorder="little").view(bool)
    run, places, rows = hashes, [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for length in range(1, min(longest, len(hashes)) + 1):
        if length > 1:
            run = run[:-1] * STEP + hashes[length - 1:]
        values = mixed(run + length_salt(length))
        slots = values >> np.uint64(shift)
        there = starts[starts < len(slots)]
        for kind, place in enumerate((there[tables[0, length - 1][slots[there]]],
                                      np.flatnonzero(tables[1, length - 1][slots]))):
            first = np.searchsorted(keys.hashes, values[place])
            many = np.searchsorted(keys.hashes, values[place], side="right") - first
            inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
            row = np.repeat(first, many) + inside
            right = anchors[row] == kind * longest + length - 1
            places.append(np.repeat(place, many)[right])
            rows.append(row[right])
    return np.concatenate(places), np.concatenate(rows)


def look_up(hashes: Hashes, words: Sorted, values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The value of the word that each token is, 0 for a token that is none; `values` has one entry a word."""
    place = np.searchsorted(words.hashes, hashes)
    known = np.append(words.hashes, np.uint64(0))[place] == hashes
    return np.where(known & (place < len(values)), np.append(values, np.uint16(0))[place], np.uint16(0))


def count_lists(hashes: Hashes, begin: Ints, end: Ints, words: Sorted, first: Ints, lists: Ints, width: int) -> Ints:
    """How many tokens of each stretch ``[begin, end)`` are in each of some word lists, shape (stretches, width).

    A word is in the lists ``lists[first[word]:first[word + 1]]``.
    """
    many = end - begin
    owner = np.repeat(np.arange(len(begin)), many)
    tokens = hashes[np.arange(len(owner)) - np.repeat(np.cumsum(many) - many - begin, many)]
    word = np.searchsorted(words.hashes, tokens)
    known = np.append(words.hashes, np.uint64(0))[word] == tokens
    known &= word < len(words.hashes)
    word, owner = word[known], owner[known]
    many = first[word + 1] - first[word]
    inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    found = lists[np.repeat(first[word], many) + inside]
    counts: Ints = np.bincount(np.repeat(owner, many) * width + found, minlength=len(begin) * width)
    return counts.reshape(len(begin), width)


def count_marks(marks: NDArray[np.uint16], first: Ints) -> Ints:
    """How many of each line's tokens have each of 16 marks, shape (16, lines)."""
    sums = np.zeros((16, len(marks) + 1), np.int64)
    np.cumsum(marks >> np.arange(16, dtype=np.uint16)[:, None] & np.uint16(1), axis=1, dtype=np.int64, out=sums[:, 1:])
    return np.diff(sums[:, first])


def number_words(hashes: Hashes, asked: NDArray[np.bool_], first: Ints, bounds: Ints) -> Ints:
    """A number for each token that is asked about, in order: equal words of one text share it, and no others do.

    `asked` marks tokens; `first` is the first token of each line and the number of tokens; text t has the lines
    ``[bounds[t], bounds[t + 1])``. Numbers count up from 0 in order of first standing.
    """
    text = np.repeat(np.arange(len(bounds) - 1), np.diff(first[bounds]))[asked]
    words = hashes[asked]
    order = np.lexsort((words, text))
    new = np.ones(len(words), bool)
    new[1:] = (words[order[1:]] != words[order[:-1]]) | (text[order[1:]] != text[order[:-1]])
    group = np.empty(len(words), np.int64)
    group[order] = np.cumsum(new) - 1
    first_stand = np.full(int(new.sum()), len(words), np.int64)
    np.minimum.at(first_stand, group, np.arange(len(words)))
    rank = np.empty(len(first_stand), np.int64)
    rank[np.argsort(first_stand)] = np.arange(len(first_stand))
    return rank[group]


def ngram_sums(hashes: Hashes, first: Ints, weights: NDArray[np.int8]) -> tuple[Ints, Ints]:
    """The sum of the weights of each line's n-grams, shape (2, lines), and how many they are, shape (lines,).

    `weights` has shape (2, 2**bits), the two sets that `cleannews.tagger.ngrams` tells of.
    """
    line, bucket = ngram_buckets(hashes, first, weights.shape[1].bit_length() - 1)
    count = len(first) - 1
    totals = np.stack([np.bincount(line, row[bucket], count) for row in weights]).astype(np.int64)
    return totals, np.bincount(line, minlength=count)


def ngram_buckets(hashes: Hashes, first: Ints, bits: int) -> tuple[Ints, Ints]:
    """The buckets of every line's n-grams: (line, bucket) with one entry an n-gram.

    Four kinds share the buckets: tokens, pairs of neighbours, the first two tokens, the last two tokens of a line.
    """
    tokens = np.diff(first)
    line_of = np.repeat(np.arange(len(tokens)), tokens)
    place = np.arange(len(hashes)) - first[:-1][line_of]
    length = tokens[line_of]
    taken = (place < HEAD) | (place >= length - TAIL)
    single = mixed(hashes + _SINGLE_WORD)
    following = np.append(hashes[1:], np.uint64(0))
    pair = mixed(hashes * STEP + following)
    parts = [(taken, single), (taken & (place + 1 < length), pair),
             (place < 2, mixed(hashes + _FIRST + place.astype(np.uint64))),
             (place >= length - 2, mixed(hashes + _LAST + (length - place).astype(np.uint64)))]
    lines = np.concatenate([line_of[mask] for mask, _ in parts])
    buckets = np.concatenate([(value[mask] >> np.uint64(64 - bits)).astype(np.int64) for mask, value in parts])
    return lines, buckets


def add_trees(columns: Bytes, features: NDArray[np.int16], borders: Bytes, leaves: NDArray[np.int32],
              totals: NDArray[np.int32]) -> None:
    """Add to the total of each line the leaf that each oblivious tree leads it to.

    `columns` has shape (features, lines), `features` and `borders` (trees, depth), `leaves` (trees, 2**depth): the bit
    of a level is set where the column exceeds the border, level 0 the lowest.
    """
    for asked, limits, leaf in zip(features, borders[:, :, None], leaves, strict=True):
        totals += leaf.take(np.packbits(columns[asked] > limits, axis=0, bitorder="little")[0])




def match_phrases(places: Ints, rows: Ints, keys: Keys, graph: Graph, tokens: Tokens) -> tuple[Ints, Ints, Ints, Ints]:
    """Where the phrases behind keys stand whose own words are known to: which, line, first, last, one entry a match.

    `places` are tokens and `rows` the keys found there; `which` is the number of such a pair. The match takes the
    tokens ``[first, last)`` of its line, and of the next where a short label is wrapped. In no particular order.
    """
    line_starts = tokens.first_token.tolist()
    found: list[tuple[int, int, int, int]] = []
    for which, (place, row) in enumerate(zip(places.tolist(), rows.tolist(), strict=True)):
        rules, length, before, colons = (int(keys.rules[row]), int(keys.length[row]), int(keys.before[row]),
                                         int(keys.colons[row]))
        line = bisect_right(line_starts, place) - 1
        first, last = line_starts[line], line_starts[line + 1]
        if rules & BEGINS and (place - first > before or (rules & WHOLE and before and place == first)):
            continue
        limit = _wrapped_end(line, line_starts, tokens.document) if place + length > last else last
        if place + length > limit:
            continue
        if not all(_colon_after(place + at, tokens) for at in range(length) if colons >> at & 1):
            continue
        for after in _ends(int(keys.state[row]), length, min(limit - place, REACH), place, graph, tokens):
            if not rules & ENDS or place + after == limit:
                found.append((which, line, first if before else place, place + after))
    columns = np.array(found, np.int64).reshape(-1, 4)
    return columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3]


def _ends(state: int, at: int, limit: int, place: int, graph: Graph, tokens: Tokens) -> Iterator[int]:
    """Every number of tokens that the phrase may take in all, from a state reached after `at` tokens.

    No pair of state and token is looked at twice, so that the work is bounded by the phrase's size times `REACH`.
    """
    hashes = tokens.hashes[place:place + max(limit, 0)].tolist()
    waiting = [(state, at)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        state, at = item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        node = graph.node(state)
        if node.ending:
            yield at
        if at >= limit:
            continue
        for colon, following in node.words.get(hashes[at], ()):
            if not colon or _colon_after(place + at, tokens):
                waiting.append((following, at + 1))
        for listed, following in node.lists:
            if hashes[at] in listed:
                waiting.append((following, at + 1))
        for most, following in node.gaps:
            waiting += [(following, reached) for reached in range(at + 1, min(at + most, limit) + 1)]


def _wrapped_end(line: int, line_starts: list[int], document: Ints) -> int:
    """The end of the next line's tokens where a label of a word or two a line was wrapped over two lines."""
    last = line_starts[line + 1]
    following = line + 1
    if (following < len(document) and last - line_starts[line] <= 2 and 0 < line_starts[following + 1] - last <= 2
            and document[following] == document[line]):
        return line_starts[following + 1]
    return last


def _colon_after(token: int, tokens: Tokens) -> bool:
    kinds = tokens.kinds
    place = int(tokens.token_end[token])
    while place < len(kinds) and kinds[place] in (ch.SPACE, ch.QUOTE):
        place += 1
    return place < len(kinds) and bool(kinds[place] == ch.COLON)


def window_means(columns: Bytes, which: Ints, windows: Ints, first: Ints, after: Ints) -> Bytes:
    """Means of columns over the lines around each line, never beyond its text; shape (windows, lines).

    `columns` has shape (columns, lines), `which` says which of them each window looks at, in rising order. `first` and
    `after` bound the text each line is in. A window is (low, high, count_low, count_high): the sum over the
    lines from `low` to `high` away, both included, over the number of lines from `count_low` to `count_high` away; 0
    where there are none.
    """
    place = np.arange(len(first))
    low, high, count_low, count_high = (
        np.minimum(np.maximum(place + windows[:, side, None] + (side & 1), first), after) for side in range(4))
    size = np.maximum(count_high - count_low, 1)
    sums = np.zeros((len(columns), len(first) + 1), np.int64)
    np.cumsum(columns, axis=1, dtype=np.int64, out=sums[:, 1:])
    rows = which[:, None]
    means: Bytes = ((sums[rows, np.maximum(high, low)] - sums[rows, low]) // size).astype(np.uint8)
    return means


def best_runs(values: Ints, bounds: Ints) -> tuple[Ints, Ints]:
    """The run of each text's lines whose values add up to most, as ``[start, after)`` for every line of the text.

    Text t has the lines ``[bounds[t], bounds[t + 1])``, at least one. Of runs of equal value the first to end is taken,
    and of those the shortest. Kadane's algorithm, by running sums and minima.
    """
    start, after = np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
    sums = np.concatenate([[0], np.cumsum(values)])
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        lowest = np.minimum.accumulate(sums[first:last])
        gain = sums[first + 1:last + 1] - lowest
        end = int(gain.argmax())
        begin = int(np.flatnonzero(sums[first:first + end + 1] == lowest[end])[-1])
        start[first:last], after[first:last] = first + begin, first + end + 1
    return start, after


def shared_words(lines: Ints, words: Ints, member: NDArray[np.bool_], others: int, vocabulary: int) -> Ints:
    """How many of each line's words stand `others` times or more in the member lines, shape (lines,).

    `lines` and `words` have one entry a word: its line, and its number below `vocabulary`; `member` has one a line.
    Of a word in a member line one standing is its own and does not count.
    """
    inside = member[lines]
    often = np.bincount(words[inside], minlength=vocabulary)
    return np.bincount(lines[often[words] - inside >= others], minlength=len(member))


def distances(marked: NDArray[np.bool_], first: Ints, after: Ints, far: int) -> tuple[Bytes, Bytes]:
    """Lines since the last marked line at or before each line, and until the next at or after it, at most `far`.

    `first` and `after` bound the text each line is in; marks outside it do not count.
    """
    place = np.arange(len(marked))
    last = np.maximum.accumulate(np.where(marked, place, -1))
    ahead = np.minimum.accumulate(np.where(marked, place, len(marked))[::-1])[::-1]
    return (np.where(last >= first, np.minimum(place - last, far), far).astype(np.uint8),
            np.where(ahead < after, np.minimum(ahead - place, far), far).astype(np.uint8))
