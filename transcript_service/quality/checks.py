"""
What a check of the quality gate found, as values: per pupil, per class, per school.

Frozen, without effects. They hold names and recorded values for the school's own people; nothing
of a pupil's other records stays in them, so that a whole school fits into memory.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from transcript_service.quality.rule import Criterion, Severity
from transcript_service.transcript import Gap


class PupilState(StrEnum):
    """Where a pupil stands on the way to the document of the year."""

    READY = "READY"
    STOPPED = "STOPPED"
    ISSUED = "ISSUED"
    ON_THE_WAY = "ON_THE_WAY"
    """In a batch that was cut off, or is still under way."""
    WITHDRAWN = "WITHDRAWN"
    """Revoked: issued again only by `hocba supersede`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A gap, with what the gate says of its kind."""

    gap: Gap
    criterion: Criterion
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilCheck:
    """One pupil of a class list."""

    student_code: str
    full_name: str = field(repr=False)
    state: PupilState
    findings: tuple[Finding, ...]
    """Blocking ones first; those that concern the whole class stand there."""
    has_personal_id: bool
    is_identity_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCheck:
    """One class of one school year."""

    school_code: str
    school_name: str
    class_code: str
    class_name: str
    grade: int
    level: str
    school_year: str
    pupils: tuple[PupilCheck, ...]
    """In the order of the class list."""
    findings: tuple[Finding, ...]
    """What concerns the class as a whole; a blocking one blocks each of its pupils."""
    results_stored: int
    """Pupils of the list with a stored result of the year."""
    documents_issued: int
    """Current documents of the class."""

    @property
    def is_stopped(self) -> bool:
        """Tell whether anybody is stopped."""
        return any(pupil.state is PupilState.STOPPED for pupil in self.pupils)

    def of_state(self, state: PupilState) -> tuple[str, ...]:
        """Return the student codes of those who stand there, in the order of the class list."""
        return tuple(pupil.student_code for pupil in self.pupils if pupil.state is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolCheck:
    """Classes of a school in one school year: all of them, or those that were asked for."""

    school_code: str
    school_name: str
    school_year: str
    checked_at: datetime
    synchronised_at: str | None
    """When the last complete synchronisation began, UTC; None: never."""
    classes: tuple[ClassCheck, ...]
    other_levels: tuple[str, ...]
    """Names of classes that were not checked: no transcripts of their level are issued."""
    findings: tuple[Finding, ...]
    """What concerns the school as a whole."""
