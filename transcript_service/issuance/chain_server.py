"""
JSON-RPC over HTTP on the loopback for an embedded chain: `hocba chain serve`.

For programs that take URLs only. Anybody on this machine may ask; nobody from outside can.
"""

import ipaddress
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from transcript_service.errors import ChainError, UsageError
from transcript_service.issuance.embedded_chain import EmbeddedChain, system_clock
from verifier.canonical import parse_json
from verifier.errors import InvalidFormat
from verifier.messages import _
from verifier.rpc import RpcRefused
from verifier.system_words import why

MAX_REQUEST_BYTES = 64 * 1024 * 1024
_SOCKET_TIMEOUT_S = 60.0
_PARSE_ERROR, _INVALID_REQUEST, _SERVER_ERROR = -32700, -32600, -32000


class CannotServe(UsageError):
    """The address or port cannot be had."""


class ChainServer:
    """
    A server in front of one chain; one request at a time reaches it.

    Raises:
        CannotServe: the host is not a loopback address, or the port is in use.
    """

    def __init__(self, chain: EmbeddedChain, host: str = "127.0.0.1", port: int = 8545) -> None:
        _check_loopback(host)
        self._chain = chain
        self._lock = threading.Lock()
        handler = type("_BoundHandler", (_Handler,), {"answer": staticmethod(self._answer)})
        try:
            self._server = _Server((host, port), handler)
        except OSError as error:
            raise CannotServe(
                _("cannot serve on {host}:{port}: {problem}; choose another port").format(
                    host=host, port=port, problem=why(error)
                )
            ) from error
        except OverflowError as error:
            raise CannotServe(_("{port} is no port: 0 to 65535").format(port=port)) from error

    @property
    def url(self) -> str:
        """Return where the server answers."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def serve_forever(self) -> None:
        """Answer until `close` is called from another thread."""
        self._server.serve_forever()

    def close(self) -> None:
        """Stop answering and give the port back; the chain stays open."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, body: bytes) -> bytes:
        """Answer one request or a batch of them (JSON-RPC 2.0)."""
        try:
            asked = parse_json(body, what="request", max_bytes=MAX_REQUEST_BYTES)
        except InvalidFormat as error:
            return _written(_error(None, _PARSE_ERROR, error.problem))
        if isinstance(asked, list) and asked:
            return _written([self._answer_one(one) for one in asked])
        return _written(self._answer_one(asked))

    def _answer_one(self, asked: object) -> dict[str, Any]:
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return _error(None, _INVALID_REQUEST, "not a JSON-RPC request")
        identity, params = asked.get("id"), asked.get("params", [])
        if not isinstance(params, list):
            return _error(identity, _INVALID_REQUEST, "params are a list")
        try:
            with self._lock:
                found = self._chain.call(asked["method"], params)
        except RpcRefused as error:
            return _error(identity, error.code, error.reason, error.data)
        except ChainError as error:
            return _error(identity, _SERVER_ERROR, str(error))
        return {"jsonrpc": "2.0", "id": identity, "result": found}


def serve(
    path: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8545,
    clock: Callable[[], datetime] = system_clock,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """
    Serve the chain in *path* until a KeyboardInterrupt; *ready* is told the URL.

    Raises:
        CannotServe: the host is not a loopback address, or the port is in use.
        ChainUnavailable: there is no chain in *path*.
    """
    with EmbeddedChain(path, chain_id=None, clock=clock) as chain:
        server = ChainServer(chain, host, port)
        ready(server.url)
        server.serve_forever()


@contextmanager
def serving(chain: EmbeddedChain, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve *chain* from a thread of this process for as long as the block lasts; give the URL."""
    server = ChainServer(chain, host, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        server.close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Another process that listens on the port is an error, not a sharer.
    allow_reuse_port = False


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept open between requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = _SOCKET_TIMEOUT_S
    answer: Callable[[bytes], bytes]

    def do_POST(self) -> None:
        """Answer a request."""
        try:
            size = int(self.headers.get("Content-Length", ""))
        except ValueError:
            size = -1
        if not 0 <= size <= MAX_REQUEST_BYTES:
            self.close_connection = True
            self.send_error(413 if size > 0 else 411)
            return
        content = self.answer(self.rfile.read(size))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing for each request."""


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise CannotServe(
            _("{host} is not a loopback address: the embedded chain serves this machine").format(
                host=host
            )
        )


def _error(identity: object, code: int, message: str, data: object = None) -> dict[str, Any]:
    problem: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        problem["data"] = data
    return {"jsonrpc": "2.0", "id": identity, "error": problem}


def _written(answer: object) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()
