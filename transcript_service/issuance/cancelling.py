"""
Give up a batch: one that the registry refuses for good, or that nobody wants to finish.

Nothing of it is ever handed out.
"""

from enum import Enum, auto

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
    anchoring = _anchoring_of(session, desk, batch, view)
    if anchoring is _Anchoring.DONE:
        raise BatchError(
            _(
                "batch {batch_id} waits, because it was anchored before: {refused}; run"
                " `hocba audit` with --database and show its answer to the registry's operator"
            ).format(batch_id=batch.id, refused=refused)
        ) from refused
    if anchoring is _Anchoring.POSSIBLE:
        raise BatchError(
            _(
                "batch {batch_id} waits: {refused}; one of its transactions may still be mined,"
                " run `hocba issue` again later"
            ).format(batch_id=batch.id, refused=refused)
        ) from refused
    _end(session, desk, batch, refused.reason)
    follow_registry(session, desk, view.state)
    session.commit()


def cancel(session: Session, desk: Desk, batch: BatchRow, reason: str) -> None:
    """
    Cancel a batch that nobody wants to finish; what was signed of it is never handed out.

    Its version numbers are not given again: a copy of a signed file that got out stays a version
    of its own, which no registry knows.

    Raises:
        BatchError: it was anchored, or may be yet.
        VerifierError: whether it was cannot be learnt.
    """
    if batch.root is not None:
        anchoring = _anchoring_of(session, desk, batch, view_of(desk))
        if anchoring is _Anchoring.DONE:
            raise BatchError(
                _(
                    "batch {batch_id} is not cancelled: it is anchored; let `hocba issue` for its"
                    " class finish it, then withdraw its documents with `hocba revoke`"
                ).format(batch_id=batch.id)
            )
        if anchoring is _Anchoring.POSSIBLE:
            raise BatchError(
                _(
                    "batch {batch_id} is not cancelled: its transaction may still be mined; let"
                    " `hocba issue` for its class finish it, then withdraw its documents with"
                    " `hocba revoke`"
                ).format(batch_id=batch.id)
            )
    _end(session, desk, batch, reason)
    session.commit()


def cancelled(batch: BatchRow, refused: RegistryRefused) -> BatchCancelled:
    """Say that *batch* was given up, why, and what to do."""
    return BatchCancelled(
        _(
            "batch {batch_id} is cancelled, nothing of it was handed out: {refused}; when the"
            " reason is repaired, issue to its pupils again"
        ).format(batch_id=batch.id, refused=refused)
    )


class _Anchoring(Enum):
    """Whether the registry holds a batch."""

    NEVER = auto()
    POSSIBLE = auto()
    DONE = auto()


def _anchoring_of(session: Session, desk: Desk, batch: BatchRow, view: RegistryView) -> _Anchoring:
    """Tell by a final block, and by the transactions that were ever made for the batch."""
    root, _manifest = fixed(batch)
    rows = documents_of(session, batch.id or 0)
    was_issued = any(row.state != DocumentState.ANCHORING for row in rows)
    if was_issued or view.state.batch(batch.institution, root) is not None:
        return _Anchoring.DONE
    writer = desk.registry.writer
    may_be_mined = any(
        row.nonce >= writer.nonce_of(bytes.fromhex(row.sender[2:]), view.block_number)
        for row in stored(session, Purpose(name=ANCHOR, batch_id=batch.id))
    )
    return _Anchoring.POSSIBLE if may_be_mined else _Anchoring.NEVER


def _end(session: Session, desk: Desk, batch: BatchRow, reason: str) -> None:
    """Record the end of a batch; none of its transactions is ever sent again."""
    for row in documents_of(session, batch.id or 0):
        move(desk, session, row, DocumentState.CANCELLED)
    for intent in stored(session, Purpose(name=ANCHOR, batch_id=batch.id)):
        intent.abandoned = intent.abandoned or reason
        session.add(intent)
    batch.cancelled_because = reason
    batch.finished_at = desk.stamp()
    session.add(batch)
