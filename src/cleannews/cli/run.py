"""``cleannews run``: a corpus in, a clean corpus out."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from types import FrameType

from cleannews.batch import Tally, planned
from cleannews.batch import run as carry_out
from cleannews.batch.plan import Plan
from cleannews.batch.progress import listener
from cleannews.cli import DONE, FAILED, complain
from cleannews.cli.inputs import config_from
from cleannews.errors import ConfigError
from cleannews.formats.names import WARC
from cleannews.formats.places import PIPE, OutputError
from cleannews.formats.record import Fields

INTERRUPTED = 130


def run(options: argparse.Namespace) -> int:
    """Clean a corpus. Returns 1 where a record or file failed or an output could not be written."""
    plan, skipped = planned(
        options.inputs, options.output, config=config_from(options), from_kind=options.from_kind,
        to_kind=options.to_kind, fields=fields_from(options), into=options.into, outcome=options.outcome,
        removed=options.removed, rejects=options.rejects, stats=options.stats, min_words=options.min_words,
        max_removed=options.max_removed, page_seconds=options.page_seconds,
        jobs=options.jobs or os.cpu_count() or 1, chunk=options.chunk,
        resume=options.resume, restart=options.restart, work=options.work)
    if skipped:
        complain(f"{len(skipped)} files in the folders have no ending of a known format and are left out, such as "
                 f"{skipped[0]}")
    if plan.resume and _is_complete(plan):
        complain(f"{plan.output} is there and has no unfinished run: nothing is left to do. To make it anew leave out "
                 "--resume")
        return DONE
    _demand_site(plan)
    sizes = [source.size for source in plan.inputs]
    listening = listener(sum(sizes) if all(sizes) else 0, options.quiet)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        tally = carry_out(plan, listening)
    except OutputError as error:
        complain(f"{error}{_resumable(plan)}")
        return FAILED
    except KeyboardInterrupt:
        listening.close()
        complain(f"interrupted{_resumable(plan)}")
        return INTERRUPTED
    finally:
        listening.close()
    if not options.quiet:
        _summary(tally, plan)
    return FAILED if tally.totals["failed"] else DONE


def _demand_site(plan: Plan) -> None:
    """Raise ConfigError where templates could not be used because no document says what site it is of."""
    if not plan.config.templates or plan.fields.site or any(source.kind == WARC for source in plan.inputs):
        return
    from cleannews.templates import Templates  # noqa: PLC0415 - most runs have none

    sites = Templates.load(plan.config.templates, sealed=True).sites()
    if sites and "" not in sites:
        raise ConfigError(f"{plan.config.templates} has the templates of {len(sites):,} sites, and no document says "
                          "its site: name the field that does with --site")


def fields_from(options: argparse.Namespace) -> Fields:
    """The names of the fields."""
    return Fields(text=options.field, id=getattr(options, "id", ""), site=getattr(options, "site", ""),
                  lang=getattr(options, "lang_field", ""), title=getattr(options, "title_field", ""),
                  encoding=options.encoding, html=getattr(options, "html", False))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _journal(plan: Plan) -> str:
    from cleannews.batch.targets import Outputs  # noqa: PLC0415 - for a name

    return Outputs(plan).journal


def _is_complete(plan: Plan) -> bool:
    journal = _journal(plan)
    return bool(journal) and not os.path.exists(journal) and os.path.exists(plan.output)


def _resumable(plan: Plan) -> str:
    """How to go on, where that is possible."""
    journal = _journal(plan)
    if not journal or not os.path.exists(journal) or any(source.name == PIPE for source in plan.inputs):
        return ""
    given = sys.argv[1:]
    if "--resume" in given or not given or given[0] != "run":
        return "; what is done is kept: give the same command again, with --resume, to go on"
    again = shlex.join(["cleannews", *(word for word in given if word != "--restart"), "--resume"])
    return f"; what is done is kept. Go on with: {again}"


def _summary(tally: Tally, plan: Plan) -> None:
    totals = tally.totals
    parts = [f"{totals['written']:,} of {totals['documents']:,} documents written to {plan.output}",
             f"{totals['changed']:,} of them had cruft" if not totals["filtered"]
             else f"{totals['changed']:,} documents had cruft", f"{tally.removed_share:.1%} of the text removed"]
    if totals["filtered"]:
        parts.append(f"{totals['filtered']:,} documents filtered out")
    if totals["unsettled"]:
        parts.append(f"{totals['unsettled']:,} found no rest and are as they came")
    complain(", ".join(parts))
    if totals["failed"]:
        kept = f"see {plan.rejects}" if plan.rejects else "name --rejects FILE to keep them with their reasons"
        complain(f"{totals['failed']:,} records or files failed and are not in the output; {kept}")
