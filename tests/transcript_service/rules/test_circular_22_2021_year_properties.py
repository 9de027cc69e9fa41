"""What holds of a pupil's whole year by Circular 22/2021 whatever was recorded."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.rules.plain_pupils import pupil_value
from tests.transcript_service.rules.random_pupils import random_pupils
from transcript_service.rules.circular_22_2021 import LEVELS, AcademicResult, RulePolicy
from transcript_service.rules.circular_22_2021_marks import RecordedTerm, TermMarks, assessment_of
from transcript_service.rules.circular_22_2021_pupil import judge_year
from transcript_service.rules.circular_22_2021_year import (
    ConductResult,
    PromotionStatus,
    conduct_of_year,
    is_promoted,
    promotion,
)
from transcript_service.rules.open_points import find_open_points
from transcript_service.rules.pupil_in_year import JudgedYear, PupilInYear

TITLES = (None, "Học sinh Giỏi", "Học sinh Xuất sắc")
CONDUCT = tuple(ConductResult)
some_conduct = st.sampled_from(CONDUCT)
some_academic = st.sampled_from(LEVELS)
perhaps_conduct = st.one_of(st.none(), some_conduct)
perhaps_academic = st.one_of(st.none(), some_academic)
readings = st.sampled_from([RulePolicy(), RulePolicy(both_failed="second_chances")])


@st.composite
def judged_years(draw) -> tuple[PupilInYear, RulePolicy, JudgedYear]:
    """Draw a pupil whose year can be judged."""
    seed = draw(st.integers(0, 2**32))
    for made in random_pupils(seed, 50):
        year, policy = pupil_value(made), RulePolicy(**made["policy"])
        try:
            return year, policy, judge_year(year, policy)
        except ValueError:
            continue
    raise AssertionError("fifty pupils in a row cannot be judged")


def rank(level: AcademicResult) -> int:
    """Higher is better."""
    return -LEVELS.index(level)


def raised(term, amount: Decimal):
    """Raise every score of a term as far as the scale goes."""

    def better(mark):
        return min(Decimal(10), mark + amount) if isinstance(mark, Decimal) else mark

    if isinstance(term, RecordedTerm):
        return replace(term, value=better(term.value))
    if isinstance(term, TermMarks):
        return TermMarks(
            regular=tuple(map(better, term.regular)),
            midterm=better(term.midterm),
            final=better(term.final),
            study_topic=better(term.study_topic),
        )
    return term


@given(judged_years(), st.integers(1, 40), st.randoms(use_true_random=False))
def test_better_marks_never_lower_a_level_or_a_title(found, tenths, random: Random):
    """Of one subject, in both terms."""
    year, policy, before = found
    place = random.randrange(len(year.subjects))
    amount = Decimal(tenths).scaleb(-1)
    subjects = list(year.subjects)
    subjects[place] = replace(
        subjects[place],
        term_1=raised(subjects[place].term_1, amount),
        term_2=raised(subjects[place].term_2, amount),
    )

    after = judge_year(replace(year, subjects=tuple(subjects)), policy)

    for period in ("term_1", "term_2", "full_year"):
        if getattr(before, period) is not None:
            assert rank(getattr(after, period).level) >= rank(getattr(before, period).level)
    assert TITLES.index(after.title) >= TITLES.index(before.title)


@given(judged_years(), st.randoms(use_true_random=False))
def test_the_order_of_subjects_and_marks_is_irrelevant(found, random: Random):
    """Everything but the order of the answer stays the same."""
    year, policy, before = found
    subjects = list(year.subjects)
    random.shuffle(subjects)
    for place, subject in enumerate(subjects):
        if isinstance(subject.term_1, TermMarks):
            regular = random.sample(subject.term_1.regular, len(subject.term_1.regular))
            term_1 = replace(subject.term_1, regular=tuple(regular))
            subjects[place] = replace(subject, term_1=term_1)
    other = replace(year, subjects=tuple(subjects))

    after = judge_year(other, policy)

    assert replace(after, subjects=()) == replace(before, subjects=())
    assert set(after.subjects) == set(before.subjects)
    assert set(find_open_points(other, after, policy)) == set(
        find_open_points(year, before, policy)
    )


@given(judged_years())
def test_an_adjustment_opens_no_title_and_lifts_one_level(found):
    """Article 9.3 ends at Khá; article 15 asks for Tốt."""
    _, _, judged = found
    for decision in (judged.term_1, judged.term_2, judged.full_year):
        if decision is not None and decision.adjustment is not None:
            assert decision.level in (AcademicResult.FAIR, AcademicResult.PASS)
            assert rank(decision.level) - rank(decision.adjustment.from_level) == 1
    if judged.full_year.adjustment is not None:
        assert judged.title is None


@given(judged_years())
def test_what_does_not_count_can_be_left_out(found):
    """An exempt subject, and one judged by a plan, change no result but their own."""
    year, policy, before = found
    counted = tuple(
        subject
        for subject in year.subjects
        if subject.status != "exempt" and subject.plan_result is None
    )
    if year.is_in_inclusive_education != replace(year, subjects=counted).is_in_inclusive_education:
        return

    after = judge_year(replace(year, subjects=counted), policy)

    assert replace(after, subjects=()) == replace(before, subjects=())


@given(judged_years())
def test_re_assessment_with_the_same_results_changes_no_level(found):
    """Putting each result in its own place is no change."""
    year, policy, before = found
    own = {subject.subject_code: subject.full_year for subject in before.subjects}
    again = replace(
        year,
        subjects=tuple(
            replace(subject, reassessed=own[subject.subject_code])
            if subject.subject_code in before.subjects_to_reassess
            else replace(subject, reassessed=None)
            for subject in year.subjects
        ),
    )

    after = judge_year(again, policy).academic_after_reassessment

    assert after is None or after.level == before.full_year.level
    assert (after is None) is (before.subjects_to_reassess == frozenset())


@given(judged_years())
def test_only_what_failed_is_assessed_again(found):
    """Article 14: scored below 5.0 or Chưa đạt, and only where the year is Chưa đạt."""
    _, _, judged = found
    own = {subject.subject_code: subject.full_year for subject in judged.subjects}
    for code in judged.subjects_to_reassess:
        failed = own[code] < Decimal(5) if assessment_of(code) == "score" else own[code]
        assert failed in (True, "Chưa đạt")
    if judged.subjects_to_reassess:
        assert judged.full_year.level == "Chưa đạt"


@given(some_conduct, some_conduct, st.integers(0, 3), st.integers(0, 3))
def test_better_conduct_in_a_term_never_lowers_the_year(term_1, term_2, first, second):
    """Article 8.2 as a table has no step down."""
    better_1 = CONDUCT[min(first, CONDUCT.index(term_1))]
    better_2 = CONDUCT[min(second, CONDUCT.index(term_2))]

    year, better = conduct_of_year(term_1, term_2), conduct_of_year(better_1, better_2)

    assert CONDUCT.index(better) <= CONDUCT.index(year)


@given(
    some_conduct,
    some_academic,
    st.integers(0, 60),
    st.integers(0, 60),
    perhaps_conduct,
    perhaps_academic,
    readings,
)
def test_promotion_is_never_lost_by_doing_better(
    conduct, academic, absent, fewer, summer, again, policy
):
    """Fewer absences, or a better result in any place, keep a promoted pupil promoted."""

    def promoted(conduct, academic, absent) -> bool:
        return is_promoted(
            promotion(
                conduct,
                academic,
                absent,
                conduct_after_summer=summer,
                academic_after_reassessment=again,
                policy=policy,
            )
        )

    if promoted(conduct, academic, absent):
        assert promoted(conduct, academic, min(absent, fewer))
        assert promoted(ConductResult.GOOD, academic, absent)
        assert promoted(conduct, AcademicResult.GOOD, absent)


@given(some_conduct, some_academic, st.integers(0, 60), perhaps_conduct, perhaps_academic)
def test_the_strict_reading_of_two_failures_promotes_nobody_more(
    conduct, academic, absent, summer, again
):
    """Second chances only ever help, and only where both results are Chưa đạt."""
    strict, open_ = (
        promotion(
            conduct,
            academic,
            absent,
            conduct_after_summer=summer,
            academic_after_reassessment=again,
            policy=RulePolicy(both_failed=reading),
        )
        for reading in ("repeat", "second_chances")
    )

    if (conduct, academic) == ("Chưa đạt", "Chưa đạt"):
        assert strict is PromotionStatus.REPEAT
    else:
        assert strict is open_
