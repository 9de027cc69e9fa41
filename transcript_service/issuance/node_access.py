"""A node as the issuing side asks it: what goes wrong is a `ChainError` that names the node."""

from collections.abc import Sequence
from typing import Any

from transcript_service.errors import ChainError
from verifier.errors import NodeUnreachable
from verifier.messages import _
from verifier.rpc import Rpc, RpcRefused


class NodeRefused(ChainError):
    """The node refused a request for a reason of its own."""


class NodeAccess:
    """Asks one node."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    @property
    def address(self) -> str:
        """Return the node's address, for messages."""
        return self._rpc.address

    def call(self, method: str, params: Sequence[object]) -> Any:
        """
        Call a method whose refusal means something.

        Raises:
            RpcRefused: the node answered with an error.
            ChainError: the node does not answer, or the chain's file cannot be used.
        """
        try:
            return self._rpc.call(method, params)
        except ChainError:
            raise
        except NodeUnreachable as error:
            raise ChainError(str(error)) from error

    def ask(self, method: str, params: Sequence[object]) -> Any:
        """Call a method that has no reason to be refused; a refusal is a `NodeRefused`."""
        try:
            return self.call(method, params)
        except RpcRefused as error:
            raise self.refused(method, error) from error

    def quantity(self, method: str, params: Sequence[object]) -> int:
        """Ask for a number."""
        return self.number(method, self.ask(method, params))

    def number(self, method: str, answer: object) -> int:
        """Read a number, `0x…`, out of the answer of *method*."""
        try:
            return int(str(answer), 16)
        except ValueError as error:
            raise ChainError(
                _("node {address} answers {method} with something that is no number").format(
                    address=self.address, method=method
                )
            ) from error

    def refused(self, method: str, error: RpcRefused) -> NodeRefused:
        """Say that the node refuses *method*."""
        return NodeRefused(
            _("node {address} refuses {method}: {reason}").format(
                address=self.address, method=method, reason=error.reason[:300]
            )
        )
