"""How good a cleaned text is, against the known article text of its page.

Token: a CJK character, or a run of letters and digits, lower-cased. F1 is that of 4-token shingles as
article-extraction-benchmark counts it: precision and recall of each page, averaged over pages, and F1 of the two.

Annotators disagree about lines that credit, sign, license or advertise an article. Where a gold has such a line it is
optional (fundus-evaluation's mark): it counts neither for nor against. Where the gold does not have it, it is cruft.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cleannews import InputError

NOTHING = "nothing is measured: no page of the cases is what was asked for"

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_OPTIONAL = re.compile(
    r"""(?ix)
    ^\W*(?:©|\(c\)\s|copyright\b|저작권자|all\ rights\ reserved) | \ball\ rights\ reserved\W*$ | 무단\s?전재
  | ^\W*(?:additional\ |with\ )?(?:reporting|writing|editing|compiled|translation|graphics?)\ (?:by|and\ \w+\ by)\ \w
  | ^\W*(?:rédigé|écrit|édité)\ par\b | ^\W*(?:with|including)\ (?:\w+\ )?(?:wires?|agencies|files\ from)\b
  | \bcontributed\ (?:to|reporting\ (?:to|for))\ this\ (?:report|story|article|piece)
  | \b(?:can|may)\ be\ (?:reached|contacted|emailed)\ (?:at|by|on)\b.{0,80}$
  | ^\W*(?:e-?mail|contact|write\ to|reach(?:\ the\ reporters?)?)\b.{0,80}(?:@|\bat\ http)
  | ^[^.!?]{0,60}[\w.+-]+@[\w-]+\.[\w.]+\W*$
  | ^\W*follow\ .{0,120}\b(?:twitter|facebook|instagram|x|linkedin|youtube|tiktok)\b | ^\W*follow\ .{0,60}@\w+
  | ^\W*(?:https?://|www\.)\S+\W*$ | ^[^.!?]{0,40}:\s*https?://\S+\W*$
  | ^\W*(?:read\ (?:more|also|next)|related(?:\ \w+)?|also\ on\ \S+|see\ also|more\ (?:from|on)\ [^.]{0,40})\s*[:|»–—-]
  | ^\W*(?:leggi\ anche|lesen\ sie\ auch|mehr\ zum\ thema|à\ lire\ aussi|lire\ aussi|lea\ también|leia\ (?:também|mais)
    |lees\ ook|baca\ juga|czytaj\ też)\b
  | \b(?:sign\ up|subscribe)\b.{0,80}\b(?:newsletters?|inbox|channel|magazine)\b
  | ^\W*this\ (?:story|article|column|report|post)\ (?:was|has\ been|is|appeared)\ (?:\w+\ )?(?:published|reprinted
    |republished|adapted|produced|syndicated|originally)\b
  | ^\W*(?:read\ the\ original\ article|click\ here\ to\ (?:read|sign|subscribe|get|download|share)) | ^\[사진
    """)

Shingles = Counter[tuple[str, ...]]
Cleaning = Callable[[str], str]


def tokens(text: str) -> list[str]:
    """The tokens of a text."""
    return _TOKEN.findall(text.lower())


def is_optional(line: str) -> bool:
    """Whether a line of a gold is one that annotators disagree about."""
    line = line.strip()
    return len(line) < 400 and _OPTIONAL.search(line) is not None


def shingles(text: str, size: int = 4) -> Shingles:
    """All shingles of `size` tokens; a shorter text is one shingle."""
    found = tokens(text)
    if not found:
        return Counter()
    return Counter(tuple(found[max(0, at - size + 1):at + 1]) for at in range(min(size, len(found)) - 1, len(found)))


@dataclass
class Page:
    """A page with its article text and what extractors made of it."""

    record: dict[str, Any]
    texts: dict[str, str]
    article: str = ""
    optional: set[tuple[str, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, record: dict[str, Any], raw: bool = False) -> Page:
        """A page from a record of a case file; `raw` counts every line of its gold."""
        texts = {name: text for name, text in record["texts"].items() if text}
        gold = record.get("gold") or ""
        if raw:
            return cls(record, texts, gold)
        bracketed = record.get("dataset") == "fundus_eval"
        optional = [line for line in gold.split("\n") if is_optional(line)
                    or (bracketed and line.strip().startswith("[") and line.strip().endswith("]"))]
        kept = "\n".join(line for line in gold.split("\n") if line not in set(optional))
        return cls(record, texts, kept, {tuple(tokens(line)) for line in optional} - {()})

    def without_optional(self, text: str) -> str:
        """A text of the page without the lines that count neither way."""
        if not self.optional:
            return text
        return "\n".join(line for line in text.split("\n") if tuple(tokens(line)) not in self.optional)

    @cached_property
    def shingles(self) -> Shingles:
        """The article's shingles."""
        return shingles(self.article)

    @cached_property
    def _lines(self) -> set[tuple[str, ...]]:
        return {found for line in self.article.split("\n") if (found := tuple(tokens(line)))}

    @cached_property
    def _runs(self) -> set[tuple[str, ...]]:
        found = tokens(self.article)
        return {tuple(found[at:at + 4]) for at in range(len(found) - 3)}

    def covered(self, line: str) -> tuple[int, int]:
        """How many of a line's tokens are article, and how many it has."""
        found = tuple(tokens(line))
        if len(found) < 4 or found in self._lines:
            return (len(found) if found in self._lines else 0), len(found)
        mark = bytearray(len(found))
        for at in range(len(found) - 3):
            if found[at:at + 4] in self._runs:
                mark[at:at + 4] = b"\1\1\1\1"
        return sum(mark), len(found)

    def is_cruft(self, line: str) -> bool:
        """Whether a line is cruft: at most a fifth of its tokens are article."""
        covered, count = self.covered(line)
        return count > 0 and covered <= 0.2 * count

    def article_and_cruft(self, text: str) -> tuple[int, int]:
        """Tokens of a text that are article, and tokens that are not."""
        article = cruft = 0
        for line in text.split("\n"):
            covered, count = self.covered(line)
            article += covered
            cruft += count - covered
        return article, cruft


def records(path: str | Path) -> Iterator[dict[str, Any]]:
    """The records of a case file. Raises InputError."""
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                record = json.loads(line)
                if not isinstance(record, dict) or not isinstance(record.get("texts"), dict):
                    raise InputError(f"{path}, line {number}: a case needs 'texts'")
                yield record
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a case file: {error}") from error


def pages(path: str | Path, raw: bool = False) -> Iterator[Page]:
    """The pages of a case file that have an article text. Raises InputError."""
    return (Page.of(record, raw) for record in records(path) if record.get("gold"))


@dataclass
class Tally:
    """Sums over the pages of one extractor."""

    before: list[tuple[float, float]] = field(default_factory=list)
    after: list[tuple[float, float]] = field(default_factory=list)
    ceiling: list[tuple[float, float]] = field(default_factory=list)
    article: list[int] = field(default_factory=lambda: [0, 0])
    cruft: list[int] = field(default_factory=lambda: [0, 0])
    harmed: int = 0

    def add(self, page: Page, text: str, cleaned: str, oracle: bool) -> None:
        """Count a page."""
        same = text == cleaned
        text, cleaned = page.without_optional(text), page.without_optional(cleaned)
        self.before.append(precision_recall(page.shingles, shingles(text)))
        self.after.append(self.before[-1] if same else precision_recall(page.shingles, shingles(cleaned)))
        if oracle:
            best = "\n".join(line for line in text.split("\n") if not page.is_cruft(line))
            self.ceiling.append(precision_recall(page.shingles, shingles(best)))
        counts = page.article_and_cruft(text)
        left = counts if same else page.article_and_cruft(cleaned)
        for kind, sums in enumerate((self.article, self.cruft)):
            sums[0] += counts[kind]
            sums[1] += left[kind]
        self.harmed += left[0] < 0.98 * counts[0]

    def merge(self, other: Tally) -> None:
        """Add what another tally counted."""
        self.before += other.before
        self.after += other.after
        self.ceiling += other.ceiling
        for mine, theirs in ((self.article, other.article), (self.cruft, other.cruft)):
            mine[0] += theirs[0]
            mine[1] += theirs[1]
        self.harmed += other.harmed

    def figures(self) -> dict[str, float]:
        """The figures, each between 0 and 1 but for `pages`."""
        before, after = f1(self.before), f1(self.after)
        found = {"pages": len(self.before), "f1_before": before[2], "f1_after": after[2],
                 "p_before": before[0], "p_after": after[0], "r_before": before[1], "r_after": after[1],
                 "cruft_removed": 1 - self.cruft[1] / max(1, self.cruft[0]),
                 "article_lost": 1 - self.article[1] / max(1, self.article[0]),
                 "harmed": self.harmed / max(1, len(self.before))}
        if self.ceiling:
            top = f1(self.ceiling)[2]
            found["f1_ceiling"] = top
            found["headroom_closed"] = (after[2] - before[2]) / (top - before[2]) if top > before[2] else 0.0
        return found


def precision_recall(article: Shingles, text: Shingles) -> tuple[float, float]:
    """Precision and recall of a page; -1 where there is nothing to divide by."""
    both = sum((article & text).values())
    said, wanted = sum(text.values()), sum(article.values())
    if said == wanted == both:
        return 1.0, 1.0
    return (both / said if said else -1.0), (both / wanted if wanted else -1.0)


def f1(rows: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Mean precision, mean recall, and F1 of the two."""
    ps, rs = [row[0] for row in rows if row[0] >= 0], [row[1] for row in rows if row[1] >= 0]
    p, r = sum(ps) / max(1, len(ps)), sum(rs) / max(1, len(rs))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0
