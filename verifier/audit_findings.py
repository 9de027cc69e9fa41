"""What an audit found: each difference by name, with what it is about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from verifier.audit_summary import Summary, Tally
from verifier.fields import to_hex
from verifier.messages import _
from verifier.plain_text import plain, plain_json

AUDIT_FORMAT = "hocba/audit/1"
CLEAN, CONTRADICTIONS, COULD_NOT_LOOK = 0, 3, 4
"""Exit codes of an audit (docs/commands.md)."""


class AuditLevel(StrEnum):
    """What a finding means."""

    CONTRADICTION = "CONTRADICTION"
    """Two things that cannot both be true."""
    COULD_NOT_LOOK = "COULD_NOT_LOOK"
    """Something that the comparison needs is not there."""
    NOTE = "NOTE"
    """Worth knowing; the result does not depend on it."""


class AuditCode(StrEnum):
    """The kinds of findings, listed in docs/formats.md."""

    ACT_NOT_ALLOWED = "ACT_NOT_ALLOWED"
    OUT_OF_PERIOD = "OUT_OF_PERIOD"
    AFTER_COMPROMISE = "AFTER_COMPROMISE"
    MANIFEST_WITHHELD = "MANIFEST_WITHHELD"
    MANIFEST_FALSE = "MANIFEST_FALSE"
    MANIFEST_NOT_ANCHORED = "MANIFEST_NOT_ANCHORED"
    ENTRY_ALTERED = "ENTRY_ALTERED"
    ENTRY_DOUBLED = "ENTRY_DOUBLED"
    ROOT_WRONG = "ROOT_WRONG"
    SIZE_WRONG = "SIZE_WRONG"
    CERTIFICATE_NOT_DECLARED = "CERTIFICATE_NOT_DECLARED"
    STATUS_WITHOUT_ENTRY = "STATUS_WITHOUT_ENTRY"
    SUCCESSION_WRONG = "SUCCESSION_WRONG"
    DISPUTED = "DISPUTED"
    SERIES_COPIED = "SERIES_COPIED"
    DOCUMENT_MISSING = "DOCUMENT_MISSING"
    DOCUMENT_ALTERED = "DOCUMENT_ALTERED"
    DOCUMENT_NOT_ANCHORED = "DOCUMENT_NOT_ANCHORED"
    DOCUMENT_UNCONFIRMED = "DOCUMENT_UNCONFIRMED"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    RECEIPT_FALSE = "RECEIPT_FALSE"
    ROW_NOT_ANCHORED = "ROW_NOT_ANCHORED"
    ROW_DIFFERS = "ROW_DIFFERS"
    ROW_MISSING = "ROW_MISSING"
    ROW_ALTERED = "ROW_ALTERED"
    ROW_ORPHANED = "ROW_ORPHANED"
    DOUBLED = "DOUBLED"
    SNAPSHOT_DIFFERS = "SNAPSHOT_DIFFERS"
    DATA_NOT_COMPARED = "DATA_NOT_COMPARED"
    RESUMED = "RESUMED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """
    One finding.

    Args:
        code: its kind.
        level: what it means.
        message: a sentence for people.
        subject: what it is about, for programs: institution, root, file, document_digest, …
        recheck: commands by which a third person can look at the same.
    """

    code: AuditCode
    level: AuditLevel
    message: str
    subject: Mapping[str, str | int] = field(default_factory=dict)
    recheck: tuple[str, ...] = ()


def subject_of(**parts: bytes | str | int | None) -> dict[str, str | int]:
    """Describe what a finding is about: bytes as hex, None left out."""
    return {
        name: to_hex(part) if isinstance(part, bytes) else part
        for name, part in parts.items()
        if part is not None
    }


def contradiction(
    code: AuditCode, message: str, **subject: bytes | str | int | None
) -> AuditFinding:
    """Return a finding that two things cannot both be true."""
    return AuditFinding(
        code=code,
        level=AuditLevel.CONTRADICTION,
        message=message,
        subject=subject_of(**subject),
    )


def could_not_look(
    code: AuditCode, message: str, **subject: bytes | str | int | None
) -> AuditFinding:
    """Return a finding that something needed is not there."""
    return AuditFinding(
        code=code,
        level=AuditLevel.COULD_NOT_LOOK,
        message=message,
        subject=subject_of(**subject),
    )


def note(code: AuditCode, message: str, **subject: bytes | str | int | None) -> AuditFinding:
    """Return a finding on which nothing depends."""
    return AuditFinding(
        code=code, level=AuditLevel.NOTE, message=message, subject=subject_of(**subject)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """All findings of one audit, and how much was looked at. Ask for `exit_code`."""

    findings: tuple[AuditFinding, ...]
    summary: Summary
    history_size: int
    history_head: bytes
    batches: int
    batches_rebuilt: int
    entries: int
    archived_documents: int | None
    database_rows: int | None

    @property
    def as_of_block(self) -> int:
        """Return the number of the block at which the registry was read."""
        return self.summary.block.number

    def count(self, level: AuditLevel) -> int:
        """Return how many findings are of this level."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def result(self) -> str:
        """Return the exit code's name."""
        names = {CLEAN: "CLEAN", CONTRADICTIONS: "CONTRADICTIONS", COULD_NOT_LOOK: "COULD_NOT_LOOK"}
        return names[self.exit_code]

    @property
    def exit_code(self) -> int:
        """Return 0 clean, 3 contradictions, 4 could not look; a contradiction outweighs."""
        levels = {finding.level for finding in self.findings}
        if AuditLevel.CONTRADICTION in levels:
            return CONTRADICTIONS
        return COULD_NOT_LOOK if AuditLevel.COULD_NOT_LOOK in levels else CLEAN

    def __bool__(self) -> bool:
        """Refuse `if report:`, which would read every report as clean."""
        raise TypeError("compare report.exit_code instead")


def audit_to_json(report: AuditReport) -> str:
    """Write the report as one line of JSON."""
    described = json.dumps(
        {
            "format": AUDIT_FORMAT,
            "result": report.result,
            "as_of_block": report.as_of_block,
            "registry": _registry_to_json(report.summary),
            "history_size": report.history_size,
            "history_head": to_hex(report.history_head),
            "batches": report.batches,
            "batches_rebuilt": report.batches_rebuilt,
            "entries": report.entries,
            "archived_documents": report.archived_documents,
            "database_rows": report.database_rows,
            "findings": [
                {
                    "code": finding.code.value,
                    "level": finding.level.value,
                    "message": finding.message,
                    "subject": dict(finding.subject),
                    "recheck": list(finding.recheck),
                }
                for finding in report.findings
            ],
            "months": [_tally_to_json(one, "month") for one in report.summary.months],
            "institutions": [
                _tally_to_json(one, "institution") for one in report.summary.institutions
            ],
        },
        ensure_ascii=False,
    )
    return plain_json(described)


def audit_to_text(report: AuditReport) -> str:
    """Write the report for people, one line a finding."""
    lines = [
        _("Registry as of block {block}: {events} events, history hash {head}").format(
            block=report.as_of_block,
            events=report.history_size,
            head=to_hex(report.history_head),
        ),
        _("Batches: {rebuilt} of {batches} rebuilt from their manifests, {entries} entries").format(
            rebuilt=report.batches_rebuilt, batches=report.batches, entries=report.entries
        ),
    ]
    if report.archived_documents is not None:
        line = _("Archive: {count} documents compared")
        lines.append(line.format(count=report.archived_documents))
    if report.database_rows is not None:
        lines.append(_("Database: {count} rows compared").format(count=report.database_rows))
    lines.extend(
        f"{_mark(finding.level)} {finding.code}: {finding.message}" for finding in report.findings
    )
    lines.append(summary_line(report))
    return "\n".join(map(plain, lines))


def _registry_to_json(summary: Summary) -> dict[str, object]:
    return {
        "chain_id": summary.chain_id,
        "address": to_hex(summary.registry),
        "root_institution": summary.root_institution,
        "registered_institutions": summary.registered,
        "block_hash": to_hex(summary.block.digest),
        "block_time": summary.block.time,
        "source": summary.source,
    }


def _tally_to_json(tally: Tally, name: str) -> dict[str, object]:
    return {
        name: tally.name,
        "batches": tally.batches,
        "entries": tally.entries,
        "superseded": tally.superseded,
        "revoked": tally.revoked,
        "acts": tally.acts,
    }


def _mark(level: AuditLevel) -> str:
    return {
        AuditLevel.CONTRADICTION: "✗",
        AuditLevel.COULD_NOT_LOOK: "?",
        AuditLevel.NOTE: "·",
    }[level]


def summary_line(report: AuditReport) -> str:
    """Say the result in a line."""
    count = report.count(AuditLevel.CONTRADICTION)
    unseen = report.count(AuditLevel.COULD_NOT_LOOK)
    if count:
        text = _("Result: {count} contradictions, {unseen} things that could not be looked at")
        return text.format(count=count, unseen=unseen)
    if unseen:
        text = _("Result: no contradictions, but {unseen} things could not be looked at")
        return text.format(unseen=unseen)
    return _("Result: clean, everything fits together")
