"""An inner node as a leaf: half a tree is claimed to be a document."""

from dataclasses import replace
from hashlib import sha256

from tests.attacks.ground import Ground
from tests.verifier.outcomes import OPEN
from verifier.entry import Entry
from verifier.errors import SubReason
from verifier.merkle import check_inclusion


def test_a_shorter_proof_to_the_same_root_is_refused(ground: Ground) -> None:
    """The attacker leaves out the lowest step, as if the node above were his document's leaf."""
    own = ground.office.receipt("a")
    shorter = replace(own, inclusion_proof=own.inclusion_proof[1:], leaf_index=0, tree_size=2)
    ground.office.put_receipt("inner", shorter)

    assert ground.judge_by("inner") == (OPEN, SubReason.NO_RECEIPT)
    assert "proof" in str(ground.check(ground.original, "inner").notes)


def test_no_entry_hashes_like_an_inner_node(ground: Ground) -> None:
    """Leaves and nodes begin with different bytes (RFC 9162, 2.1.1), and an entry has 69 bytes."""
    own, other = ground.office.receipt("a"), ground.office.receipt("b")
    node = sha256(b"\x01" + own.entry.leaf_hash() + other.entry.leaf_hash()).digest()
    posing = Entry(
        document_digest=own.entry.leaf_hash(), series_id=other.entry.leaf_hash(), version=1
    )
    receipt = replace(
        own,
        document_digest=posing.document_digest,
        series_id=posing.series_id,
        inclusion_proof=own.inclusion_proof[1:],
        leaf_index=0,
        tree_size=2,
    )
    ground.office.put_receipt("posing", receipt)

    check_inclusion(node, 0, 2, own.inclusion_proof[1:], own.root)
    assert len(posing.to_bytes()) == 69
    assert posing.leaf_hash() != node
    assert ground.judge_by("posing") == (OPEN, SubReason.WRONG_RECEIPT)
