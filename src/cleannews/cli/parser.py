"""The command's words: every option once, with its help. Completion, manual and reference are made from this parser."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from cleannews import __version__

EXAMPLES = """\
examples:
  cleannews < article.txt > clean.txt          clean what comes through a pipe
  cleannews *.txt                              clean files, in order, to standard output
  cleannews --json article.txt                 the result with every removal and its reason
  cleannews --html < page.html > article.txt   the article of a web page
  cleannews --profile page < dump.txt          a whole-page dump: menus, teasers, footers and all
  cleannews --keep caption,credit a.txt        leave captions and credits in
  cleannews explain article.txt                see what goes and why
  cleannews run corpus.jsonl.gz -o clean.jsonl.gz --jobs 2     clean a corpus

A first word that names a job is that job; for a file of that name write ./run and so on.
"""


class _Job:
    """A job's function, imported when it is run."""

    def __init__(self, module: str, function: str = "run") -> None:
        self.module, self.function = module, function

    def __call__(self, options: argparse.Namespace) -> Any:
        return getattr(import_module(f"cleannews.cli.{self.module}"), self.function)(options)


def cleaning_options(parser: argparse.ArgumentParser, one_text: bool = True) -> None:
    """How to clean; `one_text` adds what is known of a single text."""
    group = parser.add_argument_group("how to clean")
    group.add_argument("--profile", metavar="NAME", help="article (default), page or strict")
    for name, what in (("keep", "never cut these"), ("remove", "cut these too, though they stay by default"),
                       ("repair", "mend these instead of cutting them")):
        group.add_argument(f"--{name}", metavar="A,B", help=f"categories: {what}")
    group.add_argument("--lang", metavar="CODE", help="language of the texts, such as en or de")
    if one_text:
        group.add_argument("--title", metavar="TEXT", default="", help="the article's headline")
        group.add_argument("--author", metavar="NAME", default="", help="the article's author")
        group.add_argument("--site", metavar="NAME", default="", help="the site, such as spacewar.com")
    group.add_argument("--lexicon", metavar="FILE", action="append", help="a lexicon of your own; may be given often")
    group.add_argument("--tagger", metavar="FILE", help="a tagger of your own, made by `cleannews train`")
    group.add_argument("--templates", metavar="FILE", help="what each site repeats, made by `cleannews learn`")
    group.add_argument("--config", metavar="FILE", help="a cleannews.toml with any of these settings")


def _input_options(parser: argparse.ArgumentParser, files: bool = True) -> None:
    if files:
        parser.add_argument("files", nargs="*", metavar="FILE",
                            help="text files; standard input where none is named, or -")
    parser.add_argument("--encoding", metavar="NAME",
                        help="encoding of the input (default: UTF-8, else what the bytes look like)")


def filter_parser(files: bool = True) -> argparse.ArgumentParser:
    """The parser of the pipe filter; without `files`, its options alone."""
    parser = argparse.ArgumentParser(
        prog="cleannews", description="Take scraped cruft out of news text and leave the article.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    _input_options(parser, files)
    parser.add_argument("--json", action="store_true", help="print the whole result, one JSON object a text")
    parser.add_argument("--html", action="store_true", help="the input is a web page: find its article, then clean it")
    cleaning_options(parser)
    parser.add_argument("--version", action="version", version=f"cleannews {__version__}")
    parser.set_defaults(job=_Job("filter"))
    return parser


def _lines(text: str) -> int:
    """A number of lines."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def explain_parser() -> argparse.ArgumentParser:
    """The parser of ``cleannews explain``."""
    parser = argparse.ArgumentParser(
        prog="cleannews explain", allow_abbrev=False,
        description="Show a text with every cut marked: its category, its score and the rule that saw it.")
    _input_options(parser)
    parser.add_argument("--only-cuts", action="store_true", help="leave out the lines that stay")
    parser.add_argument("--context", type=_lines, metavar="N", help="as --only-cuts, with N lines around each cut")
    cleaning_options(parser)
    parser.set_defaults(job=_Job("explain"))
    return parser


def categories_parser() -> argparse.ArgumentParser:
    """The parser of ``cleannews categories``."""
    parser = argparse.ArgumentParser(prog="cleannews categories", description="List the kinds of cruft.",
                                     allow_abbrev=False)
    parser.set_defaults(job=_Job("categories"))
    return parser


RUN_EXAMPLES = """\
examples:
  cleannews run corpus.jsonl.gz -o clean.jsonl.zst --jobs 2 --removed removed.jsonl.gz --stats stats.json
  cleannews run 'crawl/*.warc.wet.gz' -o clean.jsonl.gz --profile page
  cleannews run news.parquet -o clean.parquet --field body --id url --site url --into clean_body
  cleannews run texts/ -o clean-texts/ --rejects rejects.jsonl --min-words 50 --max-removed 60%
  cleannews run 'crawl/*.warc.gz' --html -o articles.jsonl.gz --outcome about
  cleannews run pages.jsonl --html --field page --into article -o articles.jsonl
  zcat corpus.jsonl.gz | cleannews run - -o - | head

formats, by ending: .jsonl .ndjson .parquet .csv .tsv .txt; .warc and .wet in; each also .gz .zst .bz2 .xz
exit code: 0 all done, 1 records or files failed (the rest is done), 2 wrong usage, 130 interrupted
"""


def _share(text: str) -> float:
    """A share as 0.6 or 60%."""
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no share; write 0.6 or 60%") from None


def _size(text: str) -> int:
    """A number of bytes as 2000000, 64k or 2M."""
    scale = {"k": 1 << 10, "m": 1 << 20}.get(text[-1:].lower(), 0)
    try:
        return int(float(text[:-1]) * scale) if scale else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 2000000, 64k or 2M") from None


def _seconds(text: str) -> float:
    """A time in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _corpus_options(parser: argparse.ArgumentParser) -> None:
    """What names a corpus and its fields."""
    from cleannews.formats.names import KINDS  # noqa: PLC0415 - the pipe filter does not need it

    parser.add_argument("inputs", nargs="+", metavar="IN",
                        help="files, folders, patterns, remote paths such as s3://bucket/file, - for a pipe")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="file, folder (for texts) or - for a pipe")
    group = parser.add_argument_group("the corpus")
    group.add_argument("--field", default="text", metavar="NAME",
                       help="field or column of the text, with dots for nested ones (default: text)")
    group.add_argument("--into", default="", metavar="NAME",
                       help="field for the clean text, beside the original instead of over it")
    group.add_argument("--outcome", default="", metavar="NAME",
                       help="field for the share removed and the words left, for filters downstream")
    group.add_argument("--encoding", default="utf-8", metavar="NAME", help="encoding of texts and CSV (default: utf-8)")
    group.add_argument("--from", dest="from_kind", default="", choices=KINDS,
                       help="format of the input, where no ending tells (a pipe is JSON lines)")
    group.add_argument("--to", dest="to_kind", default="", choices=KINDS,
                       help="format of the output, where no ending tells (a pipe is as the input)")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")


def run_parser() -> argparse.ArgumentParser:
    """The parser of ``cleannews run``."""
    from cleannews.formats import CHUNK  # noqa: PLC0415 - the pipe filter does not need it

    parser = argparse.ArgumentParser(
        prog="cleannews run", allow_abbrev=False, epilog=RUN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Clean a corpus: many documents in files, other fields untouched, order kept.")
    _corpus_options(parser)
    group = parser.add_argument_group("web pages")
    group.add_argument("--html", action="store_true",
                       help="the texts are web pages: find the article of each, then clean it")
    group.add_argument("--page-seconds", type=_seconds, default=60.0, metavar="N",
                       help="give up a page that takes longer (default: 60)")
    group = parser.add_argument_group("what is known of each text")
    group.add_argument("--id", default="", metavar="NAME", help="field of the document's id, for audit and rejects")
    group.add_argument("--site", default="", metavar="NAME", help="field of the site, or of the page's address")
    group.add_argument("--lang-field", default="", metavar="NAME", help="field of the language")
    group.add_argument("--title-field", default="", metavar="NAME", help="field of the headline")
    group = parser.add_argument_group("what else to write")
    group.add_argument("--removed", default="", metavar="FILE",
                       help="the audit, JSON lines: every cut with its reason; `cleannews restore` undoes them")
    group.add_argument("--stats", default="", metavar="FILE",
                       help="counts by category, rule, language and site, as JSON")
    group.add_argument("--rejects", default="", metavar="FILE",
                       help="JSON lines: records that failed or were filtered out, as they came, with the reason")
    group.add_argument("--min-words", type=int, default=0, metavar="N", help="reject what has fewer words left")
    group.add_argument("--max-removed", type=_share, default=1.0, metavar="SHARE",
                       help="reject what loses more than this, such as 0.6 or 60%%")
    group = parser.add_argument_group("how to run")
    group.add_argument("--jobs", type=int, default=1, metavar="N", help="processes; 0 for one a core (default: 1)")
    group.add_argument("--resume", action="store_true", help="go on where a run that was stopped left off")
    group.add_argument("--restart", action="store_true", help="begin anew though an unfinished run is there")
    group.add_argument("--work", default="", metavar="DIR",
                       help="folder for unfinished files (default: the output's; for a remote one, this folder)")
    group.add_argument("--chunk", type=_size, default=CHUNK, metavar="SIZE",
                       help="input that a process takes at once (default: 2M)")
    cleaning_options(parser, one_text=False)
    parser.set_defaults(job=_Job("run"))
    return parser


def restore_parser() -> argparse.ArgumentParser:
    """The parser of ``cleannews restore``."""
    parser = argparse.ArgumentParser(
        prog="cleannews restore", allow_abbrev=False,
        description="Make the input of `cleannews run` again from its output and its audit. Give --field, --into, "
                    "--outcome and --encoding as they were given to the run.")
    _corpus_options(parser)
    parser.add_argument("--removed", required=True, metavar="FILE", help="the audit that the run wrote")
    parser.add_argument("--rejects", default="", metavar="FILE",
                        help="the rejects that the run wrote, to put them back too (JSON lines and CSV)")
    parser.set_defaults(job=_Job("restore"))
    return parser


class _Elsewhere:
    """A parser that its job's own module makes, imported when it is called."""

    def __init__(self, module: str, function: str) -> None:
        self.module, self.function = module, function

    def __call__(self) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = getattr(import_module(f"cleannews.cli.{self.module}"), self.function)()
        return made


# A job is one line here and a module of its own in this package.
PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "explain": explain_parser,
    "run": run_parser,
    "restore": restore_parser,
    "learn": _Elsewhere("templates", "learn_parser"),
    "templates": _Elsewhere("templates", "templates_parser"),
    "train": _Elsewhere("train", "parser"),
    "report": _Elsewhere("report", "parser"),
    "completion": _Elsewhere("completion", "parser"),
    "categories": categories_parser,
}


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line. Ends the program with exit code 2 and one line for a wrong one."""
    if arguments and arguments[0] in PARSERS:
        return PARSERS[arguments[0]]().parse_args(arguments[1:])
    return filter_parser().parse_args(arguments)
