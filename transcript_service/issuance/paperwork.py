"""
The steps from a draft to a sealed PDF: render, sign, seal.

Each step may run again at any time: a file that stands in the batch's folder is whole (it was
renamed into place), so it is taken as it is and nothing is signed twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlmodel import Session

from signing.errors import SigningError
from signing.fields import prepare
from signing.pades import SignatureRequest, certify, seal
from transcript_service.documents.places import principal_field, seal_field
from transcript_service.documents.render import render
from transcript_service.errors import BatchError
from transcript_service.files import write_whole
from transcript_service.issuance.anchoring import documents_of
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.looks import principal_look_of, seal_look_of
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.messages import _


def render_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Render each transcript and prepare its two empty signature fields."""

    def make(document: DocumentRow) -> bytes:
        with _signing_errors(document):
            return prepare(
                render(document.transcript_json),
                names=(principal_field(batch.school_year), seal_field(batch.school_year)),
                tooltips=("Chữ ký số của hiệu trưởng", "Chữ ký số của nhà trường"),
            )

    for document in _waiting(session, desk, batch, DocumentState.DATA_CONFIRMED, "render"):
        _made_once(desk, document, "prepared", make)
        move(desk, session, document, DocumentState.RENDERED)
        session.commit()


def sign_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Certify each document with the principal's key, which is loaded once."""
    key = desk.load_keys().principal
    look = principal_look_of(session, batch)
    _enter(session, desk, batch, DocumentState.RENDERED, DocumentState.SIGNING)

    def make(document: DocumentRow) -> bytes:
        request = SignatureRequest(
            key=key,
            field_name=principal_field(batch.school_year),
            look=look,
            reason="Phê duyệt học bạ",
            location=desk.institution,
        )
        with _signing_errors(document):
            return certify(_read(desk, document, "prepared"), request)

    for document in _waiting(session, desk, batch, DocumentState.SIGNING, "sign"):
        _made_once(desk, document, "signed", make)
        move(desk, session, document, DocumentState.SIGNED)
        session.commit()


def seal_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Seal each signed document with the school's key and take its digest (ADR 0001)."""
    key = desk.load_keys().seal
    look = seal_look_of(session, batch)

    def make(document: DocumentRow) -> bytes:
        request = SignatureRequest(
            key=key,
            field_name=seal_field(batch.school_year),
            look=look,
            reason="Phát hành học bạ số",
            location=desk.institution,
        )
        with _signing_errors(document):
            return seal(_read(desk, document, "signed"), request)

    for document in _waiting(session, desk, batch, DocumentState.SIGNED, "seal"):
        sealed = _made_once(desk, document, "sealed", make)
        document.document_digest = sha256(sealed).digest()
        document.document_size = len(sealed)
        move(desk, session, document, DocumentState.SEALED)
        session.commit()


def sealed_file(desk: Desk, document: DocumentRow) -> Path:
    """Return where the sealed PDF of a document waits for its release."""
    return _file(desk, document, "sealed")


def _waiting(
    session: Session, desk: Desk, batch: BatchRow, state: DocumentState, step: str
) -> Iterator[DocumentRow]:
    """Yield the documents of the batch that are in *state*, telling how far the step is."""
    rows = documents_of(session, batch.id or 0)
    for at, row in enumerate(rows, start=1):
        if row.state == state:
            yield row
        desk.progress(step, at, len(rows))


def _enter(
    session: Session, desk: Desk, batch: BatchRow, before: DocumentState, after: DocumentState
) -> None:
    for row in documents_of(session, batch.id or 0):
        if row.state == before:
            move(desk, session, row, after)
    session.commit()


def _made_once(
    desk: Desk, document: DocumentRow, stage: str, make: Callable[[DocumentRow], bytes]
) -> bytes:
    """Return the bytes of one stage, from its file if an earlier run left it, else made now."""
    path = _file(desk, document, stage)
    if path.exists():
        return path.read_bytes()
    made = make(document)
    write_whole(path, made)
    return made


def _read(desk: Desk, document: DocumentRow, stage: str) -> bytes:
    path = _file(desk, document, stage)
    try:
        return path.read_bytes()
    except OSError as error:
        raise BatchError(
            _("cannot read {path}: {problem}; put the batch's folder back, then resume").format(
                path=path, problem=error.strerror
            )
        ) from error


def _file(desk: Desk, document: DocumentRow, stage: str) -> Path:
    return desk.folders.work(document.batch_id) / f"{document.file_stem}.{stage}.pdf"


@contextmanager
def _signing_errors(document: DocumentRow) -> Iterator[None]:
    """Say of which document an error of `signing` speaks, in the language of the catalogue."""
    try:
        yield
    except SigningError as error:
        raise BatchError(
            f"{document.file_stem}: {_(error.template).format(**error.facts)}"
        ) from error
