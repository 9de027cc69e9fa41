"""
The rows of a table of verified files: what is said of each file, and the data of those that passed.

A row maps the keys of `verifier.table_columns` to text or whole numbers; a key that is not there
is an empty cell. Only a TOTAL-PASSED report carries data, so no other row can show a mark.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from verifier.advice import headline, what_to_do
from verifier.bulk import UnreadableFile
from verifier.fields import to_hex
from verifier.messages import _
from verifier.report import Report, Verdict
from verifier.signature_finding import Role
from verifier.table_columns import LANGUAGE_SUBJECTS, MARKS, SUBJECTS, mark_key
from verifier.transcript import TranscriptView

Row = dict[str, str | int]


class NotLookedAt(StrEnum):
    """Why a file has a row without a verdict."""

    UNREADABLE = "UNREADABLE"
    LINK = "LINK"
    NOT_A_PDF = "NOT_A_PDF"


def row_of(outcome: Report | UnreadableFile) -> Row:
    """Return the row of one file."""
    if isinstance(outcome, UnreadableFile):
        return row_without_verdict(outcome.file, NotLookedAt.UNREADABLE, outcome.problem)
    row: Row = {
        "file": outcome.file,
        "verdict": outcome.verdict,
        "sub_reason": outcome.sub_reason or "",
        "reason": _reason(outcome),
        "advice": what_to_do(outcome.sub_reason),
        "status": outcome.status or "",
        "document_digest": to_hex(outcome.document_digest) if outcome.document_digest else "",
    }
    row.update(_signers(outcome))
    if outcome.anchor is not None:
        row["anchored_by"] = outcome.anchor.institution
        row["anchored_at"] = _moment(outcome.anchor.anchored_at)
    if outcome.as_of_block is not None:
        row["as_of_block"] = outcome.as_of_block
    if outcome.transcript is not None:
        row.update(_data(outcome.transcript))
    return row


def row_without_verdict(file: str, why: NotLookedAt, problem: str = "") -> Row:
    """Return the row of a file that could not be looked at, or was not."""
    reasons = {
        NotLookedAt.UNREADABLE: _("it could not be opened ({problem})").format(problem=problem),
        NotLookedAt.LINK: _("a link to another place: not followed"),
        NotLookedAt.NOT_A_PDF: _("not a PDF by its name: not looked at"),
    }
    what_to_do = {
        NotLookedAt.UNREADABLE: _("Give access to the file, then run the same command again."),
        NotLookedAt.LINK: _("Put the file itself there, or name it on the command line."),
        NotLookedAt.NOT_A_PDF: _("Ask the holder for the PDF that the school issued."),
    }
    return {"file": file, "sub_reason": why, "reason": reasons[why], "advice": what_to_do[why]}


def duplicate_row(row: Row, first: str) -> Row:
    """
    Return the row of a document that stands in the table already, at the file *first*.

    Its data are left out, so that no sum and no list counts a pupil twice.
    """
    kept = {key: value for key, value in row.items() if key in _SAID_OF_A_DUPLICATE}
    return {**kept, "duplicate_of": first}


_SAID_OF_A_DUPLICATE = frozenset(
    (
        *("file", "verdict", "sub_reason", "reason", "advice", "status", "document_digest"),
        *("signed_by", "signed_at", "sealed_by", "sealed_at", "anchored_by", "anchored_at"),
        "as_of_block",
    )
)


def _reason(report: Report) -> str:
    bad = (
        f"{finding.sub_reason}: {finding.message}"
        for finding in report.checks
        if finding.verdict not in (None, Verdict.TOTAL_PASSED)
    )
    return "; ".join((headline(report), *bad))


def _signers(report: Report) -> Iterator[tuple[str, str]]:
    keys = {Role.PRINCIPAL: ("signed_by", "signed_at"), Role.SEAL: ("sealed_by", "sealed_at")}
    for signature in report.signatures:
        by, at = keys[signature.role]
        if signature.signer_name is not None:
            yield by, signature.signer_name
        if signature.signed_at is not None:
            yield at, _moment(signature.signed_at)


def _data(transcript: TranscriptView) -> Row:
    document = transcript.document
    pupil, school, results = document["pupil"], document["school"], document["results"]
    found = {
        "transcript_code": transcript.transcript_code,
        "version": transcript.version,
        "sample": _yes_or_no(transcript.sample),
        "personal_id": pupil["personal_id"],
        "full_name": pupil["full_name"],
        "birth_date": pupil["birth_date"],
        "sex": pupil["sex"],
        "school_name": school["name"],
        "province": school["province"],
        "level": transcript.level,
        "grade": school["grade"],
        "class_name": school["class_name"],
        "school_year": transcript.school_year,
        **_year(results),
        **_subjects(results["subjects"]),
    }
    return {key: value for key, value in found.items() if value is not None}


def _year(results: Mapping[str, Any]) -> dict[str, str | int | None]:
    completed = results["program_completed"]
    return {
        "academic_result_term_1": results["term_1"]["academic_result"],
        "academic_result_term_2": results["term_2"]["academic_result"],
        "academic_result": results["full_year"]["academic_result"],
        "academic_after_reassessment": results["academic_after_reassessment"],
        "conduct_result_term_1": results["term_1"]["conduct_result"],
        "conduct_result_term_2": results["term_2"]["conduct_result"],
        "conduct_result": results["full_year"]["conduct_result"],
        "conduct_after_summer": results["conduct_after_summer"],
        "promotion": _promotion(results["promotion_status"]),
        "program_completed": None if completed is None else _yes_or_no(completed),
        "absent_sessions": results["absent_sessions"],
        **{name: "; ".join(results[name]) or None for name in _ACHIEVEMENTS},
    }


def _subjects(subjects: list[dict[str, Any]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    others, not_assessed = [], []
    for subject in subjects:
        code, status = subject["subject_code"], subject["assessment_status"]
        if status == "not_taken":
            continue
        if status != "normal":
            not_assessed.append(f"{subject['name']}: {_assessment_status(status)}")
        if code not in SUBJECTS:
            marks = "; ".join(subject[mark] or "-" for mark in MARKS)
            others.append(f"{subject['name']}: {marks}")
            continue
        if code in LANGUAGE_SUBJECTS:
            found[f"{code}.name"] = subject["name"]
        found.update({mark_key(code, mark): subject[mark] for mark in MARKS})
    return {
        **found,
        "other_subjects": " | ".join(others) or None,
        "not_assessed": "; ".join(not_assessed) or None,
    }


_ACHIEVEMENTS = ("awards", "certificates", "competitions")


def _promotion(status: str) -> str:
    return {
        "PROMOTED": _("promoted"),
        "PROMOTED_AFTER_RETEST": _("promoted after re-assessment"),
        "PROMOTED_AFTER_SUMMER": _("promoted after summer training"),
        "REPEAT": _("repeats the year"),
        "RETEST": _("to be re-assessed"),
        "SUMMER_TRAINING": _("to train in the summer"),
    }.get(status, status)


def _assessment_status(status: str) -> str:
    return {
        "exempt": _("exempt"),
        "partially_exempt": _("exempt in part"),
        "inclusive_education": _("inclusive education"),
    }.get(status, status)


def _yes_or_no(truth: bool) -> str:
    return _("yes") if truth else _("no")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
