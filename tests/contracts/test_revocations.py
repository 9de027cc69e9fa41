"""Withdrawing an entry: `revoke`, `statusOf`, and the proofs that it needs."""

from hashlib import sha256

import pytest

from tests.contracts.entries import make_entries
from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    MINISTRY,
    OTHER_DEPARTMENT,
    OTHER_SCHOOL,
    REVOKED,
    REVOKER,
    SCHOOL,
)

DECISION = 5
NO_LEAF = bytes(32)


def anchor(registry, size=7, institution=SCHOOL, version=1, label="batch"):
    """Anchor a batch; give its entries."""
    entries = make_entries(institution, size, version=version, label=label)
    registry.send(registry.issuer, "anchorBatch", institution, entries[0].root, size, NO_LEAF)
    return entries


def refusal(registry, entry, sender=None, acting_for=SCHOOL, reason=DECISION):
    """Call `revoke`, which must refuse."""
    return registry.refusal(sender or registry.revoker, "revoke", acting_for, entry.abi(), reason)


def test_a_revoker_revokes_an_entry(registry):
    """With an inclusion proof; the leaf hash is computed on chain."""
    entry = anchor(registry)[3]

    (event,) = registry.send(registry.revoker, "revoke", SCHOOL, entry.abi(), DECISION)

    assert event.name == "EntryRevoked"
    assert event.own == {
        "institution": SCHOOL,
        "leaf": entry.leaf,
        "root": entry.root,
        "reason": DECISION,
        "actingFor": SCHOOL,
    }
    assert registry.view("statusOf", SCHOOL, entry.leaf) == (REVOKED, DECISION, event.time, NO_LEAF)


def test_the_other_entries_of_the_batch_stay_current(registry):
    """A status is of one leaf."""
    entries = anchor(registry)
    registry.send(registry.revoker, "revoke", SCHOOL, entries[0].abi(), DECISION)

    for entry in entries[1:]:
        assert registry.view("statusOf", SCHOOL, entry.leaf) == (0, 0, 0, NO_LEAF)


def test_authorities_above_revoke_too(registry):
    """The department, the ministry, and an authority of the school itself."""
    entries = anchor(registry)
    registry.send(
        registry.department, "grant", DEPARTMENT, registry.stranger, SCHOOL, AUTHORITY, 0, 0
    )

    for entry, sender, acting_for in (
        (entries[0], registry.department, DEPARTMENT),
        (entries[1], registry.ministry, MINISTRY),
        (entries[2], registry.stranger, SCHOOL),
    ):
        (event,) = registry.send(sender, "revoke", acting_for, entry.abi(), DECISION)
        assert event.own["actingFor"] == acting_for


def test_nobody_else_revokes(registry):
    """Strangers, issuers, revokers of other places, authorities of other subtrees."""
    entry = anchor(registry)[0]
    registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, OTHER_SCHOOL, REVOKER, 0, 0
    )
    registry.send(
        registry.ministry, "grant", MINISTRY, registry.accounts[5], DEPARTMENT, REVOKER, 0, 0
    )
    registry.send(
        *(registry.ministry, "grant", MINISTRY, registry.accounts[6], OTHER_DEPARTMENT),
        *(AUTHORITY, 0, 0),
    )

    for sender, acting_for, expected in (
        (registry.stranger, SCHOOL, SCHOOL),
        (registry.stranger, OTHER_SCHOOL, OTHER_SCHOOL),
        (registry.issuer, SCHOOL, SCHOOL),
        (registry.accounts[5], DEPARTMENT, DEPARTMENT),
        (registry.accounts[5], SCHOOL, SCHOOL),
        (registry.department, SCHOOL, SCHOOL),
        (registry.department, MINISTRY, MINISTRY),
        (registry.revoker, DEPARTMENT, DEPARTMENT),
    ):
        assert refusal(registry, entry, sender, acting_for) == (
            "NotGranted",
            [sender.lower(), expected, AUTHORITY],
        )
    assert refusal(registry, entry, registry.accounts[6], OTHER_DEPARTMENT) == (
        "NotWithin",
        [OTHER_DEPARTMENT, SCHOOL],
    )


def test_a_revoker_revokes_only_while_its_grant_holds(registry):
    """The role counts at the time of the call."""
    entry = anchor(registry)[0]
    (ended,) = registry.send(
        registry.ministry, "endGrant", MINISTRY, registry.revoker, SCHOOL, REVOKER, 0, 0
    )
    registry.at(ended.time + 1)

    assert refusal(registry, entry)[0] == "NotGranted"


def test_a_reason_is_needed(registry):
    """Codes are the verifier's, but zero is none."""
    entry = anchor(registry)[0]

    assert refusal(registry, entry, reason=0) == ("NoReason", [0])


def test_a_status_is_set_once(registry):
    """Not even by a higher authority, or for another reason."""
    entry = anchor(registry)[0]
    registry.send(registry.revoker, "revoke", SCHOOL, entry.abi(), DECISION)

    assert refusal(registry, entry) == ("StatusSet", [SCHOOL, entry.leaf, REVOKED])
    assert refusal(registry, entry, registry.ministry, MINISTRY, 1) == (
        "StatusSet",
        [SCHOOL, entry.leaf, REVOKED],
    )


def test_the_same_entry_in_a_second_batch_has_the_status_of_the_first(registry):
    """A status is of the leaf, not of the batch: anchoring again does not make it current."""
    first = anchor(registry, size=3)[0]
    registry.send(registry.revoker, "revoke", SCHOOL, first.abi(), DECISION)
    again = first.but(root=first.leaf, index=0, proof=())
    registry.send(registry.issuer, "anchorBatch", SCHOOL, again.root, 1, NO_LEAF)

    assert refusal(registry, again) == ("StatusSet", [SCHOOL, first.leaf, REVOKED])


def test_an_entry_of_a_batch_that_was_not_anchored_is_unknown(registry):
    """Also when another institution has anchored the same root."""
    entry = make_entries(SCHOOL, 3)[0]
    anchor(registry, size=3, institution=OTHER_SCHOOL)

    assert refusal(registry, entry) == ("UnknownBatch", [SCHOOL, entry.root])


def test_anchoring_anothers_entry_gives_no_power_over_it(registry):
    """The copy is revoked, the original stays current."""
    original = anchor(registry)[0]
    copy = anchor(registry, institution=OTHER_SCHOOL)[0]
    assert copy.leaf == original.leaf

    registry.send(registry.ministry, "revoke", MINISTRY, copy.abi(), DECISION)

    assert registry.view("statusOf", OTHER_SCHOOL, original.leaf)[0] == REVOKED
    assert registry.view("statusOf", SCHOOL, original.leaf)[0] == 0


def test_every_leaf_of_every_small_tree_can_be_proved(registry):
    """RFC 9162 section 2.1.3.2, for all sizes up to 12 and all leaves."""
    for size in range(1, 13):
        for entry in anchor(registry, size=size, label=f"tree {size}"):
            simulated = registry.simulate(registry.revoker, "revoke", SCHOOL, entry.abi(), DECISION)
            assert simulated is None, (size, entry.index)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_a_proof_with_one_part_changed_is_refused(registry, size):
    """The wrong index, a sibling too few or too many, swapped, or with one bit flipped."""
    anchored = anchor(registry, size=size, label=f"tree {size}")
    flipped = bytes([anchored[0].digest[0] ^ 1]) + anchored[0].digest[1:]

    for entry in anchored:
        proof = entry.proof
        wrong = [
            entry.but(index=size),
            entry.but(index=2**64 - 1),
            entry.but(digest=flipped),
            entry.but(series=flipped),
            entry.but(version=2),
            entry.but(proof=(*proof, NO_LEAF)),
            entry.but(proof=(NO_LEAF, *proof)),
        ]
        wrong += [entry.but(index=index) for index in range(size) if index != entry.index]
        if proof:
            wrong += [
                entry.but(proof=proof[1:]),
                entry.but(proof=proof[:-1]),
                entry.but(proof=(sha256(proof[0]).digest(), *proof[1:])),
                entry.but(proof=(*proof[:-1], sha256(proof[-1]).digest())),
            ]
        if len(proof) > 1:
            wrong.append(entry.but(proof=proof[::-1]))
        for claim in wrong:
            simulated = registry.simulate(registry.revoker, "revoke", SCHOOL, claim.abi(), DECISION)
            assert simulated == ("BadInclusionProof", [SCHOOL, claim.root, claim.leaf])


def test_a_proof_may_not_be_longer_than_the_tree_is_deep(registry):
    """A batch that claims one entry has no second level, though a longer path leads there."""
    left, right = make_entries(SCHOOL, 2)
    registry.send(registry.issuer, "anchorBatch", SCHOOL, left.root, 1, NO_LEAF)
    claim = right.but(index=0, proof=(left.leaf,))

    assert refusal(registry, claim) == ("BadInclusionProof", [SCHOOL, left.root, right.leaf])


def test_a_refused_proof_changes_nothing(registry):
    """As mined, not only as called."""
    entry = anchor(registry)[0]
    claim = entry.but(index=1)

    assert refusal(registry, claim) == ("BadInclusionProof", [SCHOOL, entry.root, entry.leaf])
    assert registry.view("statusOf", SCHOOL, entry.leaf)[0] == 0


def test_an_inner_node_cannot_pass_for_an_entry(registry):
    """Leaves and nodes are hashed under different prefixes."""
    entry = anchor(registry, size=4)[0]
    inner = entry.but(root=entry.root, index=0, proof=entry.proof[1:])

    assert refusal(registry, inner)[0] == "BadInclusionProof"


def test_revoking_costs_what_the_depth_of_the_tree_costs(registry, record_property):
    """20 levels are a batch of a million; the proof is of a tree that only claims that size."""
    entry = make_entries(SCHOOL, 1)[0]
    node, proof = entry.leaf, []
    for level in range(20):
        sibling = sha256(bytes([level])).digest()
        proof.append(sibling)
        node = sha256(b"\x01" + node + sibling).digest()
    entry = entry.but(root=node, proof=tuple(proof))
    registry.send(registry.issuer, "anchorBatch", SCHOOL, node, 2**20, NO_LEAF)

    _events, gas = registry.send_counting_gas(
        registry.revoker, "revoke", SCHOOL, entry.abi(), DECISION
    )

    record_property("gas", gas)
    assert gas < 130_000
