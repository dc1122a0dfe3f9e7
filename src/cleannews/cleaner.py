"""The cleaner: one object that holds a configuration and takes texts through detectors and judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cleannews.config import Config
from cleannews.detect import DETECTORS
from cleannews.document import Documents
from cleannews.evidence import Evidence, Material, Metadata
from cleannews.judge import Cut, judge
from cleannews.lexicon import load
from cleannews.prose import Prose, Words
from cleannews.result import Removal, Result, composed

if TYPE_CHECKING:
    from cleannews.tagger.model import Tagger
    from cleannews.templates import Templates

BATCH = 1 << 19
"""Code points taken through the arrays at once: enough that numpy's cost a call is small beside its work, few enough
that the arrays of a batch take some 30 MB."""

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
        self._thresholds = self.config.thresholds()
        self._actions = self.config.actions()
        self._tagger = self._chosen_tagger()
        self._templates = None if isinstance(templates, (str, Path)) else templates
        if self._templates is None and self.config.templates:
            from cleannews.templates import Templates  # noqa: PLC0415 - most texts are cleaned without

            self._templates = Templates.load(self.config.templates, sealed=True)

    def _chosen_tagger(self) -> Tagger | None:
        if not self._thresholds.tagger:
            return None
        from cleannews.tagger.model import Tagger, shipped  # noqa: PLC0415

        return Tagger.load(self.config.tagger) if self.config.tagger else shipped()

    def clean(self, text: str, *, title: str = "", author: str = "", site: str = "") -> str:
        """The clean text. Raises TypeError where `text` is no string."""
        return self.analyze(text, title=title, author=author, site=site).text

    def analyze(self, text: str, *, title: str = "", author: str = "", site: str = "") -> Result:
        """The clean text with every removal and its reason. Raises TypeError where `text` is no string."""
        _demand_text(text)
        return self._results([text], [Metadata(title, author, site, self.config.lang)])[0]

    def clean_many(self, texts: Iterable[str], metadata: Iterable[Metadata] | None = None) -> Iterator[str]:
        """The clean texts, in order, in batches: the fast way. Reads ahead by one batch at most."""
        return (done.text for batch, known in self._batches(texts, metadata) for done in self._settle(batch, known))

    def analyze_many(self, texts: Iterable[str], metadata: Iterable[Metadata] | None = None) -> Iterator[Result]:
        """The results of many texts, in order, in batches. Raises TypeError at the first that is no string."""
        return (result for batch, known in self._batches(texts, metadata) for result in self._results(batch, known))

    def _batches(self, texts: Iterable[str], metadata: Iterable[Metadata] | None) -> Iterator[
            tuple[list[str], list[Metadata]]]:
        batch: list[str] = []
        known: list[Metadata] = []
        size = 0
        for text, data in zip(texts, metadata if metadata is not None else repeat(Metadata(lang=self.config.lang))):  # noqa: B905 - repeat() has no end
            _demand_text(text)
            batch.append(text)
            known.append(data)
            size += len(text) + 200
            if size >= BATCH:
                yield batch, known
                batch, known, size = [], [], 0
        if batch:
            yield batch, known

    def _results(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[Result]:
        return [Result(done.text, done.removals(text), len(text), self.config.profile, done.settled)
                for text, done in zip(texts, self._settle(texts, metadata), strict=True)]

    def _settle(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[_Settled]:
        """Clean in rounds until nothing changes."""
        current = list(texts)
        rounds: list[list[tuple[str, Sequence[Cut]]]] = [[] for _ in texts]
        active = list(range(len(texts)))
        for _ in range(MOST_ROUNDS):
            cuts = self._round([current[at] for at in active], [metadata[at] for at in active])
            changed = []
            for at, found in zip(active, cuts, strict=True):
                if found:
                    rounds[at].append((current[at], found))
                    current[at] = applied(current[at], found)
                    changed.append(at)
            active = changed
            if not active:
                break
        restless = set(active)
        return [_Settled(texts[at], [], False) if at in restless else _Settled(text, rounds[at], True)
                for at, text in enumerate(current)]

    def look(self, texts: Sequence[str], metadata: Sequence[Metadata] = ()) -> tuple[Material, list[Evidence]]:
        """What the detectors see in some texts, before anything is decided. For training and for detectors' tests."""
        documents = Documents(texts)
        prose = Prose(documents, self._words)
        hits = self._lexicon.index.find(documents, [data.lang for data in metadata])
        material = Material(documents, prose, self._lexicon, hits, metadata, self._templates)
        evidence: list[Evidence] = []
        for detect in DETECTORS.values():
            evidence.extend(detect(material))
        return material, evidence

    def _round(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[list[Cut]]:
        """The cuts that one look at each text finds, in code points of each text."""
        material, evidence = self.look(texts, metadata)
        tagged = self._tagger.score(material, evidence) if self._tagger else None
        return judge(material.documents, material.prose, evidence, tagged, self._thresholds, self._actions)


class _Settled(NamedTuple):
    """A text that has come to rest, the rounds that led there, and whether it did."""

    text: str
    rounds: Sequence[tuple[str, Sequence[Cut]]]
    settled: bool

    def removals(self, source: str) -> tuple[Removal, ...]:
        """All rounds as removals from the first text."""
        found: tuple[Removal, ...] = ()
        for number, (text, cuts) in enumerate(self.rounds):
            found = composed(source, found, removals_of(text, cuts)) if number else removals_of(text, cuts)
        return found


def removals_of(text: str, cuts: Iterable[Cut]) -> tuple[Removal, ...]:
    """What a text loses to some cuts."""
    return tuple(Removal(cut.start, cut.end, cut.category, cut.score, cut.rule, text[cut.start:cut.end],
                         cut.replacement) for cut in cuts)


def applied(text: str, cuts: Iterable[Cut]) -> str:
    """The text without what is cut, and with what takes its place. Cuts must be in order and apart."""
    parts: list[str] = []
    place = 0
    for cut in cuts:
        parts += [text[place:cut.start], cut.replacement]
        place = cut.end
    parts.append(text[place:])
    return "".join(parts)


def _demand_text(text: object) -> None:
    if isinstance(text, (bytes, bytearray)):
        raise TypeError("cleannews cleans text, not bytes: decode it first, for example text.decode('utf-8')")
    if not isinstance(text, str):
        raise TypeError(f"cleannews cleans a str, not {type(text).__name__}: pass the text itself")
