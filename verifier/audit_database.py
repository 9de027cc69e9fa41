"""
Comparing the school's own database with the registry; `hocba` hands the rows in.

Each row that is missing, altered, doubled or orphaned is named, by its file name or transcript
code: nothing of the pupil is said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from verifier.audit_entries import EntryIndex
from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.audit_manifests import RebuiltBatches
from verifier.errors import InvalidEvidence
from verifier.fields import to_hex
from verifier.messages import _
from verifier.registry_state import RegistryState

RowState = Literal["CURRENT", "SUPERSEDED", "REVOKED", "NOT_ISSUED"]


class RowFault(StrEnum):
    """What a row contradicts within its own database."""

    NO_TRANSCRIPT = "NO_TRANSCRIPT"
    """The transcript that it belongs to is not there."""
    NO_BATCH = "NO_BATCH"
    """The batch that it was issued in is not there."""
    DATA = "DATA"
    """The data are unreadable, or name another transcript, kind, year or version."""
    SERIES = "SERIES"
    """The series is not the one of its transcript, kind and year."""


_ORPHANING = frozenset({RowFault.NO_TRANSCRIPT, RowFault.NO_BATCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRow:
    """
    One signed document as the school's database knows it.

    Args:
        name: how to call it in a finding: its file name or transcript code, nothing personal.
        institution: its code.
        series_id: 32 bytes.
        version: from 1.
        document_digest: 32 bytes.
        state: what became of it, by the database.
        subject: whatever is equal for documents of one pupil, kind and year, e.g. a keyed hash;
            empty when that is not known.
        transcript_digest: SHA-256 of its `transcript.json` as the database has it; empty when that
            is not to be compared with the archived document.
        faults: what the row contradicts within its own database.
    """

    name: str
    institution: str
    series_id: bytes
    version: int
    document_digest: bytes
    state: RowState
    subject: bytes = b""
    transcript_digest: bytes = b""
    faults: tuple[RowFault, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What the rows that were compared hold together."""

    digests: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """By institution."""
    series: dict[bytes, dict[bytes, str]] = field(default_factory=lambda: defaultdict(dict))
    """By subject: the series, each with the name of one of its rows."""
    count: int = 0

    def add(self, row: DatabaseRow) -> None:
        """Note *row*; what was never issued or is revoked doubles nothing."""
        self.count += 1
        self.digests[row.institution].add(row.document_digest)
        if row.subject and row.state in ("CURRENT", "SUPERSEDED"):
            self.series[row.subject].setdefault(row.series_id, row.name)


def compare_database(
    rows: Iterable[DatabaseRow],
    state: RegistryState,
    index: EntryIndex,
    rebuilt: RebuiltBatches,
    *,
    institutions: Collection[str] = (),
    archived: Mapping[Path, bytes] = MappingProxyType({}),
) -> tuple[list[AuditFinding], int]:
    """
    Compare all rows; return what differs, and how many rows there were.

    Args:
        rows: the database's documents.
        state: the folded registry.
        index: all entries of the rebuilt batches.
        rebuilt: which batches could be rebuilt.
        institutions: whose entries the database must have even if it has no row of theirs.
        archived: the digest of each archived document, by its path.
    """
    unknown = {batch.institution for batch in rebuilt.withheld}
    files = {digest: path for path, digest in archived.items()}
    seen = _Seen()
    findings: list[AuditFinding] = []
    for name in institutions:
        seen.digests[name] = set()
    for row in rows:
        seen.add(row)
        findings.extend(_own_faults(row))
        findings.extend(_compare_row(row, state, index, unknown))
        if row.document_digest in files and RowFault.DATA not in row.faults:
            findings.extend(_compare_data(row, files[row.document_digest]))
    findings.extend(_not_in_database(seen.digests, index))
    findings.extend(_doubled(seen.series))
    return findings, seen.count


def _subject(row: DatabaseRow) -> dict[str, str | bytes | int]:
    return {
        "row": row.name,
        "institution": row.institution,
        "series_id": row.series_id,
        "version": row.version,
        "document_digest": row.document_digest,
    }


def _own_faults(row: DatabaseRow) -> Iterator[AuditFinding]:
    """Name a row that hangs in the air, or that contradicts itself."""
    if _ORPHANING.intersection(row.faults):
        message = _("{row}: the database has lost the transcript or the batch that it belongs to")
        yield contradiction(AuditCode.ROW_ORPHANED, message.format(row=row.name), **_subject(row))
    if set(row.faults) - _ORPHANING:
        message = _("{row}: the row's data, its series and its other columns do not fit together")
        yield contradiction(AuditCode.ROW_ALTERED, message.format(row=row.name), **_subject(row))


def _compare_row(
    row: DatabaseRow, state: RegistryState, index: EntryIndex, unknown: set[str]
) -> Iterator[AuditFinding]:
    listed = index.by_digest.get((row.institution, row.document_digest))
    if listed is None:
        if row.state == "NOT_ISSUED":
            return
        message = _("{row}: the database says it is anchored, no batch lists it")
        make = could_not_look if row.institution in unknown else contradiction
        yield make(AuditCode.ROW_NOT_ANCHORED, message.format(row=row.name), **_subject(row))
        return
    if (listed.entry.series_id, listed.entry.version) != (row.series_id, row.version):
        message = _("{row}: the database differs from the anchored entry ({entry})")
        text = message.format(row=row.name, entry=listed.described())
        yield contradiction(AuditCode.ROW_DIFFERS, text, **_subject(row))
    status = state.status(listed.batch.institution, listed.leaf)
    found = status.status if status is not None else "CURRENT"
    if found != row.state:
        message = _("{row}: {expected} in the database, {found} in the registry")
        text = message.format(row=row.name, expected=row.state, found=found)
        yield contradiction(AuditCode.ROW_DIFFERS, text, **_subject(row))


def _compare_data(row: DatabaseRow, path: Path) -> Iterator[AuditFinding]:
    """Compare the data of a row with those in the archived document that it names."""
    from verifier.pdf_signature import open_document

    if not row.transcript_digest:
        return
    try:
        transcripts = open_document(path.read_bytes()).transcripts
    except (InvalidEvidence, OSError):
        message = _("{row}: the archived {file} cannot be read, so its data were not compared")
        text = message.format(row=row.name, file=path.name)
        yield could_not_look(AuditCode.FILE_UNREADABLE, text, **_subject(row))
        return
    if row.transcript_digest not in {sha256(data).digest() for data in transcripts}:
        message = _("{row}: the database has other data than the archived {file}")
        text = message.format(row=row.name, file=path.name)
        yield contradiction(AuditCode.ROW_ALTERED, text, **_subject(row))


def _not_in_database(
    digests: Mapping[str, set[bytes]], index: EntryIndex
) -> Iterator[AuditFinding]:
    """Name anchored entries of the database's institutions that it does not know."""
    for listed in index.by_leaf.values():
        known = digests.get(listed.batch.institution)
        if known is not None and listed.entry.document_digest not in known:
            message = _("the database has no row for {entry}")
            yield contradiction(
                AuditCode.ROW_MISSING,
                message.format(entry=listed.described()),
                **listed.subject(),
            )


def _doubled(series: Mapping[bytes, Mapping[bytes, str]]) -> Iterator[AuditFinding]:
    """Name the rows of those who have more than one series for one kind and year."""
    for names in series.values():
        if len(names) > 1:
            message = _("one pupil, kind and year has more than one series: {rows} ({series})")
            series_ids = ", ".join(map(to_hex, sorted(names)))
            text = message.format(rows=", ".join(sorted(names.values())), series=series_ids)
            yield contradiction(AuditCode.DOUBLED, text, series_ids=series_ids)
