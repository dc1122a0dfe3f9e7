"""datatrove: a step that cleans the text of documents.

    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from cleannews.integrations.datatrove import CleanNews

    LocalPipelineExecutor([JsonlReader("in"), CleanNews(profile="page"), JsonlWriter("out")], tasks=2).run()
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

from cleannews.integrations.rows import Row, RowCleaner, missing

try:
    from datatrove.pipeline.base import PipelineStep
    from datatrove.utils.typeshelper import StatHints
except ImportError as error:
    raise missing("datatrove", "datatrove") from error

if TYPE_CHECKING:
    from datatrove.data import Document
    from datatrove.pipeline.writers.disk_base import DiskWriter

    from cleannews.config import Config

DOCUMENTS = 1_000
"""Documents that are read ahead of the one that goes on."""


class CleanNews(PipelineStep):
    """Cleans `Document.text` and counts what went in datatrove's statistics.

    Counted are ``total``, ``forwarded`` and ``dropped`` documents, documents by status (``status_cleaned``,
    ``status_failed`` …), removals by category (``removals_share`` …) and ``code_points_removed``.

    >>> from datatrove.data import Document
    >>> text = "Rain is expected all week, the weather service said on Monday.\\nShare this article\\n"
    >>> [document.text for document in CleanNews()([Document(text, "1")])]
    ['Rain is expected all week, the weather service said on Monday.\\n']
    """

    type = "✂️ - FORMAT"
    name = "📰 cleannews"

    def __init__(self, config: Config | None = None, *, audit: str = "", drop_above: float = 1.0,
                 exclusion_writer: DiskWriter | None = None, site: str = "url", title: str = "title",
                 **settings: Any) -> None:
        """Take a Config, or its fields and those of `RowCleaner` by name.

        `audit` names the key of the metadata that takes what was cut and why, as dictionaries; empty for
        none. Documents of which more than the share `drop_above` (0 to 1) went are dropped, to
        `exclusion_writer` if there is one. `site` and `title` are the keys of the metadata that have the
        page's URL and title. Raises ValueError for a share that is none, and what `RowCleaner` raises.
        """
        super().__init__()
        if not 0 <= drop_above <= 1:
            raise ValueError(f"drop_above is a share from 0 to 1, not {drop_above}")
        self.rows = RowCleaner(config, **settings)
        self.audit, self.drop_above, self.exclusion_writer = audit, drop_above, exclusion_writer
        self.site, self.title = site, title

    def run(self, data: Iterable[Document] | None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Clean the documents, in order. `rank` goes to the exclusion writer."""
        documents = iter(data or ())
        with self.exclusion_writer or nullcontext() as writer:
            while batch := list(islice(documents, DOCUMENTS)):
                with self.track_time("batch"):
                    rows = list(self.rows.rows(
                        [document.text for document in batch],
                        sites=[document.metadata.get(self.site) for document in batch],
                        titles=[document.metadata.get(self.title) for document in batch]))
                for document, row in zip(batch, rows, strict=True):
                    self._count(document, row)
                    if row.removed_share <= self.drop_above:
                        self.stat_update(StatHints.forwarded)
                        self._cleaned(document, row)
                        yield document
                        continue
                    self.stat_update(StatHints.dropped)
                    if writer:
                        document.metadata["filter_reason"] = "cleannews_removed_share"
                        self._audit(document, row)
                        writer.write(document, rank)

    def _cleaned(self, document: Document, row: Row) -> None:
        document.text = row.text
        self._audit(document, row)
        if isinstance(row.text, str):
            self.update_doc_stats(document)

    def _audit(self, document: Document, row: Row) -> None:
        if self.audit:
            document.metadata[self.audit] = {
                "status": row.status, "removed_share": round(row.removed_share, 6), "error": row.error,
                "removals": [removal.as_dict() for removal in row.result.removals] if row.result else []}

    def _count(self, document: Document, row: Row) -> None:
        self.stat_update(StatHints.total, f"status_{row.status}")
        if row.result and row.status == "cleaned":
            self.stat_update("code_points_removed", value=len(document.text) - len(row.text))
            for category, count in row.result.counts().items():
                self.stat_update(f"removals_{category}", value=count)
