"""The documents of a class's pupils: who has one of the year, and which say the truth no more."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlmodel import Session, col, select

from transcript_service.assemble import KIND, parts_from_records
from transcript_service.class_year import ClassYear, PupilYear
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow, TranscriptRow
from transcript_service.quality.checks import PupilState
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.transcript import Gap, GapCode, Place, YearResults
from verifier.messages import _

_OF_TODAY = ("name", "commune", "district", "province", "principal")
"""Of the school, as it is called and led now: a document keeps what held when it was issued."""
_BY_SUBJECT = {"results": "subjects", "confirmations": "subject_teachers"}
"""Lists in the order in which a school prints its subjects, which is a setting."""
ENDED = frozenset({DocumentState.CANCELLED, DocumentState.SUPERSEDED, DocumentState.REVOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDocuments:
    """The documents of the year."""

    latest: Mapping[str, DocumentRow]
    """By student code: the current one or the one on its way; else the latest revoked one."""
    elsewhere: tuple[str, ...]
    """Transcript codes of current documents of this class whose pupils are not in its list."""


def load_documents(session: Session, institution: str, class_year: ClassYear) -> ClassDocuments:
    """Read the documents of the pupils of a class, and those issued for the class."""
    codes = {one.pupil.student_code for one in class_year.pupils}
    school_class = class_year.school_class
    rows = session.exec(
        select(DocumentRow, TranscriptRow.student_code, BatchRow.class_code)
        .join(TranscriptRow)
        .join(BatchRow, col(DocumentRow.batch_id) == col(BatchRow.id))
        .where(
            TranscriptRow.institution == institution,
            TranscriptRow.level == school_class.level,
            DocumentRow.kind == KIND,
            DocumentRow.school_year == school_class.school_year,
            col(TranscriptRow.student_code).in_(codes)
            | (BatchRow.class_code == school_class.class_code),
        )
        .order_by(col(DocumentRow.version))
    )
    latest: dict[str, DocumentRow] = {}
    elsewhere = []
    for document, student_code, class_code in rows:
        if student_code in codes:
            _keep_latest(latest, student_code, document)
        elif document.state == DocumentState.ISSUED and class_code == school_class.class_code:
            elsewhere.append(document.transcript_code)
    return ClassDocuments(latest=latest, elsewhere=tuple(elsewhere))


def _keep_latest(latest: dict[str, DocumentRow], student_code: str, row: DocumentRow) -> None:
    """Keep *row* unless it ended without a trace, or a living version stands there."""
    held = latest.get(student_code)
    is_living = row.state not in ENDED
    if is_living or (row.state == DocumentState.REVOKED and (held is None or held.state in ENDED)):
        latest[student_code] = row


def state_by(document: DocumentRow | None) -> PupilState | None:
    """Return where the pupil with this document stands; None where nothing was issued."""
    if document is None:
        return None
    if document.state == DocumentState.ISSUED:
        return PupilState.ISSUED
    return PupilState.WITHDRAWN if document.state in ENDED else PupilState.ON_THE_WAY


def find_outdated(
    document: DocumentRow,
    class_year: ClassYear,
    pupil_year: PupilYear,
    results: YearResults,
    policy: RulePolicy,
) -> Iterator[Gap]:
    """Find an issued document that says other things than the records and their *results*."""
    if document.state != DocumentState.ISSUED:
        return
    issued = json.loads(document.transcript_json)
    parts = parts_from_records(class_year, pupil_year, results, policy)
    for name, part in parts.items():
        if _of_the_year(issued[name], name) != _of_the_year(part, name):
            yield Gap(
                code=GapCode.OUTDATED,
                student_code=pupil_year.pupil.student_code,
                place=Place.DOCUMENT,
                record_id=document.transcript_code,
                field=name,
                message=_("{part}: the records say something else than version {version}").format(
                    part=name, version=document.version
                ),
                remedy=_("Issue a corrected version with `hocba supersede`."),
            )


def _of_the_year(part: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Leave out what changes although the year's records do not, the order of subjects too."""
    left_out = _OF_TODAY if name == "school" else ()
    kept = {field: value for field, value in part.items() if field not in left_out}
    by_subject = _BY_SUBJECT.get(name)
    if by_subject is not None:
        kept[by_subject] = sorted(kept[by_subject], key=itemgetter("subject_code"))
    return kept
