"""
Marks that come out as averages named in advance: the worked examples of the domain.

The averages are in tenths. Regular marks and the mid-term mark scatter as usual; the mark at the
end of the term is the one that leads to the average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from transcript_service.shared_database.sample.marks import draw_passes, near
from transcript_service.shared_database.sample.results import PupilMarks, TermScores
from transcript_service.shared_database.sample.subjects import SampleSubject

_MOST_DRAWS = 10_000
_SPREAD = 3
"""Small, so that the mark at the end of the term stays on the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactYear:
    """What a pupil's year comes out as, subject by subject."""

    averages: tuple[int, ...] | Mapping[str, int]
    """Of the year: by subject, or in any order."""
    totals: Mapping[str, int] = field(default_factory=dict)
    """Weighted sums of both terms, where rounding matters: 276 of 8 is 34.5, rounded to 35."""
    failed_subjects: tuple[str, ...] = ()
    exempt_subjects: tuple[str, ...] = ()
    conduct: tuple[int, int] = (1, 1)
    absent: int = 3
    again: Mapping[str, int] = field(default_factory=dict)
    """Scores after re-assessment; subjects judged by comment are passed then."""


def exact_marks(
    random: Random, wanted: ExactYear, *, subjects: Sequence[SampleSubject], grade: int
) -> PupilMarks:
    """Return marks that come out as *wanted*."""
    taken = [subject for subject in subjects if subject.code not in wanted.exempt_subjects]
    scored = [subject for subject in taken if subject.scored]
    averages = _by_subject(random, wanted, scored)
    passes = {
        subject.code: draw_passes(failed=subject.code in wanted.failed_subjects)
        for subject in taken
        if not subject.scored
    }
    return PupilMarks(
        scores={
            subject.code: _terms(random, wanted, subject, averages[subject.code], grade)
            for subject in scored
        },
        passes=passes,
        conduct=wanted.conduct,
        absent=wanted.absent,
        reassessed_scores=wanted.again,
        reassessed_passes=dict.fromkeys(wanted.failed_subjects, True) if wanted.again else {},
    )


def _by_subject(
    random: Random, wanted: ExactYear, scored: Sequence[SampleSubject]
) -> Mapping[str, int]:
    if isinstance(wanted.averages, Mapping):
        return wanted.averages
    codes = [subject.code for subject in scored if subject.code not in wanted.totals]
    shuffled = random.sample(wanted.averages, len(wanted.averages))
    return dict(zip(codes, shuffled, strict=True)) | dict.fromkeys(wanted.totals, 0)


def _terms(
    random: Random, wanted: ExactYear, subject: SampleSubject, average: int, grade: int
) -> tuple[TermScores, TermScores]:
    count = subject.regular_marks(grade)
    if subject.code in wanted.totals:
        total = wanted.totals[subject.code]
        return _sum_term(random, total, count), _sum_term(random, total, count)
    slope = random.choice((0, 0, 1, 2)) if 10 <= average <= 95 else 0
    return (
        _term(random, average - 2 * slope, count),
        _term(random, average + slope, count),
    )


def _term(random: Random, average: int, count: int) -> TermScores:
    return _sum_term(random, average * (count + 5), count, average)


def _sum_term(random: Random, total: int, count: int, average: int | None = None) -> TermScores:
    """Return marks of one term: with that weighted sum, or near it and with that *average*."""
    centre = total / (count + 5)
    for _attempt in range(_MOST_DRAWS):
        regular = tuple(near(random, centre, _SPREAD, step=5) for _ in range(count))
        midterm = near(random, centre, _SPREAD, step=5)
        rest = total - sum(regular) - 2 * midterm
        term = TermScores(regular=regular, midterm=midterm, final=round(rest / 3))
        is_met = rest % 3 == 0 if average is None else term.average() == average
        if 0 <= term.final <= 100 and is_met:
            return term
    raise AssertionError(f"no marks with the sum {total}")
