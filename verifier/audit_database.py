"""
Comparing the school's own database with the registry; `hocba` hands the rows in.

Each row that is missing, altered, doubled or orphaned is named, by its file name or transcript
code: nothing of the pupil is said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Literal

from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look, note
from verifier.audit_ledger import Ledger
from verifier.audit_manifests import RebuiltBatches
from verifier.audit_progress import Progress, silent
from verifier.audit_store import EntryStore
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """
    What the database's rows are compared with.

    Args:
        state: the folded registry.
        rebuilt: its batches.
        archived: the path of each archived document, by its digest; None without an archive.
        ledger: what an earlier run found in those.
    """

    state: RegistryState
    rebuilt: RebuiltBatches
    archived: Mapping[bytes, Path] | None
    ledger: Ledger


class _Seen:
    """What the rows that were compared hold together."""

    def __init__(self, store: EntryStore, institutions: Collection[str]) -> None:
        self.institutions = set(institutions)
        self.present = bytearray(store.count)
        self.series: dict[bytes, dict[bytes, str]] = defaultdict(dict)
        """By subject: the series, each with the name of one of its rows."""
        self.count = 0
        self._store = store

    def add(self, row: DatabaseRow) -> Iterator[AuditFinding]:
        """Note *row*; what was never issued or is revoked doubles nothing."""
        self.count += 1
        self.institutions.add(row.institution)
        for place in self._store.rows_with_digest(row.document_digest):
            if self._store.row(place).batch.institution == row.institution:
                if self.present[place]:
                    message = _("{row}: the database has another row of this document")
                    yield contradiction(
                        AuditCode.DOUBLED, message.format(row=row.name), **_subject(row)
                    )
                self.present[place] = 1
        if row.subject and row.state in ("CURRENT", "SUPERSEDED"):
            self.series[row.subject].setdefault(row.series_id, row.name)

    def missing(self) -> Iterator[AuditFinding]:
        """Name anchored entries of the database's institutions that it does not know."""
        for place, is_present in enumerate(self.present):
            if is_present:
                continue
            listed = self._store.row(place)
            if listed.batch.institution in self.institutions:
                message = _("the database has no row for {entry}")
                text = message.format(entry=listed.described())
                yield contradiction(AuditCode.ROW_MISSING, text, **listed.subject())


def compare_database(
    rows: Iterable[DatabaseRow],
    known: Known,
    institutions: Collection[str] = (),
    progress: Progress = silent,
) -> tuple[list[AuditFinding], int]:
    """
    Compare all rows; return what differs, and how many rows there were.

    Args:
        rows: the database's documents.
        known: what they are compared with.
        institutions: whose entries the database must have even if it has no row of theirs.
        progress: is told of each row.
    """
    seen = _Seen(known.rebuilt.store, institutions)
    findings: list[AuditFinding] = []
    not_compared = 0
    for row in rows:
        progress(_("rows"), seen.count, 0)
        findings.extend(seen.add(row))
        findings.extend(_own_faults(row))
        findings.extend(_compare_row(row, known))
        if known.archived is None:
            not_compared += _has_data(row) and row.state != "NOT_ISSUED"
        elif _has_data(row):
            findings.extend(_compare_data(row, known.archived, known.ledger))
    if not_compared:
        message = _("the data of {count} rows were compared with nothing: no --archive was named")
        findings.append(note(AuditCode.DATA_NOT_COMPARED, message.format(count=not_compared)))
    findings.extend(seen.missing())
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


def _compare_row(row: DatabaseRow, known: Known) -> Iterator[AuditFinding]:
    listed = known.rebuilt.store.of_institution(row.institution, row.document_digest)
    if listed is None:
        if row.state == "NOT_ISSUED":
            return
        message = _("{row}: the database says it is anchored, no batch lists it")
        make = could_not_look if row.institution in known.rebuilt.unknown else contradiction
        yield make(AuditCode.ROW_NOT_ANCHORED, message.format(row=row.name), **_subject(row))
        return
    if (listed.entry.series_id, listed.entry.version) != (row.series_id, row.version):
        message = _("{row}: the database differs from the anchored entry ({entry})")
        text = message.format(row=row.name, entry=listed.described())
        yield contradiction(AuditCode.ROW_DIFFERS, text, **_subject(row))
    status = known.state.status(listed.batch.institution, listed.leaf)
    found = status.status if status is not None else "CURRENT"
    if found != row.state:
        message = _("{row}: {expected} in the database, {found} in the registry")
        text = message.format(row=row.name, expected=row.state, found=found)
        yield contradiction(AuditCode.ROW_DIFFERS, text, **_subject(row))


def _has_data(row: DatabaseRow) -> bool:
    """Tell whether a row has data that are to be compared."""
    return row.transcript_digest != b"" and RowFault.DATA not in row.faults


def _compare_data(
    row: DatabaseRow, archived: Mapping[bytes, Path], ledger: Ledger
) -> Iterator[AuditFinding]:
    """Compare the data of a row with those in the archived document that it names."""
    path = archived.get(row.document_digest)
    if path is None and row.state == "NOT_ISSUED":
        return
    if path is None:
        message = _("{row}: its data were not compared, its document is not in the archive")
        text = message.format(row=row.name)
        yield note(AuditCode.DATA_NOT_COMPARED, text, **_subject(row))
        return
    try:
        found = _transcripts(path, row.document_digest, ledger)
    except (InvalidEvidence, OSError):
        message = _("{row}: the archived {file} cannot be read, so its data were not compared")
        text = message.format(row=row.name, file=path.name)
        yield could_not_look(AuditCode.FILE_UNREADABLE, text, **_subject(row), file=str(path))
        return
    if row.transcript_digest not in found:
        message = _("{row}: the database has other data than the archived {file}")
        text = message.format(row=row.name, file=path.name)
        yield contradiction(AuditCode.ROW_ALTERED, text, **_subject(row), file=str(path))


def _transcripts(path: Path, document_digest: bytes, ledger: Ledger) -> frozenset[bytes]:
    """Return the digests of the data in a document."""
    from verifier.pdf_signature import open_document

    stamp = ledger.stamp(path)
    found = ledger.transcripts(path, stamp)
    if found is None:
        data = open_document(path.read_bytes()).transcripts
        found = frozenset(sha256(one).digest() for one in data)
        ledger.note_document(path, stamp, document_digest, sorted(found))
    return found


def _doubled(series: Mapping[bytes, Mapping[bytes, str]]) -> Iterator[AuditFinding]:
    """Name the rows of those who have more than one series for one kind and year."""
    for names in series.values():
        if len(names) > 1:
            message = _("one pupil, kind and year has more than one series: {rows} ({series})")
            series_ids = ", ".join(map(to_hex, sorted(names)))
            text = message.format(rows=", ".join(sorted(names.values())), series=series_ids)
            yield contradiction(AuditCode.DOUBLED, text, series_ids=series_ids)
