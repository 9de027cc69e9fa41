"""The sample's own computation, against the worked examples of the circular's rules."""

import pytest

from transcript_service.shared_database.sample.minh_an import minh_an_marks
from transcript_service.shared_database.sample.results import (
    CHUA_DAT,
    DAT,
    KHA,
    TOT,
    PupilMarks,
    TermScores,
    academic_level,
    compute_results,
    is_lifted,
    needs_reassessment,
)

VECTORS = {
    "T01": ([80] * 6 + [65] * 2, 0, TOT),
    "T02": ([80] * 5 + [79] + [65] * 2, 0, KHA),
    "T03": ([80] * 5 + [65] * 2 + [64], 0, KHA),
    "T04": ([65] * 6 + [50] * 2, 0, KHA),
    "T05": ([65] * 5 + [64] + [50] * 2, 0, DAT),
    "T06": ([50] * 6 + [35] * 2, 0, DAT),
    "T07": ([50] * 5 + [49] + [35] * 2, 0, CHUA_DAT),
    "T08": ([50] * 7 + [34], 0, CHUA_DAT),
    "T09": ([85] * 7 + [60], 0, KHA),
    "T10": ([85] * 7 + [40], 0, KHA),
    "T11": ([85] * 7 + [30], 0, DAT),
    "T12": ([70] * 7 + [34], 0, DAT),
    "T13": ([60] * 7 + [34], 0, CHUA_DAT),
    "T14": ([85] * 6 + [40] * 2, 0, DAT),
    "T15": ([85] * 8, 1, KHA),
    "T16": ([85] * 8, 2, CHUA_DAT),
    "T17": ([85] * 7 + [40], 1, DAT),
    "T18": ([80] * 5 + [70] * 2 + [40], 0, KHA),
    "T19": ([65] * 5 + [50] * 2 + [34], 0, DAT),
}
"""Domain 12.3: scores in tenths, subjects not passed, level after article 9.3 (replace)."""


def _levels(scores, failed):
    by_subject = {f"s{number}": score for number, score in enumerate(scores)}
    passes = {f"c{number}": number >= failed for number in range(4)}
    return by_subject, passes


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_domain_hold(name):
    """T01 to T19; T20 is another regulation."""
    scores, failed, level = VECTORS[name]

    assert academic_level(*_levels(scores, failed)) == level


def test_the_lift_is_told_apart():
    """T10 is lifted, T09 is not."""
    assert is_lifted(*_levels(*VECTORS["T10"][:2]))
    assert not is_lifted(*_levels(*VECTORS["T09"][:2]))


def test_minh_an_comes_out_as_in_the_worked_example():
    """Domain 12.1, number by number."""
    first, second, year = compute_results(minh_an_marks(8))

    assert first.scores == {
        "TOAN": 87, "NGUVAN": 80, "NGOAINGU1": 50, "GDCD": 89,
        "LSDL": 82, "KHTN": 83, "CONGNGHE": 83, "TINHOC": 71,
    }  # fmt: skip
    assert second.scores == {
        "TOAN": 90, "NGUVAN": 82, "NGOAINGU1": 47, "GDCD": 91,
        "LSDL": 83, "KHTN": 87, "CONGNGHE": 83, "TINHOC": 73,
    }  # fmt: skip
    assert year.scores == {
        "TOAN": 89, "NGUVAN": 81, "NGOAINGU1": 48, "GDCD": 90,
        "LSDL": 83, "KHTN": 86, "CONGNGHE": 83, "TINHOC": 72,
    }  # fmt: skip
    assert [result.academic for result in (first, second, year)] == [KHA, KHA, KHA]
    assert [result.conduct for result in (first, second, year)] == [KHA, TOT, TOT]
    assert year.promoted is True


def _pupil(scores, failed=(), **changes):
    terms = {
        subject: (TermScores(regular=(score,) * 2, midterm=score, final=score),) * 2
        for subject, score in scores.items()
    }
    passes = {
        subject: ((True,) * 4, (subject not in failed,) * 4)
        for subject in ("GDTC", "NGHETHUAT", "HDTNHN", "GDDP")
    }
    known = {"scores": terms, "passes": passes, "conduct": (3, 3), "absent": 12}
    return PupilMarks(**known | changes)


REASSESSED = {
    "NGUVAN": 45, "TOAN": 32, "NGOAINGU1": 51, "GDCD": 68,
    "LSDL": 56, "KHTN": 48, "CONGNGHE": 62, "TINHOC": 59,
}  # fmt: skip


@pytest.mark.parametrize(("toan", "promoted"), [(50, True), (34, False)])
def test_reassessment_decides_about_promotion_only(toan, promoted):
    """Domain 12.2 case 1, and its variant; the year's level stays."""
    marks = _pupil(
        REASSESSED,
        failed=("GDDP",),
        reassessed_scores={"NGUVAN": 55, "TOAN": toan, "KHTN": 49},
        reassessed_passes={"GDDP": True},
    )

    year = compute_results(marks)[2]

    assert needs_reassessment(year) == (("NGUVAN", "TOAN", "KHTN"), ("GDDP",))
    assert (year.academic, year.promoted) == (CHUA_DAT, promoted)


@pytest.mark.parametrize(("absent", "promoted"), [(45, True), (46, False)])
def test_the_46th_absence_fails(absent, promoted):
    """Article 12."""
    marks = _pupil(dict.fromkeys(REASSESSED, 70), absent=absent)

    assert compute_results(marks)[2].promoted is promoted


@pytest.mark.parametrize(("after", "promoted"), [(None, False), (3, True), (4, False)])
def test_summer_training_can_repair_conduct(after, promoted):
    """Article 13."""
    marks = _pupil(dict.fromkeys(REASSESSED, 70), conduct=(3, 4), conduct_after_summer=after)

    year = compute_results(marks)[2]

    assert (year.conduct, year.promoted) == (4, promoted)
