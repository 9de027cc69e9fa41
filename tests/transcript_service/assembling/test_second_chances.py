"""Years that went otherwise: re-assessment, summer training, the last grade."""

from dataclasses import replace
from decimal import Decimal

import pytest

from transcript_service.class_year import Reassessment


def subject_of(results, code):
    return next(row for row in results["subjects"] if row["subject_code"] == code)


def weak_year(example):
    """Domain 12.2, case 1: the marks give its year averages, arts and the rest are passed."""
    four = "{0} {0} {0} {0} / {0} / {0}"
    two = "{0} {0} / {0} / {0}"
    weak = example.with_all_marks(
        {
            "literature": four.format("4.5"),
            "mathematics": four.format("3.2"),
            "foreign_language_1": four.format("5.1"),
            "civic_education": two.format("6.8"),
            "history_geography": four.format("5.6"),
            "natural_science": four.format("4.8"),
            "technology": "6.2 6.2 6.2 / 6.2 / 6.2",
            "informatics": two.format("5.9"),
            "local_education": "x x / x / -",
        }
    )
    return weak.with_records(
        conduct=tuple(replace(c, level="Đạt") for c in weak.pupil_year.conduct)
    )


def reassessed(code, value):
    return Reassessment(
        subject_code=code,
        score=None if value in "x-" else Decimal(value),
        passed=value == "x" if value in "x-" else None,
        record_id=f"reassessment-{code}",
    )


@pytest.mark.parametrize(
    ("mathematics", "level", "status"),
    [("5.0", "Đạt", "PROMOTED_AFTER_RETEST"), ("3.4", "Chưa đạt", "REPEAT")],
)
def test_a_re_assessment_stands_beside_the_year(example, document, mathematics, level, status):
    """Domain 12.2, case 1: the first result stays visible, the decision takes the second."""
    again = weak_year(example).with_records(
        reassessments=(
            reassessed("literature", "5.5"),
            reassessed("mathematics", mathematics),
            reassessed("natural_science", "4.9"),
            reassessed("local_education", "x"),
        )
    )

    results = document(again)["results"]
    row = subject_of(results, "mathematics")
    assert (row["full_year"], row["after_reassessment"]) == ("3.2", mathematics)
    assert results["full_year"]["academic_result"] == "Chưa đạt"
    assert results["academic_after_reassessment"] == level
    assert results["promotion_status"] == status


def test_before_the_re_assessment_the_pupil_waits_for_it(example, document):
    """Article 14: neither promoted nor repeating yet."""
    results = document(weak_year(example))["results"]

    assert results["promotion_status"] == "RETEST"
    assert results["academic_after_reassessment"] is None


def test_summer_training_decides_conduct(example, document):
    """Article 13: the year's conduct stays visible, the second one decides."""
    bad = example.with_records(
        conduct=tuple(replace(c, level="Chưa đạt") for c in example.pupil_year.conduct)
    )
    trained = bad.with_records(summary=replace(bad.pupil_year.summary, conduct_after_summer="Đạt"))

    assert document(bad)["results"]["promotion_status"] == "SUMMER_TRAINING"
    results = document(trained)["results"]
    assert results["promotion_status"] == "PROMOTED_AFTER_SUMMER"
    assert results["full_year"]["conduct_result"] == "Chưa đạt"
    assert results["conduct_after_summer"] == "Đạt"


def test_the_last_grade_says_whether_the_programme_is_completed(example, document):
    """Grade 9 only, and not while a second chance is open."""
    ninth = example.with_class(grade=9)

    assert document(example)["results"]["program_completed"] is None
    assert document(ninth)["results"]["program_completed"] is True
    assert document(weak_year(ninth))["results"]["program_completed"] is None
