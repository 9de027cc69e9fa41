"""Nodes that would be read without end: chains too long, pages too small, events too many."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.verifier.registry.nodes import LyingNode, calls, read, refused
from tests.verifier.registry.world import World
from verifier.errors import SubReason
from verifier.rpc import RpcRefused


class LongChain(LyingNode):
    """Tells of a head far above the true one; everything stands there as it stands today."""

    def __init__(self, world: World, head: int, largest_page: int) -> None:
        super().__init__(world.chain())
        self._head = head
        self._largest_page = largest_page

    def call(self, method: str, params: Sequence[object]) -> Any:
        self.calls.append(method)
        if method == "eth_getLogs":
            return self._logs(params)
        is_above = method == "eth_getBlockByNumber" and params[0] in ("latest", hex(self._head))
        if is_above:
            return {**self._latest(), "number": hex(self._head)}
        if method in ("eth_call", "eth_getCode"):
            params = [params[0], "latest"]
        return self._honest.call(method, params)

    def _latest(self) -> Any:
        return self._honest.call("eth_getBlockByNumber", ["latest", False])

    def _logs(self, params: Any) -> Any:
        first, last = (int(params[0][name], 16) for name in ("fromBlock", "toBlock"))
        if last - first >= self._largest_page:
            raise RpcRefused(-32005, "too many blocks")
        newest = int(self._latest()["number"], 16)
        if first > newest:
            return []
        return self._honest.call("eth_getLogs", [{**params[0], "toBlock": hex(min(last, newest))}])


def test_a_head_beyond_every_chain_is_not_read_up_to(world: World) -> None:
    """At 2^63 no page is asked for."""
    node = LongChain(world, 2**63 - 1, 65_536)

    error = refused(world, node)

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "eth_getLogs" not in node.calls


def test_a_long_chain_is_read(world: World) -> None:
    """Forty years of a block every second, in pages of a million blocks at most."""
    node = LongChain(world, 40 * 365 * 86_400, 2**20)

    assert read(world, node).state == world.view().state
    assert node.calls.count("eth_getLogs") < 50_000


def test_pages_that_are_too_many_are_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that answers for a few blocks at a time does not keep the verifier for days."""
    monkeypatch.setattr("verifier.registry_logs.MAX_PAGES", 50)
    node = LongChain(world, 10_000, 8)

    error = refused(world, node)

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "50 questions" in str(error)
    assert node.calls.count("eth_getLogs") == 50


def test_reading_that_takes_too_long_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever each answer takes, all of them together have a limit."""
    monkeypatch.setattr("verifier.registry_logs.MAX_READING_S", 0)
    node = LongChain(world, 10_000, 8)

    error = refused(world, node)

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "0 s" in str(error)
    assert node.calls.count("eth_getLogs") == 1


def test_events_beyond_the_claimed_history_are_not_read(world: World) -> None:
    """The contract says how many there are; the node is left at the first one too many."""
    node = LyingNode(LongChain(world, 10_000, 1), eth_call=calls("historySize()", f"0x{3:064x}"))

    error = refused(world, node)

    assert error.sub_reason is SubReason.OTHER_HISTORY
    assert node.calls.count("eth_getLogs") < 30


def test_a_history_too_large_to_keep_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is folded is kept in memory, and a node cannot fill that."""
    monkeypatch.setattr("verifier.registry_fold.MAX_HISTORY_BYTES", 10_000)

    error = refused(world, world.chain())

    assert error.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert "10000 bytes" in str(error)
