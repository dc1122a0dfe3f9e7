"""What cleaning a text gave: the clean text, every removal with its reason, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, overload

from cleannews.category import Category


class Removal(NamedTuple):
    """One span of the input that is not in the clean text, and why.

    `start` and `end` are code points of the input, ``[start, end)``; `text` is what stood there; `replacement` is what
    stands there now (empty but for a repair); `score` is how sure the judge is, 0 to 1; `rule` names what saw it.
    """

    start: int
    end: int
    category: Category
    score: float
    rule: str
    text: str
    replacement: str = ""

    def as_dict(self) -> dict[str, Any]:
        """A dictionary that JSON can hold."""
        return {"start": self.start, "end": self.end, "category": self.category.value, "score": round(self.score, 4),
                "rule": self.rule, "text": self.text, "replacement": self.replacement}


class Removals(Sequence[Removal]):
    """Removals that are worked out when somebody first looks at them: who only wants the text pays for none.

    >>> removals = Removals(lambda: (Removal(0, 5, Category.SHARE, 1.0, "share/share", "Share"),))
    >>> len(removals), removals[0].text
    (1, 'Share')
    """

    def __init__(self, make: Callable[[], tuple[Removal, ...]]) -> None:
        """Take what gives the removals; it is called once at most."""
        self._make = make

    @cached_property
    def _made(self) -> tuple[Removal, ...]:
        make = self.__dict__.pop("_make")  # and with it the text of each round
        return make()  # type: ignore[no-any-return]

    @overload
    def __getitem__(self, at: int) -> Removal: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Removal, ...]: ...

    def __getitem__(self, at: int | slice) -> Removal | tuple[Removal, ...]:
        """A removal, or a tuple of some."""
        return self._made[at]

    def __len__(self) -> int:
        """Number of removals."""
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        """Whether the other holds the same removals, as a tuple or like this."""
        return self._made == (other._made if isinstance(other, Removals) else other)

    def __hash__(self) -> int:
        """The hash of the tuple."""
        return hash(self._made)

    def __repr__(self) -> str:
        """The tuple, as Python shows it."""
        return repr(self._made)

    def __reduce__(self) -> tuple[type[tuple[Removal, ...]], tuple[tuple[Removal, ...]]]:
        """Pickled as a tuple: what makes the removals holds the text of each round."""
        return tuple, (self._made,)


@dataclass(frozen=True)
class Result:
    """A cleaned text.

    >>> import cleannews
    >>> result = cleannews.analyze("The vote was on Friday, the minister told a crowded hall.\\nFACEBOOK COMMENTS")
    >>> result.text
    'The vote was on Friday, the minister told a crowded hall.'
    >>> result.removals[0].category.value
    'comments'
    >>> result.restore()[-17:]
    'FACEBOOK COMMENTS'
    """

    text: str
    """The clean text."""
    removals: Sequence[Removal] = ()
    """The spans that went, in order, apart from one another, by offsets in the input."""
    length: int = 0
    """Code points of the input."""
    profile: str = "article"
    """The profile that was used."""
    settled: bool = True
    """False where cleaning found no end (see `Cleaner`) and the text was left as it came."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What is known of the page: title, author, date, site, language. Filled by `from_html`."""

    def restore(self) -> str:
        """The input, exactly: what was kept and what was removed, put together again."""
        parts: list[str] = []
        kept = place = 0
        for removal in self.removals:
            gap = removal.start - place
            parts += [self.text[kept:kept + gap], removal.text]
            kept += gap + len(removal.replacement)
            place = removal.end
        parts.append(self.text[kept:])
        return "".join(parts)

    @property
    def removed_share(self) -> float:
        """Share of the input's code points that went, 0 for an empty input."""
        return (self.length - len(self.text)) / self.length if self.length else 0.0

    def counts(self) -> dict[str, int]:
        """Number of removals by category, most frequent first."""
        found = Counter(map(attrgetter("category"), self.removals))
        return {category.value: count for category, count in found.most_common()}

    def to_source(self, offset: int) -> int:
        """The offset in the input of an offset in the clean text, in code points.

        An offset where something was cut maps behind the cut; an offset inside a repair maps to the repair's start.
        Raises ValueError for an offset outside the clean text.

        >>> Result("ac", (Removal(1, 2, Category.MARKUP, 1.0, "", "b"),), 3).to_source(1)
        2
        """
        if not 0 <= offset <= len(self.text):
            raise ValueError(f"the offset {offset} is not in the clean text, which has {len(self.text)} code points")
        shift = 0  # what a place in the clean text lacks of the same place in the input
        for removal in self.removals:
            here = removal.start - shift
            if here > offset:
                break
            if offset < here + len(removal.replacement):
                return removal.start
            shift += removal.end - removal.start - len(removal.replacement)
        return offset + shift

    def as_dict(self) -> dict[str, Any]:
        """A dictionary that JSON can hold: text, removals, counts and share."""
        found: dict[str, Any] = {"text": self.text, "profile": self.profile, "settled": self.settled,
                                 "removed_share": round(self.removed_share, 6), "counts": self.counts(),
                                 "removals": [removal.as_dict() for removal in self.removals]}
        if self.metadata:
            found["metadata"] = self.metadata
        return found


def composed(text: str, first: Sequence[Removal], second: Sequence[Removal]) -> tuple[Removal, ...]:
    """Two rounds of removals as one: `first` made of `text` what `second` was found in.

    Offsets of the result are those of `text`. A removal of the second round that spans one of the first is cut around
    it, so that each keeps its own reason; where it takes away what a repair put in, the repair's span goes with it.
    """
    merged: list[Removal] = []
    waiting = list(reversed(second))
    middle = place = 0  # the same place in the middle text and in `text`
    inserted = False  # whether the replacement of the removal at work has been put in
    for earlier in [*first, None]:
        kept = (earlier.start if earlier else len(text)) - place
        while waiting and waiting[-1].start < middle + kept:
            removal = waiting[-1]
            start, end = max(removal.start, middle), min(removal.end, middle + kept)
            shift = place - middle
            repaired = "" if inserted else removal.replacement
            if end > start or repaired:  # between two removals of the first round that touch there is nothing
                merged.append(removal._replace(start=start + shift, end=end + shift,
                                               text=text[start + shift:end + shift], replacement=repaired))
            inserted = removal.end > middle + kept
            if inserted:
                break
            waiting.pop()
        if earlier is None:
            break
        middle += kept
        replacement, score = earlier.replacement, earlier
        while waiting and waiting[-1].start < middle + len(earlier.replacement):
            removal = waiting[-1]
            from_end = len(earlier.replacement) - max(0, removal.start - middle)
            upto_end = len(earlier.replacement) - min(len(earlier.replacement), removal.end - middle)
            at = len(replacement) - from_end
            replacement = (replacement[:at] + ("" if inserted else removal.replacement)
                           + replacement[len(replacement) - upto_end:])
            if earlier.replacement:
                score = removal
            inserted = removal.end > middle + len(earlier.replacement)
            if inserted:
                break
            waiting.pop()
        # What is still a repair keeps the reason of the repair.
        reason = earlier if replacement else score
        merged.append(reason._replace(start=earlier.start, end=earlier.end, text=earlier.text, replacement=replacement))
        middle += len(earlier.replacement)
        place = earlier.end
    return tuple(merged)
