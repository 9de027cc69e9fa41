"""
The command line of the verifier: `hocba-verify FILE…` and `hocba-verify audit`.

Exit codes (docs/commands.md): 0 TOTAL-PASSED, 1 the tool itself failed, 2 wrong usage,
3 TOTAL-FAILED, 4 INDETERMINATE. Output goes to stdout, diagnosis to stderr. Only here is the
clock read.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from verifier import rpc
from verifier.arguments import (
    INTERRUPTED,
    Parser,
    add_language,
    choose_language,
    digest,
    whole_number,
)
from verifier.audit_arguments import add_audit_options
from verifier.closed_pipe import until_unread
from verifier.errors import MissingEvidence, PolicyError, VerifierError
from verifier.messages import _
from verifier.plain_text import plain
from verifier.policy import Policy, load_policy
from verifier.receipt_service import check_service_address
from verifier.rpc import OpenRpc

if TYPE_CHECKING:
    from verifier.audit_cli import Page
    from verifier.audit_database import DatabaseRow
    from verifier.bulk import Task
    from verifier.checks import Renderer
    from verifier.found_files import FoundPDFs
    from verifier.report import Report, Verdict

TOOL_FAILED, WRONG_USAGE = 1, 2


def main(
    argv: Sequence[str] | None = None,
    *,
    open_rpc: OpenRpc = rpc.open_rpc,
    program: str = "hocba-verify",
) -> int:
    """Run the command line; see the module's docstring for the exit codes."""
    given = list(sys.argv[1:] if argv is None else argv)
    choose_language(given)
    try:
        return until_unread(lambda: _run(given, open_rpc, program))
    except KeyboardInterrupt:
        return _complain(_("stopped"), INTERRUPTED)


def _run(given: list[str], open_rpc: OpenRpc, program: str) -> int:
    words = _words_of_language(given)
    if given[words : words + 1] == ["audit"]:
        parser = Parser(prog=f"{program} audit", description=_("Replay the registry and compare."))
        add_audit_arguments(parser)
        arguments = parser.parse_args(given[:words] + given[words + 1 :])
        return run_audit(arguments, open_rpc)
    parser = Parser(
        prog=program,
        description=_("Check school transcripts."),
        epilog=_("`{program} audit` replays the registry; see `{program} audit --help`").format(
            program=program
        ),
    )
    add_verify_arguments(parser)
    return run_verify(parser.parse_args(given), open_rpc)


def _words_of_language(given: list[str]) -> int:
    """Count the words before a verb: those of `--lang`."""
    if given[:1] == ["--lang"]:
        return 2
    return int(given[:1] != [] and given[0].startswith("--lang="))


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `verify`."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help=_("PDF files, or folders of them")
    )
    _add_policy_arguments(parser)
    parser.add_argument("--receipts", type=Path, metavar="DIR", help=_("folder of receipts"))
    parser.add_argument("--manifests", type=Path, metavar="DIR", help=_("folder of manifests"))
    parser.add_argument(
        "--service",
        metavar="URL",
        help=_("ask this service for receipts; it learns which documents are checked"),
    )
    parser.add_argument(
        "--digest", type=digest, metavar="HEX", help=_("ask the registry about a bare digest")
    )
    parser.add_argument(
        "--offline", action="store_true", help=_("use only the snapshot that the policy names")
    )
    parser.add_argument("--json", action="store_true", help=_("one JSON object per line"))
    parser.add_argument(
        "--jobs",
        type=whole_number(0),
        default=0,
        metavar="N",
        help=_("processes; 0 chooses by itself"),
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=_("a table of all files: .csv, .xlsx or .json")
    )
    add_language(parser)


def _add_policy_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy", type=Path, required=True, metavar="FILE", help=_("whom to trust (policy.toml)")
    )
    parser.add_argument(
        "--rpc",
        action="append",
        metavar="URL",
        help=_("a node to ask instead of the policy's; may be given several times"),
    )


def run_verify(
    arguments: argparse.Namespace, open_rpc: OpenRpc, *, renderer: "Renderer | None" = None
) -> int:
    """Verify as the options say; return the exit code. With *renderer*, check 14 is made, too."""
    from verifier.found_files import find_pdfs

    try:
        policy = _policy(arguments)
        task = replace(_task(arguments, policy, open_rpc), renderer=renderer)
        if arguments.digest is not None:
            return _run_digest(arguments, task)
        if arguments.out is not None:
            from verifier.table_cli import run_table

            return run_table(arguments, task)
        return _run_files(arguments, task, find_pdfs(arguments.files))
    except PolicyError as error:
        return _complain(str(error), WRONG_USAGE)
    except VerifierError as error:
        return _complain(str(error), TOOL_FAILED)


def _policy(arguments: argparse.Namespace) -> Policy:
    from verifier.found_files import check_folders

    if arguments.digest is not None and arguments.files:
        raise PolicyError(_("name files or folders, or a digest with --digest, not both"))
    if arguments.digest is None and not arguments.files:
        raise PolicyError(_("name files or folders, or a digest with --digest"))
    if arguments.out is not None and (arguments.json or arguments.digest is not None):
        raise PolicyError(_("--out takes neither --json nor --digest"))
    check_folders((arguments.receipts, arguments.manifests))
    if arguments.offline and arguments.rpc:
        raise PolicyError(_("--rpc asks a node, --offline forbids it"))
    if arguments.service is not None:
        if arguments.offline:
            raise PolicyError(_("--service asks a server, --offline forbids it"))
        check_service_address(arguments.service)
    policy = load_policy(arguments.policy)
    if arguments.offline:
        policy = policy.offline()
    return policy.with_rpc(arguments.rpc) if arguments.rpc else policy


def _task(arguments: argparse.Namespace, policy: Policy, open_rpc: OpenRpc) -> "Task":
    """Read the registry once for all files; that it cannot be read is a finding, not a failure."""
    from verifier.bulk import Task
    from verifier.registry import read_from_nodes, read_registry, read_snapshot

    now = datetime.now(UTC)
    view, unavailable = None, None
    try:
        if arguments.offline:
            view = read_snapshot(policy)
        elif arguments.rpc:
            view = read_from_nodes(policy, open_rpc, now=now, checkpoint=True)
        else:
            view = read_registry(policy, open_rpc, now=now)
        for note in view.notes:
            _complain(note, 0)
    except MissingEvidence as error:
        unavailable = (error.sub_reason, str(error))
    return Task(
        policy=policy,
        registry=view,
        unavailable=unavailable,
        receipts=arguments.receipts,
        manifests=arguments.manifests,
        now=now,
        language=getattr(arguments, "lang", "vi"),
        service=arguments.service,
    )


def add_audit_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `audit`."""
    add_audit_options(parser)
    parser.add_argument("--json", action="store_true", help=_("one JSON object per line"))
    add_language(parser)


def run_audit(
    arguments: argparse.Namespace,
    open_rpc: OpenRpc,
    *,
    rows: "Iterable[DatabaseRow] | None" = None,
    institutions: "Collection[str]" = (),
    page: "Page | None" = None,
) -> int:
    """
    Replay the registry and compare; return the exit code.

    Args:
        arguments: as `add_audit_arguments` declares them.
        open_rpc: opens a node's address.
        rows: what `--database` names, read by `hocba`: the verifier opens no database.
        institutions: whose documents that database must know all of.
        page: writes the report as a web page, likewise.
    """
    from verifier.audit_cli import run_audit as run

    if arguments.database is not None and rows is None:
        return _complain(_("only `hocba audit` can read a database"), WRONG_USAGE)
    try:
        return run(arguments, open_rpc, rows=rows, institutions=institutions, page=page)
    except PolicyError as error:
        return _complain(str(error), WRONG_USAGE)
    except VerifierError as error:
        return _complain(str(error), TOOL_FAILED)


def _run_digest(arguments: argparse.Namespace, task: "Task") -> int:
    from verifier.digest_lookup import look_up_digest
    from verifier.report import EXIT_CODES

    worker = task.start()
    report = look_up_digest(arguments.digest, registry=worker.registry, pool=worker.pool)
    _show(report, as_json=arguments.json)
    return EXIT_CODES[report.verdict]


def _run_files(arguments: argparse.Namespace, task: "Task", found: "FoundPDFs") -> int:
    from verifier.advice import Outcome, outcome_of
    from verifier.bulk import UnreadableFile, processes_for, verify_files
    from verifier.printing import summary_line
    from verifier.report import worst_exit_code

    counts: Counter[Outcome] = Counter()
    verdicts: set[Verdict] = set()
    unreadable = len(found.links)
    for link in found.links:
        _complain(_("{path}: a link in a folder, not followed").format(path=link), TOOL_FAILED)
    jobs = arguments.jobs or processes_for(len(found.files))
    for outcome in verify_files(found.files, task, jobs=jobs):
        if isinstance(outcome, UnreadableFile):
            unreadable += 1
            _complain(f"{outcome.file}: {outcome.problem}", TOOL_FAILED)
        else:
            counts[outcome_of(outcome)] += 1
            verdicts.add(outcome.verdict)
            _show(outcome, as_json=arguments.json)
    if not arguments.json:
        block = task.registry.block_number if task.registry is not None else None
        print(summary_line(counts, unreadable, block))  # noqa: T201  the command's answer
    code = worst_exit_code(verdicts)
    return TOOL_FAILED if unreadable and code == 0 else code


def _show(report: "Report", *, as_json: bool) -> None:
    from verifier.printing import report_lines
    from verifier.report import report_to_json

    lines: Iterator[str] = iter([report_to_json(report)]) if as_json else report_lines(report)
    for line in lines:
        print(line, flush=True)  # noqa: T201  the command's answer


def _complain(problem: str, code: int) -> int:
    print(plain(problem), file=sys.stderr)  # noqa: T201  the command's diagnosis
    return code
