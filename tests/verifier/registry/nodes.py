"""Nodes that do not tell the truth, and reading the registry through them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.verifier.registry.world import (
    NOW,
    World,
)
from verifier.errors import MissingEvidence, NodeUnreachable
from verifier.registry import read_registry
from verifier.rpc import Rpc


class LyingNode:
    """A node that answers like another one, except where a lie is told."""

    def __init__(self, honest: Rpc, **lies: Any) -> None:
        self.address = "http://127.0.0.1:1/lying"
        self.calls: list[str] = []
        self._honest = honest
        self._lies = lies

    def call(self, method: str, params: Sequence[object]) -> Any:
        self.calls.append(method)
        answer = self._honest.call(method, params)
        lie = self._lies.get(method)
        return lie(answer, params) if lie else answer


class DeadNode:
    """A node that never answers."""

    address = "http://127.0.0.1:1/dead"

    def call(self, method: str, params: Sequence[object]) -> Any:
        raise NodeUnreachable(f"node {self.address}: no connection (ConnectionError)")


def read(world: World, *nodes: Rpc, checkpoint: bool = False, **policy: object) -> Any:
    """Read the registry from these nodes instead of the policy's."""
    opened = {f"http://node-{at}": node for at, node in enumerate(nodes)}
    edited = world.policy.with_rpc(list(opened))
    registry = {**_fields(edited.registry), **policy}
    edited = type(edited)(**{**_fields(edited), "registry": type(edited.registry)(**registry)})
    return read_registry(
        edited, lambda address, _directory: opened[address], now=NOW, checkpoint=checkpoint
    )


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def refused(world: World, *nodes: Rpc, **policy: object) -> MissingEvidence:
    with pytest.raises(MissingEvidence) as caught:
        read(world, *nodes, **policy)
    return caught.value


def fixed(answer: Any) -> Callable[[Any, Any], Any]:
    return lambda _honest, _params: answer


def calls(function: str, answer: str) -> Callable[[Any, Any], Any]:
    """Lie about one function of the contract."""
    from verifier.registry_abi import selector

    return lambda honest, params: answer if params[0]["data"] == selector(function) else honest
