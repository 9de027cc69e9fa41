"""
What the registry says of a bare digest (docs/verification.md, "A bare digest").

Anybody can anchor a copy of a public entry and revoke the copy, or leave it current when the
original is not. So who anchored the digest first decides, and all others are only named: a copy
can be made only when the original is public.
"""

from dataclasses import replace
from itertools import chain

from verifier import checks
from verifier.anchor_search import Anchor, AnchorSearch, DigestTarget, find_anchors
from verifier.errors import MissingEvidence, PolicyError, SubReason
from verifier.evidence import EvidencePool
from verifier.findings import Findings
from verifier.messages import _
from verifier.registry import RegistryView
from verifier.registry_axes import Axes, judge_axes
from verifier.registry_state import RegistryState
from verifier.report import Check, Report, Status, Verdict, conclude


def look_up_digest(
    document_digest: bytes, *, registry: RegistryView | MissingEvidence, pool: EvidencePool
) -> Report:
    """
    Say whether, by whom and when a document of that digest was anchored, and what became of it.

    INDETERMINATE at best, because signatures were not looked at; TOTAL-FAILED when the institution
    that anchored it first has superseded or revoked it.

    Raises:
        PolicyError: *document_digest* is not 32 bytes.
    """
    if len(document_digest) != 32:
        raise PolicyError(_("a document digest is 32 bytes"))
    findings = Findings()
    findings.add_registry(registry)
    axes = Axes()
    if isinstance(registry, RegistryView):
        axes = _look_up(document_digest, findings, registry, pool)
    findings.add(
        Check.SIGNATURES_PRESENT,
        Verdict.INDETERMINATE,
        SubReason.SIGNATURES_NOT_CHECKED,
        _("a bare digest: signatures were not looked at"),
    )
    verdict, sub_reason = conclude(findings.checks)
    return Report(
        file="",
        document_digest=document_digest,
        transcript_code=None,
        verdict=verdict,
        sub_reason=sub_reason,
        signatures=(),
        anchor=axes.anchor,
        status=axes.status,
        authority=axes.authority,
        checks=tuple(sorted(findings.checks, key=lambda finding: finding.number)),
        notes=tuple(dict.fromkeys(findings.notes)),
        as_of_block=registry.block_number if isinstance(registry, RegistryView) else None,
    )


def _look_up(
    document_digest: bytes, findings: Findings, registry: RegistryView, pool: EvidencePool
) -> Axes:
    """Find who anchored the digest; let the first one decide, and name the others."""
    state = registry.state
    offers = chain(
        pool.offers(document_digest, findings.notes),
        pool.asked([document_digest], findings.notes),
    )
    search = find_anchors(DigestTarget(document_digest=document_digest), offers, state)
    findings.notes.extend(search.skipped)
    search.anchors.sort(key=lambda anchor: anchor.batch.history_size)
    anchor = _deciding(search, state)
    found = findings.make(
        Check.ANCHORED,
        lambda: _check_anchored(search, state),
        _("anchored by its institution: {source}").format(
            source=anchor.offer.source if anchor is not None else ""
        ),
    )
    axes = judge_axes(findings, anchor, (), registry, pool)
    if anchor is None:
        return axes
    copies = {
        one.batch.institution: _status(one, state)
        for one in search.anchors
        if one.batch.institution != anchor.batch.institution
    }
    for institution, status in copies.items():
        text = _(
            "{institution} anchored the same digest later; its entry ({status}) does not count"
        )
        findings.notes.append(text.format(institution=institution, status=status))
    if not found and axes.status is Status.CURRENT and findings.has(SubReason.DISPUTED):
        return replace(axes, status=Status.DISPUTED)
    return axes


def _deciding(search: AnchorSearch, state: RegistryState) -> Anchor | None:
    """Return the first institution's entry; one that it withdrew, if it has several."""
    own = [
        one
        for one in search.anchors
        if one.batch.institution == search.anchors[0].batch.institution
    ]
    withdrawn = (one for one in own if _status(one, state) is not Status.CURRENT)
    return next(withdrawn, search.anchor)


def _check_anchored(search: AnchorSearch, state: RegistryState) -> Anchor:
    """
    Check 4 for a digest: somebody anchored it, and it can be told who was first.

    A status of the very same entry by an institution whose manifest is not at hand shows that it
    anchored the entry, too: the contract asks for a proof.

    Raises:
        MissingEvidence: DISPUTED, or as `checks.check_anchored` has it.
    """
    first = checks.check_anchored(search, has_receipts_of_others=False)
    known = {one.batch.institution for one in search.anchors}
    unseen = {
        institution: Status(status.status)
        for (institution, leaf), status in state.statuses.items()
        if leaf == first.leaf and institution not in known
    }
    if unseen:
        answers = {one.batch.institution: _status(one, state) for one in search.anchors} | unseen
        message = _("who anchored it first cannot be told by the manifests at hand: {answers}")
        listed = ", ".join(f"{name}: {status}" for name, status in answers.items())
        raise MissingEvidence(SubReason.DISPUTED, message.format(answers=listed))
    return first


def _status(anchor: Anchor, state: RegistryState) -> Status:
    found = state.status(anchor.batch.institution, anchor.leaf)
    return Status.CURRENT if found is None else Status(found.status)
