"""
A school for the demo: one class of lower secondary level and, if wanted, one of upper.

The special cases of the domain come first (`Case`); some results contradict the marks on purpose
(`Planted`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.cases import Case, Planted, draw_wish, list_cases
from transcript_service.shared_database.sample.defects import Defective, choose_defective, plant
from transcript_service.shared_database.sample.marks import after_summer, draw_marks
from transcript_service.shared_database.sample.minh_an import minh_an_marks
from transcript_service.shared_database.sample.minority_names import listed_minority
from transcript_service.shared_database.sample.people import Sources, draw_people
from transcript_service.shared_database.sample.pupil import SamplePupil, pupil_records
from transcript_service.shared_database.sample.results import PupilMarks
from transcript_service.shared_database.sample.school import (
    LOWER,
    SCHOOL_YEAR,
    UPPER,
    SampleClass,
    SampleSchool,
    class_records,
    school_records,
    sites_of,
    staff_record,
)
from transcript_service.shared_database.sample.staff import demo_staff
from transcript_service.shared_database.sample.subjects import (
    COMBINATIONS,
    LOWER_GRADES,
    NO_CHOICE,
    Combination,
)
from transcript_service.shared_database.sample.writing import SampleClient, new_store
from transcript_service.shared_database.upstream_store import (
    UpstreamRecord,
    put_records,
)
from verifier.messages import _
from verifier.printing import VIET_NAM

MOST_PUPILS = 10_000
_ENTERED_AT = datetime(2026, 5, 28, 16, 0, tzinfo=VIET_NAM)
_UPPER_GRADE = 10
_MINORITY_SHARE = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperClass:
    """The class of upper secondary level, without names."""

    class_code: str
    class_name: str
    grade: int
    student_codes: tuple[str, ...]
    """In the order of the class list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What was written, without names."""

    school_code: str
    school_name: str
    class_code: str
    class_name: str
    school_year: str
    grade: int
    student_codes: tuple[str, ...]
    """In the order of the class list."""
    cases: tuple[tuple[Case, str], ...]
    """Special case and student code."""
    defective: Defective
    records: int
    upper_class: UpperClass | None
    """A second class, of the same school."""


def write_sample(
    path: Path,
    *,
    seed: int,
    pupils: int = 38,
    grade: int = 8,
    upper_pupils: int = 0,
    planted: Planted = Planted(),  # noqa: B008  frozen
    client: SampleClient,
) -> SampleSummary:
    """
    Make a reference server's file at *path* with one class of sample data, or two.

    The same arguments give the same records. The file appears complete or not at all. With
    *upper_pupils* the school has a class `10A1`, too, whose pupils have nothing special.

    Raises:
        UsageError: *path* exists or has no folder, or *pupils*, *upper_pupils* or *grade* (6 to
            9) is out of range.
    """
    sizes_fit = 1 <= pupils <= MOST_PUPILS and 0 <= upper_pupils <= MOST_PUPILS
    if not sizes_fit or grade not in LOWER_GRADES:
        raise UsageError(
            _("a sample class has 1 to {most} pupils and grade 6 to 9").format(most=MOST_PUPILS)
        )
    random = Random(f"hocba sample {seed}")  # noqa: S311  reproducible, not secret
    school = SampleSchool(
        number=1,
        levels=(LOWER, UPPER) if upper_pupils else (LOWER,),
        own_name=names.SCHOOL_NAMES[0],
        principal=names.PRINCIPAL,
        marked=False,
    )
    school_class = _class_of(school, grade, NO_CHOICE)
    sample_pupils = _draw_pupils(random, school_class, list_cases(pupils))
    defective = choose_defective(sample_pupils, planted)
    upper = _class_of(school, _UPPER_GRADE, COMBINATIONS[0])
    records = [*_frame(school), *_with_pupils(random, school_class, sample_pupils)]
    upper_drawn = _draw_pupils(random, upper, (Case.USUAL,) * upper_pupils, after=pupils)
    records += _with_pupils(random, upper, upper_drawn)
    records = plant(records, defective, planted)
    with new_store(path, client, school_code=school.code) as store:
        put_records(store, records, changed_at=_ENTERED_AT)
    return _summary(
        school_class,
        sample_pupils,
        defective,
        records=len(records),
        upper_class=_upper_summary(upper, upper_drawn),
    )


def _summary(
    school_class: SampleClass,
    pupils: list[SamplePupil],
    defective: Defective,
    *,
    records: int,
    upper_class: UpperClass | None,
) -> SampleSummary:
    return SampleSummary(
        school_code=school_class.school.code,
        school_name=school_class.school.name,
        class_code=school_class.class_code,
        class_name=school_class.name,
        school_year=SCHOOL_YEAR,
        grade=school_class.grade,
        student_codes=tuple(pupil.student_code for pupil in pupils),
        cases=tuple(
            (pupil.person.case, pupil.student_code)
            for pupil in pupils
            if pupil.person.case is not Case.USUAL
        ),
        defective=defective,
        records=records,
        upper_class=upper_class,
    )


def _class_of(school: SampleSchool, grade: int, chosen: Combination) -> SampleClass:
    teachers = dict(demo_staff())
    name = f"{grade}A1"
    return SampleClass(
        school=school,
        grade=grade,
        name=name,
        key=name,
        teachers=teachers,
        homeroom=teachers["NGUVAN"],
        combinations=(chosen,),
        site=sites_of(school)[0],
    )


def _frame(school: SampleSchool) -> Iterator[UpstreamRecord]:
    yield from school_records(school)
    for teacher in dict.fromkeys(teacher for _subject, teacher in demo_staff()):
        yield staff_record(school, teacher)


def _with_pupils(
    random: Random, school_class: SampleClass, pupils: list[SamplePupil]
) -> Iterator[UpstreamRecord]:
    """Yield the class and its pupils; nothing of a class without pupils."""
    if pupils:
        yield from class_records(school_class)
    for pupil in pupils:
        yield from pupil_records(random, pupil)


def _draw_pupils(
    random: Random, school_class: SampleClass, cases: tuple[Case, ...], *, after: int = 0
) -> list[SamplePupil]:
    sources = Sources(
        numbers=(random.randrange(10**6) for _ in count()),
        minority=listed_minority(random),
        minority_share=_MINORITY_SHARE,
        commune=school_class.school.commune,
    )
    grade = school_class.grade
    (chosen,) = school_class.combinations
    people = draw_people(random, cases, sources, grade=grade)
    return [
        SamplePupil(
            number=number,
            student_code=f"000HS{grade}{number:04}",
            key=f"{after + number:03}",
            person=person,
            marks=_draw_year(random, person.case, school_class, chosen),
            school_class=school_class,
            chosen=chosen,
        )
        for number, person in enumerate(people, start=1)
    ]


def _draw_year(
    random: Random, case: Case, school_class: SampleClass, chosen: Combination
) -> PupilMarks:
    grade = school_class.grade
    if case is Case.MINH_AN:
        return minh_an_marks(grade)
    subjects = school_class.subjects_of(chosen)
    marks = draw_marks(random, draw_wish(random, case), subjects=subjects, grade=grade)
    return after_summer(marks, failed=case is Case.FAILED_REASSESSMENT)


def _upper_summary(school_class: SampleClass, pupils: list[SamplePupil]) -> UpperClass | None:
    if not pupils:
        return None
    return UpperClass(
        class_code=school_class.class_code,
        class_name=school_class.name,
        grade=school_class.grade,
        student_codes=tuple(pupil.student_code for pupil in pupils),
    )
