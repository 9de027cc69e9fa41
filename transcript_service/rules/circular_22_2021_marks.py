"""
Circular 22/2021/TT-BGDĐT: from the assessments of a term to the result of a subject.

Pure. Which subjects are judged by comment (article 5), how many assessments a term has (articles 6
and 7), what a study topic counts, and what stands in when a term is missing. A missing mark is
never a zero: only an assessment that is recorded as neither taken nor made up is one (article 7.5).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Literal

from transcript_service.rules.circular_22_2021 import (
    COMMENT_REGULAR_ASSESSMENTS,
    GREATEST_SCORE,
    RulePolicy,
    SubjectResult,
    comment_term_result,
    comment_year_result,
    is_score,
    required_tx,
    term_average,
    year_average,
)

SubjectValue = Decimal | SubjectResult
"""A rounded average, or passed / not passed."""
COMMENT_SUBJECTS = frozenset(
    {
        "physical_education",
        "arts",
        "music",
        "fine_arts",
        "local_education",
        "experiential_career",
    }
)
"""Subjects judged by comment only; every other one has scores, too (article 5.1)."""
_CONTEXT = Context(prec=28)


class NotTaken(StrEnum):
    """A required assessment that the pupil neither took nor made up (article 7.5)."""

    NOT_MADE_UP = "NOT_MADE_UP"


Assessed = Decimal | bool | NotTaken
"""A score, passed or not in a subject judged by comment, or not taken and not made up."""


class MissingMarks(ValueError):
    """A result needs marks that are not there, or other marks than there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermMarks:
    """The assessments of one subject in one term; what is None is missing."""

    regular: tuple[Assessed | None, ...]
    """Those that count; a gradebook may hold more (article 6)."""
    midterm: Assessed | None
    final: Assessed | None
    study_topic: Assessed | None = None
    """The one result chosen for the subject's study topics, None when it has none (article 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTerm:
    """The result of a term as another school recorded it before the pupil came (transfer)."""

    value: SubjectValue


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """A term without result that no mark is missing of: abroad, ill, subject not taken then."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualResult:
    """An average of the year that the school decided on because term 1 is missing."""

    score: Decimal
    reason: str


def assessment_of(subject_code: str) -> Literal["score", "comment"]:
    """Tell how a subject is assessed: by comment, or by comment and score (article 5.1)."""
    return "comment" if subject_code in COMMENT_SUBJECTS else "score"


def on_scale_of_ten(points: Decimal, greatest: Decimal) -> Decimal:
    """
    Convert points on another scale from 0 to the scale of 10, rounded (article 5.3).

    Raises:
        ValueError: the points do not lie on that scale.
    """
    if not (points.is_finite() and greatest.is_finite() and 0 <= points <= greatest != 0):
        raise ValueError("the points must lie between 0 and the greatest of their scale")
    exact = _CONTEXT.divide(_CONTEXT.multiply(points, GREATEST_SCORE), greatest)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def required_regular(
    subject_code: str, periods_per_year: int, *, has_study_topic: bool, policy: RulePolicy
) -> int:
    """
    Return how many regular assessments beside a study topic's each term has (article 6).

    Args:
        subject_code: it tells whether the subject is judged by comment.
        periods_per_year: without those of the study topics.
        has_study_topic: whether a study topic's result counts in this term.
        policy: whether that result is one of the required ones or comes in addition.
    """
    if assessment_of(subject_code) == "comment":
        required = COMMENT_REGULAR_ASSESSMENTS
    else:
        required = required_tx(periods_per_year)
    return required - 1 if has_study_topic and policy.study_topic_mark == "within" else required


def term_result(
    subject_code: str, periods_per_year: int, marks: TermMarks, policy: RulePolicy
) -> SubjectValue:
    """
    Judge one subject in one term by its marks (articles 6, 7 and 9.1).

    A pupil exempt from the practical part has as many assessments as the others, of theory
    (article 10), and is judged in the same way.

    Raises:
        MissingMarks: a mark is missing, is no score, or there are too many or too few of them.
    """
    required = required_regular(
        subject_code,
        periods_per_year,
        has_study_topic=marks.study_topic is not None,
        policy=policy,
    )
    if len(marks.regular) != required:
        raise MissingMarks(f"{len(marks.regular)} regular marks, {required} are required")
    topic = () if marks.study_topic is None else (marks.study_topic,)
    if assessment_of(subject_code) == "comment":
        taken = [_passed(mark) for mark in (*marks.regular, *topic, marks.midterm, marks.final)]
        return comment_term_result(taken, len(taken))
    regular = [_score(mark) for mark in (*marks.regular, *topic)]
    return term_average(regular, _score(marks.midterm), _score(marks.final))


def year_result(
    term_1: SubjectValue | None,
    term_2: SubjectValue | None,
    manual: ManualResult | None,
    policy: RulePolicy,
) -> SubjectValue | None:
    """
    Judge one subject in the year (article 9.1); None when it was not taken in term 2.

    The circular has no average without term 1 (transfer from abroad, illness). By
    `policy.missing_term_1` the school decides and gives its reason, or term 2 stands for the year.

    Raises:
        MissingMarks: term 1 is missing and nobody has decided.
        ValueError: somebody has decided where the circular does, or without score and reason.
    """
    if manual is not None:
        return _decided_average(term_1, term_2, manual)
    match term_1, term_2:
        case _, None:
            return None
        case ((None | SubjectResult()), SubjectResult() as result):
            return comment_year_result(result)
        case Decimal() as first, Decimal() as second:
            return year_average(first, second)
        case None, Decimal() as second if policy.missing_term_1 == "term_2":
            return second
        case None, Decimal():
            raise MissingMarks("term 1 is missing, and no average of the year has been decided")
        case _:
            raise ValueError("a subject is judged by score or by comment, not by both")


def _decided_average(
    term_1: SubjectValue | None, term_2: SubjectValue | None, manual: ManualResult
) -> Decimal:
    """Let a decided average stand where term 1, and only term 1, is missing."""
    if term_1 is not None or not isinstance(term_2, Decimal):
        raise ValueError("an average of the year is decided only where term 1 alone is missing")
    if not is_score(manual.score) or not manual.reason.strip():
        raise ValueError("an average that is decided needs a score and a reason")
    return manual.score


def _score(mark: Assessed | None) -> Decimal:
    """Return the score that counts; what was neither taken nor made up is 0 (article 7.5)."""
    if mark is NotTaken.NOT_MADE_UP:
        return Decimal(0)
    if isinstance(mark, Decimal) and is_score(mark):
        return mark
    raise MissingMarks("a mark is missing, or is no score from 0 to 10 with one decimal")


def _passed(mark: Assessed | None) -> bool:
    """Tell whether it is Đạt; what was neither taken nor made up is not (article 7.5)."""
    if mark is NotTaken.NOT_MADE_UP:
        return False
    if isinstance(mark, bool):
        return mark
    raise MissingMarks("an assessment is missing, or is neither Đạt nor Chưa đạt")
