"""
Texts and codes that are not clean (the "sạch"): normal form, names, code lists.

Pure. The sync door brings every text to NFC and refuses unknown codes; records that came another
way are looked at here all the same, because what is unknown to a rule would be passed over by it.
"""

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from transcript_service.class_year import (
    AssessmentStatus,
    MarkKind,
    Pupil,
    PupilYear,
    Relative,
    Term,
)
from transcript_service.rules.circular_22_2021 import AcademicResult
from transcript_service.rules.circular_22_2021_year import ConductResult
from transcript_service.transcript import Gap, GapCode, Place
from verifier.messages import _

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Code = tuple[Place, str, str, object, tuple[object, ...]]
"""Table, record, field, value, and the values that it may have."""
_STATUSES = get_args(AssessmentStatus)
_KINDS = get_args(MarkKind)
_TERMS = get_args(Term)
_PERIODS = ("term_1", "term_2", "full_year")
_LEVELS = (None, *AcademicResult)
_CONDUCT = (None, *ConductResult)


def find_text_gaps(pupil_year: PupilYear) -> Iterator[Gap]:
    """Find texts that are not in NFC, and codes that stand in no list."""
    yield from _not_normalised(pupil_year)
    yield from _unknown_codes(pupil_year)


def find_name_doubts(pupil_year: PupilYear) -> Iterator[Gap]:
    """Find names that were typed carelessly; nothing here stops the pupil."""
    pupil = pupil_year.pupil
    people = (("father", pupil.father), ("mother", pupil.mother), ("guardian", pupil.guardian))
    names = [("full_name", pupil.full_name)]
    names += [(f"{who}.full_name", one.full_name) for who, one in people if one is not None]
    for field, name in names:
        if name.strip() and (
            name != " ".join(name.split()) or name in (name.upper(), name.lower())
        ):
            yield Gap(
                code=GapCode.NAME_UNTIDY,
                student_code=pupil.student_code,
                place=Place.PUPIL,
                record_id=pupil.record_id,
                field=field,
                message=_("{field}: blanks too many, or all letters large or small").format(
                    field=field
                ),
                remedy=_("Write the name in the shared database as the birth certificate has it."),
            )


def _not_normalised(pupil_year: PupilYear) -> Iterator[Gap]:
    for place, record_id, field in _texts_not_normalised(pupil_year):
        yield Gap(
            code=GapCode.NOT_NFC,
            student_code=pupil_year.pupil.student_code,
            place=place,
            record_id=record_id,
            field=field,
            message=_("{field}: the text is not in Unicode NFC").format(field=field),
            remedy=_("Have the text written again in NFC (precomposed letters), then sync again."),
        )


def _texts_not_normalised(pupil_year: PupilYear) -> Iterator[tuple[Place, str | None, str]]:
    pupil = pupil_year.pupil
    for field in _fields_not_normalised(pupil):
        yield Place.PUPIL, pupil.record_id, field
    for who in ("father", "mother", "guardian"):
        relative: Relative | None = getattr(pupil, who)
        for field in () if relative is None else _fields_not_normalised(relative):
            yield Place.PUPIL, pupil.record_id, f"{who}.{field}"
    for entry in pupil.study_history:
        for field in _fields_not_normalised(entry):
            yield Place.STUDY_HISTORY, None, f"{entry.school_year}.{field}"
    summary = () if pupil_year.summary is None else (pupil_year.summary,)
    places: tuple[tuple[Place, Iterable[Any]], ...] = (
        (Place.COMMENT, pupil_year.comments),
        (Place.SUMMARY, summary),
        (Place.AWARD, pupil_year.awards),
    )
    for place, records in places:
        for record in records:
            for field in _fields_not_normalised(record):
                yield place, record.record_id, field


def _fields_not_normalised(value: "Pupil | Relative | DataclassInstance") -> Iterator[str]:
    for field in dataclasses.fields(value):
        text = getattr(value, field.name)
        if isinstance(text, str) and not unicodedata.is_normalized("NFC", text):
            yield field.name


def _unknown_codes(pupil_year: PupilYear) -> Iterator[Gap]:
    """Find codes of terms, kinds, statuses and levels that no rule knows."""
    gap = partial(
        Gap,
        code=GapCode.CODE_UNKNOWN,
        student_code=pupil_year.pupil.student_code,
        remedy=_("Choose a value of the code list in the shared database, then sync again."),
    )
    for place, record_id, field, value, listed in _codes(pupil_year):
        if value not in listed:
            yield gap(
                place=place,
                record_id=record_id,
                field=field,
                message=_("{field}: the value stands in no code list").format(field=field),
            )


def _codes(pupil_year: PupilYear) -> Iterator[_Code]:
    for mark in pupil_year.marks:
        yield Place.MARK, mark.record_id, "term", mark.term, _TERMS
        yield Place.MARK, mark.record_id, "kind", mark.kind, _KINDS
    for topic in pupil_year.study_topics:
        yield Place.STUDY_TOPIC, topic.record_id, "term", topic.term, _TERMS
    for conduct in pupil_year.conduct:
        yield Place.CONDUCT, conduct.record_id, "term", conduct.term, _TERMS
    for comment in pupil_year.comments:
        status = comment.assessment_status
        yield Place.COMMENT, comment.record_id, "assessment_status", status, _STATUSES
    for result in pupil_year.upstream_results:
        place, record_id = Place.RESULT, result.record_id
        yield place, record_id, "period", result.period, _PERIODS
        yield place, record_id, "academic_result", result.academic_result, _LEVELS
        yield place, record_id, "conduct_result", result.conduct_result, _CONDUCT
