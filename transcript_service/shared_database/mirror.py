"""
The service's own copy of the shared database, one table for each table upstream.

`sync` is the only writer. A row keeps its upstream record id and version; a record cancelled
upstream is marked, never deleted. Columns hold NFC text; scores are kept as text, because
SQLite has no decimal type. Rows are joined by upstream codes and not by foreign keys: records
arrive in any order, and a reference to something not yet (or no longer) there must not stop
the rest.
"""

from decimal import Decimal

from sqlalchemy import JSON, Column, Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class DecimalText(TypeDecorator[Decimal]):
    """A `Decimal` kept digit by digit, as text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's form
        """Write the digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  as above
        """Read the digits."""
        return None if value is None else Decimal(value)


class MirrorRecord(SQLModel):
    """The record envelope (domain: idbanghi, phienban, sukien, thoigiancapnhat)."""

    record_id: str = Field(primary_key=True)
    version: int
    cancelled: bool = False
    updated_at: str
    """UTC, ISO 8601."""


class MirrorSchool(MirrorRecord, table=True):
    """A school."""

    __tablename__ = "mirror_school"

    school_code: str = Field(index=True)
    name: str
    commune: str
    district: str | None
    province: str
    principal_name: str
    principal_title: str
    sample: bool
    levels: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    """Of the classes it may have, e.g. `["THCS", "THPT"]` for an inter-level school."""
    school_type: str | None = None
    address: str | None = None
    locks_year: str | None = None
    """The school year of which the two locks below speak."""
    term_1_locked: bool | None = None
    """For the whole school."""
    term_2_locked: bool | None = None


class MirrorStaff(MirrorRecord, table=True):
    """A teacher or other member of staff."""

    __tablename__ = "mirror_staff"

    school_code: str
    staff_code: str = Field(index=True)
    full_name: str
    personal_id: str | None = None


class MirrorClass(MirrorRecord, table=True):
    """A class of one school year."""

    __tablename__ = "mirror_class"

    school_code: str
    school_year: str
    class_code: str = Field(index=True)
    name: str
    grade: int
    level: str
    homeroom_teacher_code: str
    term_1_locked: bool
    term_2_locked: bool
    site_code: str | None = None


class OfClass(MirrorRecord):
    """What every record about a class of a year carries."""

    school_code: str
    school_year: str
    class_code: str = Field(index=True)


class MirrorClassSubject(OfClass, table=True):
    """A subject that a class is taught."""

    __tablename__ = "mirror_class_subject"

    subject_code: str
    periods_per_year: int
    teacher_code: str
    printed_name: str | None


class MirrorPupil(MirrorRecord, table=True):
    """Identity data of a pupil."""

    __tablename__ = "mirror_pupil"

    school_code: str
    student_code: str = Field(index=True)
    personal_id: str | None = Field(index=True)
    full_name: str
    sex: str
    birth_date: str
    birth_place: str
    ethnicity: str
    nationality: str
    policy_category: str | None
    current_address: str
    register_number: str | None
    father_name: str | None
    father_occupation: str | None
    mother_name: str | None
    mother_occupation: str | None
    guardian_name: str | None
    guardian_occupation: str | None
    identity_document: str | None = None
    """The paper that `personal_id` or the other identity data come from."""
    identity_verified: bool | None = None
    identity_verified_on: str | None = None
    """`YYYY-MM-DD`."""
    identity_source: str | None = None
    """Against what it was verified."""
    disability: str | None = None
    area: str | None = None
    """Priority area of admission (khu vực)."""
    status: str | None = None
    """A value of `code_lists.PUPIL_STATUSES`; None where upstream does not say."""


class MirrorStudyHistory(MirrorRecord, table=True):
    """A row of "Quá trình học tập"."""

    __tablename__ = "mirror_study_history"

    school_code: str
    student_code: str = Field(index=True)
    school_year: str
    class_name: str
    school_name: str
    commune: str
    province: str


class OfPupilInClass(OfClass):
    """What every record about a pupil in a class of a year carries."""

    student_code: str


class MirrorEnrolment(OfPupilInClass, table=True):
    """A pupil in the list of a class."""

    __tablename__ = "mirror_enrolment"

    position: int
    """Place in the class list, from 1."""


class MirrorMark(OfPupilInClass, table=True):
    """One assessment (ĐĐGtx, ĐĐGgk, ĐĐGck)."""

    __tablename__ = "mirror_mark"

    subject_code: str
    term: int
    kind: str
    ordinal: int
    score: Decimal | None = Field(sa_column=Column(DecimalText, nullable=True))
    passed: bool | None


class MirrorComment(OfPupilInClass, table=True):
    """The subject teacher's comment for the year."""

    __tablename__ = "mirror_comment"

    subject_code: str
    comment: str
    assessment_status: str
    confirmed_by: str | None
    confirmed_at: str | None


class MirrorConduct(OfPupilInClass, table=True):
    """Conduct of one term."""

    __tablename__ = "mirror_conduct"

    term: int
    level: str


class MirrorYearSummary(OfPupilInClass, table=True):
    """The homeroom teacher's record of the year."""

    __tablename__ = "mirror_year_summary"

    absent_excused: int
    absent_unexcused: int
    homeroom_comment: str
    principal_comment: str | None
    conduct_after_summer: str | None
    confirmed_by: str | None
    confirmed_at: str | None


class MirrorReassessment(OfPupilInClass, table=True):
    """A subject's result after re-assessment."""

    __tablename__ = "mirror_reassessment"

    subject_code: str
    score: Decimal | None = Field(sa_column=Column(DecimalText, nullable=True))
    passed: bool | None


class MirrorAward(OfPupilInClass, table=True):
    """An award of the year."""

    __tablename__ = "mirror_award"

    title: str


class MirrorResult(OfPupilInClass, table=True):
    """Results as the shared database computed them (ketquahoctap)."""

    __tablename__ = "mirror_result"

    period: str
    academic_result: str | None
    conduct_result: str | None
    promoted: bool | None
    subject_results: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))


class SyncRun(SQLModel, table=True):
    """One run of `sync`."""

    __tablename__ = "sync_run"

    run_id: int | None = Field(default=None, primary_key=True)
    started_at: str
    base_url: str
    school_code: str
    school_year: str
    outcome: str
    """`RUNNING`, `COMPLETED` or `FAILED`; RUNNING of a process that is gone means killed."""
    received: int = 0
    applied: int = 0
    refused: int = 0


class RefusedRecord(SQLModel, table=True):
    """A field for which the door refused a newer version of a record."""

    __tablename__ = "sync_refused_record"

    upstream_table: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    upstream_field: str = Field(primary_key=True)
    version: int
    problem: str
    """Without the refused value: it may be personal."""
    school_code: str
    school_year: str
    class_code: str | None
    student_code: str | None = Field(index=True)
    run_id: int
    resolved: bool = False
    """True since a good version arrived."""
