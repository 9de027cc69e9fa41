"""
The values between a class's records and a transcript's JSON: results, gaps, identity.

Frozen, without ORM and without effects.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from transcript_service.class_year import AssessmentStatus
from transcript_service.errors import ServiceError
from transcript_service.rules.circular_22_2021 import (
    AcademicDecision,
    AcademicResult,
    SubjectResult,
)
from transcript_service.rules.circular_22_2021_year import ConductResult, PromotionStatus
from transcript_service.rules.pupil_in_year import OpenPoint
from verifier.messages import _

Assessment = Literal["score", "comment"]
"""Comment with score, or comment only (Circular 22/2021, article 5)."""
SubjectValue = Decimal | SubjectResult
"""A rounded average, or passed / not passed."""


class GapCode(StrEnum):
    """
    Why a pupil's records do not make a transcript, or why a person should look at them.

    The last group are warnings: they do not stop the pupil. `quality.rules` says of each code
    which criterion it measures and how severe it is.
    """

    CLASS_NOT_SUPPORTED = "CLASS_NOT_SUPPORTED"
    CLASS_INCOMPLETE = "CLASS_INCOMPLETE"
    TERM_NOT_LOCKED = "TERM_NOT_LOCKED"
    IDENTITY_INCOMPLETE = "IDENTITY_INCOMPLETE"
    MARK_MISSING = "MARK_MISSING"
    MARK_COUNT = "MARK_COUNT"
    MARK_INVALID = "MARK_INVALID"
    COMMENT_MISSING = "COMMENT_MISSING"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    CONDUCT_MISSING = "CONDUCT_MISSING"
    CONDUCT_INVALID = "CONDUCT_INVALID"
    SUMMARY_MISSING = "SUMMARY_MISSING"
    SUMMARY_INVALID = "SUMMARY_INVALID"
    DUPLICATE_RECORD = "DUPLICATE_RECORD"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    TOO_FEW_SUBJECTS = "TOO_FEW_SUBJECTS"
    CHOICE_INVALID = "CHOICE_INVALID"
    STUDY_TOPICS_INVALID = "STUDY_TOPICS_INVALID"
    SECOND_CHANCE_NOT_DUE = "SECOND_CHANCE_NOT_DUE"
    AVERAGE_DIFFERS = "AVERAGE_DIFFERS"
    LEVEL_DIFFERS = "LEVEL_DIFFERS"
    CONDUCT_DIFFERS = "CONDUCT_DIFFERS"
    PROMOTION_DIFFERS = "PROMOTION_DIFFERS"
    AWARD_NOT_EARNED = "AWARD_NOT_EARNED"
    NOT_PRINTABLE = "NOT_PRINTABLE"
    RECORD_REFUSED = "RECORD_REFUSED"
    NOT_NFC = "NOT_NFC"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    PERSONAL_ID_DUPLICATE = "PERSONAL_ID_DUPLICATE"
    TWO_CLASSES = "TWO_CLASSES"
    RECORD_GONE = "RECORD_GONE"
    VERSION_WENT_BACK = "VERSION_WENT_BACK"

    PERSONAL_ID_MISSING = "PERSONAL_ID_MISSING"
    PERSONAL_ID_DOUBTFUL = "PERSONAL_ID_DOUBTFUL"
    AWARD_NOT_RECORDED = "AWARD_NOT_RECORDED"
    PROMOTION_UNCLEAR = "PROMOTION_UNCLEAR"
    RULE_OPEN_POINT = "RULE_OPEN_POINT"
    IDENTITY_NOT_VERIFIED = "IDENTITY_NOT_VERIFIED"
    NAME_UNTIDY = "NAME_UNTIDY"
    RESULT_MISSING = "RESULT_MISSING"
    NOT_STUDYING = "NOT_STUDYING"
    NOT_IN_CLASS_LIST = "NOT_IN_CLASS_LIST"
    ISSUED_NOT_IN_LIST = "ISSUED_NOT_IN_LIST"
    OUTDATED = "OUTDATED"
    STALE_DATA = "STALE_DATA"
    SYNC_CUT_OFF = "SYNC_CUT_OFF"


class Place(StrEnum):
    """The tables to repair, by their names in the shared database."""

    SCHOOL = "truong"
    CLASS = "lophoc"
    CLASS_SUBJECT = "monhoclop"
    PUPIL = "hocsinh"
    STUDY_HISTORY = "quatrinhhoctap"
    CHOSEN_SUBJECT = "monchon"
    STUDY_TOPIC = "chuyende"
    MARK = "diem"
    COMMENT = "nhanxetmon"
    CONDUCT = "renluyen"
    SUMMARY = "tongketnam"
    REASSESSMENT = "danhgialai"
    AWARD = "khenthuong"
    RESULT = "ketquahoctap"
    CLASS_LIST = "hocsinhlop"
    DOCUMENT = "hocba"
    """A document that was issued, by its transcript code; none of the shared database's tables."""
    SYNC = "sync"
    """The service's own log of reading the shared database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """
    Something missing or contradictory in the records, and what to do about it.

    *message* and *remedy* may be logged: they hold codes and counts, never a name, a score or a
    personal id. What was recorded and what was computed stand apart, for the registrar's screen
    only, and are left out of `repr`.
    """

    code: GapCode
    student_code: str | None
    """Whose records; None where it concerns a class or the school, and no pupil in its lists."""
    place: str
    """The table upstream: a `Place`, or what a refused record names."""
    record_id: str | None
    """The record to repair; None when it is the record that is missing."""
    field: str
    """The field, with the subject and term where they are needed: `arts.term_2.final_mark`."""
    message: str
    remedy: str
    recorded: str | None = dataclasses.field(default=None, repr=False)
    expected: str | None = dataclasses.field(default=None, repr=False)


class Incomplete(ServiceError):
    """
    The records of a pupil do not make a transcript.

    Args:
        student_code: whose records.
        gaps: all of them; the message names the first.
    """

    def __init__(self, student_code: str, gaps: tuple[Gap, ...]) -> None:
        first = gaps[0]
        super().__init__(
            _(
                "pupil {student_code}: {count} gaps; the first is {code} in {place} {record_id}"
                " ({field}): {message}. {remedy}"
            ).format(
                student_code=student_code,
                count=len(gaps),
                code=first.code,
                place=first.place,
                record_id=first.record_id or "-",
                field=first.field,
                message=first.message,
                remedy=first.remedy,
            )
        )
        self.student_code = student_code
        self.gaps = gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentIdentity:
    """What makes a document this one: its institution, code, series and version (ADR 0004)."""

    institution: str
    transcript_code: str
    series_key: bytes
    version: int
    supersedes: Mapping[str, object] | None
    """The schema's `supersedes` object, or None when nothing is superseded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectYear:
    """The results of one subject; all None when the pupil is exempt."""

    subject_code: str
    assessment: Assessment
    status: AssessmentStatus
    term_1: SubjectValue | None
    term_2: SubjectValue | None
    full_year: SubjectValue | None
    after_reassessment: SubjectValue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodResult:
    """Academic and conduct result of a term or of the year."""

    academic: AcademicDecision
    conduct: ConductResult


@dataclass(frozen=True, slots=True, kw_only=True)
class YearResults:
    """Everything that follows from a pupil's complete records by Circular 22/2021."""

    subjects: tuple[SubjectYear, ...]
    term_1: PeriodResult
    term_2: PeriodResult
    full_year: PeriodResult
    conduct_after_summer: ConductResult | None
    academic_after_reassessment: AcademicResult | None
    promotion_status: PromotionStatus
    program_completed: bool | None
    title: str | None
    """The title that the year earns (article 15), given or not."""
    open_points: tuple[OpenPoint, ...]
    """What the circular leaves to a person."""
