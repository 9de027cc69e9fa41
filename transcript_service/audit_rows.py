"""The issued documents of the school's database, as the auditor takes them."""

import json
import secrets
from collections.abc import Iterator
from hashlib import blake2b

from sqlalchemy import Engine
from sqlmodel import col, select

from transcript_service.database import read_session
from transcript_service.lifecycle import DocumentState
from transcript_service.models import DocumentRow, TranscriptRow
from verifier.audit_database import DatabaseRow, RowState

_STATES: dict[str, RowState] = {
    DocumentState.ISSUED: "CURRENT",
    DocumentState.SUPERSEDED: "SUPERSEDED",
    DocumentState.REVOKED: "REVOKED",
}


def audit_rows(engine: Engine) -> Iterator[DatabaseRow]:
    """
    Yield every document that the school anchored.

    `subject` is a keyed hash of personal id (of the student code where there is none), kind and
    year; the key is drawn anew for each audit and kept nowhere.
    """
    key = secrets.token_bytes(32)
    with read_session(engine) as session:
        rows = session.exec(
            select(DocumentRow, TranscriptRow.institution)
            .join(TranscriptRow)
            .where(col(DocumentRow.state).in_(tuple(_STATES)))
            .order_by(col(DocumentRow.id))
        )
        for document, institution in rows:
            yield _row(document, institution, key)


def _row(document: DocumentRow, institution: str, key: bytes) -> DatabaseRow:
    pupil = json.loads(document.transcript_json)["pupil"]
    person = pupil["personal_id"] or pupil["student_code"]
    subject = "\0".join((person, document.kind, document.school_year)).encode()
    return DatabaseRow(
        name=f"{document.file_stem}.pdf",
        institution=institution,
        series_id=document.series_id,
        version=document.version,
        document_digest=document.document_digest or b"",
        state=_STATES[document.state],
        subject=blake2b(subject, key=key, digest_size=32).digest(),
    )
