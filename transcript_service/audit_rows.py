"""The issued documents of the school's database, as the auditor takes them."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from transcript_service.errors import DatabaseError
from transcript_service.lifecycle import DocumentState
from transcript_service.models import DocumentRow, TranscriptRow
from verifier.audit_database import DatabaseRow, RowState
from verifier.messages import _

_STATES: dict[str, RowState] = {
    DocumentState.ISSUED: "CURRENT",
    DocumentState.SUPERSEDED: "SUPERSEDED",
    DocumentState.REVOKED: "REVOKED",
}


def audit_rows(path: Path) -> Iterator[DatabaseRow]:
    """
    Yield every document that the school anchored; the database is opened for reading only.

    `subject` is a keyed hash of personal id (of the student code where there is none), kind and
    year; the key is drawn anew for each audit and kept nowhere.

    Raises:
        DatabaseError: the file cannot be read, or is no database of this release.
    """
    key = secrets.token_bytes(32)
    address = f"{path.resolve().as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True),
        hide_parameters=True,
    )
    try:
        with Session(engine) as session:
            rows = session.exec(
                select(DocumentRow, TranscriptRow.institution)
                .join(TranscriptRow)
                .where(col(DocumentRow.state).in_(tuple(_STATES)))
                .order_by(col(DocumentRow.id))
            )
            for document, institution in rows:
                yield _row(document, institution, key)
    except DBAPIError as error:
        raise DatabaseError(
            _("{path}: the audit cannot read this database: {problem}").format(
                path=path, problem=error.orig
            )
        ) from error
    finally:
        engine.dispose()


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
