"""Reading the registry from nodes: agreement, finality, age, pages, privacy."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.registry.nodes import DeadNode, LyingNode, calls, read, refused
from tests.verifier.registry.world import (
    BATCHES,
    CLASS,
    CORRECTIONS,
    ISSUER,
    NOW,
    PRINCIPAL,
    REVOKED,
    ROOT,
    SCHOOL,
    SEAL,
    STRANGER,
    World,
    manifest_of,
)
from verifier.errors import MissingEvidence, SubReason
from verifier.manifest import manifest_to_json
from verifier.registry import read_registry
from verifier.registry_events import Role, Use
from verifier.rpc import Rpc, RpcRefused


def test_the_fold_agrees_with_what_the_contract_says(world: World) -> None:
    """History hash, batches, statuses and grants are those that eth_call gives."""
    view = world.view()
    state = view.state

    assert [batch.size for batch in state.batches.values()] == [len(batch) for batch in BATCHES]
    superseded = state.status(SCHOOL, manifest_of(CLASS).entries[0].leaf_hash())
    revoked = state.status(SCHOOL, manifest_of(CLASS).entries[3].leaf_hash())
    assert superseded is not None
    assert superseded.status == "SUPERSEDED"
    assert superseded.successor_leaf == manifest_of(CORRECTIONS).entries[0].leaf_hash()
    assert revoked is not None
    assert (revoked.status, revoked.reason) == ("REVOKED", 2)
    assert state.status(SCHOOL, manifest_of(CLASS).entries[1].leaf_hash()) is None
    assert REVOKED is CLASS[3]
    anchored_at = next(iter(state.batches.values())).time
    assert state.was_granted(ISSUER.address, SCHOOL, Role.ISSUER, anchored_at)
    assert not state.was_granted(STRANGER.address, SCHOOL, Role.ISSUER, anchored_at)
    assert not state.was_granted(ISSUER.address, SCHOOL, Role.ISSUER, 0)
    assert state.was_declared(PRINCIPAL, SCHOOL, Use.PRINCIPAL, anchored_at)
    assert not state.was_declared(SEAL, SCHOOL, Use.PRINCIPAL, anchored_at)
    assert state.is_within(ROOT, SCHOOL)
    assert not state.is_within(SCHOOL, ROOT)


def test_published_manifests_come_with_the_view(world: World) -> None:
    """The chain alone is enough to read the published batches."""
    published = [manifest_to_json(manifest_of(batch)) for batch in BATCHES[:2]]

    assert sorted(world.view().manifests.values()) == sorted(published)


def test_a_dead_node_is_passed_over_for_one_that_answers(world: World) -> None:
    """With agree = 1 the first node that fits is enough, and the other one is named."""
    view = read(world, DeadNode(), world.chain())

    assert view.state == world.view().state
    assert any("dead" in note for note in view.notes)


def test_all_nodes_dead_is_unavailable(world: World) -> None:
    """Absence of the chain neither proves nor disproves anything."""
    assert refused(world, DeadNode()).sub_reason is SubReason.REGISTRY_UNAVAILABLE


def test_two_nodes_must_agree_when_the_policy_says_so(world: World) -> None:
    """One honest and one dead node are not two; two honest ones are."""
    assert read(world, world.chain(), world.chain(), agree=2).state == world.view().state
    error = refused(world, world.chain(), DeadNode(), agree=2)

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "2 must agree" in str(error)


def test_nodes_that_contradict_each_other_are_named(world: World) -> None:
    """Of two nodes one lies about the head: nothing can be said."""
    liar = LyingNode(world.chain(), eth_call=calls("historyHead()", f"0x{13:064x}"))

    error = refused(world, world.chain(), liar, agree=2)

    assert error.sub_reason is SubReason.OTHER_HISTORY
    assert read(world, liar, world.chain(), world.chain(), agree=2).source == "embedded:" + str(
        world.directory / "chain.sqlite3"
    )


def test_a_head_that_is_too_old_says_nothing_of_today(world: World) -> None:
    """The greatest age holds for nodes, and not for the embedded chain."""
    later = NOW + timedelta(days=3)
    policy = world.edit_policy("[registry]\n", "[registry]\ngreatest_head_age_s = 86400\n")

    def opened(address: str, _directory: Path) -> Rpc:
        return LyingNode(world.chain()) if address.startswith("http") else world.chain()

    assert read_registry(policy, opened, now=later, checkpoint=False).state.history_size == 14
    remote = policy.with_rpc(["http://127.0.0.1:1"])
    assert read_registry(remote, opened, now=NOW, checkpoint=False).state.history_size == 14
    with pytest.raises(MissingEvidence, match="s old") as caught:
        read_registry(remote, opened, now=later, checkpoint=False)
    assert caught.value.sub_reason is SubReason.REGISTRY_UNAVAILABLE


def test_confirmations_hold_back_the_newest_blocks(world: World) -> None:
    """With two confirmations the last two blocks do not count yet."""
    newest = world.view()
    held_back = read(world, world.chain(), finality=2)

    assert held_back.block_number == newest.block_number - 2
    assert held_back.state.history_size < newest.state.history_size
    assert held_back.state.head_at(3) == newest.state.head_at(3)
    error = refused(world, world.chain(), finality=10_000)
    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE


def test_a_node_without_finalized_tag_is_told_apart(world: World) -> None:
    """Clique and QBFT nodes refuse the tag; the message says what the policy needs."""

    def refuse(_honest: Any, params: Any) -> Any:
        if params[0] == "finalized":
            raise RpcRefused(-39001, "Unknown block")
        return _honest

    error = refused(world, LyingNode(world.chain(), eth_getBlockByNumber=refuse), finality="tag")

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "confirmations" in str(error)


def test_pages_shrink_when_a_node_refuses_them(world: World) -> None:
    """A node that answers for three blocks at most is asked until all events are there."""
    asked: list[int] = []

    def short(honest: Any, params: Any) -> Any:
        size = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
        asked.append(size)
        if size > 3:
            raise RpcRefused(-32005, "query returned more than 10000 results")
        return honest

    assert read(world, LyingNode(world.chain(), eth_getLogs=short)).state == world.view().state
    assert max(asked) > 3


def test_no_question_to_a_node_names_an_entry(world: World) -> None:
    """What a node is asked does not depend on what is being verified."""
    node = LyingNode(world.chain())
    read(world, node)

    assert set(node.calls) == {
        "eth_chainId",
        "eth_getBlockByNumber",
        "eth_getCode",
        "eth_call",
        "eth_getLogs",
    }
