"""Conduct of the year, promotion, re-assessment and awards of Circular 22/2021."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.rules.circular_22_2021 import (
    AcademicResult,
    RulePolicy,
    SubjectResult,
    SubjectResults,
    academic_result,
)
from transcript_service.rules.circular_22_2021_year import (
    ConductResult,
    PromotionStatus,
    after_reassessment,
    conduct_of_year,
    is_promoted,
    is_promotion_unclear,
    is_reassessment_due,
    program_completed,
    promotion,
    subjects_to_reassess,
    year_title,
)

POLICY = RulePolicy()
GOOD, FAIR, PASS, NOT_PASS = ConductResult
ACADEMIC_PASS, ACADEMIC_NOT_PASS = AcademicResult.PASS, AcademicResult.NOT_PASS


def year_of(text: str, *, not_passed: tuple[str, ...] = ()) -> SubjectResults:
    """Make the results of a year from `code=score` pairs and four subjects by comment."""
    pairs = (part.split("=") for part in text.split())
    comments = ("physical_education", "arts", "local_education", "experiential_career")
    return SubjectResults(
        scores={code: Decimal(score) for code, score in pairs},
        comments={
            code: SubjectResult.NOT_PASSED if code in not_passed else SubjectResult.PASSED
            for code in comments
        },
    )


def nine(text: str) -> SubjectResults:
    scores = {f"s{number}": Decimal(part) for number, part in enumerate(text.split())}
    return SubjectResults(scores=scores, comments={})


@pytest.mark.parametrize(
    ("term_1", "years"),
    [
        ("Tốt", ["Tốt", "Khá", "Khá", "Chưa đạt"]),
        ("Khá", ["Tốt", "Khá", "Đạt", "Chưa đạt"]),
        ("Đạt", ["Khá", "Khá", "Đạt", "Chưa đạt"]),
        ("Chưa đạt", ["Khá", "Đạt", "Đạt", "Chưa đạt"]),
    ],
)
def test_conduct_of_the_year_agrees_with_the_table(term_1, years):
    """Article 8.2: the row is term 1, the columns are Tốt, Khá, Đạt, Chưa đạt of term 2."""
    assert [conduct_of_year(ConductResult(term_1), term_2) for term_2 in ConductResult] == years


def test_conduct_of_the_year_agrees_with_the_text_of_the_rule():
    """The table says what the sentences of article 8.2 say."""
    for term_1 in ConductResult:
        for term_2 in ConductResult:
            if term_2 is GOOD and term_1 in (GOOD, FAIR):
                expected = GOOD
            elif (
                (term_2 is FAIR and term_1 in (GOOD, FAIR, PASS))
                or (term_2 is PASS and term_1 is GOOD)
                or (term_2 is GOOD and term_1 in (PASS, NOT_PASS))
            ):
                expected = FAIR
            elif (term_2 is PASS and term_1 in (FAIR, PASS, NOT_PASS)) or (
                term_2 is FAIR and term_1 is NOT_PASS
            ):
                expected = PASS
            else:
                expected = NOT_PASS
            assert conduct_of_year(term_1, term_2) is expected


@pytest.mark.parametrize(
    ("absent", "status"), [(0, "PROMOTED"), (44, "PROMOTED"), (45, "PROMOTED"), (46, "REPEAT")]
)
def test_forty_five_sessions_may_be_missed(absent, status):
    """Article 12: not more than 45 sessions in a school year."""
    assert promotion(PASS, ACADEMIC_PASS, absent) == status


@pytest.mark.parametrize(
    ("conduct", "academic", "after_summer", "after_test", "status"),
    [
        (PASS, ACADEMIC_PASS, None, None, "PROMOTED"),
        (GOOD, ACADEMIC_NOT_PASS, None, None, "RETEST"),
        (GOOD, ACADEMIC_NOT_PASS, None, ACADEMIC_PASS, "PROMOTED_AFTER_RETEST"),
        (GOOD, ACADEMIC_NOT_PASS, None, ACADEMIC_NOT_PASS, "REPEAT"),
        (NOT_PASS, ACADEMIC_PASS, None, None, "SUMMER_TRAINING"),
        (NOT_PASS, ACADEMIC_PASS, PASS, None, "PROMOTED_AFTER_SUMMER"),
        (NOT_PASS, ACADEMIC_PASS, NOT_PASS, None, "REPEAT"),
        (NOT_PASS, ACADEMIC_NOT_PASS, None, None, "REPEAT"),
        (NOT_PASS, ACADEMIC_NOT_PASS, PASS, ACADEMIC_PASS, "REPEAT"),
    ],
)
def test_promotion_agrees_with_the_decision_table(
    conduct, academic, after_summer, after_test, status
):
    """Articles 12 to 14, with at most 45 sessions missed; with more, always REPEAT."""
    after = {
        "conduct_after_summer": after_summer,
        "academic_after_reassessment": after_test,
    }

    assert promotion(conduct, academic, 12, **after) == status
    assert promotion(conduct, academic, 46, **after) is PromotionStatus.REPEAT


def test_both_results_not_passed_is_for_a_person_to_look_at():
    """The text does not say what follows; the table's answer is flagged."""
    assert is_promotion_unclear(NOT_PASS, ACADEMIC_NOT_PASS)
    assert not is_promotion_unclear(PASS, ACADEMIC_NOT_PASS)
    assert not is_promotion_unclear(NOT_PASS, ACADEMIC_PASS)


def test_the_worked_re_assessment_comes_out():
    """Domain 12.2, case 1: four subjects are assessed again; with Toán at 3.4 the pupil repeats."""
    year = year_of(
        "literature=4.5 mathematics=3.2 foreign_language_1=5.1 civic_education=6.8"
        " history_geography=5.6 natural_science=4.8 technology=6.2 informatics=5.9",
        not_passed=("local_education",),
    )
    level = academic_result(year, POLICY).level

    assert level is ACADEMIC_NOT_PASS
    assert is_reassessment_due(PASS, level)
    assert promotion(PASS, level, 12) is PromotionStatus.RETEST
    assert subjects_to_reassess(year) == {
        "literature",
        "mathematics",
        "natural_science",
        "local_education",
    }
    for mathematics, after, status in (
        ("5.0", "Đạt", "PROMOTED_AFTER_RETEST"),
        ("3.4", "Chưa đạt", "REPEAT"),
    ):
        again = SubjectResults(
            scores={
                "literature": Decimal("5.5"),
                "mathematics": Decimal(mathematics),
                "natural_science": Decimal("4.9"),
            },
            comments={"local_education": SubjectResult.PASSED},
        )
        new_level = academic_result(after_reassessment(year, again), POLICY).level
        assert new_level == after
        assert promotion(PASS, level, 12, academic_after_reassessment=new_level) == status


def test_a_good_pupil_with_one_weak_subject_is_not_assessed_again():
    """Domain 12.1: re-assessment is due only when the year's result is Chưa đạt."""
    assert not is_reassessment_due(GOOD, AcademicResult.FAIR)
    assert not is_reassessment_due(NOT_PASS, ACADEMIC_NOT_PASS)


@pytest.mark.parametrize(
    ("text", "conduct", "title"),
    [
        ("8.2 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", GOOD, "Học sinh Xuất sắc"),
        ("8.2 9.4 9.1 8.6 9.2 9.5 8.9 8.8 9.3", GOOD, "Học sinh Giỏi"),
        ("8.2 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", FAIR, None),
        ("6.4 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", GOOD, None),
        ("4.9 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", GOOD, None),
    ],
)
def test_titles_of_the_year(text, conduct, title):
    """Article 15 and domain 12.2, case 2: both results Tốt, and six scores of 9.0 for the best."""
    year = nine(text)

    assert year_title(conduct, academic_result(year, POLICY).level, year, POLICY) == title


@pytest.mark.parametrize(
    ("grade", "status", "completed"),
    [
        (8, "PROMOTED", None),
        (9, "PROMOTED", True),
        (9, "PROMOTED_AFTER_RETEST", True),
        (9, "REPEAT", False),
        (9, "RETEST", None),
        (9, "SUMMER_TRAINING", None),
        (12, "PROMOTED_AFTER_SUMMER", True),
    ],
)
def test_only_the_last_grade_completes_the_programme(grade, status, completed):
    """Article 12; while a second chance is still to come nothing is decided."""
    assert program_completed(grade, PromotionStatus(status)) is completed


@given(st.sampled_from(ConductResult), st.sampled_from(AcademicResult), st.integers(0, 200))
def test_nobody_is_promoted_with_a_result_not_passed(conduct, academic, absent):
    """Without a second chance all three conditions of article 12 must hold, and suffice."""
    status = promotion(conduct, academic, absent)

    holds = conduct is not NOT_PASS and academic is not ACADEMIC_NOT_PASS and absent <= 45
    assert is_promoted(status) is holds
