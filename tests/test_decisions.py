"""What detectors see and the judge decides at the edges of their rules, pinned in ``decisions.txt``.

Each case is a small text at both sides of some bound: two bars and three, six words and seven, a heading with a list
under it and one with prose. The pinned lines are the evidence of every rule that is code (not of the lexicon's phrases
alone) and the spans that are cut, for scores of the tagger that are given, not asked for. A deliberate change of a rule
is written down with

    python tests/test_decisions.py

and the difference of the file is looked at before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from articles import after, article, before, between

from cleannews import Category, Cleaner
from cleannews.config import Config
from cleannews.evidence import Metadata
from cleannews.judge import Actions, judge

PINNED = Path(__file__).with_name("decisions.txt")
WORDS = (
    "wall",
    "quay",
    "boat",
    "mole",
    "pier",
    "dock",
    "crane",
    "barge",
    "rope",
    "sail",
    "mast",
    "keel",
    "helm",
    "deck",
    "hull",
    "buoy",
    "tide",
    "reef",
)
STORY = "Ten boats were lost in the storm off the northern coast"
PROSE = "The members of the council were told on Monday that the wall would not hold for another year."


def few(count: int, start: str = "The") -> str:
    """A line of some number of words."""
    return " ".join([start, *(WORDS * 9)[: count - 1]])


def heads(count: int, words: int = 9) -> tuple[str, ...]:
    """Headlines, no two alike."""
    return tuple(
        f"Boats of the {word} lost in " + " ".join(WORDS[at : at + words - 6]) for at, word in enumerate(WORDS[:count])
    )


LINES = {
    "bars": [
        f"| {few(2)}",
        f"| {few(3)}",
        f"{few(3)} |",
        f"| {few(4)} |",
        f"| {few(3)} | {few(2)}",
        f"|{few(3)}",
        f"{few(4)}   |",
    ],
    "symbols": ["📰", "📰" * 12, "📰" * 13, "| •", "» ", "›", "› ‹", "📰 7", "***", "— —", "•", "→ |", "📰 a"],
    "tags": [
        "<b>Wall</b>",
        "The <table> is a tag.",
        "<br/>",
        "Wall <br/> quay",
        "<i>",
        "a <!-- b --> c",
        "<p>The wall</p> stands.",
        "The wall </div>",
        "Write <b> here",
        "[caption id=1]",
        "The [gallery ids=7] wall",
        "{{ad}}",
        "The {{ad}} wall",
        "A 40% WALL %AD_SLOT% b",
        "${site.name}",
        "<div class='a'>",
        "The wall. <div> The quay.",
    ],
    "entities": [
        "Wall &amp; quay",
        "Wall &#8217;s",
        "Wall &nope; quay",
        "&lt;b&gt;",
        "A &nbsp;B",
        "AT&T; and",
        "&NotEqualTilde; x",
    ],
    "links": [
        "See [the wall](https://a.example/b) now",
        "![wall](https://a.example/b.jpg)  The wall",
        "[](https://a.example/) x",
        "[wall](javascript:x)",
        "[a](#b)[c](/d)",
        "[wall] (https://a.example/b)",
    ],
    "invisible": [
        "The\u200bwall",
        "The wa\u00adll",
        "\ufeffThe wall",
        "a\u200db",
        "\u200b",
        "The wall\u2060",
        "The w\u200dall\u200b now",
    ],
    "stamps": [
        "26 June 2025",
        "June 2025",
        "June 26",
        "Monday",
        "Monday 26",
        "10:30 am",
        "26.06.2025",
        "2025-06-26",
        "26",
        "1/2/2025 3/4/2025 5/6/2025",
        "1/2/2025 3/4/2025 5/6/2025 7/8/2025",
        "26 June 2025 10:30 am on Monday at 10:30 pm GMT 26 June",
        "Updated 7 hours ago",
        "26 | June | 2025 | 10:30",
        "26 June 2025 10:30 am on Monday at 10:30 pm GMT 26 June 2025 today",
        "7 hours",
        "In 2025",
        "5 May",
    ],
    "prefixes": [
        f"date 2025-06-26 {PROSE}",
        f"Published on 26.06.2025 10:30 am GMT: {PROSE}",
        f"Updated: 6/26/25 | {PROSE}",
        f"26.06.2025 {PROSE}",
        "date 2025-06-26 The wall.",
        f"  date: 2025-06-26 {PROSE}",
        f"date 2025 {PROSE}",
    ],
    "bylines": [
        "By Jane Doe",
        "By Jane",
        "By",
        "By JANE DOE and John Roe, Staff Writers",
        "By the wall",
        "by Jane Doe",
        "By Jane Doe.",
        "By Jane von Doe",
        "By Jane Doe 7",
        "By " + "Jane " * 11,
        "By " + "Jane " * 12,
        "By Jane with Doe",
    ],
    "platforms": [
        "Facebook",
        "Facebook Twitter",
        "Facebook Twitter WhatsApp Email",
        "Facebook Twitter.",
        "Facebook wall",
        "Facebook " * 16,
        "Facebook " * 17,
    ],
    "contacts": [
        "desk@example.com",
        "Write to the desk of the harbour at desk@example.com",
        "Write to us at our desk. desk@example.com",
        "Write to us at our. desk@example.com",
        "Write to us today at our desk. desk@example.com",
        "Write to us at our desk. desk@example.com now",
        "@desk",
        "desk @ example",
        few(37) + " a@b.example",
        few(39) + " a@b.example",
        "Jane desk@example.com",
    ],
    "addresses": [
        "https://example.com/news/1",
        "www.example.com",
        "see https://example.com/news/1",
        "https://example.com/a b",
        "example.com/news",
    ],
    "crumbs": [
        "Home › News › World",
        "Home › News",
        "Home / News / World",
        "Home > The Old Harbour Wall > World",
        "Home > The Old Harbour Wall Now > World",
        "| Home | News |",
        "Home › News › World.",
        "Home › 7 › World",
        "› News › World",
        "Home | News | World",
        "News › World › Harbour",
        "News / World / Harbour",
    ],
    "pictures": [
        "Military ship docked alongside a modern city skyline.",
        "Ship docked at quay.",
        "Military ship is docked alongside a modern city.",
        "Military ship docked alongside “a modern” city.",
        "Military ship docked alongside 7 modern boats.",
        "military ship docked alongside a city now.",
        "Ship docked in a city. And more.",
        "Boats standing between the old wall and the quay of the town in a winter storm at dusk.",
    ],
    "mojibake": [
        "The cafÃ© was closed.",
        "â€œWallâ€\x9d",
        "Ã",
        "Ã© b",
        "a Ã©",
        f"{'a' * 40}Ã©{'b' * 40}",
        f"{'a' * 90}Ã©{'b' * 90}",
        "Ã©Â Ã©",
        "cafÃ©cafÃ© cafÃ©",
        "naïve Ãœber",
        "The â€™ wall",
        "Â£7",
    ],
    "banners": [
        f"{PROSE} ADVERTISEMENT {PROSE}",
        f"{PROSE} Advertisement",
        f"Advertisement {PROSE}",
        f"{PROSE} advertisement {PROSE}",
        f"{PROSE} (ADVERTISEMENT) {PROSE}",
        f"{PROSE} READ MORE: {STORY}",
        f"{PROSE}   ADVERTISEMENT:  {PROSE}",
        f"{PROSE} Subscribe to our newsletter. {PROSE}",
        f"Subscribe to our newsletter. {PROSE}",
        f"“{PROSE}” ADVERTISEMENT “{PROSE}”",
        f"{PROSE} This article was originally published on Harbour News. {PROSE}",
        f"{PROSE} Click here to sign up for our newsletter.   {PROSE}",
        f"{PROSE} Follow us on Twitter and Facebook for more news.",
        f"“{PROSE}” (Reporting by Jane Doe; Editing by John Roe) {PROSE}",
        f"Sign up for our newsletter to get the best of the harbour in your inbox. {PROSE}",
    ],
    "bullets": [
        "• 1The wall\n• 2The quay",
        "• 1The wall",
        "• 1The wall\n• 3The quay",
        "Key points\n• 1The wall\n\n• 2The quay\n• 3The mole",
        "The wall of the old town of the coast\n• 1The wall\n• 2The quay",
        "The wall.\n1The wall\n2The quay",
        "• 1The wall\nA line\n• 2The quay",
        "1The wall\n2The quay\n1The mole\n2The pier",
        "• 1the wall\n• 2the quay",
        "One two three four five\n1The wall\n2The quay",
        "One two three four five six\n1The wall\n2The quay",
        "\n• 1The wall\n• 2The quay\n• 2The pier",
    ],
    "boxes": [
        "By Jane Doe\nStaff Writer\nHarbour Gazette",
        "By Jane Doe\nStaff writer of the gazette",
        "Jane Doe\nBy John Roe",
        "By Jane Doe\nA B\nC D\nE F\nG H",
        "By Jane Doe\nA B\nC D\nE F\nG H\nI J",
        "Harbour Gazette\nBy Jane Doe\nStaff.",
        "By Jane Doe\n\nStaff Writer",
    ],
    "titles": [
        f"{PROSE} READ MORE: {STORY}.",
        f"{PROSE} READ MORE: {STORY}. {PROSE}",
        f"{PROSE} (READ MORE: {STORY}) {PROSE}",
        f"{PROSE} (READ MORE: {STORY}",
        f"{PROSE} READ MORE {STORY}",
        f"READ MORE: {STORY}",
        f"READ MORE: {STORY}.",
        f"READ MORE : {STORY}",
        "READ MORE:",
        f"READ MORE: {few(25)}",
        f"READ MORE: {few(26)}",
        f"(READ MORE: {STORY})",
        f"READ MORE in the paper of today: {STORY}",
        f"READ MORE: {STORY}. More of it",
    ],
    "reported": [
        "Customers can cancel at any time, the regulator said.",
        "“Customers can cancel at any time,” it read on the door.",
        "You can cancel at any time in the week.",
        "The regulator said that customers can cancel at any time.",
        "“You can cancel at any time.” It was on the door of the office.",
        "He clicked on “Subscribe to our newsletter” and waited for the boats to come in.",
        "He clicked on “Subscribe to our newsletter,” he said.",
        "“Subscribe to our newsletter” was what the captain read that morning.",
        "“Subscribe to our newsletter”",
        "“Advertisement”",
        "“Share this article”",
        "“Share this”",
        "Related: her sister is also a singer.",
        "Related: Her sister is also a singer of the harbour.",
        "Posted in Gibraltar in 1941, he learned Spanish from the sailors.",
        "Share this.",
    ],
    "captions": [
        "On the wall of the office hung one photo: his mother.",
        "A boat on Monday. Photo: Jane Doe",
        "A boat on Monday Photo: Jane Doe",
        "A boat on Monday photo: Jane Doe",
        f"{PROSE} Photo: Jane Doe",
    ],
    "sentences": [
        "Enjoyed this? Sign up for our newsletter",
        "Did you enjoy what you read? Sign up for our newsletter",
        "Did you enjoy reading it? Sign up for our newsletter",
        "It rained. | Sign up for our newsletter",
        "Dr. Sign up for our newsletter",
        "Prof. Sign up for our newsletter",
        "The U.S. Sign up for our newsletter",
        "Open until Jan. 30 Sign up for our newsletter",
        "Open until March. 30 boats sign up for our newsletter",
        "“Join us,” he said. Sign up for our newsletter",
        f"{PROSE} Until Jan. 30 you can sign up for our newsletter.",
        f"{PROSE} Until the end of March. 30 boats can sign up for our newsletter.",
        f"{PROSE} At No. 5 you sign up for our newsletter. {PROSE}",
        "Sign up for our newsletter. Follow us on Twitter. Cancel at any time.",
        "Sign up for our newsletter. Follow us on Twitter. Cancel at any time. A.",
        "Sign up for our newsletter. Follow us on Twitter. The boats came in.",
        "Subscribe to our\nnewsletter",
        "Subscribe to our\n\nnewsletter",
    ],
    "hours": [
        "Monday 10–18",
        "Monday 9:00 - 12:00",
        "Monday - 10:30",
        "10:30 - 12.05.2024",
        "12-05-2024",
        "10:30–11:45–12:00",
    ],
    "tables": [
        "City | Wall | Quay\nRome | Paris | Berlin",
        "City | Wall | Quay\n\nRome | Paris | Berlin",
        "City | Wall | Quay\nRome | Paris",
        "City › Wall › Quay\nRome › Paris › Berlin",
        "Home | Wall | Quay\nRome | Paris | Berlin",
        "Rome | Paris | Berlin\nA line\nCity | Wall | Quay",
        "| 26 June 2025 | 10:30 |",
    ],
    "ratings": ["★★", "★★★", "★★★★★☆", "★★★★★★★", "★★★ 5", "■ Share this article", "■ Menu", "Menu"],
    "datelines": [
        "Harbourtown | Updated: January 22, 2024 09:14 IST",
        "Jane Doe · 8 September 2023",
        "Jane Doe · September 2023",
        "Jane Doe · 8 September",
        "Jane Doe, Harbourtown, Coast · 8 September 2023",
        "Jane Anna Maria Ellen Ruth Doe · 8 September 2023",
        "Jane Doe lost 8 boats in September 2023.",
        "Jane Doe, 26/06/2025",
        "Jane Doe, number 8 of 2023",
        "Jane Doe, May, number 8 of 2023",
    ],
    "copies": [
        f"{few(7)}\n{few(7)}",
        f"{few(6)}\n{few(6)}",
        f"{PROSE}\n{PROSE}\n{PROSE}",
        f"| {few(8)} | a\n| {few(8)} | a",
        f"{few(8)} 7\nx\n{few(8)} 9",
    ],
}
"""Lines, or small groups of them, by what they are at the edge of."""

MENDED = Config(repair={"takeaways", "markup"}).actions()
KEPT = Actions(
    frozenset({Category.SHARE, Category.RELATED, Category.OTHER, Category.TIMESTAMP}), frozenset({Category.ENCODING})
)
SCORES = (0.0, 0.02, 0.1, 0.2, 0.49, 0.5, 0.6, 0.79, 0.8, 0.87, 0.88, 0.95, 1.0)
"""What the tagger says of the lines, in turn: below and at the bounds of the profiles."""


def cases() -> Iterator[tuple[str, str, Metadata]]:
    """Each case: name, text, what is known of it."""
    for name, lines in LINES.items():
        for number, line in enumerate(lines):
            yield f"{name} {number}", between(line), Metadata()
        yield f"{name} above", before(*lines), Metadata()
        yield f"{name} below", after("", *lines), Metadata()
        yield f"{name} alone", "\n\n".join(lines), Metadata()
    for count in (2, 3, 4, 5, 6):
        for words in (4, 9, 16):
            yield f"headlines {count} of {words}", after(*heads(count, words)), Metadata()
    yield "headlines introduced", article().rstrip() + "\n\nThese were lost:\n" + "\n".join(heads(6)), Metadata()
    yield "headlines after a colon", article().rstrip().rstrip(".") + ":\n" + "\n".join(heads(6)), Metadata()
    for sign in ("- ", "• ", "  ", " ", "7 ", "7 8 9 10 11 12 "):
        yield f"headlines with {sign!r}", after(*(sign + head for head in heads(6))), Metadata()
    yield "headlines between", between(*heads(6)), Metadata()
    thai = [f"ชาวประมงขอท่าเรือใหม่หลังพายุใหญ่ครั้งที่ {word}" for word in WORDS]
    for count in (3, 4, 5):
        yield f"headlines {count} of Thai", after(*thai[:count]), Metadata()
    yield "headlines, one short line between", after(*heads(4), "Wall", *heads(3)), Metadata()
    for heading in ("Related Links", "About the Author", "Key Takeaways", "Comments", "Share this article", "Tags"):
        for body in (
            heads(3),
            (PROSE,),
            (PROSE, PROSE.replace("wall", "quay")),
            ("- The wall", "- The quay"),
            ("* The wall", "+ The quay", "The mole"),
            ("Wall", "Quay"),
            (),
            ("", STORY, "", *heads(2)),
            (*heads(2), "Subscribe to our newsletter", *heads(2)),
            (STORY, "Related Articles", STORY + " again", "Comments", "Wall"),
            (STORY, "Coast v Quay 3-1", "Referee: J. Roe", "Attendance: 612", "Goals: Doe (7)"),
            (STORY, "Referee: J. Roe", "Attendance: 612", STORY + " again"),
            (STORY, "Video: The wall", "Video: The quay", "Video: The mole"),
            ("10:30 the wall", "10:45 the quay", "11:00: the mole", "The old wall of the coast: gone", "Wall:"),
            ("Referee: J. Roe", "", "Attendance: 612", "", "Goals: Doe (7)"),
        ):
            name = f"{heading} over {len(body)}: {' '.join(body)[:12]!r}"
            yield f"{name} below", after(heading, *body), Metadata()
            yield f"{name} between", between(heading, *body), Metadata()
            yield f"{name} above", before(heading, *body), Metadata()
    yield (
        "a heading and more lines than a block may have",
        after("Related Links", *(f"{word} {other}" for word in WORDS for other in WORDS[:8])),
        Metadata(),
    )
    known = Metadata(title="Council to repair the harbour wall", author="Jane Doe", site="harbour.example", lang="en")
    lines = [
        "Council to repair the harbour wall",
        "By Jane Doe",
        "Jane Doe, Staff Writer",
        "Jane Doe said so.",
        "Jane",
        "harbour.example",
        "Harbour",
        "Harbour Example now",
        "COUNCIL TO REPAIR THE HARBOUR WALL",
        "Council to repair the wall",
        "By Jane Doe of the old harbour town",
    ]
    yield "known above", before(*lines), known
    yield "known below", after(*lines), known
    yield (
        "known, a short title",
        before("The wall", "The wall now", "By Jane", "Jane of the Quay"),
        Metadata(title="The wall", author="Jane", site="harbour"),
    )
    yield "known, three words", before("The old wall", "The old wall"), Metadata(title="The old wall", site="a b c")
    for name, text in (
        ("empty", ""),
        ("blank", " \n\n"),
        ("no end", "Share this article"),
        ("feeds", "\nShare this article\n\n\nWall\n\n"),
        ("returns", f"{PROSE}\r\nShare this article\r\n{PROSE}\r\n"),
        ("blank lines around", between("", "Share this article", "", "")),
        ("two cuts", between("Share this article", "", "ADVERTISEMENT")),
        ("last", article().rstrip() + "\nShare this article"),
        ("first", "Share this article\n\n\n" + article()),
        ("nothing else", "Share this article\nADVERTISEMENT\n"),
        ("symbols beside", between("Share this article", "📰", "", "|")),
        ("all inside", between("[](https://a.example/) <b>")),
        ("long", PROSE * 8 + " ADVERTISEMENT " + f"{PROSE} " * 8),
        ("long, a cut piece", f"{PROSE} " * 13 + "Share this article. " + f"{PROSE} " * 3),
        ("long, wide", "議会は冬の嵐が来る前に古い港の壁を直すことを決めた。" * 60),
        ("long, quotes", f"“{PROSE}” " * 14),
        ("long, ends", f"{PROSE} " * 13 + "Share this article."),
        ("long, starts", "ADVERTISEMENT. " + f"{PROSE} " * 13),
    ):
        yield f"form, {name}", text, Metadata()


def told(text: str, known: Metadata) -> Iterator[str]:
    """Evidence and cuts, a line each."""
    cleaner = Cleaner(profile="strict")
    material, evidence = cleaner.look([text], [known])
    documents = material.documents
    for item in sorted(evidence):
        if not (item.rule.startswith("phrases") and item.whole):
            mended = "" if item.replacement is None else f" -> {item.replacement[:20]!r}"
            yield (
                f"{item.line}:{item.start}-{item.end} {item.category} {item.score:.3f} "
                f"{'line' if item.whole else 'span'} {item.rule[:60]}{mended}"
            )
    for line in range(documents.line_count):
        named = [item for item in evidence if item.line == line and item.rule.startswith("phrases") and item.whole]
        if named:
            best = max(named, key=lambda item: item.score)
            yield f"{line}: {best.category} {best.score:.3f} phrase"
    scores = np.array(
        [0.0 if documents.blank[line] else SCORES[line % len(SCORES)] for line in range(documents.line_count)]
    )
    for name, config, tagged, actions in (
        ("strict", Config(profile="strict"), None, None),
        ("article", Config(), scores, None),
        ("page", Config(profile="page"), scores[::-1].copy(), None),
        ("mended", Config(), scores, MENDED),
        ("kept", Config(profile="page"), 1 - scores, KEPT),
    ):
        [cuts] = judge(documents, material.prose, evidence, tagged, config.asked(), actions or config.actions())
        yield f"{name}: " + ", ".join(
            f"{cut.start}-{cut.end} {cut.category} {cut.score:.2f}"
            + (f" {cut.replacement!r}" if cut.replacement else "")
            for cut in cuts
        )


def pinned() -> dict[str, list[str]]:
    """The pinned lines by case."""
    blocks = PINNED.read_text(encoding="utf-8").split("\n\n")
    return {name: lines for name, *lines in (block.splitlines() for block in blocks if block)}


CASES = {name: (text, known) for name, text, known in cases()}


@pytest.fixture(scope="module")
def decided() -> dict[str, list[str]]:
    return pinned()


@pytest.mark.parametrize("group", sorted({name.split()[0] for name in CASES}))
def test_what_is_decided_at_the_edges(group: str, decided: dict[str, list[str]]):
    for name, (text, known) in CASES.items():
        if name.split()[0] == group:
            assert list(told(text, known)) == decided[name], name


@pytest.mark.parametrize(("profile", "step"), [("strict", 1), ("page", 6)])
def test_all_cases_in_one_batch_are_decided_as_each_alone(profile: str, step: int):
    cleaner = Cleaner(profile=profile)
    texts, known = zip(*list(CASES.values())[::step], strict=True)
    for text, data, result in zip(texts, known, cleaner.analyze_many(texts, known), strict=True):
        assert result == cleaner.analyze(text, title=data.title, author=data.author, site=data.site)


def test_every_case_is_pinned(decided: dict[str, list[str]]):
    assert list(decided) == list(CASES)


if __name__ == "__main__":
    PINNED.write_text(
        "\n\n".join("\n".join([name, *told(*case)]) for name, case in CASES.items()) + "\n", encoding="utf-8"
    )
