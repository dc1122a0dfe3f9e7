"""The cleaner: one object that holds a configuration and takes texts through detectors and judge."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.config import KEPT, Config
from cleannews.cuts import Cut, applied
from cleannews.detect import AROUND, DETECTORS
from cleannews.document import Documents
from cleannews.evidence import Evidence, Material, Metadata, detector_of
from cleannews.judge import Choice, judge
from cleannews.lexicon import load
from cleannews.prose import Prose, Words
from cleannews.result import Removal, Removals, Result, composed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Ints
    from cleannews.tagger.model import Tagger
    from cleannews.templates import Templates

BATCH = 1 << 20
"""Code points taken through the arrays at once: enough that numpy's cost a call is small beside its work, few enough
that the arrays of a batch take some 40 MB."""

RESERVE = 16 << 20
"""Bytes that the C library learns to keep, see `_keep_memory`."""

MOST_ROUNDS = 12
"""Rounds of cleaning before a text is given up on; two are the rule, and no Fundus page needs more than three."""


class Cleaner:
    """Cleans texts with one configuration. Making one is cheap after the first; it may be shared by threads.

    A text is cleaned in rounds until a round finds nothing, so that cleaning a clean text changes nothing. Only texts
    that a round changed go into the next. A text that has found no rest after `MOST_ROUNDS` is returned as it came,
    and its result says so (`Result.settled`).

    >>> Cleaner().clean("Shares fell on Friday, the bank said in a long statement to investors.\\nFACEBOOK COMMENTS\\n")
    'Shares fell on Friday, the bank said in a long statement to investors.\\n'
    """

    def __init__(self, config: Config | None = None, *, templates: Templates | str | Path = "",
                 **settings: Any) -> None:
        """Take a Config, or its fields as keyword arguments; `templates` may be a path or what `Templates.learn` gave.

        Raises ConfigError, LexiconError and ModelError.
        """
        if config is not None and settings:
            raise TypeError("pass a Config or settings by name, not both")
        if isinstance(templates, (str, Path)):
            if config is None:
                settings["templates"] = str(templates)
            elif str(templates):
                raise TypeError("name the templates in the Config, or pass a Templates object beside it")
        self.config = config if config is not None else Config(**settings)
        self._lexicon = load(tuple(self.config.lexicon))
        self._words = Words(self._lexicon.words)
        asked = self.config.asked()
        self._choice = asked if isinstance(asked, Choice) else None
        self._thresholds = asked.extraction if isinstance(asked, Choice) else asked
        self._actions = self.config.actions()
        self._tagger = self.tagger if self._thresholds.tagger else None
        self._templates = None if isinstance(templates, (str, Path)) else templates
        if self._templates is None and self.config.templates:
            from cleannews.templates import Templates  # noqa: PLC0415 - most texts are cleaned without

            self._templates = Templates.load(self.config.templates, sealed=True)

    def clean(self, text: str, *, title: str = "", author: str = "", site: str = "") -> str:
        """The clean text. Raises TypeError where `text` is no string."""
        return self.analyze(text, title=title, author=author, site=site).text

    def analyze(self, text: str, *, title: str = "", author: str = "", site: str = "") -> Result:
        """The clean text with every removal and its reason. Raises TypeError where `text` is no string."""
        _demand_text(text)
        return next(self.analyze_many([text], [Metadata(title, author, site, self.config.lang)]))

    def clean_many(self, texts: Iterable[str], metadata: Iterable[Metadata] | None = None) -> Iterator[str]:
        """The clean texts, in order, in batches: the fast way. Reads ahead by a few batches at most."""
        return (item.text for item in self._settled(texts, metadata))

    def analyze_many(self, texts: Iterable[str], metadata: Iterable[Metadata] | None = None) -> Iterator[Result]:
        """The results of many texts, in order, in batches. Raises TypeError at the first that is no string."""
        return (Result(item.text, item.found(), len(item.source), self.config.profile, bool(item.settled))
                for item in self._settled(texts, metadata))

    def _settled(self, texts: Iterable[str], metadata: Iterable[Metadata] | None) -> Iterator[_Item]:
        """Clean each text in rounds until nothing changes. What a round changed goes into the next batch."""
        waiting: deque[_Item] = deque()
        batch: list[_Item] = []
        size = 0
        for text, data in zip(texts, metadata if metadata is not None else repeat(Metadata(lang=self.config.lang))):  # noqa: B905 - repeat() has no end
            _demand_text(text)
            item = _Item(text, data)
            waiting.append(item)
            batch.append(item)
            size += len(text) + 200
            if size >= BATCH:
                _keep_memory()
                batch = self._advanced(batch)
                size = sum(len(item.text) + 200 for item in batch)
                while waiting and waiting[0].settled is not None:
                    yield waiting.popleft()
        while batch:
            batch = self._advanced(batch)
        yield from waiting

    def _advanced(self, batch: Sequence[_Item]) -> list[_Item]:
        """Take some texts through one round, and give back those that need another."""
        found = self._round([item.text for item in batch], [item.metadata for item in batch])
        return [item for item, cuts in zip(batch, found, strict=True) if item.advance(cuts)]

    def look(self, texts: Sequence[str], metadata: Sequence[Metadata] = ()) -> tuple[Material, list[Evidence]]:
        """What the detectors see in some texts, before anything is decided."""
        documents = Documents(texts)
        hits = self._lexicon.index.find(documents, [data.lang for data in metadata])
        material = Material(documents, Prose(documents, self._words), self._lexicon, hits, metadata, self._templates)
        return material, [item for detect in DETECTORS.values() for item in detect(material)]

    def look_again(self, material: Material, evidence: Sequence[Evidence], chosen: Documents,
                   lines: Ints) -> tuple[Material, list[Evidence]]:
        """What the detectors see in a text that some lines of another make, by their look at the other.

        `lines` are they, in order, shape (lines of `chosen`,). What was seen in a line is taken over; what was seen in
        the lines around it (`AROUND`) is looked for again.
        """
        old = material.documents
        if not np.array_equal(chosen.end - chosen.start, (old.end - old.start)[lines]):
            return self.look(chosen.texts, material.metadata)  # long lines were cut into other pieces
        number = np.full(old.line_count, -1)
        number[lines] = np.arange(len(lines))
        farther = chosen.start - old.start[lines]
        again = replace(material, documents=chosen, prose=Prose(chosen, self._words),
                        hits=material.hits.moved(old, chosen, number))
        found = []
        for item in evidence:
            line = int(number[item.line])
            if line >= 0 and detector_of(item.rule) not in AROUND:
                by = int(farther[line])
                found.append(item._replace(line=line, start=item.start + by, end=item.end + by))
        return again, [*found, *(item for name in AROUND for item in DETECTORS[name](again))]

    @property
    def asks_tagger(self) -> bool:
        """Whether the profile asks the tagger."""
        return self._thresholds.tagger

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger of the configuration, also where the profile asks none."""
        from cleannews.tagger.model import Tagger, shipped  # noqa: PLC0415

        return Tagger.load(self.config.tagger) if self.config.tagger else shipped()

    def decided(self, material: Material, evidence: Sequence[Evidence], scores: NDArray[np.float64], asked: float,
                veto: float) -> Result:
        """The result for the one text that was looked at, whose lines were scored by someone who knows the page.

        `scores` is the probability that each line is cruft, shape (lines,), `asked` what it must reach, and `veto` what
        keeps a line that the rules are certain of, in place of what the profile asks. A profile that asks no tagger
        goes by the rules alone. The headline is no part of a page's article text, unless the configuration keeps it:
        the page's metadata has it.
        """
        text = material.documents.texts[0]
        thresholds = self._thresholds
        if thresholds.tagger:
            thresholds = replace(thresholds, proposed=asked, proposed_by={}, alone=asked, enclosed=asked, beside=asked,
                                 unspaced=asked, prose=asked, prose_few=asked, appeal=asked, veto=veto,
                                 prose_veto=veto)
        actions = replace(self._actions, keep=self._actions.keep - (KEPT - frozenset(self.config.keep)))
        cuts = judge(material.documents, material.prose, evidence, scores if self.asks_tagger else None, thresholds,
                     actions)[0]
        return Result(applied(text, cuts), removals_of(text, cuts), len(text), self.config.profile)

    def _round(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[Sequence[Cut]]:
        """The cuts that one look at each text finds, in code points of each text."""
        material, evidence = self.look(texts, metadata)
        tagged = self._tagger.score(material, evidence) if self._tagger else None
        documents = material.documents
        found = judge(documents, material.prose, evidence, tagged, self._thresholds, self._actions)
        if self._choice is not None and tagged is not None:
            pages = self._choice.pages(documents, tagged)
            if any(pages):
                theirs = [item for item in evidence if pages[documents.document[item.line]]]
                as_pages = judge(documents, material.prose, theirs, tagged, self._choice.page, self._actions)
                found = [other if page else one for one, other, page in zip(found, as_pages, pages, strict=True)]
        return found


@cache
def _keep_memory() -> None:
    """Let the C library keep what one batch gives back for the next one.

    glibc gives the top of its heap back to the system where more of it lies free than twice the largest block that was
    ever given back. To take it again page by page, batch by batch, was a tenth of the time of `strict` (0.31 s of
    processor time for 6 MB without, 0.28 s with). Other C libraries do as they do.
    """
    np.empty(RESERVE, np.uint8)


class _Item:
    """A text on its way through the rounds."""

    __slots__ = ("metadata", "rounds", "settled", "source", "text")

    def __init__(self, source: str, metadata: Metadata) -> None:
        self.source = self.text = source
        self.metadata = metadata
        self.rounds: list[tuple[str, Sequence[Cut]]] = []
        self.settled: bool | None = None
        """None while the text is on its way, then whether it came to rest."""

    def advance(self, cuts: Sequence[Cut]) -> bool:
        """Take out what a round found, and tell whether another is needed."""
        if not cuts:
            self.settled = True
        else:
            self.rounds.append((self.text, cuts))
            self.text = applied(self.text, cuts)
            if len(self.rounds) == MOST_ROUNDS:
                self.text, self.rounds, self.settled = self.source, [], False
        return self.settled is None

    def found(self) -> Sequence[Removal]:
        """What the rounds found, as removals from the source."""
        return Removals(self._removals) if self.rounds else ()

    def _removals(self) -> tuple[Removal, ...]:
        found: tuple[Removal, ...] = ()
        for number, (text, cuts) in enumerate(self.rounds):
            found = composed(self.source, found, removals_of(text, cuts)) if number else removals_of(text, cuts)
        return found


def removals_of(text: str, cuts: Iterable[Cut]) -> tuple[Removal, ...]:
    """What a text loses to some cuts."""
    return tuple(Removal(cut.start, cut.end, cut.category, cut.score, cut.rule, text[cut.start:cut.end],
                         cut.replacement) for cut in cuts)


def _demand_text(text: object) -> None:
    if isinstance(text, (bytes, bytearray)):
        raise TypeError("cleannews cleans text, not bytes: decode it first, for example text.decode('utf-8')")
    if not isinstance(text, str):
        raise TypeError(f"cleannews cleans a str, not {type(text).__name__}: pass the text itself")
