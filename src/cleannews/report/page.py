"""The page: one file of HTML that needs nothing else, made through Jinja2 with every value escaped."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b, sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from cleannews import __version__
from cleannews.batch.tally import UNKNOWN
from cleannews.category import Category
from cleannews.display import HARMLESS, shown
from cleannews.formats.packing import missing
from cleannews.report.gather import Cut, Document, Gathered

if TYPE_CHECKING:
    from jinja2 import Environment

BARS = 20
"""Bars of one plot."""

LONG_KEPT = 3_000
"""Code points of kept text between two cuts that are shown in full; of a longer piece, a third of that at each end."""

LONG_CUT = 3_000
"""Code points of a cut that are shown."""

ALL_TEXT = 2_000_000
"""Code points of text on one page; of documents beyond that a few cuts are shown. The page has each text three times
(as it came, clean, for the labels) and stays below 10 MB where most letters are ASCII."""

ALL_CUTS = 6_000
"""Cuts on one page, as `ALL_TEXT`: each is a button, and browsers get slow with tens of thousands."""

FEW_CUTS = 20
"""Cuts that are shown of a document beyond those two."""

CONTEXT = 90
"""Code points of text shown before and after an uncertain cut, less the word that they begin or end in."""

_FIRST_WORD = re.compile(r"\A\S{1,20}(?!\S)")
_LAST_WORD = re.compile(r"(?<!\S)\S{1,20}\Z")

_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_PAGE = HARMLESS | {"\n"}


class Bar(NamedTuple):
    """A row of a plot: what it stands for, its width in percent, and its figures."""

    name: str
    width: float
    figures: list[str]


class Plot(NamedTuple):
    """Bars with a heading, and what is to be known about them."""

    id: str
    title: str
    note: str
    columns: list[str]
    """What the name and each figure are."""
    bars: list[Bar]


class Segment(NamedTuple):
    """A piece of a document: kept text, a gap of some code points not shown, or a cut with its blanks apart."""

    kept: str = ""
    gap: int = 0
    cut: Cut | None = None
    before: str = ""
    after: str = ""


def page(gathered: Gathered) -> str:
    """The page as text. The same input gives the same page. Raises MissingExtraError where Jinja2 is not installed.

    >>> import cleannews
    >>> from cleannews.report import Gatherer
    >>> from cleannews.formats.record import Item
    >>> gatherer = Gatherer()
    >>> gatherer.add_text(Item("Advertisement\\n", "a.txt", 1), cleannews.analyze("Advertisement\\n"))
    >>> page(gatherer.gathered()).partition("\\n")[0]
    '<!DOCTYPE html>'
    """
    environment = _environment()
    style, script = (files("cleannews.report").joinpath(name).read_text(encoding="utf-8")
                     for name in ("page.css", "page.js"))
    contexts = {cut.number: _around(cut) for cut in gathered.uncertain}
    unknown = any(document.text is None for document in gathered.documents)
    briefly = _fit(gathered)
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    found: str = environment.get_template("page.html.jinja").render(
        gathered=gathered, style=style, script=script, script_digest=digest, version=__version__,
        plots=list(_plots(gathered)), segments=_segments, contexts=contexts,
        categories=[category.value for category in Category], hues=_HUES, descriptions=_DESCRIPTIONS,
        sites=sorted({document.site for document in gathered.documents if document.site}),
        present=sorted({cut.category for cut in _cuts(gathered)}), data=_data(gathered), long_cut=LONG_CUT,
        briefly=briefly, unknown=unknown)
    return found


_HUES = {category.value: number * 137 % 360 for number, category in enumerate(Category)}
_DESCRIPTIONS = {category.value: category.describe() for category in Category}


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - optional
        from jinja2.utils import htmlsafe_json_dumps  # noqa: PLC0415
        from markupsafe import Markup  # noqa: PLC0415
    except ImportError:
        raise missing("a report", "Jinja2", "report") from None

    def visible(value: Any) -> Any:
        """Strangers' text without control characters; markup of our own as it is."""
        return shown(value, _IN_PAGE) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(loader=PackageLoader("cleannews.report", "."), autoescape=True, finalize=visible,
                              undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["percent"] = lambda value: f"{value:.1%}"
    environment.filters["json"] = lambda value: htmlsafe_json_dumps(value, dumps=_json)
    # Style and script are files of this package; nothing of a document is in them.
    environment.filters["ours"] = Markup
    return environment


def _json(value: Any, **_: Any) -> str:
    """JSON with letters as they are, except those that UTF-8 cannot hold."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _cuts(gathered: Gathered) -> list[Cut]:
    """Every cut that is on the page, once."""
    found = {cut.number: cut for cut in (*gathered.uncertain,
                                         *(cut for document in gathered.documents for cut in document.cuts))}
    return [found[number] for number in sorted(found)]


def _fit(gathered: Gathered) -> int:
    """Show documents that the page has no room for by a few cuts, and say how many those are.

    Where a document has more cuts than were kept, its text cannot be shown with all of them, and is left out.
    """
    text_room, cut_room, briefly = ALL_TEXT, ALL_CUTS, 0
    uncertain = {cut.number for cut in gathered.uncertain}
    for document in gathered.documents:
        if document.text is not None and document.count > len(document.cuts):
            document.text = None
        size = len(document.text or "")
        if size <= text_room and len(document.cuts) <= cut_room:
            text_room -= size
            cut_room -= len(document.cuts)
            continue
        document.text = None
        others = [cut for cut in document.cuts if cut.number not in uncertain][:FEW_CUTS]
        kept = {cut.number for cut in others} | uncertain
        document.cuts = [cut for cut in document.cuts if cut.number in kept]
        briefly += 1
    return briefly


def _data(gathered: Gathered) -> dict[str, Any]:
    """What the script needs for labels, with offsets in code points."""
    rules: dict[str, int] = {}
    cuts = [{"number": cut.number, "document": cut.document.number, "start": cut.start, "end": cut.end,
             "category": cut.category, "score": round(cut.score, 4), "rule": rules.setdefault(cut.rule, len(rules)),
             "line": cut.text[:LONG_CUT], "replacement": cut.replacement} for cut in _cuts(gathered)]
    documents = [{"number": document.number, "file": document.file, "record": document.record, "id": document.id,
                  "site": document.site, "language": document.lang, "text": document.text}
                 for document in gathered.documents]
    name = json.dumps([gathered.inputs, cuts, list(rules)]).encode()
    return {"digest": blake2b(name, digest_size=8).hexdigest(), "rules": list(rules), "cuts": cuts,
            "documents": documents}


def _plots(gathered: Gathered) -> Iterator[Plot]:
    tally, measured = gathered.tally, gathered.measured
    everything = tally.totals["characters"] if measured else 0
    yield _plot("category", "By category", "Share of all text." if measured else
                "An audit does not know how long the texts are: for shares, give the run's --stats too.", "cuts",
                [(name, row[1], everything, row[0]) for name, row in tally.cuts["categories"].items()])
    for table, one in (("sites", "site"), ("languages", "language")):
        rows = tally.groups[table]
        if set(rows) - {UNKNOWN}:  # where nothing is known of any text, there is nothing to tell apart
            yield _plot(one, f"By {one}", f"Share of the {one}'s own text." if measured else "", "documents",
                        [(name, row[2], row[1] if measured else 0, row[0]) for name, row in rows.items()])
    if gathered.cuts:
        yield _score_plot(gathered.scores)
    yield _plot("rule", "By rule", "Share of all text." if measured else "", "cuts",
                [(name, row[1], everything, row[0]) for name, row in tally.cuts["rules"].items()])


def _plot(one: str, title: str, note: str, of: str, rows: Sequence[tuple[str, int, int, int]]) -> Plot:
    """A plot of (name, characters removed, of how many or 0, cuts or documents), those with the most removed first."""
    shown_rows = sorted(rows, key=lambda row: (-row[1], row[0]))[:BARS]
    if len(rows) > BARS:
        note += f" The {BARS} of {len(rows):,} with the most removed."
    shares = [removed / whole if whole else float(removed) for _, removed, whole, _ in shown_rows]
    most = max([*shares, 0]) or 1
    bars = [Bar(name, round(100 * max(0.0, share) / most, 2),
                [*([f"{share:.2%}"] if whole else []), f"{removed:,}", f"{count:,}"])
            for (name, removed, whole, count), share in zip(shown_rows, shares, strict=True)]
    shared = ["share"] if any(whole for _, _, whole, _ in shown_rows) else []
    return Plot(f"by-{one}", title, note.strip(), [one, *shared, "characters", of], bars)


def _score_plot(scores: Sequence[int]) -> Plot:
    first = next((at for at, count in enumerate(scores) if count), 0)
    most = max([*scores, 1])
    return Plot("by-score", "By score", "How sure each cut was, from 0 to 1.", ["score", "cuts"],
                [Bar(f"{at / 20:.2f} to {(at + 1) / 20:.2f}", round(100 * scores[at] / most, 2), [f"{scores[at]:,}"])
                 for at in range(first, len(scores))])


def _segments(document: Document) -> Iterator[Segment]:
    """A document in pieces, with its text where that is known."""
    place, text = 0, document.text
    for cut in document.cuts:
        yield from _kept(text, place, cut.start)
        blank = not cut.text.strip()
        yield Segment(cut=cut, before="" if blank else cut.text[:len(cut.text) - len(cut.text.lstrip())],
                      after="" if blank else cut.text[len(cut.text.rstrip()):] or ("\n" if text is None else ""))
        place = cut.end
    if text is not None:
        yield from _kept(text, place, len(text))


def _kept(text: str | None, start: int, end: int) -> Iterator[Segment]:
    if end <= start:
        return
    if text is None:
        yield Segment(gap=end - start)
    elif end - start <= LONG_KEPT:
        yield Segment(kept=text[start:end])
    else:
        edge = LONG_KEPT // 3
        head, tail = _LAST_WORD.sub("", text[start:start + edge]), _FIRST_WORD.sub("", text[end - edge:end]).lstrip(" ")
        yield Segment(kept=head)
        yield Segment(gap=end - start - len(head) - len(tail))
        yield Segment(kept=tail)


def _around(cut: Cut) -> tuple[str, str]:
    """What stands before and after a cut, in whole words, where that is known."""
    text = cut.document.text
    if text is None:
        return "", ""
    start, end = cut.start, cut.end
    if cut.text.strip():  # the blanks at a cut's edges are shown with what is around it
        start += len(cut.text) - len(cut.text.lstrip())
        end -= len(cut.text) - len(cut.text.rstrip())
    before, after = text[max(0, cut.start - CONTEXT):start], text[end:cut.end + CONTEXT]
    if cut.start > CONTEXT:
        before = _FIRST_WORD.sub("…", before)
    if cut.end + CONTEXT < len(text):
        after = _LAST_WORD.sub("…", after)
    return before.removeprefix("…\n").lstrip("\n"), after.rstrip()
