"""
Believable marks for one pupil, drawn until they give the result that was asked for.

Marks are in tenths. A pupil has an ability, each subject lies somewhat above or below it, and
each mark scatters around the subject.
"""

from dataclasses import dataclass
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
)
from transcript_service.shared_database.sample.subjects import SCORED, SUBJECTS

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
    failed_subject: str | None = None
    """A subject judged by comment that is not passed."""
    exempt_subject: str | None = None


def draw_marks(random: Random, wish: Wish, *, grade: int) -> PupilMarks:
    """Return marks whose result for the year is *wish*'s level."""
    for _attempt in range(_MOST_DRAWS):
        marks = _draw(random, wish, grade)
        year = compute_results(marks)[2]
        lifted = is_lifted(year.scores, year.passes)
        if year.academic == wish.level and (lifted or not wish.one_weak_subject):
            return marks
    raise AssertionError(f"no marks found for {wish}")


def _draw(random: Random, wish: Wish, grade: int) -> PupilMarks:
    mean, of_pupils, of_subjects = _ABILITY[TOT if wish.one_weak_subject else wish.level]
    ability = random.gauss(mean, of_pupils)
    weak = random.choice(SCORED).code if wish.one_weak_subject else None
    scores = {}
    for subject in SCORED:
        centre = 40 if subject.code == weak else ability + random.gauss(0, of_subjects)
        count = subject.regular_marks(grade)
        scores[subject.code] = (
            _draw_term(random, centre - random.gauss(1, 1), count),
            _draw_term(random, centre + random.gauss(1, 1), count),
        )
    passes = {
        subject.code: _draw_passes(subject.code == wish.failed_subject)
        for subject in SUBJECTS
        if not subject.scored and subject.code != wish.exempt_subject
    }
    return PupilMarks(scores=scores, passes=passes, conduct=wish.conduct, absent=wish.absent)


def _draw_term(random: Random, centre: float, count: int) -> TermScores:
    return TermScores(
        regular=tuple(_near(random, centre, 7, step=5) for _ in range(count)),
        midterm=_near(random, centre, 5, step=5),
        final=_near(random, centre, 5, step=1),
    )


def _near(random: Random, centre: float, spread: float, *, step: int) -> int:
    mark = round(random.gauss(centre, spread) / step) * step
    return min(100, max(20, mark))


def _draw_passes(failed: bool) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    passed = (True, True, True, True)
    return (passed, (True, True, False, False) if failed else passed)
