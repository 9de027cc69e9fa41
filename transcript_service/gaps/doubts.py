"""
What a person should look at in a pupil's results; nothing here stops the pupil.

Pure. Titles that are earned and not recorded, results that the shared database has not stored,
and what the circular leaves to a person or to the reading of article 9.3 (ADR 0016).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import get_args

from transcript_service.class_year import PupilYear
from transcript_service.rules.circular_22_2021 import (
    RulePolicy,
    SingleSubjectTest,
    academic_result,
)
from transcript_service.rules.pupil_in_year import OpenPoint, OpenPointCode
from transcript_service.transcript import Gap, GapCode, Place, YearResults
from transcript_service.year_results import period_results
from verifier.messages import _


def find_result_warnings(
    pupil_year: PupilYear, results: YearResults, policy: RulePolicy
) -> Iterator[Gap]:
    """Find what a person should look at in results that nothing contradicts."""
    student_code = pupil_year.pupil.student_code
    titles = [award.title for award in pupil_year.awards]
    if results.title is not None and results.title not in titles:
        yield Gap(
            code=GapCode.AWARD_NOT_RECORDED,
            student_code=student_code,
            record_id=None,
            place=Place.AWARD,
            field="title",
            message=_("the results earn a title that is not recorded"),
            remedy=_("Ask the principal whether the title is given (article 15)."),
            expected=results.title,
        )
    for point in results.open_points:
        yield _open_point(student_code, point)
    yield from _reading_decides(student_code, results, policy)


def find_missing_results(pupil_year: PupilYear) -> Iterator[Gap]:
    """Find periods of which the shared database stores no result to compare with."""
    stored = {result.period for result in pupil_year.upstream_results}
    for period in ("term_1", "term_2", "full_year"):
        if period not in stored:
            yield Gap(
                code=GapCode.RESULT_MISSING,
                student_code=pupil_year.pupil.student_code,
                place=Place.RESULT,
                record_id=None,
                field=period,
                message=_("{period}: the shared database stores no result").format(period=period),
                remedy=_("Have the results computed in the shared database, then sync again."),
            )


def _open_point(student_code: str, point: OpenPoint) -> Gap:
    """Tell what the circular leaves to a person."""
    gap = partial(Gap, student_code=student_code, place=Place.RESULT, record_id=None)
    if point.code is OpenPointCode.BOTH_FAILED:
        return gap(
            code=GapCode.PROMOTION_UNCLEAR,
            field=point.place,
            message=_("both results of the year are Chưa đạt: the circular is not clear"),
            remedy=_("Confirm that the pupil repeats the grade (articles 12 to 14)."),
        )
    messages = {
        OpenPointCode.DECIDED_AVERAGE: _("{place}: the school decided on the average of the year"),
        OpenPointCode.DECIDED_CONDUCT: _("{place}: the school decided on the conduct of the year"),
        OpenPointCode.TERM_2_STANDS_FOR_YEAR: _("{place}: term 2 alone stands for the year"),
        OpenPointCode.TOO_FEW_SUBJECTS: _("{place}: fewer scored subjects than the levels count"),
        OpenPointCode.PRINCIPAL_DECIDES: _(
            "{place}: the principal decides on a pupil in inclusive education (article 12.4)"
        ),
        OpenPointCode.REASSESSMENT_NOT_DUE: _("{place}: a re-assessment that was not due"),
        OpenPointCode.SUMMER_TRAINING_NOT_DUE: _("{place}: summer training that was not due"),
        OpenPointCode.DECISION_NOT_OPEN: _(
            "{place}: a decision that the circular leaves to nobody"
        ),
    }
    return gap(
        code=GapCode.RULE_OPEN_POINT,
        field=point.place,
        message=messages[point.code].format(place=point.place),
        remedy=_("Show the result to the principal, and keep the decision with the records."),
    )


def _reading_decides(student_code: str, results: YearResults, policy: RulePolicy) -> Iterator[Gap]:
    """Find a level of the year that another reading of article 9.3 would make another one."""
    year = period_results(results.subjects, lambda subject: subject.full_year)
    level = results.full_year.academic.level
    for test in get_args(SingleSubjectTest):
        for counts in (True, False):
            reading = replace(policy, single_subject_test=test, nx_subject_counts=counts)
            if academic_result(year, reading).level is not level:
                yield Gap(
                    code=GapCode.RULE_OPEN_POINT,
                    student_code=student_code,
                    place=Place.RESULT,
                    record_id=None,
                    field="academic_result.full_year",
                    message=_("the level of the year depends on how article 9.3 is read"),
                    remedy=_(
                        "Show the result to the principal; the reading is a setting (`rules`)."
                    ),
                )
                return
