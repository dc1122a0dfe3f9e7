"""What a run counts: documents, characters and cuts, by category, rule, language and site. Tallies can be added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleannews.formats.record import Item
from cleannews.result import Result

MOST = 100_000
"""Names kept in one table; what comes later is counted together, so that memory is bounded."""
OTHERS = "(others)"
UNKNOWN = "unknown"

Table = dict[str, list[int]]


def _add(table: Table, name: str, figures: list[int]) -> None:
    row = table.get(name)
    if row is None and len(table) >= MOST:
        name, row = OTHERS, table.get(OTHERS)
    if row is None:
        table[name] = list(figures)
    else:
        for at, figure in enumerate(figures):
            row[at] += figure


class Tally:
    """Counts of a chunk, or of all chunks so far."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = dict.fromkeys(
            ("documents", "written", "changed", "failed", "filtered", "unsettled", "characters", "removed"), 0)
        self.cuts: dict[str, Table] = {"categories": {}, "rules": {}}
        self.groups: dict[str, Table] = {"languages": {}, "sites": {}}

    def count(self, item: Item, result: Result, lang: str, written: bool) -> None:
        """Take a cleaned document into account."""
        totals = self.totals
        removed = 0
        for removal in result.removals:
            size = len(removal.text) - len(removal.replacement)
            removed += size
            _add(self.cuts["categories"], removal.category.value, [1, size])
            _add(self.cuts["rules"], removal.rule, [1, size])
        totals["documents"] += 1
        totals["written" if written else "filtered"] += 1
        totals["changed"] += bool(result.removals)
        totals["unsettled"] += not result.settled
        totals["characters"] += result.length
        totals["removed"] += removed
        figures = [1, result.length, removed]
        _add(self.groups["languages"], lang or UNKNOWN, figures)
        if item.site:
            _add(self.groups["sites"], item.site, figures)

    def fail(self, record: bool) -> None:
        """Take a problem into account; `record` says whether it is a record's or a file's."""
        self.totals["documents"] += record
        self.totals["failed"] += 1

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name, count in other.totals.items():
            self.totals[name] += count
        for mine, theirs in ((self.cuts, other.cuts), (self.groups, other.groups)):
            for name, table in theirs.items():
                for key, figures in table.items():
                    _add(mine[name], key, figures)

    def state(self) -> dict[str, Any]:
        """All counts, for `from_state`."""
        return {"totals": self.totals, **self.cuts, **self.groups}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Tally:
        """The tally that gave this state."""
        tally = cls()
        tally.totals = dict(state["totals"])
        tally.cuts = {name: state[name] for name in tally.cuts}
        tally.groups = {name: state[name] for name in tally.groups}
        return tally

    @property
    def removed_share(self) -> float:
        """Share of the characters that went."""
        return self.totals["removed"] / max(1, self.totals["characters"])

    def as_dict(self) -> dict[str, Any]:
        """The counts as ``--stats`` writes them, tables by frequency."""
        found: dict[str, Any] = {**self.totals, "removed_share": round(self.removed_share, 6)}
        for tables, names in ((self.cuts, ("cuts", "characters")),
                              (self.groups, ("documents", "characters", "removed"))):
            for name, table in tables.items():
                rows = sorted(table.items(), key=lambda row: (-row[1][0], row[0]))
                found[name] = {key: dict(zip(names, figures, strict=True)) for key, figures in rows}
        return found
