"""What the detectors see, each on text as it comes off real pages: one behaviour a test, named for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from articles import ARTICLES, after, article, before, between

from cleannews import Category, Cleaner
from cleannews.document import Documents

FIRST, SECOND, THIRD = ARTICLES["en"]


def cuts(cleaner: Cleaner, text: str) -> list[tuple[str, str]]:
    """Category and text of every removal that can be seen."""
    return [
        (removal.category.value, removal.text.strip())
        for removal in cleaner.analyze(text).removals
        if removal.text.strip()
    ]


def whole_lines(category: str, *lines: str) -> list[tuple[str, str]]:
    return [(category, line) for line in lines]


# Artefacts

BULLETS = (
    "  • 1The wall will be repaired before the winter storms arrive.",
    "  • 2The region pays for the work, which will take four months.",
    "  • 3Fishermen will have to use the eastern quay for a while.",
)


def test_glued_bullet_numbers_are_a_takeaways_block(cleaner: Cleaner):
    assert cleaner.clean(between("Key Takeaways", "", *BULLETS)) == article()
    assert {category for category, _ in cuts(cleaner, between("Key Takeaways", "", *BULLETS))} == {
        "takeaways"
    }


def test_glued_bullet_numbers_are_mended_where_takeaways_are_repaired():
    mended = [line[5:] for line in BULLETS]
    assert Cleaner(repair={"takeaways"}).clean(between(*BULLETS)) == between(*mended)


def test_glued_bullet_numbers_stay_where_takeaways_are_kept():
    assert Cleaner(keep={"takeaways"}).clean(between(*BULLETS)) == between(*BULLETS)


def test_a_numbered_list_that_is_not_glued_stays(cleaner: Cleaner):
    text = between(
        "The council has three plans:", "1. Repair the wall.", "2. Close the quay.", "3. Move the boats."
    )
    assert cleaner.clean(text) == text


@pytest.mark.parametrize("line", ["|", "📰", "★", "★ ☆ 📰 ★", "• • •", "🔥🔥", "►"])
def test_symbols_alone_on_a_line_go(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == article()


@pytest.mark.parametrize(
    "lines",
    [
        ("★★★★☆",),  # what the critic gives
        ("★ ★ ★",),
        ("Index | Close | Change | % Change", "Harbour 30 | 1,204.10 | -3.20 | -0.3"),
        ("Company | Excess | Covers burst pipes", "", "Quay Mutual | 300 | yes"),
        ("Monday 9:00–18:00", "Saturday 9:00–12:00"),
        ("| Rome | 5.80 | 11.20 |", "| Madrid | 4.10 | 9.90 |"),
    ],
)
def test_tables_opening_hours_and_ratings_stay(lines: tuple[str, ...], cleaner: Cleaner):
    assert cleaner.clean(between(*lines)) == between(*lines)


@pytest.mark.parametrize(
    "facts",
    [
        ("Timeline of the warnings", "March 2019: first report, by a neighbour", "August 2019: an inspector finds rot",
         "January 2020: felling is approved"),
        ("Coast Rovers – Quay Athletic 3:2 (1:2)", "Goals: Doe (22), Roe (86) – Poe (9)", "Referee: J. Bloggs",
         "Attendance: 2,314"),
        ("HOW TO GET THERE", "Metro: 05:30 to 00:30", "Buses: from nine in the morning", "Trams: none at noon"),
    ],
)
def test_a_fact_sheet_below_links_is_the_article_again(facts: tuple[str, ...]):
    links = ("READ ALSO", "Council approves tree plan after three delays", "Neighbours embrace fig tree to save it")
    scores = dict(below(*links, *facts))
    assert min(scores[line] for line in links[1:]) > 0.7
    assert scores[facts[0]] < 0.5  # its own head
    assert not set(facts[1:]) & set(scores)


def test_a_cross_head_above_short_steps_below_links_is_doubtful():
    steps = ("Method", "Step 1. Heat the oven.", "Step 2. Beat the eggs.")
    scores = dict(below("READ ALSO", "Three secrets of a chef that nobody told you", *steps))
    assert all(scores.get(line, 0) < 0.5 for line in steps)


@pytest.mark.parametrize("heading", ["Related Topics", "Recent Comments", "Recommended by taboola"])
def test_a_heading_may_be_of_two_kinds(heading: str):
    assert {line for line, _ in below(heading, "Boats", "Harbours")} == {heading, "Boats", "Harbours"}


def test_links_that_begin_with_one_label_are_no_fact_sheet():
    links = [f"Video: The {boat} leaves the harbour" for boat in ("barge", "ferry", "tug", "yacht")]
    assert [line for line, _ in below("READ ALSO", *links)] == ["READ ALSO", *links]


def below(*lines: str) -> list[tuple[str, float]]:
    """What the rules say of lines between two paragraphs: the line and its best score."""
    material, evidence = Cleaner(profile="strict").look([between(*lines)])
    best: dict[int, float] = {}
    for item in evidence:
        best[item.line] = max(item.score, best.get(item.line, 0))
    return [(material.documents.text_of(line), score) for line, score in sorted(best.items())]


@pytest.mark.parametrize(
    "line",
    [
        "|The region pays for the work, which will take four months.",
        "The region pays for the work, which will take four months.|",
        "| The region pays for the work, which will take four months.",
    ],
)
def test_a_stray_bar_at_the_edge_of_a_line_goes_alone(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line.strip("| "))


@pytest.mark.parametrize(
    "row", ["| Quay | Length | Depth |", "Monday | Rain | 12C", "Harbour 225 | 22,418.15 | -0.4%"]
)
def test_a_row_of_a_table_stays(row: str, cleaner: Cleaner):
    assert cleaner.clean(between(row)) == between(row)


@pytest.mark.parametrize(
    "line",
    [
        "<br/>",
        "</div>",
        "<p></p>",
        "<!-- end of article -->",
        "[/caption]",
        '[gallery ids="1,2,3"]',
        '[et_pb_section fb_built="1"]',
        "{{article.title}}",
        "{% include 'footer' %}",
        "<%= author %>",
        "%SITE_NAME%",
        "${page.url}",
    ],
)
def test_markup_alone_on_a_line_goes(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == article()


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<p>" + SECOND + "</p>", SECOND),
        (
            "The <b>old wall</b> will not hold for another year, they said.",
            "The old wall will not hold for another year, they said.",
        ),
        (
            "The [old wall](https://example.com/wall) will not hold for another year, they said.",
            "The old wall will not hold for another year, they said.",
        ),
        (
            "![A wall](https://example.com/wall.jpg) The old wall will not hold, they said.",
            "The old wall will not hold, they said.",
        ),
        (
            "Smith &amp; Sons will repair the old wall, the council said.",
            "Smith & Sons will repair the old wall, the council said.",
        ),
        ("The wall &#8220;will not hold&#8221;, they said.", "The wall “will not hold”, they said."),
        (
            "The old\u200b wall will\ufeff not hold for an\u00adother year.",
            "The old wall will not hold for another year.",
        ),
        (
            "{{dateline}} The old wall will not hold for another year.",
            "The old wall will not hold for another year.",
        ),
    ],
)
def test_markup_inside_a_line_goes_and_its_words_stay(marked: str, plain: str, cleaner: Cleaner):
    assert cleaner.clean(between(marked)) == between(plain)


@pytest.mark.parametrize(
    "line",
    [
        "The <table> element was never meant for layout, she said.",
        "He pays 5 < 6 and 7 > 3, of course.",
        "AT&T will repair the wall; R&B will be played.",
        "They saw “[sic]” in the letter.",
        "Prices rose by 5% and 7% in the two years.",
        "Persian می\u200cخواهم stays as it is.",
    ],
)
def test_signs_that_an_article_uses_stay(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


# Furniture


@pytest.mark.parametrize(
    "line",
    [
        "26 June 2025",
        "June 26, 2025",
        "June 26, 2025 10:30 am",
        "Thursday, 26 June 2025",
        "2025-06-26 10:30",
        "26/06/2025",
        "Published: 26 June 2025",
        "Updated 2 hours ago",
        "Last updated: 26.06.2025 10:30",
        "Posted on June 26, 2025",
        "3 min read",
        "5 minute read",
        "Jun 26, 2025, 10:30 AM EDT",
        "Publié le 09/09/2022 à 18h30, mis à jour le 10/09/2022 à 09h12",
        "De Jane Doe, Vineri, 22 aprilie 2022, 11:03. Ultima actualizare Vineri, 22 aprilie 2022, 15:40",
        "2021年10月17日 18時05分 (10月17日 21時12分更新)",
        "입력 2023.05.18. 오후 10:47  수정 2023.05.19. 오전 12:03  기사원문  김도윤 기자",
    ],
)
def test_a_timestamp_above_the_article_goes(line: str, cleaner: Cleaner):
    assert cuts(cleaner, before(line)) == whole_lines("timestamp", line)


def test_a_list_of_days_is_not_when_a_page_was_published(cleaner: Cleaner):
    def scores(count: int) -> set[float]:
        _, evidence = cleaner.look([after(*(f"March {day}, 2026" for day in range(1, count + 1)))])
        return {item.score for item in evidence if item.rule == "furniture/date and time alone"}

    assert scores(4) == {0.9}
    assert scores(5) == scores(30) == {0.75}


@pytest.mark.parametrize("line", [
    "The train leaves on 09/09/2022 at 18:30 and arrives on 10/09/2022 at 09:12.",
    "Gillette Mach3 for $12.43 (list price $28.99), O'Keeffe's for $6.98 (list price $7.33)",
])
def test_two_dates_in_a_sentence_and_prices_are_no_stamps(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


@pytest.mark.parametrize(("line", "goes"), [
    ("(mra)", True), ("(rzl/hnd)", True), ("[ab-cde]", True), ("(sic)", False), ("(MRA)", False), ("(laughter)", False),
])
def test_initials_in_brackets_go_below_the_article(line: str, goes: bool, cleaner: Cleaner):
    assert cleaner.clean(after(line)) == (article() if goes else after(line))
    assert cleaner.clean(between(line)) == between(line)


def test_hashtags_alone_go(cleaner: Cleaner):
    for line in ("#harbour #storm #wall", "#الموازنة, #البرلمان, #فاضل"):
        assert cuts(cleaner, after(line)) == whole_lines("tags", line)
    for line in ("#harbour", "#1 in the world", "# The wall"):
        _, evidence = cleaner.look([after(line)])
        assert not [item for item in evidence if "hashtags" in item.rule]


def test_two_names_with_an_arrow_between_them_may_be_a_breadcrumb(cleaner: Cleaner):
    rules = {line: [item.rule for item in cleaner.look([before(line)])[1] if "breadcrumb" in item.rule]
             for line in ("Music » Features", "«Le Monde » France")}
    assert rules == {"Music » Features": ["furniture/breadcrumb"], "«Le Monde » France": []}


@pytest.mark.parametrize("line", ["The wall was built in 1962.", "1962", "In June 2025", "It was 10:30."])
def test_a_date_that_tells_something_stays(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


@pytest.mark.parametrize(
    "prefix", [" date 2025-06-26 ", "Published: 26/06/2025 10:30 ", "Updated 2025-06-26 | "]
)
def test_a_date_field_before_a_paragraph_goes_and_the_paragraph_stays(prefix: str, cleaner: Cleaner):
    assert cleaner.clean(prefix + article()) == article()


@pytest.mark.parametrize("line", [
    "(function(d, s, id) { var js, fjs = d.getElementsByTagName(s)[0];", ".banner-box {", "#header .menu li {",
    "googletag.cmd.push(function() {", "window.dataLayer = window.dataLayer || [];", "%%AD_SLOT_1%%", "[post-views]",
])
def test_code_and_variables_left_over_go(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == article()


@pytest.mark.parametrize("line", [
    "He counted 50%% twice.", "“The function (as defined) failed;” the report read;", "The class is {open};",
    "[cross-talk]",
])
def test_signs_that_code_shares_with_an_article_stay(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


@pytest.mark.parametrize("line", [
    "Partager sur Facebook", "Tous droits réservés", "Zum Hauptinhalt springen", "Síguenos en Facebook y Twitter",
    "Il vous reste 75% de cet article à lire. La suite est réservée aux abonnés.", "Home / Sport / Football",
    "pic.twitter.com/Ab3dEfGh1j",
])
def test_a_label_goes_whatever_the_language_of_the_article(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == article()


@pytest.mark.parametrize("line", ["Facebook Twitter WhatsApp Email", "Share on Facebook", "Tweet Share Pin"])
def test_a_share_bar_goes(line: str, cleaner: Cleaner):
    assert cuts(cleaner, between(line)) == whole_lines("share", line)


@pytest.mark.parametrize(
    ("category", "line"),
    [
        ("byline", "By Jane Writer"),
        ("byline", "By Jane Writer, Staff Reporter"),
        ("credit", "(Reporting by Jane Writer; Editing by John Reader)"),
        ("credit", "Reporting by Jane Writer; editing by John Reader"),
        ("credit", "jane.writer@example.com"),
        ("credit", "Contact the reporter at jane.writer@example.com"),
        ("caption", "Photo: Jane Writer/Harbour Agency"),
        ("navigation", "Home › News › World"),
        ("navigation", "https://www.example.com/news/wall-1.html"),
        ("navigation", "Skip to content"),
        ("legal", "© 2025 Harbour Times. All rights reserved."),
        ("legal", "All rights reserved."),
        ("legal", "We use cookies to improve your experience on our site."),
        ("comments", "Leave a comment"),
        ("comments", "12 comments"),
        ("share", "128 shares"),
        ("subscribe", "Subscribe to our newsletter"),
        ("advert", "Advertisement"),
        ("advert", "ADVERTISEMENT"),
        ("tags", "Tags: harbour, storm, repair"),
        ("related", "Read more: Ten boats lost in the storm"),
        ("comments", "FACEBOOK COMMENTS"),
        ("label", "Editor's Desk"),
        ("widget", "Listen to this article"),
    ],
)
def test_furniture_goes_under_its_name(category: str, line: str, cleaner: Cleaner):
    place = after if category in {"legal", "tags", "credit", "comments"} else before
    assert cuts(cleaner, place(line)) == whole_lines(category, line)


def test_an_author_box_goes_with_its_byline(cleaner: Cleaner):
    box = ("By Jane Writer", "Harbour Correspondent", "Coast Daily Brief")
    assert cuts(cleaner, before(*box)) == whole_lines("byline", *box)


def test_the_alternative_text_of_the_first_picture_goes(cleaner: Cleaner):
    line = "Fishing boats docked alongside an old harbour wall with a lighthouse."
    assert cuts(cleaner, between(line)) == whole_lines("caption", line)


def test_a_label_wrapped_over_two_lines_goes(cleaner: Cleaner):
    assert cleaner.clean(between("Editor's", "Desk")) == article()


# Sections and listings

HEADLINES = (
    "Ten boats lost in the winter storm",
    "Region sets money aside for harbour repairs",
    "Why the old walls of the coast are failing",
    "Fishermen ask for a new quay",
    "“We saw it coming”: engineers on the flood",
    "Town council to vote on the harbour plan",
)


def test_a_related_section_goes_with_its_heading(cleaner: Cleaner):
    text = after("Related Links", *HEADLINES)
    assert cleaner.clean(text) == article()
    assert {category for category, _ in cuts(cleaner, text)} == {"related"}


def test_a_related_section_survives_blank_lines_bars_and_labels_inside_it(cleaner: Cleaner):
    text = after(
        "Related Links",
        "",
        *HEADLINES[:3],
        "|",
        "|Subscribe Free To Our Daily Newsletters",
        "|",
        "",
        *HEADLINES[3:],
    )
    assert cleaner.clean(text) == article()


@pytest.mark.parametrize(("label", "title"), [
    (" Read more: ", "Ten boats lost in the storm"), (" (Related: ", "Ten boats lost in the storm)"),
    (" Lesen Sie auch: ", "Warum das Bad erst im Juli öffnet"),
])
def test_behind_a_label_and_a_colon_the_title_goes_too(cleaner: Cleaner, label: str, title: str):
    sentence = "The council voted for it on Friday, and the work will begin before the winter storms."
    assert cleaner.clean(after(sentence + label + title)) == after(sentence)


def test_a_space_may_stand_before_the_colon_of_a_label():
    sentence = "Le conseil a voté vendredi, et les travaux commenceront avant les tempêtes de l'hiver."
    assert Cleaner(lang="fr").clean(f"{sentence} Lire aussi : Dix bateaux perdus ?\n") == f"{sentence}\n"


def test_behind_a_label_and_a_colon_a_sentence_stays(cleaner: Cleaner):
    sentence = "The council voted for it on Friday, and the work will begin before the winter storms."
    assert cleaner.clean(after(f"{sentence} READ MORE: The mayor left.")) == after(f"{sentence} The mayor left.")


def test_a_photograph_that_a_sentence_tells_of_is_no_credit(cleaner: Cleaner):
    fine = "On the wall of the house hung one photo: his mother."
    assert cleaner.clean(between(fine)) == between(fine)
    told = "Sur le mur de la maison pendait une seule photo : sa mère."
    credit = "Sur le mur de la maison, le portrait. Photo : Jeanne Dupont"
    for line, least, most in ((told, 0.1, 0.45), (credit, 0.6, 1.0)):
        _, evidence = Cleaner(profile="strict", lang="fr").look([between(line, language="fr")])
        assert least < max(item.score for item in evidence if item.category == "caption") < most


def test_only_an_english_text_has_english_alternative_texts(cleaner: Cleaner):
    text = "Paljud inimesed on mures uue seaduse pärast.\n\n" + article("et")
    assert cleaner.clean(text) == text


def test_a_label_that_a_text_quotes_stays(cleaner: Cleaner):
    text = after("Nobody reads what stands there. So he clicks, at the bottom, on “Accept all cookies” and goes on.")
    assert cleaner.clean(text) == text


@pytest.mark.parametrize("fine", ["P1,000 for the second", "About 5'9\"", "Rs500 last year"])
def test_amounts_and_measures_are_no_timestamps(cleaner: Cleaner, fine: str):
    assert cleaner.clean(between(fine)) == between(fine)


def test_matches_to_come_are_no_tail_of_headlines(cleaner: Cleaner):
    fixtures = ("SATURDAY'S FIXTURES", "Shabana Town v Ulinzi Warriors (Gusii, 3pm)", "Bandari v Thika (Mbaraki, 3pm)",
                "Kakamega Stars vs Muhoroni (Bukhungu, 4pm)")
    assert cleaner.clean(after(*fixtures)) == after(*fixtures)


@pytest.mark.parametrize("line", ["Pune | Updated: January 22, 2024 09:14 IST", "AFP / 11 octobre 2023 14h08",
                                  "Jane Doe · 8 September 2023", "Sport 12 February 2024 - 18:00"])
def test_a_name_with_a_full_date_above_the_article_is_a_timestamp(line: str):
    _, evidence = Cleaner(profile="strict").look([before(line)])
    assert [item.rule for item in evidence if item.line == 0] == ["furniture/name and date"]


def test_the_days_of_a_programme_are_no_timestamps():
    days = [f"September {day} 12:30 Room {day} Jane Doe" for day in (3, 10, 17, 24)]
    _, evidence = Cleaner(profile="strict").look([before(*days)])
    assert "furniture/name and date" not in {item.rule for item in evidence}


def test_results_are_no_tail_of_headlines():
    results = ("Volta Lions 0-0 Salt City", "Harbour Rovers 1-4 Kings Eleven", "Forest United 2:2 Lake Athletic")
    _, evidence = Cleaner(profile="strict").look([after("OTHER RESULTS", *results)])
    assert "listings/tail of headlines" not in {item.rule for item in evidence}


@pytest.mark.parametrize(("line", "stamp"), [("Tiempo: 50 minutos", False), ("Tempo: 1h15", False),
                                             ("Updated: 7 hours ago", True), ("7 hours ago", True)])
def test_how_long_a_dish_takes_is_no_timestamp(line: str, stamp: bool):
    _, evidence = Cleaner(profile="strict").look([between(line)])
    assert ("furniture/date and time alone" in {item.rule for item in evidence}) is stamp


def test_names_with_their_values_are_no_tail_of_headlines(cleaner: Cleaner):
    prices = ("Soup with chicken: 10,000", "Soup with beef: 14,000", "Fried tempeh: 1,000", "Iced tea: sold out")
    text = after(*prices, "Visitors from afar wait in the hall next door and watch the sky.")
    assert cleaner.clean(text) == text


def test_a_related_section_ends_where_prose_resumes(cleaner: Cleaner):
    assert cleaner.clean(between("Related Links", *HEADLINES[:3])) == article()


def test_a_sentence_that_a_phrase_names_is_no_prose_that_resumes(cleaner: Cleaner):
    appeal = "What do you think? Join the conversation in the comments below."
    text = between("Related Stories", *HEADLINES[:2], "Mayor under fire over fees", "", appeal)
    assert cleaner.clean(text) == article()


def test_one_line_between_a_heading_and_a_button_may_be_a_cross_head(cleaner: Cleaner):
    assert cleaner.clean(between("Read more", "Four months of work", "Report abuse")) == between("Four months of work")


def test_a_heading_without_a_list_goes_alone(cleaner: Cleaner):
    assert cleaner.clean(between("Related Articles")) == article()


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("de", "Lesen Sie auch"),
        ("fr", "Lire aussi"),
        ("es", "Noticias relacionadas"),
        ("it", "Leggi anche"),
        ("pt", "Leia também"),
        ("nl", "Lees ook"),
        ("pl", "Czytaj także"),
        ("ru", "Читайте также"),
        ("tr", "İlgili Haberler"),
        ("ja", "関連記事"),
        ("ko", "관련기사"),
        ("zh", "相关新闻"),
        ("ar", "اقرأ أيضا"),
        ("sv", "Läs också"),
    ],
)
def test_a_related_heading_goes_in_its_language(language: str, heading: str, cleaner: Cleaner):
    assert cleaner.clean(after(heading, language=language)) == article(language)


OTHER_STORIES = (
    "Ministers agree on new rules for rented homes",
    "Ten dead after bus leaves road in the mountains",
    "Why so many teachers leave their jobs early",
    "“I never wanted to win”: a champion looks back",
    "Police find painting stolen thirty years ago",
    "What the budget means for young families",
)


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_a_tail_of_headlines_of_other_stories_goes_without_a_heading(count: int, cleaner: Cleaner):
    text = after(*OTHER_STORIES[:count])
    assert cleaner.clean(text) == article()
    assert {category for category, _ in cuts(cleaner, text)} == {"related"}


def test_a_tail_of_lines_about_the_same_stays(cleaner: Cleaner):
    assert cleaner.clean(after(*HEADLINES)) == after(*HEADLINES)


@pytest.mark.parametrize(
    "items",
    [
        (
            "The council wants to:",
            "Repair the northern wall",
            "Close the quay for four months",
            "Move the boats to the east",
        ),
        ("Results:", "United 2, Rovers 1", "City 0, Athletic 0", "Town 3, County 2"),
        ("- Repair the northern wall", "- Close the quay for four months", "- Move the boats to the east"),
        ("• 200g of flour", "• 2 eggs from the market", "• A pinch of salt"),
        ("1. Mix the flour with the eggs", "2. Add the salt and the milk", "3. Bake for an hour"),
    ],
)
def test_a_list_that_belongs_to_the_article_stays(items: tuple[str, ...], cleaner: Cleaner):
    assert cleaner.clean(after(*items)) == after(*items)
    assert cleaner.clean(between(*items)) == between(*items)


def test_a_cross_head_stays(cleaner: Cleaner):
    assert cleaner.clean(between("- A wall of its own -")) == between("- A wall of its own -")


# Inside a line


@pytest.mark.parametrize(
    ("glued", "clean"),
    [
        (
            "The wall will not hold, the minister said. Advertisement The vote follows a long debate.",
            "The wall will not hold, the minister said. The vote follows a long debate.",
        ),
        (
            "The wall will not hold, the minister said. ADVERTISEMENT The vote follows a long debate.",
            "The wall will not hold, the minister said. The vote follows a long debate.",
        ),
        (
            "The vote is on Friday. Story continues below advertisement The council will meet again.",
            "The vote is on Friday. The council will meet again.",
        ),
        (
            "The vote is on Friday, the council said. Share this article",
            "The vote is on Friday, the council said.",
        ),
    ],
)
def test_a_banner_between_sentences_goes(glued: str, clean: str, cleaner: Cleaner):
    assert cleaner.clean(between(glued)) == between(clean)


@pytest.mark.parametrize(
    "line",
    [
        "They paid for an advertisement in the local paper last year.",
        "“Advertisement” was the only word on the board.",
        "The firm said advertisement spending fell. It was the first time.",
        "You can read more in the report of the engineers.",
    ],
)
def test_a_word_that_belongs_to_its_sentence_stays(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


def test_cruft_in_a_page_flattened_to_one_line_goes(cleaner: Cleaner):
    prose = f"{FIRST} {SECOND} {THIRD}"
    more = (
        prose.replace("four months", "five months").replace("a week", "a month").replace("Tuesday", "Monday")
    )
    flat = f"{prose} Advertisement {more} Share this article"
    clean = cleaner.clean(flat)
    assert "Advertisement" not in clean
    assert "Share this article" not in clean
    assert clean.startswith(prose)
    assert clean.endswith(more)


# Repeats


def test_of_two_copies_of_a_paragraph_the_first_stays():
    result = Cleaner(profile="page").analyze(after(FIRST))
    assert result.text.startswith(article().rstrip())
    assert {removal.category for removal in result.removals} <= {Category.DUPLICATE}


def test_the_second_copy_of_a_long_line_is_evidence(cleaner: Cleaner):
    line = "Read the whole story of the old harbour wall"
    _, evidence = cleaner.look(["\n\n".join([line, FIRST, line, SECOND])])
    assert [item.line for item in evidence if item.rule.startswith("repeats/")] == [4]


@pytest.mark.parametrize("line", ["“No comment.”", "Q: Why?", "Yes."])
def test_short_lines_may_repeat(line: str, cleaner: Cleaner):
    text = f"{FIRST}\n\n{line}\n\n{SECOND}\n\n{line}\n\n{THIRD}\n"
    assert cleaner.clean(text) == text


# Mojibake


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (
            "The cafÃ© at the harbour will close, the owner said.",
            "The café at the harbour will close, the owner said.",
        ),
        ("The wall wonâ€™t hold, the engineers said.", "The wall won’t hold, the engineers said."),
        ("Ð¡Ð¾Ð²ÐµÑ‚ Ð³Ð¾Ñ€Ð¾Ð´Ð°", "Совет города"),
    ],
)
def test_mojibake_is_mended_and_reported_as_a_repair(broken: str, mended: str, cleaner: Cleaner):
    result = cleaner.analyze(between(broken))
    assert result.text == between(mended)
    assert {removal.category for removal in result.removals} == {Category.ENCODING}
    assert result.restore() == between(broken)


@pytest.mark.parametrize(
    "line",
    [
        "L’été à Paris fut très chaud, dit-on.",
        "“Curly” and ‘single’ quotes — and dashes – stay…",
        "ＦＵＬＬ ｗｉｄｔｈ letters stay as they are.",
        "Ærø and Ñuñoa and Ångström stay.",
    ],
)
def test_quotes_dashes_accents_and_width_are_left_as_they_are(line: str, cleaner: Cleaner):
    assert cleaner.clean(between(line)) == between(line)


# Lines that go, and the blank lines around them


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"], ids=ascii)
def test_the_line_goes_with_its_line_end_whatever_that_is(end: str, cleaner: Cleaner):
    assert cleaner.clean(between("Share this article").replace("\n", end)) == article().replace("\n", end)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"], ids=ascii)
def test_a_text_ends_as_it_did(end: str, cleaner: Cleaner):
    assert cleaner.clean(article().rstrip() + "\n\nShare this article" + end) == article().rstrip() + end[:1]


def test_paragraphs_without_blank_lines_between_them_stay_so(cleaner: Cleaner):
    assert cleaner.clean("\n".join([FIRST, "Share this article", SECOND])) == f"{FIRST}\n{SECOND}"


def test_a_short_text_of_one_line_is_looked_at_sentence_by_sentence(cleaner: Cleaner):
    flat = " ".join(ARTICLES["en"])
    assert len(flat) > 400
    notes = "(Reporting by Jane Doe; Editing by John Smith) Our Standards: The Thomson Reuters Trust Principles."
    assert cleaner.clean(f"{flat} Click here to subscribe to our daily briefing. {notes}") == flat


def test_between_sentences_of_one_line_a_space_stays(cleaner: Cleaner):
    assert cleaner.clean(f"{FIRST} {SECOND} Sign up here. {THIRD}") == f"{FIRST} {SECOND} {THIRD}"


def test_where_a_headline_ends_inside_a_line_nobody_knows(cleaner: Cleaner):
    flat = f"{FIRST} READ MORE: Ten boats lost in the storm {SECOND} {THIRD}"
    assert SECOND in cleaner.clean(flat)
    assert THIRD in cleaner.clean(flat)


def test_a_share_button_opens_no_list_of_results(cleaner: Cleaner):
    results = ("Results of the village contest:", "Anna 9.5", "Bert 8.0", "Cara 7.5")
    assert cleaner.clean(after("Pin it", *results)) == after(*results)


def test_rows_of_figures_are_no_timestamps():
    rows = ("| 1/1/2013 | +13.1% |", "| 2/1/2013 | +11.9% |", "9.5/10", "2/1/2023 -1.0%")
    text = between(*rows)
    assert Cleaner(profile="strict").clean(text) == text


def test_a_box_of_takeaways_goes_whole_or_not_at_all(cleaner: Cleaner):
    bullets = ("- The quake struck at 11:08 local time", "- Its depth was 25 km", "- 300,000 homes lost power")
    left = cleaner.clean(between("Key points:", *bullets))
    assert sum(bullet in left for bullet in bullets) in (0, 3)


@pytest.mark.parametrize(
    "start",
    ["Hamburg. ", "Am 6. Juni beginnt es. ", "How fast will it move? What will it stand on? Who will pay? "],
)
def test_a_paragraph_alone_stays_as_it_is(start: str, cleaner: Cleaner):
    text = f"{start}{FIRST} {SECOND} {THIRD}"
    assert cleaner.clean(text) == text


def test_days_of_a_script_without_spaces_are_no_glued_bullets(cleaner: Cleaner):
    days = "1月16日，议会决定修复这堵墙，工程将持续四个月。\n\n2月17日，工人们开始工作，渔民改用东边的码头。\n"
    assert cleaner.clean(days) == days


@pytest.mark.parametrize("line", ["– „Ok.“", "“Subscribe!”", "+81 158-23-2012"])
def test_what_somebody_says_and_a_telephone_number_stay(line: str):
    text = between(line)
    assert Cleaner(profile="strict").clean(text) == text
    if not line.startswith("+"):
        assert Cleaner().clean(text) == text


def test_tags_hold_no_rows_of_a_table(cleaner: Cleaner):
    rows = ("| 65 g | butter |", "| 1 | egg from the market |", "| 200 g | flour |")
    assert cleaner.clean(after("Tags:", *rows)) == after(*rows)


@pytest.mark.parametrize(
    "line",
    [
        "LONDON — A British court on Thursday sentenced a former banker to six years in prison for fraud.",
        "Shares jumped in London after banks reported higher profits.",
        "Fires burned in the hills above town for a week.",
        "Police arrested a man in Leeds.",
    ],
)
def test_a_first_sentence_is_no_alternative_text(line: str, cleaner: Cleaner):
    assert cleaner.clean(before(line)) == before(line)


def test_what_ends_in_a_full_stop_is_no_related_headline(cleaner: Cleaner):
    games = ("Lakers: Host the Kings on Tuesday.", "Celtics: Visit the Heat on Wednesday.")
    assert cleaner.clean(after("UP NEXT", *games)) == after("UP NEXT", *games)
    assert cleaner.clean(after("Read next", *games)) == after(*games)


def test_a_link_is_no_shortcode():
    text = between("The council has [more](https://example.com) to say about the case.")
    assert "council has more to say" in Cleaner(profile="strict").clean(text)


def test_a_sentence_after_related_is_no_headline(cleaner: Cleaner):
    line = "Related: her sister, Joan, is also a singer."
    assert cleaner.clean(between(line)) == between(line)


def test_minutes_of_a_match_are_no_takeaways(cleaner: Cleaner):
    moments = ("Key moments", "7' GOAL! Stones scores", "24' YELLOW CARD: Xhaka", "45+2' GOAL! Dias heads home")
    left = cleaner.clean(between(*moments))
    assert all(moment in left for moment in moments[1:])


def test_boxes_of_two_texts_share_nothing():
    bullets = ("- The quake struck at 11:08 local time", "- Its depth was 25 km", "- 300,000 homes lost power")
    texts = ["\n".join([article(), "Key points:", *bullets]), "\n".join(["Key takeaways", *bullets[::-1], article()])]
    cleaner = Cleaner()
    together = [[(cut.start, cut.score) for cut in result.removals] for result in cleaner.analyze_many(texts)]
    assert together == [[(cut.start, cut.score) for cut in cleaner.analyze(text).removals] for text in texts]


# What in a line speaks against a phrase in it

SHORT = "The road is open again, police said on Tuesday."


@pytest.mark.parametrize("profile", ["strict", "article", "page"])
@pytest.mark.parametrize("notice", [
    "Sign up to our newsletter here.", "Download our free app.", "All rights reserved.", "© RIPRODUZIONE RISERVATA",
    "Follow us on Facebook",
])
def test_a_notice_behind_a_sentence_does_not_take_the_sentence_along(notice: str, profile: str):
    text = between(f"{SHORT} {notice}")
    assert SHORT in Cleaner(profile=profile).clean(text)


def test_a_full_stop_of_an_abbreviation_ends_no_sentence(cleaner: Cleaner):
    assert cleaner.clean(between("Dr. Doe's newsletter: sign up for our newsletter")) == article()


@pytest.mark.parametrize("profile", ["strict", "article"])
def test_sentences_under_a_button_stay(profile: str):
    text = after("Share", "Nobody was hurt.", "The onions were lost.")
    assert Cleaner(profile=profile).clean(text) == after("Nobody was hurt.", "The onions were lost.")


@pytest.mark.parametrize("profile", ["strict", "article"])
@pytest.mark.parametrize("heads", [
    ("3 March 2021", "17 June 2021", "5 August 2022"),
    ("16.40", "15.10", "12.00"),
    ("1 марта 2021", "4 марта 2021", "2022"),
])
def test_dates_and_times_that_head_the_entries_of_a_chronology_stay(heads: tuple[str, ...], profile: str):
    entries = ("The tower falls.", "The council meets for the first time.", "Work on the tower begins.")
    text = after(*(line for pair in zip(heads, entries, strict=True) for line in pair))
    assert Cleaner(profile=profile).clean(text) == text


def test_a_share_button_above_the_time_of_the_next_entry_goes_without_it():
    cleaner = Cleaner(profile="strict")
    assert cleaner.clean(between("Share", "16.40", "The tower falls, and nobody is hurt.")) == between(
        "16.40", "The tower falls, and nobody is hurt.")


@pytest.mark.parametrize("label", [
    "Tip", "Details", "Tickets", "Contact", "Jobs", "Membership", "Shares", "Subscribers",
])
def test_strict_leaves_words_that_may_head_a_part_of_the_article(label: str):
    text = between(label)
    assert Cleaner(profile="strict").clean(text) == text


def test_a_short_sentence_among_headlines_ends_their_list():
    lines = ("Follow me down to the sea", "We will dance on the stone", "Harbour lights, harbour lights")
    removed = " ".join(text for _, text in cuts(Cleaner(), after(*lines, "The label hated it.")))
    assert "The label hated it." not in removed


@pytest.mark.parametrize("text", [
    "Three people are missing after a boat sank off Malta.",
    "Ein Waschbär hat am Mittwoch in Kassel den Verkehr unterbrochen.\nNiemand wurde verletzt.",
    "Мэр умер.",
])
@pytest.mark.parametrize("profile", ["strict", "article", "page", "auto"])
def test_no_text_loses_its_last_sentences_to_the_tagger(text: str, profile: str):
    assert Cleaner(profile=profile).clean(text) == text


def test_the_rule_names_the_phrase_that_hit(cleaner: Cleaner):
    (removal,) = cleaner.analyze(between("Tweet this")).removals
    assert removal.rule.endswith(": tweet this")


UNHEADED = (
    "Iowa town loses its last bank",
    "Fudge shops brace for a short season",
    "What the strike meant for the horses",
)


@pytest.mark.parametrize("sign", ["(AP)", "(kse)", "EFE", "/kp", "■", "[1]", "*", "-30-"])
@pytest.mark.parametrize("profile", ["strict", "article"])
def test_a_signed_last_sentence_is_no_headline(sign: str, profile: str):
    last = f"The next meeting is on June 11 at Town Hall. {sign}"
    assert "at Town Hall." in Cleaner(profile=profile).clean(after(last, *UNHEADED))


def test_an_initial_is_no_end_of_a_sentence(cleaner: Cleaner):
    assert cleaner.clean(after("Photo by John R. Smith")) == article()


@pytest.mark.parametrize("profile", ["strict", "article"])
def test_what_a_colon_introduces_stays_to_its_end(profile: str):
    winners = ("The winners:", "Best pie: Carol Whitcomb, Dover", "Largest pumpkin: Jed Sparks of Dover",
               "Longest beard: Otto Graf of Minot", "Best cake: Lemon drizzle by Class 4B")
    assert Cleaner(profile=profile).clean(after(*winners)) == after(*winners)


@pytest.mark.parametrize("address", ["desk@example.com", "(desk@example.com)"])
def test_behind_a_sentence_only_the_address_goes(address: str):
    sentence = "The council will meet again in the town hall on Monday."
    assert Cleaner(profile="strict").clean(after(f"{sentence} {address}")) == after(sentence)


def test_a_short_sentence_below_a_related_headline_stays():
    text = after("Leggi anche", "Lentini, torna la sagra delle arance", "Nessuno è rimasto ferito.")
    assert "Nessuno è rimasto ferito." in Cleaner().clean(text)


@pytest.mark.parametrize("label", ["Saturday", "Topics", "Archive"])
def test_a_word_between_paragraphs_may_be_a_cross_head(label: str):
    assert Cleaner(profile="strict").clean(between(label)) == between(label)


def test_a_notice_at_the_end_of_a_line_takes_the_space_before_it_along():
    assert Cleaner(profile="strict").clean(after(f"{SHORT} All rights reserved.")) == after(SHORT)


def test_a_link_behind_an_image_loses_its_address_too(cleaner: Cleaner):
    text = ("![A map](https://paper.example/map.png) The [council](https://paper.example/council) voted on Friday to "
            "rebuild the old bridge, and the mayor said that it had taken far too long.")
    assert cleaner.clean(text) == ("The council voted on Friday to rebuild the old bridge, and the mayor said that it "
                                   "had taken far too long.")


# A text made of some lines of another

PAGE = ("Share this article", FIRST, "Read more: Ten boats lost in the storm", "Sign up for our", "newsletter", SECOND,
        "Related articles", "Ten boats lost in the storm", "Who pays for the wall?", "Fishermen ask for help", THIRD,
        "Advertisement", "Share this article")


@pytest.mark.parametrize("left_out", [(), (0,), (1, 5), (4,), (6,), (10,), (7, 8, 9), range(2, 13)])
def test_what_is_seen_in_lines_of_a_page_is_what_is_seen_in_them_alone(left_out: Sequence[int], cleaner: Cleaner):
    lines = [number for number in range(len(PAGE)) if number not in left_out]
    text = "\n".join(PAGE[number] for number in lines)
    moved, found = cleaner.look_again(*cleaner.look(["\n".join(PAGE)]), Documents([text]), np.array(lines))
    material, wanted = cleaner.look([text])
    assert sorted(found) == sorted(wanted)
    assert list(moved.hits) == list(material.hits)


def test_a_line_that_is_cut_into_pieces_where_it_stands_alone_is_looked_at_anew(cleaner: Cleaner):
    long = f"{FIRST} {SECOND} Advertisement {THIRD}"
    seen = cleaner.look([f"{long}\nShare"])
    assert seen[0].documents.line_count == 2
    material, found = cleaner.look_again(*seen, Documents([long]), np.array([0, 0, 0, 0]))
    assert material.documents.line_count > 1
    assert found == cleaner.look([long])[1]
