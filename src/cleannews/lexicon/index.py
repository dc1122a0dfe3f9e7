"""Finding every phrase of the lexicon in every line, by hash.

Each way to begin a phrase is a *key*: up to four words in a row. The hashes of all runs of one to four tokens of the
text are made by array operations and looked up in a bit table (a Bloom filter with one hash function, Bloom 1970);
what passes is looked up among the keys and compared token by token. The cost is linear in the text and
does not grow with the lexicon. Keys of phrases that must stand at the start of a line are looked up there only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cleannews import characters as ch
from cleannews import kernels
from cleannews.kernels.graph import BEGINS, ENDS, LISTED, REACH, WHOLE, Graph, Keys, Tokens
from cleannews.kernels.hashing import in_order, run_hash
from cleannews.lexicon.entry import LABELS, Entry, Match
from cleannews.lexicon.phrase import AnyOf, Gap, State, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Documents, Hashes, Ints
    from cleannews.lexicon.language import Languages

MOST_KEY = 4
"""Tokens. Longer keys would be rarer, but four words in a row already occur once or never by chance."""

_SURE = 0.9
_OWN_WORDS, _OWN_PHRASE = 2, 3  # words in a row that show the language of a whole line, of a phrase inside one
_PARTICLE = 3  # letters of a word that a title may leave small: of, and, the, von, der
_MANY = (0, 1500, 200, 120)
"""The most keys one phrase may have to make its keys of 1, 2, 3 words longer: beyond that, shorter keys and more
comparing are the better bargain."""

_SHIFT = 44
"""A key's bit is chosen by the top 20 bits of its hash: 36,000 keys of one kind set 3% of a table's bits, and a table
of 128 kB stays in a processor's cache."""


class Hit(NamedTuple):
    """An entry found: the tokens ``[first, last)`` of line `line` (and of the next one, where it wraps)."""

    first: int
    entry: int
    last: int
    line: int
    phrase: int
    """Which of the entry's phrases, the first of those that hit."""


@dataclass(frozen=True)
class Hits:
    """Entries found, in order of place: the fields of `Hit` as columns of shape (hits,)."""

    first: Ints
    entry: Ints
    last: Ints
    line: Ints
    phrase: Ints

    @classmethod
    def none(cls) -> Hits:
        """No hit at all."""
        return cls(*np.zeros((5, 0), np.int64))

    def __len__(self) -> int:
        """Number of hits."""
        return len(self.first)

    def __iter__(self) -> Iterator[Hit]:
        """One by one."""
        return map(Hit._make, zip(*(column.tolist() for column in self._columns())))  # noqa: B905 - of one length

    def __getitem__(self, which: Ints | NDArray[np.bool_]) -> Hits:
        """Some of them: by numbers, or by a mask."""
        return Hits(*(column[which] for column in self._columns()))

    def moved(self, old: Documents, new: Documents, number: Ints) -> Hits:
        """The hits in lines of one text that are lines of another: `number` has the new line of each old, or -1.

        A phrase that is wrapped into the next line needs that line too.
        """
        wrapped = self.last > old.first_token[self.line + 1]
        follows = number[np.minimum(self.line + 1, old.line_count - 1)] == number[self.line] + 1
        stays = self[(number[self.line] >= 0) & (follows | ~wrapped)]
        lines = number[stays.line]
        farther = new.first_token[lines] - old.first_token[stays.line]
        return Hits(stays.first + farther, stays.entry, stays.last + farther, lines, stays.phrase)

    def _columns(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        return self.first, self.entry, self.last, self.line, self.phrase


class Key(NamedTuple):
    """A way to begin a phrase: up to four words in a row, and the state they lead to."""

    entry: int
    phrase: int
    """Which of the entry's phrases, from 0."""
    before: int
    """The most tokens that may stand before the key (a gap at the start of the phrase), 0 for none."""
    tokens: tuple[int, ...]
    colons: tuple[int, ...]
    """Places in the key that a colon must follow."""
    state: State


def keys_of(entry: int, phrase: int, start: State) -> list[Key]:
    """The keys of a phrase. They are made longer, up to `MOST_KEY`, while there are not too many of them."""
    keys: list[Key] = []
    fixed: list[Key] = []
    for state, before in _after_gaps(start).items():
        keys += [Key(entry, phrase, before, (token,), (0,) if colon else (), following)
                 for token, colon, following in _worded(state)]
    for length in range(1, MOST_KEY):
        longer: list[Key] = []
        growing: list[Key] = []
        for key in keys:
            if key.state.ending or any(isinstance(element, Gap) for element, _ in key.state.steps):
                fixed.append(key)
                continue
            growing.append(key)
            if len(longer) > _MANY[length]:
                continue
            longer += [Key(entry, phrase, key.before, (*key.tokens, token),
                           (*key.colons, length) if colon else key.colons, following)
                       for token, colon, following in _worded(key.state)]
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


def _after_gaps(start: State) -> dict[State, int]:
    """The states behind the gaps at a phrase's start, with the most tokens those gaps take (no more than `REACH`)."""
    found = {start: 0}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        for element, following in state.steps:
            if isinstance(element, Gap):
                before = min(found[state] + element.most, REACH)
                if before > found.get(following, -1):
                    found[following] = before
                    waiting.append(following)
    return found


class Tables(NamedTuple):
    """The compiled lexicon as arrays: what ``compiled.npy`` holds.

    Keys are in order of their hash. Steps are in order of the state they leave, `first_step` has one entry a state and
    one more. A step's kind is 0 for a word, 1 for a word and a colon, 2 for a gap, 3 for a word list; its value is a
    hash, a number of tokens or the number of a list.
    """

    key_hash: NDArray[np.uint64]
    key_word: NDArray[np.uint32]  # numbers of words, shape (keys, MOST_KEY), 0 beyond the key's length
    key_length: NDArray[np.uint8]
    key_colons: NDArray[np.uint8]  # a bit a place
    key_before: NDArray[np.uint16]
    key_entry: NDArray[np.uint32]
    key_phrase: NDArray[np.uint16]
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
    listed = second.step_value + np.where(second.step_kind == LISTED, np.uint64(lists), np.uint64(0))
    moved = second._replace(
        key_entry=second.key_entry + np.uint32(entries), key_state=second.key_state + np.uint32(states),
        first_step=(second.first_step + np.uint32(steps))[1:], step_value=listed,
        step_state=second.step_state + np.uint32(states),
        list_first=(second.list_first + first.list_first[-1])[1:],
        key_word=second.key_word + np.uint32(len(first.word)))
    both = Tables(*(np.concatenate([getattr(first, name), getattr(moved, name)]) for name in Tables._fields))
    order = np.argsort(both.key_hash, kind="stable")
    return both._replace(**{name: column[order] for name, column in both._asdict().items() if name.startswith("key_")})


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
                kinds.append(LISTED)
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
        hashed[rows] = run_hash(token[rows, :size])
    order = np.argsort(hashed, kind="stable")
    word, inverse = np.unique(token, return_inverse=True)
    spelled: NDArray[np.uint32] = inverse.reshape(token.shape).astype(np.uint32)
    list_sizes = [len(hashes) for hashes in lists]
    return Tables(
        hashed[order], spelled[order], length[order],
        np.array([sum(1 << place for place in key.colons) for key in keys], np.uint8)[order],
        np.array([key.before for key in keys], np.uint16)[order],
        np.array([key.entry for key in keys], np.uint32)[order],
        np.array([key.phrase for key in keys], np.uint16)[order],
        np.array([numbers[key.state] for key in keys], np.uint32)[order],
        np.array(first, np.uint32), np.array([state.ending for state in numbers], bool),
        np.array(kinds, np.uint8), np.array(values, np.uint64), np.array(targets, np.uint32),
        np.concatenate([[0], np.cumsum(list_sizes)]).astype(np.uint32),
        np.array([value for hashes in lists for value in sorted(hashes)], np.uint64), word)


_COMPLETE = 1
"""A key that is all of its phrase, and the phrase must reach the end of the line."""

_LABEL = 2
"""A key that is enough of a sure phrase to be one in a text of any language: pages mix their labels. Where a phrase has
gaps, or is no whole line, words in a row must tell its language."""


class Shortcuts(NamedTuple):
    """What spares most lookups. Made of the tables; stored for the shipped lexicon, because making it takes longest."""

    anchors: NDArray[np.uint8]
    """The length of each key and whether it must begin a line, as `find_keys` has it, shape (keys,)."""
    rules: NDArray[np.uint8]
    """Where the phrase of each key must stand, as `match_phrases` has it, shape (keys,)."""
    marks: NDArray[np.uint8]
    """`_COMPLETE` and `_LABEL` of each key, shape (keys,)."""
    bits: NDArray[np.uint8]
    """The bit tables that `find_keys` looks at first, shape (3, `MOST_KEY`, bytes)."""
    directory: NDArray[np.uint32]
    """Where the hashes of keys begin, of `Sorted`."""


class Index:
    """The compiled lexicon: entries and the keys that lead to them."""

    def __init__(self, entries: Sequence[Entry], tables: Tables, languages: Languages | None = None,
                 shortcuts: Shortcuts | None = None) -> None:
        self.entries = list(entries)
        self.tables = tables
        self.languages = languages
        self._whole = np.array([entry.match in LABELS for entry in self.entries], bool)
        self._to_end = np.array([entry.match in _TO_END for entry in self.entries], bool)
        self._words = np.array([entry.words for entry in self.entries], np.int64)
        self._cased = np.array([entry.case != "any" for entry in self.entries], bool)
        numbers = {name: languages.number(name) if languages else 0 for name in {entry.language for entry in entries}}
        self._language = np.array([numbers[entry.language] for entry in self.entries], np.int64)
        self.shortcuts = shortcuts or self._made()
        """What need not be made again for the same tables and entries."""
        self._keys = Keys(self.shortcuts.rules, tables.key_length, tables.key_before, tables.key_colons,
                          tables.key_state)
        self._graph = Graph(tables.first_step, tables.ending, tables.step_kind, tables.step_value, tables.step_state,
                            tables.list_first, tables.list_hash)
        self._sorted = in_order(tables.key_hash, self.shortcuts.directory)

    def _made(self) -> Shortcuts:
        tables, entry = self.tables, self.tables.key_entry
        anchored = np.array([entry.match in _ANCHORED for entry in self.entries], bool)
        rules = (BEGINS * anchored + WHOLE * self._whole + ENDS * self._to_end).astype(np.uint8)[entry]
        at_start = anchored[entry] & (tables.key_before == 0)
        anchors = (tables.key_length - 1 + MOST_KEY * ~at_start).astype(np.uint8)
        sure = np.array([entry.score >= _SURE for entry in self.entries], bool)[entry]
        complete = self._to_end[entry] & (
            tables.first_step[tables.key_state + 1] == tables.first_step[tables.key_state])
        own = np.where(self._whole[entry], np.where(complete, 1, _OWN_WORDS), _OWN_PHRASE)
        label = sure & (tables.key_before == 0) & (tables.key_length >= own)
        return Shortcuts(anchors, rules, (_COMPLETE * complete + _LABEL * label).astype(np.uint8),
                         _bits_of(tables, anchors), in_order(tables.key_hash).directory)

    def find(self, documents: Documents, given: Sequence[str] = ()) -> Hits:
        """Every hit of every entry, in order of place; `given` are the texts' languages, where the caller knows.

        A hit respects the entry's `match`, `case` and `words` and the text's language; what a hit means is the
        detectors' business.
        """
        if not len(documents.hashes) or not len(self.tables.key_hash):
            return Hits.none()
        places, rows = self._candidates(documents)
        if self.languages:
            active = self.languages.active(documents, given)
            line = np.searchsorted(documents.first_token, places, side="right") - 1
            fits = active[documents.document[line], self._language[self.tables.key_entry[rows]]]
            fits |= (self.shortcuts.marks[rows] & _LABEL) > 0
            places, rows = places[fits], rows[fits]
        which, lines, firsts, lasts = kernels.match_phrases(places, rows, self._keys, self._graph, Tokens(
            documents.first_token, documents.document, documents.hashes, documents.token_end, documents.kinds))
        rows = rows[which]
        entry, phrase = self.tables.key_entry[rows].astype(np.int64), self.tables.key_phrase[rows].astype(np.int64)
        hits = Hits(firsts, entry, lasts, lines, phrase)[np.lexsort((phrase, lasts, entry, firsts))]
        # Of several phrases of an entry at one place, and of several ways to begin the same phrase, one is enough.
        fits = np.append(True, (hits.first[1:] != hits.first[:-1]) | (hits.entry[1:] != hits.entry[:-1])
                         | (hits.last[1:] != hits.last[:-1]))[:len(hits)]
        for number in np.flatnonzero(fits & self._cased[hits.entry]).tolist():
            fits[number] = _case_fits(documents, self.entries[hits.entry[number]].case, int(hits.first[number]),
                                      int(hits.last[number]))
        for number in np.flatnonzero(fits & (hits.last > documents.first_token[hits.line + 1])).tolist():
            fits[number] = not _into_numbers(documents, int(hits.line[number]), int(hits.last[number]))
        return hits[fits]

    def _candidates(self, documents: Documents) -> tuple[Ints, Ints]:
        """Tokens at which a key stands where its entry wants it, with the rows of the key table."""
        tables, hashes = self.tables, documents.hashes
        starts = documents.first_token[:-1][documents.tokens > 0]
        place, row = kernels.find_keys(hashes, starts, self.shortcuts.bits, _SHIFT, self._sorted,
                                       self.shortcuts.anchors)
        entry = tables.key_entry[row]
        line_of = np.repeat(np.arange(documents.line_count), documents.tokens)
        line = line_of[place]
        end, last = place + tables.key_length[row], documents.first_token[line + 1]
        fits = documents.tokens[line] <= self._words[entry]
        # A wrapped label ends in the next line: left to the reader, it is rare.
        fits &= (end <= last) | (self._whole[entry] & (documents.tokens[line] <= 2))
        fits &= ((self.shortcuts.marks[row] & _COMPLETE) == 0) | (end >= last)
        place, row = place[fits], row[fits]
        fits = np.ones(len(place), bool)
        for word in range(MOST_KEY):
            longer = np.flatnonzero(fits & (tables.key_length[row] > word))
            fits[longer] = hashes[place[longer] + word] == tables.word[tables.key_word[row[longer], word]]
        return place[fits], row[fits]


def _bits_of(tables: Tables, anchor: NDArray[np.uint8]) -> NDArray[np.uint8]:
    bits = np.zeros((3, MOST_KEY, 1 << (64 - _SHIFT - 3)), np.uint8)
    _set_bits(bits.reshape(-1, bits.shape[2]), anchor, tables.key_hash)
    for length in range(1, MOST_KEY):
        longer = tables.word[tables.key_word[tables.key_length > length, :length]]
        _set_bits(bits[2], np.full(len(longer), length - 1), run_hash(longer))
    return bits


def _set_bits(tables: NDArray[np.uint8], table: NDArray[np.integer[Any]], hashes: Hashes) -> None:
    """Set the bit of each hash in one of some tables, shape (tables, bytes)."""
    slots = hashes >> np.uint64(_SHIFT)
    np.bitwise_or.at(tables, (table, slots >> np.uint64(3)), np.uint8(1) << (slots & np.uint64(7)).astype(np.uint8))


_ANCHORED = (*LABELS, Match.START)
_TO_END = (*LABELS, Match.END)


def _into_numbers(documents: Documents, line: int, last: int) -> bool:
    """Whether a hit that goes on in the next line finds numbers alone there: ``Share`` above the time of an entry."""
    return bool(documents.numeric[documents.first_token[line + 1]:last].all())


def _case_fits(documents: Documents, case: str, first: int, last: int) -> bool:
    """Whether the tokens ``[first, last)`` are written as an entry's `case` asks."""
    start = int(documents.token_start[first])
    if documents.kinds[start] == ch.LOWER:
        return False
    if case == "capital":
        return True
    if case == "title":
        starts, ends = documents.token_start[first:last], documents.token_end[first:last]
        return not bool(((documents.kinds[starts] == ch.LOWER) & (ends - starts > _PARTICLE)).any())
    return not bool((documents.kinds[start:int(documents.token_end[last - 1])] == ch.LOWER).any())
