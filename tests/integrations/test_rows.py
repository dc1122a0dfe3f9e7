from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import CLEAN, CRUFT, EXPECTED, LONGEST, MIXED, MIXED_STATUSES, PAGES, SITE, STORIES, URLS

import cleannews
from cleannews import Cleaner, ConfigError, Templates
from cleannews.errors import InputError
from cleannews.integrations import STATUSES, BatchCleaner, MissingEngineError, RowCleaner
from cleannews.integrations import rows as module


def test_each_row_comes_back_with_its_status():
    rows = list(RowCleaner(longest=LONGEST).rows(MIXED))
    assert [row.status for row in rows] == MIXED_STATUSES
    assert [row.text for row in rows[:-1]] == [*EXPECTED, 7, b"bytes"]
    assert set(MIXED_STATUSES) <= set(STATUSES)
    assert rows[0].categories
    assert 0 < rows[0].removed_share < 1
    assert (rows[2].categories, rows[2].removed_share) == ([], 0)


def test_a_text_at_which_cleaning_raises_stays_and_stops_no_other(monkeypatch, caplog):
    real = Cleaner.analyze_many

    def raising(self, texts, metadata=None):
        texts = list(texts)
        if "poison" in texts:
            raise RuntimeError("it was poison")
        return real(self, texts, metadata)

    monkeypatch.setattr(Cleaner, "analyze_many", raising)
    rows = list(RowCleaner().rows([CRUFT, "poison", None, CRUFT]))
    assert [row.status for row in rows] == ["cleaned", "failed", "null", "cleaned"]
    assert [row.text for row in rows] == [CLEAN, "poison", None, CLEAN]
    assert rows[1].error == "RuntimeError: it was poison"
    assert "it was poison" in caplog.text


def test_a_wrong_setting_is_no_failed_row():
    with pytest.raises(ConfigError):
        RowCleaner(profile="newspaper")
    with pytest.raises(cleannews.ModelError):
        list(RowCleaner(templates=None, tagger="missing.tagger").rows([CRUFT]))
    with pytest.raises(TypeError, match="not both"):
        RowCleaner(cleannews.Config(), profile="page")
    with pytest.raises(ValueError, match="longest"):
        RowCleaner(longest=0)


@given(
    st.lists(
        st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.binary(), st.sampled_from([CRUFT, CLEAN])),
        max_size=12,
    )
)
def test_nothing_is_lost_and_order_is_kept(values):
    rows = list(RowCleaner().rows(values))
    assert len(rows) == len(values)
    for row, value in zip(rows, values, strict=True):
        assert row.status != "failed"
        if row.status == "cleaned":
            assert row.result.restore() == value
        else:
            assert row.text is value


def test_rows_read_ahead_by_no_more_than_they_say():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield CRUFT

    rows = RowCleaner().rows(endless())
    assert next(rows).text == CLEAN
    assert taken * len(CRUFT) < 2 * module.AHEAD


def test_what_is_known_of_a_page_reaches_the_cleaner():
    templates = Templates.learn(PAGES, URLS)
    cleaner = RowCleaner(templates=templates)
    assert not templates.sealed
    assert cleaner.templates.sealed
    known, unknown = cleaner.rows([PAGES[0]] * 2, sites=[SITE, None])
    assert known.text.strip() == STORIES[0]
    assert "letter box" in unknown.text
    assert [row.text for row in cleaner.rows([PAGES[0]] * 2, sites=[SITE])][1] == unknown.text
    direct = Cleaner(templates=templates).analyze(PAGES[0], site=SITE)
    assert known.text == direct.text


def test_a_pickle_is_small_and_gives_the_same():
    cleaner = BatchCleaner("body", profile="page", keep={"tags", "credit", "legal"}, details="x_")
    list(cleaner.rows([CRUFT]))
    data = pickle.dumps(cleaner)
    assert len(data) < 2_000
    again = pickle.loads(data)
    assert again.config == cleaner.config
    assert again.columns({"body": [CRUFT]}) == cleaner.columns({"body": [CRUFT]})


def test_a_pickle_is_the_same_in_every_process():
    code = (
        "import pickle, sys; from cleannews.integrations import RowCleaner;"
        "cleaner = RowCleaner(keep={'tags', 'credit', 'legal', 'byline'});"
        "sys.stdout.write(pickle.dumps(cleaner).hex())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": str(seed)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in range(3)
    }
    assert len(seen) == 1


def test_the_key_follows_settings_files_and_templates(tmp_path):
    path = tmp_path / "site.templates"
    templates = Templates.learn(PAGES, URLS)
    keys = {
        RowCleaner().key,
        RowCleaner(profile="page").key,
        RowCleaner(longest=5).key,
        RowCleaner(templates=templates).key,
    }
    templates.save(path)
    keys.add(RowCleaner(cleannews.Config(templates=str(path))).key)
    Templates.learn(PAGES[:9], URLS[:9]).save(path)
    keys.add(RowCleaner(cleannews.Config(templates=str(path))).key)
    assert len(keys) == 6
    assert RowCleaner().key == RowCleaner(cleannews.Config()).key


def test_one_cleaner_a_process_and_configuration():
    assert RowCleaner().cleaner is RowCleaner().cleaner
    assert RowCleaner(profile="page").cleaner is not RowCleaner().cleaner
    for number in range(20):
        assert RowCleaner(longest=number + 1).cleaner
    assert len(module._CLEANERS) <= 8


def test_columns_of_a_batch():
    batch = {"body": [CRUFT, None, 7], "url": [SITE, None, 3], "other": [1, 2, 3]}
    made = BatchCleaner("body", output="clean", details="news_", site="url").columns(batch)
    assert list(made) == ["clean", "news_status", "news_removed_share", "news_categories"]
    assert made["clean"] == [CLEAN, None, 7]
    assert made["news_status"] == ["cleaned", "null", "not_text"]
    assert BatchCleaner("body").columns({"body": []}) == {"body": []}
    with pytest.raises(InputError, match=r"there is no column 'text'; there are 'body', 'url', 'other'"):
        BatchCleaner().columns(batch)
    with pytest.raises(ValueError, match="read and written"):
        BatchCleaner("body", output="url", site="url")


def test_an_engine_that_is_missing_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_core", None)
    monkeypatch.setitem(sys.modules, "langchain_core.documents", None)
    monkeypatch.delitem(sys.modules, "cleannews.integrations.langchain", raising=False)
    with pytest.raises(MissingEngineError, match=r"^LangChain is not installed; .*'cleannews\[langchain\]'$"):
        import cleannews.integrations.langchain  # noqa: F401, PLC0415
    assert issubclass(MissingEngineError, ImportError)


def test_no_engine_is_imported_with_the_package():
    code = """if True:
        import sys, cleannews
        cleannews.clean("x")
        from cleannews.integrations import frames, ray, scrapy, spacy, spark
        print([name for name in ("ray", "pyspark", "pandas", "polars", "scrapy", "spacy") if name in sys.modules])
    """
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
