"""
Circular 22/2021/TT-BGDĐT: one pupil's school year, from assessments to promotion and title.

Pure. It puts the rules of the neighbouring modules together for a pupil of grades 6 to 12, those
included whom the general case leaves out: exempt from a subject, in inclusive education, without
term 1, come from another school in mid-year. What the circular leaves to a person comes out as
an open point (ADR 0016).
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from transcript_service.class_year import Term
from transcript_service.rules.circular_22_2021 import (
    AcademicDecision,
    RulePolicy,
    SubjectResult,
    SubjectResults,
    academic_result,
    is_score,
)
from transcript_service.rules.circular_22_2021_marks import (
    MissingMarks,
    NotAssessed,
    RecordedTerm,
    SubjectValue,
    assessment_of,
    term_result,
    year_result,
)
from transcript_service.rules.circular_22_2021_year import (
    ConductResult,
    PromotionStatus,
    after_reassessment,
    conduct_of_year,
    is_reassessment_due,
    program_completed,
    promotion,
    promotion_by_principal,
    subjects_to_reassess,
    year_title,
)
from transcript_service.rules.pupil_in_year import (
    JudgedSubject,
    JudgedYear,
    PupilInYear,
    PupilSubject,
    SubjectTerm,
)


def judge_term(
    subjects: Sequence[PupilSubject], term: Term, policy: RulePolicy
) -> AcademicDecision | None:
    """
    Judge one term (article 9): what a pupil takes along who changes school in mid-year.

    None when no scored subject has a result in that term.

    Raises:
        MissingMarks: a mark is missing.
        ValueError: a result is not of the kind that its subject has.
    """
    pairs = [(subject.subject_code, _term_value(subject, term, policy)) for subject in subjects]
    return _level(_gather(pairs), policy)


def judge_year(pupil: PupilInYear, policy: RulePolicy) -> JudgedYear:
    """
    Judge a pupil's school year (articles 5 to 15).

    Raises:
        MissingMarks: a mark, a conduct or a decision on a missing term is not there.
        ValueError: what is there contradicts itself.
    """
    _check_subjects(pupil.subjects)
    subjects = tuple(_judge_subject(subject, policy) for subject in pupil.subjects)
    year = _period(subjects, lambda subject: subject.full_year)
    full_year = _level(year, policy)
    if full_year is None:
        raise MissingMarks("no scored subject has a result for the year")
    conduct = _conduct_of_year(pupil)
    due = _due_again(pupil, conduct, full_year, year, policy)
    again = _academic_after_reassessment(subjects, year, due, policy)
    status = _promotion_status(pupil, conduct, full_year, again, policy)
    return JudgedYear(
        subjects=subjects,
        term_1=_level(_period(subjects, lambda subject: subject.term_1), policy),
        term_2=_level(_period(subjects, lambda subject: subject.term_2), policy),
        full_year=full_year,
        conduct=conduct,
        subjects_to_reassess=due,
        academic_after_reassessment=again,
        promotion_status=status,
        program_completed=program_completed(pupil.grade, status),
        title=year_title(conduct, full_year.level, year, policy),
    )


def _check_subjects(subjects: Sequence[PupilSubject]) -> None:
    """Refuse a subject that stands twice: neither of the two would be the right one."""
    codes = [subject.subject_code for subject in subjects]
    if len(set(codes)) != len(codes):
        raise ValueError("a subject stands twice in the pupil's year")


def _judge_subject(subject: PupilSubject, policy: RulePolicy) -> JudgedSubject:
    """Judge one subject; what is exempt or judged by a plan has no results that count."""
    term_1 = _term_value(subject, 1, policy)
    term_2 = _term_value(subject, 2, policy)
    if subject.plan_result is not None and subject.status != "inclusive_education":
        raise ValueError("only a pupil in inclusive education is judged by a plan of his own")
    if subject.reassessed is not None:
        _check_kind(subject.subject_code, subject.reassessed)
    return JudgedSubject(
        subject_code=subject.subject_code,
        term_1=term_1,
        term_2=term_2,
        full_year=year_result(term_1, term_2, subject.decided_average, policy),
        plan_result=subject.plan_result,
        after_reassessment=subject.reassessed,
    )


def _term_value(subject: PupilSubject, term: Term, policy: RulePolicy) -> SubjectValue | None:
    """Return a subject's result of one term, None when it has none that counts."""
    if subject.status == "exempt" or subject.plan_result is not None:
        return None
    recorded: SubjectTerm | None = subject.term_1 if term == 1 else subject.term_2
    match recorded:
        case None:
            raise MissingMarks("a term has neither marks nor a reason for their absence")
        case NotAssessed(reason=reason):
            if not reason.strip():
                raise MissingMarks("a term without marks needs a reason")
            return None
        case RecordedTerm(value=value):
            _check_kind(subject.subject_code, value)
            return value
        case marks:
            return term_result(subject.subject_code, subject.periods_per_year, marks, policy)


def _check_kind(subject_code: str, value: SubjectValue) -> None:
    """Ask for a score, or for Đạt or Chưa đạt, as the subject has it (article 5)."""
    kind = assessment_of(subject_code)
    if isinstance(value, SubjectResult) != (kind == "comment"):
        raise ValueError("a result is not of the kind that its subject has")
    if isinstance(value, Decimal) and not is_score(value):
        raise ValueError("a result is no score from 0 to 10 with one decimal")


def _period(
    subjects: Iterable[JudgedSubject], value_of: Callable[[JudgedSubject], SubjectValue | None]
) -> SubjectResults:
    return _gather((subject.subject_code, value_of(subject)) for subject in subjects)


def _gather(pairs: Iterable[tuple[str, SubjectValue | None]]) -> SubjectResults:
    """Sort results by kind; subjects without one are left out of every count."""
    scores: dict[str, Decimal] = {}
    comments: dict[str, SubjectResult] = {}
    for code, value in pairs:
        if isinstance(value, SubjectResult):
            comments[code] = value
        elif value is not None:
            scores[code] = value
    return SubjectResults(scores=scores, comments=comments)


def _level(results: SubjectResults, policy: RulePolicy) -> AcademicDecision | None:
    """Judge a period in which at least one scored subject has a result."""
    return academic_result(results, policy) if results.scores else None


def _conduct_of_year(pupil: PupilInYear) -> ConductResult:
    """Judge the conduct of the year (article 8.2), or take what the school decided on."""
    term_1, decided = pupil.conduct_term_1, pupil.decided_conduct
    if pupil.conduct_term_2 is None:
        raise MissingMarks("the conduct of term 2 is missing")
    if term_1 is not None and decided is not None:
        raise ValueError("the conduct of the year is decided only where that of term 1 is missing")
    if term_1 is not None:
        return conduct_of_year(term_1, pupil.conduct_term_2)
    if decided is None or not decided.reason.strip():
        raise MissingMarks("the conduct of term 1 is missing, and nobody decided with a reason")
    return decided.level


def _due_again(
    pupil: PupilInYear,
    conduct: ConductResult,
    full_year: AcademicDecision,
    year: SubjectResults,
    policy: RulePolicy,
) -> frozenset[str]:
    """Return the subjects that may be assessed again (article 14)."""
    is_due = is_reassessment_due(
        conduct,
        full_year.level,
        conduct_after_summer=pupil.conduct_after_summer,
        policy=policy,
    )
    return subjects_to_reassess(year) if is_due else frozenset()


def _academic_after_reassessment(
    subjects: Iterable[JudgedSubject],
    year: SubjectResults,
    due: frozenset[str],
    policy: RulePolicy,
) -> AcademicDecision | None:
    """Judge the year again with what was due and is there; None when nothing is."""
    again = _gather(
        (subject.subject_code, subject.after_reassessment)
        for subject in subjects
        if subject.subject_code in due
    )
    if not again.scores and not again.comments:
        return None
    return academic_result(after_reassessment(year, again), policy)


def _promotion_status(
    pupil: PupilInYear,
    conduct: ConductResult,
    full_year: AcademicDecision,
    again: AcademicDecision | None,
    policy: RulePolicy,
) -> PromotionStatus:
    """Decide by the conditions of article 12.1, or as the principal did by article 12.4."""
    by_rule = promotion(
        conduct,
        full_year.level,
        pupil.absent_sessions,
        conduct_after_summer=pupil.conduct_after_summer,
        academic_after_reassessment=None if again is None else again.level,
        policy=policy,
    )
    if pupil.promotion_decision is None or not pupil.is_in_inclusive_education:
        return by_rule
    return promotion_by_principal(by_rule, pupil.promotion_decision)
