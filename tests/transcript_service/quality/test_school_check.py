"""The gate held against a whole school: all classes, the age of the data, coverage figures."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.transcript_service.quality.conftest import INSTITUTION, NOW
from transcript_service.database import open_database, read_session
from transcript_service.errors import UsageError
from transcript_service.quality.checks import PupilState
from transcript_service.quality.coverage import coverage_of, share
from transcript_service.quality.school import check_school
from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorEnrolment,
    MirrorMark,
    MirrorPupil,
    SyncRun,
)


def of_school(check):
    return [(one.gap.code, one.severity, one.gap.place, one.gap.field) for one in check.findings]


def test_data_older_than_the_setting_are_stale(checked):
    """At 72 hours to the second they are not; a second later they are."""
    limit = NOW + timedelta(hours=72)

    assert of_school(checked.school(now=limit)) == []
    assert of_school(checked.school(now=limit + timedelta(seconds=1))) == [
        ("STALE_DATA", "WARNS", "sync", "completed_at")
    ]
    assert of_school(checked.school(now=limit, greatest_sync_age=timedelta(hours=71))) == [
        ("STALE_DATA", "WARNS", "sync", "completed_at")
    ]


@pytest.mark.parametrize("outcome", ["FAILED", "RUNNING"])
def test_a_run_that_was_cut_off_is_named_and_does_not_make_data_younger(checked, outcome):
    """What counts as the age is the last run that came to its end."""
    later = NOW + timedelta(hours=80)
    with read_session(checked.engine) as session:
        known = session.exec(select(SyncRun)).one().model_dump()
    started = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    checked.add(SyncRun(**known | {"run_id": 2, "started_at": started, "outcome": outcome}))

    assert {one[0] for one in of_school(checked.school(now=later))} == {
        "STALE_DATA",
        "SYNC_CUT_OFF",
    }


def test_data_that_never_came_whole_are_stale(checked):
    """A first sync that was cut off leaves records, and no complete run."""
    checked.spoil(SyncRun, SyncRun.run_id == 1, outcome="FAILED")

    assert {one[0] for one in of_school(checked.school())} == {"STALE_DATA", "SYNC_CUT_OFF"}
    assert checked.school().synchronised_at is None


def test_all_classes_are_checked_and_those_of_other_levels_are_named(checked):
    """A primary class of an inter-level school has no transcripts here, and is not lost."""
    which = MirrorClass.name == checked.summary.class_name
    other = {"record_id": "c2", "class_code": "9A2-2025", "name": "9A2", "grade": 9}
    checked.add_like(MirrorClass, which, **other)
    primary = {"record_id": "c3", "class_code": "3A", "name": "3A", "grade": 3, "level": "TH"}
    checked.add_like(MirrorClass, which, **primary)

    check = checked.school()

    assert [one.class_name for one in check.classes] == ["8A1", "9A2"]
    assert check.other_levels == ("3A",)
    assert check.classes[1].pupils == ()


def test_one_class_is_checked_by_its_printed_name(checked):
    """The registrar types what stands on the door."""
    told = []
    with read_session(checked.engine) as session:
        check = check_school(
            session,
            INSTITUTION,
            checked.summary.school_code,
            checked.summary.school_year,
            checked.gate,
            class_code="8A1",
            progress=lambda done, total: told.append((done, total)),
        )

    assert [one.class_code for one in check.classes] == [checked.summary.class_code]
    assert told == [(1, 1)]


def test_a_school_that_was_never_synchronised_is_wrong_usage(tmp_path, checked):
    """With what to do."""
    with (
        read_session(open_database(tmp_path / "empty.db")) as session,
        pytest.raises(UsageError, match="synchronise"),
    ):
        check_school(session, INSTITUTION, "S1", "2025-2026", checked.gate)


def test_coverage_counts_who_is_complete_and_who_is_verified(checked):
    """Twelve pupils: a mark of one is missing, an identity of another is not verified."""
    _first, second, third, *_rest = checked.summary.student_codes
    checked.spoil(MirrorMark, MirrorMark.record_id == "diem-003-TOAN-2-CK-1", cancelled=True)
    checked.spoil(MirrorPupil, MirrorPupil.student_code == second, identity_verified=False)
    check = checked.school()

    coverage = coverage_of(check.classes, check.findings)

    assert third in check.classes[0].of_state(PupilState.STOPPED)
    assert (coverage.pupils, coverage.ready, coverage.stopped, coverage.issued) == (12, 11, 1, 0)
    assert (coverage.complete, coverage.identity_verified) == (11, 11)
    assert (coverage.with_personal_id, coverage.with_valid_personal_id) == (11, 11)
    counts = {(criterion, severity): count for criterion, severity, count in coverage.findings}
    assert len(counts) == 8
    assert counts["COMPLETE", "BLOCKS"] == 1
    assert counts["RIGHT", "WARNS"] == 1
    assert dict(coverage.codes)["MARK_MISSING"] == 1


def test_what_the_whole_class_lacks_leaves_nobody_complete(checked):
    """A class without homeroom teacher makes no complete transcript."""
    name = checked.summary.class_name
    checked.spoil(MirrorClass, MirrorClass.name == name, homeroom_teacher_code="nobody")

    assert coverage_of(checked.school().classes).complete == 0


def test_a_number_that_two_pupils_have_is_not_valid(checked):
    """Whose it is has to be found out first."""
    for code in checked.summary.student_codes[:2]:
        checked.spoil(MirrorPupil, MirrorPupil.student_code == code, personal_id="000312004711")

    coverage = coverage_of(checked.school().classes)

    assert coverage.with_personal_id - coverage.with_valid_personal_id == 2


def test_an_empty_class_list_has_no_shares(checked):
    """Nobody is stopped, nobody is complete."""
    checked.spoil(MirrorEnrolment, MirrorEnrolment.position > 0, cancelled=True)

    coverage = coverage_of(checked.school().classes)

    assert (coverage.pupils, coverage.complete) == (0, 0)
    assert share(0, 0) == "–"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33,3 %"), (9999, 10000, "99,9 %"), (5, 5, "100,0 %"), (0, 7, "0,0 %")],
)
def test_a_share_is_a_hundred_only_where_nobody_is_missing(part, whole, text):
    """9,999 of 10,000 is not all of them."""
    assert share(part, whole) == text
