"""
The report of one verification: findings, the rule that makes a verdict of them, JSON.

The overall verdict is a documented rule over separate findings (ADR 0001, 0007): TOTAL-FAILED
before INDETERMINATE, and among those the first row of D1's table that fits names the sub-reason.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from verifier.errors import SubReason
from verifier.fields import to_hex
from verifier.plain_text import plain_json
from verifier.signature_finding import SignatureFinding

if TYPE_CHECKING:
    from verifier.transcript import TranscriptView

REPORT_FORMAT = "hocba/report/1"


class Verdict(StrEnum):
    """Overall verdicts, by the names of ETSI EN 319 102-1."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"


EXIT_CODES = {Verdict.TOTAL_PASSED: 0, Verdict.TOTAL_FAILED: 3, Verdict.INDETERMINATE: 4}
"""Design section 7; 1 is a failure of the tool itself, 2 wrong usage."""


class Check(IntEnum):
    """The numbered checks of docs/verification.md."""

    READABLE = 1
    TRANSCRIPT = 2
    REGISTRY = 3
    ANCHORED = 4
    NOTHING_ADDED = 5
    SIGNATURES_PRESENT = 6
    PRINCIPAL_SIGNATURE = 7
    SEAL_SIGNATURE = 8
    LEAST_LEVEL = 9
    ISSUER_AUTHORIZED = 10
    SIGNERS_DECLARED = 11
    STATUS = 12
    ONE_CURRENT_VERSION = 13
    RENDERING = 14


class Status(StrEnum):
    """What the registry says of the document's entry."""

    CURRENT = "CURRENT"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    DISPUTED = "DISPUTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    What one numbered check found.

    `verdict` is None for a check that was not made and needs no verdict (ADR 0002).
    """

    number: Check
    verdict: Verdict | None
    sub_reason: SubReason | None
    message: str

    @property
    def name(self) -> str:
        """Return the check's name, as docs/verification.md lists it."""
        return self.number.name


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFinding:
    """Where and when the document was anchored, and which evidence led there."""

    institution: str
    institution_name: str
    """As the registry registered it; empty where it did not."""
    root: bytes
    tree_size: int
    leaf_index: int
    anchored_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFinding:
    """By the registry, who was allowed to do what at the anchor's block time; None: not known."""

    issuer_granted: bool | None = None
    principal_declared: bool | None = None
    seal_declared: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found out about one file. Ask for `verdict`: a report is neither true nor false."""

    file: str
    document_digest: bytes | None
    transcript_code: str | None
    verdict: Verdict
    sub_reason: SubReason | None
    signatures: tuple[SignatureFinding, ...]
    anchor: AnchorFinding | None
    status: Status | None
    authority: AuthorityFinding
    checks: tuple[Finding, ...]
    notes: tuple[str, ...]
    """Evidence that was skipped, and why; warnings without influence on the verdict."""
    as_of_block: int | None
    transcript: "TranscriptView | None" = field(default=None, repr=False)
    """What the document says; only of one that passed, so that nobody takes marks from others."""

    def __bool__(self) -> bool:
        raise TypeError("a Report has no truth value; compare report.verdict")

    def named(self, file: str) -> "Report":
        """Return the same report for the file of that name."""
        return replace(self, file=file)


_ROW_BY_REASON = {
    SubReason.ALTERED: 2,
    SubReason.APPENDED: 3,
    SubReason.SIGNER_NOT_DECLARED: 5,
    SubReason.NOT_REPRODUCED: 6,
    SubReason.SUPERSEDED: 7,
    SubReason.REVOKED: 7,
    SubReason.REGISTRY_UNAVAILABLE: 9,
    SubReason.UNSUPPORTED_REGISTRY: 9,
    SubReason.OTHER_CHAIN: 9,
    SubReason.OTHER_HISTORY: 9,
    SubReason.NOT_AUTHORIZED: 9,
    SubReason.WRONG_RECEIPT: 10,
    SubReason.NOT_ANCHORED: 11,
    SubReason.NO_RECEIPT: 11,
    SubReason.DISPUTED: 11,
    SubReason.SIGNATURES_NOT_CHECKED: 12,
}


def table_row(finding: Finding) -> int:
    """Return the row of D1's table that *finding* belongs to, counted from 1."""
    if finding.number in (Check.READABLE, Check.TRANSCRIPT):
        return 1
    row = _ROW_BY_REASON.get(finding.sub_reason) if finding.sub_reason is not None else None
    signature_row = 4 if finding.verdict is Verdict.TOTAL_FAILED else 8
    return row if row is not None else signature_row


def conclude(findings: Iterable[Finding]) -> tuple[Verdict, SubReason | None]:
    """Apply the rule of ADR 0001: the overall verdict and its sub-reason."""
    checks = list(findings)
    for verdict in (Verdict.TOTAL_FAILED, Verdict.INDETERMINATE):
        bad = [finding for finding in checks if finding.verdict is verdict]
        if bad:
            first = min(bad, key=lambda finding: (table_row(finding), finding.number))
            return verdict, first.sub_reason
    return Verdict.TOTAL_PASSED, None


def worst_exit_code(verdicts: Iterable[Verdict]) -> int:
    """Return the exit code for many files: FAILED before INDETERMINATE before PASSED."""
    found = set(verdicts)
    for verdict in (Verdict.TOTAL_FAILED, Verdict.INDETERMINATE):
        if verdict in found:
            return EXIT_CODES[verdict]
    return EXIT_CODES[Verdict.TOTAL_PASSED]


def report_to_json(report: Report) -> str:
    """Write *report* as one line of JSON (docs/formats.md)."""
    described = json.dumps(
        {
            "format": REPORT_FORMAT,
            "file": report.file,
            "document_digest": _hex(report.document_digest),
            "transcript_code": report.transcript_code,
            "verdict": report.verdict,
            "sub_reason": report.sub_reason,
            "signatures": [_signature(found) for found in report.signatures],
            "anchor": _anchor(report.anchor),
            "status": report.status,
            "authority": {
                "issuer_granted": report.authority.issuer_granted,
                "principal_declared": report.authority.principal_declared,
                "seal_declared": report.authority.seal_declared,
            },
            "checks": [
                {
                    "number": int(finding.number),
                    "name": finding.name,
                    "verdict": finding.verdict,
                    "sub_reason": finding.sub_reason,
                    "message": finding.message,
                }
                for finding in report.checks
            ],
            "notes": list(report.notes),
            "as_of_block": report.as_of_block,
        },
        ensure_ascii=False,
    )
    return plain_json(described)


def _signature(found: SignatureFinding) -> dict[str, object]:
    return {
        "role": found.role,
        "signer": found.signer,
        "identity": _hex(found.identities[0]) if found.identities else None,
        "indication": found.indication,
        "sub_indication": found.sub_indication,
        "level": found.level,
        "signed_at": _time(found.signed_at),
        "anchor_proves_existence": found.proof_of_existence_helped,
    }


def _anchor(found: AnchorFinding | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "institution": found.institution,
        "root": to_hex(found.root),
        "tree_size": found.tree_size,
        "leaf_index": found.leaf_index,
        "anchored_at": _time(found.anchored_at),
        "source": found.source,
    }


def _hex(octets: bytes | None) -> str | None:
    return None if octets is None else to_hex(octets)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
