"""
A whole chain in one file, spoken to as any node: JSON-RPC in process (ADR 0010).

One transaction is one block is one commit. It survives restarts and kills with the same block
hashes. It serves trials: nobody but this machine vouches for it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from transcript_service.issuance.embedded_chain_file import ChainFile, ChainUnavailable
from transcript_service.issuance.embedded_chain_methods import (
    READING_METHODS,
    Node,
)
from transcript_service.issuance.embedded_chain_params import InvalidParams, parse_octets, take
from transcript_service.issuance.embedded_chain_refusal import SERVER_ERROR, Refused, refusal
from verifier import rpc
from verifier.messages import _
from verifier.rpc import Rpc, RpcRefused

if TYPE_CHECKING:
    from transcript_service.issuance.embedded_chain_machine import Mined

CHAIN_ID = 88001
SCHEME = "embedded:"
INVALID_PARAMS = -32602
METHOD_NOT_FOUND = -32601

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Tell this machine's time, in UTC."""
    return datetime.now(UTC)


class EmbeddedChain:
    """
    The chain in *path* as a JSON-RPC node (`verifier.rpc.Rpc`).

    Args:
        path: the SQLite file.
        chain_id: the chain that it must be, or gets when it is made; None takes any.
        create: make the file when there is none.
        read_only: never write to it; another process may write meanwhile.
        clock: tells the time of new blocks.

    Raises:
        ChainUnavailable: no chain there, another chain, not a chain, no access.
    """

    def __init__(
        self,
        path: Path,
        *,
        chain_id: int | None = CHAIN_ID,
        create: bool = False,
        read_only: bool = False,
        clock: Clock = system_clock,
    ) -> None:
        self.address = f"{SCHEME}{path}"
        self._clock = clock
        self._file = ChainFile(path, read_only=read_only, create=create and not read_only)
        if self._file.is_new:
            self._make_genesis(CHAIN_ID if chain_id is None else chain_id)
        self.chain_id = self._file.chain_id()
        if chain_id not in (None, self.chain_id):
            self._file.close()
            raise ChainUnavailable(
                _("{path} holds the chain {found}, not {expected}: give the right file").format(
                    path=path, found=self.chain_id, expected=chain_id
                )
            )
        self._node = Node(self._file, self.chain_id, self._now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def call(self, method: str, params: Sequence[object] = ()) -> Any:
        """
        Answer one JSON-RPC request, or send one transaction and wait for its block.

        Raises:
            RpcRefused: what a node answers as an error; a revert with its bytes as `data`.
            ChainUnavailable: the file cannot be used; nothing was written.
        """
        try:
            if method == "eth_sendRawTransaction":
                return self._send_raw_transaction(parse_octets(take(params, 1, 1)[0]))
            answer = READING_METHODS.get(method)
            if answer is None:
                raise RpcRefused(METHOD_NOT_FOUND, f"the method {method[:80]} does not exist")
            with self._file.reading():
                return answer(self._node, params)
        except InvalidParams as error:
            raise RpcRefused(INVALID_PARAMS, f"{method}: {error}") from error

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _make_genesis(self, chain_id: int) -> None:
        """Make the tables and block 0 in one commit."""
        machine = Node(self._file, chain_id, self._now).machine
        with self._file.writing() as connection:
            if not self._file.is_still_empty():
                return
            self._file.make_tables(chain_id)
            genesis = machine.make_genesis()
            self._file.add_nodes(machine.take_fresh_nodes())
            from transcript_service.issuance.embedded_chain_json import block_json, written

            connection.execute(
                "INSERT INTO block VALUES (0, ?, ?)",
                (genesis.hash, written(block_json(genesis, []))),
            )

    def _send_raw_transaction(self, raw: bytes) -> str:
        """Mine one transaction: all of its block is committed, or none of it."""
        try:
            transaction = self._node.machine.decode(raw)
            with self._file.writing():
                known = self._node.row("SELECT 1 FROM tx WHERE hash = ?", (transaction.hash,))
                if known:
                    raise RpcRefused(SERVER_ERROR, "already known")
                self._keep(self._node.machine.mine(transaction, self._now()))
        except Refused as error:
            raise refusal(error) from error
        finally:
            self._node.machine.take_fresh_nodes()
        return "0x" + transaction.hash.hex()

    def _keep(self, mined: "Mined") -> None:
        """Write a block with everything that belongs to it."""
        from transcript_service.issuance import embedded_chain_json as forms

        number, block_hash = mined.block.number, mined.block.hash
        transaction_hash = mined.transaction.hash
        connection = self._file.connection
        self._file.add_nodes(self._node.machine.take_fresh_nodes())
        block = forms.block_json(mined.block, [forms.octets(transaction_hash)])
        connection.execute(
            "INSERT INTO block VALUES (?, ?, ?)", (number, block_hash, forms.written(block))
        )
        connection.execute(
            "INSERT INTO tx VALUES (?, ?, ?, ?)",
            (
                transaction_hash,
                number,
                forms.written(forms.transaction_json(mined, self.chain_id)),
                forms.written(forms.receipt_json(mined)),
            ),
        )
        connection.executemany(
            "INSERT INTO log VALUES (?, ?, ?, ?)",
            [
                (number, index, bytes.fromhex(log["address"][2:]), forms.written(log))
                for index, log in enumerate(forms.log_jsons(mined))
            ],
        )


def open_rpc(address: str, directory: Path) -> Rpc:
    """
    Open a node for reading: `embedded:PATH`, relative to *directory*, or an http(s) URL.

    Raises:
        NodeUnreachable: the embedded chain cannot be used, or the address is none of the two.
    """
    if address.startswith(SCHEME):
        return EmbeddedChain(
            directory / address.removeprefix(SCHEME), chain_id=None, read_only=True
        )
    return rpc.open_rpc(address, directory)


def open_writer(address: str, directory: Path, *, clock: Clock = system_clock) -> Rpc:
    """Open a node for sending transactions; otherwise as `open_rpc`."""
    if address.startswith(SCHEME):
        return EmbeddedChain(directory / address.removeprefix(SCHEME), chain_id=None, clock=clock)
    return rpc.open_rpc(address, directory)
