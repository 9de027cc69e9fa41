"""The command line of `hocba`: verbs, their options, and exit codes (ADR 0007)."""

import argparse
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

from transcript_service.commands import sandbox_verbs, school_verbs, stranger_verbs
from transcript_service.demo import verb as demo_verb
from transcript_service.errors import ServiceError
from verifier.errors import VerifierError
from verifier.messages import _, use_language

Command = Callable[[argparse.Namespace], int]
_TOOL_FAILED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hocba`; see docs/commands.md for the verbs and README.md for the exit codes."""
    given = list(sys.argv[1:] if argv is None else argv)
    for option, value in pairwise([*given, ""]):
        if option == "--lang" or option.startswith("--lang="):
            use_language(option.partition("=")[2] or value)
    arguments = _parser().parse_args(given)
    run: Command = arguments.run
    try:
        return run(arguments)
    except ServiceError as error:
        print(f"hocba: {error}", file=sys.stderr)  # noqa: T201  the command's diagnosis
        return error.exit_code
    except VerifierError as error:
        print(f"hocba: {error}", file=sys.stderr)  # noqa: T201  the command's diagnosis
        return _TOOL_FAILED
    except KeyboardInterrupt:
        print(_("hocba: stopped; run the same command again to go on"), file=sys.stderr)  # noqa: T201  as above
        return _TOOL_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hocba",
        description=_("Digital school transcripts: issue, sign, anchor, verify, audit."),
    )
    verbs = parser.add_subparsers(title=_("commands"), required=True, metavar="COMMAND")
    stranger_verbs.add(verbs)
    school_verbs.add(verbs)
    sandbox_verbs.add(verbs)
    demo_verb.add(verbs)
    for verb in set(verbs.choices.values()):
        if not any(action.dest == "lang" for action in verb._actions):  # noqa: SLF001  argparse shows no list of options
            verb.add_argument("--lang", choices=("vi", "en"), help=_("language of the messages"))
    return parser
