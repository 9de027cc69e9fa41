"""Revoke an issued document: a recorded act with a reason, which cannot be undone."""

from sqlmodel import Session, select

from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.anchoring import chain_entry, entry_of
from transcript_service.issuance.desk import Desk, move
from transcript_service.issuance.following import follow_registry
from transcript_service.issuance.planning import check_none_on_the_way
from transcript_service.issuance.registry_calls import revoke_entry
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.release import take_out
from transcript_service.issuance.transactions import Purpose, settle
from transcript_service.lifecycle import DocumentState, state_name
from transcript_service.models import DocumentRow, TranscriptRow
from verifier.messages import _
from verifier.reasons import Reason

REVOKE = "revoke"


def find_document(
    session: Session, institution: str, transcript_code: str, school_year: str, version: int
) -> DocumentRow:
    """
    Find a document of this institution.

    Raises:
        UsageError: it never made one.
    """
    row = session.exec(
        select(DocumentRow)
        .join(TranscriptRow)
        .where(
            TranscriptRow.institution == institution,
            DocumentRow.transcript_code == transcript_code,
            DocumentRow.school_year == school_year,
            DocumentRow.version == version,
        )
    ).first()
    if row is None:
        raise UsageError(
            _(
                "{institution} has no version {version} of {transcript_code} for {school_year}; "
                "compare with the file's name, CODE.YEAR.vN.pdf"
            ).format(
                institution=institution,
                version=version,
                transcript_code=transcript_code,
                school_year=school_year,
            )
        )
    return row


def revoke_document(session: Session, desk: Desk, document: DocumentRow, reason: Reason) -> None:
    """
    Revoke *document* in the registry and take it out of the current transcripts.

    May be called again after a cut: the transaction is sent once, and not at all when an authority
    has revoked the document already.

    Raises:
        BatchError: the document is not issued, is no longer current, or has a version on its way.
        ChainError: the registry refuses.
    """
    state = view_of(desk).state
    follow_registry(session, desk, state)
    if document.state not in {DocumentState.ISSUED, DocumentState.REVOKED}:
        raise BatchError(
            _("document {stem} is {state}; only an issued one can be revoked").format(
                stem=document.file_stem, state=state_name(document.state)
            )
        )
    if state.status(desk.institution, entry_of(document).leaf_hash()) is None:
        check_none_on_the_way(session, document)
        purpose = Purpose(name=REVOKE, document_id=document.id)
        call = revoke_entry(chain_entry(session, document), reason)
        settle(session, desk, purpose, desk.registry.account, call)
    take_out(desk, document, desk.folders.revoked)
    if document.state == DocumentState.ISSUED:
        move(desk, session, document, DocumentState.REVOKED)
    session.commit()
