"""Another institution copies a school's public entries: the audit of the school stays clean."""

from itertools import count

import pytest

from tests.verifier.auditing.comparing import codes, manifest_file, rows_of, run
from tests.verifier.registry.world import (
    AUTHORITY,
    BATCHES,
    CLASS,
    CORRECTIONS,
    ROOT,
    STRANGER,
    Document,
    World,
    document,
    manifest_of,
)
from transcript_service.issuance.registry_calls import anchor_batch, grant, register_institution
from verifier.audit_findings import AuditCode, AuditReport
from verifier.manifest import manifest_to_json
from verifier.registry_events import Role

COPIER = "VN-COPIER"


@pytest.fixture
def copied(world: World) -> World:
    """A world in which every entry was copied, in a manifest that is read before the others."""
    writer = world.writer()
    for call in (
        register_institution(ROOT, parent=ROOT, institution=COPIER, name="Trường chép"),
        grant(COPIER, STRANGER.address, Role.ISSUER, acting_for=ROOT),
    ):
        writer.act(AUTHORITY, call)
    manifest = manifest_of(_copies(), COPIER)
    data = manifest_to_json(manifest)
    writer.act(STRANGER, anchor_batch(COPIER, manifest.root, manifest.size, data))
    (world.manifests / f"0x{manifest.root.hex()}.manifest.json").write_bytes(data)
    return world


def _copies() -> list[Document]:
    """All entries of the school, and one more by which the root gets the lowest number."""
    copies = [item for batch in BATCHES for item in batch]
    lowest = min(manifest_of(batch).root for batch in BATCHES)
    for number in count(1000):
        batch = [*copies, document(number)]
        if manifest_of(batch).root < lowest:
            return batch
    raise AssertionError("unreachable")


def contradictions(report: AuditReport) -> set[AuditCode]:
    return codes(report) - {AuditCode.SERIES_COPIED, AuditCode.CERTIFICATE_NOT_DECLARED}


def test_copies_do_not_contradict_archive_and_database(copied: World) -> None:
    """Rows and files are compared with the entries of their own institution."""
    report = run(copied, rows_of(copied))

    assert manifest_file(copied, CLASS).exists()
    assert AuditCode.SERIES_COPIED in codes(report)
    assert contradictions(report) == set()


def test_copies_do_not_hide_that_a_document_is_missing(copied: World) -> None:
    """Without receipts the archive belongs to who anchored its documents first."""
    for path in copied.archive.glob("*.receipt.json"):
        path.unlink()
    (copied.archive / CLASS[1].name).unlink()

    report = run(copied)

    missing = [one for one in report.findings if one.code is AuditCode.DOCUMENT_MISSING]
    assert contradictions(report) == {AuditCode.DOCUMENT_MISSING}
    assert [one.subject["institution"] for one in missing] == ["VN-000-THCS-HOA-PHUONG"]
    assert CLASS[1].series_id.hex() in missing[0].message


def test_a_copy_does_not_stand_for_a_row_that_was_never_anchored(copied: World) -> None:
    """What only another institution anchored is not anchored by the school of the row."""
    extra = _copies()[-1]
    row = rows_of(copied)[-1]
    values = {name: getattr(row, name) for name in row.__slots__}
    values.update(name="extra", document_digest=extra.entry().document_digest)
    values.update(series_id=extra.series_id, subject=extra.series_id)

    report = run(copied, [*rows_of(copied), type(row)(**values)])

    assert contradictions(report) == {AuditCode.ROW_NOT_ANCHORED}
    assert CORRECTIONS[0].version == 2
