"""
Articles 5 to 7 and 9.1 of Circular 22/2021 a second time: results of subjects.

The beginning of `second_implementation`, whose docstring says what both are.
"""

from fractions import Fraction
from math import floor

COMMENT_ONLY = [
    "physical_education",
    "arts",
    "music",
    "fine_arts",
    "local_education",
    "experiential_career",
]


class Missing(Exception):
    """Something without which there is no result."""


class Contradiction(Exception):
    """Something that cannot be together."""


def half_up(exact: Fraction) -> int:
    """Round tenths half up."""
    return floor(exact + Fraction(1, 2))


def three_values(subject: dict, policy: dict) -> list:
    """Term 1, term 2, year: tenths, True or False, or None."""
    by_plan = subject["plan"] is not None
    if by_plan and subject["status"] != "inclusive_education":
        raise Contradiction
    if subject["again"] is not None:
        _check_kind(subject["code"], subject["again"])
    if subject["status"] == "exempt" or by_plan:
        terms = [None, None]
    else:
        terms = [_term(subject, subject[key], policy) for key in ("term_1", "term_2")]
    return [*terms, _year(terms, subject["decided"], policy)]


def _check_kind(code: str, value) -> None:
    is_comment = code in COMMENT_ONLY
    if is_comment != isinstance(value, bool) or not (is_comment or 0 <= value <= 100):
        raise Contradiction


def _term(subject: dict, term: dict | None, policy: dict):
    if term is None or ("none" in term and not term["none"].strip()):
        raise Missing
    if "none" in term:
        return None
    if "recorded" in term:
        _check_kind(subject["code"], term["recorded"])
        return term["recorded"]
    is_comment = subject["code"] in COMMENT_ONLY
    number = 2
    if not is_comment:
        number += (subject["periods"] > 35) + (subject["periods"] > 70)
    regular = list(term["regular"])
    if term["topic"] is not None:
        regular.append(term["topic"])
        number += policy["study_topic_mark"] == "additional"
    if len(regular) != number:
        raise Missing
    weighted = [*[(mark, 1) for mark in regular], (term["midterm"], 2), (term["final"], 3)]
    counted = [(_counted(mark, is_comment), weight) for mark, weight in weighted]
    if is_comment:
        return all(mark for mark, _ in counted)
    total = sum(mark * weight for mark, weight in counted)
    return half_up(Fraction(total, sum(weight for _, weight in counted)))


def _counted(mark, is_comment: bool):
    """What was not made up is False or 0, and a mark of another kind is no mark."""
    if mark == "not made up":
        return False if is_comment else 0
    if mark is None or isinstance(mark, bool) != is_comment:
        raise Missing
    if not is_comment and not 0 <= mark <= 100:
        raise Missing
    return mark


def _year(terms: list, decided: dict | None, policy: dict):
    first, second = terms
    is_open = first is None and second is not None and not isinstance(second, bool)
    if decided is not None:
        if not is_open or not decided["reason"].strip() or not 0 <= decided["score"] <= 100:
            raise Contradiction
        return decided["score"]
    if second is None or isinstance(second, bool):
        return second
    if is_open:
        if policy["missing_term_1"] == "manual":
            raise Missing
        return second
    return half_up(Fraction(first + 2 * second, 3))


def text_of(value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "Đạt" if value else "Chưa đạt"
    return f"{value // 10}.{value % 10}"
