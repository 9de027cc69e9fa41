"""A server that answers JSON-RPC over HTTP with whatever a test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


@contextmanager
def answering() -> Iterator[Said]:
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
