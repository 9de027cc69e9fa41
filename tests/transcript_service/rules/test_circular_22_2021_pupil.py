"""A pupil's whole school year by Circular 22/2021: the worked examples of the domain."""

from decimal import Decimal

import pytest

from tests.transcript_service.rules.pupils import (
    COMMENTS,
    UPPER_COMMENTS,
    codes_of,
    marks,
    pupil,
    recorded,
    subject,
    with_subject,
)
from transcript_service.rules.circular_22_2021 import RulePolicy, SubjectResult
from transcript_service.rules.circular_22_2021_pupil import judge_year
from transcript_service.rules.circular_22_2021_year import ConductResult

POLICY = RulePolicy()
PASSED, NOT_PASSED = SubjectResult
GOOD, FAIR, PASS, NOT_PASS = ConductResult

MINH_AN = (
    ("mathematics", 140, "8 9 8.5 9 / 8.5 / 8.8", "9 9 8.5 9.5 / 9 / 9", "8.7 9.0 8.9"),
    ("literature", 140, "7.5 8 8 8.5 / 8 / 8", "8 8 8.5 8 / 8 / 8.3", "8.0 8.2 8.1"),
    ("foreign_language_1", 105, "5 4.5 6 5 / 4.5 / 5.3", "5 4 5 4.5 / 4.8 / 4.8", "5.0 4.7 4.8"),
    ("civic_education", 35, "9 9 / 8.5 / 9", "9 10 / 9 / 9", "8.9 9.1 9.0"),
    ("history_geography", 105, "8 8 7.5 9 / 8 / 8.5", "8.5 8 8 9 / 8.5 / 8", "8.2 8.3 8.3"),
    ("natural_science", 140, "8 8.5 8 9 / 8 / 8.3", "9 8 9 8.5 / 8.5 / 8.8", "8.3 8.7 8.6"),
    ("technology", 52, "8 8 8 / 9 / 8", "8 8 9 / 8 / 8.5", "8.3 8.3 8.3"),
    ("informatics", 35, "6.5 7 / 7 / 7.3", "7 7.5 / 7 / 7.5", "7.1 7.3 7.2"),
)


def test_the_worked_example_comes_out_from_its_marks():
    """Domain 12.1: Nguyễn Thị Minh An, grade 8, from marks to promotion."""
    taken = [
        subject(code, periods, marks(term_1), marks(term_2))
        for code, periods, term_1, term_2, _ in MINH_AN
    ]
    comments = recorded(dict.fromkeys(COMMENTS, PASSED))
    year = pupil([*taken, *comments], grade=8, conduct=(FAIR, GOOD), absent=6)

    judged = judge_year(year, POLICY)

    for found, (*_, expected) in zip(judged.subjects, MINH_AN, strict=False):
        assert " ".join(map(str, (found.term_1, found.term_2, found.full_year))) == expected
    assert judged.term_1.level == "Khá"
    assert judged.term_1.adjustment is None
    assert judged.term_2.adjustment.subject_code == "foreign_language_1"
    assert judged.full_year.adjustment.from_level == "Đạt"
    assert judged.full_year.level == "Khá"
    assert (judged.conduct, judged.promotion_status) == ("Tốt", "PROMOTED")
    assert judged.title is None
    assert judged.subjects_to_reassess == frozenset()
    assert judged.program_completed is None
    assert codes_of(year, judged) == []


@pytest.mark.parametrize(
    ("mathematics", "after", "status", "completed"),
    [("5.0", "Đạt", "PROMOTED_AFTER_RETEST", True), ("3.4", "Chưa đạt", "REPEAT", False)],
)
def test_the_worked_re_assessment_comes_out(mathematics, after, status, completed):
    """Domain 12.2, case 1; the results of the year itself stay as they are (12.4.9)."""
    scores = {
        "literature": "4.5",
        "mathematics": "3.2",
        "foreign_language_1": "5.1",
        "civic_education": "6.8",
        "history_geography": "5.6",
        "natural_science": "4.8",
        "technology": "6.2",
        "informatics": "5.9",
    }
    values = {code: Decimal(score) for code, score in scores.items()}
    values |= dict.fromkeys(COMMENTS, PASSED) | {"local_education": NOT_PASSED}
    year = pupil(recorded(values), grade=9, conduct=(PASS, PASS), absent=12)

    waiting = judge_year(year, POLICY)
    due = {"literature", "mathematics", "natural_science", "local_education"}
    assert (waiting.full_year.level, waiting.promotion_status) == ("Chưa đạt", "RETEST")
    assert waiting.program_completed is None
    assert waiting.subjects_to_reassess == due

    again = {"literature": "5.5", "mathematics": mathematics, "natural_science": "4.9"}
    for code, score in again.items():
        year = with_subject(year, code, reassessed=Decimal(score))
    judged = judge_year(with_subject(year, "local_education", reassessed=PASSED), POLICY)

    assert judged.academic_after_reassessment.level == after
    assert (judged.promotion_status, judged.program_completed) == (status, completed)
    assert judged.full_year.level == "Chưa đạt"
    assert {found.full_year for found in judged.subjects} == set(values.values())


@pytest.mark.parametrize(
    ("literature", "chemistry", "level", "title"),
    [
        ("8.2", "9.0", "Tốt", "Học sinh Xuất sắc"),
        ("8.2", "8.9", "Tốt", "Học sinh Giỏi"),
        ("6.4", "9.0", "Khá", None),
        ("4.9", "9.0", "Khá", None),
    ],
)
def test_titles_of_a_pupil_with_nine_scored_subjects(literature, chemistry, level, title):
    """Domain 12.2, case 2, grade 10."""
    scores = {
        "literature": literature,
        "mathematics": "9.4",
        "foreign_language_1": "9.1",
        "history": "8.6",
        "defense_security_education": "9.2",
        "physics": "9.5",
        "chemistry": chemistry,
        "biology": "8.8",
        "informatics": "9.3",
    }
    values = {code: Decimal(score) for code, score in scores.items()}
    values |= dict.fromkeys(UPPER_COMMENTS, PASSED)
    judged = judge_year(pupil(recorded(values), grade=10, conduct=(GOOD, GOOD)), POLICY)

    assert (judged.full_year.level, judged.title) == (level, title)


def test_two_chosen_subjects_by_comment_leave_seven_scored_ones():
    """Domain 12.2, case 3: enough for Tốt."""
    scores = {
        "literature": "8.2",
        "mathematics": "8.0",
        "history": "8.4",
        "foreign_language_1": "8.6",
        "defense_security_education": "9.2",
        "geography": "8.0",
        "physics": "6.5",
    }
    values = {code: Decimal(score) for code, score in scores.items()}
    values |= dict.fromkeys((*UPPER_COMMENTS, "music", "fine_arts"), PASSED)
    year = pupil(recorded(values), grade=10, conduct=(GOOD, GOOD))

    judged = judge_year(year, POLICY)

    assert (judged.full_year.level, judged.title) == ("Tốt", "Học sinh Giỏi")
    assert codes_of(year, judged) == []
