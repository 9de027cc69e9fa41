"""Upper secondary school: chosen subjects, study topics, the last grade."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.transcript_service.assembling.conftest import Example, marks_of
from tests.transcript_service.assembling.upper_secondary import (
    ARTS,
    SCIENCES,
    example_of,
    taken_codes,
)
from transcript_service.assemble import assemble
from transcript_service.rules.circular_22_2021_marks import assessment_of
from transcript_service.rules.programme_2018 import (
    COMPULSORY_SUBJECTS,
    ELECTIVE_SUBJECTS,
    OPTIONAL_SUBJECTS,
)
from transcript_service.subjects import GRADES, subject_order_of, subjects_of
from verifier.canonical import canonical_json
from verifier.transcript import parse_transcript

RENDERING = {
    "template": "thpt-year/1",
    "lookup_url": "https://tra-cuu.hoa-phuong.example/HB-THPT-2025-7K3M9QX2VD-B",
}
VECTOR = Path(__file__).parents[2] / "vectors" / "transcript_thpt_example.json"


@pytest.fixture
def sciences() -> Example:
    return example_of(0)


@pytest.fixture
def thpt_identity(identity):
    return replace(
        identity,
        institution="VN-000-THPT-HOA-PHUONG",
        transcript_code="HB-THPT-2025-7K3M9QX2VD-B",
    )


@pytest.fixture
def made(thpt_identity, rendering):
    """Assemble an example, through its bytes."""

    def make(example, **options):
        found = assemble(
            example.class_year,
            example.pupil_year,
            thpt_identity,
            rendering | RENDERING,
            example.policy,
            **options,
        )
        return parse_transcript(canonical_json(found)).document

    return make


def rows_of(document):
    return {row["subject_code"]: row for row in document["results"]["subjects"]}


def test_the_pupil_of_sciences_is_the_vector_byte_for_byte(sciences, made):
    """Every value of a usual transcript of upper secondary level, and nothing else."""
    assert canonical_json(made(sciences)) == VECTOR.read_bytes()


@pytest.mark.parametrize(("position", "chosen"), [(0, SCIENCES), (1, ARTS)])
def test_pupils_of_one_class_take_different_subjects(position, chosen, made):
    """Each has the rows that he takes; the class is taught all of them."""
    document = made(example_of(position))

    rows = rows_of(document)
    taken = [code for code, row in rows.items() if row["assessment_status"] != "not_taken"]
    assert sorted(taken) == sorted(taken_codes(chosen))
    confirmed = [act["subject_code"] for act in document["confirmations"]["subject_teachers"]]
    assert confirmed == taken
    assert document["level"] == "THPT"
    assert document["results"]["full_year"]["academic_result"] == "Khá"


def test_the_form_has_a_row_for_every_subject_and_crosses_out_what_is_not_taken(sciences, made):
    """In the order of the form; a row that is crossed out holds nothing of another pupil."""
    rows = rows_of(made(sciences))

    assert tuple(rows) == subject_order_of("THPT")
    assert rows["geography"] == {
        "subject_code": "geography",
        "name": "Địa lí",
        "assessment": "score",
        "assessment_status": "not_taken",
        "term_1": None,
        "term_2": None,
        "full_year": None,
        "after_reassessment": None,
        "comment": "",
        "teacher": None,
        "study_topics": False,
    }


def test_study_topics_are_marked_and_count_as_a_regular_mark(sciences, made):
    """Article 6: (8 + 8 + 9 + 2·7.5 + 3·8) / 8 = 8.0, where without the topic it would be 7.9."""
    rows = rows_of(made(sciences))

    assert {code for code, row in rows.items() if row["study_topics"]} == {
        "mathematics",
        "physics",
        "chemistry",
    }
    assert (rows["physics"]["term_1"], rows["biology"]["term_1"]) == ("8.0", "7.9")


def test_a_class_whose_pupils_chose_alike_needs_no_choice_recorded(sciences, made):
    """Then the subjects of the class are those of each pupil."""
    subjects = tuple(
        subject
        for subject in sciences.class_year.school_class.subjects
        if subject.subject_code in taken_codes(SCIENCES)
    )
    alike = sciences.with_class(subjects=subjects).with_records(chosen_subjects=None)

    assert made(alike) == made(sciences)


@pytest.mark.parametrize(
    ("grade", "failing", "completed", "status"),
    [
        (11, False, None, "PROMOTED"),
        (12, False, True, "PROMOTED"),
        (12, True, False, "REPEAT"),
    ],
)
def test_the_last_grade_says_whether_the_programme_is_completed(
    grade, failing, completed, status, made
):
    """Grade 12, as grade 9 does at lower secondary level."""
    example = example_of(0, grade)
    if failing:
        summary = replace(example.pupil_year.summary, absent_unexcused=50)
        example = example.with_records(summary=summary)

    results = made(example)["results"]

    assert (results["program_completed"], results["promotion_status"]) == (completed, status)


def test_an_exempt_chosen_subject_stays_a_chosen_one(sciences, made):
    """Exempt is not the same as not taken."""
    row = rows_of(made(sciences.with_status("physical_education", "exempt")))["physical_education"]

    assert (row["assessment_status"], row["term_1"]) == ("exempt", None)
    assert row["teacher"] == "Đặng Văn Hùng"


def test_the_register_number_carries_its_level_once(sciences, made):
    """The form prints "Số: …/THPT"."""
    assert made(sciences)["pupil"]["register_number"] == "1101/THPT"
    recorded = sciences.with_pupil(register_number="1101/THPT")
    assert made(recorded)["pupil"]["register_number"] == "1101/THPT"
    assert made(sciences.with_pupil(register_number=None))["pupil"]["register_number"] is None


def test_the_subjects_are_those_of_the_programme_and_of_the_circular():
    """Choice as in the programme of 2018, kind of assessment as in article 5."""
    subjects = subjects_of("THPT")
    by_choice = {
        choice: {code for code, subject in subjects.items() if subject.choice == choice}
        for choice in ("compulsory", "elective", "optional")
    }

    assert by_choice == {
        "compulsory": set(COMPULSORY_SUBJECTS),
        "elective": set(ELECTIVE_SUBJECTS),
        "optional": set(OPTIONAL_SUBJECTS),
    }
    for level in GRADES:
        assert sorted(subject_order_of(level)) == sorted(subjects_of(level))
        for code, subject in subjects_of(level).items():
            assert subject.assessment == assessment_of(code)


def test_a_chosen_subject_judged_by_comment_counts(made):
    """Music Chưa đạt lowers the year; it is chosen, so it counts."""
    arts = example_of(1)
    failed = arts.with_records(
        marks=tuple(
            mark for mark in arts.pupil_year.marks if (mark.subject_code, mark.term) != ("music", 2)
        )
        + tuple(marks_of("music", 2, "x / x / -"))
    )

    results = made(failed)["results"]

    assert rows_of({"results": results})["music"]["full_year"] == "Chưa đạt"
    assert results["full_year"]["academic_result"] == "Đạt"
