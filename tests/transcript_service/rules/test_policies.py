"""Which policy a school year has."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.rules.policies import (
    POLICIES,
    NoPolicy,
    first_day,
    policy_for,
    policy_named,
)

FIRST = RulePolicy()
AMENDED = RulePolicy(
    policy_id="TT22-2021-2027", effective_from=date(2027, 1, 20), both_failed="second_chances"
)


@pytest.mark.parametrize(
    ("grade", "school_year"),
    [
        (6, "2021-2022"),
        (7, "2022-2023"),
        (10, "2022-2023"),
        (8, "2023-2024"),
        (11, "2023-2024"),
        (9, "2024-2025"),
        (12, "2024-2025"),
    ],
)
def test_the_circular_holds_for_a_grade_from_its_first_year_on(grade, school_year):
    """Article 21: it came into force grade by grade; the year before has no policy here."""
    before = f"{int(school_year[:4]) - 1}-{school_year[:4]}"

    assert policy_for(grade, school_year) == FIRST
    with pytest.raises(NoPolicy, match=f"grade {grade} in {before}"):
        policy_for(grade, before)


@pytest.mark.parametrize("grade", [0, 5, 13, -6])
def test_other_grades_have_no_policy(grade):
    """Primary school has a circular of its own."""
    with pytest.raises(NoPolicy, match="no rules"):
        policy_for(grade, "2025-2026")


def test_a_change_in_mid_year_holds_from_the_next_year_on():
    """A year is judged by one policy from its first day to its last."""
    policies = (AMENDED, FIRST)

    assert policy_for(9, "2026-2027", policies) == FIRST
    assert policy_for(9, "2027-2028", policies) == AMENDED


def test_a_policy_that_comes_into_force_on_the_first_day_holds_for_that_year():
    """The circular itself came into force on 5 September 2021."""
    begins = replace(AMENDED, effective_from=date(2027, 9, 5))

    assert policy_for(9, "2027-2028", (FIRST, begins)) == begins
    assert policy_for(9, "2026-2027", (FIRST, begins)) == FIRST


def test_a_policy_that_has_ended_leaves_a_gap_rather_than_a_guess():
    """The day named is the first one without it."""
    ended = replace(FIRST, effective_to=date(2027, 9, 5))

    assert policy_for(9, "2026-2027", (ended,)) == ended
    with pytest.raises(NoPolicy, match="2027-2028"):
        policy_for(9, "2027-2028", (ended,))


def test_two_policies_of_the_same_day_are_refused():
    """Which of them holds is nothing to guess."""
    twin = replace(FIRST, single_subject_test="exclude")

    with pytest.raises(ValueError, match="same day"):
        policy_for(9, "2025-2026", (FIRST, twin))


@pytest.mark.parametrize(
    "school_year", ["2025", "2025-2025", "2025-2027", "2025/2026", "", "2025-2026\n", "٢٠٢٥-٢٠٢٦"]
)
def test_a_malformed_school_year_has_no_policy(school_year):
    """Only two years in a row, written in ASCII digits, are one."""
    with pytest.raises(ValueError, match="two years in a row"):
        first_day(school_year)


@given(st.integers(2021, 2040), st.integers(6, 12), st.dates(date(2022, 1, 1), date(2045, 1, 1)))
def test_a_later_policy_never_changes_an_earlier_year(year, grade, begins):
    """What began after a year's first day leaves that year as it was."""
    school_year = f"{year}-{year + 1}"
    later = replace(AMENDED, effective_from=begins)

    def found(policies):
        try:
            return policy_for(grade, school_year, policies)
        except NoPolicy:
            return None

    if begins > first_day(school_year):
        assert found((FIRST, later)) == found((FIRST,))


def test_a_transcript_finds_its_policy_by_name():
    """Old documents name the policy that made them."""
    assert policy_named("TT22-2021") == FIRST
    assert policy_named("TT22-2021-2027", (*POLICIES, AMENDED)) == AMENDED
    with pytest.raises(NoPolicy, match="not known"):
        policy_named("TT58-2011")
    with pytest.raises(NoPolicy, match="as one"):
        policy_named("TT22-2021", (FIRST, FIRST))
