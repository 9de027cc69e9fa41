"""
Run a batch as named steps (ADR 0009).

Each step may run twice with the same effect, and what it did is recorded in the same transaction
as its name.
"""

import shutil
from collections.abc import Callable

from sqlmodel import Session, col, select

from transcript_service.issuance.anchoring import anchor_step, publish_step, tree_step
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.paperwork import render_step, seal_step, sign_step
from transcript_service.issuance.release import check_step, receipt_step, release_step
from transcript_service.models import BatchRow, BatchStepRow

Step = Callable[[Session, Desk, BatchRow], None]

STEPS: dict[str, Step] = {
    "render": render_step,
    "sign": sign_step,
    "seal": seal_step,
    "tree": tree_step,
    "anchor": anchor_step,
    "publish": publish_step,
    "receipts": receipt_step,
    "check": check_step,
    "release": release_step,
}
"""In the order in which they run."""


def run_batch(desk: Desk, batch_id: int) -> None:
    """
    Run the steps of a batch that are not done yet, in their order.

    May be called again after any cut; a finished batch is left alone.

    Raises:
        ServiceError: the batch pauses there; the message says what to repair.
    """
    with desk.session() as session:
        for name, step in STEPS.items():
            if session.get(BatchStepRow, (batch_id, name)) is not None:
                continue
            step(session, desk, session.get_one(BatchRow, batch_id))
            session.add(BatchStepRow(batch_id=batch_id, name=name, done_at=desk.stamp()))
            session.commit()
    # Only now: a cut before the last commit still needs the files.
    _remove_work(desk, batch_id)


def _remove_work(desk: Desk, batch_id: int) -> None:
    """Remove the unfinished files of a batch that is finished; what is not there is no error."""
    shutil.rmtree(desk.folders.work(batch_id), ignore_errors=True)


def cut_off_batches(session: Session, desk: Desk) -> list[int]:
    """List the batches that were cut off, oldest first: unfinished, or not cleared up."""
    rows = session.exec(
        select(BatchRow).where(BatchRow.institution == desk.institution).order_by(col(BatchRow.id))
    ).all()
    return [
        row.id
        for row in rows
        if row.id is not None and (row.finished_at is None or desk.folders.work(row.id).exists())
    ]
