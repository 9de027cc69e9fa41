"""Ethereum JSON-RPC objects of mined blocks, as any node answers them."""

import json
from typing import TYPE_CHECKING, Any

import rlp  # type: ignore[import-untyped]  # rlp has no types

if TYPE_CHECKING:
    from transcript_service.issuance.embedded_chain_machine import Mined
    from transcript_service.issuance.embedded_chain_nodes import AccountProof


def quantity(number: int) -> str:
    """Write a quantity: hex without leading zeros."""
    return hex(number)


def octets(content: bytes) -> str:
    """Write bytes: hex, two digits each."""
    return "0x" + content.hex()


def block_json(mined_block: Any, transaction_hashes: list[str]) -> dict[str, Any]:
    """Give the block object, with the hashes of its transactions."""
    header = mined_block.header
    return {
        "number": quantity(header.block_number),
        "hash": octets(header.hash),
        "parentHash": octets(header.parent_hash),
        "nonce": octets(header.nonce),
        "mixHash": octets(header.mix_hash),
        "sha3Uncles": octets(header.uncles_hash),
        "logsBloom": octets(header.bloom.to_bytes(256)),
        "transactionsRoot": octets(header.transaction_root),
        "stateRoot": octets(header.state_root),
        "receiptsRoot": octets(header.receipt_root),
        "miner": octets(header.coinbase),
        "difficulty": quantity(header.difficulty),
        "extraData": octets(header.extra_data),
        "size": quantity(len(rlp.encode(mined_block))),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "transactions": transaction_hashes,
        "uncles": [],
    }


def transaction_json(mined: "Mined", chain_id: int) -> dict[str, Any]:
    """Give the transaction object."""
    transaction: Any = mined.transaction
    kind = getattr(transaction, "type_id", None) or 0
    fees = (
        {
            "maxFeePerGas": quantity(transaction.max_fee_per_gas),
            "maxPriorityFeePerGas": quantity(transaction.max_priority_fee_per_gas),
            "gasPrice": quantity(0),
        }
        if kind == 2
        else {"gasPrice": quantity(transaction.gas_price)}
    )
    v = transaction.y_parity if kind else transaction.v
    return {
        **_place(mined),
        **fees,
        "hash": octets(transaction.hash),
        "type": quantity(kind),
        "chainId": quantity(chain_id),
        "nonce": quantity(transaction.nonce),
        "from": octets(transaction.sender),
        "to": octets(transaction.to) if transaction.to else None,
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "input": octets(transaction.data),
        "v": quantity(v),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
    }


def receipt_json(mined: "Mined") -> dict[str, Any]:
    """Give the receipt object."""
    receipt = mined.receipt
    transaction = mined.transaction
    return {
        **_place(mined),
        "transactionHash": octets(transaction.hash),
        "type": quantity(getattr(transaction, "type_id", None) or 0),
        "from": octets(transaction.sender),
        "to": octets(transaction.to) if transaction.to else None,
        "contractAddress": octets(mined.contract_address) if mined.contract_address else None,
        "cumulativeGasUsed": quantity(receipt.gas_used),
        "gasUsed": quantity(receipt.gas_used),
        "effectiveGasPrice": quantity(0),
        "status": quantity(int.from_bytes(receipt.state_root)),
        "logs": log_jsons(mined),
        "logsBloom": octets(receipt.bloom.to_bytes(256)),
    }


def log_jsons(mined: "Mined") -> list[dict[str, Any]]:
    """Give the log objects of the block."""
    place = _place(mined)
    return [
        {
            **place,
            "transactionHash": octets(mined.transaction.hash),
            "logIndex": quantity(index),
            "removed": False,
            "address": octets(log.address),
            "topics": [octets(topic.to_bytes(32)) for topic in log.topics],
            "data": octets(log.data),
        }
        for index, log in enumerate(mined.receipt.logs)
    ]


def proof_json(address: bytes, proof: "AccountProof") -> dict[str, Any]:
    """Give the answer of `eth_getProof` (EIP-1186)."""
    return {
        "address": octets(address),
        "accountProof": [octets(node) for node in proof.nodes],
        "balance": quantity(proof.balance),
        "codeHash": octets(proof.code_hash),
        "nonce": quantity(proof.nonce),
        "storageHash": octets(proof.storage_root),
        "storageProof": [
            {"key": quantity(slot), "value": quantity(held), "proof": [octets(n) for n in nodes]}
            for slot, held, nodes in proof.slots
        ],
    }


def written(answer: dict[str, Any]) -> str:
    """Write an object as it is kept in the file."""
    return json.dumps(answer, separators=(",", ":"))


def _place(mined: "Mined") -> dict[str, Any]:
    header = mined.block.header
    return {
        "blockNumber": quantity(header.block_number),
        "blockHash": octets(header.hash),
        "transactionIndex": quantity(0),
    }
