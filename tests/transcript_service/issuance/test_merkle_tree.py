"""The building side of the Merkle tree at its edges; `tests/verifier/test_merkle.py` joins both."""

import pytest

from transcript_service.issuance.merkle_tree import build_tree
from verifier.merkle import leaf_hash


def test_an_empty_batch_has_no_tree():
    """A batch has at least one document."""
    with pytest.raises(ValueError, match="at least one"):
        build_tree([])


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_outside_the_tree(index):
    """0 <= index < size."""
    tree = build_tree([leaf_hash(bytes([number])) for number in range(3)])

    with pytest.raises(IndexError, match="outside a tree of 3"):
        tree.inclusion_proof(index)
