"""The report in a real browser: it opens, filters, takes marks, gives them back, and lets no text run or phone home."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cleannews import Cleaner, analyze
from cleannews.formats.record import Item
from cleannews.labels import Kept, kept_lines
from cleannews.report import Gatherer, page

pytest.importorskip("jinja2", reason="the report needs Jinja2: pip install 'cleannews[report]'")
webdriver = pytest.importorskip(
    "selenium.webdriver", reason="selenium is not installed: pip install 'cleannews[browser]'"
)

COMMAND = Path(sysconfig.get_path("scripts")) / "cleannews"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no Chromium with chromedriver here (Debian: chromium, chromium-driver)"
)

ARTICLE = "The wall will be repaired before winter, the council of the town said on {day}.\n"
HOSTILE = [
    "<script>document.title = 'ran'</script>",
    "</script><script>document.title = 'ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    "\"'><svg onload=\"document.title='ran'\">",
    "{{ 7 * 7 }} {% raw %} ${alert(1)} javascript:document.title='ran'",
    "<!--<script>",
    "]]></style><link rel=stylesheet href=https://example.com/x.css>",
    "\u202egnp.exe \x00\x1b[31m \ud800 \u2028",
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a run over a small corpus of two sites, some of whose cuts are hostile."""
    folder = tmp_path_factory.mktemp("report")
    corpus, audit, stats = folder / "corpus.jsonl", folder / "removed.jsonl", folder / "stats.json"
    records = [
        {
            "url": f"https://{'one' if number % 2 else 'two'}.example/{number}",
            "lang": "en",
            "text": ARTICLE.format(day="Monday")
            + "Share this article\n"
            + ARTICLE.format(day="Tuesday 😀")
            + "Related articles\nFACEBOOK COMMENTS\n",
        }
        for number in range(8)
    ]
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    subprocess.run(
        [COMMAND, "run", corpus, "-o", folder / "clean.jsonl", "--removed", audit, "--stats", stats]  # noqa: RUF005
        + ["--site", "url", "--lang-field", "lang", "--id", "url", "-q"],
        check=True,
    )
    with audit.open("a", encoding="utf-8") as stream:
        for number, text in enumerate(HOSTILE):
            named = {"document": 100 + number, "file": text, "record": 1, "id": text, "site": text, "lang": text}
            cut = {"start": 0, "end": len(text), "category": "widget", "score": 0.5 + number / 100}
            stream.write(json.dumps({**named, **cut, "rule": text, "text": text, "replacement": text}) + "\n")
    subprocess.run(
        [COMMAND, "report", audit, stats, "--corpus", corpus, "-o", folder / "report.html"], check=True
    )
    return folder / "report.html"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    found.set_window_size(1200, 900)
    yield found
    found.quit()


@pytest.fixture
def opened(driver: Any, report: Path, tmp_path: Path) -> Any:
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path), "eventsEnabled": True}
    )
    driver.get(report.as_uri())
    driver.execute_script("localStorage.clear()")
    for kind in ("browser", "performance"):
        driver.get_log(kind)
    driver.get(report.as_uri())
    yield driver
    assert driver.get_log("browser") == []


def shown(driver: Any, selector: str) -> list[Any]:
    return [element for element in driver.find_elements("css selector", selector) if element.is_displayed()]


def one(driver: Any, selector: str) -> Any:
    return driver.find_element("css selector", selector)


def press(driver: Any, element: Any) -> None:
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def choose(driver: Any, name: str, value: str) -> None:
    driver.execute_script(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        name,
        value,
    )


def downloaded(driver: Any, folder: Path) -> Path:
    path = folder / "marks.jsonl"
    one(driver, "#download").click()
    for _ in range(100):
        # Chromium reserves the name with an empty file, writes beside it and then renames.
        if path.exists() and path.stat().st_size and not list(folder.glob("*.crdownload")):
            return path
        time.sleep(0.1)
    raise AssertionError("nothing was downloaded")


def test_it_opens_with_totals_and_plots(opened: Any):
    assert opened.title.startswith("What was removed")
    assert "24" in one(opened, "dl.totals").text.split() or "32" in one(opened, "dl.totals").text
    for name in ("by-category", "by-site", "by-language", "by-rule", "by-score"):
        bars = [float(bar.get_attribute("width")) for bar in shown(opened, f"table[aria-labelledby={name}] rect")]
        assert max(bars) == 100, name
        assert all(bar.size["height"] > 0 for bar in shown(opened, f"table[aria-labelledby={name}] svg"))


def test_nothing_of_the_page_leaves_it(opened: Any, report: Path):
    press(opened, one(opened, "button[data-mark]"))
    opened.refresh()
    requests = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in opened.get_log("performance")
        if json.loads(entry["message"])["message"]["method"] == "Network.requestWillBeSent"
    ]
    assert requests
    assert {url for url in requests if not url.startswith("data:")} == {report.as_uri()}


def test_hostile_text_is_text(opened: Any):
    assert "ran" not in opened.title.split()
    assert opened.execute_script("return document.scripts.length") == 2
    assert opened.find_elements("css selector", "img, link[rel=stylesheet], iframe, object, [onload], [onerror]") == []
    text = one(opened, "body").text
    assert all(line in text for line in HOSTILE[:7])
    assert "\\u202egnp.exe \\x00\\x1b[31m \\ud800 \\u2028" in text
    assert "49 " not in one(opened, "#uncertain ~ ol").text


def test_a_cut_stands_in_the_text_it_was_cut_from(opened: Any):
    sides = [side.text for side in shown(opened, "details.document[open] .sides > div")]
    if len(sides) == 2:
        assert "Share this article" in sides[0]
        assert "Share this article" not in sides[1]
    contexts = opened.find_elements("css selector", "li.cut .context")
    assert any("said on Monday." in context.text for context in contexts)


@pytest.mark.parametrize(("field", "value"), [("category", "share"), ("site", "one.example"), ("most", "0.51")])
def test_a_filter_leaves_what_fits(field: str, value: str, opened: Any):
    before = len(shown(opened, "li.cut"))
    choose(opened, field, value)
    after = shown(opened, "li.cut")
    assert 0 < len(after) < before
    if field == "category":
        assert {item.find_element("css selector", ".tag").text.split()[0] for item in after} == {"share"}
    if field == "site":
        assert all("one.example" in item.text for item in after)
    assert one(opened, "#found").text.startswith(f"{len(after)} of {before} uncertain cuts")
    press(opened, one(opened, "button[type=reset]"))
    time.sleep(0.1)
    assert len(shown(opened, "li.cut")) == before


def test_a_mark_is_downloaded_as_labels_that_training_and_the_lexicon_take(opened: Any, tmp_path: Path):
    from cleannews.tagger.training import read_cases  # noqa: PLC0415

    choose(opened, "category", "share")
    item = shown(opened, "li.cut")[0]
    press(opened, item.find_element("css selector", "button"))
    assert "wrong" in item.get_attribute("class")
    assert "1 cut marked" in one(opened, "#marks").text
    path = downloaded(opened, tmp_path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [record["label"] for record in records] == ["keep", "document"]
    assert records[0]["line"] == "Share this article"
    assert records[1]["gold"] == (
        ARTICLE.format(day="Monday") + "Share this article\n" + ARTICLE.format(day="Tuesday 😀")
    )
    (case,) = read_cases(path)
    assert case.texts["reviewed"].startswith(case.gold)
    assert case.publisher.endswith(".example")
    assert [kept.line for kept in kept_lines(path)] == ["Share this article"]
    done = subprocess.run(
        [sysconfig.get_path("scripts") + "/python", "-m", "cleannews.lexicon", "check", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "hits 'Share this article'" in done.stdout


def test_marks_outlast_a_reload_and_can_be_forgotten(opened: Any):
    press(opened, one(opened, "li.cut button"))
    opened.refresh()
    assert one(opened, "li.cut button").get_attribute("aria-pressed") == "true"
    one(opened, "#clear").click()
    opened.switch_to.alert.accept()
    assert one(opened, "li.cut button").get_attribute("aria-pressed") == "false"


def test_hostile_text_comes_back_as_it_was(opened: Any, tmp_path: Path):
    choose(opened, "category", "widget")
    for item in shown(opened, "li.cut"):
        press(opened, item.find_element("css selector", "button"))
    found = {json.loads(line)["line"] for line in downloaded(opened, tmp_path).read_text("utf-8").splitlines()}
    assert found == {text.strip() for text in HOSTILE[:7]} | {HOSTILE[7].strip("\u2028 ")}


def test_the_keyboard_is_enough(opened: Any):
    reached = []
    for _ in range(40):
        opened.switch_to.active_element.send_keys("\ue004")
        focused = opened.switch_to.active_element
        reached.append(focused.get_attribute("id") or focused.get_attribute("data-mark") or focused.tag_name)
        if focused.get_attribute("data-mark"):
            focused.send_keys(" ")
            assert focused.get_attribute("aria-pressed") == "true"
            break
    assert {"category", "site", "least", "most", "only-marked"} <= set(reached)
    assert one(opened, "li.cut button").get_attribute("aria-label").startswith("This ")


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_its_window_and_can_be_read(width: int, scheme: str, opened: Any):
    opened.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    low = opened.execute_script(CONTRAST)
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert low == []


# The contrast of each text with what is behind it, by WCAG 2.2, where it is below 4.5.
CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
  .map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
const behind = (one) => { for (; one; one = one.parentElement) {
  const found = rgba(getComputedStyle(one).backgroundColor);
  if (found[3] === 255) return found; } return [255, 255, 255, 255]; };
const low = [];
for (const one of document.querySelectorAll("body *")) {
  const words = [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  if (!words || !one.checkVisibility() || one.disabled) continue;
  const [a, b] = [light(rgba(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) low.push(one.outerHTML.slice(0, 120));
}
return low;
"""


def test_the_headings_have_an_order_and_the_controls_have_names(opened: Any):
    levels = [int(heading.tag_name[1]) for heading in opened.find_elements("css selector", "h1, h2, h3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for control in shown(opened, "button, select, input"):
        assert control.accessible_name, control.get_attribute("outerHTML")


def test_a_page_of_texts_without_cuts_works_too(driver: Any, tmp_path: Path):
    gatherer = Gatherer()
    gatherer.add_text(Item(ARTICLE, "a.txt", 1), Cleaner().analyze(ARTICLE))
    path = tmp_path / "empty.html"
    path.write_text(page(gatherer.gathered()), encoding="utf-8")
    driver.get_log("browser")
    driver.get(path.as_uri())
    assert "0 of 0 uncertain cuts" in one(driver, "#found").text
    assert driver.get_log("browser") == []


def test_the_labels_are_the_module_s(tmp_path: Path):
    path = tmp_path / "marks.jsonl"
    path.write_text('{"label": "keep", "line": "One.\\nTwo."}\n{"label": "document", "gold": "", "texts": {}}\n')
    assert list(kept_lines(path)) == [Kept("One."), Kept("Two.")]
    assert analyze("One.").text == "One."
