"""
The parts of `transcript.json` (schema `transcript-thcs-year-1`) from records and results.

Pure. A comment is written on one line: runs of blanks and line breaks become one blank.
Nothing else of a text is changed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from transcript_service.class_year import ClassSubject, ClassYear, PupilYear, Relative
from transcript_service.moments import utc_moment
from transcript_service.rules.circular_22_2021 import Adjustment, RulePolicy
from transcript_service.subjects import THCS_SUBJECTS
from transcript_service.transcript import PeriodResult, SubjectValue, SubjectYear, YearResults

APPROVAL_PHRASE = "Đồng ý với nhận xét của giáo viên và phê duyệt kết quả đánh giá."
"""Comment of a principal who wrote none."""


def pupil_part(pupil_year: PupilYear) -> dict[str, Any]:
    """Write the identity page."""
    pupil = pupil_year.pupil
    return {
        "full_name": pupil.full_name,
        "sex": pupil.sex,
        "birth_date": pupil.birth_date,
        "birth_place": pupil.birth_place,
        "ethnicity": pupil.ethnicity,
        "nationality": pupil.nationality,
        "policy_category": pupil.policy_category,
        "current_address": pupil.current_address,
        "personal_id": pupil.personal_id,
        "student_code": pupil.student_code,
        "register_number": pupil.register_number,
        "father": _relative(pupil.father),
        "mother": _relative(pupil.mother),
        "guardian": _relative(pupil.guardian),
        "study_history": [
            {
                "school_year": entry.school_year,
                "class_name": entry.class_name,
                "school_name": entry.school_name,
                "commune": entry.commune,
                "province": entry.province,
            }
            for entry in pupil.study_history
        ],
    }


def school_part(class_year: ClassYear) -> dict[str, Any]:
    """Write school, class and principal of the year."""
    school, school_class = class_year.school, class_year.school_class
    return {
        "name": school.name,
        "school_code": school.school_code,
        "commune": school.commune,
        "district": school.district,
        "province": school.province,
        "grade": school_class.grade,
        "class_code": school_class.class_code,
        "class_name": school_class.name,
        "homeroom_teacher": school_class.homeroom_teacher_name,
        "principal": {"full_name": school.principal_name, "title": school.principal_title},
    }


def results_part(
    class_year: ClassYear,
    pupil_year: PupilYear,
    results: YearResults,
    policy: RulePolicy,
    subject_order: Sequence[str],
) -> dict[str, Any]:
    """
    Write pages A and B.

    Raises:
        ValueError: the records have gaps.
    """
    summary = pupil_year.summary
    if summary is None:
        raise ValueError("results need the year's summary")
    return {
        "policy": {
            "policy_id": policy.policy_id,
            "single_subject_test": policy.single_subject_test,
            "nx_subject_counts": policy.nx_subject_counts,
        },
        "subjects": _subjects(class_year, pupil_year, results, subject_order),
        "term_1": _period(results.term_1),
        "term_2": _period(results.term_2),
        "full_year": _period(results.full_year),
        "absent_sessions": summary.absent_excused + summary.absent_unexcused,
        "absent_excused": summary.absent_excused,
        "absent_unexcused": summary.absent_unexcused,
        "conduct_after_summer": results.conduct_after_summer,
        "academic_after_reassessment": results.academic_after_reassessment,
        "promotion_status": results.promotion_status,
        "program_completed": results.program_completed,
        "awards": [award.title for award in pupil_year.awards],
        "certificates": [],
        "competitions": [],
        "homeroom_comment": _one_line(summary.homeroom_comment),
        "principal_comment": _one_line(summary.principal_comment or "") or APPROVAL_PHRASE,
    }


def confirmations_part(
    class_year: ClassYear, pupil_year: PupilYear, subject_order: Sequence[str]
) -> dict[str, Any]:
    """
    Write who confirmed the results before the principal signs, subjects as printed.

    Raises:
        ValueError: the records have gaps.
    """
    summary = pupil_year.summary
    if summary is None:
        raise ValueError("confirmations need the year's summary")
    comments = {comment.subject_code: comment for comment in pupil_year.comments}
    codes = [subject.subject_code for subject in _in_order(class_year, subject_order)]
    return {
        "subject_teachers": [
            {
                "subject_code": code,
                "full_name": comments[code].confirmed_by,
                "confirmed_at": utc_moment(comments[code].confirmed_at),
            }
            for code in codes
        ],
        "homeroom_teacher": {
            "full_name": summary.confirmed_by,
            "confirmed_at": utc_moment(summary.confirmed_at),
        },
        "corrections": [],
    }


def _relative(relative: Relative | None) -> dict[str, Any] | None:
    if relative is None:
        return None
    return {"full_name": relative.full_name, "occupation": relative.occupation}


def _in_order(class_year: ClassYear, subject_order: Sequence[str]) -> list[ClassSubject]:
    """Sort the class's subjects as printed; one without a place comes last, in class order."""
    places = {code: place for place, code in enumerate(subject_order)}
    return sorted(
        class_year.school_class.subjects,
        key=lambda subject: places.get(subject.subject_code, len(places)),
    )


def _subjects(
    class_year: ClassYear,
    pupil_year: PupilYear,
    results: YearResults,
    subject_order: Sequence[str],
) -> list[dict[str, Any]]:
    """Write the rows of page A."""
    comments = {comment.subject_code: comment.comment for comment in pupil_year.comments}
    found = {subject.subject_code: subject for subject in results.subjects}
    return [
        _subject(subject, found[subject.subject_code], comments[subject.subject_code])
        for subject in _in_order(class_year, subject_order)
    ]


def _subject(class_subject: ClassSubject, year: SubjectYear, comment: str) -> dict[str, Any]:
    return {
        "subject_code": year.subject_code,
        "name": class_subject.printed_name or THCS_SUBJECTS[year.subject_code].name,
        "assessment": year.assessment,
        "assessment_status": year.status,
        "term_1": _value(year.term_1),
        "term_2": _value(year.term_2),
        "full_year": _value(year.full_year),
        "after_reassessment": _value(year.after_reassessment),
        "comment": _one_line(comment),
        "teacher": class_subject.teacher_name,
    }


def _value(value: SubjectValue | None) -> str | None:
    """Write a score with one decimal, or Đạt / Chưa đạt."""
    return f"{value:.1f}" if isinstance(value, Decimal) else value


def _period(period: PeriodResult) -> dict[str, Any]:
    return {
        "academic_result": period.academic.level,
        "conduct_result": period.conduct,
        "adjustment": _adjustment(period.academic.adjustment),
    }


def _adjustment(adjustment: Adjustment | None) -> dict[str, str] | None:
    if adjustment is None:
        return None
    return {
        "from": adjustment.from_level,
        "to": adjustment.to_level,
        "subject_code": adjustment.subject_code,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
