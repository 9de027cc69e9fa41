"""
Run a batch as named steps (ADR 0009).

Each step may run twice with the same effect, and what it did is recorded in the same transaction
as its name.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from signing.profile import Level
from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.anchoring import (
    anchor_step,
    check_may_anchor,
    documents_of,
    fixed,
    publish_step,
    tree_step,
)
from transcript_service.issuance.cancelling import cancel, cancelled, give_up
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.office_holder import check_holds_office
from transcript_service.issuance.paperwork import augment_step, render_step, seal_step, sign_step
from transcript_service.issuance.readiness import check_ready
from transcript_service.issuance.registry_reverts import RegistryRefused
from transcript_service.issuance.release import (
    check_step,
    receipt_step,
    release_step,
    restore_finished,
    trial_step,
)
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow, BatchStepRow
from verifier.messages import _
from verifier.registry_state import RegistryState

Step = Callable[[Session, Desk, BatchRow], None]

STEPS: dict[str, Step] = {
    "render": render_step,
    "sign": sign_step,
    "seal": seal_step,
    "augment": augment_step,
    "trial": trial_step,
    "tree": tree_step,
    "anchor": anchor_step,
    "publish": publish_step,
    "receipts": receipt_step,
    "check": check_step,
    "release": release_step,
}
"""In the order in which they run."""


SIGNING_STEPS = ("sign", "seal")
_UNSIGNED = (DocumentState.DRAFT, DocumentState.DATA_CONFIRMED, DocumentState.RENDERED)
AFTER_TREE = tuple(STEPS)[tuple(STEPS).index("tree") + 1 :]
"""What has to be done again when a chain lost the anchor."""


def run_batch(desk: Desk, batch_id: int, *, is_ready: bool = False) -> None:
    """
    Run the steps of a batch that are not done yet, in their order.

    May be called again after any cut; a finished batch is left alone. Unless the caller knows that
    it *is_ready*, it is checked before anything is signed (`readiness.check_ready`).

    Raises:
        BatchCancelled: the registry refused it for good, and it was given up.
        VerifierError: whether its signatures would be accepted cannot be learnt.
        ServiceError: the batch pauses there; the message says what to repair.
    """
    with desk.session() as session:
        batch = session.get_one(BatchRow, batch_id)
        if batch.cancelled_because is None:
            try:
                if not is_ready:
                    _check_may_sign(session, desk, batch)
                _run_steps(session, desk, batch)
            except RegistryRefused as refused:
                session.rollback()
                give_up(session, desk, batch, refused)
                _remove_work(desk, batch_id)
                raise cancelled(batch, refused) from refused
    # Only now: a cut before the last commit still needs the files.
    _remove_work(desk, batch_id)


def cancel_batch(desk: Desk, batch_id: int, reason: str) -> None:
    """
    Cancel a batch that was begun, and remove its files.

    Raises:
        UsageError: this school has no such batch, or it is finished.
        BatchError: it was anchored, or may be yet.
        VerifierError: whether it was cannot be learnt.
    """
    with desk.session() as session:
        batch = session.get(BatchRow, batch_id)
        if batch is None or batch.institution != desk.institution or batch.finished_at is not None:
            raise UsageError(
                _(
                    "there is no unfinished batch {batch_id}; `hocba cancel` without --batch lists"
                    " those that there are"
                ).format(batch_id=batch_id)
            )
        cancel(session, desk, batch, reason)
    _remove_work(desk, batch_id)


def reopen_lost_batches(session: Session, desk: Desk, state: RegistryState) -> list[BatchError]:
    """
    Open again the finished batches whose anchor a rolled-back chain lost, to be anchored again.

    Returns:
        Why it cannot be done, for each batch of which a document is not in the archive.
    """
    troubles: list[BatchError] = []
    for batch in _batches(session, desk):
        finished = batch.finished_at is not None and batch.cancelled_because is None
        if not finished or state.batch(batch.institution, fixed(batch)[0]) is not None:
            continue
        try:
            for row in documents_of(session, batch.id or 0):
                restore_finished(desk, batch, row)
        except BatchError as error:
            troubles.append(error)
            continue
        for name in AFTER_TREE:
            session.delete(session.get_one(BatchStepRow, (batch.id, name)))
        batch.finished_at = None
        session.add(batch)
        session.commit()
    return troubles


def check_may_sign(desk: Desk, level: Level) -> None:
    """
    Check that strangers would accept what is signed now, by whom it is signed.

    Raises:
        UsageError: who signs by the settings does not hold the office today.
        BatchError: something would be refused; see `readiness.check_ready`.
        VerifierError: the policy or the registry cannot be read.
    """
    check_holds_office(desk.office, desk.now())
    check_ready(desk, level)


def _check_may_sign(session: Session, desk: Desk, batch: BatchRow) -> None:
    """Check once more, where signatures are still to be made, that they would be accepted."""
    if any(session.get(BatchStepRow, (batch.id, name)) is None for name in SIGNING_STEPS):
        session.commit()  # nobody waits for a lock while others are asked
        check_may_sign(desk, Level(batch.level))
        try:
            check_may_anchor(desk)
        except RegistryRefused as refused:
            raise BatchError(
                _("batch {batch_id} waits: {refused}").format(batch_id=batch.id, refused=refused)
            ) from refused


def _run_steps(session: Session, desk: Desk, batch: BatchRow) -> None:
    for name, step in STEPS.items():
        if session.get(BatchStepRow, (batch.id, name)) is not None:
            continue
        session.commit()  # nobody waits for a lock before the step has something to write
        step(session, desk, batch)
        session.add(BatchStepRow(batch_id=batch.id or 0, name=name, done_at=desk.stamp()))
        session.commit()


def _remove_work(desk: Desk, batch_id: int) -> None:
    """Remove the unfinished files of a batch that is finished; what is not there is no error."""
    shutil.rmtree(desk.folders.work(batch_id), ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedBatch:
    """A batch that was begun: `signed` of its documents carry a signature, or may."""

    batch_id: int
    class_code: str
    school_year: str
    created_at: str
    documents: int
    signed: int


def unfinished_batches(session: Session, desk: Desk) -> list[UnfinishedBatch]:
    """List the batches that are neither finished nor cancelled, oldest first."""
    found = []
    for batch in _batches(session, desk):
        if batch.finished_at is None:
            rows = documents_of(session, batch.id or 0)
            found.append(
                UnfinishedBatch(
                    batch_id=batch.id or 0,
                    class_code=batch.class_code,
                    school_year=batch.school_year,
                    created_at=batch.created_at,
                    documents=len(rows),
                    signed=sum(row.state not in _UNSIGNED for row in rows),
                )
            )
    return found


def cut_off_batches(session: Session, desk: Desk) -> list[int]:
    """List the batches that were cut off, oldest first: unfinished, or not cleared up."""
    return [
        row.id
        for row in _batches(session, desk)
        if row.id is not None and (row.finished_at is None or desk.folders.work(row.id).exists())
    ]


def _batches(session: Session, desk: Desk) -> Sequence[BatchRow]:
    """Return this school's batches, oldest first."""
    return session.exec(
        select(BatchRow).where(BatchRow.institution == desk.institution).order_by(col(BatchRow.id))
    ).all()
