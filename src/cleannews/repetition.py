"""What repeats on the pages of one site: a pure function from a few pages to the lines and runs that are templates.

Repeating proves furniture only where what repeats is not the article itself. So

- copies of one article count as one page: pages that share most of their prose are one *group*, and a line is counted
  in groups. A sentence that repeats only together with its article is then seen once;
- a line that stands in a page's own prose ("Background", a quote, a catch-phrase) is believed less than one that
  stands before it, behind it or in a block of lines that repeats as a block;
- a sentence needs more groups than a label, and the more pages are known the more groups are asked for.

All figures here were chosen on the WCXB development pages and the Fundus parser tests (``benchmarks/templates.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleannews import characters as ch
from cleannews.document import Documents
from cleannews.kernels.hashing import NUMBER, mixed
from cleannews.prose import Mark, Prose, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleannews.document import Hashes, Ints

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

GRAM = 5
"""Tokens in a row that a run is found by: of those in the articles of 767 WCXB sites 1.8% stand in two or more."""

SHORTEST_RUN = 8
"""Tokens. Shorter ones are turns of phrase: of eight in a row 0.1% stand in two or more of those articles."""

ALIKE = 0.5
"""Share of the shorter page's prose, in token runs, from which two pages hold one article."""

SURELY_ALIKE = 0.8
"""Share from which two pages of a few hold one article though they differ elsewhere."""

MANY = 10
"""Pages from which what stands on most of them is known well enough to leave it out when pages are compared."""

MOST_COPIES = 2.5
"""Copies a page. Among an article's paragraphs a line with more heads each of its parts ("What we like")."""

_STEP = np.uint64(0xD6E8FEB86659FD93)
_PLACE = np.uint64(0x9E3779B97F4A7C15)
_LEAST_OWN = 5  # compared runs: 20 tokens
_COMPARED = np.uint64(4)  # one run in four is compared: pages of 500 tokens still share a hundred


class Template(NamedTuple):
    """Something a site repeats.

    `text` is how it stands on one of the pages; `groups` on how many different articles' pages it was seen, of `of`;
    `score` how sure it is that it is no part of an article, 0 to 1; `kind` is ``line`` or ``run`` (inside a line).
    """

    text: str
    groups: int
    of: int
    score: float
    kind: str = "line"


class Folded:
    """The tokens of a `Documents` with dates and numbers folded: "3 March 2024" and "May 12, 2023" are one token.

    Columns have one entry a folded token; `first` has one a line and one more.
    """

    def __init__(self, documents: Documents, vocabulary: Words) -> None:
        """Fold the tokens of `documents`; `vocabulary` says which words are months and weekdays."""
        hashes = documents.hashes
        line = np.repeat(np.arange(documents.line_count), documents.tokens)
        date = documents.numeric | ((vocabulary.marks(hashes) & Mark.DATE.bit) > 0)
        # "May" and "Sun" alone are words; only beside a number are they a date.
        beside = np.zeros(len(hashes), bool)
        if len(hashes) > 1:
            near = (line[1:] == line[:-1]) & date[1:] & date[:-1]
            beside[1:] |= near
            beside[:-1] |= near
        date = documents.numeric | (date & beside)
        following = np.zeros(len(hashes), bool)
        following[1:] = date[1:] & date[:-1] & (line[1:] == line[:-1])
        kept = np.flatnonzero(~following)
        self.documents = documents
        self.token: Ints = kept
        """The first token that each folded token stands for."""
        self.last_token: Ints = np.append(kept[1:], len(hashes)) - 1
        """The last token that each folded token stands for."""
        self.line: Ints = line[kept]
        self.hashes: Hashes = np.where(date[kept], NUMBER, hashes[kept])
        self.first: Ints = np.searchsorted(self.line, np.arange(documents.line_count + 1))
        place = (np.arange(len(kept)) - self.first[self.line]).astype(np.uint64)
        self._sums = np.concatenate([np.zeros(1, np.uint64),
                                     np.cumsum(mixed(self.hashes + place * _PLACE), dtype=np.uint64)])
        self.words: Ints = np.concatenate([[0], np.cumsum(self.hashes != NUMBER)])
        """Folded tokens before each place that are no numbers, shape (folded tokens + 1,)."""

    @property
    def line_hashes(self) -> Hashes:
        """A hash of each line's folded tokens in order, 0 for a line without a word."""
        first = self.first
        hashes = mixed(self._sums[first[1:]] - self._sums[first[:-1]])
        hashes[self.words[first[1:]] == self.words[first[:-1]]] = 0
        return hashes

    def grams(self, low: int = 0, high: int | None = None) -> tuple[Hashes, Bools]:
        """The hash of `GRAM` tokens from each token in ``[low, high)`` on, and whether all stand in one line."""
        hashes, line = self.hashes[low:high], self.line[low:high]
        count = max(0, len(hashes) - GRAM + 1)
        value = np.zeros(count, np.uint64)
        for at in range(GRAM):
            value = value * _STEP + hashes[at:at + count]
        return mixed(value), line[:count] == line[GRAM - 1:GRAM - 1 + count]

    def trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """The longest part of a run of tokens that begins and ends where something new may; None where it is short."""
        line = int(self.line[start])
        while end - start >= SHORTEST_RUN and not may_begin(self.documents, line, int(self.token[start])):
            start += 1
        while end - start >= SHORTEST_RUN and not may_end(self.documents, line, int(self.last_token[end - 1])):
            end -= 1
        if end - start < SHORTEST_RUN or self.words[end] - self.words[start] < SHORTEST_RUN - 2:
            return None
        return start, end

    def text(self, start: int, end: int) -> str:
        """The text that the folded tokens ``[start, end)`` stand for."""
        documents = self.documents
        return documents.text_between(int(documents.token_start[self.token[start]]),
                                      int(documents.token_end[self.last_token[end - 1]]))


class Known:
    """The templates of a site, ready to be looked up."""

    def __init__(self, templates: Sequence[Template], vocabulary: Words) -> None:
        """Make `templates` ready, folded by the same word lists as the texts will be."""
        whole = {item.text: item.score for item in templates if item.kind == "line"}
        inside = [item for item in templates if item.kind == "run"]
        self._hashes, self._scores = _by_hash(_line_hashes(list(whole), vocabulary), list(whole.values()))
        grams: dict[int, float] = {}
        folded = Folded(Documents([" ".join(item.text.split()) for item in inside]), vocabulary) if inside else None
        if folded is not None:
            marks, valid = folded.grams()
            page = folded.documents.document[folded.line[:len(marks)]]
            for mark, at in zip(marks[valid].tolist(), page[valid].tolist(), strict=True):
                grams[mark] = max(inside[at].score, grams.get(mark, 0.0))
        self._grams, self._gram_scores = _ordered(grams)

    def lines(self, hashes: Hashes) -> tuple[Ints, Floats]:
        """Which of the lines with these hashes are templates, and the score of each."""
        if not len(self._hashes) or not len(hashes):
            return np.zeros(0, np.int64), np.zeros(0)
        place = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        lines = np.flatnonzero((self._hashes[place] == hashes) & (hashes != 0))
        return lines, self._scores[place[lines]]

    def runs(self, folded: Folded, low: int, high: int) -> Iterator[tuple[int, int, float]]:
        """The runs among the folded tokens ``[low, high)``: first token, one past the last, score.

        A run is `SHORTEST_RUN` tokens or more, each in `GRAM` tokens that are known, and it begins and ends where
        something new may begin.
        """
        if not len(self._grams) or high - low < SHORTEST_RUN:
            return
        marks, valid = folded.grams(low, high)
        place = np.minimum(np.searchsorted(self._grams, marks), len(self._grams) - 1)
        known = valid & (self._grams[place] == marks)
        for start, end in spans(known, folded.line[low:high]):
            score = float(self._gram_scores[place[start:end - GRAM + 1]].min())
            trimmed = folded.trimmed(low + start, low + end)
            if trimmed:
                yield (*trimmed, score)


def spans(known: Bools, line: Ints) -> list[tuple[int, int]]:
    """Maximal runs of tokens in known grams that follow one another in a line: first token, one past the last."""
    places = np.flatnonzero(known)
    if not len(places):
        return []
    new = np.ones(len(places), bool)
    new[1:] = (np.diff(places) != 1) | (line[places[1:]] != line[places[:-1]])
    starts = places[new]
    ends = np.append(places[:-1][new[1:]], places[-1]) + GRAM
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def line_keys(texts: Sequence[str], vocabulary: Words) -> list[int]:
    """The line hash of each text (its first line), 0 for one without a word."""
    keys: list[int] = _line_hashes(texts, vocabulary).tolist()
    return keys


def templates_of(pages: Sequence[str], vocabulary: Words) -> list[Template]:
    """The templates of one site, from distinct pages of it, in the order of their score and text.

    The order of the pages changes nothing.

    >>> from cleannews.lexicon import load
    >>> story = "{} won the vote on Friday, officials in the city said.\\n\\nDaily Planet - all the news"
    >>> pages = [story.format(who) for who in ("Ann Lee and the green party", "A man from the far north coast",
    ...                                        "Nobody in three small towns")]
    >>> [item.text for item in templates_of(pages, Words(load().words))]
    ['Daily Planet - all the news']
    """
    if len(pages) < 2:
        return []
    pages = sorted(pages)
    documents = Documents(pages)
    prose = Prose(documents, vocabulary)
    folded = Folded(documents, vocabulary)
    group = groups_of(prose, folded)
    of = int(group.max()) + 1
    if of < 2:
        return []
    found = [*_line_templates(prose, folded, group, of), *_run_templates(folded, vocabulary, group, of)]
    return sorted(found, key=lambda item: (-item.score, -item.groups, item.kind, item.text))


def groups_of(prose: Prose, folded: Folded) -> Ints:
    """The group of each page, shape (pages,): pages that hold near copies of one article are in one group."""
    documents = prose.documents
    pages = len(documents.texts)
    marks, valid = folded.grams()
    counted = prose.prose | prose.sentence
    taken = np.flatnonzero(valid & counted[folded.line[:len(marks)]] & (marks % _COMPARED == 0))
    page = documents.document[folded.line[taken]]
    pairs = np.unique(np.stack([marks[taken], page.astype(np.uint64)], axis=1), axis=0)
    which, index, often = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    index, owner = index.reshape(-1), pairs[:, 1].astype(np.int64)
    size = np.bincount(owner, minlength=pages)
    shared = often >= 2
    column = np.cumsum(shared) - 1
    seen = np.zeros((pages, int(shared.sum())), np.float32)
    repeated = shared[index]
    seen[owner[repeated], column[index[repeated]]] = 1
    both = seen @ seen.T
    least, most = np.minimum(size[:, None], size[None, :]), np.maximum(size[:, None], size[None, :])
    alike = (both >= ALIKE * least) & (least > 0)
    if pages < 4:
        return _components(alike)
    # What stands on most pages is the site's, not an article's: without it pages may turn out to be different.
    rare = often[shared] * 2 <= pages
    rare_both = seen[:, rare] @ seen[:, rare].T
    common = np.zeros(len(which), bool)
    common[shared] = ~rare
    own = size - np.bincount(owner[common[index]], minlength=pages)
    own_least = np.minimum(own[:, None], own[None, :])
    alike &= (own_least < _LEAST_OWN) | (rare_both >= 0.3 * own_least)
    # A page that has hardly any prose but the site's is like every other: such pages are one group and link no others.
    bare = own < _LEAST_OWN
    alike[bare] = alike[:, bare] = False
    alike[np.ix_(bare, bare)] = True
    if pages < MANY:
        alike |= (both >= SURELY_ALIKE * most) & (most > 0)
    return _components(alike)


def _components(linked: Bools) -> Ints:
    """Numbers of the connected components of an undirected graph, shape (nodes,)."""
    number = np.full(len(linked), -1, np.int64)
    count = 0
    for start in range(len(linked)):
        if number[start] >= 0:
            continue
        waiting = [start]
        number[start] = count
        while waiting:
            near = np.flatnonzero(linked[waiting.pop()] & (number < 0))
            number[near] = count
            waiting += near.tolist()
        count += 1
    return number


def _line_templates(prose: Prose, folded: Folded, group: Ints, of: int) -> Iterator[Template]:
    documents = prose.documents
    hashes = folded.line_hashes
    lines = np.flatnonzero(hashes != 0)
    page = documents.document[lines]
    marks = hashes[lines]
    values, which = np.unique(marks, return_inverse=True)
    which = which.reshape(-1)
    groups = _distinct(which, group[page], len(values))
    repeated = groups >= 2
    if not repeated.any():
        return
    sentence = (prose.sentence | prose.prose)[lines]
    own = sentence & ~repeated[which]
    inside = _between(own, page)
    together = _together(which, page, group[page], repeated)
    copies = np.bincount(which, minlength=len(values)) / np.maximum(_distinct(which, page, len(values)), 1)
    # What heads every part of an article ("What we like") stands on a page many times.
    exposed = ~inside | (together & (copies < MOST_COPIES)[which])
    count = np.bincount(which, minlength=len(values))
    share = np.bincount(which, exposed, len(values)) / count
    outside = np.bincount(which, ~inside, len(values)) / count
    is_sentence = np.bincount(which, sentence, len(values)) * 2 > count
    words = np.bincount(which, prose.words[lines], len(values)) / count
    examples: dict[int, str] = {}
    for line, value in zip(lines.tolist(), which.tolist(), strict=True):
        if repeated[value]:
            text = documents.text_between(int(documents.ink_start[line]), int(documents.ink_end[line]))
            if value not in examples or (len(text), text) < (len(examples[value]), examples[value]):
                examples[value] = text
    for value, text in examples.items():
        seen = int(groups[value])
        score = (sentence_score(seen, of, float(outside[value]), float(share[value])) if is_sentence[value]
                 else line_score(seen, of, float(share[value]), float(words[value])))
        if score > 0:
            yield Template(text, seen, of, score)


def line_score(groups: int, of: int, exposed: float, words: float) -> float:
    """How sure it is that a line that is no sentence is furniture.

    `groups` of `of` groups have it, a share `exposed` of its copies stands outside the article's own prose or in a
    block that repeats. 0 where nothing can be said.
    """
    if groups < needed(of) or (words >= 20 and groups < 3):
        return 0.0
    if exposed < 0.5:
        # Among the article's paragraphs: a cross-head of the house as likely as a banner. Others must agree.
        return 0.0 if groups < 3 else 0.5 if groups < 6 else 0.7
    sure = (0.8, 0.88, 0.93, 0.96)[min(groups, 5) - 2] if groups < 10 else 0.98
    return sure - (0.15 if words <= 1 and groups < 5 else 0.0)


def sentence_score(groups: int, of: int, outside: float, exposed: float) -> float:
    """How sure it is that a sentence is furniture: a disclaimer, an author box. Arguments as for `line_score`."""
    if groups < max(3, needed(of)) or exposed < 0.8:
        return 0.0
    share = groups / of
    if outside < 0.8:
        return 0.975 if groups >= 5 and share >= 0.5 else 0.0
    if groups >= 4 and share >= 0.3:
        return 0.975
    return 0.92 if groups >= 5 or share >= 0.5 else 0.5


def needed(of: int) -> int:
    """Groups that a template must be seen in, of `of` known: two of a few, more of many.

    >>> [needed(of) for of in (2, 9, 10, 40, 100)]
    [2, 2, 3, 4, 6]
    """
    return 2 if of < MANY else 3 + of // 30


def _distinct(values: Ints, groups: Ints, count: int) -> Ints:
    """In how many different groups each value occurs, shape (count,)."""
    if not len(values):
        return np.zeros(count, np.int64)
    size = int(groups.max()) + 1
    pairs = np.unique(values * size + groups)
    return np.bincount(pairs // size, minlength=count)


def _between(own: Bools, page: Ints) -> Bools:
    """Whether each line stands between the first and the last line of its page's own prose. True where it has none."""
    place = np.arange(len(own))
    first = np.full(int(page.max()) + 1, len(own))
    last = np.full(len(first), -1)
    np.minimum.at(first, page[own], place[own])
    np.maximum.at(last, page[own], place[own])
    return (last[page] < 0) | ((place > first[page]) & (place < last[page]))


def _together(which: Ints, page: Ints, group: Ints, repeated: Bools) -> Bools:
    """Whether each line repeats together with the line before it or the line after it."""
    beside = (page[1:] == page[:-1]) & repeated[which[1:]] & repeated[which[:-1]] & (which[1:] != which[:-1])
    pairs = which[:-1] * len(repeated) + which[1:]
    values, index = np.unique(pairs, return_inverse=True)
    index = index.reshape(-1)
    often = np.zeros(len(values), np.int64)
    often[:] = _distinct(index[beside], group[:-1][beside], len(values))
    twice = beside & (often[index] >= 2)
    found = np.zeros(len(which), bool)
    found[1:] |= twice
    found[:-1] |= twice
    return found


def _run_templates(folded: Folded, vocabulary: Words, group: Ints, of: int) -> Iterator[Template]:
    """Runs of tokens on half of the groups or more, three at least, that begin and end where something new may."""
    if of < 3:
        return
    documents = folded.documents
    marks, valid = folded.grams()
    if not len(marks):
        return
    line = folded.line[:len(marks)]
    hashes = folded.line_hashes
    page_group = group[documents.document[line]]
    values, which = np.unique(marks, return_inverse=True)
    which = which.reshape(-1)
    often = _distinct(which[valid], page_group[valid], len(values))
    common = valid & (often[which] >= max(3, -(-of // 2)))
    # A line that repeats as a whole is a template line already.
    lines, index = np.unique(hashes, return_inverse=True)
    index = index.reshape(-1)
    whole = _distinct(index, group[documents.document], len(lines))[index] >= max(3, needed(of))
    common &= ~whole[line]
    places = np.flatnonzero(common)
    if not len(places):
        return
    # Pages leave items out and put others between: no page has the whole run. Every stretch that says something new
    # is kept, in the order of the pages' text, and looked up by its grams.
    told: set[int] = set()
    for start, end in spans(common, line):
        trimmed = folded.trimmed(start, end)
        if trimmed is None:
            continue
        first, last = trimmed
        count = int(often[which[first:last - GRAM + 1]].min())
        text = folded.text(first, last)
        if _is_sentence(text, vocabulary) and (count < 5 or count * 5 < of * 4):
            continue
        grams = marks[first:last - GRAM + 1].tolist()
        if told.issuperset(grams):
            continue
        told.update(grams)
        yield Template(text, count, of, (0.86, 0.9, 0.93)[count - 3] if count < 6 else 0.96, "run")


def _is_sentence(text: str, vocabulary: Words) -> bool:
    """Whether a run reads like a sentence, as a catch-phrase does."""
    alone = Prose(Documents([text + "."]), vocabulary)
    return bool((alone.sentence | alone.prose).any())


_MAY_END = (ch.TERMINAL, ch.QUOTE, ch.CLOSING, ch.BAR, ch.COLON)


def may_begin(documents: Documents, line: int, token: int) -> bool:
    """Whether something new may begin with this token: at a capital, after the end of a sentence, after a sign."""
    place, low = int(documents.token_start[token]), int(documents.ink_start[line])
    before = place - 1
    while before >= low and documents.kinds[before] in (ch.SPACE, ch.INVISIBLE):
        before -= 1
    if before < low:
        return True
    kind = int(documents.kinds[before])
    if kind in (*_MAY_END, ch.OPENING, ch.SYMBOL, ch.PUNCTUATION):
        return True
    # A number in front is the changing date that a banner was glued to.
    return kind != ch.COMMA and (documents.kinds[place] == ch.UPPER or kind == ch.DIGIT)


def may_end(documents: Documents, line: int, token: int) -> bool:
    """Whether something new may follow this token."""
    place, high = int(documents.token_end[token]), int(documents.ink_end[line])
    after = place
    while after < high and documents.kinds[after] in (ch.SPACE, ch.INVISIBLE):
        after += 1
    if after >= high:
        return True
    kind = int(documents.kinds[after])
    if kind in (*_MAY_END, ch.DASH, ch.SYMBOL, ch.PUNCTUATION):
        return True
    return after > place and kind in (ch.UPPER, ch.DIGIT, ch.OPENING)


def _line_hashes(texts: Sequence[str], vocabulary: Words) -> Hashes:
    """The line hash of each text, its first line where it has several."""
    if not texts:
        return np.zeros(0, np.uint64)
    documents = Documents(texts)
    return Folded(documents, vocabulary).line_hashes[documents.first_line[:-1]]


def _by_hash(hashes: Hashes, scores: Sequence[float]) -> tuple[Hashes, Floats]:
    """Hashes in order, each once, with the highest of its scores."""
    best: dict[int, float] = {}
    for value, score in zip(hashes.tolist(), scores, strict=True):
        if value:
            best[value] = max(score, best.get(value, 0.0))
    return _ordered(best)


def _ordered(best: dict[int, float]) -> tuple[Hashes, Floats]:
    order = sorted(best)
    return np.array(order, np.uint64), np.array([best[value] for value in order], np.float64)
