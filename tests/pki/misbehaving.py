"""HTTP servers on the loopback that answer as a test wants: late, wrong, too much, not at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Request"], None]
"""Writes an answer to a request, or does not."""


class Request(BaseHTTPRequestHandler):
    """One request as the server's side sees it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    body = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.answer(self)  # type: ignore[attr-defined]  # set below

    do_GET = do_POST  # noqa: N815  the library's name

    def send(
        self, content: bytes, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_arguments: object) -> None:
        """Clients that hang up are what is tested."""


@contextmanager
def server_that(answer: Answer) -> Iterator[str]:
    """Serve *answer* to each request; gives the address."""
    with _Server(("127.0.0.1", 0), Request) as server:
        server.answer = answer  # type: ignore[attr-defined]  # for the handler
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
