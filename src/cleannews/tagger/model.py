"""The tagger: from the features of a text's lines to the probability that each line is cruft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.document import Documents
from cleannews.errors import ModelError
from cleannews.evidence import Material
from cleannews.lexicon import Hits, Index, Lexicon
from cleannews.lexicon.index import tables_of
from cleannews.prose import Prose, Words
from cleannews.tagger import store
from cleannews.tagger.features import SECOND, Lines, Topic, columns, second_look, stacked
from cleannews.tagger.ngrams import BITS, NgramScorer
from cleannews.tagger.trees import UNIT, Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.evidence import Evidence

FORMAT = 2
"""Version of the file format; a file of another version is refused."""

DEEPEST = 8
"""Levels of a tree: the outcomes of eight questions fit in a byte."""

SHIPPED = Path(__file__).with_name("news.tagger")


@dataclass(frozen=True)
class Tagger:
    """A trained tagger: n-gram weights, two stages of trees, and a calibration table."""

    ngrams: NgramScorer
    names: tuple[str, ...]
    """The features of the first stage, in order; the second stage has these and its own."""
    first: Trees
    second: Trees
    calibration: NDArray[np.float64]
    """Probability at logits from -8 to 8 in equal steps, rising."""
    about: dict[str, Any]
    """What it was trained on, and how."""

    def score(self, material: Material, evidence: Sequence[Evidence]) -> NDArray[np.float64]:
        """The probability that each line is cruft, shape (lines,); 0 for blank lines."""
        found, visible, topic = columns(material, evidence, self.ngrams)
        scores = np.zeros(material.documents.line_count)
        if len(visible):
            lines = Lines(material.documents.document[visible])
            scores[visible] = probability(self.calibration, self._logits(found, lines, topic))
        return scores

    def byte_scores(self, found: dict[str, NDArray[np.uint8]], lines: Lines, topic: Topic) -> NDArray[np.uint8]:
        """The score of each visible line as a byte (see `stage_score`), from columns that were made with `ngrams`."""
        return stage_score(self._logits(found, lines, topic)) if lines.count else np.zeros(0, np.uint8)

    def _logits(self, found: dict[str, NDArray[np.uint8]], lines: Lines, topic: Topic) -> NDArray[np.int32]:
        base = [found[name] for name in self.names]
        more = second_look(lines, stage_score(self.first.sums(stacked(base))), found["words"], topic)
        return self.second.sums(stacked([*base, *more.values()]))

    def save(self, path: str | Path) -> None:
        """Write the tagger to a file, whole or not at all."""
        arrays = {"ngrams": self.ngrams.weights.astype(np.int8), "calibration": self.calibration}
        for name, trees in (("first", self.first), ("second", self.second)):
            arrays |= trees.arrays(name)
        store.write(path, {"format": FORMAT, "names": self.names, "about": self.about}, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Tagger:
        """Read a tagger. Raises ModelError for a file that is missing, foreign, damaged or of another version."""
        header, arrays = store.read(path, FORMAT, "tagger")
        try:
            stages = [Trees.of(arrays, "first"), Trees.of(arrays, "second")]
            # The shipped file was made by this version; looking at it again would cost every start.
            wrong = "" if path == SHIPPED else _wrong(arrays, header["names"], stages)
            made = cls(NgramScorer(arrays["ngrams"]), tuple(header["names"]), stages[0], stages[1],
                       arrays["calibration"], header["about"])
        except Exception as error:
            raise ModelError(f"{path} is not a tagger file ({type(error).__name__}: {error})") from error
        if wrong:
            raise ModelError(f"{path} cannot be used: {wrong}")
        return made


def probability(calibration: NDArray[np.float64], logits: NDArray[np.int32]) -> NDArray[np.float64]:
    """Calibrated probabilities of logits given in `UNIT`, interpolated between the table's points."""
    steps = len(calibration) - 1
    place = np.clip((logits.astype(np.int64) + 8 * UNIT) * steps, 0, 16 * UNIT * steps)
    low = np.minimum(place // (16 * UNIT), steps - 1)
    share = (place - low * (16 * UNIT)) / (16 * UNIT)
    result: NDArray[np.float64] = calibration[low] + (calibration[low + 1] - calibration[low]) * share
    return result


def _wrong(arrays: dict[str, Any], names: Any, stages: Sequence[Trees]) -> str:
    """What is wrong with a tagger whose checksum is right, or nothing: a file from a stranger may hold anything."""
    if arrays["ngrams"].shape != (2, 1 << BITS) or arrays["ngrams"].dtype != np.int8:
        return "its n-gram weights have the wrong size or type"
    calibration = arrays["calibration"]
    if calibration.ndim != 1 or len(calibration) < 2 or calibration.dtype != np.float64 or not (
            (calibration >= 0) & (calibration <= 1)).all():
        return "its calibration is no list of probabilities"
    unknown = [name for name in names if name not in _known_columns()]
    if unknown:
        return f"it asks for the feature {unknown[0]!r}, which this version does not have"
    for stage, features, trees in (("first", len(names), stages[0]), ("second", len(names) + len(SECOND), stages[1])):
        levels = trees.features.shape[-1]
        if (trees.features.ndim != 2 or not 0 < levels <= DEEPEST or trees.borders.shape != trees.features.shape
                or trees.leaves.shape != (len(trees.features), 1 << levels)):
            return f"the trees of its {stage} stage have the wrong shape"
        if [array.dtype.str for array in (trees.features, trees.borders, trees.leaves)] != ["<i2", "|u1", "<i4"]:
            return f"the trees of its {stage} stage have the wrong type"
        if abs(trees.bias) >= 1 << 30:
            return f"the bias of its {stage} stage is out of range"
        if trees.features.size and not 0 <= trees.features.min() <= trees.features.max() < features:
            return f"a tree of its {stage} stage asks for a feature that it does not name"
    return ""


@cache
def _known_columns() -> frozenset[str]:
    """The names of the features of the first stage, as they are for a text of one line."""
    material = Material(documents := Documents(["A"]), Prose(documents, Words({})), Lexicon((), Index(
        (), tables_of(())), {}, {}), Hits.none())
    return frozenset(columns(material, (), NgramScorer(np.zeros((2, 1 << BITS), np.int8)))[0])


def stage_score(logits: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The first stage's logit as a byte: 128 is even odds, 20 steps a logit."""
    return np.clip(128 + (logits.astype(np.int64) * 20) // UNIT, 0, 255).astype(np.uint8)


@cache
def shipped() -> Tagger:
    """The tagger in the package, read once."""
    return Tagger.load(SHIPPED)
