"""
The worked examples and edge cases of the domain, each as a pupil of the sample: at least once.

`numbers` are those of the domain's sections: `12.3-T07` is the seventh test vector of 12.3. What
belongs to a class or school rather than to a pupil (12.4, 11 and 15) is in the plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from transcript_service.shared_database.sample.cases import Case
from transcript_service.shared_database.sample.defect_kinds import STOPPING_CASES, DefectKind
from transcript_service.shared_database.sample.exact_marks import ExactYear
from transcript_service.shared_database.sample.marks import Wish
from transcript_service.shared_database.sample.pupil import INCLUSIVE, PARTLY_EXEMPT
from transcript_service.shared_database.sample.results import CHUA_DAT, DAT, KHA, TOT
from transcript_service.shared_database.sample.subjects import (
    ARTS,
    LOWER_GRADES,
    MUSIC_AND_SCIENCES,
    SCIENCES,
    UPPER_GRADES,
    Combination,
)

_ALL_GRADES = LOWER_GRADES + UPPER_GRADES


class Twist(StrEnum):
    """What happens to a pupil's records after they were entered as usual."""

    TERM_1_MISSING = "term-1-missing"
    MOVED_AWAY = "moved-away"
    CORRECTED = "corrected"
    OTHER_CHOICE_BEFORE = "other-choice-before"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialCase:
    """A pupil who shows something: where he may stand, who he is, how his year comes out."""

    numbers: tuple[str, ...]
    grades: tuple[int, ...] = _ALL_GRADES
    case: Case = Case.USUAL
    exact: ExactYear | None = None
    wish: Wish | None = None
    chosen: Combination | None = None
    """What he chose (THPT); None for anything that his class offers."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    twist: Twist | None = None
    defect: DefectKind | None = None
    """What a quality gate finds in him; clean samples leave out `STOPPING_CASES`."""


_READINGS_DIFFER = (15, 18, 19)
"""Test vectors whose level depends on how article 9.3 is read (domain 2.5)."""


def _vector(number: int, averages: tuple[int, ...], failed: tuple[str, ...] = ()) -> SpecialCase:
    return SpecialCase(
        numbers=(f"12.3-T{number:02}",),
        defect=DefectKind.RULE_OPEN_POINT if number in _READINGS_DIFFER else None,
        grades=LOWER_GRADES,
        exact=ExactYear(averages=averages, failed_subjects=failed, conduct=(2, 2), absent=5),
    )


_VECTORS = (
    _vector(1, (80,) * 6 + (65,) * 2),
    _vector(2, (80,) * 5 + (79,) + (65,) * 2),
    _vector(3, (80,) * 5 + (65,) * 2 + (64,)),
    _vector(4, (65,) * 6 + (50,) * 2),
    _vector(5, (65,) * 5 + (64,) + (50,) * 2),
    _vector(6, (50,) * 6 + (35,) * 2),
    _vector(7, (50,) * 5 + (49,) + (35,) * 2),
    _vector(8, (50,) * 7 + (34,)),
    _vector(9, (85,) * 7 + (60,)),
    _vector(10, (85,) * 7 + (40,)),
    _vector(11, (85,) * 7 + (30,)),
    _vector(12, (70,) * 7 + (34,)),
    _vector(13, (60,) * 7 + (34,)),
    _vector(14, (85,) * 6 + (40,) * 2),
    _vector(15, (85,) * 8, ("GDDP",)),
    _vector(16, (85,) * 8, ("GDDP", "HDTNHN")),
    _vector(17, (85,) * 7 + (40,), ("NGHETHUAT",)),
    _vector(18, (80,) * 5 + (70,) * 2 + (40,)),
    _vector(19, (65,) * 5 + (50,) * 2 + (34,)),
    SpecialCase(
        numbers=("12.3-T20",),
        grades=UPPER_GRADES,
        chosen=ARTS,
        exact=ExactYear(averages=(80,) * 5 + (65,) * 2),
    ),
)
"""T20 is told of continuing education, which asks for five subjects; here the level is Khá."""


def _retest(mathematics: int) -> ExactYear:
    return ExactYear(
        averages={
            "NGUVAN": 45, "TOAN": 32, "NGOAINGU1": 51, "GDCD": 68,
            "LSDL": 56, "KHTN": 48, "CONGNGHE": 62, "TINHOC": 59,
        },
        failed_subjects=("GDDP",),
        conduct=(3, 3),
        absent=12,
        again={"NGUVAN": 55, "TOAN": mathematics, "KHTN": 49},
    )  # fmt: skip


def _outstanding(**other: int) -> SpecialCase:
    """Grade 10, nine scored subjects."""
    averages = {
        "NGUVAN": 82, "TOAN": 94, "NGOAINGU1": 91, "LICHSU": 86, "GDQPAN": 92,
        "VATLI": 95, "HOAHOC": 90, "SINHHOC": 88, "TINHOC": 93,
    }  # fmt: skip
    return SpecialCase(
        numbers=("12.2-2",),
        grades=(10,),
        chosen=SCIENCES,
        exact=ExactYear(averages=averages | other, conduct=(1, 1)),
    )


_WORKED_EXAMPLES = (
    SpecialCase(numbers=("12.1", "12.4-4"), grades=(8,), case=Case.MINH_AN),
    SpecialCase(numbers=("12.2-1", "12.4-9"), grades=LOWER_GRADES, exact=_retest(50)),
    SpecialCase(numbers=("12.2-1",), grades=LOWER_GRADES, exact=_retest(34)),
    _outstanding(),
    _outstanding(HOAHOC=89),
    _outstanding(NGUVAN=64),
    _outstanding(NGUVAN=49),
    SpecialCase(
        numbers=("12.2-3", "12.4-3"),
        grades=(10,),
        chosen=ARTS,
        exact=ExactYear(averages=(82, 80, 84, 86, 92, 80, 65)),
    ),
)
_FAIR = Wish(level=KHA, conduct=(1, 1), absent=2)


def _absent(sessions: int) -> SpecialCase:
    return SpecialCase(numbers=("12.4-6",), wish=Wish(level=DAT, conduct=(2, 2), absent=sessions))


def _named(case: Case, *numbers: str) -> SpecialCase:
    return SpecialCase(numbers=numbers, case=case, wish=_FAIR)


_EDGES = (
    SpecialCase(
        numbers=("12.4-2",),
        grades=LOWER_GRADES,
        wish=Wish(level=KHA, conduct=(1, 1), absent=14, exempt_subjects=("GDTC",)),
    ),
    SpecialCase(
        numbers=("12.4-2",),
        grades=UPPER_GRADES,
        chosen=ARTS,
        exact=ExactYear(averages=(70, 68, 72, 66, 71), exempt_subjects=("GDQPAN", "NGOAINGU1")),
        defect=DefectKind.TOO_FEW_SUBJECTS,
    ),
    SpecialCase(
        numbers=("12.4-5",),
        grades=(8, 9),
        exact=ExactYear(averages=(60,) * 7, totals={"CONGNGHE": 276}, conduct=(2, 2)),
    ),
    _absent(44),
    _absent(45),
    _absent(46),
    SpecialCase(
        numbers=("12.4-7",),
        wish=_FAIR,
        twist=Twist.TERM_1_MISSING,
        defect=DefectKind.TERM_1_MISSING,
    ),
    SpecialCase(
        numbers=("12.4-8",),
        grades=(11,),
        wish=_FAIR,
        chosen=MUSIC_AND_SCIENCES,
        twist=Twist.OTHER_CHOICE_BEFORE,
    ),
    SpecialCase(numbers=("12.4-10",), wish=Wish(level=DAT, conduct=(3, 4), absent=20)),
    _named(Case.ONE_WORD_NAME, "12.4-12"),
    _named(Case.APOSTROPHE, "12.4-12"),
    _named(Case.SIX_WORDS, "12.4-12"),
    _named(Case.BARRED_D, "12.4-12"),
    SpecialCase(
        numbers=("12.4-12", "13.4-foreign"),
        case=Case.FOREIGN,
        wish=_FAIR,
        defect=DefectKind.PERSONAL_ID_MISSING,
    ),
    _named(Case.PARTIAL_BIRTH_DATE, "12.4-13"),
    _named(Case.BIRTH_MONTH, "12.4-13"),
    SpecialCase(
        numbers=("12.4-14",),
        wish=Wish(level=DAT, conduct=(2, 2), absent=7, failed_subjects=("HDTNHN",)),
    ),
    SpecialCase(
        numbers=("12.4-16", "13.4-transferred"),
        grades=(7, 8, 9, 11, 12),
        case=Case.TRANSFERRED,
        wish=_FAIR,
    ),
    SpecialCase(
        numbers=("12.4-16", "13.4-moved-away"),
        case=Case.TRANSFERRED_OUT,
        wish=_FAIR,
        twist=Twist.MOVED_AWAY,
    ),
)
_OTHERS = (
    _named(Case.MINORITY, "13.4-minority"),
    _named(Case.LONGEST, "13.4-longest"),
    _named(Case.POLICY, "13.4-policy"),
    SpecialCase(
        numbers=("13.4-disabled",),
        case=Case.DISABLED,
        wish=Wish(level=DAT, conduct=(2, 2), absent=10),
        statuses={"TOAN": INCLUSIVE, "NGUVAN": INCLUSIVE},
        defect=DefectKind.RULE_OPEN_POINT,
    ),
    SpecialCase(numbers=("2.2-partly-exempt",), wish=_FAIR, statuses={"GDTC": PARTLY_EXEMPT}),
    SpecialCase(numbers=("13.4-corrected",), wish=_FAIR, twist=Twist.CORRECTED),
    SpecialCase(
        numbers=("2.7-both-failed",),
        wish=Wish(level=CHUA_DAT, conduct=(3, 4), absent=31),
        defect=DefectKind.PROMOTION_UNCLEAR,
    ),
    SpecialCase(numbers=("2.8-award",), wish=Wish(level=TOT, conduct=(2, 1), absent=0)),
)
SPECIAL_CASES = (*_WORKED_EXAMPLES, *_VECTORS, *_EDGES, *_OTHERS)
"""In the order in which they find room."""
_IN_EVERY_SCHOOL = (
    "12.4-2",
    "12.4-10",
    "12.4-13",
    "13.4-transferred",
    "13.4-moved-away",
    "13.4-foreign",
    "13.4-disabled",
    "13.4-corrected",
)
IN_EVERY_SCHOOL = tuple(
    case
    for case in SPECIAL_CASES
    if case.defect not in STOPPING_CASES and set(case.numbers) & set(_IN_EVERY_SCHOOL)
)
"""Those that a school of some size always has."""
