from __future__ import annotations

import pytest
from pages import CLEAN, CRUFT

spacy = pytest.importorskip("spacy", reason="spaCy is not installed: 'cleannews[spacy]'")
from cleannews.integrations.spacy import KEY, clean_first, clean_span, offset_map, source_span  # noqa: E402

SOURCE = "Share this article\n" + CRUFT


@pytest.fixture
def nlp():
    made = spacy.blank("en")
    ruler = made.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": "council"}, {"label": "MONTHS", "pattern": "four months"}])
    return clean_first(made)


def test_entities_are_found_in_the_source(nlp):
    doc = nlp(SOURCE)
    assert doc.text == CLEAN
    assert doc.user_data[KEY]["status"] == "cleaned"
    assert [entity.text for entity in doc.ents] == ["council", "four months"]
    for entity in doc.ents:
        start, end = source_span(entity)
        assert SOURCE[start:end] == entity.text
        assert clean_span(doc, start, end, entity.label_) == entity
    assert clean_span(doc, 0, 5) is None
    stored = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert source_span(stored.ents[0]) == source_span(doc.ents[0])
    assert offset_map(doc).source_length == len(SOURCE)
    start, end = source_span(doc)
    assert SOURCE[start:end].strip() == CLEAN.strip()


def test_an_annotation_of_the_source_is_widened_to_tokens(nlp):
    doc = nlp(SOURCE)
    at = SOURCE.index("Engineers")
    assert clean_span(doc, at + 1, at + 4, "JOB").text == "Engineers"


def test_texts_that_cannot_be_cleaned_and_batches(nlp):
    assert nlp("").text == ""
    assert source_span(nlp("")) == (0, 0)
    docs = list(nlp.pipe([SOURCE, CLEAN, " "], batch_size=2))
    assert [doc.text for doc in docs] == [CLEAN, CLEAN, " "]
    assert [doc.text for doc in nlp.pipe([SOURCE] * 4, n_process=2, batch_size=2)] == [CLEAN] * 4


def test_many_texts_are_cleaned_in_batches(nlp):
    docs = list(nlp.pipe(nlp.tokenizer.pipe(text for text in [SOURCE, CLEAN, " "])))
    assert [doc.text for doc in docs] == [CLEAN, CLEAN, " "]
    assert [doc.user_data[KEY]["length"] for doc in docs] == [len(SOURCE), len(CLEAN), 1]
    assert [entity.text for entity in docs[0].ents] == ["council", "four months"]


def test_a_saved_pipeline_is_wrapped_again(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert again(SOURCE).text == SOURCE
    assert clean_first(again)(SOURCE).text == CLEAN
