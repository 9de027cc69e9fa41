"""
From the complete records of a pupil to the results of the year, by Circular 22/2021.

Pure. The records must have passed `gaps.records.find_record_gaps`: what is missing there is
an error here, never a zero.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

from transcript_service.class_year import (
    Mark,
    MarkKind,
    PupilYear,
    Reassessment,
    SchoolClass,
    Term,
    YearSummary,
)
from transcript_service.rules.circular_22_2021 import (
    AcademicResult,
    RulePolicy,
    SubjectResult,
    SubjectResults,
    academic_result,
    comment_term_result,
    comment_year_result,
    term_average,
    year_average,
)
from transcript_service.rules.circular_22_2021_year import (
    ConductResult,
    after_reassessment,
    conduct_of_year,
    program_completed,
    promotion,
    year_title,
)
from transcript_service.subjects import THCS_SUBJECTS
from transcript_service.transcript import (
    PeriodResult,
    SubjectValue,
    SubjectYear,
    YearResults,
)

MarksByKind = Mapping[tuple[str, Term, MarkKind], list[Mark]]


def marks_by_kind(pupil_year: PupilYear) -> MarksByKind:
    """Sort a pupil's marks by subject, term and kind."""
    marks: defaultdict[tuple[str, Term, MarkKind], list[Mark]] = defaultdict(list)
    for mark in pupil_year.marks:
        marks[mark.subject_code, mark.term, mark.kind].append(mark)
    return marks


def compute_year_results(
    school_class: SchoolClass, pupil_year: PupilYear, policy: RulePolicy
) -> YearResults:
    """
    Compute averages, levels, conduct, promotion and title of one pupil's year.

    Raises:
        ValueError: the records have gaps.
    """
    summary = pupil_year.summary
    if summary is None:
        raise ValueError("results need the year's summary")
    subjects = compute_subjects(school_class, pupil_year)
    conduct = {record.term: ConductResult(record.level) for record in pupil_year.conduct}
    year = period_results(subjects, lambda subject: subject.full_year)
    full_year = PeriodResult(
        academic=academic_result(year, policy), conduct=conduct_of_year(conduct[1], conduct[2])
    )
    second_academic = _academic_after_reassessment(subjects, year, policy)
    second_conduct = _conduct_after_summer(summary)
    status = promotion(
        full_year.conduct,
        full_year.academic.level,
        summary.absent_excused + summary.absent_unexcused,
        conduct_after_summer=second_conduct,
        academic_after_reassessment=second_academic,
    )
    term_1 = period_results(subjects, lambda subject: subject.term_1)
    term_2 = period_results(subjects, lambda subject: subject.term_2)
    return YearResults(
        subjects=subjects,
        term_1=PeriodResult(academic=academic_result(term_1, policy), conduct=conduct[1]),
        term_2=PeriodResult(academic=academic_result(term_2, policy), conduct=conduct[2]),
        full_year=full_year,
        conduct_after_summer=second_conduct,
        academic_after_reassessment=second_academic,
        promotion_status=status,
        program_completed=program_completed(school_class.grade, status),
        title=year_title(full_year.conduct, full_year.academic.level, year, policy),
    )


def compute_subjects(school_class: SchoolClass, pupil_year: PupilYear) -> tuple[SubjectYear, ...]:
    """Compute each subject's results, in the order of the class's subjects."""
    marks = marks_by_kind(pupil_year)
    statuses = {comment.subject_code: comment.assessment_status for comment in pupil_year.comments}
    again = {record.subject_code: record for record in pupil_year.reassessments}
    found = []
    for class_subject in school_class.subjects:
        code = class_subject.subject_code
        assessment = THCS_SUBJECTS[code].assessment
        exempt = statuses[code] == "exempt"
        terms = (None, None) if exempt else (_term(marks, code, 1), _term(marks, code, 2))
        found.append(
            SubjectYear(
                subject_code=code,
                assessment=assessment,
                status=statuses[code],
                term_1=terms[0],
                term_2=terms[1],
                full_year=_full_year(*terms),
                after_reassessment=_reassessed(again.get(code)),
            )
        )
    return tuple(found)


def period_results(
    subjects: tuple[SubjectYear, ...], value_of: Callable[[SubjectYear], SubjectValue | None]
) -> SubjectResults:
    """Gather the results of one period; what is None (an exempt subject) is left out."""
    scores: dict[str, Decimal] = {}
    comments: dict[str, SubjectResult] = {}
    for subject in subjects:
        value = value_of(subject)
        if isinstance(value, SubjectResult):
            comments[subject.subject_code] = value
        elif value is not None:
            scores[subject.subject_code] = value
    return SubjectResults(scores=scores, comments=comments)


def _term(marks: MarksByKind, code: str, term: Term) -> SubjectValue:
    """Compute a subject's result of one term from its marks."""
    regular = marks[code, term, "regular_mark"]
    (midterm,) = marks[code, term, "midterm_mark"]
    (final,) = marks[code, term, "final_mark"]
    if THCS_SUBJECTS[code].assessment == "comment":
        passed = [mark.passed is True for mark in (*regular, midterm, final)]
        return comment_term_result(passed, len(passed))
    return term_average([_score(mark) for mark in regular], _score(midterm), _score(final))


def _score(mark: Mark) -> Decimal:
    if mark.score is None:
        raise ValueError(f"mark {mark.record_id} has no score")
    return mark.score


def _full_year(term_1: SubjectValue | None, term_2: SubjectValue | None) -> SubjectValue | None:
    """Compute a subject's result of the year from those of its terms."""
    if isinstance(term_2, SubjectResult):
        return comment_year_result(term_2)
    if isinstance(term_1, Decimal) and isinstance(term_2, Decimal):
        return year_average(term_1, term_2)
    return None


def _reassessed(record: Reassessment | None) -> SubjectValue | None:
    """Return the result after re-assessment; no record, no result."""
    if record is None:
        return None
    if record.passed is None:
        return record.score
    return SubjectResult.PASSED if record.passed else SubjectResult.NOT_PASSED


def _academic_after_reassessment(
    subjects: tuple[SubjectYear, ...], year: SubjectResults, policy: RulePolicy
) -> AcademicResult | None:
    """Judge the year again with the re-assessed results; None when there are none."""
    again = period_results(subjects, lambda subject: subject.after_reassessment)
    if not again.scores and not again.comments:
        return None
    return academic_result(after_reassessment(year, again), policy).level


def _conduct_after_summer(summary: YearSummary) -> ConductResult | None:
    if summary.conduct_after_summer is None:
        return None
    return ConductResult(summary.conduct_after_summer)
