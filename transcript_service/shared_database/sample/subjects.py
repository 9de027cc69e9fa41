"""Subjects of lower and upper secondary school as the sample data's upstream names them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LOWER_GRADES = (6, 7, 8, 9)
UPPER_GRADES = (10, 11, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSubject:
    """A subject: upstream code, periods a year by grade, how it is assessed."""

    code: str
    periods: Mapping[int, int]
    scored: bool

    def regular_marks(self, grade: int) -> int:
        """Return the number of ĐĐGtx in a term (Circular 22/2021, article 6)."""
        if not self.scored:
            return 2
        periods = self.periods[grade]
        return 2 if periods <= 35 else 3 if periods <= 70 else 4


def _lower(code: str, periods: int, late: int = 0, *, scored: bool = True) -> SampleSubject:
    """Make a subject of grades 6 to 9; *late* periods in grades 8 and 9, where they differ."""
    by_grade = {grade: late if late and grade > 7 else periods for grade in LOWER_GRADES}
    return SampleSubject(code=code, periods=MappingProxyType(by_grade), scored=scored)


def _upper(code: str, periods: int, *, scored: bool = True) -> SampleSubject:
    by_grade = dict.fromkeys(UPPER_GRADES, periods)
    return SampleSubject(code=code, periods=MappingProxyType(by_grade), scored=scored)


SUBJECTS = (
    _lower("NGUVAN", 140),
    _lower("TOAN", 140),
    _lower("NGOAINGU1", 105),
    _lower("GDCD", 35),
    _lower("LSDL", 105),
    _lower("KHTN", 140),
    _lower("CONGNGHE", 35, late=52),
    _lower("TINHOC", 35),
    _lower("GDTC", 70, scored=False),
    _lower("NGHETHUAT", 70, scored=False),
    _lower("HDTNHN", 105, scored=False),
    _lower("GDDP", 35, scored=False),
)
"""Domain section 13.2."""
UPPER_COMPULSORY = (
    _upper("NGUVAN", 105),
    _upper("TOAN", 105),
    _upper("NGOAINGU1", 105),
    _upper("LICHSU", 52),
    _upper("GDQPAN", 35),
    _upper("GDTC", 70, scored=False),
    _upper("HDTNHN", 105, scored=False),
    _upper("GDDP", 35, scored=False),
)
UPPER_ELECTIVE = (
    _upper("DIALI", 70),
    _upper("GDKTPL", 70),
    _upper("VATLI", 70),
    _upper("HOAHOC", 70),
    _upper("SINHHOC", 70),
    _upper("CONGNGHE", 70),
    _upper("TINHOC", 70),
    _upper("AMNHAC", 70, scored=False),
    _upper("MITHUAT", 70, scored=False),
)
"""Domain section 13.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What pupils of upper secondary school choose together: four subjects, three study topics."""

    electives: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Subjects whose study topics are taken."""


NO_CHOICE = Combination()
"""Of lower secondary school."""
SCIENCES = Combination(
    electives=("VATLI", "HOAHOC", "SINHHOC", "TINHOC"), topics=("TOAN", "VATLI", "HOAHOC")
)
"""Nine scored subjects."""
ARTS = Combination(
    electives=("DIALI", "GDKTPL", "AMNHAC", "MITHUAT"), topics=("NGUVAN", "LICHSU", "MITHUAT")
)
"""Seven scored subjects: the fewest there can be."""
MUSIC_AND_SCIENCES = Combination(
    electives=("HOAHOC", "SINHHOC", "TINHOC", "AMNHAC"), topics=("HOAHOC", "SINHHOC", "TOAN")
)
COMBINATIONS = (
    SCIENCES,
    Combination(
        electives=("DIALI", "GDKTPL", "CONGNGHE", "TINHOC"), topics=("NGUVAN", "LICHSU", "DIALI")
    ),
    Combination(
        electives=("VATLI", "DIALI", "TINHOC", "CONGNGHE"), topics=("TOAN", "VATLI", "DIALI")
    ),
    Combination(
        electives=("DIALI", "GDKTPL", "SINHHOC", "TINHOC"), topics=("NGUVAN", "DIALI", "GDKTPL")
    ),
    MUSIC_AND_SCIENCES,
    ARTS,
)
"""Each satisfies the programme of 2018 (domain 13.3)."""


def taught_subjects(grade: int, combinations: Iterable[Combination]) -> tuple[SampleSubject, ...]:
    """Return all that a class is taught whose pupils chose these *combinations*."""
    if grade in LOWER_GRADES:
        return SUBJECTS
    chosen = {code for combination in combinations for code in combination.electives}
    return UPPER_COMPULSORY + tuple(one for one in UPPER_ELECTIVE if one.code in chosen)
