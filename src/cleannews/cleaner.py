"""The cleaner: one object that holds a configuration and takes texts through detectors and judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleannews.config import KEPT, Config
from cleannews.detect import DETECTORS
from cleannews.document import Documents
from cleannews.evidence import Evidence, Material, Metadata
from cleannews.judge import Cut, judge
from cleannews.lexicon import load
from cleannews.prose import Prose, Words
from cleannews.result import Removal, Result, composed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cleannews.tagger.model import Tagger
    from cleannews.templates import Templates

BATCH = 1 << 18
"""Code points taken through the arrays at once: enough that numpy's cost a call is small beside its work, few enough
that the arrays of a batch stay in a processor's second-level cache."""

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
        return (result.text for result in self.analyze_many(texts, metadata))

    def analyze_many(self, texts: Iterable[str], metadata: Iterable[Metadata] | None = None) -> Iterator[Result]:
        """The results of many texts, in order, in batches. Raises TypeError at the first that is no string."""
        batch: list[str] = []
        known: list[Metadata] = []
        size = 0
        for text, data in zip(texts, metadata if metadata is not None else repeat(Metadata(lang=self.config.lang))):  # noqa: B905 - repeat() has no end
            _demand_text(text)
            batch.append(text)
            known.append(data)
            size += len(text) + 200
            if size >= BATCH:
                yield from self._results(batch, known)
                batch, known, size = [], [], 0
        if batch:
            yield from self._results(batch, known)

    def _results(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[Result]:
        """Clean in rounds until nothing changes."""
        current = list(texts)
        removals: list[tuple[Removal, ...]] = [()] * len(texts)
        settled = [True] * len(texts)
        active = list(range(len(texts)))
        for _ in range(MOST_ROUNDS):
            cuts = self._round([current[at] for at in active], [metadata[at] for at in active])
            changed = []
            for at, found in zip(active, cuts, strict=True):
                if found:
                    made, current[at] = applied(current[at], found)
                    removals[at] = composed(texts[at], removals[at], made) if removals[at] else made
                    changed.append(at)
            active = changed
            if not active:
                break
        for at in active:
            current[at], removals[at], settled[at] = texts[at], (), False
        return [Result(current[at], removals[at], len(text), self.config.profile, settled[at])
                for at, text in enumerate(texts)]

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

    @property
    def asks_tagger(self) -> bool:
        """Whether the profile asks the tagger."""
        return self._thresholds.tagger

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger of the configuration, also where the profile asks none."""
        from cleannews.tagger.model import Tagger, shipped  # noqa: PLC0415

        return self._tagger or (Tagger.load(self.config.tagger) if self.config.tagger else shipped())

    def decided(self, text: str, known: Metadata, scores: NDArray[np.float64], asked: float,
                veto: float) -> Result:
        """The result for the text of a page whose lines were scored by someone who knows the page.

        `scores` is the probability that each line of the text's `Documents` is cruft, `asked` what it must reach, and
        `veto` what keeps a line that the rules are certain of, in place of what the profile asks. A profile that asks
        no tagger goes by the rules alone. The headline is no part of a page's article text, unless the configuration
        keeps it: the page's metadata has it.
        """
        material, evidence = self.look([text], [known])
        thresholds = self._thresholds
        if thresholds.tagger:
            thresholds = replace(thresholds, proposed=asked, alone=asked, prose=asked, veto=veto, prose_veto=veto)
        actions = replace(self._actions, keep=self._actions.keep - (KEPT - frozenset(self.config.keep)))
        cuts = judge(material.documents, material.prose, evidence, scores if self.asks_tagger else None, thresholds,
                     actions)[0]
        removals, clean = applied(text, cuts)
        return Result(clean, removals, len(text), self.config.profile)

    def _round(self, texts: Sequence[str], metadata: Sequence[Metadata]) -> list[list[Cut]]:
        """The cuts that one look at each text finds, in code points of each text."""
        material, evidence = self.look(texts, metadata)
        tagged = self._tagger.score(material, evidence) if self._tagger else None
        found = judge(material.documents, material.prose, evidence, tagged, self._thresholds, self._actions)
        return [[cut._replace(start=cut.start - base, end=cut.end - base) for cut in cuts]
                for cuts, base in zip(found, material.documents.base.tolist(), strict=False)]


def applied(text: str, cuts: Sequence[Cut]) -> tuple[tuple[Removal, ...], str]:
    """The removals that cuts are, and the text without them. Cuts must be in order and apart."""
    parts: list[str] = []
    removals: list[Removal] = []
    place = 0
    for cut in cuts:
        parts += [text[place:cut.start], cut.replacement]
        removals.append(Removal(cut.start, cut.end, cut.category, cut.score, cut.rule, text[cut.start:cut.end],
                                cut.replacement))
        place = cut.end
    parts.append(text[place:])
    return tuple(removals), "".join(parts)


def _demand_text(text: object) -> None:
    if isinstance(text, (bytes, bytearray)):
        raise TypeError("cleannews cleans text, not bytes: decode it first, for example text.decode('utf-8')")
    if not isinstance(text, str):
        raise TypeError(f"cleannews cleans a str, not {type(text).__name__}: pass the text itself")
