"""Templates: what each site of a corpus repeats, learned in one pass, kept in a file that merges.

What is kept of a site is a *sample of its distinct pages*: those with the smallest hashes (a bottom-k sample, Cohen and
Kaplan 2007). Which pages those are depends on nothing but the pages: not on their order, nor on how the corpus was cut
into parts. So the samples of parts, put together and cut down again, are the sample of the whole, exactly, and what is
derived from the sample (`cleannews.repetition`) is the same too.

Memory is bounded by two caps: `PAGES_A_SITE` pages of a site and `PAGES` in all, of each page no more than
`PAGE_SIZE` code points, deflated (4 kB a page on average for the WCXB articles). Where there are more pages than fit,
every site first keeps `ENOUGH` pages, then twice as many, and so on; where not even the first go in, those of them
with the smallest hashes stay. A site then keeps pages in proportion to its pages in the corpus, up to `ENOUGH`: of a
crawl of more sites than fit the large ones are learned, and not none.

The error of a sample of k pages: a line that stands on a share p of a site's pages stands on k·p pages of the sample,
give or take sqrt(k·ln(2/d)/2) with probability 1 - d (Hoeffding 1963): with 100 pages, ±14 in 95 of 100 cases. With 100
pages a label is asked to be seen on 6: one that stands on 15% of the pages is missed in one site of 600, one on 20% in
one of 50,000 (the tail of the binomial, an upper bound for sampling without replacement).
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cleannews.errors import ModelError
from cleannews.lexicon import load as load_lexicon
from cleannews.prose import Words
from cleannews.repetition import Known, Template, line_keys, templates_of

PAGES_A_SITE = 100
"""Pages of a site that are kept: enough for a line on a fifth of its pages (see above)."""

PAGES = 40_000
"""Pages that are kept in all: 100 MB in memory where pages have 5,000 code points."""

ENOUGH = 10
"""Pages that each site keeps before another keeps more: from as many on (`repetition.MANY`) templates are sure."""

PAGE_SIZE = 16_000
"""Code points of a page that are kept, half from its start and half from its end, where furniture stands. Of the
WCXB articles three in four are shorter as trafilatura takes them, of their whole pages two in five."""

FORMAT = 1
"""Version of the file format; a file of another version is refused."""

LARGEST = 4 << 30
"""Bytes. A larger file is refused unread."""

LARGEST_PART = 1 << 28
"""Bytes that a part of a file may have when inflated; a part that claims more is refused."""

PINNED = 0.99
"""Score of a line that a person pinned."""

_MAGIC = b"cleannews templates\n"
_HEAD = struct.Struct("<I16sQ")  # format, digest of the rest, length of the index
_SPACE = float(1 << 64)
_SLACK = 1.25


@dataclass
class _Site:
    """The sample of a site: keys of its pages in order, and each page deflated."""

    keys: list[int] = field(default_factory=list)
    pages: dict[int, bytes] = field(default_factory=dict)


class Templates:
    """What sites repeat. Made by `learn` or `load`; may be added to with `add` and `merge`.

    >>> furniture = "Daily Planet - all the news\\n\\n{}\\n\\nGet the Planet at your door\\nAbout the Planet"
    >>> stories = ["The mayor of the city said on Monday that the old bridge would be closed for a year.",
    ...            "Two children were found in the woods after a long search by their neighbours.",
    ...            "A company from the north has bought the mill and wants to make paper there again."]
    >>> templates = Templates.learn(map(furniture.format, stories), sites=["planet.example"] * 3)
    >>> sorted(item.text for item in templates.found("planet.example"))
    ['About the Planet', 'Daily Planet - all the news', 'Get the Planet at your door']
    """

    def __init__(self, *, pages_a_site: int = PAGES_A_SITE, pages: int = PAGES) -> None:
        """Nothing learned yet. `pages_a_site` and `pages` bound the sample; ValueError where either is below 2."""
        if min(pages_a_site, pages) < 2:
            raise ValueError("templates need at least two pages: pages_a_site and pages must be 2 or more")
        self.pages_a_site, self.pages = pages_a_site, pages
        self.sealed = False
        """True where the sample was left out of the file: templates can be used but not merged or added to."""
        self._sites: dict[str, _Site] = {}
        self._packed: dict[str, bytes] = {}  # samples as they stand in a file, opened when they are needed
        self._packed_size: dict[str, int] = {}
        self._count = 0
        self._last: tuple[int, int, str] | None = None  # the place in the order from which on pages were dropped
        self._pinned: dict[str, set[str]] = {}
        self._deleted: dict[str, set[str]] = {}
        self._listed: set[str] = set()  # the sites of a sealed file
        self._found: dict[str, tuple[Template, ...]] = {}
        self._known: dict[str, Known] = {}

    # Learning

    @classmethod
    def learn(cls, texts: Iterable[str], sites: Iterable[str] | None = None, *, pages_a_site: int = PAGES_A_SITE,
              pages: int = PAGES) -> Templates:
        """Learn from texts in one pass, and from the site of each (a name, a host or a URL).

        Without `sites` the texts are taken as pages of one site. Raises TypeError for a text that is no string and
        ValueError where `texts` and `sites` have different lengths.
        """
        found = cls(pages_a_site=pages_a_site, pages=pages)
        if sites is None:
            for text in texts:
                found.add(text)
        else:
            for text, site in zip(texts, sites, strict=True):
                found.add(text, site)
        return found

    def add(self, text: str, site: str = "") -> None:
        """Learn from one more text. Raises TypeError where it is no string, ModelError where templates are sealed."""
        if not isinstance(text, str):
            raise TypeError(f"templates are learned from str, not {type(text).__name__}: pass the text itself")
        self._demand_sample("nothing can be added to them")
        if text.strip():
            raw = _cropped(text).encode("utf-8", "surrogatepass")
            self._put(site_name(site), int.from_bytes(blake2b(raw, digest_size=8).digest(), "big"), raw, None)
            if self._count > self.pages * _SLACK + 16:
                self._trim()

    def merge(self, *others: Templates) -> Templates:
        """New templates as if learned from all that these were learned from: what came first changes nothing.

        The smaller caps hold. A line that one of them deleted stays deleted. Raises ModelError where one is sealed.
        """
        every = (self, *others)
        merged = Templates(pages_a_site=min(one.pages_a_site for one in every), pages=min(one.pages for one in every))
        for one in every:
            one._demand_sample("they cannot be merged")
            one._open_all()
            for site, sample in one._sites.items():
                for key, page in sample.pages.items():
                    merged._put(site, key, None, page)
            for mine, theirs in ((merged._pinned, one._pinned), (merged._deleted, one._deleted)):
                for site, texts in theirs.items():
                    mine.setdefault(site, set()).update(texts)
        merged._trim()
        return merged

    def _demand_sample(self, what: str) -> None:
        if self.sealed:
            raise ModelError(f"these templates were sealed (saved without their sample), so {what}")

    def _put(self, site: str, key: int, raw: bytes | None, page: bytes | None) -> None:
        sample = self._opened(site) or self._sites.setdefault(site, _Site())
        rank = bisect_left(sample.keys, key)
        if rank >= self.pages_a_site or key in sample.pages or (
                self._last is not None and (_round(rank), key, site) > self._last):
            if not sample.keys:
                del self._sites[site]
            return
        sample.keys.insert(rank, key)
        sample.pages[key] = page if page is not None else zlib.compress(raw or b"", 1)
        self._count += 1
        if len(sample.keys) > self.pages_a_site:
            del sample.pages[sample.keys.pop()]
            self._count -= 1
        self._found.pop(site, None)
        self._known.pop(site, None)

    def _trim(self) -> None:
        """Keep `pages` pages in all: those of the lowest round in their site, then of the smallest hash.

        Dropping early changes nothing: what is among the first of all pages is among the first of any part of them,
        because a page's rank in its site, and with it its round, is never higher in a part than in the whole.
        """
        if self._count <= self.pages:
            return
        self._open_all()
        order = sorted((_round(rank), key, site) for site, sample in self._sites.items()
                       for rank, key in enumerate(sample.keys))
        for _, key, site in order[self.pages:]:
            sample = self._sites[site]
            sample.keys.remove(key)
            del sample.pages[key]
            self._found.pop(site, None)
            self._known.pop(site, None)
            if not sample.keys:
                del self._sites[site]
        self._last = order[self.pages - 1]
        self._count = self.pages

    def _opened(self, name: str) -> _Site | None:
        packed = self._packed.pop(name, None)
        if packed is not None:
            raw = _inflated(packed)
            cut = 4 + struct.unpack_from("<I", raw)[0]
            keys, lengths = json.loads(raw[4:cut])
            sample = self._sites[name] = _Site(list(map(int, keys)))
            for key, length in zip(sample.keys, lengths, strict=True):
                sample.pages[key] = zlib.compress(raw[cut:cut + length], 1)
                cut += length
        return self._sites.get(name)

    def _size(self, name: str) -> int:
        return len(self._sites[name].keys) if name in self._sites else self._packed_size.get(name, 0)

    def _open_all(self) -> None:
        for name in list(self._packed):
            self._opened(name)

    # What was learned

    def sites(self) -> list[str]:
        """The sites that pages were seen of, in order; the empty name stands for a corpus learned without sites."""
        self._trim()
        return sorted({*self._sites, *self._packed, *self._listed, *self._pinned})

    def found(self, site: str = "") -> tuple[Template, ...]:
        """The templates of a site, surest first, with what a person pinned and without what a person deleted."""
        name = site_name(site)
        self._trim()
        if name not in self._found:
            sample = self._opened(name)
            if sample is not None:
                self._found[name] = tuple(templates_of(list(_texts(sample)), vocabulary()))
        learned = self._found.get(name, ())
        deleted = self._deleted.get(name, set())
        if not deleted and name not in self._pinned:
            return learned
        away = set(_keys(sorted(deleted)))
        pinned = {key: text for key, text in zip(*_keyed(sorted(self._pinned.get(name, ()))), strict=True)
                  if key not in away}
        of = learned[0].of if learned else 0
        result = []
        for key, item in zip(_keys([item.text for item in learned]), learned, strict=True):
            if key not in away:
                result.append(item._replace(score=PINNED) if pinned.pop(key, None) is not None else item)
        result += [Template(text, 0, of, PINNED) for text in pinned.values()]
        return tuple(sorted(result, key=lambda item: (-item.score, -item.groups, item.kind, item.text)))

    def known(self, site: str) -> Known | None:
        """The templates of a site ready to be looked up, None where it has none.

        A site that was not learned gets what was learned without sites, if anything was.
        """
        name = site_name(site)
        if name not in self._known:
            found = self.found(name)
            if not found:  # not remembered: a crawl has no end of sites that nothing is known of
                return self.known("") if name else None
            self._known[name] = Known(found, vocabulary())
        return self._known[name]

    def sampled(self, site: str = "") -> tuple[int, int]:
        """Distinct pages of a site that are kept, and about how many there were (the estimate of a bottom-k sample)."""
        sample = self._opened(site_name(site))
        if sample is None:
            return 0, 0
        count = len(sample.keys)
        if count < self.pages_a_site:
            return count, count
        return count, max(count, round((count - 1) / (sample.keys[-1] / _SPACE)))

    def show(self, site: str | None = None) -> Iterator[str]:
        """Lines for a person to read: of one site or of all, each template with score, pages and an example."""
        for name in self.sites() if site is None else [site_name(site)]:
            items = self.found(name)
            kept, about = self.sampled(name)
            seen = f"{kept} pages looked at" + (f" of about {about}" if about > kept else "") if kept else "sealed"
            groups = f", {items[0].of} different articles" if items and items[0].of else ""
            yield f"{name or '(no site)'}: {seen}{groups}, {len(items)} templates"
            for item in items:
                note = " pinned" if item.score == PINNED else ""
                yield f"  {item.score:.2f}  on {item.groups:>3}  {item.kind:<4}{note}  {item.text}"

    # A person's word

    def delete(self, text: str, site: str = "") -> None:
        """Say that a line or run is no template, now and later. Case, numbers and dates do not matter.

        Raises ModelError where the site has no such template.
        """
        name = site_name(site)
        if not _among(text, [item.text for item in self.found(name)]):
            raise ModelError(f"the site {name or '(no site)'} has no template {text!r}")
        self._deleted.setdefault(name, set()).add(text)
        self._pinned[name] = {other for other in self._pinned.get(name, ()) if not _among(other, {text})}
        if not self._pinned[name]:
            del self._pinned[name]
        self._known.clear()

    def pin(self, text: str, site: str = "") -> None:
        """Say that a line is a template of the site, whether it was found or not.

        Raises ModelError for a text of several lines or without a word.
        """
        name = site_name(site)
        if len(text.splitlines()) != 1 or not any(char.isalpha() for char in text):
            raise ModelError("only one line with a word in it can be pinned")
        self._pinned.setdefault(name, set()).add(text.strip())
        self._deleted[name] = {other for other in self._deleted.get(name, ()) if not _among(other, {text})}
        if not self._deleted[name]:
            del self._deleted[name]
        self._known.clear()

    # Files

    def digest(self) -> str:
        """A checksum of all that was learned and said: templates with the same digest are the same."""
        self._trim()
        self._open_all()
        digest = blake2b(digest_size=16)
        # With a sample what was found follows from it; without one it is all there is.
        found = {name: self._found[name] for name in sorted(self._found)} if self.sealed else None
        digest.update(json.dumps([self.pages_a_site, self.pages, self._opinions(), found], sort_keys=True).encode())
        for name in sorted(self._sites):
            digest.update(f"{name}\0{self._sites[name].keys}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _opinions(self) -> dict[str, Mapping[str, list[str]]]:
        return {"pinned": {name: sorted(texts) for name, texts in sorted(self._pinned.items())},
                "deleted": {name: sorted(texts) for name, texts in sorted(self._deleted.items())}}

    def save(self, path: str | Path, *, sealed: bool = False) -> None:
        """Write the templates to a file, whole or not at all. `sealed` leaves the sample of pages out: small, final.

        Raises ModelError where the file cannot be written.
        """
        self._trim()
        parts: list[bytes] = []
        listed: list[list[Any]] = []
        for name in self.sites():
            # Not `found`: what a person said is kept apart, so that it can be taken back.
            self.found(name)
            part = b"" if sealed else self._packed.get(name, b"")
            sample = self._sites.get(name)
            if sample is not None and not sealed:
                pages = [zlib.decompress(sample.pages[key]) for key in sample.keys]
                head = json.dumps([sample.keys, [len(page) for page in pages]]).encode()
                # The pages of a site share their furniture: together they deflate to less than one by one.
                part = zlib.compress(struct.pack("<I", len(head)) + head + b"".join(pages), 6)
            parts.append(part)
            listed.append([name, len(part), self._size(name), [list(item) for item in self._found.get(name, ())]])
        index = zlib.compress(json.dumps({
            "pages_a_site": self.pages_a_site, "pages": self.pages, "sealed": sealed or self.sealed, "sites": listed,
            **self._opinions()}, sort_keys=True).encode("utf-8", "surrogatepass"), 6)
        digest = _digest([index, *parts])
        target = Path(path)
        beside = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            with beside.open("wb") as stream:
                stream.write(_MAGIC + _HEAD.pack(FORMAT, digest, len(index)) + index)
                stream.writelines(parts)
            beside.replace(target)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise ModelError(f"the templates {path} cannot be written: {error.strerror or error}") from error

    @classmethod
    def load(cls, path: str | Path, *, sealed: bool = False) -> Templates:
        """Read templates. `sealed` leaves the sample of pages behind: less memory where nothing is to be merged.

        Raises ModelError for a file that is missing, foreign, truncated, damaged or of another version.
        """
        try:
            size = Path(path).stat().st_size
            if size > LARGEST:
                raise ModelError(f"{path} is larger than a file of templates can be ({LARGEST >> 30} GB)")
            with Path(path).open("rb") as stream:
                head = stream.read(len(_MAGIC) + _HEAD.size)
                if not head.startswith(_MAGIC):
                    raise ModelError(f"{path} is not a file of templates made by `cleannews learn`")
                if len(head) < len(_MAGIC) + _HEAD.size:
                    raise ModelError(f"{path} is truncated: learn again, or copy it again")
                version, digest, length = _HEAD.unpack(head[len(_MAGIC):])
                if version != FORMAT:
                    raise ModelError(f"{path} has the template format {version}, this version reads {FORMAT}; "
                                     "learn again with `cleannews learn`")
                body = stream.read()
        except OSError as error:
            raise ModelError(f"the templates {path} cannot be read: {error.strerror or error}") from error
        if length > len(body):
            raise ModelError(f"{path} is truncated: learn again, or copy it again")
        try:
            return cls._from(body, length, digest, str(path), sealed)
        except ModelError:
            raise
        except Exception as error:
            raise ModelError(f"{path} is not a file of templates ({type(error).__name__})") from error

    @classmethod
    def _from(cls, body: bytes, length: int, digest: bytes, path: str, sealed: bool) -> Templates:
        if _digest([body]) != digest:
            raise ModelError(f"{path} is truncated or damaged: its checksum does not match")
        index = json.loads(_inflated(body[:length]))
        made = cls(pages_a_site=int(index["pages_a_site"]), pages=int(index["pages"]))
        made.sealed = sealed or bool(index["sealed"])
        made._pinned = {str(name): set(map(str, texts)) for name, texts in index["pinned"].items()}
        made._deleted = {str(name): set(map(str, texts)) for name, texts in index["deleted"].items()}
        place = length
        for name, size, count, found in index["sites"]:
            if size and not sealed:
                made._packed[name] = body[place:place + size]
                made._packed_size[name] = int(count)
                made._count += int(count)
            place += size
            made._listed.add(name)
            made._found[name] = tuple(Template(str(text), int(groups), int(of), float(score), str(kind))
                                      for text, groups, of, score, kind in found)
        if place != len(body):
            raise ModelError(f"{path} is damaged: its parts do not add up")
        return made


def site_name(site: str) -> str:
    """The name that a site is known by: a host in small letters without ``www.``; anything else as it stands.

    >>> site_name("https://www.Example.com/news/1.html"), site_name("Die Presse")
    ('example.com', 'die presse')
    """
    name = site.strip().lower()
    if "://" in name:
        try:
            name = urlsplit(name).hostname or name
        except ValueError:  # an address that is none: the text itself tells sites apart
            return name
    return name.removeprefix("www.")


def _round(rank: int) -> int:
    """In which round a site's page of this rank is kept: `ENOUGH` pages in the first, as many again in each later one.

    >>> [_round(rank) for rank in (0, 9, 10, 19, 20, 39, 40, 99)]
    [0, 0, 1, 1, 2, 2, 3, 4]
    """
    return (rank // ENOUGH).bit_length()


@cache
def vocabulary() -> Words:
    """The word lists of the shipped lexicon: which words are months, weekdays and function words."""
    return Words(load_lexicon().words)


def _keys(texts: list[str]) -> list[int | str]:
    """What two lines have in common that are the same but for case, accents, marks, numbers and dates."""
    return [key or text for key, text in zip(line_keys(texts, vocabulary()), texts, strict=True)]


def _keyed(texts: list[str]) -> tuple[list[int | str], list[str]]:
    return _keys(texts), texts


def _among(text: str, texts: Iterable[str]) -> bool:
    return _keys([text])[0] in _keys(list(texts))


def _cropped(text: str) -> str:
    """The start and the end of a long text, cut where lines end if they do."""
    if len(text) <= PAGE_SIZE:
        return text
    half = PAGE_SIZE // 2
    head, tail = text[:half], text[-half:]
    return (head[:head.rfind("\n") + 1] or head + "\n") + (tail[tail.find("\n") + 1:] if "\n" in tail else tail)


def _texts(sample: _Site) -> Iterator[str]:
    for key in sample.keys:
        yield zlib.decompress(sample.pages[key]).decode("utf-8", "surrogatepass")


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.digest()


def _inflated(data: bytes) -> bytes:
    """Deflated bytes inflated. Raises ValueError where they are cut off or more than `LARGEST_PART`."""
    inflater = zlib.decompressobj()
    raw = inflater.decompress(data, LARGEST_PART)
    if not inflater.eof:
        raise ValueError("a part is cut off or larger than it can be")
    return raw
