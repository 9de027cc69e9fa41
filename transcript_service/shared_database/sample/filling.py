"""The pupils of one planned class, with all their records: special cases, defects, and the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random

from transcript_service.shared_database.sample.cases import Case, draw_wish
from transcript_service.shared_database.sample.defect_kinds import DefectKind, PlantedDefect
from transcript_service.shared_database.sample.exact_marks import exact_marks
from transcript_service.shared_database.sample.marks import Wish, after_summer, draw_marks
from transcript_service.shared_database.sample.minh_an import minh_an_marks
from transcript_service.shared_database.sample.minority_names import draw_minority
from transcript_service.shared_database.sample.people import (
    Sources,
    draw_people,
    sort_key,
)
from transcript_service.shared_database.sample.plan import ClassPlan
from transcript_service.shared_database.sample.planting import (
    Place,
    fits,
    plant_in_class,
    plant_in_pupil,
    wish_for,
)
from transcript_service.shared_database.sample.pupil import SamplePupil, pupil_records
from transcript_service.shared_database.sample.results import PupilMarks
from transcript_service.shared_database.sample.school import SampleClass, class_records
from transcript_service.shared_database.sample.special_cases import SpecialCase
from transcript_service.shared_database.sample.subjects import Combination
from transcript_service.shared_database.sample.twists import twist_records
from transcript_service.shared_database.upstream_store import UpstreamRecord

_MINORITY_SHARE = 0.15
_FAILED_AGAIN_SHARE = 0.25
_STRIDE = 387_421
"""Without common divisor with a million: a million pupils get different numbers."""
_PLACES = {
    DefectKind.TOO_FEW_SUBJECTS: ("nhanxetmon", "-GDQPAN", "hinhthucdanhgia"),
    DefectKind.TERM_1_MISSING: ("diem", "-TOAN-1-CK-1", "diem"),
    DefectKind.RULE_OPEN_POINT: ("ketquahoctap", "-0", "mahocluc"),
    DefectKind.PROMOTION_UNCLEAR: ("ketquahoctap", "-0", "colenlop"),
    DefectKind.PERSONAL_ID_MISSING: ("hocsinh", "", "sodinhdanh"),
}
"""Of a defect in the nature of a special case: table, end of the record's id, field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCase:
    """Where a case of the domain stands."""

    number: str
    """As in `SpecialCase.numbers`."""
    school_code: str
    class_code: str | None
    student_code: str | None
    """None for a case of a whole class or school; so is `class_code`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledClass:
    """The records of a class, and what is special about them."""

    records: list[UpstreamRecord] = field(default_factory=list)
    cases: list[FoundCase] = field(default_factory=list)
    planted: list[PlantedDefect] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is wanted of one pupil; both None for an ordinary one."""

    special: SpecialCase | None = None
    defect: DefectKind | None = None


def fill_class(
    seed: int, plan: ClassPlan, school_class: SampleClass, other_class: str | None
) -> FilledClass:
    """Draw the pupils of *plan*; *other_class* is the code of another class of the school."""
    random = Random(f"hocba sample {seed} class {school_class.class_code}")  # noqa: S311  reproducible
    filled = FilledClass()
    own = list(class_records(school_class))
    if plan.own_defect is not None:
        own, planted = plant_in_class(plan.own_defect, own)
        filled.planted.append(planted)
    filled.records.extend(own)
    wanted = _wanted(plan)
    pupils = _draw_pupils(random, seed, plan, school_class, wanted)
    ordinary = [pupil for pupil in pupils if wanted[pupil.person.place] == _Wanted()]
    for pupil in pupils:
        what = wanted[pupil.person.place]
        records = list(pupil_records(random, pupil))
        if what.special is not None:
            records = twist_records(what.special.twist, pupil, records)
            filled.cases.extend(_found(what.special, pupil))
            filled.planted.extend(_by_nature(what.special, pupil))
        place = Place(pupil=pupil, twin=_twin(pupil, ordinary), other_class=other_class)
        if what.defect is not None and fits(what.defect, place):
            records, planted = plant_in_pupil(what.defect, records, place)
            filled.planted.append(planted)
        filled.records.extend(records)
    return filled


def _wanted(plan: ClassPlan) -> list[_Wanted]:
    wanted = [_Wanted(special=special) for special in plan.specials]
    wanted += [_Wanted(defect=defect) for defect in plan.defects]
    rest = range(plan.size - len(wanted))
    return wanted + [_Wanted() for _ in rest]


def _draw_pupils(
    random: Random,
    seed: int,
    plan: ClassPlan,
    school_class: SampleClass,
    wanted: Sequence[_Wanted],
) -> list[SamplePupil]:
    sources = Sources(
        numbers=_numbers(seed, plan.after),
        minority=draw_minority(random),
        minority_share=_MINORITY_SHARE,
        commune=school_class.school.commune,
    )
    cases = [what.special.case if what.special else Case.USUAL for what in wanted]
    people = draw_people(random, cases, sources, grade=plan.grade)
    listed = sorted(people, key=lambda person: sort_key(person.full_name))
    pupils = []
    for number, person in enumerate(listed, start=1):
        what = wanted[person.place]
        special = what.special
        offered = plan.combinations[number % len(plan.combinations)]
        chosen = (special.chosen if special else None) or offered
        key = f"{plan.after + number:06}"
        pupils.append(
            SamplePupil(
                number=number,
                student_code=f"000HS{key}",
                key=key,
                person=person,
                marks=_draw_year(random, school_class, chosen, what),
                school_class=school_class,
                chosen=chosen,
                statuses=special.statuses if special else {},
            )
        )
    return pupils


def _draw_year(
    random: Random, school_class: SampleClass, chosen: Combination, wanted: _Wanted
) -> PupilMarks:
    special, grade = wanted.special, school_class.grade
    subjects = school_class.subjects_of(chosen)
    if special is not None and special.case is Case.MINH_AN:
        return minh_an_marks(grade)
    if special is not None and special.exact is not None:
        marks = exact_marks(random, special.exact, subjects=subjects, grade=grade)
        return marks if special.exact.again else after_summer(marks)
    wish = _wish(random, wanted)
    marks = draw_marks(random, wish, subjects=subjects, grade=grade)
    failed = wanted == _Wanted() and random.random() < _FAILED_AGAIN_SHARE
    return after_summer(marks, failed=failed)


def _wish(random: Random, wanted: _Wanted) -> Wish:
    if wanted.defect is not None:
        return wish_for(wanted.defect)
    if wanted.special is not None and wanted.special.wish is not None:
        return wanted.special.wish
    return draw_wish(random, Case.USUAL)


def _numbers(seed: int, after: int) -> Iterator[int]:
    """Yield the last six digits of personal IDs: no two pupils of the sample share them."""
    return (((after + place) * _STRIDE + seed * 7_919) % 10**6 for place in count())


def _twin(pupil: SamplePupil, ordinary: Sequence[SamplePupil]) -> SamplePupil | None:
    sex = pupil.person.fields["gioitinh"]
    same_sex = (one for one in ordinary if one.person.fields["gioitinh"] == sex)
    return next(same_sex, None)


def _found(special: SpecialCase, pupil: SamplePupil) -> Iterator[FoundCase]:
    for number in special.numbers:
        yield FoundCase(
            number=number,
            school_code=pupil.school_class.school.code,
            class_code=pupil.school_class.class_code,
            student_code=pupil.student_code,
        )


def _by_nature(special: SpecialCase, pupil: SamplePupil) -> Iterator[PlantedDefect]:
    """Name the defect that a special case is by itself."""
    if special.defect is not None:
        table, ending, field_name = _PLACES[special.defect]
        yield PlantedDefect(
            kind=special.defect,
            school_code=pupil.school_class.school.code,
            class_code=pupil.school_class.class_code,
            student_code=pupil.student_code,
            table=table,
            record_id=f"{table}-{pupil.key}{ending}",
            field=field_name,
        )
