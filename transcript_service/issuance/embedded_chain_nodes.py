"""py-evm's key-value store over the chain's file, and proofs over the tries that it holds."""

from dataclasses import dataclass
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp has no types
from eth.constants import BLANK_ROOT_HASH, EMPTY_SHA3
from eth.db.backends.base import BaseDB
from eth_utils.crypto import keccak
from trie.hexary import HexaryTrie

from transcript_service.issuance.embedded_chain_file import ChainFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountProof:
    """What a state trie holds of an account, with the nodes that prove it (EIP-1186)."""

    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes
    nodes: tuple[bytes, ...]
    slots: tuple[tuple[int, int, tuple[bytes, ...]], ...]
    """Slot, value and proof of each slot that was asked for."""


class MachineNodes(BaseDB):
    """py-evm's key-value store: reads the file, keeps what is new until the block is whole."""

    def __init__(self, file: ChainFile) -> None:
        self._file = file
        self.fresh: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        if key in self.fresh:
            return self.fresh[key]
        row = self._file.connection.execute(
            "SELECT value FROM node WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.fresh[key] = value

    def __delitem__(self, key: bytes) -> None:
        raise KeyError(key)  # nothing is ever deleted: the chain only grows

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True


def prove(
    nodes: MachineNodes, state_root: bytes, address: bytes, slots: tuple[int, ...]
) -> AccountProof:
    """Prove an account and some of its slots against *state_root* (EIP-1186)."""
    value, account_nodes = _prove(nodes, state_root, keccak(address))
    nonce, balance, storage_root, code_hash = (
        rlp.decode(value) if value else (b"", b"", BLANK_ROOT_HASH, EMPTY_SHA3)
    )
    proven = []
    for slot in slots:
        found, slot_nodes = _prove(nodes, storage_root, keccak(slot.to_bytes(32)))
        number = int.from_bytes(rlp.decode(found)) if found else 0
        proven.append((slot, number, slot_nodes))
    return AccountProof(
        nonce=int.from_bytes(nonce),
        balance=int.from_bytes(balance),
        storage_root=storage_root,
        code_hash=code_hash,
        nodes=account_nodes,
        slots=tuple(proven),
    )


def _prove(nodes: MachineNodes, root: bytes, key: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Walk a trie; nodes below 32 bytes stand inside their parent and are not listed."""
    if root == BLANK_ROOT_HASH:
        return b"", ()
    trie: Any = HexaryTrie(nodes, root)
    encoded = [rlp.encode(node) for node in trie.get_proof(key)]
    listed = [node for place, node in enumerate(encoded) if place == 0 or len(node) >= 32]
    return trie[key], tuple(listed)
