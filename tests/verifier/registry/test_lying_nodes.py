"""Each way in which a node can lie about the registry is noticed and named."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.verifier.registry.nodes import LyingNode, calls, fixed, read, refused
from tests.verifier.registry.world import (
    STRANGER,
    World,
)
from verifier.errors import SubReason


def without(position: int) -> Callable[[Any, Any], Any]:
    """Drop one event from the answers to eth_getLogs."""

    def lie(logs: Any, _params: Any) -> Any:
        return [log for at, log in enumerate(logs) if at != position]

    return lie


def with_logs(change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Any, Any], Any]:
    def lie(logs: Any, _params: Any) -> Any:
        logs = copy.deepcopy(logs)
        change(logs)
        return logs

    return lie


@pytest.mark.parametrize("position", range(14))
def test_a_dropped_event_is_noticed(world: World, position: int) -> None:
    """Whichever event a node leaves out, the history does not fit the contract's hash."""
    node = LyingNode(world.chain(), eth_getLogs=without(position))

    assert refused(world, node).sub_reason is SubReason.OTHER_HISTORY


@pytest.mark.parametrize("position", range(14))
def test_a_changed_field_is_noticed(world: World, position: int) -> None:
    """Whichever word of an event's data is changed, the event or the history does not fit."""
    words = min(15, len(world.chain().call("eth_getLogs", [_all(world)])[position]["data"]) // 64)

    for word in range(words):

        def change(logs: list[dict[str, Any]], word: int = word) -> None:
            data = logs[position]["data"]
            at = 2 + 64 * word + 63
            digit = "0" if data[at] != "0" else "1"
            logs[position]["data"] = data[:at] + digit + data[at + 1 :]

        node = LyingNode(world.chain(), eth_getLogs=with_logs(change))
        assert refused(world, node).sub_reason is SubReason.OTHER_HISTORY


def _all(world: World) -> dict[str, str]:
    address = "0x" + world.deployment.address.hex()
    return {"address": address, "fromBlock": "0x0", "toBlock": "0xffff"}


@pytest.mark.parametrize(
    ("change", "sub_reason"),
    [
        (lambda logs: logs.reverse(), None),
        (lambda logs: logs.append(logs[-1]), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].update(removed=True), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].update(address="0x" + "11" * 20), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].update(topics=[]), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].update(blockNumber="0xffff"), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].pop("data"), SubReason.OTHER_HISTORY),
        (lambda logs: logs[3].update(data=logs[3]["data"] + "00"), SubReason.OTHER_HISTORY),
        (lambda logs: logs.__setitem__(3, "no log"), SubReason.OTHER_HISTORY),
        (
            lambda logs: logs[3]["topics"].__setitem__(0, "0x" + "11" * 32),
            SubReason.UNSUPPORTED_REGISTRY,
        ),
    ],
    ids=[
        "other order", "doubled", "removed", "other contract", "no topics", "other block",
        "no data", "more data", "no log", "unknown topic",
    ],
)  # fmt: skip
def test_logs_that_the_registry_cannot_have_written_are_named(
    world: World, change: Callable[[Any], None], sub_reason: SubReason | None
) -> None:
    """The order within a page does not matter; everything else does."""
    node = LyingNode(world.chain(), eth_getLogs=with_logs(change))

    if sub_reason is None:
        assert read(world, node).state == world.view().state
    else:
        assert refused(world, node).sub_reason is sub_reason


@pytest.mark.parametrize(
    ("lies", "sub_reason"),
    [
        ({"eth_chainId": fixed("0x1")}, SubReason.OTHER_CHAIN),
        ({"eth_chainId": fixed(None)}, SubReason.REGISTRY_UNAVAILABLE),
        ({"eth_getBlockByNumber": fixed(None)}, SubReason.OTHER_CHAIN),
        ({"eth_getBlockByNumber": fixed("no block")}, SubReason.REGISTRY_UNAVAILABLE),
        ({"eth_getCode": fixed("0x")}, SubReason.OTHER_CHAIN),
        ({"eth_getCode": fixed("<html>")}, SubReason.REGISTRY_UNAVAILABLE),
        ({"eth_call": calls("VERSION()", "0x")}, SubReason.UNSUPPORTED_REGISTRY),
        ({"eth_call": calls("VERSION()", f"0x{2:064x}")}, SubReason.UNSUPPORTED_REGISTRY),
        ({"eth_call": calls("historySize()", f"0x{13:064x}")}, SubReason.OTHER_HISTORY),
        ({"eth_call": calls("historyHead()", f"0x{13:064x}")}, SubReason.OTHER_HISTORY),
        ({"eth_call": calls("ROOT_INSTITUTION()", f"0x{13:064x}")}, SubReason.OTHER_HISTORY),
        ({"eth_getLogs": fixed(None)}, SubReason.REGISTRY_UNAVAILABLE),
        ({"eth_getLogs": fixed([])}, SubReason.OTHER_HISTORY),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, dict) else str(value),
)
def test_other_answers_that_do_not_fit_are_named(
    world: World, lies: dict[str, Any], sub_reason: SubReason
) -> None:
    """Another chain, another contract, another history, no answer: four different things."""
    assert refused(world, LyingNode(world.chain(), **lies)).sub_reason is sub_reason


def test_another_deployment_block_is_another_chain(world: World) -> None:
    """A chain with the same id that began otherwise is not the policy's."""
    error = refused(world, world.chain(), deployment_block_hash=bytes(32))

    assert error.sub_reason is SubReason.OTHER_CHAIN


def test_an_address_without_contract_is_another_chain(world: World) -> None:
    """Nothing stands there."""
    error = refused(world, world.chain(), address=STRANGER.address)

    assert error.sub_reason is SubReason.OTHER_CHAIN
