"""Proof of a lexicon file: every entry hits what it says it hits and misses what it says it misses."""

from __future__ import annotations

from pathlib import Path

from cleannews.document import Documents
from cleannews.labels import kept_lines
from cleannews.lexicon.index import Index, keys_of, tables_of
from cleannews.lexicon.loader import hashed_words, load, read_source
from cleannews.lexicon.phrase import compile_phrase


def failures(path: Path) -> tuple[list[str], int]:
    """What is wrong in a lexicon file, a sentence each, and the number of its entries.

    Raises LexiconError where the file cannot be read at all.
    """
    source = read_source(path)
    words = {name: hashed_words(values) for name, values in source.words.items()}
    report: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(source.entries, 1):
        where = f"{path.name}: entry {number} ({entry.phrases[0]!r})"
        index = Index([entry], tables_of([key._replace(entry=0) for key in source.keys[number - 1]]))
        if not entry.hit:
            report.append(f"{where} has no 'hit' examples")
        if not entry.miss:
            report.append(f"{where} has no 'miss' examples")
        report += [f"{where} does not hit {text!r}" for text in entry.hit if not index.find(Documents([text]))]
        report += [f"{where} hits {text!r}" for text in entry.miss if index.find(Documents([text]))]
        for place, phrase in enumerate(entry.phrases):
            alone = Index([entry], tables_of(keys_of(0, place, compile_phrase(phrase, words))))
            if not any(alone.find(Documents([text])) for text in entry.hit):
                report.append(f"{where}: no 'hit' example shows the phrase {phrase!r}")
            first = seen.setdefault((phrase, entry.match.value), number)
            if first != number:
                report.append(f"{where} repeats the phrase of entry {first}")
    return report, len(source.entries)


def marked(path: Path, own: tuple[str, ...] = ()) -> tuple[list[str], int]:
    """Which entries of the lexicon hit lines that a person marked as article text, and the number of those lines.

    `path` is a file of labels made by a report; `own` are lexicon files besides the shipped ones. Raises InputError and
    LexiconError.
    """
    lexicon = load(own)
    kept = list(kept_lines(path))
    documents = Documents([one.line for one in kept])
    report = []
    for hit in lexicon.index.find(documents, [one.language for one in kept]):
        entry, one = lexicon.entries[hit.entry], kept[int(documents.document[hit.line])]
        report.append(f"{path.name}: {entry.rule(hit.phrase)} ({entry.category}) hits {one.line!r}")
    return list(dict.fromkeys(report)), len(kept)
