"""
What the rules of Circular 22/2021 leave to a person, or cannot use (ADR 0016).

Pure. An open point never changes a result; it says whom the result has to be shown to, and why.
"""

from collections.abc import Iterator
from decimal import Decimal

from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.rules.circular_22_2021_year import ConductResult, is_promotion_unclear
from transcript_service.rules.pupil_in_year import (
    JudgedYear,
    OpenPoint,
    OpenPointCode,
    PupilInYear,
)


def find_open_points(
    pupil: PupilInYear, judged: JudgedYear, policy: RulePolicy
) -> tuple[OpenPoint, ...]:
    """List what a person has to look at in a judged year, subjects first, in their order."""
    return (
        *_missing_term_points(pupil, judged),
        *_too_few_points(judged, policy),
        *_promotion_points(pupil, judged),
        *_unusable_points(pupil, judged),
    )


def _missing_term_points(pupil: PupilInYear, judged: JudgedYear) -> Iterator[OpenPoint]:
    """Find results of the year that do not come from two terms (transfer, illness)."""
    decided = {
        subject.subject_code for subject in pupil.subjects if subject.decided_average is not None
    }
    for subject in judged.subjects:
        if subject.subject_code in decided:
            yield OpenPoint(code=OpenPointCode.DECIDED_AVERAGE, place=subject.subject_code)
        elif subject.term_1 is None and isinstance(subject.full_year, Decimal):
            yield OpenPoint(code=OpenPointCode.TERM_2_STANDS_FOR_YEAR, place=subject.subject_code)
    if pupil.decided_conduct is not None:
        yield OpenPoint(code=OpenPointCode.DECIDED_CONDUCT, place="full_year")


def _too_few_points(judged: JudgedYear, policy: RulePolicy) -> Iterator[OpenPoint]:
    """Find periods with fewer scored subjects than the levels count: no rule says what then."""
    periods = {
        "term_1": [subject.term_1 for subject in judged.subjects],
        "term_2": [subject.term_2 for subject in judged.subjects],
        "full_year": [subject.full_year for subject in judged.subjects],
    }
    for period, values in periods.items():
        scored = sum(isinstance(value, Decimal) for value in values)
        if 0 < scored < policy.min_count:
            yield OpenPoint(code=OpenPointCode.TOO_FEW_SUBJECTS, place=period)


def _promotion_points(pupil: PupilInYear, judged: JudgedYear) -> Iterator[OpenPoint]:
    """Find promotions on which the circular is not clear, or which the principal decides."""
    if is_promotion_unclear(judged.conduct, judged.full_year.level):
        yield OpenPoint(code=OpenPointCode.BOTH_FAILED, place="promotion_status")
    if pupil.is_in_inclusive_education and pupil.promotion_decision is None:
        yield OpenPoint(code=OpenPointCode.PRINCIPAL_DECIDES, place="promotion_status")


def _unusable_points(pupil: PupilInYear, judged: JudgedYear) -> Iterator[OpenPoint]:
    """Find second chances and decisions for which the circular gives no room."""
    for subject in judged.subjects:
        is_due = subject.subject_code in judged.subjects_to_reassess
        if subject.after_reassessment is not None and not is_due:
            yield OpenPoint(code=OpenPointCode.REASSESSMENT_NOT_DUE, place=subject.subject_code)
    if pupil.conduct_after_summer is not None and judged.conduct is not ConductResult.NOT_PASS:
        yield OpenPoint(code=OpenPointCode.SUMMER_TRAINING_NOT_DUE, place="conduct_after_summer")
    if pupil.promotion_decision is not None and not pupil.is_in_inclusive_education:
        yield OpenPoint(code=OpenPointCode.DECISION_NOT_OPEN, place="promotion_decision")
