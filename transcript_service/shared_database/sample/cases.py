"""Which pupils a sample class holds: special cases first, as many as there is room for."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from transcript_service.shared_database.sample.marks import Wish
from transcript_service.shared_database.sample.results import CHUA_DAT, DAT, KHA, TOT


class Case(StrEnum):
    """What is special about a pupil."""

    MINH_AN = "minh-an"
    ONE_WEAK_SUBJECT = "one-weak-subject"
    SATISFACTORY = "satisfactory"
    REASSESSED = "reassessed"
    PARTIAL_BIRTH_DATE = "partial-birth-date"
    TRANSFERRED = "transferred"
    FOREIGN = "foreign"
    MINORITY = "minority"
    EXEMPT = "exempt"
    SUMMER_TRAINING = "summer-training"
    ABSENT = "absent"
    FAILED_REASSESSMENT = "failed-reassessment"
    USUAL = "usual"
    ONE_WORD_NAME = "one-word-name"
    SIX_WORDS = "six-words"
    APOSTROPHE = "apostrophe"
    LONGEST = "longest"
    BARRED_D = "barred-d"
    BIRTH_MONTH = "birth-month"
    TRANSFERRED_OUT = "transferred-out"
    POLICY = "policy"
    DISABLED = "disabled"


OF_A_CLASS = tuple(Case)[: tuple(Case).index(Case.USUAL)]
"""Those of the demo's class, in the order in which they come when there is little room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Defects and traps to put into the sample data."""

    contradictions: int | None = None
    """Pupils whose stored results contradict their marks; None: 1 from 10, 2 from 20 pupils."""
    missing_marks: int = 0
    """Pupils without the end-term mark of one subject."""
    invalid_scores: int = 0
    """Pupils with a mark of 10.5."""
    decomposed_text: bool = True
    """Keep some text in Unicode NFD, as some school software does."""

    def contradictions_of(self, pupils: int) -> int:
        """Return how many pupils of a class contradict."""
        if self.contradictions is not None:
            return self.contradictions
        return 0 if pupils < 10 else 1 if pupils < 20 else 2


_LEVELS = (TOT, KHA, DAT, CHUA_DAT)
_SHARES = (27, 42, 28, 3)
_CONDUCTS = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (3, 3))
_CONDUCT_SHARES = {
    TOT: (90, 10, 0, 0, 0, 0),
    KHA: (70, 20, 5, 5, 0, 0),
    DAT: (55, 25, 5, 10, 5, 0),
    CHUA_DAT: (0, 20, 20, 30, 20, 10),
}
_FIXED = {
    Case.ONE_WEAK_SUBJECT: Wish(level=KHA, conduct=(1, 1), absent=3, one_weak_subject=True),
    Case.SATISFACTORY: Wish(level=DAT, conduct=(2, 2), absent=9),
    Case.REASSESSED: Wish(level=CHUA_DAT, conduct=(3, 3), absent=12, failed_subjects=("GDDP",)),
    Case.EXEMPT: Wish(level=KHA, conduct=(1, 1), absent=14, exempt_subjects=("GDTC",)),
    Case.SUMMER_TRAINING: Wish(level=DAT, conduct=(3, 4), absent=20),
    Case.ABSENT: Wish(level=DAT, conduct=(2, 2), absent=46),
    Case.FAILED_REASSESSMENT: Wish(level=CHUA_DAT, conduct=(3, 3), absent=30),
}


def list_cases(pupils: int) -> tuple[Case, ...]:
    """Return the case of each of *pupils* pupils."""
    special = OF_A_CLASS[:pupils]
    return (*special, *[Case.USUAL] * (pupils - len(special)))


def draw_wish(random: Random, case: Case) -> Wish:
    """Return what the year of a pupil of this case comes out as."""
    if case in _FIXED:
        return _FIXED[case]
    level = random.choices(_LEVELS, _SHARES)[0]
    if case is not Case.USUAL:
        level = KHA
    return Wish(
        level=level,
        conduct=random.choices(_CONDUCTS, _CONDUCT_SHARES[level])[0],
        absent=min(40, int(random.expovariate(1 / 5))),
    )
