"""Loading what pupils of one class chose from the mirror."""

from decimal import Decimal

import pytest

from transcript_service.class_year import StudyTopic
from transcript_service.database import open_database, read_session, write_session
from transcript_service.records import load_class_year
from transcript_service.shared_database.mirror import MirrorClass, MirrorEnrolment, MirrorSchool
from transcript_service.shared_database.mirror_annex import MirrorChosenSubject, MirrorStudyTopic

ENVELOPE = {"version": 1, "updated_at": "2026-05-30T00:00:00Z", "school_code": "000-THPT"}
IN_CLASS = ENVELOPE | {"class_code": "11A2", "school_year": "2025-2026"}


def the_class():
    """A school and a class of it."""
    yield MirrorSchool(
        **ENVELOPE,
        record_id="school",
        name="Trường THPT Hoa Phượng (dữ liệu mẫu)",
        commune="Phường Hoa Phượng",
        district=None,
        province="Tỉnh Hoa Phượng",
        principal_name="Lê Thị Thanh Hương",
        principal_title="HIỆU TRƯỞNG",
        sample=True,
    )
    yield MirrorClass(
        **IN_CLASS,
        record_id="class",
        name="11A2",
        grade=11,
        level="THPT",
        homeroom_teacher_code="GV1",
        term_1_locked=True,
        term_2_locked=True,
    )


def its_pupils():
    """The first of two pupils chose four subjects, of the second nothing is recorded."""
    for position, student_code in enumerate(("HS1", "HS2"), start=1):
        yield MirrorEnrolment(
            **IN_CLASS, record_id=student_code, student_code=student_code, position=position
        )
    for code in ("physics", "biology", "chemistry", "informatics", "geography"):
        yield MirrorChosenSubject(
            **IN_CLASS,
            record_id=f"chosen-{code}",
            student_code="HS1",
            subject_code=code,
            cancelled=code == "geography",
        )
    yield MirrorStudyTopic(
        **IN_CLASS,
        record_id="topic",
        student_code="HS1",
        subject_code="physics",
        term=2,
        score=Decimal("8.5"),
        passed=None,
    )


@pytest.fixture
def class_year(tmp_path):
    engine = open_database(tmp_path / "service.db")
    with write_session(engine) as session:
        session.add_all([*the_class(), *its_pupils()])
    with read_session(engine) as session:
        yield load_class_year(session, "11A2", "2025-2026")
    engine.dispose()


def test_a_pupil_has_what_he_chose_and_not_what_was_cancelled(class_year):
    """Codes in one order, whatever order they came in."""
    assert class_year.pupils[0].chosen_subjects == (
        "biology",
        "chemistry",
        "informatics",
        "physics",
    )


def test_nothing_recorded_means_that_the_class_chose_alike(class_year):
    """Not that the pupil chose nothing."""
    assert class_year.pupils[1].chosen_subjects is None
    assert class_year.pupils[1].study_topics == ()


def test_the_result_of_a_study_topic_keeps_its_term_and_record(class_year):
    """A gap can name the record to repair."""
    assert class_year.pupils[0].study_topics == (
        StudyTopic(
            subject_code="physics",
            term=2,
            score=Decimal("8.5"),
            passed=None,
            record_id="topic",
        ),
    )
