"""Entries, their tree and their proofs, as RFC 9162 section 2.1 writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 section 2.1.3.1, as it is written there."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*path(index, leaves[:k]), tree_hash(leaves[k:])]
    return [*path(index - k, leaves[k:]), tree_hash(leaves[:k])]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The contract's `Entry`."""

    institution: bytes
    root: bytes
    index: int
    digest: bytes
    series: bytes
    version: int
    proof: tuple[bytes, ...]

    @property
    def leaf(self) -> bytes:
        entry = b"\x01" + self.digest + self.series + self.version.to_bytes(4, "big")
        assert len(entry) == 69
        return sha256(b"\x00" + entry).digest()

    def abi(self) -> tuple[Any, ...]:
        return (
            self.institution,
            self.root,
            self.index,
            self.digest,
            self.series,
            self.version,
            list(self.proof),
        )

    def but(self, **changes: Any) -> "Entry":
        return replace(self, **changes)


def make_entries(
    institution: bytes, size: int, *, version: int = 1, label: str = "batch"
) -> list[Entry]:
    """Make the entries of a batch; the i-th ones of all batches are of one series."""
    bare = [
        Entry(
            institution=institution,
            root=b"",
            index=index,
            digest=sha256(f"{label}/{version}/{index}".encode()).digest(),
            series=sha256(f"series/{index}".encode()).digest(),
            version=version,
            proof=(),
        )
        for index in range(size)
    ]
    leaves = [entry.leaf for entry in bare]
    root = tree_hash(leaves)
    return [entry.but(root=root, proof=tuple(path(entry.index, leaves))) for entry in bare]
