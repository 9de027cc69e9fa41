"""Which subjects a pupil of upper secondary school takes."""

from itertools import combinations

import pytest

from transcript_service.rules.circular_22_2021_marks import assessment_of
from transcript_service.rules.programme_2018 import (
    COMPULSORY_SUBJECTS,
    ELECTIVE_SUBJECTS,
    OPTIONAL_SUBJECTS,
    STUDY_TOPIC_SUBJECTS,
    find_choice_problems,
)

SCIENCES = ("physics", "chemistry", "biology", "informatics")
TOPICS = ("mathematics", "physics", "chemistry")


def problems_of(subjects, topics=TOPICS):
    return [
        (problem.code, problem.subject_code) for problem in find_choice_problems(subjects, topics)
    ]


def test_every_choice_of_four_is_allowed_and_leaves_seven_to_nine_scored_subjects():
    """Domain 12.4.3: five compulsory scored ones and two to four of those chosen."""
    counts = set()
    for chosen in combinations(ELECTIVE_SUBJECTS, 4):
        subjects = (*COMPULSORY_SUBJECTS, *chosen)
        assert problems_of(subjects, ("literature", "mathematics", "history")) == []
        counts.add(sum(assessment_of(code) == "score" for code in subjects))

    assert counts == {7, 8, 9}


def test_two_years_may_have_different_choices():
    """Domain 12.4.8: the list is per year."""
    assert problems_of((*COMPULSORY_SUBJECTS, *SCIENCES)) == []
    other = ("geography", "economic_legal_education", "music", "fine_arts")
    assert problems_of((*COMPULSORY_SUBJECTS, *other), ("geography", "music", "history")) == []


def test_optional_subjects_come_in_addition():
    """A minority's language and a second foreign language take nobody's place."""
    assert problems_of((*COMPULSORY_SUBJECTS, *SCIENCES, *OPTIONAL_SUBJECTS)) == []
    assert problems_of((*COMPULSORY_SUBJECTS, *SCIENCES[:3], *OPTIONAL_SUBJECTS)) == [
        ("ELECTIVE_COUNT", None)
    ]


@pytest.mark.parametrize(
    ("subjects", "problem"),
    [
        ((*COMPULSORY_SUBJECTS[1:], *SCIENCES), ("COMPULSORY_MISSING", "literature")),
        ((*COMPULSORY_SUBJECTS, *SCIENCES, "geography"), ("ELECTIVE_COUNT", None)),
        ((*COMPULSORY_SUBJECTS, *SCIENCES, "history"), ("SUBJECT_TWICE", "history")),
        ((*COMPULSORY_SUBJECTS, *SCIENCES, "arts"), ("SUBJECT_UNKNOWN", "arts")),
    ],
)
def test_a_wrong_list_of_subjects_is_named(subjects, problem):
    """One defect, one problem, with the subject where there is one."""
    assert problems_of(subjects) == [problem]


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        (("mathematics", "physics"), ("STUDY_TOPIC_COUNT", None)),
        (("mathematics", "physics", "physics"), ("STUDY_TOPIC_COUNT", None)),
        ((*TOPICS, "biology"), ("STUDY_TOPIC_COUNT", None)),
        (
            ("mathematics", "physics", "geography"),
            ("STUDY_TOPIC_SUBJECT_NOT_TAKEN", "geography"),
        ),
        (
            ("mathematics", "physics", "foreign_language_1"),
            ("STUDY_TOPIC_NOT_OFFERED", "foreign_language_1"),
        ),
    ],
)
def test_a_wrong_list_of_study_topics_is_named(topics, problem):
    """Three clusters, each of a subject that the pupil takes and that offers one."""
    assert problems_of((*COMPULSORY_SUBJECTS, *SCIENCES), topics) == [problem]


def test_study_topics_are_offered_in_twelve_subjects():
    """Literature, mathematics, history and each subject that can be chosen."""
    assert len(STUDY_TOPIC_SUBJECTS) == 12
    assert set(ELECTIVE_SUBJECTS) < set(STUDY_TOPIC_SUBJECTS)
