from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass

import pytest
from pages import CLEAN, CRUFT

from cleannews.errors import CleannewsError, ConfigError

pytest.importorskip("scrapy", reason="Scrapy is not installed: 'cleannews[scrapy]'")
from cleannews.integrations.scrapy import CleanNewsPipeline

CRAWL = """if True:
    import json, sys
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class News(scrapy.Spider):
        name = "news"
        start_urls = [sys.argv[1]]
        custom_settings = {
            "ITEM_PIPELINES": {"cleannews.integrations.scrapy.CleanNewsPipeline": 1},
            "CLEANNEWS": {"profile": "article"}, "CLEANNEWS_FIELD": "body",
            "CLEANNEWS_AUDIT_FIELD": "removed",
            "FEEDS": {sys.argv[2]: {"format": "jsonlines"}},
            "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False}

        def parse(self, response):
            yield {"url": response.url, "body": "\\n".join(response.css("p::text").getall()) + "\\n"}
            yield {"url": response.url, "body": None}
            yield {"url": response.url, "body": 7}
            yield {"url": response.url}

    process = CrawlerProcess()
    crawler = process.create_crawler(News)
    process.crawl(crawler)
    process.start()
    stats = crawler.stats.get_stats()
    print(json.dumps({name: value for name, value in stats.items() if "cleannews" in name}))
"""


def test_a_crawl(tmp_path):
    page, feed = tmp_path / "page.html", tmp_path / "items.jsonl"
    lines = [line for line in CRUFT.splitlines() if line]
    page.write_text("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>")
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, page.as_uri(), str(feed)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    stats = json.loads(done.stdout)
    assert (stats["cleannews/cleaned"], stats["cleannews/null"], stats["cleannews/not_text"]) == (1, 2, 1)
    assert sum(count for name, count in stats.items() if "/removed/" in name) >= 2
    items = [json.loads(line) for line in feed.read_text().splitlines()]
    assert items[0]["body"].split() == CLEAN.split()
    assert {removal["text"].strip() for removal in items[0]["removed"]} >= {"FACEBOOK COMMENTS"}
    assert [item.get("body") for item in items[1:]] == [None, 7, None]


def test_a_wrong_setting_names_the_setting():
    with pytest.raises(ConfigError, match=r"the setting CLEANNEWS is wrong: .*colour"):
        CleanNewsPipeline({"colour": "red"})


def test_a_file_that_is_missing_stops_the_crawl_before_it_begins(tmp_path):
    from scrapy.crawler import Crawler  # noqa: PLC0415
    from scrapy.spiders import Spider  # noqa: PLC0415

    crawler = Crawler(Spider, {"CLEANNEWS": {"lexicon": [str(tmp_path / "none.toml")]}})
    with pytest.raises(CleannewsError, match=r"none\.toml"):
        CleanNewsPipeline.from_crawler(crawler)


@dataclass
class Item:
    text: str


def test_any_kind_of_item():
    assert asyncio.run(CleanNewsPipeline().process_item(Item(CRUFT))).text == CLEAN


def test_without_asyncio_an_item_is_cleaned_at_once():
    with pytest.raises(StopIteration) as ended:
        CleanNewsPipeline().process_item({"text": CRUFT}).send(None)
    assert ended.value.value == {"text": CLEAN}


def test_items_that_come_together_are_cleaned_together():
    sizes = []

    class Watched(CleanNewsPipeline):
        def _rows(self, batch):
            sizes.append(len(batch))
            return super()._rows(batch)

    pipeline = Watched(audit="removed")

    async def all_at_once():
        items = [{"text": CRUFT, "number": number} for number in range(50)]
        # An item that cannot take the audit fails alone.
        return await asyncio.gather(*map(pipeline.process_item, [*items, Item(CRUFT)]), return_exceptions=True)

    *made, failed = asyncio.run(all_at_once())
    assert sizes == [51]
    assert [item["number"] for item in made] == list(range(50))
    assert all(item["text"] == CLEAN and item["removed"] for item in made)
    assert isinstance(failed, KeyError)
