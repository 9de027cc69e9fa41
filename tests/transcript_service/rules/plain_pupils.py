"""From the plain data of `random_pupils` to the values that the rules take."""

from decimal import Decimal

from transcript_service.rules.circular_22_2021 import SubjectResult
from transcript_service.rules.circular_22_2021_marks import (
    ManualResult,
    NotAssessed,
    NotTaken,
    RecordedTerm,
    TermMarks,
)
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.rules.pupil_in_year import DecidedConduct, PupilInYear, PupilSubject


def result_value(value):
    if isinstance(value, bool):
        return SubjectResult.PASSED if value else SubjectResult.NOT_PASSED
    return None if value is None else Decimal(value).scaleb(-1)


def mark_value(mark):
    if mark == "not made up":
        return NotTaken.NOT_MADE_UP
    return mark if mark is None or isinstance(mark, bool) else Decimal(mark).scaleb(-1)


def term_value(term):
    if term is None:
        return None
    if "none" in term:
        return NotAssessed(reason=term["none"])
    if "recorded" in term:
        return RecordedTerm(value=result_value(term["recorded"]))
    return TermMarks(
        regular=tuple(map(mark_value, term["regular"])),
        midterm=mark_value(term["midterm"]),
        final=mark_value(term["final"]),
        study_topic=mark_value(term["topic"]),
    )


def subject_value(subject):
    decided = subject["decided"]
    return PupilSubject(
        subject_code=subject["code"],
        periods_per_year=subject["periods"],
        term_1=term_value(subject["term_1"]),
        term_2=term_value(subject["term_2"]),
        status=subject["status"],
        decided_average=decided
        and ManualResult(score=result_value(decided["score"]), reason=decided["reason"]),
        plan_result=result_value(subject["plan"]),
        reassessed=result_value(subject["again"]),
    )


def pupil_value(pupil):
    """Turn plain data into the values of the rules."""

    def level(name):
        return None if name is None else ConductResult(name)

    decided = pupil["decided_conduct"]
    return PupilInYear(
        grade=pupil["grade"],
        subjects=tuple(map(subject_value, pupil["subjects"])),
        conduct_term_1=level(pupil["conduct"][0]),
        conduct_term_2=level(pupil["conduct"][1]),
        absent_sessions=sum(pupil["absent"]),
        decided_conduct=decided
        and DecidedConduct(level=level(decided["level"]), reason=decided["reason"]),
        conduct_after_summer=level(pupil["summer"]),
        promotion_decision=pupil["decision"],
    )
