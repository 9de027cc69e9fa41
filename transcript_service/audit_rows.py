"""The documents of the school's database, as the auditor takes them."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b, sha256
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from transcript_service.errors import DatabaseError
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow, TranscriptRow
from verifier.audit_database import DatabaseRow, RowFault, RowState
from verifier.entry import series_id
from verifier.messages import _

_STATES: dict[str, RowState] = {
    DocumentState.ISSUED: "CURRENT",
    DocumentState.SUPERSEDED: "SUPERSEDED",
    DocumentState.REVOKED: "REVOKED",
}


def audit_rows(path: Path) -> Iterator[DatabaseRow]:
    """
    Yield every document that has its final bytes; the database is opened for reading only.

    `subject` is a keyed hash of personal id (of the student code where there is none), kind and
    year; the key is drawn anew for each audit and kept nowhere.

    Raises:
        DatabaseError: the file cannot be read, or is no database of this release.
    """
    key = secrets.token_bytes(32)
    with _reading(path) as session:
        rows = session.exec(
            select(DocumentRow, TranscriptRow, BatchRow)
            .join(TranscriptRow, isouter=True)
            .join(BatchRow, isouter=True)
            .where(
                col(DocumentRow.state).in_(tuple(_STATES))
                | col(DocumentRow.document_digest).is_not(None)
            )
            .order_by(col(DocumentRow.id))
        )
        for document, transcript, batch in rows:
            yield _row(document, transcript, batch, key)


def issuing_institutions(path: Path) -> frozenset[str]:
    """
    Return the institutions that ever issued with this database.

    Raises:
        DatabaseError: the file cannot be read, or is no database of this release.
    """
    with _reading(path) as session:
        batches = session.exec(select(BatchRow.institution).distinct())
        transcripts = session.exec(select(TranscriptRow.institution).distinct())
        return frozenset((*batches, *transcripts))


@contextmanager
def _reading(path: Path) -> Iterator[Session]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True),
        hide_parameters=True,
    )
    try:
        with Session(engine) as session:
            yield session
    except DBAPIError as error:
        raise DatabaseError(
            _("{path}: the audit cannot read this database: {problem}").format(
                path=path, problem=error.orig
            )
        ) from error
    finally:
        engine.dispose()


def _row(
    document: DocumentRow, transcript: TranscriptRow | None, batch: BatchRow | None, key: bytes
) -> DatabaseRow:
    """Make the auditor's row; a joined row that is not there is one of its faults."""
    data = _data(document)
    return DatabaseRow(
        name=f"{document.file_stem}.pdf",
        institution=_institution(transcript, batch, data),
        series_id=document.series_id,
        version=document.version,
        document_digest=document.document_digest or b"",
        state=_STATES.get(document.state, "NOT_ISSUED"),
        subject=_subject(document, data, key),
        transcript_digest=sha256(_bytes(document.transcript_json)).digest(),
        faults=tuple(_faults(document, transcript, batch, data)),
    )


def _institution(
    transcript: TranscriptRow | None, batch: BatchRow | None, data: dict[str, object]
) -> str:
    if transcript is not None:
        return transcript.institution
    return batch.institution if batch is not None else str(data.get("institution", ""))


def _faults(
    document: DocumentRow,
    transcript: TranscriptRow | None,
    batch: BatchRow | None,
    data: dict[str, object],
) -> Iterator[RowFault]:
    if transcript is None:
        yield RowFault.NO_TRANSCRIPT
    elif series_id(transcript.series_key, document.kind, document.school_year) != (
        document.series_id
    ):
        yield RowFault.SERIES
    if batch is None:
        yield RowFault.NO_BATCH
    columns = ("transcript_code", "kind", "school_year", "version")
    if any(data.get(name) != getattr(document, name) for name in columns):
        yield RowFault.DATA


def _data(document: DocumentRow) -> dict[str, object]:
    """Read a row's data; nothing where somebody overwrote them."""
    try:
        data = json.loads(_bytes(document.transcript_json))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _bytes(value: object) -> bytes:
    """Take what the column holds; SQLite lets another program put text there."""
    return value if isinstance(value, bytes) else str(value).encode()


def _subject(document: DocumentRow, data: dict[str, object], key: bytes) -> bytes:
    """Hash whose document it is; empty where the data do not say."""
    pupil = data.get("pupil")
    if not isinstance(pupil, dict):
        return b""
    person = pupil.get("personal_id") or pupil.get("student_code")
    if not isinstance(person, str):
        return b""
    subject = "\0".join((person, document.kind, document.school_year)).encode()
    return blake2b(subject, key=key, digest_size=32).digest()
