"""JSON-RPC over HTTP against a real server that answers whatever a test says."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from verifier.errors import NodeUnreachable, SubReason
from verifier.rpc import AnswerTooLarge, HttpRpc, RpcRefused, open_rpc

RESULT = b'{"jsonrpc":"2.0","id":1,"result":"0x1"}'


@dataclass
class Said:
    """What the server answers next, and what it was asked."""

    status: int = 200
    body: bytes = RESULT
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    drip: threading.Event | None = None
    url: str = ""


@pytest.fixture
def said() -> Iterator[Said]:
    """A server on the loopback."""
    answer = Said()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answer.status)
            size = len(answer.body) if answer.length is None else answer.length
            self.send_header("Content-Length", str(size))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._write()

        def _write(self) -> None:
            if answer.drip is None:
                self.wfile.write(answer.body)
                return
            try:
                while not answer.drip.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            except OSError:
                pass  # the reader has given up, as it should

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    answer.url = f"http://127.0.0.1:{server.server_port}/"
    yield answer
    if answer.drip is not None:
        answer.drip.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_call_is_plain_json_rpc(said: Said) -> None:
    """Method and parameters arrive, the result comes back."""
    assert HttpRpc(said.url).call("eth_call", [{"to": "0x"}, "latest"]) == "0x1"
    assert said.asked == [
        {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{"to": "0x"}, "latest"]}
    ]


def test_an_error_of_the_node_keeps_its_code(said: Said) -> None:
    """Refusals are told apart from silence, whatever the HTTP status."""
    said.body = b'{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"too many results"}}'
    for said.status in (200, 400):
        with pytest.raises(RpcRefused, match="too many results") as caught:
            HttpRpc(said.url).call("eth_getLogs", [])
        assert caught.value.code == -32005
        assert caught.value.sub_reason is SubReason.REGISTRY_UNAVAILABLE


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!DOCTYPE html><title>login</title>", "a web page"),
        (b"", "not JSON"),
        (RESULT[:-4], "not JSON"),
        (b"null", "not one to the question"),
        (b"[]", "not one to the question"),
        (RESULT.replace(b'"id":1', b'"id":2'), "not one to the question"),
        (b'{"jsonrpc":"2.0","id":1}', "neither a result nor an error"),
        (b'{"id":1,"result":1,"result":2}', "twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 5_000, "too deeply"),
        (b"[" * 100_000, "too many parts"),
    ],
)
def test_an_answer_that_is_none_is_unavailable(said: Said, body: bytes, problem: str) -> None:
    """Error pages, half answers, answers to another question: all say what was wrong."""
    said.body = body

    with pytest.raises(NodeUnreachable, match=problem) as caught:
        HttpRpc(said.url).call("eth_chainId", [])
    assert caught.value.sub_reason is SubReason.REGISTRY_UNAVAILABLE
    assert said.url in str(caught.value)


@pytest.mark.parametrize(
    ("status", "problem"), [(429, "asked too often"), (503, "HTTP 503"), (404, "HTTP 404")]
)
def test_an_http_error_is_named(said: Said, status: int, problem: str) -> None:
    """Too many questions, out of service, nothing there."""
    said.status, said.body = status, b"<html>no</html>"

    with pytest.raises(NodeUnreachable, match=problem):
        HttpRpc(said.url).call("eth_chainId", [])


def test_a_redirect_is_not_followed(said: Said) -> None:
    """The policy names the node, not whom the node names."""
    said.status, said.body, said.headers = 307, b"", {"Location": said.url}

    with pytest.raises(NodeUnreachable, match="HTTP 307"):
        HttpRpc(said.url).call("eth_chainId", [])
    assert len(said.asked) == 1


def test_an_answer_that_ends_early_is_unavailable(said: Said) -> None:
    """Fewer bytes than announced are half an answer, even if they parse."""
    said.length = len(RESULT) + 10

    with pytest.raises(NodeUnreachable, match="no connection"):
        HttpRpc(said.url, timeout_s=1).call("eth_chainId", [])


def test_an_answer_that_is_too_long_is_not_read(said: Said) -> None:
    """Memory is bounded whatever a node sends."""
    said.body = b" " * 10_000 + RESULT

    with pytest.raises(AnswerTooLarge, match="longer than 1000"):
        HttpRpc(said.url, max_bytes=1000).call("eth_chainId", [])


def test_an_answer_that_drips_is_given_up(said: Said) -> None:
    """The time is that of the whole answer, not of each byte."""
    said.drip, said.length = threading.Event(), 10_000

    with pytest.raises(NodeUnreachable, match=r"within 0\.3 s"):
        HttpRpc(said.url, timeout_s=0.3).call("eth_chainId", [])


HEAD = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "status": (b"", b"H"),
    "intermediate answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "header": (HEAD + b"X: ", b"a"),
    "headers": (HEAD, b"X: a\r\n"),
    "body": (HEAD + b"\r\n", b" "),
    "size of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "extension of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n"),
}


@contextmanager
def endless(first: bytes, then: bytes, pause_s: float) -> Iterator[str]:
    """Serve one answer without an end to whoever asks, until the test is over."""
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the reader gives up, as it should
            connection.recv(65536)
            connection.sendall(first)
            while not over.wait(pause_s):
                connection.sendall(then)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):  # closed at the end of the test
                while True:
                    threading.Thread(target=answer, args=(listener.accept()[0],)).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()


@pytest.mark.parametrize("pause_s", [0.02, 0.0], ids=["drips", "floods"])
@pytest.mark.parametrize("part", ENDLESS)
def test_an_answer_without_end_is_given_up(part: str, pause_s: float) -> None:
    """Whichever part of it drips or floods: one time limit for the call, a bound on its size."""
    first, then = ENDLESS[part]
    with endless(first, then, pause_s) as url:
        before = time.monotonic()
        with pytest.raises(
            NodeUnreachable, match=r"within 0\.3 s|no connection|longer than"
        ) as caught:
            HttpRpc(url, timeout_s=0.3, max_bytes=100_000).call("eth_chainId", [])

    assert time.monotonic() - before < 5
    assert caught.value.sub_reason is SubReason.REGISTRY_UNAVAILABLE


@pytest.mark.parametrize("part", [b"[],", b'{"a":0},', b'"",', b"0,", b'{"a":[],"b":[]},'])
def test_an_answer_of_many_small_parts_is_not_unpacked(said: Said, part: bytes) -> None:
    """A few bytes each would fill the memory; no honest answer is built like that."""
    parts = part * (2_000_000 // len(part))
    said.body = b'{"id":1,"jsonrpc":"2.0","result":[%s0]}' % parts

    with pytest.raises(NodeUnreachable, match="too many parts"):
        HttpRpc(said.url).call("eth_getLogs", [])


def test_after_an_answer_without_end_the_next_call_is_answered(said: Said) -> None:
    """A node that recovers can be asked again."""
    said.drip, said.length = threading.Event(), 10_000
    rpc = HttpRpc(said.url, timeout_s=0.3)
    with pytest.raises(NodeUnreachable, match="within"):
        rpc.call("eth_chainId", [])
    said.drip, said.length, said.body = None, None, RESULT.replace(b'"id":1', b'"id":2')

    assert rpc.call("eth_chainId", []) == "0x1"


def test_starting_the_verifier_does_not_load_the_network() -> None:
    """What only speaks to nodes over HTTP is loaded when the first one is."""
    code = "import sys, verifier.cli; sys.exit('requests' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nobody_there_is_unavailable(said: Said) -> None:
    """A closed port."""
    with pytest.raises(NodeUnreachable, match="no connection"):
        HttpRpc("http://127.0.0.1:1/", timeout_s=1).call("eth_chainId", [])


@pytest.mark.parametrize(
    "secret", ["http://user:SECRET@{node}/", "http://{node}/SECRET", "http://{node}/?key=SECRET"]
)
def test_secrets_of_an_address_are_used_and_not_told(said: Said, secret: str) -> None:
    """A user, a path, a query reach the node, and stand in no message."""
    node = said.url.removeprefix("http://").rstrip("/")
    rpc = HttpRpc(secret.format(node=node))

    assert rpc.call("eth_chainId", []) == "0x1"
    assert "SECRET" not in rpc.address
    said.status, said.body = 503, b"no"
    with pytest.raises(NodeUnreachable, match=node) as caught:
        rpc.call("eth_chainId", [])
    assert "SECRET" not in str(caught.value)
    with pytest.raises(NodeUnreachable, match="is not the address") as caught:
        HttpRpc("ftp://user:SECRET@node/")
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "node", "ftp://node/", "http://", "file:///etc", "http://[x"])
def test_what_is_no_address_is_unavailable(url: str) -> None:
    """Only http and https."""
    with pytest.raises(NodeUnreachable, match="is not the address of a node"):
        open_rpc(url, Path())


def test_the_embedded_chain_needs_another_program() -> None:
    """The verifier alone does not read chains in files, and says what does."""
    with pytest.raises(NodeUnreachable, match="hocba chain serve"):
        open_rpc("embedded:chain.sqlite3", Path())
