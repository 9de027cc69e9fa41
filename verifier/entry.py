"""Log entries and series ids (ADR 0004): what a transcript becomes in the Merkle tree."""

from dataclasses import dataclass
from hashlib import sha256

from verifier.errors import InvalidFormat
from verifier.merkle import leaf_hash
from verifier.messages import _

ENTRY_SIZE = 69
ENTRY_TYPE = 0x01
MAX_VERSION = 2**32 - 1
_SERIES_DOMAIN = b"hocba/series/1"
KINDS = ("YEAR", "LEVEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One issued document in a batch.

    Args:
        document_digest: SHA-256 of the issued PDF, 32 bytes (ADR 0001).
        series_id: 32 bytes, see `series_id`.
        version: 1 and up, below 2³².
    """

    document_digest: bytes
    series_id: bytes
    version: int

    def __post_init__(self) -> None:
        if len(self.document_digest) != 32 or len(self.series_id) != 32:
            raise InvalidFormat("entry", "", _("a digest is not 32 bytes long"))
        if not 1 <= self.version <= MAX_VERSION:
            raise InvalidFormat("entry", "version", _("a version is 1 or greater, below 2^32"))

    def to_bytes(self) -> bytes:
        """Return the 69 bytes that are hashed into the tree."""
        return entry_bytes(self.document_digest, self.series_id, self.version)

    def leaf_hash(self) -> bytes:
        """Return the leaf hash of this entry (RFC 9162 section 2.1.1)."""
        return leaf_hash(self.to_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Entry":
        """
        Read the 69 bytes of an entry.

        Raises:
            InvalidFormat: another length, type or version 0.
        """
        if len(data) != ENTRY_SIZE:
            problem = _("{size} bytes instead of {expected}")
            raise InvalidFormat("entry", "", problem.format(size=len(data), expected=ENTRY_SIZE))
        if data[0] != ENTRY_TYPE:
            raise InvalidFormat("entry", "", _("unknown entry type {code}").format(code=data[0]))
        return cls(
            document_digest=data[1:33],
            series_id=data[33:65],
            version=int.from_bytes(data[65:], "big"),
        )


def entry_bytes(document_digest: bytes, series_id: bytes, version: int) -> bytes:
    """Return `0x01 ‖ document_digest ‖ series_id ‖ version` (ADR 0004); lengths unchecked."""
    return b"\x01" + document_digest + series_id + version.to_bytes(4, "big")


def series_id(series_key: bytes, kind: str, school_year: str) -> bytes:
    """
    Return the id that all versions of one document share.

    Args:
        series_key: the transcript's 32 random bytes.
        kind: `YEAR` or `LEVEL`.
        school_year: `2025-2026` for YEAR, empty for LEVEL.

    Raises:
        InvalidFormat: the key is not 32 bytes long, the kind unknown, or the year does not fit it.
    """
    if len(series_key) != 32:
        raise InvalidFormat("series_key", "", _("not 32 bytes long"))
    if kind not in KINDS:
        raise InvalidFormat("kind", "", _("neither YEAR nor LEVEL"))
    if not school_year.isascii() or (kind == "YEAR") != (school_year != ""):
        raise InvalidFormat("school_year", "", _("does not fit the kind {kind}").format(kind=kind))
    name = kind.encode("ascii") + b"\x00" + school_year.encode("ascii")
    return sha256(_SERIES_DOMAIN + series_key + name).digest()
