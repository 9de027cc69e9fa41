"""
Which schools and classes whole samples have, and where special cases and defects stand.

A plan is small: 100,000 pupils are 2,500 classes. Pupils and records are drawn class by class,
each class with a random generator of its own, so that none depends on what came before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.defect_kinds import (
    OF_A_CLASS,
    OF_UPPER_LEVEL,
    STOPPING_CASES,
    DefectKind,
)
from transcript_service.shared_database.sample.planting import OF_A_PUPIL
from transcript_service.shared_database.sample.school import LOWER, UPPER, SampleSchool
from transcript_service.shared_database.sample.special_cases import (
    IN_EVERY_SCHOOL,
    SPECIAL_CASES,
    SpecialCase,
)
from transcript_service.shared_database.sample.subjects import (
    ARTS,
    COMBINATIONS,
    LOWER_GRADES,
    MUSIC_AND_SCIENCES,
    NO_CHOICE,
    SCIENCES,
    UPPER_GRADES,
    Combination,
)

CLASS_SIZES = range(35, 46)
_USUAL_SIZE = 40
_MIXED = (SCIENCES, ARTS, MUSIC_AND_SCIENCES)
"""What pupils of the first class of each upper grade choose from."""
_LEVELS = ((LOWER, UPPER), (LOWER,), (UPPER,))
_GRADES = {LOWER: LOWER_GRADES, UPPER: UPPER_GRADES}
_ORDINARY_KEPT = 4
"""Pupils of a class at least who have nothing special and no defect."""
_FEWEST_CLASSES = 10
"""From as many on, whole classes are spoilt, too."""


@dataclass(slots=True, kw_only=True)
class ClassPlan:
    """A class before anybody is in it."""

    school: SampleSchool
    grade: int
    name: str
    size: int
    after: int
    """Pupils of all classes before this one."""
    combinations: tuple[Combination, ...]
    specials: list[SpecialCase] = field(default_factory=list)
    defects: list[DefectKind] = field(default_factory=list)
    """Of pupils."""
    own_defect: DefectKind | None = None
    """Of the class as a whole; it holds no special cases then."""
    changed_homeroom: bool = False

    @property
    def is_first(self) -> bool:
        """Tell whether it is the first one of its grade."""
        return self.name == f"{self.grade}A1"

    @property
    def room(self) -> int:
        """Return how many more pupils may have something special."""
        if self.own_defect is not None:
            return 0
        return self.size - len(self.specials) - len(self.defects) - _ORDINARY_KEPT

    def offers(self, case: SpecialCase) -> bool:
        """Tell whether the pupil of *case* may stand in this class."""
        chosen = case.chosen is None or case.chosen in self.combinations
        return self.grade in case.grades and chosen and self.room > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPlan:
    """A school and its classes."""

    school: SampleSchool
    classes: tuple[ClassPlan, ...]


def make_plan(seed: int, *, schools: int, pupils: int, defects: int) -> tuple[SchoolPlan, ...]:
    """
    Plan *schools* with *pupils* in all, and *defects* of each kind.

    The first school has both levels, the next ones lower, upper, both and so on. Special cases
    and defects stand in the schools from the first on, as far as there is room for them.
    """
    plans = []
    after = 0
    for number in range(1, schools + 1):
        size = pupils // schools + (number <= pupils % schools)
        plan = _plan_school(seed, number, size, after)
        plans.append(plan)
        after += size
    classes = [one for plan in plans for one in plan.classes]
    _place_class_defects(classes, defects)
    _place_specials(classes, SPECIAL_CASES, with_defects=defects > 0)
    for plan in plans:
        there = {case.numbers for one in plan.classes for case in one.specials}
        missing = [case for case in IN_EVERY_SCHOOL if case.numbers not in there]
        _place_specials(plan.classes, missing, with_defects=False)
    _place_defects(classes, defects)
    return tuple(plans)


def _plan_school(seed: int, number: int, pupils: int, after: int) -> SchoolPlan:
    random = Random(f"hocba sample {seed} school {number}")  # noqa: S311  reproducible, not secret
    row = (number - 1) // len(names.SCHOOL_NAMES)
    own_name = names.SCHOOL_NAMES[(number - 1) % len(names.SCHOOL_NAMES)]
    school = SampleSchool(
        number=number,
        levels=_LEVELS[(number - 1) % len(_LEVELS)],
        own_name=own_name if row == 0 else f"{own_name} {row + 1}",
        principal=f"{random.choice(names.FAMILY_NAMES)[0]} {random.choice(names.GIRLS)}",
        acting_principal=number == 1,
    )
    sizes = _draw_sizes(random, pupils)
    grades = [grade for level in school.levels for grade in _GRADES[level]]
    step = max(1, len(grades) // max(1, len(sizes)))
    of_classes = sorted(islice(cycle(grades[::step]), len(sizes)))
    return SchoolPlan(school=school, classes=tuple(_plan_classes(school, of_classes, sizes, after)))


def _plan_classes(
    school: SampleSchool, grades: Sequence[int], sizes: Sequence[int], after: int
) -> Iterator[ClassPlan]:
    counted: dict[int, int] = {}
    for grade, size in zip(grades, sizes, strict=True):
        number = counted[grade] = counted.get(grade, 0) + 1
        yield ClassPlan(
            school=school,
            grade=grade,
            name=f"{grade}A{number}",
            size=size,
            after=after,
            combinations=_offered(grade, number),
            changed_homeroom=school.number == 1 and number == 1 and grade == grades[0],
        )
        after += size


def _offered(grade: int, number: int) -> tuple[Combination, ...]:
    if grade in LOWER_GRADES:
        return (NO_CHOICE,)
    return _MIXED if number == 1 else (COMBINATIONS[number % len(COMBINATIONS)],)


def _draw_sizes(random: Random, pupils: int) -> list[int]:
    """Return sizes of classes, 35 to 45 where the number of pupils allows it."""
    count = max(1, -(-pupils // CLASS_SIZES[-1]), round(pupils / _USUAL_SIZE))
    sizes = [pupils // count + (place < pupils % count) for place in range(count)]
    for _move in range(2 * count if count > 1 else 0):
        source, target = random.sample(range(count), 2)
        if sizes[source] > CLASS_SIZES[0] and sizes[target] < CLASS_SIZES[-1]:
            sizes[source] -= 1
            sizes[target] += 1
    return [size for size in sizes if size]


def _place_class_defects(classes: Sequence[ClassPlan], defects: int) -> None:
    """Spoil whole classes from the end on, never the only one of a grade."""
    if defects and len(classes) >= _FEWEST_CLASSES:
        others = (one for one in reversed(classes) if not one.is_first)
        for school_class, kind in zip(others, OF_A_CLASS, strict=False):
            school_class.own_defect = kind


def _place_specials(
    classes: Sequence[ClassPlan], cases: Sequence[SpecialCase], *, with_defects: bool
) -> None:
    for case in cases:
        if case.defect in STOPPING_CASES and not with_defects:
            continue
        offering = [one for one in classes if one.offers(case)]
        if offering:
            min(offering, key=lambda one: len(one.specials)).specials.append(case)


def _place_defects(classes: Sequence[ClassPlan], defects: int) -> None:
    for kind in OF_A_PUPIL * defects:
        offering = [
            one
            for one in classes
            if one.room > 0 and (one.grade in UPPER_GRADES or kind not in OF_UPPER_LEVEL)
        ]
        if offering:
            min(offering, key=lambda one: len(one.defects)).defects.append(kind)
