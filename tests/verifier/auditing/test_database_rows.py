"""Rows of the school's database against the registry: missing, altered, doubled, orphaned."""

from dataclasses import replace

import pytest

from tests.verifier.auditing.comparing import codes, replay, rows_of, run, the
from tests.verifier.registry.world import CLASS, SCHOOL, World
from verifier.audit_database import DatabaseRow, RowFault
from verifier.audit_findings import AuditCode, AuditReport


def run_for_school(world: World, rows: list[DatabaseRow]) -> AuditReport:
    return replay(world, archive=world.archive, rows=rows, institutions=[SCHOOL])


def test_a_database_that_lost_all_its_rows_lacks_every_entry(world: World) -> None:
    """Without one row nothing says whose they were; the school itself does."""
    report = run_for_school(world, [])

    missing = [one for one in report.findings if one.code is AuditCode.ROW_MISSING]
    assert len(missing) == report.entries
    assert codes(run_for_school(world, rows_of(world))) == set()


def test_two_series_of_one_pupil_are_named_by_their_transcript_codes(world: World) -> None:
    """The school finds the two by their codes; nothing of the pupil is said."""
    rows = rows_of(world)
    doubled = [replace(rows[1], subject=b"pupil"), replace(rows[2], subject=b"pupil"), *rows[3:]]

    message = the(run(world, [rows[0], *doubled]), AuditCode.DOUBLED)

    assert rows[1].name in message
    assert rows[2].name in message


def test_a_document_with_two_rows_is_doubled(world: World) -> None:
    """Whatever the second one is called."""
    rows = rows_of(world)
    again = replace(rows[1], name="again")

    report = run(world, [*rows, again])

    assert codes(report) == {AuditCode.DOUBLED}
    assert "again" in the(report, AuditCode.DOUBLED)


def test_a_revoked_series_is_no_double(world: World) -> None:
    """A pupil who was entered twice, and whose one transcript was revoked, has one."""
    rows = rows_of(world)
    index = next(place for place, row in enumerate(rows) if row.state == "REVOKED")
    rows[index] = replace(rows[index], subject=rows[1].subject)

    assert codes(run(world, rows)) == set()


@pytest.mark.parametrize("fault", [RowFault.NO_TRANSCRIPT, RowFault.NO_BATCH])
def test_a_row_that_hangs_in_the_air_is_orphaned(world: World, fault: RowFault) -> None:
    """Its transcript or its batch is gone from the database."""
    rows = rows_of(world)
    rows[1] = replace(rows[1], faults=(fault,))

    report = run(world, rows)

    assert codes(report) == {AuditCode.ROW_ORPHANED}
    assert rows[1].name in the(report, AuditCode.ROW_ORPHANED)


@pytest.mark.parametrize("fault", [RowFault.DATA, RowFault.SERIES])
def test_a_row_that_contradicts_itself_was_altered(world: World, fault: RowFault) -> None:
    """Its data name another version, or its series is not that of its transcript."""
    rows = rows_of(world)
    rows[1] = replace(rows[1], faults=(fault,))

    report = run(world, rows)

    assert codes(report) == {AuditCode.ROW_ALTERED}
    assert rows[1].name in the(report, AuditCode.ROW_ALTERED)


def test_a_row_that_was_never_issued_must_not_be_anchored(world: World) -> None:
    """A cancelled document that stands in the registry is a contradiction; else it is nothing."""
    rows = rows_of(world)
    anchored = replace(rows[1], state="NOT_ISSUED")
    other = replace(rows[1], name="cancelled", state="NOT_ISSUED", document_digest=bytes(32))

    assert codes(run(world, [*rows, other])) == set()
    report = run(world, [rows[0], anchored, *rows[2:]])
    assert codes(report) == {AuditCode.ROW_DIFFERS}
    assert anchored.name in the(report, AuditCode.ROW_DIFFERS)


def test_data_that_cannot_be_compared_with_the_archive_are_no_contradiction(world: World) -> None:
    """The archived file is no readable PDF: nobody could look."""
    rows = rows_of(world)
    rows[1] = replace(rows[1], transcript_digest=bytes(32))

    report = run(world, rows)

    assert codes(report) == {AuditCode.FILE_UNREADABLE}
    assert CLASS[1].name in the(report, AuditCode.FILE_UNREADABLE)
    assert report.exit_code == 4


def test_marks_that_were_not_compared_are_noted(world: World) -> None:
    """Without the archive nothing says what was issued: clean, but not of the marks."""
    rows = [replace(row, transcript_digest=bytes(32)) for row in rows_of(world)]

    report = replay(world, rows=rows)

    assert codes(report) == {AuditCode.DATA_NOT_COMPARED}
    assert str(len(rows)) in the(report, AuditCode.DATA_NOT_COMPARED)
    assert report.exit_code == 0


def test_a_row_whose_document_is_not_in_the_archive_is_noted(world: World) -> None:
    """The row is named whose marks nothing at hand bears out."""
    rows = rows_of(world)
    rows[1] = replace(rows[1], transcript_digest=bytes(32))
    (world.archive / CLASS[1].name).unlink()

    report = run(world, rows)

    assert codes(report) == {AuditCode.DOCUMENT_MISSING, AuditCode.DATA_NOT_COMPARED}
    assert rows[1].name in the(report, AuditCode.DATA_NOT_COMPARED)
