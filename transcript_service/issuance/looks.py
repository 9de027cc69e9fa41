"""The looks of a batch's two signatures, made once from what its transcripts say of the signers."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from signing.appearance import Lettering, principal_look, seal_look
from signing.look import Look
from signing.signature_image import SignatureImage
from transcript_service.documents.places import (
    PRINCIPAL_HEIGHT_PT,
    PRINCIPAL_WIDTH_PT,
    SEAL_SIDE_PT,
)
from transcript_service.documents.render import FONTS_DIRECTORY
from transcript_service.issuance.anchoring import documents_of
from transcript_service.models import BatchRow
from verifier.transcript import parse_transcript

_LETTERING = Lettering(directory=FONTS_DIRECTORY, family="Liberation Serif")


def principal_look_of(session: Session, batch: BatchRow, image: SignatureImage | None) -> Look:
    """Draw the look of the principal's signature, with its *image*, for the whole batch."""
    school = _school(session, batch)
    return principal_look(
        name=school["principal"]["full_name"],
        title=school["principal"]["title"],
        organization=school["name"],
        signed_at=_moment(batch.signed_at),
        size=(PRINCIPAL_WIDTH_PT, PRINCIPAL_HEIGHT_PT),
        lettering=_LETTERING,
        image=image,
    )


def seal_look_of(session: Session, batch: BatchRow) -> Look:
    """Draw the look of the school's seal for all documents of the batch."""
    return seal_look(
        organization=_school(session, batch)["name"],
        signed_at=_moment(batch.sealed_at or batch.signed_at),
        size=(SEAL_SIDE_PT, SEAL_SIDE_PT),
        lettering=_LETTERING,
    )


def _school(session: Session, batch: BatchRow) -> dict[str, Any]:
    """All documents of a batch are of one school: the first one tells."""
    first = documents_of(session, batch.id or 0)[0]
    school: dict[str, Any] = parse_transcript(first.transcript_json).document["school"]
    return school


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
