"""
What the service's database knows around a class: other lists, other holders, the sync's findings.

Queries only, a fixed number for each class. What they mean is decided in `gate`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, func, select

from transcript_service.class_year import ClassYear
from transcript_service.shared_database.mirror import (
    MirrorAward,
    MirrorClass,
    MirrorComment,
    MirrorConduct,
    MirrorEnrolment,
    MirrorMark,
    MirrorPupil,
    MirrorReassessment,
    MirrorRecord,
    MirrorResult,
    MirrorYearSummary,
    OfPupilInClass,
    SyncRun,
)
from transcript_service.shared_database.mirror_annex import (
    MirrorChosenSubject,
    MirrorStudyTopic,
    MirrorTransfer,
)
from transcript_service.shared_database.sync_log import SyncFinding
from transcript_service.transcript import Place

_OF_PUPILS: tuple[type[OfPupilInClass], ...] = (
    MirrorMark,
    MirrorComment,
    MirrorConduct,
    MirrorYearSummary,
    MirrorReassessment,
    MirrorAward,
    MirrorResult,
    MirrorChosenSubject,
    MirrorStudyTopic,
)
_Row = TypeVar("_Row", bound=MirrorRecord)
STUDYING = ("studying", "completed")
"""Of `code_lists.PUPIL_STATUSES`, those of a pupil who stands in a class list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Records of a pupil in a class whose list does not have him."""

    student_code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How the reading of the shared database went lately, for a school and year."""

    completed_at: str | None
    """When the last complete run began, UTC; None: never."""
    last_outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that is known around one class."""

    holders: Mapping[str, tuple[MirrorPupil, ...]]
    """All pupils of the school and year who have one of the class's personal IDs, by that ID."""
    enrolments: Mapping[str, tuple[MirrorEnrolment, ...]]
    """In all classes of the school and year, by student code."""
    strays: tuple[Stray, ...]
    sync_findings: tuple[SyncFinding, ...]


def load_surroundings(session: Session, class_year: ClassYear) -> Surroundings:
    """Read what stands around a class that `records.load_class_year` loaded."""
    school_code = class_year.school.school_code
    year = class_year.school_class.school_year
    codes = [one.pupil.student_code for one in class_year.pupils]
    personal_ids = {one.pupil.personal_id for one in class_year.pupils} - {None}
    enrolled = select(MirrorEnrolment.student_code).where(
        MirrorEnrolment.school_code == school_code,
        MirrorEnrolment.school_year == year,
        col(MirrorEnrolment.cancelled).is_(False),
    )
    holders = session.exec(
        select(MirrorPupil)
        .where(
            MirrorPupil.school_code == school_code,
            col(MirrorPupil.cancelled).is_(False),
            col(MirrorPupil.personal_id).in_(personal_ids),
            col(MirrorPupil.student_code).in_(enrolled),
        )
        .order_by(MirrorPupil.record_id)
    )
    return Surroundings(
        holders=_grouped(holders, lambda row: str(row.personal_id)),
        enrolments=_enrolments(session, school_code, year, codes),
        strays=tuple(_strays(session, class_year, codes)),
        sync_findings=tuple(_sync_findings(session, class_year, codes)),
    )


def load_sync_state(session: Session, school_code: str, school_year: str) -> SyncState:
    """Read how the last runs of `sync` for a school and year ended."""
    runs = (SyncRun.school_code == school_code, SyncRun.school_year == school_year)
    newest = col(SyncRun.run_id).desc()
    last = session.exec(select(SyncRun.outcome).where(*runs).order_by(newest)).first()
    completed = session.exec(
        select(SyncRun.started_at).where(*runs, SyncRun.outcome == "COMPLETED").order_by(newest)
    ).first()
    return SyncState(completed_at=completed, last_outcome=last)


def _enrolments(
    session: Session, school_code: str, year: str, codes: Collection[str]
) -> Mapping[str, tuple[MirrorEnrolment, ...]]:
    """Return where the pupils are enrolled; a class that was cancelled counts no more."""
    gone = select(MirrorClass.class_code).where(
        MirrorClass.school_code == school_code,
        MirrorClass.school_year == year,
        col(MirrorClass.cancelled).is_(True),
    )
    rows = session.exec(
        select(MirrorEnrolment)
        .where(
            MirrorEnrolment.school_code == school_code,
            MirrorEnrolment.school_year == year,
            col(MirrorEnrolment.cancelled).is_(False),
            col(MirrorEnrolment.student_code).in_(codes),
            col(MirrorEnrolment.class_code).not_in(gone),
        )
        .order_by(MirrorEnrolment.record_id)
    )
    return _grouped(rows, lambda row: row.student_code)


def _strays(session: Session, class_year: ClassYear, codes: Collection[str]) -> Iterator[Stray]:
    """Find records of pupils who are not in the list, and did not leave the school either."""
    school_code = class_year.school.school_code
    school_class = class_year.school_class
    left = select(MirrorPupil.student_code).where(
        MirrorPupil.school_code == school_code,
        col(MirrorPupil.cancelled).is_(False),
        col(MirrorPupil.status).not_in(STUDYING),
    )
    moved = select(MirrorTransfer.student_code).where(
        MirrorTransfer.school_code == school_code,
        MirrorTransfer.school_year == school_class.school_year,
        MirrorTransfer.direction == "out",
        col(MirrorTransfer.cancelled).is_(False),
    )
    counts: Counter[str] = Counter()
    for model in _OF_PUPILS:
        found = session.exec(
            select(model.student_code, func.count())
            .where(
                model.school_code == school_code,
                model.school_year == school_class.school_year,
                model.class_code == school_class.class_code,
                col(model.cancelled).is_(False),
                col(model.student_code).not_in(codes),
                col(model.student_code).not_in(left),
                col(model.student_code).not_in(moved),
            )
            .group_by(model.student_code)
        )
        counts.update(dict(found.all()))
    for student_code in sorted(counts):
        yield Stray(student_code=student_code, count=counts[student_code])


def _sync_findings(
    session: Session, class_year: ClassYear, codes: Collection[str]
) -> Iterable[SyncFinding]:
    """Return what the sync could not explain of the class, its pupils and its school."""
    rows = SyncFinding
    is_of_pupil = col(rows.student_code).in_(codes)
    is_of_class = col(rows.student_code).is_(None) & (
        col(rows.class_code) == class_year.school_class.class_code
    )
    return session.exec(
        select(rows)
        .where(
            rows.school_code == class_year.school.school_code,
            rows.school_year == class_year.school_class.school_year,
            is_of_pupil | is_of_class | (col(rows.upstream_table) == Place.SCHOOL),
        )
        .order_by(rows.upstream_table, rows.record_id, rows.kind)
    )


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], str]) -> Mapping[str, tuple[_Row, ...]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {name: tuple(group) for name, group in found.items()}
