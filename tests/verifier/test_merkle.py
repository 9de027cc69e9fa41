"""Merkle trees: vectors of others, two algorithms of ours, and proofs that were tampered with."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InclusionProof, InmemoryTree, InvalidProof

from transcript_service.issuance.merkle_tree import build_tree
from verifier.errors import BadInclusionProof
from verifier.merkle import EMPTY_TREE_HEAD, check_inclusion, leaf_hash, node_hash, tree_head

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/rfc9162_inclusion.json").read_text())
batches = st.lists(st.binary(min_size=1, max_size=8).map(leaf_hash), min_size=1, max_size=70)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_vectors_of_transparency_dev_are_judged_alike(vector: dict) -> None:
    """Good proofs hold, bad ones are refused."""
    proof = [b64decode(sibling) for sibling in vector["proof"] or []]
    leaf, root = b64decode(vector["leafHash"]), b64decode(vector["root"])
    index, size = vector["leafIdx"], vector["treeSize"]

    if vector["wantErr"]:
        with pytest.raises(BadInclusionProof, match=r"proof|digest|index"):
            check_inclusion(leaf, index, size, proof, root)
    else:
        check_inclusion(leaf, index, size, proof, root)


def split_head(leaves: list[bytes]) -> bytes:
    """Compute the head as RFC 9162 section 2.1.1 writes it: split at a power of two."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(split_head(leaves[:split]), split_head(leaves[split:]))


@given(batches)
def test_three_algorithms_give_the_same_head(leaves: list[bytes]) -> None:
    """The verifier's stream, the service's levels, and the definition of the RFC."""
    assert tree_head(iter(leaves)) == build_tree(leaves).root == split_head(leaves)


def test_an_empty_tree_has_the_head_of_the_rfc() -> None:
    """The hash of an empty string (section 2.1.1)."""
    assert tree_head([]) == EMPTY_TREE_HEAD == sha256(b"").digest()


@given(batches, st.data())
def test_every_built_proof_holds(leaves: list[bytes], data: st.DataObject) -> None:
    """What the service builds, the verifier accepts."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = build_tree(leaves)

    check_inclusion(leaves[index], index, len(leaves), tree.inclusion_proof(index), tree.root)


@given(batches, st.data())
def test_a_proof_with_one_bit_flipped_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    """No single-bit change to the leaf, a sibling or the root survives the check."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = build_tree(leaves)
    parts = [leaves[index], *tree.inclusion_proof(index), tree.root]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = (int.from_bytes(parts[which]) ^ 1 << bit).to_bytes(32)

    with pytest.raises(BadInclusionProof, match="another root"):
        check_inclusion(parts[0], index, len(leaves), parts[1:-1], parts[-1])


@given(batches, st.integers(-1, 80), st.data())
def test_a_proof_holds_at_no_other_index(
    leaves: list[bytes], other: int, data: st.DataObject
) -> None:
    """Moving a leaf within the tree is refused."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = build_tree(leaves)
    proof = tree.inclusion_proof(index)
    if other == index or leaves.count(leaves[index]) > 1:
        return

    with pytest.raises(BadInclusionProof, match=r"proof|index"):
        check_inclusion(leaves[index], other, len(leaves), proof, tree.root)


@given(
    st.binary(max_size=40),
    st.integers(-5, 2**70),
    st.integers(-5, 2**70),
    st.lists(st.binary(min_size=30, max_size=33), max_size=70),
    st.binary(max_size=40),
)
def test_hostile_proofs_raise_nothing_else(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    """Whatever comes in, only BadInclusionProof comes out."""
    with pytest.raises(BadInclusionProof, match=r"."):
        check_inclusion(leaf, index, size, proof, root)


SIZES = range(1, 258)
ENTRIES = [b"entry %d" % number for number in SIZES]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture(scope="module")
def others() -> InmemoryTree:
    """The tree of another library over the same entries; it counts them from 1."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


def places_in(size: int) -> list[int]:
    """Every leaf of a small tree; of a large one both ends, around powers of two, and some."""
    if size <= 33:
        return list(range(size))
    powers = (1 << exponent for exponent in range(size.bit_length()))
    near = {place for power in powers for place in (power - 1, power, size - power)}
    return sorted(near & set(range(size)) | {0, size // 3, size - 1})


def test_another_library_and_we_accept_each_others_proofs(others: InmemoryTree) -> None:
    """Of all sizes from 1 to 257: their roots are ours, their proofs too, in both directions."""
    for size in SIZES:
        ours, root = build_tree(LEAVES[:size]), others.get_root(size)
        assert ours.root == root == tree_head(LEAVES[:size])
        for place in places_in(size):
            leaf, theirs = LEAVES[place], others.prove_inclusion(place + 1, size)
            check_inclusion(leaf, place, size, theirs.path[1:], root)
            path = [leaf, *ours.inclusion_proof(place)]
            proof = InclusionProof("sha256", True, size, place + 1, theirs.rule, path)
            proof.verify(leaf, root, index=place + 1, size=size)


def test_another_library_and_we_refuse_each_others_proofs_at_other_places(
    others: InmemoryTree,
) -> None:
    """Moved by one leaf, nothing holds for either."""
    for size in SIZES[1:]:
        root = others.get_root(size)
        for place in places_in(size)[:-1:4]:
            theirs, beside = others.prove_inclusion(place + 1, size), LEAVES[place + 1]
            with pytest.raises(BadInclusionProof, match="proof"):
                check_inclusion(beside, place + 1, size, theirs.path[1:], root)
            path = [beside, *build_tree(LEAVES[:size]).inclusion_proof(place)]
            with pytest.raises(InvalidProof):
                InclusionProof("sha256", True, size, place + 2, theirs.rule, path).verify(
                    beside, root
                )
