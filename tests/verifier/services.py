"""A service for receipts on a real socket, as a school's would answer, or worse."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, bytes]


class Service:
    """What was asked, and how to answer it."""

    def __init__(self, answer: Callable[[str], Answer], drip_s: float = 0) -> None:
        self.asked: list[str] = []
        self.url = ""
        self._answer = answer
        self._drip_s = drip_s

    @contextmanager
    def running(self) -> Iterator["Service"]:
        """Answer on the loopback until the end of the block."""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(self.path)
                status, content = service._answer(self.path)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", content.decode())
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                for octet in content if service._drip_s else ():
                    self.wfile.write(bytes([octet]))
                    time.sleep(service._drip_s)
                if not service._drip_s:
                    self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
