"""
The files that a document goes through on its way, each made once, in the batch's work folder.

A file that stands there is whole (it was renamed into place), so it is taken as it is. Workers
make the bytes; only this process writes them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sqlmodel import Session

from signing.errors import SigningError
from signing.keys.signing_key import SigningKey
from signing.profile import Level
from transcript_service.errors import BatchError
from transcript_service.files import write_whole
from transcript_service.issuance.anchoring import documents_of
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.workshop import Job
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, DocumentRow
from verifier.messages import _
from verifier.system_words import why

Task = TypeVar("Task")
_COMMIT_EVERY_S = 0.5
"""So often what was done is recorded, and other writers of the database get their turn."""
_WRITERS = 4
"""So many files are on their way to the disk while others are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[Task]):
    """One file of each document: how it is made, and what its document is before and after."""

    step: str
    file: str
    before: DocumentState
    after: DocumentState
    job: Job[Task, bytes]
    task: Callable[[DocumentRow], Task]
    keys: Mapping[str, SigningKey]

    def is_waiting(self, document: DocumentRow) -> bool:
        """Tell whether the stage is still to be recorded for *document*."""
        if self.before != self.after:
            return document.state == self.before
        return document.state == self.before and document.document_digest is None


def make_all(
    session: Session, desk: Desk, batch: BatchRow, stage: Stage[Task]
) -> Iterator[tuple[DocumentRow, bytes]]:
    """
    Yield each document of the stage with the bytes of its file, and record it afterwards.

    Raises:
        BatchError: a file cannot be made or read; what was made before is kept.
        FileNotWritten: there is no room, or no access.
    """
    rows = documents_of(session, batch.id or 0)
    waiting = [row for row in rows if stage.is_waiting(row)]
    recorded_at = time.monotonic()
    made_ones = _files(desk, stage, waiting)
    for at, (row, made) in enumerate(made_ones, start=1 + len(rows) - len(waiting)):
        yield row, made
        if stage.before != stage.after:
            move(desk, session, row, stage.after)
        session.add(row)
        if row is waiting[-1] or time.monotonic() - recorded_at > _COMMIT_EVERY_S:
            session.commit()
            recorded_at = time.monotonic()
        desk.progress(stage.step, at, len(rows))


def _files(
    desk: Desk, stage: Stage[Task], waiting: Sequence[DocumentRow]
) -> Iterator[tuple[DocumentRow, bytes]]:
    """Yield each document with the bytes of its file, once that is on the disk, in their order."""
    missing = {row.id for row in waiting if not path_of(desk, row, stage.file).exists()}
    tasks = (stage.task(row) for row in waiting if row.id in missing)
    results = desk.workshop.each(stage.job, tasks, stage.keys)
    on_the_way: deque[tuple[DocumentRow, bytes, Future[None] | None]] = deque()
    with ThreadPoolExecutor(_WRITERS) as writers:
        for row in waiting:
            if row.id in missing:
                with signing_errors(row.file_stem):
                    made = next(results)
                written = writers.submit(write_whole, path_of(desk, row, stage.file), made)
                on_the_way.append((row, made, written))
            else:
                on_the_way.append((row, read(desk, row, stage.file), None))
            if len(on_the_way) > _WRITERS:
                yield _arrived(*on_the_way.popleft())
        while on_the_way:
            yield _arrived(*on_the_way.popleft())


def _arrived(
    row: DocumentRow, made: bytes, written: "Future[None] | None"
) -> tuple[DocumentRow, bytes]:
    if written is not None:
        written.result()
    return row, made


def is_long_term(batch: BatchRow) -> bool:
    """Tell whether the batch's documents carry validation data (B-LT and above)."""
    return Level(batch.level).is_long_term


def finished_file(desk: Desk, batch: BatchRow, document: DocumentRow) -> Path:
    """Return where the PDF that is anchored waits for its release."""
    return path_of(desk, document, "augmented" if is_long_term(batch) else "sealed")


def read(desk: Desk, document: DocumentRow, file: str) -> bytes:
    """
    Read one of the files of a document.

    Raises:
        BatchError: it is not there, or cannot be read.
    """
    path = path_of(desk, document, file)
    try:
        return path.read_bytes()
    except OSError as error:
        raise BatchError(
            _("cannot read {path}: {problem}; put the batch's folder back, then resume").format(
                path=path, problem=why(error)
            )
        ) from error


def path_of(desk: Desk, document: DocumentRow, file: str) -> Path:
    """Return the path of one of the files of a document."""
    return desk.folders.work(document.batch_id) / f"{document.file_stem}.{file}.pdf"


@contextmanager
def signing_errors(where: str) -> Iterator[None]:
    """Say where an error of `signing` arose, in the language of the catalogue."""
    try:
        yield
    except SigningError as error:
        reason = _(error.template).format(**error.facts)
        raise BatchError(f"{where}: {reason}") from error
