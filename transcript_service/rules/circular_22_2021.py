"""
Circular 22/2021/TT-BGDĐT: averages and academic results of lower and upper secondary pupils.

Pure: values in, values out. Scores are `Decimal` with one decimal; every average is rounded
half up before it is used further, as the circular records them (article 5). Enumerations have
the circular's own words as values, so that no translation stands between law and record.
How marks become the result of a term is in `circular_22_2021_marks`, what follows from a year's
results (conduct, promotion, awards) in `circular_22_2021_year`, a pupil's whole year in
`circular_22_2021_pupil`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import Literal

SingleSubjectTest = Literal["replace", "exclude"]
BothFailed = Literal["repeat", "second_chances"]
MissingTerm1 = Literal["manual", "term_2"]
StudyTopicMark = Literal["within", "additional"]
COMMENT_REGULAR_ASSESSMENTS = 2
"""Regular assessments in a term of a subject judged by comment (article 6)."""
GREATEST_SCORE = Decimal(10)
_ONE_DECIMAL = Decimal("0.1")
_CONTEXT = Context(prec=28)
_FIRST_YEAR_OF_GRADE = {6: 2021, 7: 2022, 8: 2023, 9: 2024, 10: 2022, 11: 2023, 12: 2024}


class AcademicResult(StrEnum):
    """Kết quả học tập of a term or year (article 9.2), best first."""

    GOOD = "Tốt"
    FAIR = "Khá"
    PASS = "Đạt"  # noqa: S105  a level, not a password
    NOT_PASS = "Chưa đạt"  # noqa: S105  a level, not a password


class SubjectResult(StrEnum):
    """Result of a subject judged by comment (article 9.1)."""

    PASSED = "Đạt"
    NOT_PASSED = "Chưa đạt"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePolicy:
    """
    How this circular is read where its text leaves room, and when (ADR 0016).

    No official answer was found for any of the readings. Those of article 9.3 are carried in each
    transcript, so that its levels can be recomputed. `policies.policy_for` picks by school year.
    """

    policy_id: str = "TT22-2021"
    effective_from: date = date(2021, 9, 5)
    effective_to: date | None = None
    """The first day on which it is no longer in force; None while no such day is known."""
    single_subject_test: SingleSubjectTest = "replace"
    """What "only because of one subject" (article 9.3) asks: that subject at its best, or out."""
    nx_subject_counts: bool = True
    """Whether that subject may be one judged by comment (article 5 calls them subjects, too)."""
    min_count: int = 6
    """How many scored subjects the levels ask for; programmes with fewer subjects ask for 5."""
    study_topic_mark: StudyTopicMark = "within"
    """Whether the mark of a study topic is one of the required regular marks (article 6)."""
    missing_term_1: MissingTerm1 = "manual"
    """Where an average of the year without term 1 comes from: a person, or term 2 alone."""
    both_failed: BothFailed = "repeat"
    """What follows when conduct and academic result are both Chưa đạt (articles 12 to 14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A level lifted by one because of one subject (article 9.3)."""

    from_level: AcademicResult
    to_level: AcademicResult
    subject_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcademicDecision:
    """The academic result of a term or year, and how it came about."""

    level: AcademicResult
    adjustment: Adjustment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectResults:
    """
    The results of one period by subject code; exempt subjects are left out of both (article 11).

    Scores are rounded averages.
    """

    scores: Mapping[str, Decimal]
    comments: Mapping[str, SubjectResult]


LEVELS = tuple(AcademicResult)
"""Best first."""
_HIGH_LEVELS = (AcademicResult.GOOD, AcademicResult.FAIR)


def is_score(score: Decimal) -> bool:
    """Tell whether *score* is on the scale of 10 with at most one decimal (article 5.3)."""
    return (
        score.is_finite()
        and 0 <= score <= GREATEST_SCORE
        and score == score.quantize(_ONE_DECIMAL, context=_CONTEXT)
    )


def applies_to(grade: int, school_year: str) -> bool:
    """Tell whether this circular was in force for *grade* in *school_year* (article 21)."""
    first_year = _FIRST_YEAR_OF_GRADE.get(grade)
    return first_year is not None and int(school_year[:4]) >= first_year


def required_tx(periods_per_year: int) -> int:
    """Return how many regular marks (ĐĐGtx) a scored subject has in each term (article 6.2)."""
    if periods_per_year <= 35:
        return 2
    return 3 if periods_per_year <= 70 else 4


def term_average(regular: Sequence[Decimal], midterm: Decimal, final: Decimal) -> Decimal:
    """
    Return ĐTBmhk = (TĐĐGtx + 2·ĐĐGgk + 3·ĐĐGck) / (Số ĐĐGtx + 5), rounded (article 9.1).

    Raises:
        ValueError: there is no regular mark.
    """
    if not regular:
        raise ValueError("a term average needs at least one regular mark")
    with localcontext(_CONTEXT):
        total = sum(regular, 2 * midterm + 3 * final)
        return _rounded(total / (len(regular) + 5))


def year_average(term_1: Decimal, term_2: Decimal) -> Decimal:
    """Return ĐTBmcn = (ĐTBmhkI + 2·ĐTBmhkII) / 3 of rounded term averages (article 9.1)."""
    with localcontext(_CONTEXT):
        return _rounded((term_1 + 2 * term_2) / 3)


def comment_term_result(passed: Sequence[bool], required: int) -> SubjectResult:
    """Judge a term of a subject by comment: enough assessments and all passed (article 9.1)."""
    if len(passed) >= required and all(passed):
        return SubjectResult.PASSED
    return SubjectResult.NOT_PASSED


def comment_year_result(term_2: SubjectResult) -> SubjectResult:
    """Judge the year of a subject by comment: it is the result of term 2 (article 9.1)."""
    return term_2


def academic_result(results: SubjectResults, policy: RulePolicy) -> AcademicDecision:
    """
    Judge a term or a year (article 9.2), with the adjustment of article 9.3.

    The level rises to the next one if it lies two or more below Tốt or Khá only because of a
    single subject. An adjusted level is therefore Khá or Đạt, never Tốt.
    """
    base = base_level(results, policy)
    if base in _HIGH_LEVELS:  # nothing lies two levels above
        return AcademicDecision(level=base, adjustment=None)
    for subject_code, counterfactual in _counterfactuals(results, policy):
        level = base_level(counterfactual, policy)
        if level in _HIGH_LEVELS and LEVELS.index(base) - LEVELS.index(level) >= 2:
            lifted = LEVELS[LEVELS.index(base) - 1]
            adjustment = Adjustment(from_level=base, to_level=lifted, subject_code=subject_code)
            return AcademicDecision(level=lifted, adjustment=adjustment)
    return AcademicDecision(level=base, adjustment=None)


def base_level(results: SubjectResults, policy: RulePolicy) -> AcademicResult:
    """Judge a term or a year by the table of article 9.2, without adjustment."""
    scores = results.scores.values()
    not_passed = sum(result is SubjectResult.NOT_PASSED for result in results.comments.values())
    enough = _counts_at_least(scores, policy.min_count)
    lowest = min(scores, default=Decimal(0))
    if not_passed == 0 and lowest >= Decimal("6.5") and enough(Decimal("8.0")):
        return AcademicResult.GOOD
    if not_passed == 0 and lowest >= Decimal("5.0") and enough(Decimal("6.5")):
        return AcademicResult.FAIR
    if not_passed <= 1 and lowest >= Decimal("3.5") and enough(Decimal("5.0")):
        return AcademicResult.PASS
    return AcademicResult.NOT_PASS


def _counts_at_least(scores: Collection[Decimal], count: int) -> Callable[[Decimal], bool]:
    """Return the test "at least *count* of the scores are at least …"."""
    return lambda bound: sum(score >= bound for score in scores) >= count


def _counterfactuals(
    results: SubjectResults, policy: RulePolicy
) -> Iterator[tuple[str, SubjectResults]]:
    """
    Give the results with one subject made harmless, for each subject that may count.

    A subject judged by comment is left out under both readings: the levels only count how many
    are Chưa đạt, so leaving it out is the same as having it passed.
    """
    for code in sorted(results.scores):
        scores = {other: score for other, score in results.scores.items() if other != code}
        if policy.single_subject_test == "replace":
            scores[code] = GREATEST_SCORE
        yield code, replace(results, scores=scores)
    if policy.nx_subject_counts:
        for code in sorted(results.comments):
            comments = {other: found for other, found in results.comments.items() if other != code}
            yield code, replace(results, comments=comments)


def _rounded(value: Decimal) -> Decimal:
    """Round half up to one decimal, the convention of Vietnamese schools."""
    return value.quantize(_ONE_DECIMAL, rounding=ROUND_HALF_UP)
