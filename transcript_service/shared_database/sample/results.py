"""
How the sample's shared database computes results: its own small computation.

It is written apart from `transcript_service.rules`, in whole tenths, so that agreement of the
two means something. Levels are 1 Tốt, 2 Khá, 3 Đạt, 4 Chưa đạt, as upstream codes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOT, KHA, DAT, CHUA_DAT = 1, 2, 3, 4

_CONDUCT_OF_YEAR = ((1, 2, 2, 4), (1, 2, 3, 4), (2, 2, 3, 4), (2, 3, 3, 4))
"""Row: term 1, column: term 2 (Circular 22/2021, article 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScores:
    """The marks of a scored subject in one term, in tenths."""

    regular: tuple[int, ...]
    midterm: int
    final: int

    def average(self) -> int:
        """Return ĐTBmhk in tenths, half up."""
        weights = len(self.regular) + 5
        total = sum(self.regular) + 2 * self.midterm + 3 * self.final
        return (2 * total + weights) // (2 * weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilMarks:
    """What teachers entered for one pupil in one year."""

    scores: Mapping[str, tuple[TermScores, TermScores]]
    passes: Mapping[str, tuple[tuple[bool, ...], tuple[bool, ...]]]
    """Each assessment of a subject judged by comment, by term; exempt subjects are left out."""
    conduct: tuple[int, int]
    absent: int
    reassessed_scores: Mapping[str, int] = field(default_factory=dict)
    reassessed_passes: Mapping[str, bool] = field(default_factory=dict)
    conduct_after_summer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodResult:
    """One record of `ketquahoctap`."""

    scores: Mapping[str, int]
    passes: Mapping[str, bool]
    academic: int
    conduct: int
    promoted: bool | None


def compute_results(marks: PupilMarks) -> tuple[PeriodResult, PeriodResult, PeriodResult]:
    """Return the results of term 1, term 2 and the year."""
    first, second = (_term_result(marks, term) for term in (0, 1))
    scores = {
        subject: (2 * (first.scores[subject] + 2 * second.scores[subject]) + 3) // 6
        for subject in marks.scores
    }
    conduct = _CONDUCT_OF_YEAR[first.conduct - 1][second.conduct - 1]
    year = PeriodResult(
        scores=scores,
        passes=second.passes,
        academic=academic_level(scores, second.passes),
        conduct=conduct,
        promoted=None,
    )
    return first, second, _decided(year, marks)


def academic_level(scores: Mapping[str, int], passes: Mapping[str, bool]) -> int:
    """Return the level of article 9, lifted by one where a single subject dragged it down."""
    level = _plain_level(list(scores.values()), list(passes.values()).count(False))
    return level - 1 if is_lifted(scores, passes) else level


def is_lifted(scores: Mapping[str, int], passes: Mapping[str, bool]) -> bool:
    """Say whether one subject alone cost two levels or more (article 9.3)."""
    values = list(scores.values())
    failed = list(passes.values()).count(False)
    level = _plain_level(values, failed)
    without_one = [
        _plain_level([*values[:place], 100, *values[place + 1 :]], failed)
        for place in range(len(values))
    ]
    if failed:
        without_one.append(_plain_level(values, failed - 1))
    best = min(without_one, default=level)
    return best <= KHA and level - best >= 2


def _plain_level(scores: list[int], failed: int) -> int:
    def reach(limit: int) -> int:
        return sum(score >= limit for score in scores)

    lowest = min(scores, default=0)
    if failed == 0 and lowest >= 65 and reach(80) >= 6:
        return TOT
    if failed == 0 and lowest >= 50 and reach(65) >= 6:
        return KHA
    return DAT if failed <= 1 and lowest >= 35 and reach(50) >= 6 else CHUA_DAT


def _term_result(marks: PupilMarks, term: int) -> PeriodResult:
    scores = {subject: terms[term].average() for subject, terms in marks.scores.items()}
    passes = {subject: all(terms[term]) for subject, terms in marks.passes.items()}
    return PeriodResult(
        scores=scores,
        passes=passes,
        academic=academic_level(scores, passes),
        conduct=marks.conduct[term],
        promoted=None,
    )


def _decided(year: PeriodResult, marks: PupilMarks) -> PeriodResult:
    """Add the decision of articles 12 to 14."""
    academic, conduct = year.academic, year.conduct
    if conduct <= DAT and academic == CHUA_DAT:
        academic = academic_level(
            {**year.scores, **marks.reassessed_scores},
            {**year.passes, **marks.reassessed_passes},
        )
    elif academic <= DAT and marks.conduct_after_summer is not None:
        conduct = marks.conduct_after_summer
    return PeriodResult(
        scores=year.scores,
        passes=year.passes,
        academic=year.academic,
        conduct=year.conduct,
        promoted=academic <= DAT and conduct <= DAT and marks.absent <= 45,
    )


def needs_reassessment(year: PeriodResult) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the scored and the comment subjects that article 14 has assessed again."""
    if year.academic != CHUA_DAT or year.conduct > DAT:
        return (), ()
    return (
        tuple(subject for subject, score in year.scores.items() if score < 50),
        tuple(subject for subject, passed in year.passes.items() if not passed),
    )
