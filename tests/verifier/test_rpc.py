"""JSON-RPC over HTTP against a real server that answers whatever a test says."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.verifier.json_rpc_server import RESULT, Said, answering
from verifier.errors import NodeUnreachable, SubReason
from verifier.rpc import AnswerTooLarge, HttpRpc, RpcRefused, open_rpc


@pytest.fixture
def said() -> Iterator[Said]:
    """A server on the loopback."""
    with answering() as answer:
        yield answer


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
    ("status", "problem"), [(503, "HTTP 503"), (404, "HTTP 404"), (302, "HTTP 302")]
)
def test_an_http_error_is_named(said: Said, status: int, problem: str) -> None:
    """Out of service, nothing there, elsewhere."""
    said.status, said.body = status, b"<html>no</html>"

    with pytest.raises(NodeUnreachable, match=problem):
        HttpRpc(said.url).call("eth_chainId", [])


@pytest.mark.parametrize(
    ("retry_after", "pause_s"),
    [("7", 7), ("0", 1), (None, 2), ("soon", 2), ("Mon, 23 Nov 2026 00:00:00 GMT", 2)],
)
def test_a_node_that_is_asked_too_often_is_left_alone_for_a_while(
    said: Said, retry_after: str | None, pause_s: int
) -> None:
    """As long as it says, and then asked again: it answers."""
    waited: list[float] = []

    def rest(seconds: float) -> None:
        waited.append(seconds)
        said.status, said.body = 200, RESULT

    said.status, said.body = 429, b'{"jsonrpc":"2.0","id":1,"error":{"code":-32005}}'
    if retry_after is not None:
        said.headers["Retry-After"] = retry_after

    assert HttpRpc(said.url, wait=rest).call("eth_chainId", []) == "0x1"
    assert waited == [pause_s]


@pytest.mark.parametrize("retry_after", ["5", "1", "21", "999999999", None])
def test_a_node_that_always_wants_rest_is_given_up(said: Said, retry_after: str | None) -> None:
    """Twenty seconds over all calls, whatever it asks for; the message says what it wants."""
    waited: list[float] = []
    said.status, said.body = 429, b"slow down"
    if retry_after is not None:
        said.headers["Retry-After"] = retry_after
    node = HttpRpc(said.url, wait=waited.append)

    for _call in range(2):
        with pytest.raises(NodeUnreachable, match=f"wants {retry_after or 2} s of rest"):
            node.call("eth_getLogs", [])

    assert sum(waited) <= 20


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
