"""What a person should look at in results that nothing contradicts."""

from dataclasses import replace

import pytest

from transcript_service.assemble import examine
from transcript_service.class_year import UpstreamResult
from transcript_service.gaps.doubts import find_missing_results, find_result_warnings
from transcript_service.rules.pupil_in_year import OpenPoint, OpenPointCode
from transcript_service.year_results import compute_year_results


def warned(example):
    found = examine(example.class_year, example.pupil_year, example.policy)
    assert found.gaps == ()
    return [(gap.code, gap.place, gap.field) for gap in found.warnings]


def test_a_pupil_in_inclusive_education_is_shown_to_the_principal(example):
    """Article 12.4: the principal decides on promotion."""
    assert warned(example.with_status("arts", "inclusive_education")) == [
        ("RULE_OPEN_POINT", "ketquahoctap", "promotion_status")
    ]


def test_every_open_point_of_the_rules_is_a_warning_with_its_place(example):
    """None is lost on the way from the rules to the registrar."""
    results = compute_year_results(
        example.class_year.school_class, example.pupil_year, example.policy
    )
    points = tuple(OpenPoint(code=code, place="full_year") for code in OpenPointCode)
    gaps = list(
        find_result_warnings(
            example.pupil_year, replace(results, open_points=points), example.policy
        )
    )

    assert len({gap.message for gap in gaps}) == len(OpenPointCode)
    assert {gap.code for gap in gaps} == {"RULE_OPEN_POINT", "PROMOTION_UNCLEAR"}
    assert {gap.field for gap in gaps} == {"full_year"}


def test_a_level_that_hangs_on_the_reading_of_article_9_3_is_a_warning(example):
    """Domain 12.3, T18: five at 8.0, two at 7.0, one at 4.0 is Khá or Đạt, as it is read."""
    scores = dict.fromkeys(
        ("literature", "mathematics", "foreign_language_1", "history_geography", "natural_science"),
        "8 8 8 8 / 8 / 8",
    )
    scores |= {"civic_education": "7 7 / 7 / 7", "informatics": "7 7 / 7 / 7"}
    scores |= {"technology": "4 4 4 / 4 / 4"}
    torn = example.with_all_marks(scores)

    assert warned(torn) == [("RULE_OPEN_POINT", "ketquahoctap", "academic_result.full_year")]
    excluded = replace(torn, policy=replace(torn.policy, single_subject_test="exclude"))
    assert warned(excluded) == warned(torn)


@pytest.mark.parametrize("stored", [(), ("term_1",), ("term_1", "term_2", "full_year")])
def test_periods_without_a_stored_result_are_named(example, stored):
    """There is nothing to compare the recomputed result with."""
    results = tuple(
        UpstreamResult(
            period=period,
            academic_result=None,
            conduct_result=None,
            promoted=None,
            subject_results=(),
            record_id=f"result-{period}",
        )
        for period in stored
    )
    pupil_year = example.with_records(upstream_results=results).pupil_year

    gaps = list(find_missing_results(pupil_year))

    assert {gap.code for gap in gaps} <= {"RESULT_MISSING"}
    assert {gap.field for gap in gaps} == {"term_1", "term_2", "full_year"} - set(stored)
