"""
Whole schools as sample data: up to 100,000 pupils, written class by class in bounded memory.

The same arguments give the same records. Every worked example and edge case of the domain stands
in them at least once, as far as there is room (`special_cases`), and defects of every kind that a
quality gate can find (`DefectKind`), each of which the summary names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample.defect_kinds import DefectKind, PlantedDefect
from transcript_service.shared_database.sample.filling import FilledClass, FoundCase, fill_class
from transcript_service.shared_database.sample.plan import ClassPlan, SchoolPlan, make_plan
from transcript_service.shared_database.sample.school import (
    SCHOOL_YEAR,
    SampleClass,
    SampleSchool,
    class_code_of,
    school_records,
    sites_of,
    staff_record,
)
from transcript_service.shared_database.sample.staff import Staff
from transcript_service.shared_database.sample.subjects import UPPER_GRADES, taught_subjects
from transcript_service.shared_database.sample.writing import SampleClient, new_store
from transcript_service.shared_database.upstream_store import put_records
from verifier.messages import _
from verifier.printing import VIET_NAM

MOST_PUPILS = 100_000
_ENTERED_AT = datetime(2026, 5, 28, 16, 0, tzinfo=VIET_NAM)
_ALL_SCHOOLS = "*"
_CASES_OF_DEFECTS = {DefectKind.MARK_MISSING: "12.4-1", DefectKind.NOT_NFC: "12.4-12"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenClass:
    """A class of the sample, without names."""

    class_code: str
    name: str
    grade: int
    pupils: int
    """As planned: one of them may not stand in its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSchool:
    """A school of the sample, without names of people."""

    school_code: str
    name: str
    levels: tuple[str, ...]
    """`manhomcaphoc`."""
    classes: tuple[WrittenClass, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolsSummary:
    """What was written."""

    school_year: str
    schools: tuple[WrittenSchool, ...]
    cases: tuple[FoundCase, ...]
    planted: tuple[PlantedDefect, ...]
    """All that is wrong in the sample."""
    pupils: int
    records: int


def write_schools(
    path: Path,
    *,
    seed: int,
    schools: int = 1,
    pupils: int,
    defects: int = 1,
    client: SampleClient,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> SchoolsSummary:
    """
    Make a reference server's file at *path* with whole schools.

    Args:
        path: of the file, which appears complete or not at all.
        seed: the same one gives the same records.
        schools: the first one has both levels, the next ones lower, upper, both and so on.
        pupils: of all schools together.
        defects: how many of each kind are put in.
        client: may read all schools.
        progress: is told after each class how many pupils are written, and how many there are.

    Raises:
        UsageError: *path* exists or has no folder, or a number is out of range.
    """
    if not 1 <= schools <= pupils <= MOST_PUPILS or defects < 0:
        raise UsageError(
            _("a sample has 1 to {most} pupils, and no more schools than pupils").format(
                most=MOST_PUPILS
            )
        )
    plans = make_plan(seed, schools=schools, pupils=pupils, defects=defects)
    writing = _Writing(seed, progress, pupils)
    with new_store(path, client, school_code=_ALL_SCHOOLS) as store:
        for plan in plans:
            writing.write_school(store, plan)
    return SchoolsSummary(
        school_year=SCHOOL_YEAR,
        schools=tuple(map(_written_school, plans)),
        cases=tuple(writing.cases),
        planted=tuple(writing.planted),
        pupils=pupils,
        records=writing.records,
    )


class _Writing:
    """What has been written so far."""

    def __init__(self, seed: int, progress: Callable[[int, int], None], pupils: int) -> None:
        self.cases: list[FoundCase] = []
        self.planted: list[PlantedDefect] = []
        self.records = 0
        self._seed = seed
        self._progress = progress
        self._pupils = pupils

    def write_school(self, store: Engine, plan: SchoolPlan) -> None:
        school = plan.school
        staff = Staff(
            Random(f"hocba sample {self._seed} staff {school.code}"),  # noqa: S311  reproducible
            school,
        )
        self._put(store, FilledClass(records=list(school_records(school))))
        for place, class_plan in enumerate(plan.classes):
            school_class = _make_class(class_plan, staff)
            other = plan.classes[place - 1] if len(plan.classes) > 1 else None
            filled = fill_class(
                self._seed,
                class_plan,
                school_class,
                None if other is None else class_code_of(school, other.name),
            )
            self._put(store, filled)
            self._progress(class_plan.after + class_plan.size, self._pupils)
        teachers = [staff_record(school, teacher) for teacher in staff.teachers]
        self._put(store, FilledClass(records=teachers))
        self.cases.extend(_cases_of_school(plan))

    def _put(self, store: Engine, filled: FilledClass) -> None:
        put_records(store, filled.records, changed_at=_ENTERED_AT)
        self.records += len(filled.records)
        self.cases.extend(filled.cases)
        self.planted.extend(filled.planted)
        self.cases.extend(_cases_of_defects(filled))


def _make_class(plan: ClassPlan, staff: Staff) -> SampleClass:
    school = plan.school
    teachers, homeroom = staff.teach(taught_subjects(plan.grade, plan.combinations), plan.grade)
    return SampleClass(
        school=school,
        grade=plan.grade,
        name=plan.name,
        key=f"{school.code}-{plan.name}",
        teachers=teachers,
        homeroom=homeroom,
        combinations=plan.combinations,
        site=sites_of(school)[-1 if plan.grade in UPPER_GRADES else 0],
        changed_homeroom=plan.changed_homeroom,
    )


def _cases_of_school(plan: SchoolPlan) -> Iterator[FoundCase]:
    """Name the cases that a whole class or school is."""
    school = plan.school
    for one in plan.classes:
        if one.changed_homeroom:
            yield _found("12.4-11", school, class_code_of(school, one.name))
        if len(school.levels) > 1 and one.grade in UPPER_GRADES and one.is_first:
            yield _found("12.4-15", school, class_code_of(school, one.name))
    if school.acting_principal:
        yield _found("12.4-11", school, None)


def _cases_of_defects(filled: FilledClass) -> Iterator[FoundCase]:
    """Name the cases of the domain that are defects."""
    for planted in filled.planted:
        if planted.kind in _CASES_OF_DEFECTS:
            yield FoundCase(
                number=_CASES_OF_DEFECTS[planted.kind],
                school_code=planted.school_code,
                class_code=planted.class_code,
                student_code=planted.student_code,
            )


def _found(number: str, school: SampleSchool, class_code: str | None) -> FoundCase:
    return FoundCase(
        number=number, school_code=school.code, class_code=class_code, student_code=None
    )


def _written_school(plan: SchoolPlan) -> WrittenSchool:
    school = plan.school
    return WrittenSchool(
        school_code=school.code,
        name=school.name,
        levels=school.levels,
        classes=tuple(
            WrittenClass(
                class_code=class_code_of(school, one.name),
                name=one.name,
                grade=one.grade,
                pupils=one.size,
            )
            for one in plan.classes
        ),
    )
