"""The checkpoint and the snapshot: what is kept of the registry between runs."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.registry.nodes import LyingNode, read
from tests.verifier.registry.world import (
    CHAIN_ID,
    CLASS,
    NOW,
    World,
)
from verifier.errors import MissingEvidence, SubReason
from verifier.registry import read_registry, read_snapshot
from verifier.registry_abi import event_shapes
from verifier.registry_file import state_to_json
from verifier.rpc import Rpc


def test_a_checkpoint_is_written_and_gives_the_same_state(world: World) -> None:
    """Folding on from the checkpoint gives what folding from the deployment gives."""
    fresh = world.view()
    first = world.view(checkpoint=True)
    chain = LyingNode(world.chain())
    again = read(world, chain, checkpoint=True)

    assert world.policy.checkpoint_path.is_file()
    assert fresh.state == first.state == again.state
    assert first.manifests == again.manifests
    assert again.notes == ()


def test_a_checkpoint_is_brought_up_to_date(world: World) -> None:
    """New events are folded onto the checkpoint."""
    world.view(checkpoint=True)
    before = world.policy.checkpoint_path.read_bytes()
    world.writer().anchor((CLASS[0], CLASS[1]))

    view = world.view(checkpoint=True)

    assert view.state == world.view().state
    assert world.policy.checkpoint_path.read_bytes() != before
    assert world.view(checkpoint=True).notes == ()


def _bit(data: bytes) -> bytes:
    at = data.index(b'"time":') + 12
    return data[:at] + (b"1" if data[at : at + 1] != b"1" else b"2") + data[at + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-200],
        _bit,
        lambda data: data.replace(b'"block_number":', b'"block_numbers":'),
        lambda data: data.replace(b'"chain_id":88001', b'"chain_id":88002'),
        lambda data: data.replace(b'"block_hash":"0x', b'"block_hash":"0y'),
    ],
    ids=["empty", "cut", "altered", "unknown field", "other chain", "no hex"],
)
def test_a_false_checkpoint_counts_as_absent_and_is_named(
    world: World, spoil: Callable[[bytes], bytes]
) -> None:
    """Whatever is wrong with it, the state is the chain's, and a note says what was skipped."""
    world.view(checkpoint=True)
    path = world.policy.checkpoint_path
    path.write_bytes(spoil(path.read_bytes()))

    view = world.view(checkpoint=True)

    assert view.state == world.view().state
    assert any("checkpoint" in note for note in view.notes)
    assert world.view(checkpoint=True).notes == ()


def test_a_checkpoint_of_another_block_is_named(world: World) -> None:
    """Its block hash is not the chain's, but its history is: it still costs only a re-read."""
    world.view(checkpoint=True)
    path = world.policy.checkpoint_path
    head = world.view().block_hash.hex().encode()
    path.write_bytes(path.read_bytes().replace(head, b"11" * 32))

    assert world.view(checkpoint=True).state == world.view().state


def test_a_node_that_forgot_what_was_seen_before_is_named(world: World, tmp_path: Path) -> None:
    """A chain rolled back behind the checkpoint cannot hide a revocation."""
    older = world.copy(tmp_path / "older")
    world.writer().anchor((CLASS[0], CLASS[1]))
    world.view(checkpoint=True)

    with pytest.raises(MissingEvidence, match="seen before") as caught:
        read(world, LyingNode(older.chain()), checkpoint=True)

    assert caught.value.sub_reason is SubReason.OTHER_HISTORY


def test_a_checkpoint_without_a_node_is_no_evidence(world: World) -> None:
    """With the chain moved away there is no answer, checkpoint or not."""
    world.view(checkpoint=True)
    (world.directory / "chain.sqlite3").unlink()

    with pytest.raises(MissingEvidence) as caught:
        world.view(checkpoint=True)

    assert caught.value.sub_reason is SubReason.REGISTRY_UNAVAILABLE


def test_a_directory_that_cannot_be_written_costs_only_the_checkpoint(world: World) -> None:
    """Where the checkpoint cannot stand, the registry is read all the same."""
    world.policy.checkpoint_path.mkdir()

    view = world.view(checkpoint=True)

    assert view.state == world.view().state
    assert not list(world.directory.glob(".policy*"))


def test_a_snapshot_needs_no_node_and_must_be_the_named_one(world: World) -> None:
    """File and digest in the policy make reading socket-free; another file is no snapshot."""
    view = world.view()
    data = state_to_json(view.state, view.block)
    (world.directory / "snapshot.json").write_bytes(data)
    named = f'snapshot = "snapshot.json"\nsnapshot_digest = "0x{sha256(data).hexdigest()}"\n'
    policy = world.edit_policy("[registry]\n", f"[registry]\n{named}")

    def never(address: str, _directory: Path) -> Rpc:
        raise AssertionError(address)

    read_back = read_registry(policy, never, now=NOW)
    assert read_back.state == view.state
    assert read_back.block == view.block
    (world.directory / "snapshot.json").write_bytes(data + b"\n")
    with pytest.raises(MissingEvidence) as caught:
        read_snapshot(policy)
    assert caught.value.sub_reason is SubReason.OTHER_HISTORY


def test_a_withheld_published_manifest_is_noticed_behind_a_checkpoint(world: World) -> None:
    """A node that hides a manifest from the topic filter does not pass."""
    world.view(checkpoint=True)
    topic = "0x" + event_shapes()["ManifestPublished"].topic.hex()

    def hide(honest: Any, params: Any) -> Any:
        return honest[1:] if params[0].get("topics") == [topic] else honest

    view = read(world, LyingNode(world.chain(), eth_getLogs=hide), checkpoint=True)

    assert any("left out" in note for note in view.notes)
    assert len(view.manifests) == 2
    assert view.state.chain_id == CHAIN_ID
