"""Marks that are missing, doubled or unusable (Circular 22/2021, articles 5 to 7)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from transcript_service.assemble import examine


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


def test_a_missing_mark_is_a_gap_and_never_a_zero(example):
    """Place and field name the mark that is not there; no result is computed."""
    marks = without(example.pupil_year.marks, "mark-mathematics-2-final_mark-1")

    assert found(example.with_records(marks=marks)) == [
        ("MARK_MISSING", "diem", None, "mathematics.term_2.final_mark")
    ]


def test_a_mark_without_value_is_a_gap(example):
    """The record is there, the score is not."""
    name = "mark-arts-1-midterm_mark-1"
    marks = with_record(example.pupil_year.marks, name, passed=None)

    assert found(example.with_records(marks=marks)) == [
        ("MARK_MISSING", "diem", name, "arts.term_1.midterm_mark")
    ]


@pytest.mark.parametrize("text", ["8 9 8.5 / 8 / 8", "8 9 8.5 9 9 / 8 / 8", "/ 8 / 8"])
def test_another_number_of_regular_marks_is_a_gap(example, text):
    """Four for a subject of 140 periods; neither fewer nor more, nor none."""
    assert found(example.with_marks("mathematics", 1, text)) == [
        ("MARK_COUNT", "diem", None, "mathematics.term_1.regular_mark")
    ]


def test_the_number_of_regular_marks_follows_the_periods(example):
    """With 70 periods a year the same four marks are one too many, in both terms."""
    subjects = with_record(
        example.class_year.school_class.subjects, "class-subject-mathematics", periods_per_year=70
    )

    assert [code for code, *_ in found(example.with_class(subjects=subjects))] == [
        "MARK_COUNT",
        "MARK_COUNT",
    ]


@pytest.mark.parametrize("score", ["10.5", "10.1", "-1.5", "8.25", "NaN"])
def test_a_score_off_the_scale_is_a_gap(example, score):
    """The record to correct is named; the score stands apart from message and repr."""
    name = "mark-informatics-1-final_mark-1"
    marks = with_record(example.pupil_year.marks, name, score=Decimal(score))

    (gap,) = gaps_of(example.with_records(marks=marks))

    assert (gap.code, gap.place, gap.record_id) == ("MARK_INVALID", "diem", name)
    assert gap.field == "informatics.term_1.final_mark"
    assert gap.recorded == score
    assert score not in gap.message + gap.remedy + repr(gap)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("mark-arts-1-final_mark-1", {"score": Decimal(8), "passed": None}),
        ("mark-arts-1-final_mark-1", {"score": Decimal(8)}),
        ("mark-informatics-1-final_mark-1", {"score": None, "passed": True}),
        ("mark-informatics-1-final_mark-1", {"passed": False}),
    ],
)
def test_a_mark_of_the_other_kind_is_a_gap(example, name, changes):
    """A score in a subject by comment, passed in a scored one, or both at once (article 5)."""
    marks = with_record(example.pupil_year.marks, name, **changes)

    assert [(code, record) for code, _, record, _ in found(example.with_records(marks=marks))] == [
        ("MARK_INVALID", name)
    ]


def test_a_second_mark_of_the_same_place_is_a_gap(example, marks):
    """Which of two end-term marks counts is for the school to say."""
    extra = replace(marks("mathematics", 1, "8 / 8 / 9")[-1], record_id="extra")
    doubled = example.with_records(marks=(*example.pupil_year.marks, extra))

    assert found(doubled) == [
        ("DUPLICATE_RECORD", "diem", "extra", "mathematics.term_1.final_mark")
    ]


def test_two_regular_marks_with_one_number_are_gaps(example):
    """Both are named; the count may be right."""
    records = with_record(example.pupil_year.marks, "mark-mathematics-1-regular_mark-2", ordinal=1)

    assert [
        (code, record) for code, _, record, _ in found(example.with_records(marks=records))
    ] == [
        ("DUPLICATE_RECORD", "mark-mathematics-1-regular_mark-1"),
        ("DUPLICATE_RECORD", "mark-mathematics-1-regular_mark-2"),
    ]
