"""Where a transaction was mined, as a node's receipt says it."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedTransaction:
    """Where a transaction was mined; `logs` are the node's own objects."""

    transaction_hash: bytes
    block_number: int
    block_hash: bytes
    gas_used: int
    contract_address: bytes | None
    logs: tuple[dict[str, Any], ...]

    @classmethod
    def from_receipt(cls, transaction_hash: bytes, receipt: dict[str, Any]) -> Self:
        """
        Read the answer of `eth_getTransactionReceipt`.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is no receipt.
        """
        created = receipt.get("contractAddress")
        return cls(
            transaction_hash=transaction_hash,
            block_number=int(receipt["blockNumber"], 16),
            block_hash=bytes.fromhex(receipt["blockHash"][2:]),
            gas_used=int(receipt["gasUsed"], 16),
            contract_address=bytes.fromhex(created[2:]) if created else None,
            logs=tuple(receipt["logs"]),
        )
