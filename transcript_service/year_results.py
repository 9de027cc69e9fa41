"""
From the complete records of a pupil to the results of the year, by Circular 22/2021.

Pure. The records must have passed `gaps.records.find_record_gaps`: what is missing there is
an error here, never a zero. The rules themselves are in `rules`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

from transcript_service.class_year import (
    ClassSubject,
    Mark,
    MarkKind,
    PupilYear,
    Reassessment,
    SchoolClass,
    StudyTopic,
    Term,
)
from transcript_service.rules.circular_22_2021 import (
    AcademicDecision,
    RulePolicy,
    SubjectResult,
    SubjectResults,
)
from transcript_service.rules.circular_22_2021_marks import TermMarks
from transcript_service.rules.circular_22_2021_pupil import judge_year
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.rules.open_points import find_open_points
from transcript_service.rules.pupil_in_year import JudgedSubject, PupilInYear, PupilSubject
from transcript_service.subjects import subjects_of, taken_subjects
from transcript_service.transcript import (
    Assessment,
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

    Subjects come in the order of the class's; those that the pupil does not take are left out.

    Raises:
        ValueError: the records have gaps.
    """
    pupil = _pupil_in_year(school_class, pupil_year)
    judged = judge_year(pupil, policy)
    again = judged.academic_after_reassessment
    programme = subjects_of(school_class.level)
    return YearResults(
        subjects=tuple(
            _subject_year(subject, result, programme[subject.subject_code].assessment)
            for subject, result in zip(pupil.subjects, judged.subjects, strict=True)
        ),
        term_1=_period(judged.term_1, pupil.conduct_term_1),
        term_2=_period(judged.term_2, pupil.conduct_term_2),
        full_year=_period(judged.full_year, judged.conduct),
        conduct_after_summer=pupil.conduct_after_summer,
        academic_after_reassessment=None if again is None else again.level,
        promotion_status=judged.promotion_status,
        program_completed=judged.program_completed,
        title=judged.title,
        open_points=find_open_points(pupil, judged, policy),
    )


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


def _pupil_in_year(school_class: SchoolClass, pupil_year: PupilYear) -> PupilInYear:
    """Put a pupil's records as the rules take them."""
    summary = pupil_year.summary
    if summary is None:
        raise ValueError("results need the year's summary")
    marks = marks_by_kind(pupil_year)
    after_summer = summary.conduct_after_summer
    conduct = {record.term: ConductResult(record.level) for record in pupil_year.conduct}
    return PupilInYear(
        grade=school_class.grade,
        subjects=tuple(
            _pupil_subject(subject, pupil_year, marks)
            for subject in taken_subjects(school_class, pupil_year)
        ),
        conduct_term_1=conduct.get(1),
        conduct_term_2=conduct.get(2),
        absent_sessions=summary.absent_excused + summary.absent_unexcused,
        conduct_after_summer=None if after_summer is None else ConductResult(after_summer),
    )


def _pupil_subject(
    subject: ClassSubject, pupil_year: PupilYear, marks: MarksByKind
) -> PupilSubject:
    code = subject.subject_code
    topics = {topic.term: topic for topic in pupil_year.study_topics if topic.subject_code == code}
    statuses = {comment.subject_code: comment.assessment_status for comment in pupil_year.comments}
    again = {record.subject_code: record for record in pupil_year.reassessments}
    return PupilSubject(
        subject_code=code,
        periods_per_year=subject.periods_per_year,
        term_1=_term(marks, code, 1, topics.get(1)),
        term_2=_term(marks, code, 2, topics.get(2)),
        status=statuses[code],
        reassessed=_reassessed(again.get(code)),
    )


def _term(marks: MarksByKind, code: str, term: Term, topic: StudyTopic | None) -> TermMarks:
    """Gather the assessments of a subject in one term."""
    regular = tuple(_assessed(mark) for mark in marks.get((code, term, "regular_mark"), ()))
    midterm, final = (
        next((_assessed(mark) for mark in marks.get((code, term, kind), ())), None)
        for kind in ("midterm_mark", "final_mark")
    )
    return TermMarks(
        regular=regular,
        midterm=midterm,
        final=final,
        study_topic=None if topic is None else _assessed(topic),
    )


def _assessed(record: Mark | StudyTopic) -> Decimal | bool | None:
    return record.passed if record.score is None else record.score


def _reassessed(record: Reassessment | None) -> SubjectValue | None:
    """Return the result after re-assessment; no record, no result."""
    if record is None:
        return None
    if record.passed is None:
        return record.score
    return SubjectResult.PASSED if record.passed else SubjectResult.NOT_PASSED


def _subject_year(
    subject: PupilSubject, judged: JudgedSubject, assessment: Assessment
) -> SubjectYear:
    return SubjectYear(
        subject_code=subject.subject_code,
        assessment=assessment,
        status=subject.status,
        term_1=judged.term_1,
        term_2=judged.term_2,
        full_year=judged.full_year,
        after_reassessment=judged.after_reassessment,
    )


def _period(academic: AcademicDecision | None, conduct: ConductResult | None) -> PeriodResult:
    if academic is None or conduct is None:
        raise ValueError("a period needs the results of a scored subject, and its conduct")
    return PeriodResult(academic=academic, conduct=conduct)
