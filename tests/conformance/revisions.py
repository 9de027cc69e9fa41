"""The revisions of a document on its way, one line each, and what judges are asked about them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from signing.profile import Level
from tests.conformance.finding import Case
from tests.pki.authorities import days_later
from transcript_service.documents.places import principal_field, seal_field

YEAR = "2025-2026"
PRINCIPAL, SEAL = principal_field(YEAR), seal_field(YEAR)
STAMP, RENEWAL = "DocTimeStamp_3", "DocTimeStamp_4"
NEXT_DAY = days_later(1)
YEARS_LATER = datetime(2031, 6, 1, tzinfo=UTC)
"""The signers' certificates have ended by then, that of the time stamps has not."""
DECADE_LATER = datetime(2036, 6, 1, tzinfo=UTC)
"""The first service's certificate has ended by then, that of the service of the renewal has not."""


@dataclass(frozen=True, slots=True)
class Revision:
    """
    What a document has become.

    `level` is what its signatures have reached, None before there are any. `signatures` and
    `document_stamps` are the fields that are filled. What carries its evidence is judged at
    `alone_at` with nothing besides the root.
    """

    level: Level | None
    name: str
    signatures: tuple[str, ...] = ()
    document_stamps: tuple[str, ...] = ()
    alone_at: datetime | None = None

    @property
    def stamps(self) -> tuple[str, ...]:
        """Everything that is time-stamped, as judges name it."""
        if self.level in {None, Level.B_B}:
            return ()
        return (*(f"time stamp of {field}" for field in self.signatures), *self.document_stamps)

    def questions(self, judge: str) -> set[str]:
        """Everything about which *judge* has to say something."""
        match judge:
            case "veraPDF":
                return {"PDF/A-3a", "PDF/UA-1"}
            case "qpdf":
                return {"syntax"}
            case "poppler":
                return set(self.signatures)
        return {*self.signatures, *self.stamps}


_BOTH = (PRINCIPAL, SEAL)
RENDERED = Revision(None, "rendered")
PREPARED = Revision(None, "prepared")
CERTIFIED = Revision(Level.B_B, "certified", (PRINCIPAL,))
SEALED = Revision(Level.B_B, "sealed", _BOTH)
CERTIFIED_T = Revision(Level.B_T, "certified", (PRINCIPAL,))
SEALED_T = Revision(Level.B_T, "sealed", _BOTH)
WITH_DATA = Revision(Level.B_LT, "validation data added", _BOTH, (), YEARS_LATER)
STAMPED = Revision(Level.B_LTA, "document time stamp added", _BOTH, (STAMP,), YEARS_LATER)
RENEWED = Revision(Level.B_LTA, "renewed in 2031", _BOTH, (STAMP, RENEWAL), DECADE_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One revision of one document; `kind` names the frozen transcript, or the kind of key."""

    kind: str
    revision: Revision
    case: Case
