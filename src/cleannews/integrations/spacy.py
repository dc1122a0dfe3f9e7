"""spaCy: a tokenizer that cleans first and keeps the way back to the source.

    import spacy
    from cleannews.integrations.spacy import clean_first, source_span

    nlp = clean_first(spacy.load("en_core_web_sm"), profile="article")
    doc = nlp(source)
    for entity in doc.ents:
        start, end = source_span(entity)        # source[start:end] is where the entity stands in the source
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleannews.integrations.offsets import OffsetMap
from cleannews.integrations.rows import Row, RowCleaner
from cleannews.result import Removal, Result

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

    from cleannews.config import Config

KEY = "cleannews"
"""Key of `Doc.user_data` that has what was cut, as plain values that spaCy can store: ``status`` (of
`STATUSES`), ``length`` of the source in code points, and ``removals`` as `Removal.as_dict` gives them."""


class CleanFirst:
    """A tokenizer of spaCy that gives another the clean text. What was cut is in ``doc.user_data[KEY]``."""

    def __init__(self, tokenizer: Any, config: Config | None = None, **settings: Any) -> None:
        """Take the tokenizer that goes on, and a Config, or its fields and those of `RowCleaner` by name."""
        self.tokenizer = tokenizer
        self.rows = RowCleaner(config, **settings)

    def __call__(self, text: str) -> Doc:
        """The tokens of the clean text, or of the text as it came where it cannot be cleaned."""
        return self._doc(text, self.rows.row(text))

    def pipe(self, texts: Iterable[str], batch_size: int = 1_000) -> Iterator[Doc]:
        """The tokens of many texts, cleaned in batches: the fast way, ``nlp.pipe(nlp.tokenizer.pipe(texts))``.

        Batches are made by code points; `batch_size` is there because the tokenizers of spaCy take it.
        """
        sources, ahead = tee(texts)
        return (self._doc(text, row) for text, row in zip(sources, self.rows.rows(ahead), strict=True))

    def _doc(self, text: str, row: Row) -> Doc:
        doc: Doc = self.tokenizer(row.text)
        doc.user_data[KEY] = {
            "status": row.status, "length": len(text),
            "removals": [removal.as_dict() for removal in row.result.removals] if row.result else []}
        return doc

    def __getattr__(self, name: str) -> Any:
        """All else is the wrapped tokenizer's."""
        if name == "tokenizer":  # not there yet while this is unpickled
            raise AttributeError(name)
        return getattr(self.tokenizer, name)

    def to_disk(self, path: str | Path, **options: Any) -> None:
        """Write the wrapped tokenizer: a pipeline that is loaded again is wrapped again."""
        self.tokenizer.to_disk(path, **options)


def clean_first(nlp: Language, config: Config | None = None, **settings: Any) -> Language:
    """The same pipeline, cleaning texts before it reads them. Arguments as for `RowCleaner`.

    Works with ``nlp.pipe``, in one process and in several; it gives texts to the tokenizer one by one, so that
    ``nlp.pipe(nlp.tokenizer.pipe(texts))``, which cleans in batches, is several times as fast.
    """
    nlp.tokenizer = CleanFirst(nlp.tokenizer, config, **settings)
    return nlp


def offset_map(doc: Doc) -> OffsetMap:
    """The map between the text of a document and its source. Raises KeyError where `clean_first` did not make
    it."""
    known = doc.user_data[KEY]
    return OffsetMap(Result(doc.text, [Removal(**removal) for removal in known["removals"]], known["length"]))


def source_span(span: Span | Doc) -> tuple[int, int]:
    """Where a span of a document stands in the source: ``[start, end)`` in code points, with cuts inside it.

    Raises KeyError where `clean_first` did not make the document.
    """
    doc = getattr(span, "doc", span)
    start = getattr(span, "start_char", 0)
    return offset_map(doc).to_source(start, getattr(span, "end_char", len(doc.text)))


def clean_span(doc: Doc, start: int, end: int, label: str = "") -> Span | None:
    """The span of a document for a span of its source, widened to whole tokens; None where it was cut.

    Raises ValueError for a span that is not in the source and KeyError where `clean_first` did not make the
    document.
    """
    found = offset_map(doc).to_clean(start, end)
    return None if found is None else doc.char_span(*found, label=label, alignment_mode="expand")
