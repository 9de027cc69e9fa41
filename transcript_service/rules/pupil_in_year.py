"""
One pupil's school year as Circular 22/2021 sees it: what was recorded, and what follows from it.

Frozen values without effects; `circular_22_2021_pupil` leads from one to the other.
"""

from dataclasses import dataclass
from enum import StrEnum

from transcript_service.class_year import AssessmentStatus
from transcript_service.rules.circular_22_2021 import AcademicDecision, SubjectResult
from transcript_service.rules.circular_22_2021_marks import (
    ManualResult,
    NotAssessed,
    RecordedTerm,
    SubjectValue,
    TermMarks,
)
from transcript_service.rules.circular_22_2021_year import ConductResult, PromotionStatus

SubjectTerm = TermMarks | RecordedTerm | NotAssessed


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilSubject:
    """One subject of a pupil in a school year."""

    subject_code: str
    periods_per_year: int
    """Without those of the study topics."""
    term_1: SubjectTerm | None
    """None when it is missing, which stops a pupil who is neither exempt nor judged by a plan."""
    term_2: SubjectTerm | None
    status: AssessmentStatus = "normal"
    decided_average: ManualResult | None = None
    """The school's average of the year, for a pupil without term 1."""
    plan_result: SubjectResult | None = None
    """In inclusive education: the result by the pupil's own plan (article 11.2)."""
    reassessed: SubjectValue | None = None
    """The result of re-assessment (article 14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedConduct:
    """The conduct of the year of a pupil without term 1, as the school decided on it."""

    level: ConductResult
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilInYear:
    """What was recorded of one pupil in one school year."""

    grade: int
    subjects: tuple[PupilSubject, ...]
    conduct_term_1: ConductResult | None
    conduct_term_2: ConductResult | None
    absent_sessions: int
    """Excused and unexcused, at every school of that year."""
    decided_conduct: DecidedConduct | None = None
    conduct_after_summer: ConductResult | None = None
    promotion_decision: bool | None = None
    """The principal's, on a pupil in inclusive education (article 12.4)."""

    @property
    def is_in_inclusive_education(self) -> bool:
        """Tell whether article 11 holds for the pupil."""
        return any(subject.status == "inclusive_education" for subject in self.subjects)


class OpenPointCode(StrEnum):
    """
    What a person has to look at (ADR 0016).

    The circular leaves the first six to a person; the last three are records that it gives no
    room for, and that were left aside.
    """

    DECIDED_AVERAGE = "DECIDED_AVERAGE"
    DECIDED_CONDUCT = "DECIDED_CONDUCT"
    TERM_2_STANDS_FOR_YEAR = "TERM_2_STANDS_FOR_YEAR"
    TOO_FEW_SUBJECTS = "TOO_FEW_SUBJECTS"
    BOTH_FAILED = "BOTH_FAILED"
    PRINCIPAL_DECIDES = "PRINCIPAL_DECIDES"

    REASSESSMENT_NOT_DUE = "REASSESSMENT_NOT_DUE"
    SUMMER_TRAINING_NOT_DUE = "SUMMER_TRAINING_NOT_DUE"
    DECISION_NOT_OPEN = "DECISION_NOT_OPEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One such point, and where it lies."""

    code: OpenPointCode
    place: str
    """A subject code, a period such as `term_1`, or a field of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSubject:
    """The results of one subject; None where there is none."""

    subject_code: str
    term_1: SubjectValue | None
    term_2: SubjectValue | None
    full_year: SubjectValue | None
    plan_result: SubjectResult | None
    after_reassessment: SubjectValue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedYear:
    """Everything that follows from a pupil's year, and what a person has to look at."""

    subjects: tuple[JudgedSubject, ...]
    term_1: AcademicDecision | None
    """None when no scored subject has a result in that term; so is `term_2`."""
    term_2: AcademicDecision | None
    full_year: AcademicDecision
    conduct: ConductResult
    subjects_to_reassess: frozenset[str]
    """Empty when no re-assessment is due (article 14)."""
    academic_after_reassessment: AcademicDecision | None
    promotion_status: PromotionStatus
    program_completed: bool | None
    title: str | None
    """The title that the year earns (article 15), given or not."""
