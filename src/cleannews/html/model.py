"""The learned part for pages: from what page and text say of a line to the probability that it is cruft.

Trees over the tagger's features of the line, the tagger's own score, and the columns of the page. All whole numbers,
so that the decision is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleannews.errors import ModelError
from cleannews.html.columns import Columns, page_columns
from cleannews.html.markup import MarkupScorer
from cleannews.tagger import store
from cleannews.tagger.features import stacked
from cleannews.tagger.model import probability
from cleannews.tagger.trees import Trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.html.look import Look

FORMAT = 1
"""Version of the file format; a file of another version is refused."""

SHIPPED = Path(__file__).with_name("html.tagger")


def add_markup(found: Columns, scores: NDArray[np.uint8]) -> None:
    """Add the columns of the markup's words; `scores` has one entry a visible line."""
    found.spread("markup", scores)


@dataclass(frozen=True)
class PageTagger:
    """A trained model."""

    names: tuple[str, ...]
    """The columns that the trees ask about, in order."""
    markup: MarkupScorer
    trees: Trees
    calibration: NDArray[np.float64]
    """Probability at logits from -8 to 8 in equal steps, rising."""
    about: dict[str, Any]

    def score(self, look: Look, verdict: str | None) -> NDArray[np.float64]:
        """The probability that each line is cruft, shape (lines,); 0 for blank lines.

        `verdict` is the text that trafilatura took, None where it was not asked.
        """
        scores = np.zeros(look.documents.line_count)
        found, visible = look.found, look.visible
        if len(visible):
            page_columns(look, verdict)
            add_markup(found, self.markup.score(look.blocks)[look.owner[visible]])
            unknown = set(self.names) - set(found)
            if unknown:
                raise ModelError(f"the page tagger asks about {min(unknown)!r}, which is unknown to this version; "
                                 "train it again with `cleannews train --html`")
            logits = self.trees.sums(stacked([found[name] for name in self.names]))
            scores[visible] = probability(self.calibration, logits)
        return scores

    def trimmed(self) -> PageTagger:
        """The same model without the columns that no tree asks about."""
        used = sorted(set(self.trees.features.ravel().tolist()))
        number = {old: new for new, old in enumerate(used)}
        features = np.array([[number[old] for old in row] for row in self.trees.features.tolist()], np.int16)
        return replace(self, names=tuple(self.names[old] for old in used), trees=replace(self.trees, features=features))

    def save(self, path: str | Path) -> None:
        """Write the model to a file, whole or not at all."""
        header = {"format": FORMAT, "names": self.names, "about": self.about, "markup": self.markup.weights}
        store.write(path, header, {"calibration": self.calibration, **self.trees.arrays("trees")})

    @classmethod
    def load(cls, path: str | Path) -> PageTagger:
        """Read a model. Raises ModelError for a file that is missing, foreign, damaged or of another version."""
        header, arrays = store.read(path, FORMAT, "page tagger")
        try:
            markup: Mapping[str, int] = header["markup"]
            return cls(tuple(header["names"]), MarkupScorer(markup), Trees.of(arrays, "trees"), arrays["calibration"],
                       header["about"])
        except KeyError as error:
            raise ModelError(f"{path} is not a page tagger file ({error} is missing)") from error


@cache
def shipped() -> PageTagger:
    """The model in the package, read once."""
    return PageTagger.load(SHIPPED)
