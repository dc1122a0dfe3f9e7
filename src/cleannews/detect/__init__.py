"""Detectors: one module a kind of evidence, each a function from the material to a list of evidence.

No detector knows another, none decides anything. `DETECTORS` is the order in which they are run; the order changes
nothing but which of two rules with equal scores is named. `doubts` is no detector: it tells `phrases` where a phrase
means something else.
"""

from __future__ import annotations

from collections.abc import Callable

from cleannews.detect import (
    artefacts,
    furniture,
    listings,
    metadata,
    mojibake,
    phrases,
    repeats,
    sections,
    templates,
    threads,
)
from cleannews.evidence import Evidence, Material

Detector = Callable[[Material], list[Evidence]]

DETECTORS: dict[str, Detector] = {
    "phrases": phrases.detect,
    "sections": sections.detect,
    "threads": threads.detect,
    "listings": listings.detect,
    "furniture": furniture.detect,
    "artefacts": artefacts.detect,
    "repeats": repeats.detect,
    "templates": templates.detect,
    "metadata": metadata.detect,
    "mojibake": mojibake.detect,
}

AROUND = ("sections", "threads", "listings", "repeats")
"""Those that see a line by the lines around it: where other lines stand there, they see something else."""
