"""The first pupil of every sample class: the worked example of circular 22/2021 in the tests."""

from transcript_service.shared_database.sample.results import PupilMarks, TermScores
from transcript_service.shared_database.sample.subjects import SUBJECTS

FULL_NAME = "Nguyễn Thị Minh An"

_EXAMPLE = {
    "TOAN": ("80 90 85 90", 85, 88, "90 90 85 95", 90, 90),
    "NGUVAN": ("75 80 80 85", 80, 80, "80 80 85 80", 80, 83),
    "NGOAINGU1": ("50 45 60 50", 45, 53, "50 40 50 45", 48, 48),
    "GDCD": ("90 90", 85, 90, "90 100", 90, 90),
    "LSDL": ("80 80 75 90", 80, 85, "85 80 80 90", 85, 80),
    "KHTN": ("80 85 80 90", 80, 83, "90 80 90 85", 85, 88),
    "CONGNGHE": ("80 80 80", 90, 80, "80 80 90", 80, 85),
    "TINHOC": ("65 70", 70, 73, "70 75", 70, 75),
}
"""Regular marks, mid-term, end-term of term 1, then of term 2, in tenths."""


def minh_an_marks(grade: int) -> PupilMarks:
    """Return her marks; outside grade 8 as many regular marks as that grade has."""
    passed = (True, True, True, True)
    scores = {}
    for subject in SUBJECTS:
        if subject.scored:
            count = subject.regular_marks(grade)
            first, mid_1, end_1, second, mid_2, end_2 = _EXAMPLE[subject.code]
            scores[subject.code] = (
                TermScores(regular=_tenths(first, count), midterm=mid_1, final=end_1),
                TermScores(regular=_tenths(second, count), midterm=mid_2, final=end_2),
            )
    return PupilMarks(
        scores=scores,
        passes={subject.code: (passed, passed) for subject in SUBJECTS if not subject.scored},
        conduct=(2, 1),
        absent=6,
    )


def _tenths(marks: str, count: int) -> tuple[int, ...]:
    return tuple(map(int, marks.split()[:count]))
