"""
Errors that the verifier raises.

VerifierError
├── InvalidFormat            a receipt, manifest, state or transcript against its format
├── PolicyError              wrong usage, or a policy file that cannot be used: exit code 2
├── RendererMissing          what rendered a document is not at hand: no verdict (ADR 0002)
├── InvalidEvidence          something contradicts the document itself: TOTAL-FAILED
│   └── (checks raise it with the sub_reason of ADR 0001)
└── MissingEvidence          the check could not be made, or what was offered does not fit:
    │                        INDETERMINATE
    ├── LimitExceeded        the file asks for more than any transcript needs
    ├── BadInclusionProof    a Merkle proof that is malformed or leads elsewhere
    ├── NodeUnreachable      no usable answer from a node (`verifier.rpc`)
    ├── OtherChain           the node serves another chain or contract
    ├── OtherHistory         answers, receipts or states that do not fit together
    └── UnsupportedRegistry  a contract version or event that this verifier does not know

Messages carry digests, paths and record ids, never a name, a score or a personal id.
"""

from enum import StrEnum


class SubReason(StrEnum):
    """
    The named reason beside a verdict.

    The first group is ADR 0001 and 0007; the second group are sub-indications of
    ETSI EN 319 102-1 (table 6), by their standard names.
    """

    FORMAT_FAILURE = "FORMAT_FAILURE"
    ALTERED = "ALTERED"
    APPENDED = "APPENDED"
    SIGNATURE_MISSING = "SIGNATURE_MISSING"
    SIGNER_NOT_DECLARED = "SIGNER_NOT_DECLARED"
    NOT_REPRODUCED = "NOT_REPRODUCED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    REGISTRY_UNAVAILABLE = "REGISTRY_UNAVAILABLE"
    OTHER_CHAIN = "OTHER_CHAIN"
    OTHER_HISTORY = "OTHER_HISTORY"
    WRONG_RECEIPT = "WRONG_RECEIPT"
    NOT_ANCHORED = "NOT_ANCHORED"
    NO_RECEIPT = "NO_RECEIPT"
    DISPUTED = "DISPUTED"
    UNSUPPORTED_REGISTRY = "UNSUPPORTED_REGISTRY"
    NOT_AUTHORIZED = "NOT_AUTHORIZED"
    MANIFEST_WITHHELD = "MANIFEST_WITHHELD"
    SIGNATURES_NOT_CHECKED = "SIGNATURES_NOT_CHECKED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"

    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    GENERIC = "GENERIC"


class VerifierError(Exception):
    """Root of the verifier's errors; `str(error)` is what a person reads."""


class InvalidFormat(VerifierError):
    """
    Bytes are not what their format says.

    Args:
        what: the thing that was read, with its file name where there is one.
        place: where in it, as a path of keys and indices (`entries[3]`); empty for the whole.
        problem: what is wrong there.
    """

    def __init__(self, what: str, place: str, problem: str) -> None:
        super().__init__(f"{what}: {place}: {problem}" if place else f"{what}: {problem}")
        self.what = what
        self.place = place
        self.problem = problem


class PolicyError(VerifierError):
    """The policy, or the way the tool was called, is wrong (exit code 2)."""


class RendererMissing(VerifierError):
    """What rendered a document is not at hand, so nothing can be said of its pages (ADR 0002)."""


class InvalidEvidence(VerifierError):
    """Something contradicts the document itself (TOTAL-FAILED)."""

    def __init__(self, sub_reason: SubReason, message: str) -> None:
        super().__init__(message)
        self.sub_reason = sub_reason


class MissingEvidence(VerifierError):
    """The check could not be made, or what was offered does not fit (INDETERMINATE)."""

    def __init__(self, sub_reason: SubReason, message: str) -> None:
        super().__init__(message)
        self.sub_reason = sub_reason


class LimitExceeded(MissingEvidence):
    """Bytes ask for more than any transcript needs, so they were not looked at further."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.LIMIT_EXCEEDED, message)


class BadInclusionProof(MissingEvidence):
    """A Merkle proof is malformed or leads to another root."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.WRONG_RECEIPT, message)


class NodeUnreachable(MissingEvidence):
    """No usable answer from a node: unreachable, too slow, or not JSON-RPC."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.REGISTRY_UNAVAILABLE, message)


class OtherChain(MissingEvidence):
    """The node serves another chain, or the contract of the policy is not there."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.OTHER_CHAIN, message)


class OtherHistory(MissingEvidence):
    """Events, receipts, states or answers do not fit together."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.OTHER_HISTORY, message)


class UnsupportedRegistry(MissingEvidence):
    """The contract's version, or one of its events, is unknown to this verifier."""

    def __init__(self, message: str) -> None:
        super().__init__(SubReason.UNSUPPORTED_REGISTRY, message)
