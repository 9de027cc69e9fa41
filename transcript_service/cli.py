"""The command line of `hocba`: verbs, their options, and exit codes (ADR 0007)."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from transcript_service.errors import ServiceError
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import (
    add_audit_arguments,
    add_verify_arguments,
    run_audit,
    run_verify,
)
from verifier.errors import VerifierError
from verifier.messages import _, use_language
from verifier.reasons import Reason

Command = Callable[[argparse.Namespace], int]
_TOOL_FAILED, _USAGE = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hocba`; see docs/commands.md for verbs and exit codes."""
    arguments_given = list(sys.argv[1:] if argv is None else argv)
    if "--lang" in arguments_given[:-1]:
        use_language(arguments_given[arguments_given.index("--lang") + 1])
    arguments = _parser().parse_args(arguments_given)
    run: Command = arguments.run
    try:
        return run(arguments)
    except ServiceError as error:
        print(f"hocba: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except VerifierError as error:
        print(f"hocba: {error}", file=sys.stderr)  # noqa: T201
        return _TOOL_FAILED
    except KeyboardInterrupt:
        print(_("hocba: stopped; run the same command again to go on"), file=sys.stderr)  # noqa: T201
        return _TOOL_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hocba",
        description=_("Digital school transcripts: issue, sign, anchor, verify, audit."),
    )
    parser.add_argument(
        "--lang", choices=("vi", "en"), default="vi", help=_("language of the messages")
    )
    verbs = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")
    _add_strangers_verbs(verbs)
    _add_school_verbs(verbs)
    _add_sandbox_verbs(verbs)
    return parser
