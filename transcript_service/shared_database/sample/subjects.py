"""Subjects of lower-secondary school as the sample data's upstream names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSubject:
    """A subject: upstream code, periods a year in grades 6 to 9, how it is assessed."""

    code: str
    periods: tuple[int, int, int, int]
    scored: bool

    def regular_marks(self, grade: int) -> int:
        """Return the number of ĐĐGtx in a term (Circular 22/2021, article 6)."""
        if not self.scored:
            return 2
        periods = self.periods[grade - 6]
        return 2 if periods <= 35 else 3 if periods <= 70 else 4


def _always(periods: int) -> tuple[int, int, int, int]:
    return (periods, periods, periods, periods)


SUBJECTS = (
    SampleSubject(code="NGUVAN", periods=_always(140), scored=True),
    SampleSubject(code="TOAN", periods=_always(140), scored=True),
    SampleSubject(code="NGOAINGU1", periods=_always(105), scored=True),
    SampleSubject(code="GDCD", periods=_always(35), scored=True),
    SampleSubject(code="LSDL", periods=_always(105), scored=True),
    SampleSubject(code="KHTN", periods=_always(140), scored=True),
    SampleSubject(code="CONGNGHE", periods=(35, 35, 52, 52), scored=True),
    SampleSubject(code="TINHOC", periods=_always(35), scored=True),
    SampleSubject(code="GDTC", periods=_always(70), scored=False),
    SampleSubject(code="NGHETHUAT", periods=_always(70), scored=False),
    SampleSubject(code="HDTNHN", periods=_always(105), scored=False),
    SampleSubject(code="GDDP", periods=_always(35), scored=False),
)
SCORED = tuple(subject for subject in SUBJECTS if subject.scored)
"""Domain section 13.2."""
