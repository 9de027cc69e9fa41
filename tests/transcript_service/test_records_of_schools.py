"""Loading what whole schools record: locks, moves, verified identities, other levels."""

import pytest

from transcript_service.class_year import Transfer
from transcript_service.database import open_database, read_session, write_session
from transcript_service.records import OtherLevel, load_class_year
from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorEnrolment,
    MirrorPupil,
    MirrorSchool,
    RefusedRecord,
)
from transcript_service.shared_database.mirror_annex import MirrorTransfer

YEAR = "2025-2026"
ENVELOPE = {"version": 1, "updated_at": "2026-05-30T00:00:00Z", "school_code": "S1"}


def _school(**changes):
    fields = {
        "name": "Trường THCS và THPT Ví Dụ (dữ liệu mẫu)",
        "commune": "Xã Ví Dụ",
        "district": None,
        "province": "Tỉnh Minh Họa",
        "principal_name": "Trần Thị Mẫu",
        "principal_title": "HIỆU TRƯỞNG",
        "sample": True,
        "levels": ["THCS", "THPT"],
    }
    return MirrorSchool(**ENVELOPE, record_id="school", **fields | changes)


def _class(**changes):
    fields = {
        "school_year": YEAR,
        "class_code": "L1",
        "name": "9A1",
        "grade": 9,
        "level": "THCS",
        "homeroom_teacher_code": "GV1",
        "term_1_locked": True,
        "term_2_locked": False,
    }
    return MirrorClass(**ENVELOPE, record_id="class", **fields | changes)


def _pupil(**changes):
    fields = {
        "student_code": "HS1",
        "personal_id": None,
        "full_name": "Khamphone Souvanh",
        "sex": "Nam",
        "birth_date": "2011",
        "birth_place": "Viêng Chăn, Lào",
        "ethnicity": "Người nước ngoài",
        "nationality": "Lào",
        "policy_category": None,
        "current_address": "Số 1, đường Ví Dụ",
        "register_number": None,
    }
    relatives = {
        f"{who}_{what}": None
        for who in ("father", "mother", "guardian")
        for what in ("name", "occupation")
    }
    return MirrorPupil(**ENVELOPE, record_id="pupil", **relatives | fields | changes)


def _move(number, moved_on, **changes):
    fields = {
        "school_year": YEAR,
        "student_code": "HS1",
        "direction": "in",
        "moved_on": moved_on,
        "from_school": "Trường THCS Sao Mai",
        "to_school": "Trường THCS và THPT Ví Dụ",
        "from_school_code": None,
        "to_school_code": "S1",
    }
    return MirrorTransfer(**ENVELOPE, record_id=f"move-{number}", **fields | changes)


@pytest.fixture
def load(tmp_path):
    """Write rows beside one enrolment, and load the class of them."""
    engine = open_database(tmp_path / "service.db")

    def write_and_load(*rows):
        enrolment = MirrorEnrolment(
            **ENVELOPE,
            record_id="place",
            school_year=YEAR,
            class_code="L1",
            student_code="HS1",
            position=1,
        )
        with write_session(engine) as session:
            session.add_all([enrolment, *rows])
        with read_session(engine) as session:
            return load_class_year(session, "L1", YEAR)

    yield write_and_load
    engine.dispose()


@pytest.mark.parametrize(
    ("locks", "terms"),
    [
        ({}, (1,)),
        ({"locks_year": YEAR, "term_2_locked": True}, (1, 2)),
        ({"locks_year": YEAR, "term_1_locked": False, "term_2_locked": False}, (1,)),
        ({"locks_year": "2024-2025", "term_2_locked": True}, (1,)),
        ({"term_2_locked": True}, (1,)),
    ],
)
def test_a_term_is_locked_for_the_class_or_for_the_whole_school_that_year(load, locks, terms):
    """A lock of another year, or of no year that is told, locks nothing."""
    assert load(_school(**locks), _class()).school_class.terms_locked == terms


def test_what_is_known_of_an_identity_comes_along(load):
    """Nothing is made up where the shared database does not say."""
    known = {
        "identity_verified": True,
        "identity_verified_on": "2025-09-20",
        "identity_source": "document",
        "identity_document": "passport",
        "disability": "Khuyết tật nhìn",
        "status": "studying",
    }
    (one,) = load(_school(), _class(), _pupil(**known)).pupils

    assert {name: getattr(one.pupil, name) for name in known} == known


def test_an_identity_of_which_nothing_is_said_is_neither_verified_nor_unverified(load):
    """None is not no."""
    (one,) = load(_school(), _class(), _pupil()).pupils

    assert one.pupil.identity_verified is None
    assert one.pupil.status is None


def test_moves_of_the_year_come_by_day(load):
    """Not those of other years or other pupils, nor cancelled ones."""
    (one,) = load(
        _school(),
        _class(),
        _pupil(),
        _move(1, "2026-02-01", direction="out"),
        _move(2, "2025-11-03"),
        _move(3, "2024-11-03", school_year="2024-2025"),
        _move(4, "2025-10-01", student_code="HS2"),
        _move(5, "2025-10-02", cancelled=True),
    ).pupils

    assert [(move.record_id, move.direction) for move in one.transfers] == [
        ("move-2", "in"),
        ("move-1", "out"),
    ]
    assert one.transfers[0] == Transfer(
        direction="in",
        moved_on="2025-11-03",
        from_school="Trường THCS Sao Mai",
        to_school="Trường THCS và THPT Ví Dụ",
        record_id="move-2",
    )


@pytest.mark.parametrize("level", ["TH", "GDTX"])
def test_a_class_of_a_level_without_transcripts_is_told(load, level):
    """It is in the shared database of an inter-level school, and rightly so."""
    with pytest.raises(OtherLevel, match=f"L1.*{level}.*THCS"):
        load(_school(), _class(level=level, grade=4))


@pytest.mark.parametrize(
    ("table", "class_code", "stops"),
    [("phancong", "L1", False), ("diemtruong", None, False), ("monhoclop", "L1", True)],
)
def test_a_refused_record_stops_a_pupil_only_if_his_transcript_needs_it(
    load, table, class_code, stops
):
    """Who teaches what is printed from the class's subjects; sites are not printed at all."""
    refused = RefusedRecord(
        upstream_table=table,
        record_id="bad",
        upstream_field="mamonhoc",
        version=1,
        problem="must be one of …",
        school_code="S1",
        school_year=YEAR,
        class_code=class_code,
        student_code=None,
        run_id=1,
    )
    (one,) = load(_school(), _class(), _pupil(), refused).pupils

    assert bool(one.problems) is stops
