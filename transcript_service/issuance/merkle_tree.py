"""
Merkle trees of RFC 9162 section 2.1, building side: all levels at once, bottom up.

The checking side is `verifier.merkle` and shares no code with this module: a property test
joins the two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """
    All levels of a tree, leaf hashes first, the root alone in the last one.

    A level's odd last node is carried up unchanged, which gives the tree that section 2.1.1
    defines by splitting at the largest power of two.
    """

    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """Return the Merkle Tree Hash (32 bytes)."""
        return self.levels[-1][0]

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self.levels[0])

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """
        Return the siblings of leaf *index* from the leaf up (section 2.1.3.1).

        Raises:
            IndexError: not 0 <= index < size.
        """
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} lies outside a tree of {self.size}")
        proof = []
        for level in self.levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                proof.append(level[sibling])
            index >>= 1
        return tuple(proof)

    def inclusion_proofs(self) -> Iterator[tuple[bytes, ...]]:
        """Yield the proofs of all leaves in order; what neighbours share is put together once."""
        return self._proofs_of(0)

    def _proofs_of(self, depth: int) -> Iterator[tuple[bytes, ...]]:
        level = self.levels[depth]
        if len(level) == 1:
            yield ()
            return
        pairs = zip(level[::2], level[1::2], strict=False)
        above = self._proofs_of(depth + 1)
        for (left, right), rest in zip(pairs, above, strict=False):
            yield (right, *rest)
            yield (left, *rest)
        yield from above  # the odd last node's, which stands in the level above as it is


def build_tree(leaf_hashes: Sequence[bytes]) -> MerkleTree:
    """
    Build the tree over *leaf_hashes*, 32 bytes each, at least one.

    Raises:
        ValueError: no leaf: an empty batch is never anchored.
    """
    if not leaf_hashes:
        raise ValueError("a batch has at least one leaf")
    levels = [tuple(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [
            sha256(b"\x01" + below[at] + below[at + 1]).digest()
            for at in range(0, len(below) - 1, 2)
        ]
        if len(below) % 2:
            above.append(below[-1])
        levels.append(tuple(above))
    return MerkleTree(tuple(levels))
