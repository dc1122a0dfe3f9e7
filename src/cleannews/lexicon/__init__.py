"""The lexicon: phrases that name cruft, as data. One TOML file a language, one for publishers.

A file holds ``[words]`` (lists of single words: months, weekdays, function words) and any number of ``[[entry]]``:

.. code-block:: toml

    [[entry]]
    category = "related"
    match = "heading"
    phrase = "related (links|articles|stories)"      # or a list of phrases
    hit = ["Related Links", "RELATED STORIES:"]      # every phrase must be hit by at least one
    miss = ["Related party transactions rose."]

``match`` says where the phrase must stand and what goes with it:

``line``      the phrase is the whole line; the line goes
``heading``   as ``line``, and it opens a block that lasts until prose resumes
``start``     the line begins with it; the line goes if it has at most ``words`` tokens (40 unless said)
``end``       the line ends with it; the line goes if it has at most ``words`` tokens (40 unless said)
``contains``  it stands anywhere in the line; the line goes if it has at most ``words`` tokens (80 unless said)
``inline``    it stands between sentences, in capitals or with a capital; the phrase alone goes

``case`` may be ``"capital"`` (the phrase begins with a capital), ``"title"`` (all its words of four letters or more do)
or ``"upper"`` (it is all capitals); ``score`` is how sure
the entry is, 0 to 1 (0.9 unless said). The phrase language is told in `cleannews.lexicon.phrase`.
"""

from __future__ import annotations

from cleannews.lexicon.entry import LABELS, ON_LINES, Entry, Match
from cleannews.lexicon.index import Hit, Hits, Index
from cleannews.lexicon.loader import Lexicon, languages, load

__all__ = ["LABELS", "ON_LINES", "Entry", "Hit", "Hits", "Index", "Lexicon", "Match", "languages", "load"]
