"""What is missing or unusable in a pupil's records is listed, with place and remedy."""

from dataclasses import replace

import pytest

from transcript_service.assemble import examine
from transcript_service.class_year import RecordProblem
from transcript_service.rules.circular_22_2021 import RulePolicy


def gaps_of(example):
    return examine(example.class_year, example.pupil_year, example.policy).gaps


def found(example):
    """Return `(code, place, record, field)` of each gap."""
    return [(gap.code, gap.place, gap.record_id, gap.field) for gap in gaps_of(example)]


def without(records, record_id):
    return tuple(record for record in records if record.record_id != record_id)


def with_record(records, record_id, **changes):
    return tuple(
        replace(record, **changes) if record.record_id == record_id else record
        for record in records
    )


def test_a_record_refused_at_the_sync_door_stops_the_pupil_first(example):
    """An older version of the record must not stand in for it; the refusal is named first."""
    problem = RecordProblem(
        table="diem", record_id="diem-7", field="diem", message="must be a score from 0 to 10"
    )
    marks = without(example.pupil_year.marks, "mark-mathematics-2-final_mark-1")

    assert found(example.with_records(problems=(problem,)))[0] == (
        "RECORD_REFUSED",
        "diem",
        "diem-7",
        "diem",
    )
    codes = [code for code, *_ in found(example.with_records(problems=(problem,), marks=marks))]
    assert codes == ["RECORD_REFUSED", "MARK_MISSING"]


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"comment": " \n"}, ("COMMENT_MISSING", "nhanxetmon", "comment-arts", "arts.comment")),
        (
            {"confirmed_at": None},
            ("NOT_CONFIRMED", "nhanxetmon", "comment-arts", "arts.confirmed_at"),
        ),
        (
            {"confirmed_at": "yesterday"},
            ("NOT_CONFIRMED", "nhanxetmon", "comment-arts", "arts.confirmed_at"),
        ),
        (
            {"confirmed_by": None},
            ("NOT_CONFIRMED", "nhanxetmon", "comment-arts", "arts.confirmed_at"),
        ),
    ],
)
def test_a_subject_needs_comment_and_confirmation(example, changes, gap):
    """The teacher's acts come before the principal's signature."""
    comments = with_record(example.pupil_year.comments, "comment-arts", **changes)

    assert found(example.with_records(comments=comments)) == [gap]


def test_a_subject_without_any_comment_is_a_gap(example):
    """There is no record to repair, only one to make."""
    comments = without(example.pupil_year.comments, "comment-arts")

    assert found(example.with_records(comments=comments)) == [
        ("COMMENT_MISSING", "nhanxetmon", None, "arts.comment")
    ]


def test_an_exempt_subject_needs_neither_marks_nor_comment(example):
    """Article 11; the teacher still confirms."""
    exempt = example.with_status("arts", "exempt")
    marks = tuple(mark for mark in exempt.pupil_year.marks if mark.subject_code != "arts")
    comments = with_record(exempt.pupil_year.comments, "comment-arts", comment="")

    assert found(exempt.with_records(marks=marks, comments=comments)) == []


def test_exemptions_that_leave_too_few_scored_subjects_stop_the_pupil(example):
    """The circular has no rule: five scored subjects left are for the department to judge."""
    exempt = example
    for code in ("informatics", "technology"):
        exempt = exempt.with_status(code, "exempt")
    assert found(exempt) == []

    exempt = exempt.with_status("civic_education", "exempt")

    assert found(exempt) == [("TOO_FEW_SUBJECTS", "nhanxetmon", None, "assessment_status")]
    assert found(replace(exempt, policy=RulePolicy(min_count=5))) == []


@pytest.mark.parametrize(
    ("level", "code"), [("Giỏi", "CONDUCT_INVALID"), (None, "CONDUCT_MISSING")]
)
def test_each_term_needs_a_judgement_of_conduct(example, level, code):
    """Missing, or not a level of article 8."""
    conduct = (
        without(example.pupil_year.conduct, "conduct-2")
        if level is None
        else with_record(example.pupil_year.conduct, "conduct-2", level=level)
    )

    assert found(example.with_records(conduct=conduct)) == [
        (code, "renluyen", None if level is None else "conduct-2", "term_2.conduct_result")
    ]


def test_two_judgements_of_one_term_are_a_gap(example):
    """No later one silently wins."""
    extra = replace(example.pupil_year.conduct[0], record_id="extra")

    doubled = example.with_records(conduct=(*example.pupil_year.conduct, extra))

    assert found(doubled) == [("DUPLICATE_RECORD", "renluyen", "extra", "term_1.conduct_result")]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"homeroom_comment": ""}, "COMMENT_MISSING", "homeroom_comment"),
        ({"confirmed_by": ""}, "NOT_CONFIRMED", "confirmed_at"),
        ({"absent_excused": -1}, "SUMMARY_INVALID", "absent_excused"),
        ({"absent_unexcused": -1}, "SUMMARY_INVALID", "absent_unexcused"),
        ({"conduct_after_summer": "Yếu"}, "SUMMARY_INVALID", "conduct_after_summer"),
    ],
)
def test_the_summary_of_the_year_must_be_usable(example, changes, code, field):
    """Comment, confirmation, absences, conduct after summer training."""
    summary = replace(example.pupil_year.summary, **changes)

    assert found(example.with_records(summary=summary)) == [
        (code, "tongketnam", "summary-1", field)
    ]


def test_a_year_without_summary_is_a_gap(example):
    """Absences are not zero because nobody counted them."""
    assert found(example.with_records(summary=None)) == [
        ("SUMMARY_MISSING", "tongketnam", None, "year_summary")
    ]


def test_records_of_a_subject_that_is_not_taught_are_gaps(example, marks):
    """They are neither printed nor ignored."""
    stray = marks("foreign_language_2", 1, "8 / 8 / 8")[:1]
    comment = replace(
        example.pupil_year.comments[0], subject_code="astronomy", record_id="comment-x"
    )

    strayed = example.with_records(
        marks=(*example.pupil_year.marks, *stray),
        comments=(*example.pupil_year.comments, comment),
    )
    assert found(strayed) == [
        ("UNKNOWN_SUBJECT", "diem", stray[0].record_id, "subject_code"),
        ("UNKNOWN_SUBJECT", "nhanxetmon", "comment-x", "subject_code"),
    ]


def test_two_comments_on_a_subject_are_a_gap(example):
    """Also when they say the same."""
    extra = replace(example.pupil_year.comments[0], record_id="extra")

    doubled = example.with_records(comments=(*example.pupil_year.comments, extra))

    assert found(doubled) == [("DUPLICATE_RECORD", "nhanxetmon", "extra", "subject_code")]


def test_all_gaps_are_listed_at_once(example):
    """A registrar clears a list, not one error after the other."""
    spoilt = (
        example.with_marks("mathematics", 1, "8 9 8.5 9 / 8 /")
        .with_marks("arts", 2, "x / x / x")
        .with_records(summary=None)
        .with_pupil(birth_place="")
        .with_class(terms_locked=(1,))
    )

    assert sorted(code for code, *_ in found(spoilt)) == [
        "IDENTITY_INCOMPLETE",
        "MARK_COUNT",
        "MARK_MISSING",
        "SUMMARY_MISSING",
        "TERM_NOT_LOCKED",
    ]


def test_every_gap_says_what_to_do_and_names_nobody(example):
    """Codes and places only; the pupil's name and personal id never appear."""
    spoilt = example.with_records(marks=(), comments=(), conduct=(), summary=None)

    gaps = gaps_of(spoilt)

    assert len(gaps) > 50
    for gap in gaps:
        assert gap.student_code == "HS-000-0001"
        assert gap.message
        assert gap.remedy
        assert "Minh An" not in repr(gap)
        assert "000312004711" not in repr(gap)
