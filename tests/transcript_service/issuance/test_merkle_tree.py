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


def test_all_proofs_in_order_are_those_of_each_leaf():
    """What is made in one go for a batch, and what is made for one entry."""
    leaves = [leaf_hash(bytes([number])) for number in range(130)]
    for size in range(1, 131):
        tree = build_tree(leaves[:size])

        assert list(tree.inclusion_proofs()) == [tree.inclusion_proof(at) for at in range(size)]
