"""Reason codes of revoking and superseding: what the registry stores as a number (ADR 0006)."""

from enum import IntEnum


class Reason(IntEnum):
    """Why an entry was revoked or superseded; 0 is none and refused by the contract."""

    WRONG_DATA = 1
    WRONG_PERSON = 2
    KEY_COMPROMISE = 3
    WITHOUT_AUTHORITY = 4
    DECISION = 5
    CORRECTION = 6
    OTHER = 7
