"""
Records of a class in, the JSON of one pupil's transcript out: complete, or every gap listed.

Pure: no clock, no database, no randomness. What is missing, unusable or contradictory stops
that pupil and no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.gaps.choices import find_choice_gaps
from transcript_service.gaps.contradictions import find_contradictions
from transcript_service.gaps.doubts import find_result_warnings
from transcript_service.gaps.identity import (
    find_class_gaps,
    find_identity_gaps,
    find_identity_warnings,
)
from transcript_service.gaps.records import find_record_gaps
from transcript_service.gaps.texts import find_name_doubts, find_text_gaps
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.subjects import subject_order_of
from transcript_service.transcript import (
    DocumentIdentity,
    Gap,
    GapCode,
    Incomplete,
    Place,
    YearResults,
)
from transcript_service.transcript_parts import (
    confirmations_part,
    pupil_part,
    results_part,
    school_part,
)
from transcript_service.year_results import compute_year_results
from verifier.messages import _
from verifier.transcript import (
    TRANSCRIPT_FORMAT,
    check_transcript,
    find_part_problems,
)

KIND = "YEAR"
_PART_PLACES = {
    "pupil": Place.PUPIL,
    "school": Place.SCHOOL,
    "results": Place.COMMENT,
    "confirmations": Place.COMMENT,
}
"""Where the texts of a part come from, for the gap that a text makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found in a pupil's records."""

    gaps: tuple[Gap, ...]
    """What stops the pupil; none means that `assemble` will make the transcript."""
    warnings: tuple[Gap, ...]
    """What a person should look at, and what does not stop the pupil."""
    results: YearResults | None = None
    """What follows from the records; None where there are gaps."""


def examine(class_year: ClassYear, pupil_year: PupilYear, policy: RulePolicy) -> Examined:
    """
    List everything that is wrong or doubtful in a pupil's records.

    Results are computed, and compared with those stored upstream, only when no record is
    missing.
    """
    doubts = (
        *find_identity_warnings(class_year, pupil_year),
        *find_name_doubts(pupil_year),
    )
    gaps = (
        *find_class_gaps(class_year, pupil_year, policy),
        *find_identity_gaps(pupil_year),
        *find_text_gaps(pupil_year),
        *find_choice_gaps(class_year, pupil_year),
        *find_record_gaps(class_year, pupil_year, policy),
    )
    if gaps:
        return Examined(gaps=gaps, warnings=doubts)
    results = compute_year_results(class_year.school_class, pupil_year, policy)
    gaps = (
        *find_contradictions(pupil_year, results),
        *_unprintable(class_year, pupil_year, results, policy),
    )
    if gaps:
        return Examined(gaps=gaps, warnings=doubts)
    warnings = (*doubts, *find_result_warnings(pupil_year, results, policy))
    return Examined(gaps=(), warnings=warnings, results=results)


def assemble(
    class_year: ClassYear,
    pupil_year: PupilYear,
    identity: DocumentIdentity,
    rendering: Mapping[str, object],
    policy: RulePolicy,
    *,
    subject_order: Sequence[str] | None = None,
) -> dict[str, Any]:
    """
    Make the JSON object of a pupil's `transcript.json` (schema `transcript-LEVEL-year-1`).

    Args:
        class_year: the class, its school and whether this is sample data.
        pupil_year: the pupil's records of that year.
        identity: institution, code, series and version of the document.
        rendering: the schema's `rendering` object.
        policy: how the circular is read.
        subject_order: subject codes in the order of the rows of page A; by default that of the
            level's form.

    Raises:
        Incomplete: the records have gaps; it carries them all.
        InvalidFormat: *identity* or *rendering* is not what the schema asks for.
    """
    examined = examine(class_year, pupil_year, policy)
    if examined.results is None:
        raise Incomplete(pupil_year.pupil.student_code, examined.gaps)
    level = class_year.school_class.level
    order = subject_order_of(level) if subject_order is None else subject_order
    document = {
        "format": TRANSCRIPT_FORMAT,
        "institution": identity.institution,
        "transcript_code": identity.transcript_code,
        "series_key": f"0x{identity.series_key.hex()}",
        "kind": KIND,
        "level": level,
        "school_year": class_year.school_class.school_year,
        "version": identity.version,
        "supersedes": None if identity.supersedes is None else dict(identity.supersedes),
        "sample": class_year.sample,
        **_parts(class_year, pupil_year, examined.results, policy, order),
        "rendering": dict(rendering),
    }
    check_transcript(document)
    return document


def parts_from_records(
    class_year: ClassYear, pupil_year: PupilYear, results: YearResults, policy: RulePolicy
) -> dict[str, dict[str, Any]]:
    """Make the parts that say what the records say, as `assemble` would of *results*."""
    order = subject_order_of(class_year.school_class.level)
    return _parts(class_year, pupil_year, results, policy, order)


def _parts(
    class_year: ClassYear,
    pupil_year: PupilYear,
    results: YearResults,
    policy: RulePolicy,
    subject_order: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """Make the parts that come from records."""
    return {
        "pupil": pupil_part(pupil_year, class_year.school_class.level),
        "school": school_part(class_year),
        "results": results_part(class_year, pupil_year, results, policy, subject_order),
        "confirmations": confirmations_part(class_year, pupil_year, subject_order),
    }


def _unprintable(
    class_year: ClassYear, pupil_year: PupilYear, results: YearResults, policy: RulePolicy
) -> Iterator[Gap]:
    """
    Find what the format refuses although nothing is missing.

    Text that is too long, holds control characters or is not in NFC; codes of another form.
    """
    level = class_year.school_class.level
    parts = _parts(class_year, pupil_year, results, policy, subject_order_of(level))
    for name, part in parts.items():
        for problem in find_part_problems(part, name, level):
            yield Gap(
                code=GapCode.NOT_PRINTABLE,
                student_code=pupil_year.pupil.student_code,
                place=_PART_PLACES[name],
                record_id=None,
                field=f"{name}.{problem.place}",
                message=_(
                    "{field}: the form cannot hold it: too long, invisible characters, text not in"
                    " NFC, or another form than the field has"
                ).format(field=f"{name}.{problem.place}"),
                remedy=_("Correct the text in the shared database, then sync again."),
            )
