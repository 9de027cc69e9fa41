"""
Marks that are missing, doubled or unusable (Circular 22/2021, articles 5 to 7).

Pure. A missing mark is never a zero, and a mark too many is never chosen between: the school
decides.
"""

from collections.abc import Iterator
from functools import partial

from transcript_service.class_year import (
    ClassSubject,
    Mark,
    MarkKind,
    PupilYear,
    Reassessment,
    StudyTopic,
    Term,
)
from transcript_service.rules.circular_22_2021 import (
    RulePolicy,
    is_score,
)
from transcript_service.rules.circular_22_2021_marks import assessment_of, required_regular
from transcript_service.transcript import Assessment, Gap, GapCode, Place
from transcript_service.year_results import MarksByKind
from verifier.messages import _

TERMS: tuple[Term, ...] = (1, 2)
SINGLE_KINDS: tuple[MarkKind, ...] = ("midterm_mark", "final_mark")


def find_mark_gaps(
    pupil_year: PupilYear, marks: MarksByKind, subject: ClassSubject, policy: RulePolicy
) -> Iterator[Gap]:
    """
    Find what keeps the averages of one subject that the pupil is assessed in from being made.

    *marks* are the pupil's, sorted by `year_results.marks_by_kind`.
    """
    code = subject.subject_code
    assessment = assessment_of(code)
    topics = {(topic.subject_code, topic.term) for topic in pupil_year.study_topics}
    student_code = pupil_year.pupil.student_code
    for term in TERMS:
        regular = marks.get((code, term, "regular_mark"), [])
        required = required_regular(
            code,
            subject.periods_per_year,
            has_study_topic=(code, term) in topics,
            policy=policy,
        )
        yield from _regular_mark_gaps(
            student_code, f"{code}.term_{term}.regular_mark", regular, required
        )
        for kind in SINGLE_KINDS:
            found = marks.get((code, term, kind), [])
            yield from _single_mark_gaps(student_code, f"{code}.term_{term}.{kind}", found)
    for mark in pupil_year.marks:
        if mark.subject_code == code:
            field = f"{code}.term_{mark.term}.{mark.kind}"
            yield from find_assessment_gaps(student_code, Place.MARK, field, mark, assessment)


def find_assessment_gaps(
    student_code: str,
    place: Place,
    field: str,
    mark: Mark | StudyTopic | Reassessment,
    assessment: Assessment,
) -> Iterator[Gap]:
    """Ask for a score on the scale of 10, or passed / not passed, as the subject has it."""
    if assessment == "comment":
        is_usable = mark.passed is not None and mark.score is None
        problem = _("{field}: it must be Đạt or Chưa đạt")
    else:
        is_usable = mark.passed is None and mark.score is not None and is_score(mark.score)
        problem = _("{field}: it must be a score from 0 to 10 with at most one decimal")
    if is_usable:
        return
    is_empty = mark.score is None and mark.passed is None
    if is_empty:
        problem = _("{field}: it is missing")
    yield Gap(
        code=GapCode.MARK_MISSING if is_empty else GapCode.MARK_INVALID,
        student_code=student_code,
        place=place,
        record_id=mark.record_id,
        field=field,
        message=problem.format(field=field),
        remedy=_("Correct the record in the shared database, then sync again."),
        recorded=None if is_empty else str(mark.passed if mark.score is None else mark.score),
    )


def _regular_mark_gaps(
    student_code: str, field: str, found: list[Mark], required: int
) -> Iterator[Gap]:
    """Ask for exactly the number of regular marks that article 6 names, each counted once."""
    gap = partial(Gap, student_code=student_code, place=Place.MARK, field=field)
    if len(found) != required:
        yield gap(
            code=GapCode.MARK_COUNT,
            record_id=None,
            message=_("{field}: there are {found}, {required} are required").format(
                field=field, found=len(found), required=required
            ),
            remedy=_("Enter the missing regular marks, or cancel those that do not count."),
        )
    ordinals = [mark.ordinal for mark in found]
    for mark in found:
        if ordinals.count(mark.ordinal) > 1:
            yield gap(
                code=GapCode.DUPLICATE_RECORD,
                record_id=mark.record_id,
                message=_("{field}: more than one has the number {ordinal}").format(
                    field=field, ordinal=mark.ordinal
                ),
                remedy=_("Cancel the record that does not count in the shared database."),
            )


def _single_mark_gaps(student_code: str, field: str, found: list[Mark]) -> Iterator[Gap]:
    """Ask for exactly one mid-term and one final mark (article 7)."""
    gap = partial(Gap, student_code=student_code, place=Place.MARK, field=field)
    if not found:
        yield gap(
            code=GapCode.MARK_MISSING,
            record_id=None,
            message=_("{field}: it is missing").format(field=field),
            remedy=_("Enter the mark; a test missed without good reason is 0 or Chưa đạt."),
        )
    for extra in found[1:]:
        yield gap(
            code=GapCode.DUPLICATE_RECORD,
            record_id=extra.record_id,
            message=_("{field}: there is more than one").format(field=field),
            remedy=_("Cancel the record that does not count in the shared database."),
        )
