"""
What the shared database holds about one class in one school year, as values.

`records.load_class_year` fills these from the mirror tables; `assemble` reads them. All text
is NFC (applied once, at the sync door), scores are `Decimal` as recorded upstream, and every
value that a teacher entered keeps the `record_id` (idbanghi) it came from, so that a gap can
name the record to repair.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Term = Literal[1, 2]
MarkKind = Literal["regular_mark", "midterm_mark", "final_mark"]
"""ĐĐGtx, ĐĐGgk, ĐĐGck (Circular 22/2021, articles 6 and 7)."""
AssessmentStatus = Literal["normal", "exempt", "partially_exempt", "inclusive_education"]


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school as the shared database names it."""

    school_code: str
    name: str
    commune: str
    district: str | None
    province: str
    principal_name: str
    principal_title: str = "HIỆU TRƯỞNG"
    """As printed above the signature; another holder signs as `KT. HIỆU TRƯỞNG` or the like."""
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSubject:
    """A subject that the class is taught, and who teaches it."""

    subject_code: str
    """A subject identifier of `subjects`, e.g. `literature`."""
    periods_per_year: int
    teacher_name: str
    printed_name: str | None = None
    """As printed, e.g. `Ngoại ngữ 1 (Tiếng Anh)`; None for the programme's own name."""
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolClass:
    """One class of one school year."""

    class_code: str
    name: str
    grade: int
    school_year: str
    """`2025-2026`."""
    level: str
    """`THCS` or `THPT`: the level of the class, not of the school."""
    homeroom_teacher_name: str
    subjects: tuple[ClassSubject, ...]
    terms_locked: tuple[Term, ...]
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Father, mother or guardian."""

    full_name: str
    occupation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyHistoryEntry:
    """A row of "Quá trình học tập"."""

    school_year: str
    class_name: str
    school_name: str
    commune: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """Identity page of one pupil."""

    student_code: str
    personal_id: str | None
    """Twelve digits; prefix 000 in sample data; None for a foreign pupil without one."""
    full_name: str
    sex: str
    """`Nam` or `Nữ`."""
    birth_date: str
    """`2012-03-14`, `2012-03` or `2012`: partial dates occur upstream."""
    birth_place: str
    ethnicity: str
    nationality: str
    policy_category: str | None
    current_address: str
    register_number: str | None
    father: Relative | None
    mother: Relative | None
    guardian: Relative | None
    study_history: tuple[StudyHistoryEntry, ...]
    record_id: str
    identity_verified: bool | None = None
    """Whether the personal ID was verified; None where the shared database does not say."""
    identity_verified_on: str | None = None
    """`YYYY-MM-DD`."""
    identity_source: str | None = None
    """Against what: a value of `code_lists.IDENTITY_SOURCES`."""
    identity_document: str | None = None
    """A value of `code_lists.IDENTITY_DOCUMENTS`, e.g. `passport`."""
    disability: str | None = None
    """The kind, by Law 51/2010/QH12, article 3."""
    status: str | None = None
    """A value of `code_lists.PUPIL_STATUSES`, e.g. `studying`; None where it is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One assessment: a score, or passed / not passed in a subject judged by comment."""

    subject_code: str
    term: Term
    kind: MarkKind
    ordinal: int
    """1, 2, ... among the regular marks of a term; 1 for the others."""
    score: Decimal | None
    passed: bool | None
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTopic:
    """
    The one result of a subject's study topics (chuyên đề) in one term, at upper secondary level.

    It counts as one regular mark of that subject in that term (article 6). The subjects that
    stand here are those of which the pupil takes the study topics.
    """

    subject_code: str
    term: Term
    score: Decimal | None
    passed: bool | None
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectComment:
    """The subject teacher's comment for the year, and how the pupil is assessed."""

    subject_code: str
    comment: str
    assessment_status: AssessmentStatus
    confirmed_by: str | None
    confirmed_at: str | None
    """ISO 8601, UTC; None while the teacher has not confirmed."""
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """The homeroom teacher's judgement for one term (article 8)."""

    term: Term
    level: str
    """`Tốt`, `Khá`, `Đạt`, `Chưa đạt`."""
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassessment:
    """The result of a subject after re-assessment (article 14)."""

    subject_code: str
    score: Decimal | None
    passed: bool | None
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSummary:
    """What the homeroom teacher recorded for the year."""

    absent_excused: int
    absent_unexcused: int
    homeroom_comment: str
    principal_comment: str | None = None
    """None for the standard phrase of approval."""
    conduct_after_summer: str | None
    confirmed_by: str | None
    confirmed_at: str | None
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A title or other award of the year, as entered upstream."""

    title: str
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamResult:
    """
    Results that the shared database stores (ketquahoctap), computed there and not by us.

    They are compared with the recomputed ones; a contradiction stops the pupil.
    """

    period: Literal["term_1", "term_2", "full_year"]
    academic_result: str | None
    """Before re-assessment; `subject_results` too."""
    conduct_result: str | None
    """Before summer training."""
    promoted: bool | None
    """The final decision, re-assessment and summer training included; None for a term."""
    subject_results: tuple[tuple[str, str], ...]
    """`(subject_code, "8.3")`, or `"Đ"` / `"CĐ"` for subjects judged by comment."""
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A pupil who came to the school or left it during the year."""

    direction: Literal["in", "out"]
    moved_on: str
    """`YYYY-MM-DD`."""
    from_school: str
    to_school: str
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProblem:
    """
    A record that must be repaired upstream before the pupil can be issued.

    Its newer version was refused at the sync door (the older one, if any, still stands beside
    it in `PupilYear`), or it contradicts another record.
    """

    table: str
    """Table upstream, e.g. `diem`."""
    record_id: str
    field: str
    message: str
    """For people; never contains the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilYear:
    """All records of one pupil in one school year."""

    pupil: Pupil
    marks: tuple[Mark, ...]
    comments: tuple[SubjectComment, ...]
    conduct: tuple[Conduct, ...]
    reassessments: tuple[Reassessment, ...]
    summary: YearSummary | None
    awards: tuple[Award, ...]
    upstream_results: tuple[UpstreamResult, ...]
    chosen_subjects: tuple[str, ...] | None = None
    """
    The elective and optional subjects that this pupil takes, by their codes; None where pupils
    of the class chose alike: then all that the class is taught.
    """
    study_topics: tuple[StudyTopic, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    """Of the school year, by day."""
    problems: tuple[RecordProblem, ...] = ()
    """Each one is a gap: it stops the pupil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassYear:
    """One class of one school year with all its pupils, in the order of the class list."""

    school: School
    school_class: SchoolClass
    pupils: tuple[PupilYear, ...]
    sample: bool = field(default=False)
    """True for sample data: printed on every page and carried in the transcript."""
