"""Recomputed results against those that the shared database stores."""

from dataclasses import replace
from decimal import Decimal

import pytest

from transcript_service.assemble import examine
from transcript_service.class_year import Award, Reassessment, UpstreamResult

YEAR = UpstreamResult(
    period="full_year",
    academic_result="Khá",
    conduct_result="Tốt",
    promoted=True,
    subject_results=(("mathematics", "8.9"), ("foreign_language_1", "4.8"), ("arts", "Đ")),
    record_id="result-0",
)


def found(example):
    gaps = examine(example.class_year, example.pupil_year, example.policy).gaps
    return [(gap.code, gap.place, gap.record_id, gap.field) for gap in gaps]


def warned(example):
    return [
        gap.code for gap in examine(example.class_year, example.pupil_year, example.policy).warnings
    ]


def excellent(example):
    """All marks 9.5 and conduct Tốt: the best title."""
    marks = example.with_all_marks(
        {
            subject.subject_code: {
                2: "9.5 9.5 / 9.5 / 9.5",
                3: "9.5 9.5 9.5 / 9.5 / 9.5",
                4: "9.5 9.5 9.5 9.5 / 9.5 / 9.5",
            }[2 if subject.periods_per_year <= 35 else 3 if subject.periods_per_year <= 70 else 4]
            for subject in example.class_year.school_class.subjects
            if subject.subject_code
            not in ("arts", "physical_education", "experiential_career", "local_education")
        }
    )
    return marks.with_records(
        conduct=tuple(replace(record, level="Tốt") for record in example.pupil_year.conduct)
    )


def test_agreeing_results_are_no_gap(example):
    """Averages, levels, conduct and promotion of domain 12.1; term results too."""
    term = replace(
        YEAR,
        period="term_2",
        promoted=None,
        subject_results=(("technology", "8.3"), ("informatics", "7.30"), ("literature", "8.2")),
        record_id="result-2",
    )

    assert found(example.with_records(upstream_results=(YEAR, term))) == []


def test_what_the_shared_database_leaves_open_contradicts_nothing(example):
    """None is not a result."""
    empty = replace(
        YEAR, academic_result=None, conduct_result=None, promoted=None, subject_results=()
    )

    assert found(example.with_records(upstream_results=(empty,))) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"academic_result": "Tốt"}, "LEVEL_DIFFERS", "academic_result.full_year"),
        ({"academic_result": "Đạt"}, "LEVEL_DIFFERS", "academic_result.full_year"),
        ({"conduct_result": "Khá"}, "CONDUCT_DIFFERS", "conduct_result.full_year"),
        ({"promoted": False}, "PROMOTION_DIFFERS", "promoted"),
        (
            {"subject_results": (("mathematics", "9.0"),)},
            "AVERAGE_DIFFERS",
            "mathematics.full_year",
        ),
        ({"subject_results": (("arts", "CĐ"),)}, "AVERAGE_DIFFERS", "arts.full_year"),
        ({"subject_results": (("arts", "8.0"),)}, "AVERAGE_DIFFERS", "arts.full_year"),
        ({"subject_results": (("mathematics", "Đ"),)}, "AVERAGE_DIFFERS", "mathematics.full_year"),
        ({"subject_results": (("mathematics", "x"),)}, "AVERAGE_DIFFERS", "mathematics.full_year"),
        (
            {"subject_results": (("mathematics", "NaN"),)},
            "AVERAGE_DIFFERS",
            "mathematics.full_year",
        ),
        ({"subject_results": (("astronomy", "9.0"),)}, "AVERAGE_DIFFERS", "astronomy.full_year"),
    ],
)
def test_a_contradiction_stops_the_pupil(example, changes, code, field):
    """The upstream record is named; what stands there and what was computed stand apart."""
    contradicting = example.with_records(upstream_results=(replace(YEAR, **changes),))

    assert found(contradicting) == [(code, "ketquahoctap", "result-0", field)]


def test_the_registrar_sees_both_values_and_a_log_sees_neither(example):
    """A level or average of a pupil stays out of message, remedy and repr."""
    wrong = replace(YEAR, subject_results=(("mathematics", "9.0"),))
    contradicting = example.with_records(upstream_results=(wrong,))

    (gap,) = examine(contradicting.class_year, contradicting.pupil_year, contradicting.policy).gaps

    assert (gap.recorded, gap.expected) == ("9.0", "8.9")
    assert "9.0" not in gap.message + gap.remedy + repr(gap)
    assert "8.9" not in gap.message + gap.remedy + repr(gap)


def test_the_term_is_compared_with_the_term(example):
    """Term 1 of the worked example has 8.7 in mathematics, not the year's 8.9."""
    term = replace(YEAR, period="term_1", promoted=None, conduct_result="Khá")

    assert found(example.with_records(upstream_results=(term,))) == [
        ("AVERAGE_DIFFERS", "ketquahoctap", "result-0", "mathematics.term_1"),
        ("AVERAGE_DIFFERS", "ketquahoctap", "result-0", "foreign_language_1.term_1"),
    ]


def test_a_result_of_an_exempt_subject_is_a_contradiction(example):
    """Upstream still counts a subject that the pupil is exempt from."""
    exempt = example.with_status("arts", "exempt").with_records(upstream_results=(YEAR,))

    assert found(exempt) == [("AVERAGE_DIFFERS", "ketquahoctap", "result-0", "arts.full_year")]


@pytest.mark.parametrize("title", ["Học sinh Giỏi", "Học sinh Xuất sắc", "Học sinh Tiên tiến"])
def test_a_title_that_the_year_does_not_earn_stops_the_pupil(example, title):
    """Article 15: Khá earns none, and Học sinh Tiên tiến exists no more."""
    award = Award(title=title, record_id="award-1")

    assert found(example.with_records(awards=(award,))) == [
        ("AWARD_NOT_EARNED", "khenthuong", "award-1", "title")
    ]


def test_an_earned_title_is_accepted_and_missed_when_not_recorded(example):
    """Giving it is the principal's decision, so its absence is a warning; a lower one is wrong."""
    best = excellent(example)
    given = best.with_records(awards=(Award(title="Học sinh Xuất sắc", record_id="a"),))
    lower = best.with_records(awards=(Award(title="Học sinh Giỏi", record_id="a"),))

    assert (found(given), warned(given)) == ([], [])
    assert (found(best), warned(best)) == ([], ["AWARD_NOT_RECORDED"])
    assert [code for code, *_ in found(lower)] == ["AWARD_NOT_EARNED"]


def test_a_re_assessment_that_is_not_due_stops_the_pupil(example):
    """Article 14: the year is Khá, although foreign language 1 is below 5.0."""
    record = Reassessment(
        subject_code="foreign_language_1", score=Decimal("6.0"), passed=None, record_id="again"
    )

    assert found(example.with_records(reassessments=(record,))) == [
        ("SECOND_CHANCE_NOT_DUE", "danhgialai", "again", "foreign_language_1")
    ]


@pytest.mark.parametrize(("score", "passed"), [("10.5", None), (None, True), (None, None)])
def test_an_unusable_re_assessment_stops_the_pupil(example, score, passed):
    """Judged as any other mark of its subject."""
    record = Reassessment(
        subject_code="foreign_language_1",
        score=None if score is None else Decimal(score),
        passed=passed,
        record_id="again",
    )

    ((code, place, record_id, _field),) = found(example.with_records(reassessments=(record,)))

    assert code in ("MARK_INVALID", "MARK_MISSING")
    assert (place, record_id) == ("danhgialai", "again")


def test_summer_training_that_is_not_due_stops_the_pupil(example):
    """Article 13: the conduct of the year is Tốt."""
    summary = replace(example.pupil_year.summary, conduct_after_summer="Tốt")

    assert found(example.with_records(summary=summary)) == [
        ("SECOND_CHANCE_NOT_DUE", "tongketnam", "summary-1", "conduct_after_summer")
    ]


def test_both_results_not_passed_is_a_warning(example):
    """The circular is not clear; the transcript says REPEAT, and a person confirms."""
    bad = example.with_all_marks(
        {"mathematics": "2 2 2 2 / 2 / 2", "literature": "2 2 2 2 / 2 / 2"}
    ).with_records(
        conduct=tuple(replace(record, level="Chưa đạt") for record in example.pupil_year.conduct)
    )

    assert (found(bad), warned(bad)) == ([], ["PROMOTION_UNCLEAR"])
