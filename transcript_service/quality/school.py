"""Check all classes of a school, or one: one after the other, so that only findings stay."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from transcript_service.errors import UsageError
from transcript_service.quality.checks import SchoolCheck
from transcript_service.quality.gate import Gate, check_class
from transcript_service.quality.surroundings import load_sync_state
from transcript_service.quality.sync_findings import find_sync_gaps
from transcript_service.records import load_class_year
from transcript_service.shared_database.mirror import MirrorClass, MirrorSchool
from transcript_service.subjects import GRADES
from verifier.messages import _

Progress = Callable[[int, int], None]
"""Called after each class with the classes done and all classes."""


def check_school(
    session: Session,
    institution: str,
    school_code: str,
    school_year: str,
    gate: Gate,
    *,
    class_code: str | None = None,
    progress: Progress | None = None,
) -> SchoolCheck:
    """
    Check the classes of a school in one year; with *class_code* (or its name) only that one.

    Raises:
        UsageError: nothing was synchronised of that school and year, or no such class.
    """
    others: tuple[str, ...] = ()
    codes: Sequence[str]
    if class_code is None:
        codes, others = _classes(session, school_code, school_year)
    else:
        codes = (class_code,)
    classes = []
    for done, code in enumerate(codes, start=1):
        class_year = load_class_year(session, code, school_year)
        classes.append(check_class(session, institution, class_year, gate))
        if progress is not None:
            progress(done, len(codes))
    state = load_sync_state(session, school_code, school_year)
    return SchoolCheck(
        school_code=school_code,
        school_name=_school_name(session, school_code),
        school_year=school_year,
        checked_at=gate.now,
        synchronised_at=state.completed_at,
        classes=tuple(classes),
        other_levels=others,
        findings=tuple(map(gate.finding, find_sync_gaps(state, gate.now, gate.greatest_sync_age))),
    )


def _classes(
    session: Session, school_code: str, school_year: str
) -> tuple[list[str], tuple[str, ...]]:
    """Return the codes of the classes to check, and the names of those of other levels."""
    rows = session.exec(
        select(MirrorClass)
        .where(
            MirrorClass.school_code == school_code,
            MirrorClass.school_year == school_year,
            col(MirrorClass.cancelled).is_(False),
        )
        .order_by(col(MirrorClass.grade), MirrorClass.name, MirrorClass.record_id)
    ).all()
    if not rows:
        raise UsageError(
            _(
                "no class of school {school_code} in {school_year}: synchronise with the shared"
                " database and look at its report"
            ).format(school_code=school_code, school_year=school_year)
        )
    codes = list(dict.fromkeys(row.class_code for row in rows if row.level in GRADES))
    return codes, tuple(row.name for row in rows if row.level not in GRADES)


def _school_name(session: Session, school_code: str) -> str:
    name = session.exec(
        select(MirrorSchool.name).where(
            MirrorSchool.school_code == school_code, col(MirrorSchool.cancelled).is_(False)
        )
    ).first()
    return name or school_code
