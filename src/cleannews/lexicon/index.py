"""Finding every phrase of the lexicon in every line, by hash.

Each way to begin a phrase is a *key*: up to four words in a row. The hashes of all runs of one to four tokens of the
text are made by array operations and looked up in a bit table (a Bloom filter with one hash function, Bloom 1970);
what passes is looked up among the keys and compared token by token. The cost is linear in the text and
does not grow with the lexicon. Keys of phrases that must stand at the start of a line are looked up there only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews import characters as ch
from cleannews.document import mixed
from cleannews.lexicon.entry import Entry, Match
from cleannews.lexicon.phrase import AnyOf, Gap, State, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Hashes, Ints
    from cleannews.lexicon.language import Languages

MOST_KEY = 4
"""Tokens. Longer keys would be rarer, but four words in a row already occur once or never by chance."""

REACH = 120
"""Tokens. No phrase reaches farther than this from its key."""

_SURE = 0.9
_OWN_WORDS, _OWN_PHRASE = 2, 3  # words in a row that show the language of a whole line, of a phrase inside one
_PARTICLE = 3  # letters of a word that a title may leave small: of, and, the, von, der
_MANY = (0, 1500, 200, 120)
"""The most keys one phrase may have to make its keys of 1, 2, 3 words longer: beyond that, shorter keys and more
comparing are the better bargain."""

_BITS = 20
_SHIFT = np.uint64(64 - _BITS)
_STEP = np.uint64(0xD6E8FEB86659FD93)
_LENGTH_SALT = [np.uint64(value * 0x2545F4914F6CDD1D & (2**64 - 1)) for value in range(MOST_KEY + 1)]


class Hit(NamedTuple):
    """An entry found: the tokens ``[first, last)`` of line `line` (and of the next one, where it wraps)."""

    entry: int
    line: int
    first: int
    last: int


class Key(NamedTuple):
    """A way to begin a phrase: up to four words in a row, and the state they lead to."""

    entry: int
    before: int
    """The most tokens that may stand before the key (a gap at the start of the phrase), 0 for none."""
    tokens: tuple[int, ...]
    colons: tuple[int, ...]
    """Places in the key that a colon must follow."""
    state: State


def keys_of(entry: int, start: State) -> list[Key]:
    """The keys of a phrase. They are made longer, up to `MOST_KEY`, while there are not too many of them."""
    keys: list[Key] = []
    fixed: list[Key] = []
    for before, state in _after_gaps(start, 0):
        keys += [Key(entry, before, (token,), (0,) if colon else (), following)
                 for token, colon, following in _worded(state)]
    for length in range(1, MOST_KEY):
        longer: list[Key] = []
        growing: list[Key] = []
        for key in keys:
            if key.state.ending or any(isinstance(element, Gap) for element, _ in key.state.steps):
                fixed.append(key)
                continue
            growing.append(key)
            longer += [Key(entry, key.before, (*key.tokens, token), (*key.colons, length) if colon else key.colons,
                           following) for token, colon, following in _worded(key.state)]
        if len(longer) > _MANY[length]:
            return fixed + growing
        keys = longer
    return fixed + keys


def _worded(state: State) -> Iterator[tuple[int, bool, State]]:
    """The words that may come next, word lists spelled out: token, whether a colon must follow, state."""
    for element, following in state.steps:
        if isinstance(element, Word):
            yield element.hash, element.colon, following
        elif isinstance(element, AnyOf):
            for token in sorted(element.hashes):
                yield token, False, following


def _after_gaps(state: State, before: int) -> Iterator[tuple[int, State]]:
    """The states behind the gaps at a phrase's start, with the most tokens those gaps take."""
    yield before, state
    for element, following in state.steps:
        if isinstance(element, Gap):
            yield from _after_gaps(following, before + element.most)


def _key_hashes(tokens: NDArray[np.uint64]) -> Hashes:
    """Hashes of keys of one length, shape (keys, length) → (keys,)."""
    value = tokens[:, 0]
    for column in range(1, tokens.shape[1]):
        value = value * _STEP + tokens[:, column]
    return mixed(value + _LENGTH_SALT[tokens.shape[1]])


class _Node(NamedTuple):
    """A state as the reader uses it; `words` leads to (whether a colon must follow, node number)."""

    words: dict[int, list[tuple[bool, int]]]
    any_of: list[tuple[frozenset[int], int]]
    gaps: list[tuple[int, int]]
    ending: bool


_LISTED = 3


class Tables(NamedTuple):
    """The compiled lexicon as arrays: what ``compiled.npz`` holds.

    Steps are in order of the state they leave, `first_step` has one entry a state and
    one more. A step's kind is 0 for a word, 1 for a word and a colon, 2 for a gap, 3 for a word list; its value is a
    hash, a number of tokens or the number of a list.
    """

    key_hash: NDArray[np.uint64]
    key_word: NDArray[np.uint32]  # numbers of words, shape (keys, MOST_KEY), 0 beyond the key's length
    key_length: NDArray[np.uint8]
    key_colons: NDArray[np.uint8]  # a bit a place
    key_before: NDArray[np.uint16]
    key_entry: NDArray[np.uint32]
    key_state: NDArray[np.uint32]
    first_step: NDArray[np.uint32]
    ending: NDArray[np.bool_]
    step_kind: NDArray[np.uint8]
    step_value: NDArray[np.uint64]
    step_state: NDArray[np.uint32]
    list_first: NDArray[np.uint32]
    list_hash: NDArray[np.uint64]
    word: NDArray[np.uint64]  # the hashes of the words that keys hold


def joined(first: Tables, second: Tables, entries: int) -> Tables:
    """Two compiled lexicons as one; the first has `entries` entries."""
    states, steps, lists = len(first.ending), len(first.step_kind), len(first.list_first) - 1
    listed = second.step_value + np.where(second.step_kind == _LISTED, np.uint64(lists), np.uint64(0))
    moved = second._replace(
        key_entry=second.key_entry + np.uint32(entries), key_state=second.key_state + np.uint32(states),
        first_step=(second.first_step + np.uint32(steps))[1:], step_value=listed,
        step_state=second.step_state + np.uint32(states),
        list_first=(second.list_first + first.list_first[-1])[1:],
        key_word=second.key_word + np.uint32(len(first.word)))
    return Tables(*(np.concatenate([getattr(first, name), getattr(moved, name)]) for name in Tables._fields))


def tables_of(keys: Sequence[Key]) -> Tables:
    """Compile keys and the states they lead to."""
    numbers: dict[State, int] = {}
    waiting = [key.state for key in keys]
    while waiting:
        state = waiting.pop()
        if state not in numbers:
            numbers[state] = len(numbers)
            waiting += [following for _, following in state.steps]
    lists: dict[frozenset[int], int] = {}
    kinds, values, targets, first = [], [], [], [0]
    for state in numbers:
        for element, following in state.steps:
            if isinstance(element, Word):
                kinds.append(int(element.colon))
                values.append(element.hash)
            elif isinstance(element, Gap):
                kinds.append(2)
                values.append(element.most)
            else:
                kinds.append(_LISTED)
                values.append(lists.setdefault(element.hashes, len(lists)))
            targets.append(numbers[following])
        first.append(len(kinds))
    count = len(keys)
    token = np.zeros((count, MOST_KEY), np.uint64)
    length = np.array([len(key.tokens) for key in keys], np.uint8)
    for row, key in enumerate(keys):
        token[row, :len(key.tokens)] = key.tokens
    hashed = np.zeros(count, np.uint64)
    for size in range(1, MOST_KEY + 1):
        rows = length == size
        hashed[rows] = _key_hashes(token[rows, :size])
    order = np.argsort(hashed, kind="stable")
    word, inverse = np.unique(token, return_inverse=True)
    spelled: NDArray[np.uint32] = inverse.reshape(token.shape).astype(np.uint32)
    list_sizes = [len(hashes) for hashes in lists]
    return Tables(
        hashed[order], spelled[order], length[order],
        np.array([sum(1 << place for place in key.colons) for key in keys], np.uint8)[order],
        np.array([key.before for key in keys], np.uint16)[order],
        np.array([key.entry for key in keys], np.uint32)[order],
        np.array([numbers[key.state] for key in keys], np.uint32)[order],
        np.array(first, np.uint32), np.array([state.ending for state in numbers], bool),
        np.array(kinds, np.uint8), np.array(values, np.uint64), np.array(targets, np.uint32),
        np.concatenate([[0], np.cumsum(list_sizes)]).astype(np.uint32),
        np.array([value for hashes in lists for value in sorted(hashes)], np.uint64), word)


class _Anchor:
    """The keys of one length that stand at the start of a line, or anywhere: a bit table, then the keys by hash."""

    def __init__(self, at_start: bool, length: int, tables: Tables, rows: Ints) -> None:
        self.at_start, self.length = at_start, length
        self._rows = rows[np.argsort(tables.key_hash[rows], kind="stable")]
        hashes = tables.key_hash[self._rows]
        self._first = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[:len(hashes)])
        self._hashes = hashes[self._first]
        self._after = np.append(self._first[1:], len(rows))
        self._bits = np.zeros(1 << _BITS, bool)
        self._bits[self._hashes >> _SHIFT] = True

    def lookup(self, values: Hashes, starts: Ints) -> tuple[Ints, Ints]:
        """The tokens at which a key of this kind begins, as far as hashes can tell, and the keys' rows.

        `values` are the hashes of the runs of this length from each token on, `starts` the first tokens of the lines.
        """
        if not len(self._hashes) or not len(values):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        if self.at_start:
            places = starts[starts < len(values)]
            places = places[self._bits[values[places] >> _SHIFT]]
        else:
            places = np.flatnonzero(self._bits[values >> _SHIFT])
        wanted = values[places]
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        known = self._hashes[at] == wanted
        places, at = places[known], at[known]
        first, many = self._first[at], self._after[at] - self._first[at]
        inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        return np.repeat(places, many), self._rows[np.repeat(first, many) + inside]


class Index:
    """The compiled lexicon: entries and the keys that lead to them."""

    def __init__(self, entries: Sequence[Entry], tables: Tables, languages: Languages | None = None) -> None:
        self.entries = list(entries)
        self.tables = tables
        self.languages = languages
        self._nodes: dict[int, _Node] = {}
        whole = np.array([entry.match in _WHOLE for entry in self.entries], bool)
        anchored = np.array([entry.match in _ANCHORED for entry in self.entries], bool)
        to_end = np.array([entry.match in _TO_END for entry in self.entries], bool)
        words = np.array([entry.words for entry in self.entries], np.int64)
        entry = tables.key_entry
        speaks = [languages.number(entry.language) if languages else 0 for entry in self.entries]
        self._language = np.array(speaks, np.int64)[entry]
        self._whole, self._words = whole[entry], words[entry]
        sure = np.array([entry.score >= _SURE for entry in self.entries], bool)[entry]
        self._at_start = anchored[entry] & (tables.key_before == 0)
        # A key that is all of its phrase, and the phrase must reach the end of the line.
        complete = tables.first_step[tables.key_state + 1] == tables.first_step[tables.key_state]
        self._closed = complete & to_end[entry]
        own = np.where(self._whole, np.where(complete & to_end[entry], 1, _OWN_WORDS), _OWN_PHRASE)
        self._labels = sure & (tables.key_before == 0) & (tables.key_length >= own)
        self._anchors = [_Anchor(at_start, length, tables, np.flatnonzero(
            (self._at_start == at_start) & (tables.key_length == length)))
            for at_start in (True, False) for length in range(1, MOST_KEY + 1)]

    def find(self, documents: Documents, given: Sequence[str] = ()) -> list[Hit]:
        """Every hit of every entry, in order of place; `given` are the texts' languages, where the caller knows.

        A hit respects the entry's `match`, `case` and `words` and the text's language; what a hit means is the
        detectors' business.
        """
        if not len(documents.hashes) or not len(self.tables.key_hash):
            return []
        places, rows = self._candidates(documents)
        if self.languages:
            active = self.languages.active(documents, given)
            line = np.searchsorted(documents.first_token, places, side="right") - 1
            # A label of another language is one all the same: pages mix their labels. Where it has gaps, or is no whole
            # line, words in a row must tell its language.
            fits = active[documents.document[line], self._language[rows]] | self._labels[rows]
            places, rows = places[fits], rows[fits]
        reader = _Reader(documents, self)
        tables = self.tables
        keys = zip(places.tolist(), tables.key_entry[rows].tolist(), tables.key_length[rows].tolist(),
                   tables.key_before[rows].tolist(), tables.key_colons[rows].tolist(),
                   tables.key_state[rows].tolist(), strict=True)
        found = {hit for place, *key in keys for hit in reader.read(place, _Found(*key))}
        return sorted(found, key=lambda hit: (hit.first, hit.entry, hit.last))

    def _candidates(self, documents: Documents) -> tuple[Ints, Ints]:
        """Tokens at which a key stands where its entry wants it, with the rows of the key table."""
        tables, hashes = self.tables, documents.hashes
        starts = documents.first_token[:-1][documents.tokens > 0]
        line_of = np.repeat(np.arange(documents.line_count), documents.tokens)
        places, rows = [], []
        run, values = hashes, []
        for length in range(1, MOST_KEY + 1):
            if length > 1:
                run = run[:-1] * _STEP + hashes[length - 1:]
            values.append(mixed(run + _LENGTH_SALT[length]))
        for anchor in self._anchors:
            there, keys = anchor.lookup(values[anchor.length - 1], starts)
            places.append(there)
            rows.append(keys)
        place, row = np.concatenate(places), np.concatenate(rows)
        line = line_of[place]
        end, last = place + tables.key_length[row], documents.first_token[line + 1]
        fits = documents.tokens[line] <= self._words[row]
        # A wrapped label ends in the next line: left to the reader, it is rare.
        fits &= (end <= last) | (self._whole[row] & (documents.tokens[line] <= 2))
        fits &= ~self._closed[row] | (end >= last)
        place, row = place[fits], row[fits]
        fits = np.ones(len(place), bool)
        for at in range(MOST_KEY):
            inside = np.flatnonzero(fits & (tables.key_length[row] > at))
            fits[inside] = hashes[place[inside] + at] == tables.word[tables.key_word[row[inside], at]]
        return place[fits], row[fits]

    def node(self, state: int) -> _Node:
        """A state of the compiled graph, made ready when it is first needed."""
        node = self._nodes.get(state)
        if node is None:
            tables = self.tables
            node = _Node({}, [], [], bool(tables.ending[state]))
            for step in range(int(tables.first_step[state]), int(tables.first_step[state + 1])):
                kind, value, target = (int(tables.step_kind[step]), int(tables.step_value[step]),
                                       int(tables.step_state[step]))
                if kind < 2:
                    node.words.setdefault(value, []).append((bool(kind), target))
                elif kind == 2:
                    node.gaps.append((value, target))
                else:
                    hashes = tables.list_hash[int(tables.list_first[value]):int(tables.list_first[value + 1])]
                    node.any_of.append((frozenset(hashes.tolist()), target))
            self._nodes[state] = node
        return node


_WHOLE = (Match.LINE, Match.HEADING)
_ANCHORED = (*_WHOLE, Match.START)
_TO_END = (*_WHOLE, Match.END)


class _Found(NamedTuple):
    """What the reader needs to know of a key."""

    entry: int
    length: int
    before: int
    colons: int
    state: int


class _Reader:
    """Compares phrases with the tokens of one `Documents`."""

    def __init__(self, documents: Documents, index: Index) -> None:
        self.documents = documents
        self.index = index
        self._line_starts: list[int] = documents.first_token.tolist()
        self._tokens: tuple[int, list[int]] = (-1, [])

    def read(self, place: int, key: _Found) -> Iterator[Hit]:
        """The hits at a token of the phrases behind a key whose words are known to stand there."""
        index = self.index
        number, length, before, colons, state = key
        entry = index.entries[number]
        line = bisect_right(self._line_starts, place) - 1
        first, last = self._line_starts[line], self._line_starts[line + 1]
        whole = entry.match in _WHOLE
        if entry.match in _ANCHORED and (place - first > before or (whole and before and place == first)):
            return
        limit = self._wrapped_end(line, last) if place + length > last else last
        if place + length > limit:
            return
        if colons and not all(self._colon_after(place + at) for at in range(length) if colons >> at & 1):
            return
        to_end = entry.match in _TO_END
        for after in self._ends(state, length, min(limit - place, REACH), place):
            if to_end and place + after != limit:
                continue
            hit = Hit(number, line, first if before else place, place + after)
            if entry.case == "any" or self._case_fits(entry, hit):
                yield hit

    def _tokens_at(self, place: int) -> list[int]:
        """The tokens from a place on, `REACH` of them at most."""
        if self._tokens[0] != place:
            self._tokens = (place, self.documents.hashes[place:place + REACH].tolist())
        return self._tokens[1]

    def _ends(self, state: int, at: int, limit: int, place: int) -> Iterator[int]:
        """Every number of tokens that the phrase may take in all, from a state reached after `at` tokens.

        No pair of state and token is looked at twice, so that the work is bounded by the phrase's size times `REACH`.
        """
        node = self.index.node(state)
        if not (node.words or node.gaps or node.any_of):
            yield at
            return
        tokens = self._tokens_at(place)
        waiting = [(state, at)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            state, at = item = waiting.pop()
            if item in seen:
                continue
            seen.add(item)
            node = self.index.node(state)
            if node.ending:
                yield at
            if at >= limit:
                continue
            for colon, following in node.words.get(tokens[at], ()):
                if not colon or self._colon_after(place + at):
                    waiting.append((following, at + 1))
            for hashes, following in node.any_of:
                if tokens[at] in hashes:
                    waiting.append((following, at + 1))
            for most, following in node.gaps:
                waiting += [(following, reached) for reached in range(at + 1, min(at + most, limit) + 1)]

    def _wrapped_end(self, line: int, last: int) -> int:
        """The end of the next line's tokens where a label of a word or two a line was wrapped over two lines."""
        documents = self.documents
        following = line + 1
        if (following < documents.line_count and documents.tokens[line] <= 2
                and 0 < documents.tokens[following] <= 2
                and documents.document[following] == documents.document[line]):
            return self._line_starts[following + 1]
        return last

    def _colon_after(self, token: int) -> bool:
        kinds = self.documents.kinds
        place = int(self.documents.token_end[token])
        while place < len(kinds) and kinds[place] in (ch.SPACE, ch.QUOTE):
            place += 1
        return place < len(kinds) and bool(kinds[place] == ch.COLON)

    def _case_fits(self, entry: Entry, hit: Hit) -> bool:
        documents = self.documents
        start = int(documents.token_start[hit.first])
        if documents.kinds[start] == ch.LOWER:
            return False
        if entry.case == "capital":
            return True
        if entry.case == "title":
            starts, ends = documents.token_start[hit.first:hit.last], documents.token_end[hit.first:hit.last]
            return not bool(((documents.kinds[starts] == ch.LOWER) & (ends - starts > _PARTICLE)).any())
        end = int(documents.token_end[hit.last - 1])
        return not bool((documents.kinds[start:end] == ch.LOWER).any())
