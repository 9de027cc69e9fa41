"""What the command `audit` does, for `hocba-verify` and `hocba` alike."""

import argparse
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from verifier.audit import Sources, audit
from verifier.audit_database import DatabaseRow
from verifier.audit_findings import (
    AUDIT_FORMAT,
    COULD_NOT_LOOK,
    AuditReport,
    audit_to_json,
    audit_to_text,
)
from verifier.audit_ledger import check_ledger
from verifier.audit_mirror import fetch_manifests
from verifier.audit_policy import policy_from_nodes
from verifier.audit_progress import progress_on, silent
from verifier.canonical import canonical_json
from verifier.errors import MissingEvidence, OtherHistory, PolicyError, SubReason, VerifierError
from verifier.fields import to_hex
from verifier.found_files import check_folders
from verifier.manifest_shelf import PATTERN
from verifier.messages import _
from verifier.plain_text import plain, plain_json
from verifier.policy import Policy, load_policy
from verifier.registry import RegistryView, read_from_nodes, read_snapshot
from verifier.registry_checkpoint import write_whole
from verifier.registry_file import state_to_json
from verifier.registry_records import BatchRecord
from verifier.rpc import OpenRpc

Clock = Callable[[], datetime]
"""Tells the present time, aware, UTC."""
Page = Callable[[AuditReport | MissingEvidence, datetime], str]
"""Writes a report, or why there is none, as a web page; the verifier alone has no such."""


def system_clock() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def run_audit(
    arguments: argparse.Namespace,
    open_rpc: OpenRpc,
    *,
    rows: Iterable[DatabaseRow] | None = None,
    institutions: Collection[str] = (),
    page: Page | None = None,
    clock: Clock = system_clock,
) -> int:
    """
    Run the audit, print its report and return the exit code (docs/audit.md).

    Args:
        arguments: as `verifier.cli.add_audit_arguments` declares them.
        open_rpc: opens a node's address.
        rows: the database's rows, from `hocba`.
        institutions: whose documents the database must know all of, likewise.
        page: writes a report as a web page, likewise.
        clock: for the greatest age of the head, and the date of a page.

    Raises:
        PolicyError: wrong usage; exit code 2 is the caller's.
        VerifierError: something cannot be written.
    """
    _check(arguments, page)
    now = clock()
    try:
        policy, view = _read(arguments, open_rpc, now)
    except MissingEvidence as error:
        _print_unread(error, as_json=arguments.json)
        _write_reports(arguments, _unread_to_json(error), page and partial(page, error, now))
        return COULD_NOT_LOOK
    shown = progress_on()

    def publish(report: AuditReport) -> None:
        if shown is not None:
            shown.wipe()
        _publish(arguments, view, report, page and partial(page, report, clock()))

    with ExitStack() as stack:
        if shown is not None:
            stack.callback(shown.wipe)
        folders, problems = _folders(arguments, view, stack)
        sources = Sources(
            manifests=tuple(folders),
            archive=arguments.archive,
            rows=rows,
            institutions=institutions,
            compromised=dict(arguments.compromised),
            resume=arguments.resume,
        )
        view = replace(view, notes=(*view.notes, *problems))
        return audit(policy, view, sources, shown or silent, publish).exit_code


def _publish(
    arguments: argparse.Namespace,
    view: RegistryView,
    report: AuditReport,
    as_page: Callable[[], str] | None,
) -> None:
    """Print and write what was asked for."""
    text = audit_to_json(report) if arguments.json else audit_to_text(report)
    sys.stdout.write(text + "\n")
    if arguments.snapshot is not None:
        _write_snapshot(arguments.snapshot, view)
    _write_reports(arguments, audit_to_json(report), as_page)


def _folders(
    arguments: argparse.Namespace, view: RegistryView, stack: ExitStack
) -> tuple[list[Path], list[str]]:
    """Return the folders of manifests, one of them from the mirror, and what went wrong there."""
    folders: list[Path] = list(arguments.manifests)
    if arguments.mirror is None:
        return folders, []
    folders.append(Path(stack.enter_context(TemporaryDirectory(prefix="hocba-mirror-"))))
    return folders, fetch_manifests(arguments.mirror, _wanted(view, folders), folders[-1])


def _check(arguments: argparse.Namespace, page: Page | None) -> None:
    """
    Check what was asked for before anything is read.

    Raises:
        PolicyError: it cannot be done.
    """
    if arguments.policy is not None and arguments.registry is not None:
        raise PolicyError(_("name --policy or --registry, not both"))
    if arguments.policy is None and arguments.registry is None:
        raise PolicyError(_("name a policy with --policy, or a registry with --registry and --rpc"))
    if arguments.registry is not None and not arguments.rpc:
        raise PolicyError(_("--registry needs a node: --rpc URL"))
    if arguments.offline and (arguments.policy is None or arguments.rpc or arguments.mirror):
        raise PolicyError(_("--offline needs a policy, and goes with neither --rpc nor --mirror"))
    check_folders((*arguments.manifests, arguments.archive))
    for path in arguments.report:
        if page is None and path.suffix.lower() == ".html":
            raise PolicyError(_("only `hocba audit` can write a report as a web page"))
    _check_written(arguments)


def _check_written(arguments: argparse.Namespace) -> None:
    """
    Check before hours of work that what it gives can be written.

    Raises:
        PolicyError: it cannot, or the ledger's place is another file's.
    """
    snapshots = [] if arguments.snapshot is None else [arguments.snapshot]
    outputs: list[Path] = [*arguments.report, *snapshots]
    for path in outputs:
        if path.is_dir():
            raise PolicyError(_("{path} is a folder").format(path=path))
        try:
            with TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            message = _("{path} cannot be written ({reason})")
            raise PolicyError(message.format(path=path, reason=error.strerror)) from error
    if arguments.resume is not None:
        check_ledger(arguments.resume)
        if arguments.resume.absolute() in [path.absolute() for path in outputs]:
            message = _("{path}: --resume needs a file of its own")
            raise PolicyError(message.format(path=arguments.resume))


def _read(
    arguments: argparse.Namespace, open_rpc: OpenRpc, now: datetime
) -> tuple[Policy, RegistryView]:
    """Read the registry from a snapshot or from nodes, always from its first event on."""
    note: tuple[str, ...] = ()
    if arguments.registry is not None:
        policy, pins = policy_from_nodes(
            arguments.rpc, arguments.registry, arguments.deployment_block, open_rpc
        )
        note = (pins,)
    else:
        policy = load_policy(arguments.policy)
        policy = policy.with_rpc(arguments.rpc) if arguments.rpc else policy
    offline = arguments.offline
    view = read_snapshot(policy) if offline else _replay(arguments, policy, open_rpc, now)
    return policy, replace(view, notes=(*note, *view.notes))


def _replay(
    arguments: argparse.Namespace, policy: Policy, open_rpc: OpenRpc, now: datetime
) -> RegistryView:
    """Ask the nodes; where the block to begin at was only told, it may be what is wrong."""
    try:
        return read_from_nodes(policy, open_rpc, now=now, checkpoint=False)
    except MissingEvidence as error:
        told = arguments.registry is not None and arguments.deployment_block
        if not told or error.sub_reason is not SubReason.OTHER_HISTORY:
            raise
        message = _("{error}; or --deployment-block {block} is after the registry's deployment")
        raise OtherHistory(message.format(error=error, block=arguments.deployment_block)) from error


def _wanted(view: RegistryView, folders: Iterable[Path]) -> list[BatchRecord]:
    """Return the batches whose manifest is neither on chain nor, by its name, in a folder."""
    names = {path.name for folder in folders for path in folder.glob(PATTERN)}
    return [
        batch
        for batch in view.state.batches.values()
        if batch.manifest_digest not in view.manifests
        and f"{to_hex(batch.root)}.manifest.json" not in names
    ]


def _print_unread(error: MissingEvidence, *, as_json: bool) -> None:
    """Say that the registry could not be read, and in what form the answers do not fit."""
    text = _("The registry could not be replayed: {reason}: {message}")
    shown = plain(text.format(reason=error.sub_reason, message=error))
    sys.stdout.write((_unread_to_json(error) if as_json else shown) + "\n")


def _unread_to_json(error: MissingEvidence) -> str:
    described: dict[str, object] = {
        "format": AUDIT_FORMAT,
        "result": "COULD_NOT_LOOK",
        "sub_reason": error.sub_reason.value,
        "message": str(error),
        "findings": [],
    }
    return plain_json(canonical_json(described).decode())


def _write_reports(
    arguments: argparse.Namespace, as_json: str, as_page: Callable[[], str] | None
) -> None:
    """Write each report that was asked for, as its name says."""
    for path in arguments.report:
        is_page = path.suffix.lower() == ".html"
        text = as_page() if as_page and is_page else as_json + "\n"
        _write(path, text.encode())


def _write_snapshot(path: Path, view: RegistryView) -> None:
    """Write the state, and say the digest by which a policy can pin it."""
    data = state_to_json(view.state, view.block)
    _write(path, data)
    text = _('{path}: snapshot_digest = "{digest}"')
    sys.stderr.write(plain(text.format(path=path, digest=to_hex(sha256(data).digest()))) + "\n")


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        message = _("{path} cannot be written ({reason})")
        raise VerifierError(message.format(path=path, reason=error.strerror)) from error
