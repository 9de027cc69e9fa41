"""
The JSON-RPC methods of the embedded chain, one function each.

What only reads blocks, transactions and logs is answered from the file; py-evm is loaded when code
or state is asked for.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from transcript_service.issuance.embedded_chain_file import ChainFile
from transcript_service.issuance.embedded_chain_params import (
    BlockId,
    InvalidParams,
    LogFilter,
    parse_block,
    parse_call,
    parse_filter,
    parse_octets,
    parse_quantity,
    take,
)
from transcript_service.issuance.embedded_chain_refusal import SERVER_ERROR, Refused, refusal
from verifier.rpc import RpcRefused

if TYPE_CHECKING:
    from eth.abc import BlockHeaderAPI

    from transcript_service.issuance.embedded_chain_machine import Machine

CLIENT_VERSION = "hocba-embedded-chain/1"

Row = tuple[Any, ...]


class Node:
    """The open file, the chain's ID, the time, and the machine once it is needed."""

    def __init__(self, file: ChainFile, chain_id: int, now: Callable[[], int]) -> None:
        self.file = file
        self.chain_id = chain_id
        self.now = now
        self._machine: Machine | None = None

    @property
    def machine(self) -> "Machine":
        """
        Load py-evm at the first use: it takes a second.

        It raises the interpreter's recursion limit to 100,000, where nested input ends the whole
        process; nothing here needs that, and whoever reads hostile files relies on the usual limit.
        """
        if self._machine is None:
            limit = sys.getrecursionlimit()
            from transcript_service.issuance.embedded_chain_machine import Machine

            sys.setrecursionlimit(limit)
            self._machine = Machine(self.file, self.chain_id)
        return self._machine

    def row(self, statement: str, values: Sequence[object] = ()) -> Row | None:
        """Return the first row of a query."""
        found: Row | None = self.file.connection.execute(statement, tuple(values)).fetchone()
        return found

    def block_row(self, block: BlockId) -> Row | None:
        """Return number, hash and body of a block; None when there is none."""
        if block.block_hash is not None:
            return self.row(
                "SELECT number, hash, body FROM block WHERE hash = ?", (block.block_hash,)
            )
        if block.number is not None:
            if block.number > 2**62:
                return None
            return self.row(
                "SELECT number, hash, body FROM block WHERE number = ?", (block.number,)
            )
        return self.row("SELECT number, hash, body FROM block ORDER BY number DESC LIMIT 1")

    def known_block(self, block: BlockId) -> Row:
        """Return number, hash and body of a block; refuse an unknown one."""
        row = self.block_row(block)
        if row is None:
            raise RpcRefused(SERVER_ERROR, "block not found")
        return row

    def header(self, block: BlockId) -> "BlockHeaderAPI":
        """Return the header on whose state a request works."""
        if block.pending:
            return self.machine.pending_header(self.now())
        return self.machine.header(self.known_block(block)[1])


def chain_id(node: Node, params: Sequence[object]) -> str:
    """`eth_chainId`."""
    take(params, 0, 0)
    return hex(node.chain_id)


def net_version(node: Node, params: Sequence[object]) -> str:
    """`net_version`: the chain ID in decimal."""
    take(params, 0, 0)
    return str(node.chain_id)


def client_version(_node: Node, params: Sequence[object]) -> str:
    """`web3_clientVersion`."""
    take(params, 0, 0)
    return CLIENT_VERSION


def gas_price(_node: Node, params: Sequence[object]) -> str:
    """`eth_gasPrice` and `eth_maxPriorityFeePerGas`: nothing costs anything here."""
    take(params, 0, 0)
    return "0x0"


def block_number(node: Node, params: Sequence[object]) -> str:
    """`eth_blockNumber`."""
    take(params, 0, 0)
    return hex(node.known_block(BlockId())[0])


def block_by_number(node: Node, params: Sequence[object]) -> Any:
    """`eth_getBlockByNumber`: null for a block that is not there yet."""
    block, full = take(params, 1, 2)
    return _block(node, parse_block(block), full=bool(full))


def block_by_hash(node: Node, params: Sequence[object]) -> Any:
    """`eth_getBlockByHash`."""
    block_hash, full = take(params, 1, 2)
    return _block(node, BlockId(block_hash=parse_octets(block_hash, 32)), full=bool(full))


def transaction_by_hash(node: Node, params: Sequence[object]) -> Any:
    """`eth_getTransactionByHash`: null for an unknown one."""
    (transaction_hash,) = take(params, 1, 1)
    row = node.row("SELECT body FROM tx WHERE hash = ?", (parse_octets(transaction_hash, 32),))
    return json.loads(row[0]) if row else None


def transaction_receipt(node: Node, params: Sequence[object]) -> Any:
    """`eth_getTransactionReceipt`: null for an unknown one."""
    (transaction_hash,) = take(params, 1, 1)
    row = node.row("SELECT receipt FROM tx WHERE hash = ?", (parse_octets(transaction_hash, 32),))
    return json.loads(row[0]) if row else None


def logs(node: Node, params: Sequence[object]) -> list[Any]:
    """`eth_getLogs`."""
    wanted = parse_filter(take(params, 1, 1)[0])
    first, last = _bound(node, wanted.first), _bound(node, wanted.last)
    found = [
        json.loads(row[0]) for row in node.file.connection.execute(*_log_query(wanted, first, last))
    ]
    return [log for log in found if _topics_fit(wanted, log["topics"])]


def transaction_count(node: Node, params: Sequence[object]) -> str:
    """`eth_getTransactionCount`."""
    address, block = take(params, 1, 2)
    parsed = parse_octets(address, 20)
    return hex(node.machine.nonce(parsed, node.header(parse_block(block))))


def balance(node: Node, params: Sequence[object]) -> str:
    """`eth_getBalance`."""
    address, block = take(params, 1, 2)
    parsed = parse_octets(address, 20)
    return hex(node.machine.balance(parsed, node.header(parse_block(block))))


def code(node: Node, params: Sequence[object]) -> str:
    """`eth_getCode`."""
    address, block = take(params, 1, 2)
    parsed = parse_octets(address, 20)
    return "0x" + node.machine.code(parsed, node.header(parse_block(block))).hex()


def storage_at(node: Node, params: Sequence[object]) -> str:
    """`eth_getStorageAt`."""
    address, slot, block = take(params, 2, 3)
    parsed, number = parse_octets(address, 20), parse_quantity(slot)
    held = node.machine.storage(parsed, number, node.header(parse_block(block)))
    return "0x" + held.to_bytes(32).hex()


def proof(node: Node, params: Sequence[object]) -> dict[str, Any]:
    """`eth_getProof` (EIP-1186)."""
    from transcript_service.issuance.embedded_chain_json import proof_json

    address, slots, block = take(params, 2, 3)
    if not isinstance(slots, list):
        raise InvalidParams("slots are a list")
    parsed = parse_octets(address, 20)
    numbers = tuple(parse_quantity(slot) for slot in slots)
    header = node.header(parse_block(block))
    return proof_json(parsed, node.machine.prove(parsed, numbers, header))


def call(node: Node, params: Sequence[object]) -> str:
    """`eth_call`: on the state after the block; refused with the revert's bytes."""
    request, block = take(params, 1, 2)
    parsed = parse_call(request)
    try:
        computation = node.machine.execute(parsed, node.header(parse_block(block)))
    except Refused as error:
        raise refusal(error) from error
    return "0x" + bytes(computation.output).hex()


def estimate_gas(node: Node, params: Sequence[object]) -> str:
    """`eth_estimateGas`: in the next block."""
    request, _block_id = take(params, 1, 2)
    parsed = parse_call(request)
    try:
        return hex(node.machine.estimate_gas(parsed, node.now()))
    except Refused as error:
        raise refusal(error) from error


def _block(node: Node, block: BlockId, *, full: bool) -> Any:
    row = node.block_row(block)
    if row is None:
        return None
    answer = json.loads(row[2])
    if full:
        bodies = node.file.connection.execute(
            "SELECT body FROM tx WHERE block_number = ?", (row[0],)
        )
        answer["transactions"] = [json.loads(body) for (body,) in bodies]
    return answer


def _bound(node: Node, block: BlockId) -> int:
    """Return a block's number; one beyond the head is its own bound, as on other nodes."""
    if block.number is not None:
        return min(block.number, 2**62)
    return int(node.known_block(block)[0])


def _log_query(wanted: LogFilter, first: int, last: int) -> tuple[str, tuple[object, ...]]:
    where = "block_number BETWEEN ? AND ?"
    values: tuple[object, ...] = (first, last)
    if wanted.addresses is not None:
        marks = ", ".join("?" * len(wanted.addresses))
        where, values = f"address IN ({marks}) AND {where}", (*wanted.addresses, *values)
    return f"SELECT body FROM log WHERE {where} ORDER BY block_number, log_index", values  # noqa: S608  marks only


def _topics_fit(wanted: LogFilter, topics: list[str]) -> bool:
    if len(wanted.topics) > len(topics):
        return False
    return all(
        alternatives is None or topic in alternatives
        for alternatives, topic in zip(wanted.topics, topics, strict=False)
    )


READING_METHODS: Mapping[str, Callable[[Node, Sequence[object]], Any]] = {
    "eth_blockNumber": block_number,
    "eth_call": call,
    "eth_chainId": chain_id,
    "eth_estimateGas": estimate_gas,
    "eth_gasPrice": gas_price,
    "eth_getBalance": balance,
    "eth_getBlockByHash": block_by_hash,
    "eth_getBlockByNumber": block_by_number,
    "eth_getCode": code,
    "eth_getLogs": logs,
    "eth_getProof": proof,
    "eth_getStorageAt": storage_at,
    "eth_getTransactionByHash": transaction_by_hash,
    "eth_getTransactionCount": transaction_count,
    "eth_getTransactionReceipt": transaction_receipt,
    "eth_maxPriorityFeePerGas": gas_price,
    "net_version": net_version,
    "web3_clientVersion": client_version,
}
