"""A node and the checkpoint contradict each other: nothing is believed, nothing overwritten."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.registry.nodes import LyingNode, read
from tests.verifier.registry.world import CLASS, SECOND_CLASS, World
from verifier.errors import MissingEvidence, SubReason
from verifier.registry_events import RegistryEvent, history_seed, next_head
from verifier.registry_file import Block, state_to_json
from verifier.registry_state import RegistryState, apply_event, empty_state
from verifier.rpc import Rpc

Tell = Callable[[World, Path], Rpc]


def _registry_of(other: World, blocks: Rpc) -> LyingNode:
    """Serve the blocks of one chain and the registry of another."""
    chain = other.chain()

    def ask(_honest: Any, params: Any) -> Any:
        return chain.call("eth_call", [params[0], "latest"])

    return LyingNode(
        blocks, eth_call=ask, eth_getLogs=lambda _honest, params: chain.call("eth_getLogs", params)
    )


def _cut(world: World, aside: Path) -> World:
    return world.copy(aside)


def _swapped(world: World, aside: Path) -> World:
    other = world.copy(aside)
    other.writer().anchor((SECOND_CLASS[0], SECOND_CLASS[1]))
    return other


def _swapped_and_longer(world: World, aside: Path) -> World:
    other = _swapped(world, aside)
    other.writer().anchor((SECOND_CLASS[1], SECOND_CLASS[2]))
    return other


@pytest.mark.parametrize("own_blocks", [True, False], ids=["own blocks", "true blocks"])
@pytest.mark.parametrize("make", [_cut, _swapped, _swapped_and_longer])
def test_a_history_that_does_not_go_on_from_the_checkpoint_is_another_one(
    world: World, tmp_path: Path, make: Callable[[World, Path], World], own_blocks: bool
) -> None:
    """Late events cut off or swapped, whatever blocks go with them: the checkpoint stays."""
    other = make(world, tmp_path / "other")
    world.writer().anchor((CLASS[0], CLASS[1]))
    world.view(checkpoint=True)
    path = world.policy.checkpoint_path
    before = path.read_bytes()
    world.writer().anchor((CLASS[1], CLASS[2]))
    node = other.chain() if own_blocks else _registry_of(other, world.chain())

    with pytest.raises(MissingEvidence) as caught:
        read(world, LyingNode(node), checkpoint=True)

    assert caught.value.sub_reason is SubReason.OTHER_HISTORY
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert world.view(checkpoint=True).notes == ()


def test_another_node_that_goes_on_from_the_checkpoint_is_believed(
    world: World, tmp_path: Path
) -> None:
    """The policy's next node is asked, and the one that cut its history is named."""
    other = world.copy(tmp_path / "other")
    world.writer().anchor((CLASS[0], CLASS[1]))
    true = world.view(checkpoint=True)

    view = read(world, _registry_of(other, world.chain()), world.chain(), checkpoint=True)

    assert view.state == true.state
    assert any("lying" in note for note in view.notes)


def _published(state: RegistryState, content: bytes) -> RegistryEvent:
    return replace(
        state.history[-1],
        name="ManifestPublished",
        fields={"digest": sha256(content).digest()},
        sequence=state.history_size + 1,
    )


def _extended(state: RegistryState) -> RegistryState:
    event = _published(state, b"invented")
    return apply_event(state, replace(event, head=next_head(state.history_head, event)))


def _rewritten(state: RegistryState) -> RegistryState:
    """Put another event in the place of the supersession, and hash all again."""
    forged = empty_state(state.chain_id, state.address, state.root_institution)
    for event in state.history:
        put = event
        if event.name == "EntrySuperseded":
            put = replace(_published(state, b"nothing"), sequence=event.sequence, time=event.time)
        apply_event(forged, replace(put, head=next_head(forged.history_head, put)))
    return forged


BLOCKS: list[Callable[[Block], Block]] = [
    lambda block: block,
    lambda block: replace(block, digest=bytes(32)),
    lambda block: replace(block, number=2**53 - 1),
    lambda block: replace(block, number=5),
]


@pytest.mark.parametrize("at", BLOCKS, ids=["true", "false hash", "far ahead", "earlier"])
@pytest.mark.parametrize("forge", [_extended, _rewritten])
def test_a_forged_checkpoint_is_named_as_what_to_remove(
    world: World,
    forge: Callable[[RegistryState], RegistryState],
    at: Callable[[Block], Block],
) -> None:
    """One node cannot prove it false; the message says which file stands in the way."""
    view = world.view()
    path = world.policy.checkpoint_path
    path.write_bytes(state_to_json(forge(view.state), at(view.block)))

    with pytest.raises(MissingEvidence) as caught:
        read(world, world.chain(), world.chain(), agree=2, checkpoint=True)

    assert caught.value.sub_reason is SubReason.OTHER_HISTORY
    assert str(path) in str(caught.value)
    assert str(caught.value).count(world.chain().address) == 2
    path.unlink()
    assert world.view(checkpoint=True).state == world.view().state


def test_a_checkpoint_without_events_contradicts_nobody(world: World) -> None:
    """The beginning of every history is empty."""
    view = world.view(checkpoint=True)
    path = world.policy.checkpoint_path
    seed = history_seed(view.state.chain_id, view.state.address, view.state.root_institution)
    described = json.loads(path.read_bytes())
    described.update(events=[], history_size=0, history_head="0x" + seed.hex())
    path.write_text(json.dumps(described))

    assert world.view(checkpoint=True).state == view.state
    assert json.loads(path.read_bytes())["history_size"] == view.state.history_size
