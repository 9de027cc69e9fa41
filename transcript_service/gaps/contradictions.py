"""
Where the recomputed results contradict those that the shared database stores (the "đúng").

Pure. The shared database computes by itself; a difference means that a mark was changed
afterwards, or that one side applies the circular wrongly. Either way a person decides, so it
stops the pupil. What the shared database leaves open (None) contradicts nothing.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import partial

from transcript_service.class_year import PupilYear, UpstreamResult
from transcript_service.rules.circular_22_2021 import SubjectResult
from transcript_service.rules.circular_22_2021_year import (
    REPEALED_TITLES,
    YEAR_TITLES,
    ConductResult,
    is_promoted,
    is_reassessment_due,
    subjects_to_reassess,
)
from transcript_service.transcript import (
    Gap,
    GapCode,
    PeriodResult,
    Place,
    SubjectValue,
    YearResults,
)
from transcript_service.year_results import period_results
from verifier.messages import _

_UPSTREAM_COMMENT_RESULTS = {"Đ": SubjectResult.PASSED, "CĐ": SubjectResult.NOT_PASSED}


def find_contradictions(pupil_year: PupilYear, results: YearResults) -> Iterator[Gap]:
    """Find what stops the pupil because records do not agree with each other."""
    for upstream in pupil_year.upstream_results:
        yield from _subject_contradictions(pupil_year, upstream, results)
        yield from _level_contradictions(pupil_year, upstream, results)
        yield from _promotion_contradictions(pupil_year, upstream, results)
    yield from _award_contradictions(pupil_year, results)
    yield from _second_chance_contradictions(pupil_year, results)


def _period(results: YearResults, upstream: UpstreamResult) -> PeriodResult:
    return {
        "term_1": results.term_1,
        "term_2": results.term_2,
        "full_year": results.full_year,
    }[upstream.period]


def _subject_contradictions(
    pupil_year: PupilYear, upstream: UpstreamResult, results: YearResults
) -> Iterator[Gap]:
    """Compare each average, and each Đ or CĐ, with the recomputed one."""
    subjects = {subject.subject_code: subject for subject in results.subjects}
    for code, recorded in upstream.subject_results:
        subject = subjects.get(code)
        computed: SubjectValue | None = None
        if subject is not None:
            computed = {
                "term_1": subject.term_1,
                "term_2": subject.term_2,
                "full_year": subject.full_year,
            }[upstream.period]
        if computed is None or _upstream_value(recorded) != computed:
            yield Gap(
                code=GapCode.AVERAGE_DIFFERS,
                student_code=pupil_year.pupil.student_code,
                place=Place.RESULT,
                record_id=upstream.record_id,
                field=f"{code}.{upstream.period}",
                message=_("{subject}, {period}: it differs from what the marks give").format(
                    subject=code, period=upstream.period
                ),
                remedy=_("Correct the marks, or have the result computed again upstream."),
                recorded=recorded,
                expected=None if computed is None else str(computed),
            )


def _upstream_value(text: str) -> SubjectValue | None:
    """Read an upstream result: a score, `Đ` or `CĐ`; None when it is neither."""
    if text in _UPSTREAM_COMMENT_RESULTS:
        return _UPSTREAM_COMMENT_RESULTS[text]
    try:
        score = Decimal(text)
    except InvalidOperation:
        return None
    return score if score.is_finite() else None


def _level_contradictions(
    pupil_year: PupilYear, upstream: UpstreamResult, results: YearResults
) -> Iterator[Gap]:
    """Compare academic and conduct result of the period."""
    period = _period(results, upstream)
    pairs = (
        (GapCode.LEVEL_DIFFERS, "academic_result", upstream.academic_result, period.academic.level),
        (GapCode.CONDUCT_DIFFERS, "conduct_result", upstream.conduct_result, period.conduct),
    )
    for code, field, recorded, computed in pairs:
        if recorded is not None and recorded != computed:
            yield Gap(
                code=code,
                student_code=pupil_year.pupil.student_code,
                place=Place.RESULT,
                record_id=upstream.record_id,
                field=f"{field}.{upstream.period}",
                message=_("{field}, {period}: it differs from what the records give").format(
                    field=field, period=upstream.period
                ),
                remedy=_("Correct the records, or have the result computed again upstream."),
                recorded=recorded,
                expected=str(computed),
            )


def _promotion_contradictions(
    pupil_year: PupilYear, upstream: UpstreamResult, results: YearResults
) -> Iterator[Gap]:
    """Compare the final decision of the year."""
    computed = is_promoted(results.promotion_status)
    if upstream.promoted is None or upstream.promoted == computed:
        return
    yield Gap(
        code=GapCode.PROMOTION_DIFFERS,
        student_code=pupil_year.pupil.student_code,
        place=Place.RESULT,
        record_id=upstream.record_id,
        field="promoted",
        message=_("the decision on promotion differs from what the records give"),
        remedy=_("Correct the records, or have the decision taken again upstream."),
        recorded=str(upstream.promoted),
        expected=str(results.promotion_status),
    )


def _award_contradictions(pupil_year: PupilYear, results: YearResults) -> Iterator[Gap]:
    """Refuse titles of the year that its results do not earn, and repealed ones (article 15)."""
    for award in pupil_year.awards:
        if award.title in (*YEAR_TITLES, *REPEALED_TITLES) and award.title != results.title:
            yield Gap(
                code=GapCode.AWARD_NOT_EARNED,
                student_code=pupil_year.pupil.student_code,
                place=Place.AWARD,
                record_id=award.record_id,
                field="title",
                message=_("the results of the year do not earn the recorded title"),
                remedy=_("Cancel the award in the shared database, or correct the records."),
                recorded=award.title,
                expected=results.title,
            )


def _second_chance_contradictions(pupil_year: PupilYear, results: YearResults) -> Iterator[Gap]:
    """Refuse re-assessment and summer training that articles 13 and 14 do not open."""
    gap = partial(
        Gap, code=GapCode.SECOND_CHANCE_NOT_DUE, student_code=pupil_year.pupil.student_code
    )
    year = results.full_year
    due: frozenset[str] = frozenset()
    if is_reassessment_due(year.conduct, year.academic.level):
        due = subjects_to_reassess(
            period_results(results.subjects, lambda subject: subject.full_year)
        )
    for record in pupil_year.reassessments:
        if record.subject_code not in due:
            yield gap(
                place=Place.REASSESSMENT,
                record_id=record.record_id,
                field=record.subject_code,
                message=_("{subject}: no re-assessment is due (article 14)").format(
                    subject=record.subject_code
                ),
                remedy=_("Cancel the record, or correct the results of the year."),
            )
    summary = pupil_year.summary
    has_trained = summary is not None and summary.conduct_after_summer is not None
    if summary is not None and has_trained and year.conduct is not ConductResult.NOT_PASS:
        yield gap(
            place=Place.SUMMARY,
            record_id=summary.record_id,
            field="conduct_after_summer",
            message=_("no summer training is due (article 13)"),
            remedy=_("Cancel the entry, or correct the conduct of the year."),
        )
