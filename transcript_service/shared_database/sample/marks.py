"""
Believable marks for one pupil, drawn until they give the result that was asked for.

Marks are in tenths. A pupil has an ability, each subject lies somewhat above or below it, and
each mark scatters around the subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from transcript_service.shared_database.sample.results import (
    CHUA_DAT,
    DAT,
    KHA,
    TOT,
    PupilMarks,
    TermScores,
    compute_results,
    is_lifted,
    needs_reassessment,
)
from transcript_service.shared_database.sample.subjects import SampleSubject

_ABILITY = {TOT: (87, 3, 4), KHA: (75, 4, 6), DAT: (60, 4, 6), CHUA_DAT: (49, 3, 6)}
"""Level: mean, spread of pupils, spread of subjects."""
_MOST_DRAWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a pupil's year shall come out as."""

    level: int
    conduct: tuple[int, int]
    absent: int
    one_weak_subject: bool = False
    """All subjects near 8.5 and one near 4.0: lifted from Đạt to Khá (domain 12.3, T10)."""
    failed_subjects: tuple[str, ...] = ()
    """Subjects judged by comment that are not passed."""
    exempt_subjects: tuple[str, ...] = ()


def draw_marks(
    random: Random, wish: Wish, *, subjects: Sequence[SampleSubject], grade: int
) -> PupilMarks:
    """
    Return marks whose result for the year is *wish*'s level.

    It is lifted by article 9.3 only where one weak subject is wished: readings of it differ.
    """
    taken = [subject for subject in subjects if subject.code not in wish.exempt_subjects]
    for _attempt in range(_MOST_DRAWS):
        marks = _draw(random, wish, taken, grade)
        year = compute_results(marks)[2]
        lifted = is_lifted(year.scores, year.passes)
        if year.academic == wish.level and lifted == wish.one_weak_subject:
            return marks
    raise AssertionError(f"no marks found for {wish}")


def after_summer(marks: PupilMarks, *, failed: bool = False) -> PupilMarks:
    """Add what article 13 or 14 asks for: summer training, or re-assessed subjects."""
    year = compute_results(marks)[2]
    if year.conduct == CHUA_DAT:
        return marks if year.academic == CHUA_DAT else replace(marks, conduct_after_summer=DAT)
    scored, commented = needs_reassessment(year)
    scores = {
        subject: min(34, year.scores[subject]) if failed else max(50, year.scores[subject] + 8)
        for subject in scored
    }
    passes = dict.fromkeys(commented, True)
    return replace(marks, reassessed_scores=scores, reassessed_passes=passes)


def draw_passes(*, failed: bool) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return the assessments of a subject judged by comment; failing is failing term 2."""
    passed = (True, True, True, True)
    return (passed, (True, True, False, False) if failed else passed)


def _draw(random: Random, wish: Wish, subjects: Sequence[SampleSubject], grade: int) -> PupilMarks:
    mean, of_pupils, of_subjects = _ABILITY[TOT if wish.one_weak_subject else wish.level]
    ability = random.gauss(mean, of_pupils)
    scored = [subject for subject in subjects if subject.scored]
    weak = random.choice(scored).code if wish.one_weak_subject else None
    scores = {}
    for subject in scored:
        centre = 40 if subject.code == weak else ability + random.gauss(0, of_subjects)
        count = subject.regular_marks(grade)
        scores[subject.code] = (
            _draw_term(random, centre - random.gauss(1, 1), count),
            _draw_term(random, centre + random.gauss(1, 1), count),
        )
    passes = {
        subject.code: draw_passes(failed=subject.code in wish.failed_subjects)
        for subject in subjects
        if not subject.scored
    }
    return PupilMarks(scores=scores, passes=passes, conduct=wish.conduct, absent=wish.absent)


def _draw_term(random: Random, centre: float, count: int) -> TermScores:
    return TermScores(
        regular=tuple(near(random, centre, 7, step=5) for _ in range(count)),
        midterm=near(random, centre, 5, step=5),
        final=near(random, centre, 5, step=1),
    )


def near(random: Random, centre: float, spread: float, *, step: int) -> int:
    """Return a mark in tenths around *centre*, on the *step* that teachers use."""
    mark = round(random.gauss(centre, spread) / step) * step
    return min(100, max(20, mark))
