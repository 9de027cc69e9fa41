"""
Receipts, `hocba/receipt/1`: the proof of anchoring that travels beside a transcript.

Lies as `NAME.receipt.json` beside `NAME.pdf`. The transaction and block fields are hints for
people and never decide anything (docs/formats.md).
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from verifier.entry import Entry
from verifier.errors import InvalidFormat
from verifier.fields import (
    EntryVersion,
    HexAddress,
    HexDigest,
    InstitutionCode,
    Natural,
    Positive,
    from_hex,
    parse_struct,
    to_hex,
)
from verifier.messages import _

FORMAT: Final = "hocba/receipt/1"
MAX_RECEIPT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    Where one issued document stands in an anchored batch.

    Digests are 32 bytes, `registry` is 20 bytes, `document_size` is in bytes, `leaf_index` counts
    from 0. `history_size` and `history_head` are those of the batch's BatchAnchored event.
    """

    document_digest: bytes
    document_size: int
    series_id: bytes
    version: int
    leaf_index: int
    tree_size: int
    inclusion_proof: tuple[bytes, ...]
    root: bytes
    institution: str
    chain_id: int
    registry: bytes
    transaction_hash: bytes
    block_number: int
    block_hash: bytes
    history_size: int
    history_head: bytes

    @property
    def entry(self) -> Entry:
        """Return the log entry that the receipt speaks of."""
        return Entry(
            document_digest=self.document_digest, series_id=self.series_id, version=self.version
        )


class _ReceiptJson(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    # The order of the fields is that of RFC 8785, and everything they can hold is ASCII without
    # quotes or controls, so that msgspec's encoder writes exactly the canonical form.
    block_hash: HexDigest
    block_number: Natural
    chain_id: Positive
    document_digest: HexDigest
    document_size: Positive
    format: Literal["hocba/receipt/1"]
    history_head: HexDigest
    history_size: Positive
    inclusion_proof: Annotated[list[HexDigest], Meta(max_length=64)]
    institution: InstitutionCode
    leaf_index: Natural
    registry: HexAddress
    root: HexDigest
    series_id: HexDigest
    transaction_hash: HexDigest
    tree_size: Positive
    version: EntryVersion


def parse_receipt(data: bytes, *, what: str = "receipt") -> Receipt:
    """
    Read a receipt.

    Only its form is checked here; whether its proof holds is `merkle.check_inclusion`.

    Args:
        data: the JSON text.
        what: how to call it in an error, e.g. its file name.

    Raises:
        InvalidFormat: it is not a `hocba/receipt/1`.
    """
    found = parse_struct(data, _ReceiptJson, what=what, max_bytes=MAX_RECEIPT_BYTES)
    if found.leaf_index >= found.tree_size:
        raise InvalidFormat(what, "leaf_index", _("lies outside the tree"))
    return Receipt(
        document_digest=from_hex(found.document_digest),
        document_size=found.document_size,
        series_id=from_hex(found.series_id),
        version=found.version,
        leaf_index=found.leaf_index,
        tree_size=found.tree_size,
        inclusion_proof=tuple(from_hex(sibling) for sibling in found.inclusion_proof),
        root=from_hex(found.root),
        institution=found.institution,
        chain_id=found.chain_id,
        registry=from_hex(found.registry),
        transaction_hash=from_hex(found.transaction_hash),
        block_number=found.block_number,
        block_hash=from_hex(found.block_hash),
        history_size=found.history_size,
        history_head=from_hex(found.history_head),
    )


def receipt_to_json(receipt: Receipt) -> bytes:
    """Write *receipt* as RFC 8785 JSON."""
    return msgspec.json.encode(
        _ReceiptJson(
            block_hash=to_hex(receipt.block_hash),
            block_number=receipt.block_number,
            chain_id=receipt.chain_id,
            document_digest=to_hex(receipt.document_digest),
            document_size=receipt.document_size,
            format=FORMAT,
            history_head=to_hex(receipt.history_head),
            history_size=receipt.history_size,
            inclusion_proof=[to_hex(sibling) for sibling in receipt.inclusion_proof],
            institution=receipt.institution,
            leaf_index=receipt.leaf_index,
            registry=to_hex(receipt.registry),
            root=to_hex(receipt.root),
            series_id=to_hex(receipt.series_id),
            transaction_hash=to_hex(receipt.transaction_hash),
            tree_size=receipt.tree_size,
            version=receipt.version,
        )
    )
