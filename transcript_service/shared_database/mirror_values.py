"""From rows of the mirror to the values of `class_year`: one pure function for each kind."""

from collections.abc import Sequence
from typing import Literal, cast

from transcript_service import class_year as values
from transcript_service.shared_database.mirror import (
    MirrorAward,
    MirrorComment,
    MirrorConduct,
    MirrorMark,
    MirrorPupil,
    MirrorReassessment,
    MirrorResult,
    MirrorSchool,
    MirrorStudyHistory,
    MirrorYearSummary,
)
from transcript_service.shared_database.mirror_annex import (
    MirrorChosenSubject,
    MirrorStudyTopic,
    MirrorTransfer,
)

# The casts below narrow what the sync door checked against the code lists.


def school_value(row: MirrorSchool) -> values.School:
    """Return the school."""
    return values.School(
        school_code=row.school_code,
        name=row.name,
        commune=row.commune,
        district=row.district,
        province=row.province,
        principal_name=row.principal_name,
        principal_title=row.principal_title,
        record_id=row.record_id,
    )


def pupil_value(row: MirrorPupil, history: tuple[values.StudyHistoryEntry, ...]) -> values.Pupil:
    """Return the identity page's data."""
    return values.Pupil(
        student_code=row.student_code,
        personal_id=row.personal_id,
        full_name=row.full_name,
        sex=row.sex,
        birth_date=row.birth_date,
        birth_place=row.birth_place,
        ethnicity=row.ethnicity,
        nationality=row.nationality,
        policy_category=row.policy_category,
        current_address=row.current_address,
        register_number=row.register_number,
        father=_relative(row.father_name, row.father_occupation),
        mother=_relative(row.mother_name, row.mother_occupation),
        guardian=_relative(row.guardian_name, row.guardian_occupation),
        study_history=history,
        record_id=row.record_id,
        identity_verified=row.identity_verified,
        identity_verified_on=row.identity_verified_on,
        identity_source=row.identity_source,
        identity_document=row.identity_document,
        disability=row.disability,
        status=row.status,
    )


def unknown_pupil(student_code: str, record_id: str) -> values.Pupil:
    """Return a pupil of whom only the place in the class list is known."""
    return values.Pupil(
        student_code=student_code,
        personal_id=None,
        full_name="",
        sex="",
        birth_date="",
        birth_place="",
        ethnicity="",
        nationality="",
        policy_category=None,
        current_address="",
        register_number=None,
        father=None,
        mother=None,
        guardian=None,
        study_history=(),
        record_id=record_id,
    )


def study_history_value(row: MirrorStudyHistory) -> values.StudyHistoryEntry:
    """Return one row of "Quá trình học tập"."""
    return values.StudyHistoryEntry(
        school_year=row.school_year,
        class_name=row.class_name,
        school_name=row.school_name,
        commune=row.commune,
        province=row.province,
    )


def mark_value(row: MirrorMark) -> values.Mark:
    """Return one assessment."""
    return values.Mark(
        subject_code=row.subject_code,
        term=cast("values.Term", row.term),
        kind=cast("values.MarkKind", row.kind),
        ordinal=row.ordinal,
        score=row.score,
        passed=row.passed,
        record_id=row.record_id,
    )


def chosen_subjects(rows: Sequence[MirrorChosenSubject]) -> tuple[str, ...] | None:
    """Return what a pupil chose; None when nothing is recorded, as where a class chose alike."""
    return tuple(sorted({row.subject_code for row in rows})) or None


def study_topic_value(row: MirrorStudyTopic) -> values.StudyTopic:
    """Return the result of a subject's study topics in a term."""
    return values.StudyTopic(
        subject_code=row.subject_code,
        term=cast("values.Term", row.term),
        score=row.score,
        passed=row.passed,
        record_id=row.record_id,
    )


def comment_value(row: MirrorComment) -> values.SubjectComment:
    """Return a subject teacher's comment."""
    return values.SubjectComment(
        subject_code=row.subject_code,
        comment=row.comment,
        assessment_status=cast("values.AssessmentStatus", row.assessment_status),
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        record_id=row.record_id,
    )


def conduct_value(row: MirrorConduct) -> values.Conduct:
    """Return the conduct of one term."""
    return values.Conduct(
        term=cast("values.Term", row.term), level=row.level, record_id=row.record_id
    )


def reassessment_value(row: MirrorReassessment) -> values.Reassessment:
    """Return a result after re-assessment."""
    return values.Reassessment(
        subject_code=row.subject_code,
        score=row.score,
        passed=row.passed,
        record_id=row.record_id,
    )


def summary_value(row: MirrorYearSummary) -> values.YearSummary:
    """Return the homeroom teacher's record of the year."""
    return values.YearSummary(
        absent_excused=row.absent_excused,
        absent_unexcused=row.absent_unexcused,
        homeroom_comment=row.homeroom_comment,
        principal_comment=row.principal_comment,
        conduct_after_summer=row.conduct_after_summer,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        record_id=row.record_id,
    )


def award_value(row: MirrorAward) -> values.Award:
    """Return an award."""
    return values.Award(title=row.title, record_id=row.record_id)


def result_value(row: MirrorResult) -> values.UpstreamResult:
    """Return results as upstream computed them."""
    return values.UpstreamResult(
        period=cast("Literal['term_1', 'term_2', 'full_year']", row.period),
        academic_result=row.academic_result,
        conduct_result=row.conduct_result,
        promoted=row.promoted,
        subject_results=tuple((subject, result) for subject, result in row.subject_results),
        record_id=row.record_id,
    )


def transfer_value(row: MirrorTransfer) -> values.Transfer:
    """Return a move to or from the school."""
    return values.Transfer(
        direction=cast("Literal['in', 'out']", row.direction),
        moved_on=row.moved_on,
        from_school=row.from_school,
        to_school=row.to_school,
        record_id=row.record_id,
    )


def _relative(full_name: str | None, occupation: str | None) -> values.Relative | None:
    if full_name is None:
        return None
    return values.Relative(full_name=full_name, occupation=occupation)
