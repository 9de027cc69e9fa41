"""
The parts of `transcript.json` (schemas `transcript-*-year-1`) from records and results.

Pure. A comment is written on one line: runs of blanks and line breaks become one blank.
Nothing else of a text is changed.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from transcript_service.class_year import (
    ClassSubject,
    ClassYear,
    PupilYear,
    Relative,
)
from transcript_service.moments import utc_moment
from transcript_service.rules.circular_22_2021 import Adjustment, RulePolicy
from transcript_service.subjects import Subject, subjects_of, taken_subjects
from transcript_service.transcript import (
    Assessment,
    PeriodResult,
    SubjectValue,
    SubjectYear,
    YearResults,
)

APPROVAL_PHRASE = "Đồng ý với nhận xét của giáo viên và phê duyệt kết quả đánh giá."
"""Comment of a principal who wrote none."""
LEVEL_WITH_CHOICE = "THPT"
"""Its form has a row for each subject of the programme, crossed out where it is not taken."""


def pupil_part(pupil_year: PupilYear, level: str) -> dict[str, Any]:
    """Write the identity page; the register number with its level, as the form has it."""
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
        "register_number": _register_number(pupil.register_number, level),
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
    taken = taken_subjects(class_year.school_class, pupil_year)
    codes = sorted((subject.subject_code for subject in taken), key=_place_in(subject_order))
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


def _register_number(number: str | None, level: str) -> str | None:
    """Write `0801/THCS`, whether the level was recorded with the number or not."""
    if not number:
        return None
    return number if number.upper().endswith(f"/{level}") else f"{number}/{level}"


def _place_in(subject_order: Sequence[str]) -> Callable[[str], int]:
    """Give each code its place; one without comes last, and the sort keeps those in their order."""
    places = {code: place for place, code in enumerate(subject_order)}
    return lambda code: places.get(code, len(places))


def _subjects(
    class_year: ClassYear,
    pupil_year: PupilYear,
    results: YearResults,
    subject_order: Sequence[str],
) -> list[dict[str, Any]]:
    """Write the rows of page A."""
    school_class = class_year.school_class
    programme = subjects_of(school_class.level)
    taught = {subject.subject_code: subject for subject in school_class.subjects}
    comments = {comment.subject_code: comment.comment for comment in pupil_year.comments}
    rows = {}
    for year in results.subjects:
        code = year.subject_code
        rows[code] = _subject(_name(programme, taught, code), year, comments[code]) | {
            "teacher": taught[code].teacher_name
        }
    if school_class.level == LEVEL_WITH_CHOICE:
        topics = {topic.subject_code for topic in pupil_year.study_topics}
        rows = {code: row | {"study_topics": code in topics} for code, row in rows.items()}
        for code, subject in programme.items():
            if code not in rows:
                name = _name(programme, taught, code)
                rows[code] = _subject_not_taken(code, name, subject.assessment)
    return [rows[code] for code in sorted(rows, key=_place_in(subject_order))]


def _name(programme: Mapping[str, Subject], taught: Mapping[str, ClassSubject], code: str) -> str:
    """Return a subject's printed name: the school's own, or the programme's."""
    printed = taught[code].printed_name if code in taught else None
    return printed or programme[code].name


def _subject(name: str, year: SubjectYear, comment: str) -> dict[str, Any]:
    return {
        "subject_code": year.subject_code,
        "name": name,
        "assessment": year.assessment,
        "assessment_status": year.status,
        "term_1": _value(year.term_1),
        "term_2": _value(year.term_2),
        "full_year": _value(year.full_year),
        "after_reassessment": _value(year.after_reassessment),
        "comment": _one_line(comment),
    }


def _subject_not_taken(code: str, name: str, assessment: Assessment) -> dict[str, Any]:
    """Write the row of a subject that the pupil did not choose: printed, and crossed out."""
    return {
        "subject_code": code,
        "name": name,
        "assessment": assessment,
        "assessment_status": "not_taken",
        "term_1": None,
        "term_2": None,
        "full_year": None,
        "after_reassessment": None,
        "comment": "",
        "teacher": None,
        "study_topics": False,
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
