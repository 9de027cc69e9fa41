"""The command line of `hocba`: verbs, their options, and exit codes (ADR 0007)."""

import argparse
import sys
from collections.abc import Callable, Sequence

from transcript_service.commands import sandbox_verbs, school_verbs, serve_verb, stranger_verbs
from transcript_service.commands.parsers import add_verbs_below
from transcript_service.demo import verb as demo_verb
from transcript_service.errors import ServiceError
from verifier.arguments import INTERRUPTED, Parser, add_language, choose_language
from verifier.closed_pipe import until_unread
from verifier.errors import VerifierError
from verifier.messages import _
from verifier.plain_text import plain

Command = Callable[[argparse.Namespace], int]
_TOOL_FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hocba`; see docs/commands.md for the verbs and README.md for the exit codes."""
    given = list(sys.argv[1:] if argv is None else argv)
    choose_language(given)
    arguments = argparse.Namespace()
    try:
        _parser().parse_args(given, arguments)
        run: Command = arguments.run
        return until_unread(lambda: run(arguments))
    except ServiceError as error:
        return _complain(str(error), error.exit_code)
    except VerifierError as error:
        return _complain(str(error), _TOOL_FAILED)
    except KeyboardInterrupt:
        goes_on = _keeps_its_work(arguments)
        stopped = _("stopped; run the same command again to go on") if goes_on else _("stopped")
        return _complain(stopped, INTERRUPTED)


def _keeps_its_work(arguments: argparse.Namespace) -> bool:
    """Tell whether the same command goes on: a school's, `verify --out`, `audit --resume`."""
    given = vars(arguments)
    is_of_school = "settings" in given and "only_class" not in given  # `check` keeps nothing
    has_table = "reproduce" in given and given["out"] is not None
    return is_of_school or has_table or given.get("resume") is not None


def _complain(problem: str, code: int) -> int:
    print(f"hocba: {plain(problem)}", file=sys.stderr)  # noqa: T201  the command's diagnosis
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="hocba",
        description=_("Digital school transcripts: issue, sign, anchor, verify, audit."),
    )
    add_language(parser, default="vi")
    verbs = add_verbs_below(parser)
    stranger_verbs.add(verbs)
    serve_verb.add(verbs)
    school_verbs.add(verbs)
    sandbox_verbs.add(verbs)
    demo_verb.add(verbs)
    return parser
