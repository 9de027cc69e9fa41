"""Pupils for the tests of the rules, written shortly."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from transcript_service.rules.circular_22_2021 import RulePolicy, SubjectResult
from transcript_service.rules.circular_22_2021_marks import RecordedTerm, SubjectValue, TermMarks
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.rules.open_points import find_open_points
from transcript_service.rules.pupil_in_year import (
    JudgedYear,
    PupilInYear,
    PupilSubject,
    SubjectTerm,
)

SCORED = (
    "literature",
    "mathematics",
    "foreign_language_1",
    "civic_education",
    "history_geography",
    "natural_science",
    "technology",
    "informatics",
)

COMMENTS = ("physical_education", "arts", "local_education", "experiential_career")
UPPER_COMMENTS = ("physical_education", "local_education", "experiential_career")


def marks(text: str) -> TermMarks:
    """Read `8 9 8.5 9 / 8.5 / 8.8`: regular marks, mid-term, final."""
    regular, midterm, final = text.split("/")
    return TermMarks(
        regular=tuple(map(Decimal, regular.split())),
        midterm=Decimal(midterm.strip()),
        final=Decimal(final.strip()),
    )


def subject(
    code: str, periods: int, term_1: SubjectTerm | None, term_2: SubjectTerm | None
) -> PupilSubject:
    return PupilSubject(subject_code=code, periods_per_year=periods, term_1=term_1, term_2=term_2)


def recorded(values: Mapping[str, SubjectValue]) -> list[PupilSubject]:
    """Make subjects with the same recorded result in both terms, and so in the year."""
    return [
        subject(code, 70, RecordedTerm(value=value), RecordedTerm(value=value))
        for code, value in values.items()
    ]


def pupil(
    subjects: Iterable[PupilSubject],
    *,
    grade: int,
    conduct: tuple[ConductResult, ConductResult],
    absent: int = 0,
) -> PupilInYear:
    return PupilInYear(
        grade=grade,
        subjects=tuple(subjects),
        conduct_term_1=conduct[0],
        conduct_term_2=conduct[1],
        absent_sessions=absent,
    )


def usual(score: str = "8.0") -> PupilInYear:
    """Make a pupil of grade 7 with the same score in every subject, and conduct Tốt."""
    values = dict.fromkeys(SCORED, Decimal(score)) | dict.fromkeys(COMMENTS, SubjectResult.PASSED)
    return pupil(recorded(values), grade=7, conduct=(ConductResult.GOOD, ConductResult.GOOD))


def with_subject(year: PupilInYear, code: str, **changes) -> PupilInYear:
    """Change one subject of a pupil."""
    return replace(
        year,
        subjects=tuple(
            replace(found, **changes) if found.subject_code == code else found
            for found in year.subjects
        ),
    )


def codes_of(
    year: PupilInYear, judged: JudgedYear, policy: RulePolicy | None = None
) -> list[tuple[str, str]]:
    """List the open points shortly."""
    points = find_open_points(year, judged, policy or RulePolicy())
    return [(point.code, point.place) for point in points]
