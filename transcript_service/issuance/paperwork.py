"""
The steps from a draft to a sealed PDF: render, sign, seal.

Each step may run again at any time: a file that stands in the batch's folder is whole (it was
renamed into place), so it is taken as it is and nothing is signed twice. Workers make the files'
bytes; only this process writes them.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from sqlmodel import Session, select

from signing.errors import SigningError
from signing.keys.signing_key import SigningKey
from signing.pades import SignatureRequest
from transcript_service.documents.places import principal_field, seal_field
from transcript_service.errors import BatchError
from transcript_service.files import write_whole
from transcript_service.issuance.anchoring import documents_of
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.jobs import (
    PRINCIPAL,
    SEAL,
    PrepareTask,
    SignTask,
    certify_document,
    describe,
    prepare_document,
    seal_document,
)
from transcript_service.issuance.looks import principal_look_of, seal_look_of
from transcript_service.issuance.workshop import Job
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.messages import _

Task = TypeVar("Task")
_COMMIT_EVERY_S = 0.5
"""So often what was done is recorded, and other writers of the database get their turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage(Generic[Task]):
    """One file of each document: how it is made, and what its document is before and after."""

    step: str
    file: str
    before: DocumentState
    after: DocumentState
    job: Job[Task, bytes]
    task: Callable[[DocumentRow], Task]
    keys: Mapping[str, SigningKey]


def render_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Render each transcript and prepare its two empty signature fields."""

    def task(document: DocumentRow) -> PrepareTask:
        return PrepareTask(
            transcript=session.exec(
                select(DocumentRow.transcript_json).where(DocumentRow.id == document.id)
            ).one(),
            school_year=batch.school_year,
        )

    stage = _Stage(
        step="render",
        file="prepared",
        before=DocumentState.DATA_CONFIRMED,
        after=DocumentState.RENDERED,
        job=prepare_document,
        task=task,
        keys={},
    )
    for _document, _pdf in _made(session, desk, batch, stage):
        pass


def sign_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Certify each document with the principal's key, which is loaded once."""
    key = desk.load_keys().principal
    request = SignatureRequest(
        key=key,
        field_name=principal_field(batch.school_year),
        look=principal_look_of(session, batch),
        reason="Phê duyệt học bạ",
        location=desk.institution,
    )
    _enter(session, desk, batch, DocumentState.RENDERED, DocumentState.SIGNING)
    stage = _Stage(
        step="sign",
        file="signed",
        before=DocumentState.SIGNING,
        after=DocumentState.SIGNED,
        job=certify_document,
        task=_task_of(desk, describe(request), "prepared"),
        keys={PRINCIPAL: key},
    )
    for _document, _pdf in _made(session, desk, batch, stage):
        pass


def seal_step(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Seal each signed document with the school's key and take its digest (ADR 0001)."""
    key = desk.load_keys().seal
    request = SignatureRequest(
        key=key,
        field_name=seal_field(batch.school_year),
        look=seal_look_of(session, batch),
        reason="Phát hành học bạ số",
        location=desk.institution,
    )
    stage = _Stage(
        step="seal",
        file="sealed",
        before=DocumentState.SIGNED,
        after=DocumentState.SEALED,
        job=seal_document,
        task=_task_of(desk, describe(request), "signed"),
        keys={SEAL: key},
    )
    for document, sealed in _made(session, desk, batch, stage):
        document.document_digest = sha256(sealed).digest()
        document.document_size = len(sealed)


def sealed_file(desk: Desk, document: DocumentRow) -> Path:
    """Return where the sealed PDF of a document waits for its release."""
    return _file(desk, document, "sealed")


def _task_of(desk: Desk, request: SignatureRequest, file: str) -> Callable[[DocumentRow], SignTask]:
    return lambda document: SignTask(pdf=_read(desk, document, file), request=request)


def _made(
    session: Session, desk: Desk, batch: BatchRow, stage: _Stage[Task]
) -> Iterator[tuple[DocumentRow, bytes]]:
    """
    Yield each document of the stage with the bytes of its file, and record it afterwards.

    A file that an earlier run left is taken as it is; the others are made by the workers.
    """
    rows = documents_of(session, batch.id or 0)
    waiting = [row for row in rows if row.state == stage.before]
    missing = {row.id for row in waiting if not _file(desk, row, stage.file).exists()}
    tasks = (stage.task(row) for row in waiting if row.id in missing)
    results = desk.workshop.each(stage.job, tasks, stage.keys)
    recorded_at = time.monotonic()
    for at, row in enumerate(waiting, start=1 + len(rows) - len(waiting)):
        if row.id in missing:
            with _signing_errors(row):
                made = next(results)
            write_whole(_file(desk, row, stage.file), made)
        else:
            made = _read(desk, row, stage.file)
        yield row, made
        move(desk, session, row, stage.after)
        if row is waiting[-1] or time.monotonic() - recorded_at > _COMMIT_EVERY_S:
            session.commit()
            recorded_at = time.monotonic()
        desk.progress(stage.step, at, len(rows))


def _enter(
    session: Session, desk: Desk, batch: BatchRow, before: DocumentState, after: DocumentState
) -> None:
    for row in documents_of(session, batch.id or 0):
        if row.state == before:
            move(desk, session, row, after)
    session.commit()


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
