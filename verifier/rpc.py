"""
Plain Ethereum JSON-RPC: the one way by which the verifier speaks to a node (ADR 0010).

A node is not trusted: what it answers is bounded in size, time and number of parts, and anything
but a JSON-RPC answer (an error page, half an answer, a redirect) is `NodeUnreachable`.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from verifier.bounded_http import Answer, BoundedHttp, NoAnswer, TooLongAnswer
from verifier.canonical import parse_json
from verifier.errors import InvalidFormat, MissingEvidence, NodeUnreachable, SubReason
from verifier.messages import _
from verifier.node_address import EMBEDDED, shown_address, split_url

DEFAULT_TIMEOUT_S = 20.0
TOO_MANY_REQUESTS = 429
DEFAULT_PAUSE_S = 2
MAX_WAITING_S = 20
"""How long one node may make us wait, all in all."""
MAX_ANSWER_BYTES = 64 * 1024 * 1024
FREE_PARTS, BYTES_PER_PART = 10_000, 32
"""An event of the registry is some 700 bytes of JSON in 12 parts: 60 bytes for each."""


class RpcRefused(MissingEvidence):
    """
    The node understood the call and answered with a JSON-RPC error.

    `data` is what the node sent along: for a revert, the bytes that the contract gave, as `0x…`.
    """

    def __init__(self, code: int, message: str, data: object = None) -> None:
        text = _("the node refused the call: {message} (code {code})")
        super().__init__(
            SubReason.REGISTRY_UNAVAILABLE, text.format(message=message[:300], code=code)
        )
        self.code = code
        self.reason = message
        self.data = data


class AnswerTooLarge(NodeUnreachable):
    """The node's answer is longer than allowed; a smaller question may do."""


class Rpc(Protocol):
    """Something that answers JSON-RPC calls."""

    address: str

    def call(self, method: str, params: Sequence[object]) -> Any:
        """
        Make one call and return its result, parsed JSON.

        Raises:
            NodeUnreachable: no usable answer.
            RpcRefused: the node answered with an error.
        """


OpenRpc = Callable[[str, Path], Rpc]
"""Opens an RPC address; the path is the directory that relative addresses are relative to."""


def open_rpc(address: str, directory: Path) -> Rpc:  # noqa: ARG001  the service's opener needs it
    """
    Open an `http:` or `https:` address; nothing is sent yet.

    Raises:
        NodeUnreachable: another kind of address.
    """
    if address.startswith(EMBEDDED):
        message = _(
            "{address} is a chain inside a file, which this program does not read: run"
            " `hocba verify` instead, or `hocba chain serve` and give its address with --rpc"
        )
        raise NodeUnreachable(message.format(address=address))
    return HttpRpc(address)


class HttpRpc:
    """
    JSON-RPC over HTTP.

    Args:
        url: `http:` or `https:`; `address` is what of it may be shown.
        timeout_s: for one whole call.
        max_bytes: the longest answer read.
        wait: waits some seconds when the node asks for it.
    """

    def __init__(
        self,
        url: str,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        max_bytes: int = MAX_ANSWER_BYTES,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.address = shown_address(url)
        if split_url(url) is None:
            message = _("{url} is not the address of a node")
            raise NodeUnreachable(message.format(url=self.address))
        self._url = url
        self._max_bytes = max_bytes
        self._http = BoundedHttp(timeout_s=timeout_s, max_bytes=max_bytes)
        self._last_id = 0
        self._wait = wait
        self._patience_s = MAX_WAITING_S

    def call(self, method: str, params: Sequence[object]) -> Any:
        """Make one call; see `Rpc.call`."""
        self._last_id += 1
        body = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": list(params)}
        answer = self._parse(self._post(json.dumps(body).encode()))
        if not isinstance(answer, dict) or answer.get("id") != self._last_id:
            raise self._unusable(_("the answer is not one to the question"))
        if answer.get("error") is not None:
            raise self._refused(answer["error"])
        if "result" not in answer:
            raise self._unusable(_("the answer holds neither a result nor an error"))
        return answer["result"]

    def _post(self, body: bytes) -> bytes:
        answer = self._ask(body)
        while answer.status == TOO_MANY_REQUESTS:
            pause_s = _pause(answer.retry_after)
            if pause_s > self._patience_s:
                problem = _(
                    "it is asked too often (HTTP 429) and wants {seconds} s of rest; try again"
                    " later or name another node"
                )
                raise self._unusable(problem.format(seconds=pause_s))
            self._patience_s -= pause_s
            self._wait(pause_s)
            answer = self._ask(body)
        if answer.status != 200 and not answer.content.lstrip().startswith(b"{"):
            problem = _("it answers HTTP {status} instead of JSON-RPC")
            raise self._unusable(problem.format(status=answer.status))
        return answer.content

    def _ask(self, body: bytes) -> Answer:
        headers = {"Content-Type": "application/json"}
        try:
            return self._http.ask("POST", self._url, headers=headers, body=body)
        except TooLongAnswer as error:
            raise AnswerTooLarge(f"{self.address}: {error}") from error
        except NoAnswer as error:
            raise self._unusable(str(error)) from error

    def _parse(self, content: bytes) -> Any:
        parts = sum(map(content.count, (b",", b"[", b"{")))
        if parts > FREE_PARTS + len(content) // BYTES_PER_PART:
            raise self._unusable(_("the answer has too many parts to be an honest one"))
        try:
            return parse_json(content, what="answer", max_bytes=self._max_bytes)
        except InvalidFormat as error:
            start = content.lstrip()[:1]
            kind = _("a web page") if start == b"<" else error.problem
            message = _("the answer is not JSON-RPC: {problem}").format(problem=kind)
            raise self._unusable(message) from error

    def _refused(self, error: object) -> RpcRefused:
        if not isinstance(error, dict):
            return RpcRefused(0, "")
        code = error.get("code")
        number = code if isinstance(code, int) else 0
        return RpcRefused(number, str(error.get("message", "")), error.get("data"))

    def _unusable(self, problem: str) -> NodeUnreachable:
        return NodeUnreachable(
            _("node {address}: {problem}").format(address=self.address, problem=problem)
        )


def _pause(retry_after: str | None) -> int:
    """Return how many seconds a node wants to be left alone: what it says, else a few."""
    if retry_after is not None and re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return max(1, int(retry_after))
    return DEFAULT_PAUSE_S  # none, a date, or nonsense
