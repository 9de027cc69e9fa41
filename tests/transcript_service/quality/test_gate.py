"""What the gate finds around a pupil's records: other pupils, other classes, the sync."""

import pytest

from tests.transcript_service.quality.conftest import found_in
from transcript_service.quality.checks import PupilState
from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorEnrolment,
    MirrorMark,
    MirrorPupil,
    MirrorResult,
    MirrorSchool,
)
from transcript_service.shared_database.mirror_annex import MirrorTransfer
from transcript_service.shared_database.sync_log import SyncFinding


def states(checked):
    return {pupil.student_code: pupil.state for pupil in checked.one().pupils}


def test_a_clean_class_passes(checked):
    """Nothing is found but the foreign pupil's missing number; everybody is ready."""
    assert checked.found() == []
    assert set(states(checked).values()) == {PupilState.READY}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity_verified": None}, "identity_verified"),
        ({"identity_verified": False}, "identity_verified"),
        ({"identity_verified_on": None}, "identity_verified_on"),
        ({"identity_source": None}, "identity_source"),
    ],
)
def test_an_identity_is_verified_only_with_date_and_source(checked, strict, changes, field):
    """It warns; a setting makes it block."""
    code = checked.summary.student_codes[1]
    checked.spoil(MirrorPupil, MirrorPupil.student_code == code, **changes)

    ((who, rule, severity, table, record, place),) = checked.found()
    assert (who, rule, severity) == (code, "IDENTITY_NOT_VERIFIED", "WARNS")
    assert (table, record, place) == ("hocsinh", "hocsinh-002", field)
    assert states(checked)[code] is PupilState.READY
    assert [one[2] for one in checked.found(**strict)] == ["BLOCKS"]
    stopped = checked.one(**strict).of_state(PupilState.STOPPED)
    assert stopped == (code,)


def test_one_number_for_two_pupils_blocks_both_and_is_not_told(checked):
    """Each finding names the other pupil by code, and no number stands in it."""
    first, second, *_others = checked.summary.student_codes
    number = "000312004711"
    for code in (first, second):
        checked.spoil(MirrorPupil, MirrorPupil.student_code == code, personal_id=number)

    doubles = [one for one in checked.found() if one[1] == "PERSONAL_ID_DUPLICATE"]
    assert [(one[0], one[2], one[5]) for one in doubles] == [
        (first, "BLOCKS", "personal_id"),
        (second, "BLOCKS", "personal_id"),
    ]
    checks = checked.one()
    assert number not in repr(checks)
    assert second in checks.pupils[0].findings[0].gap.message


def test_a_number_of_somebody_who_is_in_no_class_of_the_year_is_free(checked):
    """A pupil of earlier years under another code does not count."""
    code = checked.summary.student_codes[1]
    which = MirrorPupil.student_code == code
    checked.add_like(MirrorPupil, which, record_id="old", student_code="000HSOLD")

    assert checked.found() == []


def test_a_pupil_in_the_lists_of_two_classes_is_stopped(checked):
    """Until one of them is cancelled; a list of a cancelled class does not count."""
    code = checked.summary.student_codes[2]
    which = MirrorEnrolment.student_code == code
    checked.add_like(MirrorEnrolment, which, record_id="second", class_code="8A2")

    ((who, rule, severity, table, record, _field),) = checked.found()
    assert (who, rule, severity) == (code, "TWO_CLASSES", "BLOCKS")
    assert (table, record) == ("hocsinhlop", "second")
    assert states(checked)[code] is PupilState.STOPPED

    gone = {"record_id": "gone", "class_code": "8A2", "cancelled": True}
    checked.add_like(MirrorClass, MirrorClass.name == checked.summary.class_name, **gone)
    assert checked.found() == []


def test_a_pupil_put_into_a_second_class_lacks_nothing_there(checked):
    """One finding for one mistake: the marks are where they belong."""
    code = checked.summary.student_codes[2]
    second = {"record_id": "c2", "class_code": "8A2-2025", "name": "8A2"}
    checked.add_like(MirrorClass, MirrorClass.name == checked.summary.class_name, **second)
    which = MirrorEnrolment.student_code == code
    checked.add_like(MirrorEnrolment, which, record_id="second", class_code="8A2-2025")

    _first, other = checked.school().classes

    assert [one[:2] for one in found_in(other)] == [(code, "TWO_CLASSES")]
    assert other.of_state(PupilState.STOPPED) == (code,)


def test_a_pupil_without_identity_record_is_one_finding(checked):
    """Not one for each field of a record that is not there."""
    code = checked.summary.student_codes[7]
    checked.spoil(MirrorPupil, MirrorPupil.student_code == code, cancelled=True)

    assert checked.found() == [
        (code, "IDENTITY_INCOMPLETE", "BLOCKS", "hocsinh", None, "student_code")
    ]


def test_a_pupil_twice_in_one_list_is_a_duplicate(checked):
    """The class list is the list of those to issue to."""
    code = checked.summary.student_codes[2]
    which = MirrorEnrolment.student_code == code
    checked.add_like(MirrorEnrolment, which, record_id="zz-again", position=40)

    assert checked.found() == [
        (code, "DUPLICATE_RECORD", "BLOCKS", "hocsinhlop", "zz-again", "class_code")
    ]


@pytest.mark.parametrize("status", ["transferred_out", "left", "suspended"])
def test_a_pupil_who_left_and_stands_in_the_list_is_a_warning(checked, status):
    """Perhaps the list is wrong, perhaps the status."""
    code = checked.summary.student_codes[3]
    checked.spoil(MirrorPupil, MirrorPupil.student_code == code, status=status)

    assert [one[:3] for one in checked.found()] == [(code, "NOT_STUDYING", "WARNS")]


def test_records_without_a_place_in_the_list_are_named_once_for_each_pupil(checked):
    """A pupil whom somebody struck off the list by mistake would get nothing, unseen."""
    code = checked.summary.student_codes[4]
    checked.spoil(MirrorEnrolment, MirrorEnrolment.student_code == code, cancelled=True)

    assert checked.found() == [
        (code, "NOT_IN_CLASS_LIST", "WARNS", "hocsinhlop", None, "student_code")
    ]


@pytest.mark.parametrize("how", ["status", "transfer"])
def test_records_of_a_pupil_who_left_are_in_order(checked, how):
    """The school took the pupil off the list, and says why."""
    summary = checked.summary
    code = summary.student_codes[4]
    checked.spoil(MirrorEnrolment, MirrorEnrolment.student_code == code, cancelled=True)
    if how == "status":
        checked.spoil(MirrorPupil, MirrorPupil.student_code == code, status="left")
    else:
        checked.add(
            MirrorTransfer(
                record_id="transfer",
                version=1,
                updated_at="2026-01-01T00:00:00Z",
                school_code=summary.school_code,
                school_year=summary.school_year,
                student_code=code,
                direction="out",
                moved_on="2026-01-10",
                from_school="A",
                to_school="B",
                from_school_code=None,
                to_school_code=None,
            )
        )

    assert checked.found() == []


def test_a_pupil_without_stored_results_is_a_warning_and_counted(checked):
    """The totals of class list and results differ by one."""
    code = checked.summary.student_codes[5]
    checked.spoil(MirrorResult, MirrorResult.student_code == code, cancelled=True)

    assert [(one[0], one[1], one[5]) for one in checked.found()] == [
        (code, "RESULT_MISSING", period) for period in ("term_1", "term_2", "full_year")
    ]
    assert (len(checked.one().pupils), checked.one().results_stored) == (12, 11)


def sync_finding(summary, **changes):
    known = {
        "school_code": summary.school_code,
        "school_year": summary.school_year,
        "upstream_table": "diem",
        "record_id": "diem-001",
        "kind": "NOT_SEEN",
        "upstream_field": "idbanghi",
        "class_code": summary.class_code,
        "student_code": summary.student_codes[0],
        "run_id": 1,
    }
    return SyncFinding(**known | changes)


@pytest.mark.parametrize(
    ("changes", "code", "stopped"),
    [
        ({}, "RECORD_GONE", 1),
        ({"kind": "VERSION_WENT_BACK", "upstream_field": "phienban"}, "VERSION_WENT_BACK", 1),
        ({"upstream_table": "lophoc", "student_code": None}, "RECORD_GONE", 12),
        (
            {"upstream_table": "truong", "student_code": None, "class_code": None},
            "RECORD_GONE",
            12,
        ),
        ({"class_code": "another", "student_code": "another"}, None, 0),
    ],
)
def test_records_that_the_shared_database_cannot_explain_stop_whom_they_concern(
    checked, changes, code, stopped
):
    """What we hold is no longer what the shared database says."""
    checked.add(sync_finding(checked.summary, **changes))

    assert {one[1] for one in checked.found()} == ({code} if code else set())
    assert len(checked.one().of_state(PupilState.STOPPED)) == stopped


def test_what_concerns_the_whole_class_is_told_once(checked):
    """A term that is not locked stops twelve pupils and makes one finding."""
    name = checked.summary.class_name
    checked.spoil(MirrorClass, MirrorClass.name == name, term_2_locked=False)
    checked.spoil(MirrorSchool, MirrorSchool.term_2_locked, term_2_locked=False)

    assert [(one[0], one[1], one[5]) for one in checked.found()] == [
        (None, "TERM_NOT_LOCKED", "term_2")
    ]
    assert set(states(checked).values()) == {PupilState.STOPPED}


def test_a_missing_mark_of_one_pupil_stops_nobody_else(checked):
    """The rest of the class goes on."""
    code = checked.summary.student_codes[6]
    which = MirrorMark.record_id == "diem-007-TOAN-2-CK-1"
    checked.spoil(MirrorMark, which, cancelled=True)

    assert [one[:2] for one in checked.found()] == [(code, "MARK_MISSING")]
    assert [who for who, state in states(checked).items() if state is PupilState.STOPPED] == [code]
