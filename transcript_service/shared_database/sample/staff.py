"""Who teaches what in a sample school: as many teachers of a subject as its classes need."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.school import SampleSchool, Teacher
from transcript_service.shared_database.sample.subjects import SampleSubject

_PERIODS_OF_A_TEACHER = 650
"""In a school year: 18 or 19 a week."""
_TAUGHT_ALONG = {"GDDP": ("LSDL", "LICHSU")}
"""Activities that the teacher of another subject takes over."""
_OF_HOMEROOM = "HDTNHN"
_HOMEROOM_FIRST = "NGUVAN"


class Staff:
    """
    The teachers of one school, hired as classes are formed.

    A teacher has one subject and as many classes of it as fit into the year; the homeroom teacher
    is one of those who teach the class, a new one for each class as long as there are any.
    """

    def __init__(self, random: Random, school: SampleSchool) -> None:
        """Begin with nobody."""
        self._random = random
        self._school = school
        self._hired: dict[str, Teacher] = {}
        self._now: dict[str, tuple[Teacher, int]] = {}
        self._homeroom: set[str] = set()

    @property
    def teachers(self) -> Sequence[Teacher]:
        """Return all, in the order in which they came."""
        return tuple(self._hired.values())

    def teach(
        self, subjects: Iterable[SampleSubject], grade: int
    ) -> tuple[Mapping[str, Teacher], Teacher]:
        """Return who teaches each subject of a new class, and its homeroom teacher."""
        found: dict[str, Teacher] = {}
        for subject in subjects:
            if subject.code not in (_OF_HOMEROOM, *_TAUGHT_ALONG):
                found[subject.code] = self._teacher_of(subject, grade)
        homeroom = self._choose_homeroom(found)
        for code, others in _TAUGHT_ALONG.items():
            found[code] = next(found[other] for other in others if other in found)
        return found | {_OF_HOMEROOM: homeroom}, homeroom

    def _teacher_of(self, subject: SampleSubject, grade: int) -> Teacher:
        periods = subject.periods[grade]
        teacher, free = self._now.get(subject.code, (None, 0))
        if teacher is None or free < periods:
            teacher, free = self._hire(), _PERIODS_OF_A_TEACHER
        self._now[subject.code] = (teacher, free - periods)
        return teacher

    def _choose_homeroom(self, teachers: Mapping[str, Teacher]) -> Teacher:
        wanted = (teacher for teacher in teachers.values() if teacher.code not in self._homeroom)
        chosen = next(wanted, teachers[_HOMEROOM_FIRST])
        self._homeroom.add(chosen.code)
        return chosen

    def _hire(self) -> Teacher:
        number = len(self._hired) + 1
        is_man = self._random.random() < 0.35
        born = self._random.randint(66, 99)
        family = self._random.choices(*_families())[0]
        given = self._random.choice(names.BOYS if is_man else names.GIRLS)
        teacher = Teacher(
            code=f"000GV{self._school.number:03}{number:04}",
            full_name=f"{family} {given}",
            personal_id=staff_id(self._school.number * 10_000 + number, born, is_man=is_man),
        )
        self._hired[teacher.code] = teacher
        return teacher


def staff_id(serial: int, born: int, *, is_man: bool) -> str:
    """Return a number of a person born in 19xx, with the prefix that no province has."""
    return f"000{0 if is_man else 1}{born:02}{serial % 10**6:06}"


def demo_staff() -> Iterator[tuple[str, Teacher]]:
    """Yield subject and teacher of the demo's school, the same ones in every sample."""
    people = dict.fromkeys(name for _subject, name in names.TEACHERS)
    by_name = {
        name: Teacher(
            code=f"000GV{number:03}",
            full_name=name,
            personal_id=staff_id(number, 70 + number, is_man="Thị" not in name),
        )
        for number, name in enumerate(people, start=1)
    }
    for subject, name in names.TEACHERS:
        yield subject, by_name[name]


def _families() -> tuple[list[str], list[int]]:
    families, weights = zip(*names.FAMILY_NAMES, strict=True)
    return list(families), list(weights)
