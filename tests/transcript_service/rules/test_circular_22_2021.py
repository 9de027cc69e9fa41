"""Averages and academic results of Circular 22/2021, by worked examples and properties."""

from decimal import Context, Decimal, localcontext

import pytest

from transcript_service.rules.circular_22_2021 import (
    RulePolicy,
    SubjectResult,
    SubjectResults,
    academic_result,
    applies_to,
    base_level,
    comment_term_result,
    comment_year_result,
    is_score,
    required_tx,
    term_average,
    year_average,
)

DEFAULT = RulePolicy()


def scores_of(text: str) -> dict[str, Decimal]:
    """Read `8.0*6 6.5*2` as the scores of subjects s1, s2, …."""
    scores: list[Decimal] = []
    for part in text.split():
        score, _, count = part.partition("*")
        scores += [Decimal(score)] * int(count or 1)
    return {f"s{number}": score for number, score in enumerate(scores, start=1)}


def results_of(text: str, *, not_passed: int = 0) -> SubjectResults:
    """Make the results of a period with four subjects by comment."""
    comments = {
        f"c{number}": SubjectResult.NOT_PASSED if number <= not_passed else SubjectResult.PASSED
        for number in range(1, 5)
    }
    return SubjectResults(scores=scores_of(text), comments=comments)


def decimals(text: str) -> list[Decimal]:
    return [Decimal(part) for part in text.split()]


@pytest.mark.parametrize(
    ("vector", "text", "not_passed", "base", "adjusted"),
    [
        ("T01", "8.0*6 6.5*2", 0, "Tốt", "Tốt"),
        ("T02", "8.0*5 7.9 6.5*2", 0, "Khá", "Khá"),
        ("T03", "8.0*5 6.5*2 6.4", 0, "Khá", "Khá"),
        ("T04", "6.5*6 5.0*2", 0, "Khá", "Khá"),
        ("T05", "6.5*5 6.4 5.0*2", 0, "Đạt", "Đạt"),
        ("T06", "5.0*6 3.5*2", 0, "Đạt", "Đạt"),
        ("T07", "5.0*5 4.9 3.5*2", 0, "Chưa đạt", "Chưa đạt"),
        ("T08", "5.0*7 3.4", 0, "Chưa đạt", "Chưa đạt"),
        ("T09", "8.5*7 6.0", 0, "Khá", "Khá"),
        ("T10", "8.5*7 4.0", 0, "Đạt", "Khá"),
        ("T11", "8.5*7 3.0", 0, "Chưa đạt", "Đạt"),
        ("T12", "7.0*7 3.4", 0, "Chưa đạt", "Đạt"),
        ("T13", "6.0*7 3.4", 0, "Chưa đạt", "Chưa đạt"),
        ("T14", "8.5*6 4.0*2", 0, "Đạt", "Đạt"),
        ("T15", "8.5*8", 1, "Đạt", "Khá"),
        ("T16", "8.5*8", 2, "Chưa đạt", "Chưa đạt"),
        ("T17", "8.5*7 4.0", 1, "Đạt", "Đạt"),
        ("T18", "8.0*5 7.0*2 4.0", 0, "Đạt", "Khá"),
        ("T19", "6.5*5 5.0*2 3.4", 0, "Chưa đạt", "Đạt"),
    ],
)
def test_levels_agree_with_the_vectors(vector, text, not_passed, base, adjusted):
    """Each classification vector gives its base level and its level after article 9.3."""
    results = results_of(text, not_passed=not_passed)

    assert base_level(results, DEFAULT) == base
    assert academic_result(results, DEFAULT).level == adjusted


@pytest.mark.parametrize(
    ("text", "not_passed", "policy", "level"),
    [
        ("8.5*8", 1, RulePolicy(nx_subject_counts=False), "Đạt"),
        ("8.5*8", 1, RulePolicy(single_subject_test="exclude"), "Khá"),
        ("8.0*5 7.0*2 4.0", 0, RulePolicy(single_subject_test="exclude"), "Đạt"),
        ("6.5*5 5.0*2 3.4", 0, RulePolicy(single_subject_test="exclude"), "Chưa đạt"),
        ("8.5*7 4.0", 0, RulePolicy(single_subject_test="exclude"), "Khá"),
    ],
)
def test_the_open_points_of_article_9_3_are_settings(text, not_passed, policy, level):
    """T15, T18 and T19 come out as the reading in use says; T10 does under both."""
    assert academic_result(results_of(text, not_passed=not_passed), policy).level == level


def test_a_programme_with_fewer_subjects_asks_for_five():
    """T20: with five subjects asked for the level is Tốt, with six it is Khá."""
    results = results_of("8.0*5 6.5*2")

    assert academic_result(results, RulePolicy(min_count=5)).level == "Tốt"
    assert academic_result(results, DEFAULT).level == "Khá"


def test_seven_scored_subjects_are_enough():
    """Domain 12.2, case 3: six of seven at 8.0 or more and all at 6.5 or more are Tốt."""
    results = results_of("8.2 8.0 8.4 8.6 9.2 8.0 6.5")

    assert academic_result(results, DEFAULT).level == "Tốt"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("8.2 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", "Tốt"),
        ("6.4 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", "Khá"),
        ("4.9 9.4 9.1 8.6 9.2 9.5 9.0 8.8 9.3", "Khá"),
    ],
)
def test_nine_scored_subjects_of_grade_10(text, level):
    """Domain 12.2, case 2: one weak subject among nine costs one level only."""
    assert academic_result(results_of(text), DEFAULT).level == level


def test_an_adjustment_says_from_where_to_where_and_why():
    """The record names the one subject and both levels."""
    adjustment = academic_result(results_of("8.5*7 4.0"), DEFAULT).adjustment

    assert adjustment is not None
    assert (adjustment.from_level, adjustment.to_level) == ("Đạt", "Khá")
    assert adjustment.subject_code == "s8"
    assert academic_result(results_of("8.5*7 6.0"), DEFAULT).adjustment is None


def test_without_scored_subjects_nothing_is_reached():
    """An empty list of scores is not everything at least 6.5."""
    assert academic_result(SubjectResults(scores={}, comments={}), DEFAULT).level == "Chưa đạt"


@pytest.mark.parametrize(
    ("regular", "midterm", "final", "average"),
    [
        ("8 9 8.5 9", "8.5", "8.8", "8.7"),
        ("9 9 8.5 9.5", "9", "9", "9.0"),
        ("7.5 8 8 8.5", "8", "8", "8.0"),
        ("8 8 8.5 8", "8", "8.3", "8.2"),
        ("5 4.5 6 5", "4.5", "5.3", "5.0"),
        ("5 4 5 4.5", "4.8", "4.8", "4.7"),
        ("9 9", "8.5", "9", "8.9"),
        ("9 10", "9", "9", "9.1"),
        ("8 8 7.5 9", "8", "8.5", "8.2"),
        ("8.5 8 8 9", "8.5", "8", "8.3"),
        ("8 8.5 8 9", "8", "8.3", "8.3"),
        ("9 8 9 8.5", "8.5", "8.8", "8.7"),
        ("8 8 8", "9", "8", "8.3"),
        ("8 8 9", "8", "8.5", "8.3"),
        ("6.5 7", "7", "7.3", "7.1"),
        ("7 7.5", "7", "7.5", "7.3"),
        ("0 0", "0", "0", "0.0"),
        ("10 10 10 10", "10", "10", "10.0"),
    ],
)
def test_term_averages_agree_with_the_worked_example(regular, midterm, final, average):
    """Domain 12.1, and the ends of the scale; 8.25 becomes 8.3 where `round` says 8.2."""
    assert str(term_average(decimals(regular), Decimal(midterm), Decimal(final))) == average


@pytest.mark.parametrize(
    ("term_1", "term_2", "average"),
    [
        ("8.7", "9.0", "8.9"),
        ("8.0", "8.2", "8.1"),
        ("5.0", "4.7", "4.8"),
        ("8.9", "9.1", "9.0"),
        ("8.2", "8.3", "8.3"),
        ("8.3", "8.7", "8.6"),
        ("8.3", "8.3", "8.3"),
        ("7.1", "7.3", "7.2"),
    ],
)
def test_year_averages_agree_with_the_worked_example(term_1, term_2, average):
    """Domain 12.1: the second term counts twice, and rounded term averages enter."""
    assert str(year_average(Decimal(term_1), Decimal(term_2))) == average


def test_the_worked_example_is_lifted_in_term_2_and_the_year_only():
    """Domain 12.1: one level lost in term 1 stays lost, two in term 2 and the year are lifted."""
    term_1 = results_of("8.7 8.0 5.0 8.9 8.2 8.3 8.3 7.1")
    term_2 = results_of("9.0 8.2 4.7 9.1 8.3 8.7 8.3 7.3")
    year = results_of("8.9 8.1 4.8 9.0 8.3 8.6 8.3 7.2")

    levels = [base_level(results, DEFAULT) for results in (term_1, term_2, year)]
    decisions = [academic_result(results, DEFAULT) for results in (term_1, term_2, year)]

    assert levels == ["Khá", "Đạt", "Đạt"]
    assert [decision.level for decision in decisions] == ["Khá", "Khá", "Khá"]
    assert [decision.adjustment is None for decision in decisions] == [True, False, False]


def test_a_tie_rounds_up_and_the_rounded_value_is_judged():
    """27.6/8 = 3.45 becomes 3.5 and so is not below 3.5."""
    average = term_average(decimals("3 3 3.6"), Decimal(3), Decimal("4.0"))

    assert average == Decimal("3.5")
    assert (
        base_level(
            SubjectResults(scores={**scores_of("5.0*7"), "s8": average}, comments={}), DEFAULT
        )
        == "Đạt"
    )


def test_a_callers_decimal_context_changes_nothing():
    """Averages are exact whatever precision the calling thread has set."""
    with localcontext(Context(prec=2)):
        assert str(term_average(decimals("8 9 8.5 9"), Decimal("8.5"), Decimal("8.8"))) == "8.7"
        assert str(year_average(Decimal("8.7"), Decimal("9.0"))) == "8.9"


def test_a_term_without_regular_marks_has_no_average():
    """A missing mark is never a zero."""
    with pytest.raises(ValueError, match="at least one regular mark"):
        term_average([], Decimal(8), Decimal(8))


@pytest.mark.parametrize(
    ("periods", "count"), [(35, 2), (36, 3), (52, 3), (70, 3), (71, 4), (105, 4), (140, 4)]
)
def test_periods_of_the_year_say_how_many_regular_marks(periods, count):
    """Article 6.2: up to 35 periods two, up to 70 three, else four."""
    assert required_tx(periods) == count


@pytest.mark.parametrize(
    ("grade", "school_year", "applies"),
    [
        (6, "2020-2021", False),
        (6, "2021-2022", True),
        (8, "2022-2023", False),
        (8, "2023-2024", True),
        (9, "2024-2025", True),
        (12, "2023-2024", False),
        (5, "2025-2026", False),
    ],
)
def test_the_circular_came_into_force_grade_by_grade(grade, school_year, applies):
    """Article 21: years before that follow another circular and are not judged by this one."""
    assert applies_to(grade, school_year) is applies


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("0", True),
        ("10", True),
        ("10.0", True),
        ("8.30", True),
        ("8.25", False),
        ("10.1", False),
        ("10.5", False),
        ("-0.1", False),
        ("NaN", False),
        ("Infinity", False),
        ("1E+40", False),
    ],
)
def test_a_score_lies_on_the_scale_of_ten_with_one_decimal(text, valid):
    """Article 5.3; the same value written with more digits is the same score."""
    assert is_score(Decimal(text)) is valid


def test_a_subject_by_comment_needs_enough_assessments_and_all_passed():
    """Article 9.1: one missing or one not passed is Chưa đạt; the year is that of term 2."""
    assert comment_term_result([True, True, True, True], 4) == "Đạt"
    assert comment_term_result([True, True, True], 4) == "Chưa đạt"
    assert comment_term_result([True, True, False, True], 4) == "Chưa đạt"
    assert comment_year_result(SubjectResult.NOT_PASSED) == "Chưa đạt"
