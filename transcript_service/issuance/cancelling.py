"""Give up a batch that the registry refuses for good: nothing of it is ever handed out."""

from sqlmodel import Session

from transcript_service.errors import BatchError
from transcript_service.issuance.anchoring import ANCHOR, documents_of, fixed
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.following import follow_registry
from transcript_service.issuance.registry_reverts import RegistryRefused
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.transactions import Purpose, stored
from transcript_service.lifecycle import DocumentState
from transcript_service.models import BatchRow
from verifier.messages import _
from verifier.registry import RegistryView


class BatchCancelled(BatchError):
    """The registry refused the batch for good; its pupils can be issued to again."""


def give_up(session: Session, desk: Desk, batch: BatchRow, refused: RegistryRefused) -> None:
    """
    Cancel a batch of which the registry, at a final block, holds nothing and never will.

    Raises:
        BatchError: it may be anchored yet, or was; the batch waits.
    """
    view = view_of(desk)
    _check_never_anchored(session, desk, batch, view, refused)
    for row in documents_of(session, batch.id or 0):
        move(desk, session, row, DocumentState.CANCELLED)
    batch.cancelled_because = refused.reason
    batch.finished_at = desk.stamp()
    session.add(batch)
    follow_registry(session, desk, view.state)
    session.commit()


def cancelled(batch: BatchRow, refused: RegistryRefused) -> BatchCancelled:
    """Say that *batch* was given up, why, and what to do."""
    return BatchCancelled(
        _(
            "batch {batch_id} is cancelled, nothing of it was handed out: {refused}; when the"
            " reason is repaired, issue to its pupils again"
        ).format(batch_id=batch.id, refused=refused)
    )


def _check_never_anchored(
    session: Session, desk: Desk, batch: BatchRow, view: RegistryView, refused: RegistryRefused
) -> None:
    root, _manifest = fixed(batch)
    rows = documents_of(session, batch.id or 0)
    was_issued = any(row.state != DocumentState.ANCHORING for row in rows)
    if was_issued or view.state.batch(batch.institution, root) is not None:
        raise BatchError(
            _(
                "batch {batch_id} waits, because it was anchored before: {refused}; run"
                " `hocba audit` with --database and show its answer to the registry's operator"
            ).format(batch_id=batch.id, refused=refused)
        ) from refused
    intents = stored(session, Purpose(name=ANCHOR, batch_id=batch.id))
    writer = desk.registry.writer
    if any(
        row.nonce >= writer.nonce_of(bytes.fromhex(row.sender[2:]), view.block_number)
        for row in intents
    ):
        raise BatchError(
            _(
                "batch {batch_id} waits: {refused}; one of its transactions may still be mined,"
                " run `hocba issue` again later"
            ).format(batch_id=batch.id, refused=refused)
        ) from refused
