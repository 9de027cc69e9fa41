"""Rows of the mirror that belong to one class; those cancelled upstream are left out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlmodel import Session, col, select

from transcript_service.shared_database.mirror import (
    MirrorClass,
    MirrorPupil,
    MirrorRecord,
    MirrorStudyHistory,
    OfClass,
    OfPupilInClass,
    RefusedRecord,
)
from transcript_service.shared_database.mirror_annex import MirrorTransfer
from transcript_service.shared_database.record_shapes import TABLES_OF_EVERY_YEAR

_Row = TypeVar("_Row", bound=MirrorRecord)
_PupilRow = TypeVar("_PupilRow", MirrorPupil, MirrorStudyHistory, MirrorTransfer)
_ClassRow = TypeVar("_ClassRow", bound=OfClass)
_Record = TypeVar("_Record", bound=OfPupilInClass)


def refused_records(session: Session, school_class: MirrorClass) -> Sequence[RefusedRecord]:
    """Return what the sync door refused of the class or its school, and is still open."""
    return session.exec(
        select(RefusedRecord)
        .where(
            RefusedRecord.school_code == school_class.school_code,
            (col(RefusedRecord.school_year) == school_class.school_year)
            | col(RefusedRecord.upstream_table).in_(TABLES_OF_EVERY_YEAR),
            col(RefusedRecord.class_code).is_(None)
            | (RefusedRecord.class_code == school_class.class_code),
            col(RefusedRecord.resolved).is_(False),
        )
        .order_by(RefusedRecord.upstream_table, RefusedRecord.record_id)
    ).all()


def live(rows: Iterable[_Row]) -> list[_Row]:
    """Return the rows that are not cancelled upstream."""
    return [row for row in rows if not row.cancelled]


def of_class(
    session: Session, model: type[_ClassRow], school_class: MirrorClass
) -> list[_ClassRow]:
    """Return the rows of *model* about the class."""
    rows = session.exec(
        select(model)
        .where(
            model.school_code == school_class.school_code,
            model.school_year == school_class.school_year,
            model.class_code == school_class.class_code,
        )
        .order_by(model.record_id)
    )
    return live(rows)


def by_pupil(
    session: Session, model: type[_Record], school_class: MirrorClass
) -> defaultdict[str, list[_Record]]:
    """Return the rows of *model* about the class, by student code."""
    found: defaultdict[str, list[_Record]] = defaultdict(list)
    for row in of_class(session, model, school_class):
        found[row.student_code].append(row)
    return found


def of_pupils(
    session: Session,
    model: type[_PupilRow],
    school_class: MirrorClass,
    student_codes: tuple[str, ...],
) -> defaultdict[str, list[_PupilRow]]:
    """Return the rows of *model* about these pupils of the school, by student code."""
    found: defaultdict[str, list[_PupilRow]] = defaultdict(list)
    rows = session.exec(
        select(model)
        .where(
            model.school_code == school_class.school_code,
            col(model.student_code).in_(student_codes),
        )
        .order_by(model.record_id)
    )
    for row in live(rows):
        found[row.student_code].append(row)
    return found
