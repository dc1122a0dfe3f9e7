"""Documents: lines and tokens by offset, against plain Python that does the same slowly."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from cleannews import characters as ch
from cleannews.document import FLAT, LONG, Documents, hashes_of
from cleannews.kernels.hashing import NUMBER

LINE = re.compile("(?P<body>[^\n\r\x85\u2028\u2029]*)(?P<end>\r\n|[\n\r\x85\u2028\u2029])")


def plain_lines(text: str) -> list[tuple[int, int, int]]:
    """Start, end and stop of each line of a text that ends in a line end."""
    return [(match.start(), match.end("body"), match.end()) for match in LINE.finditer(text)]


def is_whole(text: str) -> bool:
    """Whether no line of a text is long enough to be cut."""
    lengths = [end - start for start, end, _ in plain_lines(text + "\n") if end > start]
    return max(lengths, default=0) <= (FLAT if len(lengths) == 1 else LONG)


def tokens(text: str) -> list[str]:
    documents = Documents([text])
    return [text[start:end] for start, end in zip(documents.token_start, documents.token_end, strict=True)]


def pieces(text: str) -> list[str]:
    documents = Documents([text])
    return [documents.text_of(line) for line in range(documents.line_count)]


# Lines


@given(text=texts.filter(is_whole))
def test_lines_are_those_of_plain_python(text: str):
    documents = Documents([text])
    found = list(zip(documents.start.tolist(), documents.end.tolist(), documents.stop.tolist(), strict=True))
    assert found == plain_lines(text + "\n")  # every text is closed by a line feed of ours


@given(text=texts)
def test_lines_cover_the_text_without_gap_or_overlap(text: str):
    documents = Documents([text])
    assert documents.start[0] == 0
    assert documents.stop[-1] == len(text) + 1
    assert (documents.start[1:] == documents.stop[:-1]).all()
    assert (documents.start <= documents.end).all()
    assert (documents.end <= documents.stop).all()


@given(text=texts)
def test_ink_is_what_is_neither_white_nor_invisible(text: str):
    documents = Documents([text])
    kinds = ch.tables().kind
    for line in range(documents.line_count):
        start, end = int(documents.start[line]), int(documents.end[line])
        inked = [
            place for place in range(start, end) if kinds[min(ord(text[place]), ch.LIMIT)] > ch.INVISIBLE
        ]
        assert documents.blank[line] == (not inked)
        if inked:
            assert (documents.ink_start[line], documents.ink_end[line]) == (inked[0], inked[-1] + 1)


@given(pages=st.lists(texts, min_size=1, max_size=5))
def test_texts_laid_end_to_end_have_the_lines_and_tokens_of_each_alone(pages: list[str]):
    together = Documents(pages)
    for number, page in enumerate(pages):
        alone, base, lines = Documents([page]), together.base[number], together.lines_of(number)
        span = slice(lines.start, lines.stop)
        for name in ("start", "end", "stop", "ink_start", "ink_end"):
            assert (getattr(together, name)[span] - base == getattr(alone, name)).all(), name
        for name in ("glued", "blank", "tokens", "first_kind", "last_kind"):
            assert (getattr(together, name)[span] == getattr(alone, name)).all(), name
        assert (together.counts[span] == alone.counts).all()
        first, last = together.first_token[lines.start], together.first_token[lines.stop]
        assert (together.hashes[first:last] == alone.hashes).all()


def test_crlf_is_one_line_end():
    assert pieces("One.\r\nTwo.\rThree.\n\rFour.") == ["One.", "Two.", "Three.", "", "Four."]


def test_a_page_flattened_to_one_line_is_cut_at_sentence_starts():
    sentence = "The council agreed to repair the wall before winter."
    text = " ".join([sentence] * 40)
    documents = Documents([text])
    assert [piece.strip() for piece in pieces(text)] == [sentence] * 40
    assert documents.glued.tolist() == [False] + [True] * 39


def test_a_paragraph_is_not_cut():
    paragraph = "The council agreed to repair it. " * (LONG // 34)
    assert pieces(f"Harbour\n{paragraph}\n")[:2] == ["Harbour", paragraph]


def test_a_text_of_one_line_is_cut_from_a_length_on():
    sentence = "The council agreed to repair it. "
    assert len(pieces(sentence * (FLAT // len(sentence)))) == 1
    for text in (sentence * (FLAT // len(sentence) + 2), "\n\n" + sentence * (FLAT // len(sentence) + 2) + "\n"):
        assert sum(piece.strip() == sentence.strip() for piece in pieces(text)) == FLAT // len(sentence) + 2


def test_a_flattened_page_of_a_script_without_spaces_is_cut():
    assert set(pieces("議会は壁を直すことを決めた。" * 100)) == {"議会は壁を直すことを決めた。"}


def test_a_long_line_is_not_cut_before_a_lower_case_letter():
    line = "The firm of J. p. smith and co. was asked " * 40
    assert len(pieces(line)) == 1


# Tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The old wall.", ["The", "old", "wall"]),
        ("2025-06-26 at 10:30", ["2025-06-26", "at", "10:30"]),
        ("1,234.5 euros", ["1,234.5", "euros"]),
        ("the port's 2nd wall", ["the", "port", "s", "2", "nd", "wall"]),
        ("3.", ["3"]),
        ("壁を直す", ["壁", "を", "直", "す"]),
        ("© 2025", ["©", "2025"]),
        ("“…” — |", []),
        ("e\u0301tude", ["e\u0301tude"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ("Café", "CAFÉ", "cafe", "cafe\u0301"),
        ("Straße", "STRAßE"),
        ("İstanbul", "istanbul", "ISTANBUL"),
        ("Новый", "новыи"),
        ("ΛΌΓΟΣ", "λόγος"),
        ("علي", "على"),
    ],
)
def test_a_word_has_one_hash_whatever_its_case_and_accents(forms: tuple[str, ...]):
    assert len({int(hashes_of([form])[0]) for form in forms}) == 1


def test_all_numbers_share_one_hash():
    assert set(hashes_of(["7", "1,204", "10:30", "2025-06-26", "٣"]).tolist()) == {int(NUMBER)}


def test_a_word_has_the_same_hash_wherever_it_stands():
    documents = Documents(["wall " * 500, "The wall"])
    assert len(np.unique(documents.hashes[documents.hashes != hashes_of(["the"])[0]])) == 1


@given(text=texts)
def test_tokens_are_in_order_apart_and_inside_one_line(text: str):
    documents = Documents([text])
    assert (documents.token_start < documents.token_end).all()
    assert (documents.token_end[:-1] <= documents.token_start[1:]).all()
    line = np.searchsorted(documents.start, documents.token_start, side="right") - 1
    assert (documents.token_end <= documents.end[line]).all()
    assert documents.tokens.sum() == len(documents.hashes)


def test_shipped_character_tables_are_those_of_the_unicode_database():
    shipped, built = ch.tables(), ch.build()
    known = np.array([unicodedata.category(chr(code)) != "Cn" for code in range(0x3000)])
    assert (shipped.kind[:0x3000] == built.kind[:0x3000])[known].all()
    assert (shipped.fold[:0x3000] == built.fold[:0x3000])[known].all()


def test_what_stands_beside_a_line_is_of_its_own_text_and_visible():
    documents = Documents(["a\n\nb\nc", "d\n\n"])
    above, below = documents.beside(np.array([documents.text_of(line).strip() in "acd" for line in range(
        documents.line_count)]))
    named = [documents.text_of(line).strip() for line in range(documents.line_count)]
    assert [name for name, there in zip(named, above, strict=True) if there] == ["b"]
    assert [name for name, there in zip(named, below, strict=True) if there] == ["b"]


def test_a_line_is_as_long_decomposed_as_composed():
    line = "Жёлтый йод ещё ёмкий. " * 18  # 396 code points, more than `FLAT` with the marks apart
    counts = [Documents([unicodedata.normalize(form, line)]).line_count for form in ("NFC", "NFD")]
    assert counts == [1, 1]


@pytest.mark.parametrize(("text", "kind"), [
    ("He went.", ch.TERMINAL), ("“He went.”", ch.TERMINAL), ("(“He went.”)", ch.TERMINAL),
    ("[(“He went.”)]", ch.QUOTE), ("went)", ch.LOWER), ("”)", ch.QUOTE),
])
def test_a_line_ends_in_what_two_closing_marks_close(text: str, kind: int):
    assert Documents([text]).last_kind.tolist() == [kind]
