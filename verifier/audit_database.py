"""Comparing the school's own database with the registry; `hocba` hands the rows in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from verifier.audit_entries import EntryIndex
from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.audit_manifests import RebuiltBatches
from verifier.fields import to_hex
from verifier.messages import _
from verifier.registry_state import RegistryState

RowState = Literal["CURRENT", "SUPERSEDED", "REVOKED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRow:
    """
    One anchored document as the school's database knows it.

    Args:
        name: how to call it in a finding: its file name or transcript code, nothing personal.
        institution: its code.
        series_id: 32 bytes.
        version: from 1.
        document_digest: 32 bytes.
        state: what became of it, by the database.
        subject: whatever is equal for documents of one pupil, kind and year, e.g. a keyed hash;
            empty when that is not known.
    """

    name: str
    institution: str
    series_id: bytes
    version: int
    document_digest: bytes
    state: RowState
    subject: bytes = b""


def compare_database(
    rows: Iterable[DatabaseRow],
    state: RegistryState,
    index: EntryIndex,
    rebuilt: RebuiltBatches,
    findings: list[AuditFinding],
) -> int:
    """Compare all rows, add what differs to *findings*, and return how many rows there were."""
    unknown = {batch.institution for batch in rebuilt.withheld}
    seen: dict[str, set[bytes]] = defaultdict(set)
    series: dict[bytes, set[bytes]] = defaultdict(set)
    count = 0
    for row in rows:
        count += 1
        seen[row.institution].add(row.document_digest)
        if row.subject:
            series[row.subject].add(row.series_id)
        findings.extend(_compare_row(row, state, index, unknown))
    findings.extend(_not_in_database(seen, index))
    findings.extend(_doubled(series))
    return count


def _compare_row(
    row: DatabaseRow, state: RegistryState, index: EntryIndex, unknown: set[str]
) -> Iterator[AuditFinding]:
    subject: dict[str, str | bytes | int] = {
        "row": row.name,
        "institution": row.institution,
        "series_id": row.series_id,
        "version": row.version,
        "document_digest": row.document_digest,
    }
    listed = index.by_digest.get((row.institution, row.document_digest))
    if listed is None:
        message = _("{row}: the database says it is anchored, no batch lists it")
        make = could_not_look if row.institution in unknown else contradiction
        yield make(AuditCode.ROW_NOT_ANCHORED, message.format(row=row.name), **subject)
        return
    if (listed.entry.series_id, listed.entry.version) != (row.series_id, row.version):
        message = _("{row}: the database differs from the anchored entry ({entry})")
        text = message.format(row=row.name, entry=listed.described())
        yield contradiction(AuditCode.ROW_DIFFERS, text, **subject)
    status = state.status(listed.batch.institution, listed.leaf)
    found = status.status if status is not None else "CURRENT"
    if found != row.state:
        message = _("{row}: {expected} in the database, {found} in the registry")
        text = message.format(row=row.name, expected=row.state, found=found)
        yield contradiction(AuditCode.ROW_DIFFERS, text, **subject)


def _not_in_database(seen: dict[str, set[bytes]], index: EntryIndex) -> Iterator[AuditFinding]:
    """Name anchored entries of the database's institutions that it does not know."""
    for listed in index.by_leaf.values():
        digests = seen.get(listed.batch.institution)
        if digests is not None and listed.entry.document_digest not in digests:
            message = _("the database has no row for {entry}")
            yield contradiction(
                AuditCode.ROW_MISSING,
                message.format(entry=listed.described()),
                **listed.subject(),
            )


def _doubled(series: dict[bytes, set[bytes]]) -> Iterator[AuditFinding]:
    for series_ids in series.values():
        if len(series_ids) > 1:
            names = ", ".join(to_hex(series_id) for series_id in sorted(series_ids))
            message = _("one pupil, kind and year has more than one series: {series}")
            yield contradiction(AuditCode.DOUBLED, message.format(series=names), series_ids=names)
