"""Loading a class of a year from the mirror."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlmodel import select

from tests.school import CLIENT, sync_from
from transcript_service.database import open_database, read_session, write_session
from transcript_service.records import UnknownClass, load_class_year
from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorEnrolment,
    MirrorMark,
    MirrorPupil,
    MirrorSchool,
    MirrorStaff,
    MirrorYearSummary,
    RefusedRecord,
)
from transcript_service.shared_database.sample import write_sample
from transcript_service.shared_database.sample.cases import Case, Planted
from transcript_service.shared_database.server_process import running_server

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def synchronised(tmp_path_factory):
    """A class of twelve, brought over HTTP once for all of these tests."""
    folder = tmp_path_factory.mktemp("records")
    planted = Planted(missing_marks=1, invalid_scores=1)
    summary = write_sample(folder / "up.db", seed=1, pupils=12, client=CLIENT, planted=planted)
    with running_server(folder / "up.db") as base_url:
        sync_from(folder, base_url, summary, now=NOW)
    return folder / "service.db", summary


@pytest.fixture
def school(synchronised, tmp_path):
    """A copy of it that a test may change, and its summary."""
    path, summary = synchronised
    (tmp_path / "service.db").write_bytes(path.read_bytes())
    engine = open_database(tmp_path / "service.db")
    yield engine, summary
    engine.dispose()


def _load(school):
    engine, summary = school
    with read_session(engine) as session:
        return load_class_year(session, summary.class_code, summary.school_year)


def _of(class_year, student_code):
    return next(one for one in class_year.pupils if one.pupil.student_code == student_code)


def test_the_whole_class_comes_in_the_order_of_the_list(school):
    """Minh An first."""
    class_year = _load(school)

    codes = tuple(one.pupil.student_code for one in class_year.pupils)
    assert codes == school[1].student_codes
    assert class_year.pupils[0].pupil.full_name == "Nguyễn Thị Minh An"
    assert class_year.sample


def test_the_class_has_its_subjects_with_teachers(school):
    """Twelve, each with periods and a teacher."""
    school_class = _load(school).school_class

    assert len(school_class.subjects) == 12
    assert all(subject.teacher_name for subject in school_class.subjects)
    assert school_class.homeroom_teacher_name == "Lê Thị Mai Phương"
    assert (school_class.grade, school_class.level) == (8, "THCS")
    assert school_class.terms_locked == (1, 2)


def test_marks_are_decimals_with_the_record_they_came_from(school):
    """The worked example's mathematics of term 1."""
    minh_an = _load(school).pupils[0]
    marks = [
        mark
        for mark in minh_an.marks
        if (mark.subject_code, mark.term, mark.kind) == ("mathematics", 1, "regular_mark")
    ]

    assert [mark.score for mark in marks] == [Decimal(x) for x in ("8.0", "9.0", "8.5", "9.0")]
    assert [mark.record_id for mark in marks] == [f"diem-001-TOAN-1-TX-{n}" for n in (1, 2, 3, 4)]


def test_everything_of_the_year_is_there(school):
    """Comments, conduct, summary, results; times are UTC."""
    minh_an = _load(school).pupils[0]

    assert len(minh_an.comments) == 12
    assert [conduct.level for conduct in minh_an.conduct] == ["Khá", "Tốt"]
    assert minh_an.summary is not None
    assert minh_an.summary.absent_excused + minh_an.summary.absent_unexcused == 6
    assert minh_an.summary.confirmed_at == "2026-05-25T08:30:00Z"
    results = {result.period: result for result in minh_an.upstream_results}
    assert dict(results["full_year"].subject_results)["foreign_language_1"] == "4.8"
    assert dict(results["full_year"].subject_results)["arts"] == "Đ"
    assert results["full_year"].promoted is True
    assert results["term_1"].promoted is None
    assert [entry.class_name for entry in minh_an.pupil.study_history] == ["6A1", "7A1", "8A1"]


def test_special_pupils_keep_what_is_special(school):
    """A partial birth date, no personal ID, an exemption, a re-assessment."""
    class_year, cases = _load(school), dict(school[1].cases)

    assert _of(class_year, cases[Case.PARTIAL_BIRTH_DATE]).pupil.birth_date == "2012"
    assert _of(class_year, cases[Case.FOREIGN]).pupil.personal_id is None
    exempt = _of(class_year, cases[Case.EXEMPT])
    statuses = {comment.subject_code: comment.assessment_status for comment in exempt.comments}
    assert statuses["physical_education"] == "exempt"
    assert _of(class_year, cases[Case.REASSESSED]).reassessments


def test_a_missing_mark_is_absent_and_an_invalid_one_is_a_problem(school):
    """Neither becomes a zero."""
    class_year, defective = _load(school), school[1].defective
    missing = _of(class_year, defective.without_mark[0])
    invalid = _of(class_year, defective.with_invalid_score[0])

    for one in (missing, invalid):
        finals = [mark for mark in one.marks if mark.record_id.endswith("-LSDL-2-CK-1")]
        assert finals == []
    assert missing.problems == ()
    assert [(problem.table, problem.field) for problem in invalid.problems] == [("diem", "diem")]


def test_cancelled_records_are_left_out(school):
    """The mirror keeps them, the transcript does not show them."""
    engine, summary = school
    with write_session(engine) as session:
        for mark in session.exec(select(MirrorMark)):
            mark.cancelled = mark.student_code == summary.student_codes[0]

    assert _load(school).pupils[0].marks == ()
    assert _load(school).pupils[1].marks


def test_a_pupil_without_identity_record_is_listed_with_nothing_known(school):
    """So that the gap is shown, and the class goes on."""
    engine, summary = school
    with write_session(engine) as session:
        for row in session.exec(select(MirrorPupil)):
            row.cancelled = row.student_code == summary.student_codes[2]

    unknown = _load(school).pupils[2]

    assert (unknown.pupil.student_code, unknown.pupil.full_name) == (summary.student_codes[2], "")
    assert unknown.marks


def test_missing_staff_leaves_empty_names(school):
    """For `assemble` to name."""
    engine, _summary = school
    with write_session(engine) as session:
        for row in session.exec(select(MirrorStaff)):
            row.cancelled = True

    school_class = _load(school).school_class

    assert school_class.homeroom_teacher_name == ""
    assert {subject.teacher_name for subject in school_class.subjects} == {""}


def test_a_summary_entered_twice_is_a_problem_of_that_pupil(school):
    """Both record ids are told."""
    engine, _summary = school
    with write_session(engine) as session:
        row = session.exec(
            select(MirrorYearSummary).where(MirrorYearSummary.record_id == "tongketnam-001")
        ).one()
        session.add(MirrorYearSummary(**row.model_dump() | {"record_id": "tongketnam-zzz"}))

    first, second, *_rest = _load(school).pupils

    (problem,) = first.problems
    assert problem.record_id == "tongketnam-zzz"
    assert "tongketnam-001" in problem.message
    assert second.problems == ()


def _refuse(school, **changes):
    engine, summary = school
    known = {
        "upstream_table": "diem",
        "record_id": "r",
        "upstream_field": "diem",
        "version": 2,
        "problem": "must be a score",
        "school_code": summary.school_code,
        "school_year": summary.school_year,
        "class_code": summary.class_code,
        "student_code": None,
        "run_id": 1,
    }
    with write_session(engine) as session:
        session.add(RefusedRecord(**known | changes))


@pytest.mark.parametrize(
    ("changes", "stopped"),
    [
        ({"upstream_table": "truong", "class_code": None}, 12),
        ({"upstream_table": "monhoclop"}, 12),
        ({"upstream_table": "nhansu", "class_code": None, "record_id": "nhansu-000GV001"}, 12),
        ({"upstream_table": "nhansu", "class_code": None, "record_id": "nhansu-other"}, 0),
        ({"upstream_table": "hocsinh", "class_code": None, "student_code": "000HS80001"}, 1),
        ({"class_code": "another-class"}, 0),
        ({"school_year": "2024-2025"}, 0),
        ({"resolved": True}, 0),
    ],
)
def test_a_refused_record_stops_whom_it_concerns(school, changes, stopped):
    """School and class: all; a pupil: that one; another class, year or teacher: nobody."""
    _refuse(school, **changes)

    concerned = [
        one
        for one in _load(school).pupils
        if any(problem.message == "must be a score" for problem in one.problems)
    ]

    assert len(concerned) == stopped


def test_a_pupil_whose_enrolment_was_refused_is_still_listed(school):
    """Nobody disappears from the class unseen."""
    engine, summary = school
    with write_session(engine) as session:
        for row in session.exec(select(MirrorEnrolment)):
            row.cancelled = row.student_code == summary.student_codes[3]
    _refuse(school, upstream_table="hocsinhlop", student_code=summary.student_codes[3])

    last = _load(school).pupils[-1]

    assert last.pupil.student_code == summary.student_codes[3]
    assert last.pupil.full_name
    assert len(last.problems) == 1


@pytest.mark.parametrize("model", [MirrorClass, MirrorSchool])
def test_a_class_or_school_that_is_not_there_is_an_error(school, model):
    """With what to do."""
    engine, _summary = school
    with write_session(engine) as session:
        for row in session.exec(select(model)):
            row.cancelled = True

    with pytest.raises(UnknownClass, match=r"found 0 times.*synchronise"):
        _load(school)


def test_a_class_code_that_is_not_unique_is_an_error(school):
    """Two schools may use the same codes."""
    engine, _summary = school
    with write_session(engine) as session:
        row = session.exec(select(MirrorClass)).one()
        session.add(MirrorClass(**row.model_dump() | {"record_id": "x", "school_code": "other"}))

    with pytest.raises(UnknownClass, match="found 2 times"):
        _load(school)
