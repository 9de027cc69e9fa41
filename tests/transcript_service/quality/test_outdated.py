"""What makes an issued transcript outdated, and what is only the way of the world."""

from sqlmodel import select

from tests.transcript_service.quality.conftest import found_in
from tests.transcript_service.quality.test_documents import check, office  # noqa: F401  a fixture
from transcript_service.database import write_session
from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorPupil,
    MirrorSchool,
    MirrorStudyHistory,
)


def _codes(office):  # noqa: F811  the fixture
    (one,) = check(office).classes
    return [place[1] for place in found_in(one)]


def test_the_next_school_year_makes_no_transcript_of_this_one_outdated(office):  # noqa: F811
    """A pupil goes on to the next class, and the shared database adds a row to the history."""
    with write_session(office.engine) as session:
        pupil = session.exec(select(MirrorPupil)).first()
        session.add(
            MirrorStudyHistory(
                record_id="quatrinhhoctap-next",
                version=1,
                updated_at="2026-09-05T00:00:00Z",
                school_code=pupil.school_code,
                student_code=pupil.student_code,
                school_year="2026-2027",
                class_name="9A1",
                school_name="Trường THCS Mẫu",
                commune="Phường Ví Dụ",
                province="Tỉnh Ví Dụ",
            )
        )

    assert _codes(office) == []


def test_a_new_principal_or_a_new_name_of_the_commune_outdates_no_transcript(office):  # noqa: F811
    """It says who signed, and where the school stood, when it was issued."""
    with write_session(office.engine) as session:
        school = session.exec(select(MirrorSchool)).one()
        school.principal_name = "Lê Thị Mẫu"
        school.commune = "Phường Mới"

    assert _codes(office) == []


def test_another_class_name_outdates_the_transcripts_of_the_class(office):  # noqa: F811
    """That is data of the year."""
    with write_session(office.engine) as session:
        session.exec(select(MirrorClass)).one().name = "8A9"

    assert _codes(office) == ["OUTDATED", "OUTDATED"]
