"""What is found out about one signature of a document, as values without pyHanko."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from verifier.errors import SubReason


class Role(StrEnum):
    """Who signed, told by the order of the signatures (ADR 0001)."""

    PRINCIPAL = "PRINCIPAL"
    SEAL = "SEAL"


class Indication(StrEnum):
    """Main status indication of ETSI EN 319 102-1, table 5."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFinding:
    """
    One signature, judged by itself.

    `indication` and `sub_indication` are those of ETSI EN 319 102-1 at the validation time, with
    RFC 3161 time stamps as the only proofs of existence. `anchored_sub_indication` is what would
    be left if the signature were known to exist at the anchor's block time as well (ADR 0014).
    """

    role: Role
    field_name: str
    revision: int
    indication: Indication
    sub_indication: SubReason | None
    message: str
    """Why, in words; empty when it passed."""
    level: str | None = None
    """`B-B` to `B-LTA`, by what was found valid; None when the signature is not PAdES."""
    signed_at: datetime | None = None
    """The time stamp's time where one is valid, else what the signer claimed; aware, UTC."""
    time_stamped_at: datetime | None = None
    """Proven time of signing (RFC 3161)."""
    signer: str | None = None
    """Subject of the signer's certificate (RFC 4514 order)."""
    signer_name: str | None = None
    """Its common name alone, for people; all of `signer` where it has none, or several."""
    valid_from: datetime | None = None
    """When the signer's certificate begins; aware, UTC."""
    identities: tuple[bytes, ...] = field(default=())
    """How the registry may know the certificate: its fingerprint; for a seal also its identity."""
    identities_complete: bool = False
    """False when the issuer of a seal's certificate is not at hand: an identity may be missing."""
    anchored_sub_indication: SubReason | None = None
    proof_of_existence_helped: bool = False
    """Whether the anchor's block time turned an INDETERMINATE of this signature into a pass."""
