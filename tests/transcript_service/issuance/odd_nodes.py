"""The simulator's nodes: real ones, of which some answers are changed on the way."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.transcript_service.issuance.conftest import Ground
from transcript_service.issuance.anchor import RegistryWriter
from transcript_service.issuance.embedded_chain import CHAIN_ID, EmbeddedChain
from verifier.rpc import Rpc


class Between:
    """A node of which the methods named answer something else."""

    def __init__(self, rpc: Rpc, **changed: Callable[..., Any]) -> None:
        self.address = rpc.address
        self._rpc = rpc
        self._changed = changed
        self.asked: list[str] = []

    def call(self, method: str, params: Sequence[object]) -> Any:
        self.asked.append(method)
        if method in self._changed:
            return self._changed[method](self._rpc, params)
        return self._rpc.call(method, params)


def writer_of(ground: Ground, rpc: Rpc, pauses: list[float] | None = None) -> RegistryWriter:
    """A writer that counts its pauses instead of making them."""
    seen = pauses if pauses is not None else []
    return RegistryWriter(rpc, CHAIN_ID, ground.deployment.address, wait=seen.append)


def head(chain: EmbeddedChain) -> int:
    """Number of the newest block."""
    return int(chain.call("eth_blockNumber", []), 16)
