"""
Comments, conduct, summary and re-assessments that are missing, doubled or unusable.

Pure. With no gap found here, the results of the year can be computed. Marks are in `marks`,
the identity page in `identity`, what contradicts the shared database in `contradictions`.
"""

from collections.abc import Iterator
from functools import partial

from transcript_service.class_year import (
    ClassSubject,
    ClassYear,
    PupilYear,
    SubjectComment,
    YearSummary,
)
from transcript_service.gaps.marks import TERMS, find_assessment_gaps, find_mark_gaps
from transcript_service.moments import utc_moment
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.subjects import subjects_of, taken_subjects
from transcript_service.transcript import Gap, GapCode, Place
from transcript_service.year_results import marks_by_kind
from verifier.messages import _

CONDUCT_LEVELS = tuple(ConductResult)


def find_record_gaps(
    class_year: ClassYear, pupil_year: PupilYear, policy: RulePolicy
) -> Iterator[Gap]:
    """Find what keeps a pupil's results from being computed and confirmed."""
    yield from _refused_record_gaps(pupil_year)
    programme = subjects_of(class_year.school_class.level)
    comments = {comment.subject_code: comment for comment in pupil_year.comments}
    marks = marks_by_kind(pupil_year)
    for subject in taken_subjects(class_year.school_class, pupil_year):
        if subject.subject_code not in programme:
            continue
        comment = comments.get(subject.subject_code)
        yield from _comment_gaps(pupil_year, subject, comment)
        if comment is None or comment.assessment_status != "exempt":
            yield from find_mark_gaps(pupil_year, marks, subject, policy)
    yield from _stray_record_gaps(class_year, pupil_year)
    yield from _exemption_gaps(class_year, pupil_year, policy)
    yield from _conduct_gaps(pupil_year)
    yield from _summary_gaps(pupil_year)
    for record in pupil_year.reassessments:
        known = programme.get(record.subject_code)
        if known is not None:
            yield from find_assessment_gaps(
                pupil_year.pupil.student_code,
                Place.REASSESSMENT,
                record.subject_code,
                record,
                known.assessment,
            )


def _refused_record_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Pass on the records that the sync door refused: an older version must not stand in."""
    for problem in pupil_year.problems:
        yield Gap(
            code=GapCode.RECORD_REFUSED,
            student_code=pupil_year.pupil.student_code,
            place=problem.table,
            record_id=problem.record_id,
            field=problem.field,
            message=problem.message,
            remedy=_("Correct the record in the shared database, then sync again."),
        )


def _comment_gaps(
    pupil_year: PupilYear, subject: ClassSubject, comment: SubjectComment | None
) -> Iterator[Gap]:
    """Ask for the subject teacher's comment (none for the exempt) and confirmation."""
    code = subject.subject_code
    gap = partial(Gap, student_code=pupil_year.pupil.student_code, place=Place.COMMENT)
    is_exempt = comment is not None and comment.assessment_status == "exempt"
    if comment is None or not (is_exempt or comment.comment.strip()):
        yield gap(
            code=GapCode.COMMENT_MISSING,
            record_id=None if comment is None else comment.record_id,
            field=f"{code}.comment",
            message=_("{subject}: the comment of the subject teacher is missing").format(
                subject=code
            ),
            remedy=_("The subject teacher writes and confirms it in the shared database."),
        )
    if comment is not None and not _is_confirmed(comment):
        yield gap(
            code=GapCode.NOT_CONFIRMED,
            record_id=comment.record_id,
            field=f"{code}.confirmed_at",
            message=_("{subject}: the subject teacher has not confirmed").format(subject=code),
            remedy=_("The subject teacher confirms the results in the shared database."),
        )


def _is_confirmed(record: SubjectComment | YearSummary) -> bool:
    return bool(record.confirmed_by) and utc_moment(record.confirmed_at) is not None


def _stray_record_gaps(class_year: ClassYear, pupil_year: PupilYear) -> Iterator[Gap]:
    """Find records of subjects that the pupil does not take, and records that stand twice."""
    school_class = class_year.school_class
    taught = {subject.subject_code for subject in school_class.subjects}
    taken = {subject.subject_code for subject in taken_subjects(school_class, pupil_year)}
    places = (
        (Place.MARK, pupil_year.marks),
        (Place.COMMENT, pupil_year.comments),
        (Place.REASSESSMENT, pupil_year.reassessments),
    )
    for place, records in places:
        seen: set[str] = set()
        for record in records:
            code = record.subject_code
            found = None
            if code not in taught:
                found = (
                    GapCode.UNKNOWN_SUBJECT,
                    _("{subject}: the class is not taught this subject").format(subject=code),
                    _("Add the subject to the class, or cancel the record."),
                )
            elif code not in taken:
                found = (
                    GapCode.CHOICE_INVALID,
                    _("{subject}: the pupil has not chosen this subject").format(subject=code),
                    _("Add it to the pupil's chosen subjects, or cancel the record."),
                )
            elif place is not Place.MARK and code in seen:
                found = (
                    GapCode.DUPLICATE_RECORD,
                    _("{field}: there is more than one").format(field=code),
                    _("Cancel the record that does not count in the shared database."),
                )
            seen.add(code)
            if found is not None:
                yield _stray_gap(pupil_year, place, record.record_id, found)


def _stray_gap(
    pupil_year: PupilYear, place: Place, record_id: str, found: tuple[GapCode, str, str]
) -> Gap:
    code, message, remedy = found
    return Gap(
        code=code,
        student_code=pupil_year.pupil.student_code,
        place=place,
        record_id=record_id,
        field="subject_code",
        message=message,
        remedy=remedy,
    )


def _exemption_gaps(
    class_year: ClassYear, pupil_year: PupilYear, policy: RulePolicy
) -> Iterator[Gap]:
    """Stop when exemptions leave fewer scored subjects than the levels ask for: no rule says."""
    exempt = {
        comment.subject_code
        for comment in pupil_year.comments
        if comment.assessment_status == "exempt"
    }
    programme = subjects_of(class_year.school_class.level)
    scored = [
        subject
        for subject in taken_subjects(class_year.school_class, pupil_year)
        if subject.subject_code not in exempt
        and subject.subject_code in programme
        and programme[subject.subject_code].assessment == "score"
    ]
    if exempt and len(scored) < policy.min_count:
        yield Gap(
            code=GapCode.TOO_FEW_SUBJECTS,
            student_code=pupil_year.pupil.student_code,
            place=Place.COMMENT,
            record_id=None,
            field="assessment_status",
            message=_("exemptions leave {found} scored subjects, {least} are needed").format(
                found=len(scored), least=policy.min_count
            ),
            remedy=_("The circular has no rule for this: ask the department to decide."),
        )


def _conduct_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Ask for one usable judgement of conduct for each term (article 8)."""
    remedy = _("The homeroom teacher records the conduct of the term in the shared database.")
    gap = partial(
        Gap, student_code=pupil_year.pupil.student_code, place=Place.CONDUCT, remedy=remedy
    )
    for term in TERMS:
        found = [record for record in pupil_year.conduct if record.term == term]
        field = f"term_{term}.conduct_result"
        if not found:
            yield gap(
                code=GapCode.CONDUCT_MISSING,
                record_id=None,
                field=field,
                message=_("{field}: it is missing").format(field=field),
            )
        for extra in found[1:]:
            yield gap(
                code=GapCode.DUPLICATE_RECORD,
                record_id=extra.record_id,
                field=field,
                message=_("{field}: there is more than one").format(field=field),
            )
        for record in found:
            if record.level not in CONDUCT_LEVELS:
                yield gap(
                    code=GapCode.CONDUCT_INVALID,
                    record_id=record.record_id,
                    field=field,
                    message=_("{field}: it is not a level of article 8").format(field=field),
                    recorded=record.level,
                )


def _summary_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Ask for the homeroom teacher's summary: comment, confirmation, absences."""
    summary = pupil_year.summary
    gap = partial(
        Gap,
        student_code=pupil_year.pupil.student_code,
        place=Place.SUMMARY,
        record_id=None if summary is None else summary.record_id,
        remedy=_("The homeroom teacher completes and confirms the summary of the year."),
    )
    if summary is None:
        yield gap(
            code=GapCode.SUMMARY_MISSING,
            field="year_summary",
            message=_("the summary of the year is missing"),
        )
        return
    if not summary.homeroom_comment.strip():
        yield gap(
            code=GapCode.COMMENT_MISSING,
            field="homeroom_comment",
            message=_("the comment of the homeroom teacher is missing"),
        )
    if not _is_confirmed(summary):
        yield gap(
            code=GapCode.NOT_CONFIRMED,
            field="confirmed_at",
            message=_("the homeroom teacher has not confirmed"),
        )
    for field in _unusable_fields(summary):
        yield gap(
            code=GapCode.SUMMARY_INVALID,
            field=field,
            message=_("{field}: the value cannot be used").format(field=field),
            recorded=str(getattr(summary, field)),
        )


def _unusable_fields(summary: YearSummary) -> Iterator[str]:
    """Name absences below zero, and conduct that is not a level of article 8."""
    if summary.absent_excused < 0:
        yield "absent_excused"
    if summary.absent_unexcused < 0:
        yield "absent_unexcused"
    if summary.conduct_after_summer not in (None, *CONDUCT_LEVELS):
        yield "conduct_after_summer"
