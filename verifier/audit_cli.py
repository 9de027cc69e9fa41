"""What the command `audit` does, for `hocba-verify` and `hocba` alike."""

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from verifier.audit import audit
from verifier.audit_database import DatabaseRow
from verifier.audit_findings import COULD_NOT_LOOK, audit_to_json, audit_to_text
from verifier.canonical import canonical_json
from verifier.errors import MissingEvidence, PolicyError, VerifierError
from verifier.fields import to_hex
from verifier.messages import _
from verifier.plain_text import plain, plain_json
from verifier.policy import Policy, load_policy
from verifier.registry import RegistryView, read_from_nodes
from verifier.registry_checkpoint import write_whole
from verifier.registry_file import state_to_json
from verifier.rpc import OpenRpc

Clock = Callable[[], datetime]
"""Tells the present time, aware, UTC."""


def system_clock() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def run_audit(
    arguments: argparse.Namespace,
    open_rpc: OpenRpc,
    *,
    rows: Iterable[DatabaseRow] | None = None,
    institutions: Collection[str] = (),
    clock: Clock = system_clock,
) -> int:
    """
    Run the audit, print its report and return the exit code (docs/commands.md).

    Args:
        arguments: as `verifier.cli.add_audit_arguments` declares them.
        open_rpc: opens a node's address.
        rows: the database's rows, from `hocba`.
        institutions: whose documents the database must know all of, likewise.
        clock: for the greatest age of the head.

    Raises:
        PolicyError: wrong usage; exit code 2 is the caller's.
    """
    policy = _policy(arguments)
    for folder in (arguments.manifests, arguments.archive):
        if folder is not None and not os.path.isdir(folder):
            raise PolicyError(_("there is no folder {path}").format(path=folder))
    try:
        view = read_from_nodes(policy, open_rpc, now=clock(), checkpoint=False)
    except MissingEvidence as error:
        _print_unread(error, as_json=arguments.json)
        return COULD_NOT_LOOK
    report = audit(
        policy,
        view,
        manifests=arguments.manifests,
        archive=arguments.archive,
        rows=rows,
        institutions=institutions,
    )
    sys.stdout.write((audit_to_json(report) if arguments.json else audit_to_text(report)) + "\n")
    if arguments.snapshot is not None:
        _write_snapshot(arguments.snapshot, view)
    return report.exit_code


def _policy(arguments: argparse.Namespace) -> Policy:
    policy = load_policy(arguments.policy)
    return policy.with_rpc(arguments.rpc) if arguments.rpc else policy


def _print_unread(error: MissingEvidence, *, as_json: bool) -> None:
    """Say that the registry could not be read, and in what form the answers do not fit."""
    if as_json:
        described: dict[str, object] = {
            "format": "hocba/audit/1",
            "result": "COULD_NOT_LOOK",
            "sub_reason": error.sub_reason.value,
            "message": str(error),
            "findings": [],
        }
        sys.stdout.write(plain_json(canonical_json(described).decode()) + "\n")
        return
    text = _("The registry could not be replayed: {reason}: {message}")
    sys.stdout.write(plain(text.format(reason=error.sub_reason, message=error)) + "\n")


def _write_snapshot(path: Path, view: RegistryView) -> None:
    """Write the state, and say the digest by which a policy can pin it."""
    data = state_to_json(view.state, view.block)
    try:
        write_whole(path, data)
    except OSError as error:
        message = _("{path}: the snapshot cannot be written ({reason})")
        raise VerifierError(message.format(path=path, reason=error.strerror)) from error
    text = _('{path}: snapshot_digest = "{digest}"')
    sys.stderr.write(plain(text.format(path=path, digest=to_hex(sha256(data).digest()))) + "\n")
