"""Texts that are not in NFC, names typed carelessly, codes that stand in no list."""

from dataclasses import replace

import pytest

from transcript_service.assemble import examine
from transcript_service.class_year import Award, StudyTopic, UpstreamResult

NFD = "Nguye\u0302\u0303n"
RESULT = UpstreamResult(
    period="full_year",
    academic_result=None,
    conduct_result=None,
    promoted=None,
    subject_results=(),
    record_id="result-0",
)


def found(example):
    gaps = examine(example.class_year, example.pupil_year, example.policy).gaps
    return [(gap.code, gap.place, gap.record_id, gap.field) for gap in gaps]


def warned(example):
    warnings = examine(example.class_year, example.pupil_year, example.policy).warnings
    return [(gap.code, gap.place, gap.record_id, gap.field) for gap in warnings]


def first_changed(records, **changes):
    return (replace(records[0], **changes), *records[1:])


def not_normalised(example):
    """Spoil one text of each group of records."""
    pupil = example.pupil_year.pupil
    yield (
        example.with_pupil(full_name=NFD),
        ("hocsinh", "pupil-1", "full_name"),
    )
    yield (
        example.with_pupil(mother=replace(pupil.mother, full_name=NFD)),
        ("hocsinh", "pupil-1", "mother.full_name"),
    )
    yield (
        example.with_pupil(study_history=first_changed(pupil.study_history, school_name=NFD)),
        ("quatrinhhoctap", None, "2023-2024.school_name"),
    )
    yield (
        example.with_records(comments=first_changed(example.pupil_year.comments, comment=NFD)),
        ("nhanxetmon", "comment-mathematics", "comment"),
    )
    yield (
        example.with_records(summary=replace(example.pupil_year.summary, homeroom_comment=NFD)),
        ("tongketnam", "summary-1", "homeroom_comment"),
    )
    yield (
        example.with_records(awards=(Award(title=NFD, record_id="award-1"),)),
        ("khenthuong", "award-1", "title"),
    )


def test_a_text_in_another_normal_form_is_a_gap_at_its_record(example):
    """The same letters would be other bytes: two names that look alike and are not equal."""
    for spoilt, place in not_normalised(example):
        assert found(spoilt) == [("NOT_NFC", *place)]


def not_listed(example):
    """Give one value that stands in no list to each kind of record."""
    year = example.pupil_year
    topic = StudyTopic(subject_code="arts", term=1, score=None, passed=True, record_id="topic-1")
    topics = (replace(topic, term=3),)
    marks = year.marks
    yield "marks", first_changed(marks, term=3), ("diem", marks[0].record_id, "term")
    yield "marks", first_changed(marks, kind="oral"), ("diem", marks[0].record_id, "kind")
    yield "study_topics", topics, ("chuyende", "topic-1", "term")
    yield "conduct", first_changed(year.conduct, term=0), ("renluyen", "conduct-1", "term")
    yield (
        "comments",
        first_changed(year.comments, assessment_status="free"),
        ("nhanxetmon", year.comments[0].record_id, "assessment_status"),
    )
    for field, value in (
        ("period", "summer"),
        ("academic_result", "Giỏi"),
        ("conduct_result", "Trung bình"),
    ):
        results = (replace(RESULT, **{field: value}),)
        yield "upstream_results", results, ("ketquahoctap", "result-0", field)


def test_a_value_of_no_code_list_is_a_gap_and_is_never_passed_over(example):
    """A mark of term 3 counts in no average; without the gap nobody would miss it."""
    for name, records, place in not_listed(example):
        assert ("CODE_UNKNOWN", *place) in found(example.with_records(**{name: records}))


@pytest.mark.parametrize("name", ["NGUYỄN THỊ MINH AN", "nguyễn thị minh an", "Nguyễn  An"])
def test_a_name_typed_carelessly_is_a_warning(example, name):
    """Capitals alone, small letters alone, blanks too many."""
    untidy = example.with_pupil(full_name=name)

    assert found(untidy) == []
    assert warned(untidy) == [("NAME_UNTIDY", "hocsinh", "pupil-1", "full_name")]


def test_names_of_relatives_are_looked_at_too(example):
    """They stand on the identity page."""
    father = replace(example.pupil_year.pupil.father, full_name="NGUYỄN VĂN BÌNH")

    assert warned(example.with_pupil(father=father)) == [
        ("NAME_UNTIDY", "hocsinh", "pupil-1", "father.full_name")
    ]


@pytest.mark.parametrize("name", ["K'Brơi", "H'Hen Niê", "Đặng Đình Đức", "Khamphone Souvanh"])
def test_names_of_all_peoples_are_tidy(example, name):
    """One word to six, apostrophes, foreign names (domain 12.4)."""
    assert warned(example.with_pupil(full_name=name)) == []
