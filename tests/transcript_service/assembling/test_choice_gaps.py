"""What stops a pupil of upper secondary school: choices, study topics, subjects of the class."""

from dataclasses import replace

import pytest

from tests.transcript_service.assembling.conftest import Example
from tests.transcript_service.assembling.upper_secondary import SCIENCES, example_of, topic_of
from transcript_service.assemble import examine


@pytest.fixture
def sciences() -> Example:
    return example_of(0)


def gaps_of(example):
    return examine(example.class_year, example.pupil_year, example.policy).gaps


def codes_of(example):
    return {gap.code for gap in gaps_of(example)}


def test_without_a_recorded_choice_a_class_of_two_combinations_stops(sciences):
    """Nobody guesses from the marks which subject a pupil should have had."""
    unknown = sciences.with_records(chosen_subjects=None)

    assert "CHOICE_INVALID" in codes_of(unknown)


@pytest.mark.parametrize("chosen", [SCIENCES[:3], (*SCIENCES, "geography")])
def test_four_subjects_must_be_chosen(sciences, chosen):
    """The programme of 2018 leaves no other number."""
    assert "CHOICE_INVALID" in codes_of(sciences.with_records(chosen_subjects=chosen))


def test_a_chosen_subject_that_the_class_is_not_taught_is_named(sciences):
    """Not in the class, so without teacher, marks and comment."""
    chosen = (*SCIENCES[:3], "fine_arts")

    found = gaps_of(sciences.with_records(chosen_subjects=chosen))

    assert ("CHOICE_INVALID", "monchon", "fine_arts") in {
        (gap.code, gap.place, gap.field) for gap in found
    }


def test_a_mark_in_a_subject_that_the_pupil_did_not_choose_is_named(sciences):
    """It would vanish from the transcript without a word."""
    stray = sciences.with_marks("geography", 1, "8 8 8 / 8 / 8")

    found = gaps_of(stray)

    assert {gap.code for gap in found} == {"CHOICE_INVALID"}
    assert {gap.record_id for gap in found} >= {"mark-geography-1-final_mark-1"}


@pytest.mark.parametrize(
    ("topics", "code"),
    [
        ((), "STUDY_TOPICS_INVALID"),
        (("mathematics", "physics"), "STUDY_TOPICS_INVALID"),
        (("mathematics", "physics", "geography"), "STUDY_TOPICS_INVALID"),
        (("mathematics", "physics", "physical_education"), "STUDY_TOPICS_INVALID"),
    ],
)
def test_study_topics_are_of_three_subjects_that_the_pupil_takes(sciences, topics, code):
    """None, too few, of a subject not taken, of one that has none."""
    records = tuple(topic_of(topic, term) for topic in topics for term in (1, 2))

    assert code in codes_of(sciences.with_records(study_topics=records))


def test_a_term_without_the_result_of_its_study_topic_lacks_a_regular_mark(sciences):
    """The topic's result is one of the required ones."""
    topics = tuple(
        topic for topic in sciences.pupil_year.study_topics if topic.record_id != "topic-physics-1"
    )

    (gap,) = gaps_of(sciences.with_records(study_topics=topics))

    assert (gap.code, gap.field) == ("MARK_COUNT", "physics.term_1.regular_mark")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"score": None}, "MARK_MISSING"),
        ({"passed": True}, "MARK_INVALID"),
        ({"score": None, "passed": True}, "MARK_INVALID"),
    ],
)
def test_the_result_of_a_study_topic_must_be_usable(sciences, changes, code):
    """A score as its subject has it."""
    first, *others = sciences.pupil_year.study_topics
    spoilt = sciences.with_records(study_topics=(replace(first, **changes), *others))

    found = [gap for gap in gaps_of(spoilt) if gap.place == "chuyende"]

    assert [(gap.code, gap.record_id) for gap in found] == [(code, first.record_id)]


def test_two_results_of_a_study_topic_in_one_term_are_named(sciences):
    """Nobody chooses between them."""
    first, *others = sciences.pupil_year.study_topics
    doubled = sciences.with_records(
        study_topics=(first, replace(first, record_id="topic-again"), *others)
    )

    assert {gap.record_id for gap in gaps_of(doubled) if gap.code == "DUPLICATE_RECORD"} == {
        first.record_id,
        "topic-again",
    }


def test_a_compulsory_subject_that_the_class_lacks_stops_everybody(sciences):
    """History is compulsory at this level."""
    subjects = tuple(
        subject
        for subject in sciences.class_year.school_class.subjects
        if subject.subject_code != "history"
    )

    found = gaps_of(sciences.with_class(subjects=subjects))

    assert ("CLASS_INCOMPLETE", "history") in {(gap.code, gap.field) for gap in found}


def test_the_level_is_that_of_the_class(sciences):
    """A grade of another level is refused, whatever school it stands in."""
    assert "CLASS_NOT_SUPPORTED" in codes_of(sciences.with_class(level="THCS"))
    assert "CLASS_NOT_SUPPORTED" in codes_of(sciences.with_class(grade=9))
    assert codes_of(sciences.with_class(level="GDTX")) >= {"CLASS_NOT_SUPPORTED"}
