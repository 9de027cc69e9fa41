"""Pupils whom the general case of Circular 22/2021 leaves out: the edge cases of the domain."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.transcript_service.rules.pupils import (
    COMMENTS,
    SCORED,
    codes_of,
    marks,
    pupil,
    subject,
    usual,
    with_subject,
)
from transcript_service.rules.circular_22_2021 import RulePolicy, SubjectResult
from transcript_service.rules.circular_22_2021_marks import (
    ManualResult,
    MissingMarks,
    NotAssessed,
    NotTaken,
    RecordedTerm,
)
from transcript_service.rules.circular_22_2021_pupil import judge_term, judge_year
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.rules.pupil_in_year import DecidedConduct

POLICY = RulePolicy()
PASSED, NOT_PASSED = SubjectResult
GOOD, FAIR, PASS, NOT_PASS = ConductResult
ABROAD = NotAssessed(reason="học ở nước ngoài")


def test_an_exempt_subject_is_as_if_it_were_not_there():
    """Domain 12.4.2: it is left out of every count, marks or not."""
    exempt = with_subject(usual(), "informatics", status="exempt", term_1=None, term_2=None)
    without = replace(
        exempt,
        subjects=tuple(found for found in exempt.subjects if found.subject_code != "informatics"),
    )

    judged = judge_year(exempt, POLICY)

    assert replace(judged, subjects=()) == replace(judge_year(without, POLICY), subjects=())
    assert judged.subjects[7].full_year is None


def test_too_few_scored_subjects_are_a_persons_matter():
    """Domain 12.4.2: with five left the level cannot be reached, and the text has no rule."""
    year = usual()
    for code in ("informatics", "technology", "civic_education"):
        year = with_subject(year, code, status="exempt")

    judged = judge_year(year, POLICY)

    assert judged.full_year.level == "Chưa đạt"
    assert codes_of(year, judged) == [
        ("TOO_FEW_SUBJECTS", period) for period in ("term_1", "term_2", "full_year")
    ]
    assert judge_year(year, RulePolicy(min_count=5)).full_year.level == "Tốt"


def test_an_exemption_from_the_practical_part_changes_nothing():
    """Article 10: as many assessments, of theory."""
    year = usual()

    partial = with_subject(year, "physical_education", status="partially_exempt")

    assert judge_year(partial, POLICY) == judge_year(year, POLICY)


def test_a_pupil_in_inclusive_education_waits_for_the_principal():
    """Articles 11.2 and 12.4: judged like others with lowered demands; the principal decides."""
    year = with_subject(usual("4.0"), "mathematics", status="inclusive_education")
    judged = judge_year(year, POLICY)

    assert (judged.promotion_status, judged.full_year.level) == ("RETEST", "Chưa đạt")
    assert ("PRINCIPAL_DECIDES", "promotion_status") in codes_of(year, judged)
    for decision, status in ((True, "PROMOTED"), (False, "REPEAT")):
        decided = replace(year, promotion_decision=decision)
        judged = judge_year(decided, POLICY)
        assert judged.promotion_status == status
        assert codes_of(decided, judged) == []


def test_the_principal_keeps_the_kind_of_a_promotion():
    """Promoted after re-assessment stays that; a refusal is a refusal."""
    year = with_subject(usual("4.0"), "mathematics", status="inclusive_education")
    for code in SCORED:
        year = with_subject(year, code, reassessed=Decimal(6))

    assert judge_year(replace(year, promotion_decision=True), POLICY).promotion_status == (
        "PROMOTED_AFTER_RETEST"
    )


def test_a_subject_by_the_pupils_own_plan_counts_nowhere():
    """Article 11.2: it needs no marks, and fails nobody."""
    year = with_subject(
        usual(),
        "natural_science",
        status="inclusive_education",
        plan_result=NOT_PASSED,
        term_1=None,
        term_2=None,
    )

    judged = judge_year(year, POLICY)

    assert judged.full_year.level == "Tốt"
    assert judged.subjects[5].plan_result == "Chưa đạt"
    with pytest.raises(ValueError, match="plan"):
        judge_year(with_subject(usual(), "arts", plan_result=PASSED), POLICY)


def test_a_pupil_from_abroad_is_judged_by_term_2_and_decisions():
    """Domain 12.4.7: term 1 is null, each average of the year decided with its reason."""
    decided = ManualResult(score=Decimal("7.5"), reason="chỉ học học kì II")
    year = replace(
        usual(),
        conduct_term_1=None,
        decided_conduct=DecidedConduct(level=FAIR, reason="chỉ học học kì II"),
    )
    for code in SCORED:
        year = with_subject(year, code, term_1=ABROAD, decided_average=decided)
    for code in COMMENTS:
        year = with_subject(year, code, term_1=ABROAD)

    judged = judge_year(year, POLICY)

    assert judged.term_1 is None
    assert (judged.term_2.level, judged.full_year.level, judged.conduct) == ("Tốt", "Khá", "Khá")
    assert {code for code, _ in codes_of(year, judged)} == {"DECIDED_AVERAGE", "DECIDED_CONDUCT"}
    assert len(codes_of(year, judged)) == 9


def test_a_missing_term_is_never_silent():
    """Without reason, decision or conduct there is no result."""
    year = usual()

    for broken, match in (
        (with_subject(year, "arts", term_1=None), "neither marks nor a reason"),
        (with_subject(year, "arts", term_2=NotAssessed(reason=" ")), "needs a reason"),
        (with_subject(year, "technology", term_1=ABROAD), "no average of the year"),
        (replace(year, conduct_term_1=None), "conduct of term 1"),
        (replace(year, conduct_term_2=None), "conduct of term 2"),
        (pupil([], grade=7, conduct=(GOOD, GOOD)), "no scored subject"),
    ):
        with pytest.raises(MissingMarks, match=match):
            judge_year(broken, POLICY)


def test_contradictions_are_refused():
    """Two of one subject, a decision where the circular decides, results of another kind."""
    year = usual()
    decided = DecidedConduct(level=GOOD, reason="ý kiến")

    for broken, match in (
        (replace(year, subjects=(*year.subjects, year.subjects[0])), "stands twice"),
        (replace(year, decided_conduct=decided), "conduct of the year is decided only"),
        (with_subject(year, "arts", reassessed=Decimal(5)), "of the kind"),
        (with_subject(year, "technology", term_1=RecordedTerm(value=PASSED)), "of the kind"),
        (with_subject(year, "technology", reassessed=Decimal("5.25")), "one decimal"),
    ):
        with pytest.raises(ValueError, match=match):
            judge_year(broken, POLICY)


def test_a_term_of_another_school_is_taken_over_as_recorded():
    """Transfer in mid-year: what the first school issued for term 1, the second one builds on."""
    taken = marks("8 8 8 / 8 / 8.2")
    first_school = (subject("technology", 52, taken, None), *usual().subjects[:6])
    term_1 = judge_term(first_school, 1, POLICY)
    technology = RecordedTerm(value=Decimal("8.1"))

    judged = judge_year(
        with_subject(usual(), "technology", term_1=technology, term_2=taken), POLICY
    )

    assert term_1 == judged.term_1
    assert judged.subjects[6].full_year == Decimal("8.1")


def test_part_of_a_year_is_judged_without_the_rest():
    """The school that a pupil leaves after term 1 has no marks of term 2, and needs none."""
    subjects = [replace(found, term_2=None) for found in usual("5.0").subjects]

    assert judge_term(subjects, 1, POLICY).level == "Đạt"
    with pytest.raises(MissingMarks, match="neither marks"):
        judge_term(subjects, 2, POLICY)


def test_a_chosen_subject_exchanged_in_mid_year_counts_where_it_was_taken():
    """The one given up counts in term 1, the one taken up in term 2 and, decided, in the year."""
    change = NotAssessed(reason="chuyển trường, đổi môn lựa chọn")
    low, high = RecordedTerm(value=Decimal("3.0")), RecordedTerm(value=Decimal("9.0"))
    decided = ManualResult(score=Decimal("8.5"), reason="theo học kì II")
    year = usual()
    given_up = subject("physics", 70, low, change)
    taken_up = replace(subject("geography", 70, change, high), decided_average=decided)
    year = replace(year, subjects=(*year.subjects, given_up, taken_up))

    judged = judge_year(year, POLICY)

    assert [judged.term_1.level, judged.term_2.level, judged.full_year.level] == [
        "Đạt",
        "Tốt",
        "Tốt",
    ]
    assert [found.full_year for found in judged.subjects[-2:]] == [None, Decimal("8.5")]
    assert codes_of(year, judged) == [("DECIDED_AVERAGE", "geography")]


def test_term_2_standing_for_the_year_is_shown_to_a_person():
    """The other reading of domain 12.4.7."""
    policy = RulePolicy(missing_term_1="term_2")
    year = with_subject(usual(), "technology", term_1=ABROAD)

    judged = judge_year(year, policy)

    assert judged.subjects[6].full_year == Decimal("8.0")
    assert codes_of(year, judged, policy) == [("TERM_2_STANDS_FOR_YEAR", "technology")]


def test_an_assessment_not_made_up_counts_as_zero_in_the_year():
    """Article 7.5; domain 12.4.1: only what is recorded as such, never a mark that is missing."""
    taken = marks("8 8 8 / 8 / 8")
    missed = replace(taken, midterm=NotTaken.NOT_MADE_UP)

    judged = judge_year(with_subject(usual(), "technology", term_1=taken, term_2=missed), POLICY)

    assert judged.subjects[6].term_2 == Decimal("6.0")
    with pytest.raises(MissingMarks, match="a mark is missing"):
        judge_year(with_subject(usual(), "technology", term_2=replace(taken, midterm=None)), POLICY)
