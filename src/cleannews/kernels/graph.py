"""Phrases as a graph of states in arrays: what `match_phrases` walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REACH = 120
"""Tokens. No phrase reaches farther than this from its key."""

WORD, WORD_AND_COLON, GAP, LISTED = range(4)
"""The kinds of steps: one word, a word that a colon must follow, some tokens of any kind, a word of a list."""

BEGINS, WHOLE, ENDS = 1, 2, 4
"""What a phrase may demand, as bits: that it begins its line, is all of it, ends it."""


class Node(NamedTuple):
    """A state as a Python program reads it; `words` leads to (whether a colon must follow, state)."""

    words: dict[int, list[tuple[bool, int]]]
    lists: list[tuple[frozenset[int], int]]
    gaps: list[tuple[int, int]]
    ending: bool


@dataclass(frozen=True, eq=False)
class Graph:
    """States and the steps between them.

    Steps are in order of the state they leave; `first_step` has one entry a state and one more. A step's value is a
    hash, a number of tokens or the number of a list; the hashes of a list are in rising order.
    """

    first_step: NDArray[np.uint32]
    ending: NDArray[np.bool_]
    step_kind: NDArray[np.uint8]
    step_value: NDArray[np.uint64]
    step_state: NDArray[np.uint32]
    list_first: NDArray[np.uint32]
    list_hash: NDArray[np.uint64]
    _nodes: dict[int, Node] = field(default_factory=dict)

    def node(self, state: int) -> Node:
        """A state made ready for Python when it is first needed."""
        node = self._nodes.get(state)
        if node is None:
            node = Node({}, [], [], bool(self.ending[state]))
            for step in range(int(self.first_step[state]), int(self.first_step[state + 1])):
                kind, value, target = int(self.step_kind[step]), int(self.step_value[step]), int(self.step_state[step])
                if kind == GAP:
                    node.gaps.append((value, target))
                elif kind == LISTED:
                    hashes = self.list_hash[int(self.list_first[value]):int(self.list_first[value + 1])]
                    node.lists.append((frozenset(hashes.tolist()), target))
                else:
                    node.words.setdefault(value, []).append((kind == WORD_AND_COLON, target))
            self._nodes[state] = node
        return node


class Keys(NamedTuple):
    """The ways to begin the phrases, one entry a key."""

    rules: NDArray[np.uint8]
    """What the phrase demands: `BEGINS`, `WHOLE`, `ENDS`."""
    length: NDArray[np.uint8]
    """Words of the key."""
    before: NDArray[np.uint16]
    """The most tokens that may stand before the key in its line, 0 for a key that begins its phrase."""
    colons: NDArray[np.uint8]
    """The words that a colon must follow, a bit each."""
    state: NDArray[np.uint32]
    """Where the key leads to."""


class Tokens(NamedTuple):
    """What a walk needs to know of the texts."""

    first_token: NDArray[np.int64]
    document: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    token_end: NDArray[np.int64]
    kinds: NDArray[np.uint8]
