"""Re-assessment, summer training and promotion of whole years (articles 12 to 14)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.transcript_service.rules.pupils import SCORED, codes_of, usual, with_subject
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.rules.circular_22_2021_marks import RecordedTerm
from transcript_service.rules.circular_22_2021_pupil import judge_year
from transcript_service.rules.circular_22_2021_year import ConductResult

POLICY = RulePolicy()
GOOD, FAIR, PASS, NOT_PASS = ConductResult


def test_summer_training_changes_the_conduct_for_promotion_only():
    """Domain 12.4.10: conduct of the year and title stay what they were."""
    year = replace(usual(), conduct_term_2=NOT_PASS)
    trained = replace(year, conduct_after_summer=GOOD)

    assert judge_year(year, POLICY).promotion_status == "SUMMER_TRAINING"
    judged = judge_year(trained, POLICY)
    assert (judged.conduct, judged.title) == ("Chưa đạt", None)
    assert judged.promotion_status == "PROMOTED_AFTER_SUMMER"
    failed = replace(trained, conduct_after_summer=NOT_PASS)
    assert judge_year(failed, POLICY).promotion_status == "REPEAT"


def test_both_results_not_passed_go_the_way_of_the_policy():
    """Domain 2.7: the pupil repeats, or trains first and is assessed again after that."""
    chances = RulePolicy(both_failed="second_chances")
    year = replace(usual("4.9"), conduct_term_2=NOT_PASS)
    steps = [year, replace(year, conduct_after_summer=PASS)]
    last = steps[-1]
    for code in SCORED:
        last = with_subject(last, code, reassessed=Decimal("5.0"))
    steps.append(last)

    assert [judge_year(step, POLICY).promotion_status for step in steps] == ["REPEAT"] * 3
    assert [judge_year(step, chances).promotion_status for step in steps] == [
        "SUMMER_TRAINING",
        "RETEST",
        "PROMOTED_AFTER_RETEST",
    ]
    for step in steps[:2]:
        for policy in (POLICY, chances):
            judged = judge_year(step, policy)
            assert codes_of(step, judged, policy) == [("BOTH_FAILED", "promotion_status")]


def test_what_the_circular_gives_no_room_for_is_left_aside_and_named():
    """A re-assessment, a summer training and a decision that nothing opens."""
    year = replace(
        with_subject(usual(), "mathematics", reassessed=Decimal("10.0")),
        conduct_after_summer=PASS,
        promotion_decision=False,
    )

    judged = judge_year(year, POLICY)

    assert judged.academic_after_reassessment is None
    assert judged.promotion_status == "PROMOTED"
    assert codes_of(year, judged) == [
        ("REASSESSMENT_NOT_DUE", "mathematics"),
        ("SUMMER_TRAINING_NOT_DUE", "conduct_after_summer"),
        ("DECISION_NOT_OPEN", "promotion_decision"),
    ]


def test_an_adjusted_pupil_is_not_assessed_again():
    """Article 14 looks at the adjusted result: T11 is Đạt, though one subject has 3.0."""
    low = RecordedTerm(value=Decimal("3.0"))
    year = with_subject(usual("8.5"), "informatics", term_1=low, term_2=low)

    judged = judge_year(year, POLICY)

    assert (judged.full_year.level, judged.promotion_status) == ("Đạt", "PROMOTED")
    assert judged.subjects_to_reassess == frozenset()


def test_re_assessment_is_adjusted_again_and_may_lower_a_subject():
    """Article 14: the new result takes the place of the old, then article 9.3 is applied again."""
    year = usual("7.0")
    for code, score in (("mathematics", "3.0"), ("informatics", "4.0")):
        value = RecordedTerm(value=Decimal(score))
        year = with_subject(year, code, term_1=value, term_2=value)
    year = with_subject(year, "mathematics", reassessed=Decimal("2.0"))
    year = with_subject(year, "informatics", reassessed=Decimal("6.5"))

    judged = judge_year(year, POLICY)

    again = judged.academic_after_reassessment
    assert (again.level, again.adjustment.subject_code) == ("Đạt", "mathematics")
    assert judged.promotion_status == "PROMOTED_AFTER_RETEST"


@pytest.mark.parametrize(("absent", "status"), [(44, "PROMOTED"), (45, "PROMOTED"), (46, "REPEAT")])
def test_absences_of_all_schools_of_the_year_count(absent, status):
    """Domain 12.4.6: 44, 45, 46 sessions."""
    assert judge_year(replace(usual(), absent_sessions=absent), POLICY).promotion_status == status
