"""Two implementations of Circular 22/2021, made from its text in two styles, agree."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from functools import cache

import pytest

from tests.transcript_service.rules.plain_pupils import pupil_value
from tests.transcript_service.rules.random_pupils import random_pupils
from tests.transcript_service.rules.second_implementation import judge
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.rules.circular_22_2021_marks import MissingMarks
from transcript_service.rules.circular_22_2021_pupil import judge_year
from transcript_service.rules.open_points import find_open_points
from transcript_service.rules.pupil_in_year import OpenPointCode

SEED = int(os.environ.get("SOAK_SEED", "22"))
SOAK_PARTS, SOAK_PART = 10, 10_000


def text_of(value):
    return f"{value:.1f}" if isinstance(value, Decimal) else value


def level_text(decision):
    if decision is None:
        return None
    lifted = decision.adjustment
    return [decision.level, None if lifted is None else [lifted.from_level, lifted.subject_code]]


def judge_by_rules(pupil):
    """Let the package judge, and write its answer as the second implementation does."""
    value, policy = pupil_value(pupil), RulePolicy(**pupil["policy"])
    try:
        judged = judge_year(value, policy)
    except MissingMarks:
        return {"blocked": "missing"}
    except ValueError:
        return {"blocked": "contradiction"}
    return {
        "subjects": {
            subject.subject_code: [
                text_of(found) for found in (subject.term_1, subject.term_2, subject.full_year)
            ]
            for subject in judged.subjects
        },
        "levels": [level_text(found) for found in (judged.term_1, judged.term_2, judged.full_year)],
        "conduct": judged.conduct,
        "due": sorted(judged.subjects_to_reassess),
        "again": level_text(judged.academic_after_reassessment),
        "status": judged.promotion_status,
        "completed": judged.program_completed,
        "title": judged.title,
        "points": sorted(
            [point.code, point.place] for point in find_open_points(value, judged, policy)
        ),
    }


def answers(seed: int, count: int) -> Iterator[tuple[dict, dict, dict]]:
    """Give pupils with the answers of both."""
    for pupil in random_pupils(seed, count):
        yield pupil, judge_by_rules(pupil), judge(pupil)


@cache
def sample() -> list[tuple[dict, dict, dict]]:
    return list(answers(SEED, 3_000))


def test_both_implementations_agree_on_a_sample_of_random_pupils():
    """Marks, levels, conduct, promotion, completion, title and open points; 3,000 pupils."""
    differing = [answer for answer in sample() if answer[1] != answer[2]]

    assert differing[:1] == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_both_implementations_agree_on_100_000_random_pupils(part):
    """The same with ten times 10,000 pupils; `SOAK_SEED` chooses others."""
    differing = (
        answer for answer in answers(SEED * 1_000 + part, SOAK_PART) if answer[1] != answer[2]
    )

    assert next(differing, None) is None


def test_the_sample_reaches_every_result():
    """A sample in which something never happens says nothing about it."""
    judged = [answer for _, _, answer in sample() if "blocked" not in answer]

    def seen(name: str) -> set:
        return {answer[name] for answer in judged}

    years = [answer["levels"][2] for answer in judged]
    assert {answer.get("blocked") for _, _, answer in sample()} == {
        None,
        "missing",
        "contradiction",
    }
    assert {(lifted and lifted[0], level) for level, lifted in years} == {
        *((None, level) for level in ("Tốt", "Khá", "Đạt", "Chưa đạt")),
        ("Đạt", "Khá"),
        ("Chưa đạt", "Đạt"),
    }
    assert len(seen("status")) == 6
    assert seen("title") == {None, "Học sinh Giỏi", "Học sinh Xuất sắc"}
    assert seen("completed") == {None, True, False}
    assert len(seen("conduct")) == 4
    assert {answer["again"][0] for answer in judged if answer["again"]} >= {"Đạt", "Chưa đạt"}
    assert {code for answer in judged for code, _ in answer["points"]} == set(OpenPointCode)


@pytest.mark.parametrize(
    ("text", "not_passed", "policy", "level"),
    [
        ("80*6 65*2", 0, {}, "Tốt"),
        ("80*5 79 65*2", 0, {}, "Khá"),
        ("80*5 65*2 64", 0, {}, "Khá"),
        ("65*6 50*2", 0, {}, "Khá"),
        ("65*5 64 50*2", 0, {}, "Đạt"),
        ("50*6 35*2", 0, {}, "Đạt"),
        ("50*5 49 35*2", 0, {}, "Chưa đạt"),
        ("50*7 34", 0, {}, "Chưa đạt"),
        ("85*7 60", 0, {}, "Khá"),
        ("85*7 40", 0, {}, "Khá"),
        ("85*7 30", 0, {}, "Đạt"),
        ("70*7 34", 0, {}, "Đạt"),
        ("60*7 34", 0, {}, "Chưa đạt"),
        ("85*6 40*2", 0, {}, "Đạt"),
        ("85*8", 1, {}, "Khá"),
        ("85*8", 1, {"nx_subject_counts": False}, "Đạt"),
        ("85*8", 2, {}, "Chưa đạt"),
        ("85*7 40", 1, {}, "Đạt"),
        ("80*5 70*2 40", 0, {}, "Khá"),
        ("80*5 70*2 40", 0, {"single_subject_test": "exclude"}, "Đạt"),
        ("65*5 50*2 34", 0, {}, "Đạt"),
        ("65*5 50*2 34", 0, {"single_subject_test": "exclude"}, "Chưa đạt"),
        ("80*5 65*2", 0, {"min_count": 5}, "Tốt"),
        ("80*5 65*2", 0, {}, "Khá"),
    ],
)
def test_both_implementations_agree_with_the_vectors(text, not_passed, policy, level):
    """Domain 12.3, T01 to T20, as results of a year."""
    pupil = pupil_of(text, not_passed, policy)

    assert judge(pupil)["levels"][2][0] == level
    assert judge_by_rules(pupil) == judge(pupil)


def pupil_of(text: str, not_passed: int, policy: dict) -> dict:
    """Make a pupil whose terms were recorded elsewhere: `80*6 65*2` and four by comment."""
    scores = [
        int(score)
        for part in text.split()
        for score, _, count in [part.partition("*")]
        for _ in range(int(count or 1))
    ]
    comments = {
        code: place >= not_passed
        for place, code in enumerate(("arts", "music", "fine_arts", "local_education"))
    }
    values = {f"s{place}": score for place, score in enumerate(scores)} | comments
    return {
        "grade": 8,
        "subjects": [
            {
                "code": code,
                "periods": 70,
                "status": "normal",
                "term_1": {"recorded": value},
                "term_2": {"recorded": value},
                "decided": None,
                "plan": None,
                "again": None,
            }
            for code, value in values.items()
        ],
        "conduct": ["Khá", "Tốt"],
        "decided_conduct": None,
        "absent": [4, 2],
        "summer": None,
        "decision": None,
        "policy": asdict(RulePolicy()) | policy,
    }
