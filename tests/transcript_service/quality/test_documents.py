"""Class list, records and issued documents against each other."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console
from sqlmodel import select

from tests.school import office_of
from tests.transcript_service.quality.conftest import found_in
from transcript_service.commands.check_screen import show_check
from transcript_service.database import read_session, write_session
from transcript_service.models import DocumentRow
from transcript_service.quality.checks import PupilState
from transcript_service.quality.coverage import coverage_of
from transcript_service.quality.gate import Gate
from transcript_service.quality.report_html import render_html
from transcript_service.quality.school import check_school
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.mirror import MirrorComment, MirrorEnrolment, MirrorPupil
from verifier.messages import use_language


@pytest.fixture
def office(issued):
    """The office of a school of two pupils, both issued."""
    office = office_of(issued)
    yield office
    office.engine.dispose()


def check(office):
    settings = office.settings.school
    gate = Gate(policy=RulePolicy(), now=datetime.now(UTC))
    with read_session(office.engine) as session:
        return check_school(
            session,
            settings.institution,
            settings.shared_database.school_code,
            "2025-2026",
            gate,
        )


def test_issued_transcripts_that_say_what_the_records_say_are_in_order(office):
    """Class list, results and documents: two of each."""
    (one,) = check(office).classes

    assert found_in(one) == []
    assert (len(one.pupils), one.results_stored, one.documents_issued) == (2, 2, 2)
    assert {pupil.state for pupil in one.pupils} == {PupilState.ISSUED}
    assert coverage_of([one]).issued == 2


def test_a_record_that_changed_after_the_issue_makes_the_transcript_outdated(office):
    """The finding names the transcript code and the part; issuing again is `supersede`."""
    with write_session(office.engine) as session:
        comment = session.exec(
            select(MirrorComment).where(MirrorComment.record_id == "nhanxetmon-001-TOAN")
        ).one()
        comment.comment = "Một nhận xét khác."
        pupil = session.exec(
            select(MirrorPupil).where(MirrorPupil.record_id == "hocsinh-002")
        ).one()
        pupil.current_address = "Số 99, đường Minh Họa"
        codes = {row.id: row.transcript_code for row in session.exec(select(DocumentRow)).all()}

    (one,) = check(office).classes

    places = {place[1:] for place in found_in(one)}
    assert places == {
        ("OUTDATED", "WARNS", "hocba", codes[1], "results"),
        ("OUTDATED", "WARNS", "hocba", codes[2], "pupil"),
    }
    assert {pupil.state for pupil in one.pupils} == {PupilState.ISSUED}


def test_a_transcript_of_a_pupil_who_is_in_no_list_is_named_by_its_code(office):
    """Two documents, one pupil in the list."""
    with write_session(office.engine) as session:
        row = session.exec(
            select(MirrorEnrolment).where(MirrorEnrolment.record_id == "hocsinhlop-002")
        ).one()
        row.cancelled = True
        code = session.get_one(DocumentRow, 2).transcript_code

    (one,) = check(office).classes

    assert (None, "ISSUED_NOT_IN_LIST", "WARNS", "hocba", code, "student_code") in found_in(one)
    assert (len(one.pupils), one.documents_issued) == (1, 2)


def test_a_pupil_whose_records_became_incomplete_after_the_issue_stays_issued(office):
    """What blocks is shown; the document is there all the same."""
    with write_session(office.engine) as session:
        for row in session.exec(
            select(MirrorComment).where(MirrorComment.record_id == "nhanxetmon-001-TOAN")
        ):
            row.cancelled = True

    (one,) = check(office).classes

    assert [place[1:3] for place in found_in(one)] == [("COMMENT_MISSING", "BLOCKS")]
    assert one.pupils[0].state is PupilState.ISSUED


@pytest.mark.parametrize(
    ("state", "stands", "said"),
    [
        ("SIGNED", PupilState.ON_THE_WAY, "hocba issue"),
        ("REVOKED", PupilState.WITHDRAWN, "revoked"),
    ],
)
def test_reports_name_those_whose_document_is_under_way_or_revoked(office, state, stands, said):
    """With what takes them further."""
    with write_session(office.engine) as session:
        session.get_one(DocumentRow, 1).state = state
    use_language("en")

    checked = check(office)

    pupil = checked.classes[0].pupils[0]
    assert pupil.state is stands
    screen = StringIO()
    show_check(Console(width=100, file=screen), checked)
    for text in (screen.getvalue(), render_html(checked)):
        (line,) = [one for one in text.splitlines() if said in one and "pupil" not in one]
        assert pupil.student_code in line
