"""What holds of Circular 22/2021's averages and levels whatever the marks are."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from transcript_service.rules.circular_22_2021 import (
    LEVELS,
    AcademicResult,
    RulePolicy,
    SubjectResult,
    SubjectResults,
    academic_result,
    base_level,
    is_score,
    term_average,
)

DEFAULT = RulePolicy()
READINGS = tuple(
    RulePolicy(single_subject_test=test, nx_subject_counts=counts)
    for test in ("replace", "exclude")
    for counts in (True, False)
)


tenths = st.integers(0, 100).map(lambda number: Decimal(number).scaleb(-1))
edges = st.sampled_from(
    [
        Decimal(text)
        for text in ["3.4", "3.5", "4.9", "5.0", "6.4", "6.5", "7.9", "8.0", "9.0", "10.0"]
    ]
)
some_scores = st.lists(st.one_of(edges, tenths), min_size=5, max_size=10).map(
    lambda scores: {f"s{number}": score for number, score in enumerate(scores)}
)
some_comments = st.lists(
    st.sampled_from([*[SubjectResult.PASSED] * 4, SubjectResult.NOT_PASSED]), max_size=5
).map(lambda found: {f"c{number}": result for number, result in enumerate(found)})
some_results = st.builds(
    lambda scores, comments: SubjectResults(scores=scores, comments=comments),
    some_scores,
    some_comments,
)


def rank(level: AcademicResult) -> int:
    """Higher is better."""
    return -LEVELS.index(level)


@given(some_results, st.sampled_from(READINGS), st.data())
def test_a_higher_mark_never_lowers_a_level(results, policy, data):
    """Holds for the base level and for the adjusted one, under every reading of article 9.3."""
    raised = data.draw(st.sampled_from(sorted(results.scores)))
    better = data.draw(tenths.filter(lambda score: score >= results.scores[raised]))
    after = replace(results, scores={**results.scores, raised: better})

    assert rank(base_level(after, policy)) >= rank(base_level(results, policy))
    assert rank(academic_result(after, policy).level) >= rank(
        academic_result(results, policy).level
    )


@given(some_results, st.sampled_from(READINGS), st.data())
def test_the_order_of_subjects_is_irrelevant(results, policy, data):
    """The same results in another order give the same decision, with the same subject named."""

    def shuffled(values: Mapping) -> dict:
        return dict(data.draw(st.permutations(list(values.items()))))

    other = SubjectResults(scores=shuffled(results.scores), comments=shuffled(results.comments))

    assert academic_result(other, policy) == academic_result(results, policy)


@given(some_results, st.sampled_from(READINGS))
def test_an_adjustment_lifts_one_level_at_most_and_never_to_the_best(results, policy):
    """Article 9.3 raises to the next level, and only below Khá."""
    base, decision = base_level(results, policy), academic_result(results, policy)

    lifted = rank(decision.level) - rank(base)
    assert lifted in (0, 1)
    assert (lifted == 1) is (decision.adjustment is not None)
    if lifted:
        assert decision.level in (AcademicResult.FAIR, AcademicResult.PASS)


@given(some_results)
def test_excluding_is_the_stricter_reading(results):
    """A subject at its best satisfies a count that leaving it out does not."""
    strict = academic_result(results, RulePolicy(single_subject_test="exclude"))

    assert rank(strict.level) <= rank(academic_result(results, DEFAULT).level)


@given(st.lists(tenths, min_size=2, max_size=4), tenths, tenths)
def test_an_average_lies_between_the_lowest_and_the_highest_mark(regular, midterm, final):
    """Marks with one decimal bound their rounded average; no order of them matters."""
    average = term_average(regular, midterm, final)

    assert min(*regular, midterm, final) <= average <= max(*regular, midterm, final)
    assert is_score(average)
    assert {term_average(list(order), midterm, final) for order in permutations(regular)} == {
        average
    }


@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=4), st.integers(0, 100), st.integers(0, 100)
)
def test_averages_agree_with_exact_arithmetic(regular, midterm, final):
    """The same average from whole numbers: tenths, rounded half up by integer division."""
    total, weight = sum(regular) + 2 * midterm + 3 * final, len(regular) + 5
    expected = Decimal((2 * total + weight) // (2 * weight)).scaleb(-1)

    found = term_average(
        [Decimal(mark).scaleb(-1) for mark in regular],
        Decimal(midterm).scaleb(-1),
        Decimal(final).scaleb(-1),
    )

    assert found == expected
