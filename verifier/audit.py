"""
Audit: replay the registry and compare it with everything that was published (docs/commands.md).

The fold has recomputed the history hash already (`verifier.registry`). Here every act is judged
again, every root rebuilt from its manifest, and archive and database compared with the entries.
Each difference is named; what cannot be compared is named, too, and is no contradiction.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from verifier.audit_acts import judge_acts, judge_compromised
from verifier.audit_archive import Archive
from verifier.audit_database import DatabaseRow, Known, compare_database
from verifier.audit_entries import judge_copies, judge_series, judge_statuses, leaves_with_status
from verifier.audit_evidence import with_evidence
from verifier.audit_findings import (
    AuditCode,
    AuditFinding,
    AuditReport,
    contradiction,
    note,
)
from verifier.audit_ledger import Ledger, open_ledger
from verifier.audit_manifests import RebuiltBatches, rebuild_batches
from verifier.audit_progress import Progress, silent
from verifier.audit_store import EntryStore
from verifier.audit_summary import summarize
from verifier.errors import MissingEvidence
from verifier.messages import _
from verifier.policy import Policy
from verifier.registry import RegistryView, read_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    What the registry is compared with.

    Args:
        manifests: folders of `*.manifest.json`; what they lack is taken from the chain.
        archive: folder of every issued PDF and its receipt; None to leave it out.
        rows: anchored documents as the database knows them; None to leave it out.
        institutions: whose documents the database must know all of.
        compromised: accounts (20 bytes) and certificate identities (32 bytes) that are not to be
            believed from a moment on, Unix seconds.
        resume: file that keeps what was looked at, for a run that is stopped; None for none.
    """

    manifests: tuple[Path, ...] = ()
    archive: Path | None = None
    rows: Iterable[DatabaseRow] | None = None
    institutions: Collection[str] = ()
    compromised: Mapping[bytes, int] = field(default_factory=lambda: MappingProxyType({}))
    resume: Path | None = None


def audit(
    policy: Policy,
    view: RegistryView,
    sources: Sources,
    progress: Progress = silent,
    publish: Callable[[AuditReport], None] = lambda _report: None,
) -> AuditReport:
    """
    Compare the registry with the manifests, the archive and the database's rows.

    Args:
        policy: whose snapshot is compared, if it names one.
        view: the registry, folded from events.
        sources: with what it is compared.
        progress: is told how far it is.
        publish: is given the report; the ledger goes only when it came to its end.

    Raises:
        PolicyError: what stands in the ledger's place is none.
        VerifierError: the ledger cannot be used.
    """
    with (
        open_ledger(sources.resume, view.state) as ledger,
        EntryStore(leaves_with_status(view.state)) as store,
    ):
        report = _compare(policy, view, sources, (ledger, store), progress)
        publish(report)
        return report


def _compare(
    policy: Policy,
    view: RegistryView,
    sources: Sources,
    kept: tuple[Ledger, EntryStore],
    progress: Progress,
) -> AuditReport:
    """Compare all that was named."""
    state, (ledger, store) = view.state, kept
    findings: list[AuditFinding] = [note(AuditCode.SKIPPED, text) for text in view.notes]
    findings.extend(judge_acts(state))
    findings.extend(judge_compromised(state, sources.compromised))
    if ledger.note is not None:
        findings.append(note(AuditCode.SKIPPED, ledger.note))
    rebuilt = rebuild_batches(view, sources.manifests, sources.compromised, store, progress)
    findings.extend(rebuilt.findings)
    findings.extend(judge_copies(store))
    findings.extend(judge_statuses(state, rebuilt))
    findings.extend(judge_series(state, store))
    compared, documents, count = _compare_files(view, sources, rebuilt, ledger, progress)
    if ledger.used:
        message = _("went on from {path}: {count} documents are as an earlier run found them")
        text = message.format(path=sources.resume, count=ledger.used)
        findings.append(note(AuditCode.RESUMED, text, file=str(sources.resume)))
    findings.extend(compared)
    findings.extend(_compare_snapshot(policy, view))
    return AuditReport(
        findings=with_evidence(findings, state),
        summary=summarize(view),
        history_size=state.history_size,
        history_head=state.history_head,
        batches=len(state.batches),
        batches_rebuilt=rebuilt.rebuilt,
        entries=store.count,
        archived_documents=documents,
        database_rows=count,
    )


def _compare_files(
    view: RegistryView,
    sources: Sources,
    rebuilt: RebuiltBatches,
    ledger: Ledger,
    progress: Progress,
) -> tuple[list[AuditFinding], int | None, int | None]:
    """Compare archive and database; return what differs, and how much of either was seen."""
    findings: list[AuditFinding] = []
    archive = Archive(view.state, rebuilt, ledger, keep=sources.rows is not None)
    if sources.archive is not None:
        findings.extend(archive.compare(sources.archive, progress))
    count: int | None = None
    if sources.rows is not None:
        known = Known(
            state=view.state,
            rebuilt=rebuilt,
            archived=archive.documents if sources.archive is not None else None,
            ledger=ledger,
        )
        differing, count = compare_database(sources.rows, known, sources.institutions, progress)
        findings.extend(differing)
    return findings, archive.count if sources.archive is not None else None, count


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
