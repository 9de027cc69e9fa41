"""
Which reading of the rules a school year has: the one in force when the year began (ADR 0016).

Pure. A later policy never changes an earlier year: old transcripts are made, corrected and checked
by the rules of their year.
"""

import re
from collections.abc import Iterable
from datetime import date

from transcript_service.rules.circular_22_2021 import RulePolicy, applies_to

FIRST_DAY = (9, 5)
"""Month and day on which a school year begins."""
POLICIES = (RulePolicy(),)
"""All that this release knows, in no order."""
_SCHOOL_YEAR = re.compile(r"(20[0-9]{2})-(20[0-9]{2})", re.ASCII)


class NoPolicy(LookupError):
    """No rules are known for that grade in that school year."""


def first_day(school_year: str) -> date:
    """
    Return the day on which a school year such as `2025-2026` begins.

    Raises:
        ValueError: it is not two years in a row.
    """
    years = _SCHOOL_YEAR.fullmatch(school_year)
    if years is None or int(years[2]) != int(years[1]) + 1:
        raise ValueError("a school year is written as two years in a row, such as 2025-2026")
    return date(int(years[1]), *FIRST_DAY)


def policy_for(
    grade: int, school_year: str, policies: Iterable[RulePolicy] = POLICIES
) -> RulePolicy:
    """
    Return the policy by which a grade is judged in a school year.

    It is the one in force on the year's first day; of several the one that came into force last.
    A change in mid-year therefore holds from the next year on.

    Args:
        grade: 6 to 12; the circular came into force grade by grade (article 21).
        school_year: such as `2025-2026`.
        policies: those to choose from, with the readings of this school.

    Raises:
        NoPolicy: the year is older than the circular is for that grade, or lies in a gap.
        ValueError: the school year is malformed, or two policies begin on the same day.
    """
    day = first_day(school_year)
    in_force = [policy for policy in policies if _is_in_force(policy, day)]
    in_force.sort(key=lambda policy: policy.effective_from)
    if not in_force or not applies_to(grade, school_year):
        raise NoPolicy(f"no rules are known for grade {grade} in {school_year}")
    if len(in_force) > 1 and in_force[-1].effective_from == in_force[-2].effective_from:
        raise ValueError("two policies come into force on the same day")
    return in_force[-1]


def policy_named(policy_id: str, policies: Iterable[RulePolicy] = POLICIES) -> RulePolicy:
    """
    Return the policy that a transcript names.

    Raises:
        NoPolicy: there is none, or more than one, of that name.
    """
    found = [policy for policy in policies if policy.policy_id == policy_id]
    if len(found) != 1:
        raise NoPolicy("the policy is not known, or not known as one")
    return found[0]


def _is_in_force(policy: RulePolicy, day: date) -> bool:
    return policy.effective_from <= day and (
        policy.effective_to is None or day < policy.effective_to
    )
