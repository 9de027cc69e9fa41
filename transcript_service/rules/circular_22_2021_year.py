"""
Circular 22/2021/TT-BGDĐT: conduct of the year, promotion, re-assessment, awards.

Pure, as `circular_22_2021`, whose results these rules take up.
"""

from decimal import Decimal
from enum import StrEnum

from transcript_service.rules.circular_22_2021 import (
    AcademicResult,
    RulePolicy,
    SubjectResult,
    SubjectResults,
)

GREATEST_ABSENCE = 45
"""Sessions that a pupil may miss in a school year and still be promoted (article 12)."""
LAST_GRADES = (9, 12)
OUTSTANDING_STUDENT = "Học sinh Xuất sắc"
EXCELLENT_STUDENT = "Học sinh Giỏi"
YEAR_TITLES = (OUTSTANDING_STUDENT, EXCELLENT_STUDENT)
REPEALED_TITLES = ("Học sinh Tiên tiến", "Học sinh Tiên tiến xuất sắc")
"""Titles that this circular no longer knows."""
_PASS_SCORE = Decimal("5.0")
_OUTSTANDING_SCORE = Decimal("9.0")


class ConductResult(StrEnum):
    """Kết quả rèn luyện of a term or year (article 8), best first."""

    GOOD = "Tốt"
    FAIR = "Khá"
    PASS = "Đạt"  # noqa: S105  a level, not a password
    NOT_PASS = "Chưa đạt"  # noqa: S105  a level, not a password


class PromotionStatus(StrEnum):
    """What becomes of a pupil after the year (articles 12 to 14)."""

    PROMOTED = "PROMOTED"
    PROMOTED_AFTER_RETEST = "PROMOTED_AFTER_RETEST"
    PROMOTED_AFTER_SUMMER = "PROMOTED_AFTER_SUMMER"
    REPEAT = "REPEAT"
    RETEST = "RETEST"
    SUMMER_TRAINING = "SUMMER_TRAINING"


_POLICY = RulePolicy()
_GOOD, _FAIR, _PASS, _NOT_PASS = ConductResult
_CONDUCT_OF_YEAR = {
    _GOOD: {_GOOD: _GOOD, _FAIR: _FAIR, _PASS: _FAIR, _NOT_PASS: _NOT_PASS},
    _FAIR: {_GOOD: _GOOD, _FAIR: _FAIR, _PASS: _PASS, _NOT_PASS: _NOT_PASS},
    _PASS: {_GOOD: _FAIR, _FAIR: _FAIR, _PASS: _PASS, _NOT_PASS: _NOT_PASS},
    _NOT_PASS: {_GOOD: _FAIR, _FAIR: _PASS, _PASS: _PASS, _NOT_PASS: _NOT_PASS},
}
"""Conduct of the year by term 1, then term 2 (article 8.2)."""
_PROMOTED = (
    PromotionStatus.PROMOTED,
    PromotionStatus.PROMOTED_AFTER_RETEST,
    PromotionStatus.PROMOTED_AFTER_SUMMER,
)


def conduct_of_year(term_1: ConductResult, term_2: ConductResult) -> ConductResult:
    """Judge the conduct of the year by that of its terms (article 8.2)."""
    return _CONDUCT_OF_YEAR[term_1][term_2]


def promotion(
    conduct: ConductResult,
    academic: AcademicResult,
    absent_sessions: int,
    *,
    conduct_after_summer: ConductResult | None = None,
    academic_after_reassessment: AcademicResult | None = None,
    policy: RulePolicy = _POLICY,
) -> PromotionStatus:
    """
    Decide on promotion (articles 12 to 14).

    Without the result of re-assessment or summer training, a pupil who is entitled to it waits
    for it. Both results Chưa đạt is not clear in the text: article 14 asks for conduct of at least
    Đạt before a re-assessment. By `policy.both_failed` the pupil repeats, or trains in summer
    first and is assessed again after that; `is_promotion_unclear` tells a person.

    Args:
        conduct: of the year.
        academic: of the year, adjusted.
        absent_sessions: excused and unexcused together, one session a day.
        conduct_after_summer: judged again after summer training (article 13).
        academic_after_reassessment: judged again after re-assessment (article 14).
        policy: how the circular is read.
    """
    if absent_sessions > GREATEST_ABSENCE:
        return PromotionStatus.REPEAT
    if is_promotion_unclear(conduct, academic) and policy.both_failed == "repeat":
        return PromotionStatus.REPEAT
    if conduct is ConductResult.NOT_PASS:
        if conduct_after_summer is None:
            return PromotionStatus.SUMMER_TRAINING
        if conduct_after_summer is ConductResult.NOT_PASS:
            return PromotionStatus.REPEAT
    if academic is AcademicResult.NOT_PASS:
        if academic_after_reassessment is None:
            return PromotionStatus.RETEST
        passed = academic_after_reassessment is not AcademicResult.NOT_PASS
        return PromotionStatus.PROMOTED_AFTER_RETEST if passed else PromotionStatus.REPEAT
    if conduct is ConductResult.NOT_PASS:
        return PromotionStatus.PROMOTED_AFTER_SUMMER
    return PromotionStatus.PROMOTED


def is_promotion_unclear(conduct: ConductResult, academic: AcademicResult) -> bool:
    """Tell whether both results are Chưa đạt, on which the text is not clear (article 14)."""
    return conduct is ConductResult.NOT_PASS and academic is AcademicResult.NOT_PASS


def is_promoted(status: PromotionStatus) -> bool:
    """Tell whether the pupil goes to the next grade, or has completed the last one."""
    return status in _PROMOTED


def is_reassessment_due(
    conduct: ConductResult,
    academic: AcademicResult,
    *,
    conduct_after_summer: ConductResult | None = None,
    policy: RulePolicy = _POLICY,
) -> bool:
    """
    Tell whether the pupil may be assessed again (article 14).

    The conduct of the year decides; that after summer training only where `policy.both_failed`
    gives a second chance in both.
    """
    if academic is not AcademicResult.NOT_PASS:
        return False
    if conduct is not ConductResult.NOT_PASS:
        return True
    has_trained = conduct_after_summer not in (None, ConductResult.NOT_PASS)
    return has_trained and policy.both_failed == "second_chances"


def subjects_to_reassess(year: SubjectResults) -> frozenset[str]:
    """Return the subjects below 5.0, or Chưa đạt by comment (article 14)."""
    scored = {code for code, score in year.scores.items() if score < _PASS_SCORE}
    commented = {
        code for code, result in year.comments.items() if result is SubjectResult.NOT_PASSED
    }
    return frozenset(scored | commented)


def after_reassessment(year: SubjectResults, reassessed: SubjectResults) -> SubjectResults:
    """Let re-assessed results take the place of those of the year (article 14)."""
    return SubjectResults(
        scores={**year.scores, **reassessed.scores},
        comments={**year.comments, **reassessed.comments},
    )


def program_completed(grade: int, status: PromotionStatus) -> bool | None:
    """
    Tell whether a pupil of the last grade has completed the programme (article 12).

    None below the last grade, and while re-assessment or summer training is still to come.
    """
    undecided = status in (PromotionStatus.RETEST, PromotionStatus.SUMMER_TRAINING)
    if grade not in LAST_GRADES or undecided:
        return None
    return is_promoted(status)


def promotion_by_principal(by_rule: PromotionStatus, decision: bool) -> PromotionStatus:
    """
    Apply the principal's decision on a pupil in inclusive education (article 12.4).

    A promotion by the general conditions keeps its kind when the principal confirms it.
    """
    if not decision:
        return PromotionStatus.REPEAT
    return by_rule if is_promoted(by_rule) else PromotionStatus.PROMOTED


def year_title(
    conduct: ConductResult, academic: AcademicResult, year: SubjectResults, policy: RulePolicy
) -> str | None:
    """
    Return the title that the year's results earn (article 15), or None.

    Results after re-assessment or summer training do not count: both titles ask for Tốt.
    """
    if conduct is not ConductResult.GOOD or academic is not AcademicResult.GOOD:
        return None
    outstanding = sum(score >= _OUTSTANDING_SCORE for score in year.scores.values())
    return OUTSTANDING_STUDENT if outstanding >= policy.min_count else EXCELLENT_STUDENT
