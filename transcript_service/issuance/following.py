"""What others did to this school's documents in the registry, brought into its database."""

from dataclasses import replace

from sqlmodel import Session, select

from transcript_service.issuance.anchoring import entry_of
from transcript_service.issuance.desk import REGISTRY_ACTOR, Desk, move
from transcript_service.issuance.release import take_out
from transcript_service.lifecycle import DocumentState
from transcript_service.models import DocumentRow, TranscriptRow
from verifier.registry_state import RegistryState


def follow_registry(session: Session, desk: Desk, state: RegistryState) -> None:
    """
    Take out of the current transcripts what an authority revoked or superseded.

    The audit record names the registry as the actor. What the database knows already stays.
    """
    by_registry = replace(desk, actor=REGISTRY_ACTOR)
    rows = session.exec(
        select(DocumentRow)
        .join(TranscriptRow)
        .where(
            TranscriptRow.institution == desk.institution,
            DocumentRow.state == DocumentState.ISSUED,
        )
    ).all()
    for row in rows:
        found = state.status(desk.institution, entry_of(row).leaf_hash())
        if found is not None:
            after = DocumentState(found.status)
            take_out(desk, row, desk.folders.of(after))
            move(by_registry, session, row, after)
