"""
Nodes over HTTP that lie, break off, flood or drip: alone, before an honest one, and among honest.

Alone: named, INDETERMINATE, in bounded time. Before an honest one: passed over and named. One of
three of which two must agree: the answer is that of the honest two, and the liar is named.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.verifier.registry.nodes import read, refused
from tests.verifier.registry.world import CLASS, SCHOOL, World, manifest_of
from verifier import registry_logs
from verifier.errors import SubReason
from verifier.rpc import HttpRpc, Rpc

LONGEST_CALL_S = 1.5
UNAVAILABLE = SubReason.REGISTRY_UNAVAILABLE


@dataclass(frozen=True)
class Lie:
    """How a server answers, what it is called, and words that must stand in the message."""

    tell: Callable[["Handler", str, Any, Any], None]
    sub_reason: SubReason
    words: str


class Server(ThreadingHTTPServer):
    """Answers for an honest node, except where the lie is told."""

    daemon_threads = True

    def __init__(self, honest: Rpc, lie: Lie) -> None:
        self.honest, self.lie = honest, lie
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            answer = self.server.honest.call(asked["method"], asked["params"])
        self.asked = asked
        with suppress(OSError):
            self.server.lie.tell(self, asked["method"], asked["params"], answer)

    def result(self, answer: Any) -> None:
        self.raw(json.dumps({"jsonrpc": "2.0", "id": self.asked["id"], "result": answer}).encode())

    def refuse(self, message: str) -> None:
        error = {"code": -32005, "message": message}
        self.raw(json.dumps({"jsonrpc": "2.0", "id": self.asked["id"], "error": error}).encode())

    def raw(self, body: bytes, status: int = 200, length: int | None = None, **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self, body: bytes) -> None:
        """Send one byte after another, each of them long before any socket's time is over."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + 1_000_000))
        self.end_headers()
        while not self.server.stopped.wait(0.1):
            self.wfile.write(b" ")
            self.wfile.flush()

    def flood(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.stopped.is_set():
            self.wfile.write(b" " * 65536)

    def log_message(self, *_parts: object) -> None:
        pass


def on(method: str, lie: Callable[[Handler, Any, Any], None]) -> Callable[..., None]:
    """Tell the lie about one method."""

    def tell(handler: Handler, asked: str, params: Any, answer: Any) -> None:
        if asked == method:
            lie(handler, params, answer)
        else:
            handler.result(answer)

    return tell


def _half(handler: Handler, _params: Any, answer: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": handler.asked["id"], "result": answer}).encode()
    handler.raw(body[: len(body) // 2], length=len(body))


def _stale(handler: Handler, asked: str, params: Any, answer: Any) -> None:
    """The newest block is said to be one of long ago."""
    if asked == "eth_getBlockByNumber" and params[0] == "latest":
        answer = handler.server.honest.call("eth_getBlockByNumber", [hex(9), False])
    handler.result(answer)


def _other_fork(handler: Handler, params: Any, answer: Any) -> None:
    """All blocks but the deployment's have another hash."""
    is_late = answer and int(answer["number"], 16) > 3
    handler.result({**answer, "hash": "0x" + "22" * 32} if is_late else answer)


def _nothing_was_revoked(handler: Handler, _params: Any, answer: Any) -> None:
    from verifier.registry_abi import event_shapes

    topic = "0x" + event_shapes()["EntryRevoked"].topic.hex()
    handler.result([log for log in answer if log["topics"][0] != topic])


def _only_revocations(handler: Handler, _params: Any, answer: Any) -> None:
    handler.result(answer[-2:])


LIES = {
    "429 for ever": Lie(
        on("eth_getLogs", lambda to, _asked, _true: to.raw(b"", 429, Retry_After="600")),
        UNAVAILABLE,
        "wants 600 s of rest",
    ),
    "a page of HTML": Lie(
        lambda to, *_: to.raw(b"<!DOCTYPE html><p>Log in"), UNAVAILABLE, "a web page"
    ),
    "HTML with 502": Lie(lambda to, *_: to.raw(b"<html>Bad Gateway", 502), UNAVAILABLE, "HTTP 502"),
    "half an answer": Lie(on("eth_getLogs", _half), UNAVAILABLE, "no connection"),
    "an answer that drips": Lie(
        on("eth_getLogs", lambda to, _asked, _true: to.drip(b"")), UNAVAILABLE, "no whole answer"
    ),
    "an answer without end": Lie(
        on("eth_getLogs", lambda to, _asked, _true: to.flood()), UNAVAILABLE, "longer than"
    ),
    "no page is small enough": Lie(
        on("eth_getLogs", lambda to, _asked, _true: to.refuse("too many results")),
        UNAVAILABLE,
        "too many results",
    ),
    "another chain": Lie(
        on("eth_chainId", lambda to, _asked, _true: to.result("0x1")),
        SubReason.OTHER_CHAIN,
        "serves chain 1",
    ),
    "another fork": Lie(on("eth_getBlockByNumber", _other_fork), SubReason.OTHER_HISTORY, ""),
    "nothing was revoked": Lie(
        on("eth_getLogs", _nothing_was_revoked), SubReason.OTHER_HISTORY, "events"
    ),
    "only what was withdrawn": Lie(
        on("eth_getLogs", _only_revocations), SubReason.OTHER_HISTORY, "events"
    ),
    "no events": Lie(
        on("eth_getLogs", lambda to, _asked, _true: to.result([])),
        SubReason.OTHER_HISTORY,
        "events",
    ),
    "a stale head": Lie(_stale, UNAVAILABLE, "behind"),
}
ALONE_CANNOT_BE_TOLD = {"another fork", "a stale head"}
"""Without a second node, a checkpoint or a greatest age, an older or other chain is a chain."""


@pytest.fixture(params=LIES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def liar(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpRpc]:
    monkeypatch.setattr(registry_logs, "FIRST_PAGE_BLOCKS", 8)
    server = Server(world.chain(), LIES[name])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    yield HttpRpc(url, timeout_s=LONGEST_CALL_S, max_bytes=2_000_000, wait=lambda _seconds: None)
    server.stopped.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_alone_it_is_named_in_bounded_time(world: World, liar: HttpRpc, name: str) -> None:
    """INDETERMINATE with what it did; before an honest node it is passed over, and named."""
    lie = LIES[name]
    begun = time.monotonic()
    if name in ALONE_CANNOT_BE_TOLD:
        view = read(world, liar)
        assert view.state.status(SCHOOL, manifest_of(CLASS).entries[1].leaf_hash()) is None
        return

    error = refused(world, liar)
    view = read(world, liar, world.chain())

    assert error.sub_reason is lie.sub_reason
    assert lie.words in str(error)
    assert liar.address in str(error)
    assert view.state.history_head == world.view().state.history_head
    assert any(lie.words in note for note in view.notes)
    assert time.monotonic() - begun < 40


def test_among_honest_ones_it_changes_nothing(world: World, liar: HttpRpc, name: str) -> None:
    """Two of three agree: their state, and the liar is named."""
    view = read(world, liar, world.chain(), Named(world, "b"), agree=2)

    assert view.state == world.view().state
    assert any(liar.address in note for note in view.notes)


class Named:
    """The honest chain under another address."""

    def __init__(self, world: World, name: str) -> None:
        self.address = f"http://honest-{name}.example/"
        self._chain = world.chain()

    def call(self, method: str, params: Any) -> Any:
        return self._chain.call(method, params)
