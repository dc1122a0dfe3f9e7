"""The compiled inner loops give the arrays that the reference gives, for every input."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from articles import ARTICLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import news

from cleannews import kernels
from cleannews.document import Documents
from cleannews.kernels import reference
from cleannews.kernels.hashing import distinct, in_order
from cleannews.lexicon import load

compiled = pytest.importorskip("cleannews.kernels.compiled", reason="the package was built without a C compiler")


def alike(first: object, second: object) -> None:
    if isinstance(first, tuple):
        for one, other in zip(first, second, strict=True):
            alike(one, other)
        return
    np.testing.assert_array_equal(first, second)
    assert first.dtype == second.dtype


TELLING = "o .,:'’0१19\n\r\u2028 é\u0301中ไ©aA‘<&[@|"
anything = st.lists(st.text(st.characters(blacklist_categories=())) | st.text(TELLING), min_size=1, max_size=4)


@given(anything | st.lists(news(), min_size=1, max_size=3))
def test_texts_are_cut_alike(texts):
    documents = Documents(texts)
    alike(compiled.classify(documents.codes), reference.classify(documents.codes))
    lines = documents.codes, documents.kinds, documents.start, documents.end, documents.stop
    alike(compiled.measure(*lines), reference.measure(*lines))
    tokens = documents.codes, documents.kinds, documents.start, documents.stop, documents.ink_start
    alike(compiled.tokenize(*tokens), reference.tokenize(*tokens))


@given(anything, st.integers(0, 2**32))
def test_ngrams_are_summed_alike(texts, seed):
    documents = Documents(texts)
    weights = np.random.default_rng(seed).integers(-127, 128, (2, 1 << 10), np.int8)
    alike(compiled.ngram_sums(documents.hashes, documents.first_token, weights),
          reference.ngram_sums(documents.hashes, documents.first_token, weights))


@given(st.integers(0, 2**32), st.integers(0, 5000), st.integers(1, 8))
def test_trees_are_summed_alike(seed, lines, depth):
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, 256, (7, lines), np.uint8)
    features = rng.integers(0, 7, (5, depth), np.int16)
    borders = rng.integers(0, 255, (5, depth), np.uint8)
    leaves = rng.integers(-(1 << 20), 1 << 20, (5, 1 << depth), np.int32)
    sums = [np.zeros(lines, np.int32), np.zeros(lines, np.int32)]
    compiled.add_trees(columns, features, borders, leaves, sums[0])
    reference.add_trees(columns, features, borders, leaves, sums[1])
    alike(*sums)


@given(anything, st.integers(0, 2**32))
def test_words_are_looked_up_and_counted_alike(texts, seed):
    documents = Documents(texts)
    rng = np.random.default_rng(seed)
    words = in_order(distinct(rng.permutation(documents.hashes)[:len(documents.hashes) // 2]))
    values = rng.integers(0, 1 << 16, len(words.hashes), np.uint16)
    marks = reference.look_up(documents.hashes, words, values)
    alike(compiled.look_up(documents.hashes, words, values), marks)
    alike(compiled.count_marks(marks, documents.first_token), reference.count_marks(marks, documents.first_token))
    first = np.append(0, np.cumsum(rng.integers(1, 4, len(words.hashes))))
    stretches = documents.first_token[documents.first_line]
    lists = words, first, rng.integers(0, 5, first[-1]), 5
    alike(compiled.count_lists(documents.hashes, stretches[:-1], stretches[1:], *lists),
          reference.count_lists(documents.hashes, stretches[:-1], stretches[1:], *lists))
    asked = rng.random(len(documents.hashes)) < 0.7
    shared = documents.hashes, asked, documents.first_token, documents.first_line
    alike(compiled.number_words(*shared), reference.number_words(*shared))


@given(st.lists(st.integers(1, 40), max_size=6), st.integers(0, 2**32))
def test_lines_around_lines_are_taken_alike(lengths, seed):
    rng = np.random.default_rng(seed)
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    first, after = np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)
    columns = rng.integers(0, 256, (3, len(first)), np.uint8)
    windows = np.array([(-1, -1, -1, -1), (1, 4, 0, 3), (-12, 12, -12, 12), (0, 1 << 40, 0, 1 << 40), (2, 2, 2, 2)])
    which = np.array([0, 0, 1, 2, 2])
    alike(compiled.window_means(columns, which, windows, first, after),
          reference.window_means(columns, which, windows, first, after))
    values = rng.integers(-3, 4, len(first))
    alike(compiled.best_runs(values, bounds), reference.best_runs(values, bounds))
    marked = rng.random(len(first)) < 0.2
    alike(compiled.distances(marked, first, after, 9), reference.distances(marked, first, after, 9))


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 3), st.integers(0, 2**32))
def test_words_of_lines_are_shared_alike(count, lines, others, seed):
    rng = np.random.default_rng(seed)
    owners, words = np.sort(rng.integers(0, lines, count)), rng.integers(0, 12, count)
    member = rng.random(lines) < 0.5
    alike(compiled.shared_words(owners, words, member, others, 12),
          reference.shared_words(owners, words, member, others, 12))


@given(st.lists(news(), min_size=1, max_size=3) | st.just(["\n".join(lines) for lines in ARTICLES.values()]))
def test_phrases_are_found_alike(texts):
    index = load().index
    documents = Documents(texts)
    found = []
    for loops in (compiled, reference):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kernels, "find_keys", loops.find_keys)
            patch.setattr(kernels, "match_phrases", loops.match_phrases)
            found.append(list(index.find(documents)))
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["reference", "compiled"])
def test_the_environment_chooses(name):
    done = subprocess.run([sys.executable, "-c", "from cleannews import kernels; print(kernels.NAME)"], check=True,
                          capture_output=True, text=True, env={**os.environ, "CLEANNEWS_KERNELS": name})
    assert done.stdout.strip() == name
