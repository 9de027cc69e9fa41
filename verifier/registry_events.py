"""
Events of the registry, and the history hash over them (contracts/README.md).

`head = sha256(previous head ‖ sha256(abi.encode(sequence, time, sender, topic 0, own fields)))`,
where text and bytes enter by their SHA-256. Everything that is encoded is then one 32-byte word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from verifier.institution import institution_to_bytes32
from verifier.reasons import Reason
from verifier.registry_abi import event_shapes

SEED_DOMAIN = b"hocba/registry/1"
OPEN_END = 2**64 - 1
"""The end of a period that has none."""

INSTITUTION_FIELDS = ("institution", "parent", "actingFor", "successorInstitution")
"""Fields of any event that hold a padded institution code; the root's `parent` is zero."""

FieldValue = bytes | int


class Role(IntEnum):
    """What an account may do for an institution."""

    AUTHORITY = 1
    ISSUER = 2
    REVOKER = 3


class Use(IntEnum):
    """As what a certificate signs."""

    PRINCIPAL = 1
    SEAL = 2


def reason_name(code: int) -> str:
    """Return the name of a reason code, or the number of one that this version does not know."""
    return Reason(code).name if code in set(Reason) else str(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEvent:
    """
    One event of the history.

    Args:
        name: as in the ABI.
        fields: its own fields by their ABI names: bytes32, address and string as bytes (text is
            whatever bytes were sent), integers as int. Of `ManifestPublished` only the digest.
        sequence: its place, from 1.
        time: block time, Unix seconds.
        sender: 20 bytes.
        head: the history hash that includes it, 32 bytes.
        block_number: where a node said it stands; not hashed, 0 when read from a state file.
        transaction_hash: as `block_number`; empty when read from a state file.
    """

    name: str
    fields: Mapping[str, FieldValue]
    sequence: int
    time: int
    sender: bytes
    head: bytes
    block_number: int = field(default=0, compare=False)
    transaction_hash: bytes = field(default=b"", compare=False)

    def octets(self, name: str) -> bytes:
        """Return a field that holds bytes."""
        value = self.fields[name]
        if not isinstance(value, bytes):
            raise TypeError(f"{self.name}.{name} holds no bytes")
        return value

    def number(self, name: str) -> int:
        """Return a field that holds an integer."""
        value = self.fields[name]
        if not isinstance(value, int):
            raise TypeError(f"{self.name}.{name} holds no integer")
        return value


def history_seed(chain_id: int, address: bytes, root_institution: str) -> bytes:
    """Return the history hash before the first event."""
    words = (
        (4 * 32).to_bytes(32, "big"),
        chain_id.to_bytes(32, "big"),
        address.rjust(32, b"\x00"),
        institution_to_bytes32(root_institution),
        len(SEED_DOMAIN).to_bytes(32, "big"),
        SEED_DOMAIN.ljust(32, b"\x00"),
    )
    return sha256(b"".join(words)).digest()


def next_head(head: bytes, event: RegistryEvent) -> bytes:
    """Return the history hash after *event*, from the one before it; `event.head` is not used."""
    shape = event_shapes()[event.name]
    words = [
        event.sequence.to_bytes(32, "big"),
        event.time.to_bytes(32, "big"),
        event.sender.rjust(32, b"\x00"),
        shape.topic,
    ]
    words.extend(_word(event, name, kind) for name, kind in shape.own)
    return sha256(head + sha256(b"".join(words)).digest()).digest()


def _word(event: RegistryEvent, name: str, kind: str) -> bytes:
    if kind == "bytes":
        return event.octets("digest")  # the contract accepts a manifest only under its SHA-256
    value = event.fields[name]
    if isinstance(value, int):
        return value.to_bytes(32, "big")
    if kind == "string":
        return sha256(value).digest()
    return value.rjust(32, b"\x00")
