"""What a run is asked to do, checked before anything is read or written."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from cleannews import __version__
from cleannews.config import Config
from cleannews.errors import ConfigError, InputError
from cleannews.formats import CHUNK, check, packing
from cleannews.formats.names import CSV, FOLDER, JSONL, PARQUET, TEXT, TSV, WARC, kind_of, understood
from cleannews.formats.places import PIPE, OutputError, Source, filesystem, is_remote, same, sources
from cleannews.formats.record import Fields

FROM_ANY = (JSONL, PARQUET)
"""Formats that any record can be written in; the others are written from their own kind."""


@dataclass(frozen=True)
class Plan:
    """Inputs, outputs and settings of a run. Made by `planned`, which checks them."""

    inputs: tuple[Source, ...]
    output: str
    kind: str
    """Format of the output; ``folder`` for a folder of text files."""
    config: Config
    fields: Fields = field(default_factory=Fields)
    into: str = ""
    """Field for the clean text beside the original, empty to write it over the original."""
    outcome: str = ""
    """Field for the share removed and the words left, empty for none."""
    removed: str = ""
    """File for the audit, empty for none; likewise the next two."""
    rejects: str = ""
    stats: str = ""
    min_words: int = 0
    """Documents with fewer words left are rejected."""
    page_seconds: float = 60.0
    """Seconds after which the reading of a page is given up, where the texts are web pages."""
    max_removed: float = 1.0
    """Documents that lose a greater share of their code points are rejected."""
    jobs: int = 1
    chunk: int = CHUNK
    """Bytes of input a worker takes at once. It is part of what fixes a compressed output's bytes."""
    resume: bool = False
    restart: bool = False
    work: str = ""
    """Folder for unfinished files, empty for the output's own."""

    def fingerprint(self) -> dict[str, Any]:
        """All that the output depends on: a run can be resumed where this is the same."""
        config = {name: sorted(value) if isinstance(value, frozenset) else value
                  for name, value in vars(self.config).items()}
        own = [path for path in (*self.config.lexicon, self.config.tagger, self.config.templates) if path]
        return json.loads(json.dumps({  # type: ignore[no-any-return]
            "version": __version__, "config": config, "config files": {path: _digest(path) for path in own},
            "inputs": [[source.name, source.kind, source.stamp] for source in self.inputs],
            "outputs": [os.path.basename(name) for name in (self.output, self.removed, self.rejects, self.stats)],
            "format": self.kind, "fields": asdict(self.fields), "into": self.into, "outcome": self.outcome,
            "min_words": self.min_words, "max_removed": self.max_removed, "chunk": self.chunk}, default=str))


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def planned(names: Sequence[str], output: str, *, config: Config, from_kind: str = "", to_kind: str = "",
            **settings: Any) -> tuple[Plan, list[str]]:
    """A checked plan, and the files in input folders that are left out because their format is unknown.

    `from_kind` and `to_kind` name formats that no ending tells; `settings` are fields of `Plan`. Raises InputError,
    ConfigError, OutputError or MissingExtraError for what cannot be done.
    """
    if list(names).count(PIPE) > 1:
        raise InputError("- (a pipe) is named twice as input; it can be read once")
    found, skipped = sources(names, from_kind)
    _once(found)
    kind = _output_kind(output, to_kind, found, folder=len(found) > 1 or any(map(os.path.isdir, names)))
    if kind == FOLDER:
        # The order of the paths in the output, so that output and audit can be read side by side.
        found.sort(key=lambda source: Path(source.relative).parts)
        for one, other in pairwise(found):
            if one.relative == other.relative:
                raise InputError(f"{one.name} and {other.name} would both become {one.relative} in {output}; clean "
                                 "them in two runs, or write .jsonl")
    plan = Plan(tuple(found), output, kind, config, **settings)
    added = tuple(name for name in (plan.into, plan.outcome) if name)
    plan = replace(plan, fields=replace(plan.fields, added=added))
    _check_kinds(plan)
    _check_settings(plan)
    _check_outputs(plan)
    return plan, skipped


def _once(found: Sequence[Source]) -> None:
    seen: set[str] = set()
    for source in found:
        if source.name in seen:
            raise InputError(f"{source.name} is named twice as input; name it once")
        seen.add(source.name)


def _output_kind(output: str, to_kind: str, found: Sequence[Source], folder: bool) -> str:
    if to_kind:
        return to_kind
    texts = all(source.kind == TEXT for source in found)
    said = understood(output).kind
    if output == PIPE:
        return JSONL if found[0].kind == WARC or (texts and folder) else found[0].kind
    if texts and (output.endswith(("/", os.sep)) or os.path.isdir(output) or (folder and not said)):
        return FOLDER
    if os.path.isdir(output):
        raise OutputError(f"{output} is a folder; name a file in it")
    return kind_of(output).kind


def _check_kinds(plan: Plan) -> None:
    kinds = {source.kind for source in plan.inputs}
    if plan.kind == WARC:
        raise OutputError(f"{plan.output}: WARC and WET are read, not written; write .jsonl or .parquet")
    if plan.kind not in FROM_ANY and kinds != {TEXT if plan.kind == FOLDER else plan.kind}:
        other = min(kinds - {plan.kind})
        raise OutputError(f"{plan.output}: {plan.kind} can be written from {plan.kind} alone, not from {other}; "
                          "write .jsonl or .parquet")
    if plan.kind == TEXT and len(plan.inputs) > 1:
        raise OutputError(f"{plan.output}: {len(plan.inputs)} texts do not go into one text file; name a folder "
                          "(with a / at its end), a .jsonl or a .parquet file")
    if plan.kind in (TEXT, FOLDER) and plan.fields.added:
        raise ConfigError("a text file has no fields, so that --into and --outcome have no place; write .jsonl")
    packed = understood(plan.output).packing
    if plan.kind == PARQUET and (packed or plan.output == PIPE):
        raise OutputError(f"{plan.output}: Parquet is compressed inside and is not written to a pipe; "
                          "name a .parquet file")
    if plan.kind != FOLDER and {JSONL, CSV, TSV} & kinds and plan.fields.encoding != "utf-8" and JSONL in kinds:
        raise ConfigError("JSON lines are UTF-8; --encoding is for text files and CSV")
    try:
        "".encode(plan.fields.encoding)
    except LookupError:
        raise ConfigError(f"there is no encoding {plan.fields.encoding!r}") from None
    check([*kinds, *({plan.kind} - {FOLDER})])
    names = [plan.output, plan.removed, plan.rejects, plan.stats]
    for found in {understood(name).packing for name in names} | {source.packing for source in plan.inputs}:
        packing.check(found)


def _check_settings(plan: Plan) -> None:
    for name, least in (("jobs", 1), ("min_words", 0), ("chunk", 1024)):
        if getattr(plan, name) < least:
            raise ConfigError(f"--{name.replace('_', '-')} must be at least {least}, not {getattr(plan, name)}")
    if not 0 <= plan.max_removed <= 1:
        raise ConfigError(f"--max-removed must be from 0 to 1 (or 0% to 100%), not {plan.max_removed}")
    if plan.resume and plan.restart:
        raise ConfigError("--resume goes on and --restart begins anew; choose one")
    if plan.resume and any(source.name == PIPE for source in plan.inputs):
        raise ConfigError("what came through a pipe cannot be read again, so that --resume has nothing to go on with")
    if plan.into and plan.into == plan.outcome:
        raise ConfigError(f"--into and --outcome both name the field {plan.into!r}; choose two")
    if "." in plan.into or "." in plan.outcome:
        raise ConfigError("--into and --outcome name a new field of the record itself, so that they have no dots")


def _check_outputs(plan: Plan) -> None:
    outputs = [name for name in (plan.output, plan.removed, plan.rejects, plan.stats) if name and name != PIPE]
    for at, name in enumerate(outputs):
        if any(same(name, other) for other in outputs[:at]):
            raise OutputError(f"{name} is named for two outputs; name two files")
        for source in plan.inputs:
            if same(name, source.name):
                raise OutputError(f"{name} is an input and an output; name another output")
        if name != plan.output and os.path.isdir(name):
            raise OutputError(f"{name} is a folder; name a file in it")
        _check_place(name)
    if plan.kind == FOLDER and os.path.isdir(plan.output) and os.listdir(plan.output):
        raise OutputError(f"the folder {plan.output} is not empty; name a new one")
    for name in (plan.removed, plan.rejects, plan.stats):
        if name == PIPE:
            raise OutputError("- (a pipe) can be the output, but not --removed, --rejects or --stats; name a file")


def _check_place(name: str) -> None:
    if is_remote(name):
        filesystem(name)
        return
    parent = os.path.dirname(os.path.abspath(name.rstrip("/")))
    if not os.path.isdir(parent):
        raise OutputError(f"{name} cannot be written: there is no folder {parent}")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(f"{name} cannot be written: Permission denied in {parent}")


