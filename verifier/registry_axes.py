"""
Anchor, authority and status of a document: what the registry says of its entry (ADR 0007).

Axes of their own beside the signatures; checks 10 to 13.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from verifier import checks
from verifier.anchor_search import Anchor
from verifier.errors import MissingEvidence
from verifier.evidence import EvidencePool
from verifier.findings import Findings
from verifier.messages import _
from verifier.registry import RegistryView
from verifier.registry_state import RegistryState
from verifier.report import AnchorFinding, AuthorityFinding, Check, Status
from verifier.series import find_rivals
from verifier.signature_finding import Role, SignatureFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What the registry says; all None when there is no anchor to ask it about."""

    anchor: AnchorFinding | None = None
    authority: AuthorityFinding = field(default_factory=AuthorityFinding)
    status: Status | None = None


def judge_axes(
    findings: Findings,
    anchor: Anchor | None,
    signatures: Sequence[SignatureFinding],
    registry: RegistryView | MissingEvidence,
    pool: EvidencePool,
) -> Axes:
    """Run checks 10 to 13 and keep what they find; nothing without an anchor."""
    if anchor is None or not isinstance(registry, RegistryView):
        return Axes()
    state = registry.state
    granted = findings.make(
        Check.ISSUER_AUTHORIZED,
        lambda: checks.check_issuer_authorized(anchor, state),
        _("anchored by an issuer of the institution"),
    )
    declared = [(one.role, checks.is_declared(one, anchor, state)) for one in signatures]
    if declared:
        findings.make(
            Check.SIGNERS_DECLARED,
            lambda: checks.check_signers_declared(declared),
            _("both certificates were declared for the institution and their use"),
        )
    by_role = dict(declared)
    return Axes(
        anchor=_anchor_finding(anchor, state),
        authority=AuthorityFinding(
            issuer_granted=granted is not None,
            principal_declared=by_role.get(Role.PRINCIPAL),
            seal_declared=by_role.get(Role.SEAL),
        ),
        status=_judge_status(findings, anchor, registry, pool),
    )


def _judge_status(
    findings: Findings, anchor: Anchor, registry: RegistryView, pool: EvidencePool
) -> Status:
    """Checks 12 and 13."""
    state = registry.state
    findings.make(Check.STATUS, lambda: checks.check_status(anchor, state), _("current"))
    withdrawn = state.status(anchor.batch.institution, anchor.leaf)
    if withdrawn is not None:
        return Status(withdrawn.status)
    entries = pool.shelf.entries(anchor.offer.series_id, findings.notes)
    batch = anchor.batch
    rivals = find_rivals(batch.institution, anchor.leaf, batch.root, entries, state)
    for stranger in rivals.strangers:
        note = _("{institution} anchored an entry with this series id; it does not count")
        findings.notes.append(note.format(institution=stranger.institution))
    undisputed = findings.make(
        Check.ONE_CURRENT_VERSION,
        lambda: checks.check_one_current_version(rivals),
        _("no other current version in the manifests at hand"),
    )
    return Status.CURRENT if undisputed else Status.DISPUTED


def anchored_at(anchor: Anchor) -> datetime:
    """Return the block time of the anchor, aware, UTC."""
    return datetime.fromtimestamp(anchor.batch.time, UTC)


def _anchor_finding(anchor: Anchor, state: RegistryState) -> AnchorFinding:
    record = state.institutions.get(anchor.batch.institution)
    return AnchorFinding(
        institution=anchor.batch.institution,
        institution_name=record.name if record is not None else "",
        root=anchor.batch.root,
        tree_size=anchor.batch.size,
        leaf_index=anchor.offer.leaf_index,
        anchored_at=anchored_at(anchor),
        source=anchor.offer.source,
    )
