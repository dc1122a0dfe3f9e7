"""The tagger's features of a text are its own: nothing of the texts beside it in a batch shows in them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import news

from cleannews.cleaner import Cleaner
from cleannews.tagger.features import Lines, columns, second_look
from cleannews.tagger.model import shipped

CLEANER = Cleaner()


def features(texts):
    material, evidence = CLEANER.look(texts)
    found, visible, topic = columns(material, evidence, shipped().ngrams)
    lines = Lines(material.documents.document[visible])
    found |= second_look(lines, found["ngrams"], found["words"], topic)
    return found, material.documents.document[visible]


@given(st.lists(news(), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_a_batch_does_not_show_in_a_text(texts):
    together, owner = features(texts)
    for number, text in enumerate(texts):
        alone, _ = features([text])
        for name, column in together.items():
            np.testing.assert_array_equal(column[owner == number], alone[name], err_msg=name)
