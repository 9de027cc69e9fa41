"""
A small shared database of the tests, on a real socket: it keeps the wire, and errs when told to.

Tables are lists in memory. `trouble` is asked before each page: it may return another answer, or
change the tables under the reader.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, bytes]
ENVELOPE = {
    "sukien": "NEW",
    "phienban": 1,
    "thoigiancapnhat": "2026-05-28T16:00:00",
    "ngaycapnhat": "2026-05-28",
}


def no_trouble(_table: str, _query: dict[str, str]) -> Answer | None:
    """Answer as it should be."""
    return None


@dataclass
class SmallUpstream:
    """The tables, and what was asked: table and query of each page."""

    tables: dict[str, dict[str, tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    trouble: Callable[[str, dict[str, str]], Answer | None] = no_trouble
    era: str = "a"
    """Part of every cursor and mark: another era does not know them."""
    prefix: str = "/v1/"
    place: int = 0
    url: str = ""

    def put(self, table: str, *records: dict[str, Any]) -> None:
        """Add records, or change those with the same id; each takes a new place."""
        for record in records:
            self.place += 1
            whole = ENVELOPE | record
            self.tables.setdefault(table, {})[whole["idbanghi"]] = (self.place, whole)

    def drop(self, table: str, *record_ids: str) -> None:
        """Let records vanish without a word."""
        for record_id in record_ids:
            del self.tables[table][record_id]

    def page(self, table: str, query: dict[str, str]) -> Answer:
        """Return the page that *query* asks for."""
        try:
            since, after = self._place(query.get("tu")), self._place(query.get("contro"))
        except ValueError:
            return 400, json.dumps({"title": "?", "status": 400}).encode()
        rows = sorted(self.tables.get(table, {}).values(), key=lambda row: row[0])
        found = [row for row in rows if row[0] > max(since, after)]
        limit = int(query["gioihan"])
        last = found[:limit][-1][0] if found else max(since, after)
        body = {
            "bang": table,
            "tongso": sum(place > since for place, _record in rows),
            "banghi": [record for _place, record in found[:limit]],
            "contro": f"{self.era}{last}" if len(found) > limit else None,
            "moc": f"{self.era}{last}",
        }
        return 200, json.dumps(body).encode()

    def _place(self, text: str | None) -> int:
        if text is None:
            return 0
        if not text.startswith(self.era):
            raise ValueError(text)
        return int(text[len(self.era) :])


@contextmanager
def serving(upstream: SmallUpstream) -> Iterator[SmallUpstream]:
    """Serve *upstream*; its `url` is set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(upstream))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    upstream.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(upstream: SmallUpstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._send(200, json.dumps({"access_token": "t", "expires_in": 600}).encode())

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            assert address.path.startswith(upstream.prefix)
            table = address.path.removeprefix(upstream.prefix)
            query = dict(parse_qsl(address.query))
            upstream.asked.append((table, query))
            status, body = upstream.trouble(table, query) or upstream.page(table, query)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            upstream.statuses.append(status)
            self._send(status, body, etag)

        def _send(self, status: int, body: bytes, etag: str = "") -> None:
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
