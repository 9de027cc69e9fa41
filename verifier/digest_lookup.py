"""What the registry says of a bare digest (docs/commands.md, `--digest`)."""

from verifier import checks
from verifier.anchor_search import DigestTarget, find_anchor
from verifier.errors import MissingEvidence, SubReason
from verifier.evidence import EvidencePool
from verifier.findings import Findings
from verifier.messages import _
from verifier.registry import RegistryView
from verifier.registry_axes import judge_axes
from verifier.report import Check, Report, Verdict, conclude


def look_up_digest(
    document_digest: bytes, *, registry: RegistryView | MissingEvidence, pool: EvidencePool
) -> Report:
    """
    Say whether, by whom and when a document of that digest was anchored, and what became of it.

    INDETERMINATE at best, because signatures were not looked at; TOTAL-FAILED when it was
    superseded or revoked.
    """
    findings = Findings()
    findings.add_registry(registry)
    anchor = None
    if isinstance(registry, RegistryView):
        offers = pool.offers(document_digest, findings.notes)
        search = find_anchor(DigestTarget(document_digest=document_digest), offers, registry.state)
        findings.notes.extend(search.skipped)
        anchor = search.anchor
        source = anchor.offer.source if anchor is not None else ""
        findings.make(
            Check.ANCHORED,
            lambda: checks.check_anchored(search, has_receipts_of_others=False),
            _("anchored by its institution: {source}").format(source=source),
        )
    axes = judge_axes(findings, anchor, (), registry, pool)
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
