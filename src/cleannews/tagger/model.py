"""The tagger: from the features of a text's lines to the probability that each line is cruft."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.errors import ModelError
from cleannews.tagger.features import Lines, columns, second_look
from cleannews.tagger.ngrams import BITS, NgramScorer
from cleannews.tagger.trees import UNIT, Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.evidence import Evidence, Material

FORMAT = 2
"""Version of the file format; a file of another version is refused."""

LARGEST = 64 << 20
"""Bytes. A larger tagger file is refused unread."""

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
            base = np.stack([found[name] for name in self.names])
            first = stage_score(self.first.sums(base))
            more = second_look(lines, first, found["words"], topic)
            logits = self.second.sums(np.concatenate([base, np.stack(list(more.values()))]))
            scores[visible] = self.probability(logits)
        return scores

    def probability(self, logits: NDArray[np.int32]) -> NDArray[np.float64]:
        """Calibrated probabilities of logits given in `UNIT`, interpolated between the table's points."""
        steps = len(self.calibration) - 1
        place = np.clip((logits.astype(np.int64) + 8 * UNIT) * steps, 0, 16 * UNIT * steps)
        low = np.minimum(place // (16 * UNIT), steps - 1)
        share = (place - low * (16 * UNIT)) / (16 * UNIT)
        low_value, high_value = self.calibration[low], self.calibration[low + 1]
        result: NDArray[np.float64] = low_value + (high_value - low_value) * share
        return result

    def save(self, path: str | Path) -> None:
        """Write the tagger to a file, whole or not at all."""
        arrays = {"ngrams": self.ngrams.weights.astype(np.int8), "calibration": self.calibration}
        for name, trees in (("first", self.first), ("second", self.second)):
            arrays |= {f"{name}_features": trees.features, f"{name}_borders": trees.borders,
                       f"{name}_leaves": trees.leaves, f"{name}_bias": np.array([trees.bias])}
        header = {"format": FORMAT, "names": self.names, "about": self.about, "digest": _digest(arrays)}
        target = Path(path)
        beside = target.with_name(target.name + ".part")
        with beside.open("wb") as stream:
            np.savez(stream, header=np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays)  # type: ignore[arg-type]
        beside.replace(target)

    @classmethod
    def load(cls, path: str | Path) -> Tagger:
        """Read a tagger. Raises ModelError for a file that is missing, foreign, damaged or of another version."""
        try:
            if Path(path).stat().st_size > LARGEST:
                raise ModelError(f"{path} is larger than a tagger can be ({LARGEST >> 20} MB)")
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            header = json.loads(arrays.pop("header").tobytes())
            if header["format"] != FORMAT:
                raise ModelError(f"{path} has the tagger format {header['format']}, this version reads {FORMAT}; "
                                 "train it again with `cleannews train`")
            if header["digest"] != _digest(arrays):
                raise ModelError(f"{path} is damaged: its checksum does not match")
            stages = [Trees(arrays[f"{name}_features"], arrays[f"{name}_borders"], arrays[f"{name}_leaves"],
                            int(arrays[f"{name}_bias"][0])) for name in ("first", "second")]
            if arrays["ngrams"].shape != (2, 1 << BITS):
                raise ModelError(f"{path} has n-gram weights of the wrong size")
            return cls(NgramScorer(arrays["ngrams"]), tuple(header["names"]), stages[0], stages[1],
                       arrays["calibration"], header["about"])
        except OSError as error:
            raise ModelError(f"the tagger {path} cannot be read: {error.strerror or error}") from error
        except ModelError:
            raise
        except Exception as error:
            raise ModelError(f"{path} is not a tagger file ({type(error).__name__})") from error


def stage_score(logits: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The first stage's logit as a byte: 128 is even odds, 20 steps a logit."""
    return np.clip(128 + (logits.astype(np.int64) * 20) // UNIT, 0, 255).astype(np.uint8)


def _digest(arrays: dict[str, Any]) -> str:
    digest = blake2b(digest_size=16)
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


@cache
def shipped() -> Tagger:
    """The tagger in the package, read once."""
    return Tagger.load(SHIPPED)
