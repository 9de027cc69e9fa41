"""From the assessments of a term to the result of a subject."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.rules.circular_22_2021 import RulePolicy, SubjectResult
from transcript_service.rules.circular_22_2021_marks import (
    ManualResult,
    MissingMarks,
    NotTaken,
    TermMarks,
    assessment_of,
    on_scale_of_ten,
    required_regular,
    term_result,
    year_result,
)
from transcript_service.subjects import THCS_SUBJECTS

POLICY = RulePolicy()
NOT_TAKEN = NotTaken.NOT_MADE_UP
PASSED, NOT_PASSED = SubjectResult


def marks_of(regular: str, midterm: str, final: str, topic: str | None = None) -> TermMarks:
    """Read marks; `-` is one that was neither taken nor made up, `?` is missing."""

    def mark(text: str) -> Decimal | NotTaken | None:
        return {"-": NOT_TAKEN, "?": None}[text] if text in "-?" else Decimal(text)

    return TermMarks(
        regular=tuple(mark(text) for text in regular.split()),
        midterm=mark(midterm),
        final=mark(final),
        study_topic=None if topic is None else mark(topic),
    )


def all_passed(**changes) -> TermMarks:
    return replace(TermMarks(regular=(True, True), midterm=True, final=True), **changes)


def test_the_kinds_of_assessment_agree_with_the_programme_of_lower_secondary_school():
    """Article 5.1 names the subjects by comment; every other one is scored."""
    for code, subject in THCS_SUBJECTS.items():
        assert assessment_of(code) == subject.assessment
    for code in ("music", "fine_arts"):
        assert assessment_of(code) == "comment"
    assert assessment_of("defense_security_education") == "score"


@pytest.mark.parametrize(
    ("points", "greatest", "score"),
    [("40", "40", "10.0"), ("33", "40", "8.3"), ("0", "20", "0.0"), ("62.5", "100", "6.3")],
)
def test_another_scale_is_converted_and_rounded_half_up(points, greatest, score):
    """Article 5.3; 33 of 40 are 8.25, which becomes 8.3."""
    assert str(on_scale_of_ten(Decimal(points), Decimal(greatest))) == score


@pytest.mark.parametrize(
    ("points", "greatest"), [("41", "40"), ("-1", "40"), ("0", "0"), ("NaN", "10"), ("1", "Inf")]
)
def test_points_outside_their_scale_are_refused(points, greatest):
    """No score is made of what cannot be one."""
    with pytest.raises(ValueError, match="between 0 and the greatest"):
        on_scale_of_ten(Decimal(points), Decimal(greatest))


@pytest.mark.parametrize(
    ("code", "periods", "within", "additional"),
    [
        ("physics", 70, 2, 3),
        ("mathematics", 105, 3, 4),
        ("history", 52, 2, 3),
        ("music", 70, 1, 2),
    ],
)
def test_a_study_topic_is_one_regular_assessment(code, periods, within, additional):
    """Article 6: by the reading in use one of those required, or one more."""
    more = RulePolicy(study_topic_mark="additional")

    assert required_regular(code, periods, has_study_topic=True, policy=POLICY) == within
    assert required_regular(code, periods, has_study_topic=True, policy=more) == additional
    assert required_regular(code, periods, has_study_topic=False, policy=POLICY) == additional


def test_the_mark_of_a_study_topic_counts_once():
    """(8 + 7 + 9 + 2·8 + 3·8)/8 = 8.0; as an additional mark it is divided by 9."""
    within = marks_of("8 7", "8", "8", topic="9")
    additional = marks_of("8 7 8", "8", "8", topic="3")
    policy = RulePolicy(study_topic_mark="additional")

    assert term_result("physics", 70, within, POLICY) == Decimal("8.0")
    assert term_result("physics", 70, additional, policy) == Decimal("7.3")
    with pytest.raises(MissingMarks, match="3 regular marks, 2 are required"):
        term_result("physics", 70, additional, POLICY)


def test_a_study_topic_not_passed_fails_a_chosen_subject_by_comment():
    """Music and fine arts have study topics, too; all assessments must be Đạt."""
    marks = TermMarks(regular=(True,), midterm=True, final=True, study_topic=True)

    assert term_result("music", 70, marks, POLICY) is PASSED
    assert term_result("music", 70, replace(marks, study_topic=False), POLICY) is NOT_PASSED


@pytest.mark.parametrize(
    ("regular", "midterm", "final"),
    [("8 ?", "8", "8"), ("8 8", "?", "8"), ("8 8", "8", "?"), ("8", "8", "8"), ("8 8 8", "8", "8")],
)
def test_a_missing_mark_blocks_the_average(regular, midterm, final):
    """Domain 12.4.1: it is never taken for a zero, and one too many is not chosen between."""
    with pytest.raises(MissingMarks, match="mark"):
        term_result("civic_education", 35, marks_of(regular, midterm, final), POLICY)


def test_what_was_not_made_up_is_a_zero_or_not_passed():
    """Article 7.5: (8 + 8 + 0 + 3·8)/7 = 5.71; in a subject by comment one is enough."""
    assert term_result("civic_education", 35, marks_of("8 8", "-", "8"), POLICY) == Decimal("5.7")
    assert term_result("arts", 70, all_passed(midterm=NOT_TAKEN), POLICY) is NOT_PASSED


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        ("arts", all_passed(regular=(True,))),
        ("arts", all_passed(final=None)),
        ("arts", all_passed(final=Decimal(10))),
        ("arts", all_passed(regular=(True, True, True))),
        ("civic_education", all_passed()),
        ("civic_education", marks_of("8 8", "8", "8.25")),
        ("civic_education", marks_of("8 8", "8", "10.1")),
        ("civic_education", marks_of("8 8", "8", "NaN")),
    ],
)
def test_marks_of_another_kind_block_the_result(code, marks):
    """A score is no Đạt, Đạt is no score, and a score has one decimal from 0 to 10."""
    with pytest.raises(MissingMarks):
        term_result(code, 35, marks, POLICY)


def test_a_year_without_term_1_needs_a_decision_with_its_reason():
    """Domain 12.4.7: the average is null for term 1 and decided for the year."""
    score, manual = Decimal("7.4"), ManualResult(score=Decimal("7.2"), reason="came from abroad")

    assert year_result(None, score, manual, POLICY) == Decimal("7.2")
    with pytest.raises(MissingMarks, match="term 1 is missing"):
        year_result(None, score, None, POLICY)
    with pytest.raises(ValueError, match="score and a reason"):
        year_result(None, score, replace(manual, reason="  "), POLICY)
    with pytest.raises(ValueError, match="score and a reason"):
        year_result(None, score, replace(manual, score=Decimal("7.25")), POLICY)


def test_term_2_may_stand_for_the_year_by_policy():
    """The other reading of domain 12.4.7; a decision still goes first."""
    policy, score = RulePolicy(missing_term_1="term_2"), Decimal("7.4")

    assert year_result(None, score, None, policy) == score
    decided = ManualResult(score=Decimal(7), reason="illness")
    assert year_result(None, score, decided, policy) == Decimal(7)


@pytest.mark.parametrize(
    ("term_1", "term_2"),
    [(Decimal(8), Decimal(8)), (Decimal(8), None), (None, None), (None, PASSED), (PASSED, PASSED)],
)
def test_nobody_decides_where_the_circular_does(term_1, term_2):
    """A decided average stands for a missing term 1 only."""
    with pytest.raises(ValueError, match="term 1 alone is missing"):
        year_result(term_1, term_2, ManualResult(score=Decimal(9), reason="wish"), POLICY)


def test_a_subject_by_comment_has_the_result_of_term_2():
    """Article 9.1: with term 1 or without."""
    assert year_result(NOT_PASSED, PASSED, None, POLICY) is PASSED
    assert year_result(None, NOT_PASSED, None, POLICY) is NOT_PASSED


def test_a_subject_given_up_in_mid_year_has_no_result_of_the_year():
    """It counts in term 1 only."""
    assert year_result(Decimal(8), None, None, POLICY) is None
    assert year_result(PASSED, None, None, POLICY) is None


def test_terms_of_two_kinds_are_refused():
    """A subject is judged by score or by comment in a year, not by both."""
    for terms in ((PASSED, Decimal(8)), (Decimal(8), PASSED)):
        with pytest.raises(ValueError, match="not by both"):
            year_result(*terms, None, POLICY)


tenths = st.integers(0, 100).map(lambda number: Decimal(number).scaleb(-1))


@given(st.lists(tenths, min_size=4, max_size=4), tenths, tenths, st.integers(0, 5), tenths)
def test_a_higher_mark_never_lowers_a_subject(regular, midterm, final, place, raised):
    """Term average and, through it, average of the year."""
    marks = [*regular, midterm, final]
    better = [*marks]
    better[place] = max(marks[place], raised)

    def average(found: list[Decimal]) -> Decimal:
        taken = TermMarks(regular=tuple(found[:4]), midterm=found[4], final=found[5])
        value = term_result("mathematics", 140, taken, POLICY)
        assert isinstance(value, Decimal)
        return value

    before, after = average(marks), average(better)
    assert after >= before
    for other in (Decimal(0), Decimal("6.5"), Decimal(10)):
        assert year_result(after, other, None, POLICY) >= year_result(before, other, None, POLICY)
        assert year_result(other, after, None, POLICY) >= year_result(other, before, None, POLICY)


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_a_subject_by_comment_is_passed_when_every_assessment_is(passed):
    """One that is not passed is enough."""
    marks = TermMarks(regular=tuple(passed[:2]), midterm=passed[2], final=passed[3])

    assert (term_result("arts", 70, marks, POLICY) is PASSED) is all(passed)
