"""Scrapy: an item pipeline.

    # settings.py
    ITEM_PIPELINES = {"cleannews.integrations.scrapy.CleanNewsPipeline": 300}
    CLEANNEWS = {"profile": "article"}     # the fields of `cleannews.Config`
    CLEANNEWS_FIELD = "text"               # the field that is cleaned
    CLEANNEWS_SITE_FIELD = "url"           # what is known of the page; "" for nothing
    CLEANNEWS_TITLE_FIELD = "title"
    CLEANNEWS_AUDIT_FIELD = ""             # a field that takes what was cut and why; "" for none
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from cleannews.errors import ConfigError
from cleannews.integrations.rows import Row, RowCleaner, missing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_Given = tuple[Any, ...]
"""A text, its site and its title, as an item has them."""


class CleanNewsPipeline:
    """Cleans one field of every item and counts in Scrapy's statistics.

    Counted are items by status (``cleannews/cleaned``, ``cleannews/failed`` …; an item without the field is
    ``cleannews/null``) and removals by category (``cleannews/removed/share`` …). No item is dropped.

    Items that come while others are being cleaned wait and are cleaned together, in a thread, so that the crawl goes on
    meanwhile: the faster items come, the larger the batches. Without asyncio (``TWISTED_REACTOR`` set to another
    reactor than Scrapy's default) there is no waiting, and each item is cleaned alone.

    >>> pipeline = CleanNewsPipeline({"profile": "article"})
    >>> pipeline.rows.config.profile
    'article'
    """

    def __init__(self, settings: Mapping[str, Any] | None = None, *, field: str = "text", site: str = "url",
                 title: str = "title", audit: str = "", crawler: Crawler | None = None) -> None:
        """Take the fields of `Config` and of `RowCleaner`, and the names of the item's fields. Raises
        ConfigError."""
        try:
            self.rows = RowCleaner(**(settings or {}))
        except TypeError as error:
            raise ConfigError(f"the setting CLEANNEWS is wrong: {error}") from error
        self.field, self.site, self.title, self.audit = field, site, title, audit
        self.crawler = crawler
        self._waiting: list[tuple[_Given, asyncio.Future[Row]]] = []
        self._worker: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleanNewsPipeline:
        """Make the pipeline from a project's settings, ready to clean. Raises ConfigError, LexiconError and ModelError
        where one is wrong."""
        settings = crawler.settings
        made = cls(settings.getdict("CLEANNEWS"), crawler=crawler,
                   field=settings.get("CLEANNEWS_FIELD") or "text",
                   site=settings.get("CLEANNEWS_SITE_FIELD", "url"),
                   title=settings.get("CLEANNEWS_TITLE_FIELD", "title"),
                   audit=settings.get("CLEANNEWS_AUDIT_FIELD", ""))
        made.rows.cleaner  # noqa: B018 - a file that is missing stops the crawl before it begins
        return made

    async def process_item(self, item: Any, spider: Any = None) -> Any:
        """The item, its field clean. Raises MissingEngineError where there is no Scrapy."""
        try:
            from itemadapter import ItemAdapter  # noqa: PLC0415
        except ImportError as error:
            raise missing("Scrapy", "scrapy") from error
        fields = ItemAdapter(item)
        given = tuple(fields.get(name) for name in (self.field, self.site, self.title))
        self._fill(fields, await self._row(given))
        return item

    async def _row(self, given: _Given) -> Row:
        """What becomes of a text, of which site and title are known."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._rows([given])[0]
        row: asyncio.Future[Row] = loop.create_future()
        self._waiting.append((given, row))
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        return await row

    async def _work(self) -> None:
        """Clean what waits until nothing does."""
        while self._waiting:
            await asyncio.sleep(0)  # what else comes in this turn of the loop
            batch, self._waiting = self._waiting, []
            found: list[Row | Exception]
            try:
                found = [*await asyncio.to_thread(self._rows, [given for given, _ in batch])]
            except Exception as error:  # the cleaner cannot be built: every item says so
                found = [error] * len(batch)
            for (_, row), one in zip(batch, found, strict=True):
                if row.cancelled():
                    continue
                if isinstance(one, Exception):
                    row.set_exception(one)
                else:
                    row.set_result(one)
        self._worker = None

    def _rows(self, batch: list[_Given]) -> list[Row]:
        texts, sites, titles = zip(*batch, strict=True)
        return list(self.rows.rows(texts, sites=sites, titles=titles))

    def _fill(self, fields: MutableMapping[str, Any], row: Row) -> None:
        """Put what was cleaned into an item, and count it."""
        if row.status == "cleaned":
            fields[self.field] = row.text
        if self.audit:
            fields[self.audit] = [removal.as_dict() for removal in row.result.removals] if row.result else []
        if self.crawler is not None and self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"cleannews/{row.status}")
            for category, count in row.result.counts().items() if row.result else ():
                self.crawler.stats.inc_value(f"cleannews/removed/{category}", count)
