"""
Audit: replay the registry and compare it with everything that was published (docs/commands.md).

The fold has recomputed the history hash already (`verifier.registry`). Here every act is judged
again, every root rebuilt from its manifest, and archive and database compared with the entries.
Each difference is named; what cannot be compared is named, too, and is no contradiction.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from verifier.audit_acts import judge_acts
from verifier.audit_archive import compare_archive
from verifier.audit_database import DatabaseRow, compare_database
from verifier.audit_entries import index_entries, judge_series, judge_statuses
from verifier.audit_findings import (
    AuditCode,
    AuditFinding,
    AuditReport,
    contradiction,
    note,
)
from verifier.audit_manifests import rebuild_batches
from verifier.errors import MissingEvidence
from verifier.messages import _
from verifier.policy import Policy
from verifier.registry import RegistryView, read_snapshot


def audit(
    policy: Policy,
    view: RegistryView,
    *,
    manifests: Path | None = None,
    archive: Path | None = None,
    rows: Iterable[DatabaseRow] | None = None,
    institutions: Collection[str] = (),
) -> AuditReport:
    """
    Compare the registry with the manifests, the archive and the database's rows.

    Args:
        policy: whose snapshot is compared, if it names one.
        view: the registry, folded from events.
        manifests: folder of `*.manifest.json`; what it lacks is taken from the chain.
        archive: folder of every issued PDF and its receipt; None to leave it out.
        rows: anchored documents as the database knows them; None to leave it out.
        institutions: whose documents the database must know all of.
    """
    state = view.state
    findings: list[AuditFinding] = [note(AuditCode.SKIPPED, text) for text in view.notes]
    findings.extend(judge_acts(state))
    rebuilt = rebuild_batches(state, view.manifests, manifests)
    findings.extend(rebuilt.findings)
    index = index_entries(state, rebuilt)
    findings.extend(judge_statuses(state, index, rebuilt))
    findings.extend(judge_series(state, index))
    files = None if archive is None else compare_archive(archive, state, index, rebuilt)
    if files is not None:
        findings.extend(files.findings)
    count: int | None = None
    if rows is not None:
        archived = {} if files is None else files.documents
        differing, count = compare_database(
            rows, state, index, rebuilt, institutions=institutions, archived=archived
        )
        findings.extend(differing)
    findings.extend(_compare_snapshot(policy, view))
    return AuditReport(
        findings=tuple(findings),
        as_of_block=view.block_number,
        history_size=state.history_size,
        history_head=state.history_head,
        batches=len(state.batches),
        batches_rebuilt=len(rebuilt.manifests),
        entries=len(index.by_leaf),
        archived_documents=None if files is None else files.count,
        database_rows=count,
    )


def _compare_snapshot(policy: Policy, view: RegistryView) -> list[AuditFinding]:
    """Check that the snapshot of the policy is the beginning of the history that was folded."""
    path = policy.registry.snapshot
    if path is None:
        return []
    try:
        snapshot = read_snapshot(policy).state
    except MissingEvidence as error:
        return [contradiction(AuditCode.SNAPSHOT_DIFFERS, str(error), file=str(path))]
    if view.state.head_at(snapshot.history_size) == snapshot.history_head:
        return []
    message = _("{path}: the snapshot is not the beginning of the registry's history")
    return [contradiction(AuditCode.SNAPSHOT_DIFFERS, message.format(path=path), file=str(path))]
