"""
The states of a document and the transitions that are allowed: one table, nothing else decides.

The strict order principal, then school seal is decree 30/2020, article 32.2d: the organisation
signs only a document that already carries the competent person's signature. An authority can
withdraw what was anchored before the school has handed it out.
"""

from enum import StrEnum

from transcript_service.errors import ServiceError
from verifier.messages import _


class DocumentState(StrEnum):
    """Where a document stands between the shared database and its issue."""

    DRAFT = "DRAFT"
    DATA_CONFIRMED = "DATA_CONFIRMED"
    RENDERED = "RENDERED"
    SIGNING = "SIGNING"
    SIGNED = "SIGNED"
    SEALED = "SEALED"
    ANCHORING = "ANCHORING"
    ISSUED = "ISSUED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    CANCELLED = "CANCELLED"


_S = DocumentState
TRANSITIONS: dict[DocumentState, frozenset[DocumentState]] = {
    _S.DRAFT: frozenset({_S.DATA_CONFIRMED, _S.CANCELLED}),
    _S.DATA_CONFIRMED: frozenset({_S.RENDERED, _S.DRAFT, _S.CANCELLED}),
    _S.RENDERED: frozenset({_S.SIGNING, _S.CANCELLED}),
    _S.SIGNING: frozenset({_S.SIGNED, _S.RENDERED, _S.CANCELLED}),
    _S.SIGNED: frozenset({_S.SEALED, _S.CANCELLED}),
    _S.SEALED: frozenset({_S.ANCHORING, _S.CANCELLED}),
    _S.ANCHORING: frozenset({_S.ISSUED, _S.SUPERSEDED, _S.REVOKED, _S.CANCELLED}),
    _S.ISSUED: frozenset({_S.SUPERSEDED, _S.REVOKED}),
    _S.SUPERSEDED: frozenset(),
    _S.REVOKED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def state_name(state: str) -> str:
    """Return what people call a state."""
    return {
        _S.DRAFT: _("begun"),
        _S.DATA_CONFIRMED: _("data confirmed"),
        _S.RENDERED: _("PDF made"),
        _S.SIGNING: _("being signed"),
        _S.SIGNED: _("signed by the principal"),
        _S.SEALED: _("sealed"),
        _S.ANCHORING: _("being anchored"),
        _S.ISSUED: _("issued"),
        _S.SUPERSEDED: _("superseded"),
        _S.REVOKED: _("revoked"),
        _S.CANCELLED: _("cancelled"),
    }[DocumentState(state)]


class ForbiddenTransition(ServiceError):
    """A document was asked to go where its state does not lead."""


def check_transition(before: DocumentState, after: DocumentState) -> None:
    """
    Check that a document may go from *before* to *after*.

    Raises:
        ForbiddenTransition: the table does not allow it.
    """
    if after not in TRANSITIONS[before]:
        raise ForbiddenTransition(f"a document does not go from {before} to {after}")
