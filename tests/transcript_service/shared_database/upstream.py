"""Helpers of these tests: small schools in a running reference server, and a scripted one."""

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine

from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.retrying import Waiting
from transcript_service.shared_database.sync import sync
from transcript_service.shared_database.sync_report import SyncReport
from transcript_service.shared_database.upstream_store import (
    UpstreamRecord,
    put_records,
    register_client,
)

SCHOOL_YEAR = "2025-2026"
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
CHANGED_AT = datetime(2026, 5, 28, 9, 0, tzinfo=UTC)
SECRET = "only-for-tests"
CUT = (200, b'{"bang": ', {"Content-Length": "1000"})
"""An answer that ends in its middle."""


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """One school of its own in the running reference server, and how to read it."""

    store: Engine
    base_url: str
    school_code: str

    @property
    def access(self) -> UpstreamAccess:
        return UpstreamAccess(
            base_url=self.base_url, client_id=self.school_code, client_secret=SECRET, page_size=3
        )

    def register(self) -> None:
        register_client(
            self.store,
            client_id=self.school_code,
            client_secret=SECRET,
            scope=f"truong:{self.school_code} nhom:*",
            salt=b"salt",
        )

    def put(self, *records: UpstreamRecord) -> None:
        put_records(self.store, records, changed_at=CHANGED_AT)

    def sync(self, engine: Engine, **options: Any) -> SyncReport:
        return sync(
            engine,
            self.access,
            school_code=self.school_code,
            school_year=SCHOOL_YEAR,
            now=NOW,
            **options,
        )

    def pupil(self, number: int = 1, *, version: int = 1, **changes: Any) -> UpstreamRecord:
        fields = {
            "matruong": self.school_code,
            "mahocsinh": f"HS{number}",
            "sodinhdanh": "000212000001",
            "hovaten": "Trần Văn Mẫu",
            "gioitinh": "1",
            "ngaysinh": "2012-05-06",
            "noisinh": "Xã Ví Dụ",
            "dantoc": "Kinh",
            "quoctich": "Việt Nam",
            "choohiennay": "Số 1, đường Ví Dụ",
        }
        return self._record("hocsinh", number, version, fields | changes)

    def mark(self, number: int = 1, *, version: int = 1, **changes: Any) -> UpstreamRecord:
        fields = {
            "matruong": self.school_code,
            "namhoc": SCHOOL_YEAR,
            "malop": "L1",
            "mahocsinh": "HS1",
            "mamonhoc": "TOAN",
            "hocky": "1",
            "loaidiem": "TX",
            "lanthu": number,
            "diem": 8.5,
            "dat": None,
        }
        return self._record("diem", number, version, fields | changes)

    def _record(
        self, table: str, number: int, version: int, fields: dict[str, Any]
    ) -> UpstreamRecord:
        return UpstreamRecord(
            table=table,
            record_id=f"{self.school_code}-{table}-{number}",
            fields=fields,
            event=fields.pop("sukien", "NEW"),
            version=version,
        )


@dataclass
class Script:
    """
    Answers of a scripted server, in order; the last one repeats.

    An answer is a status, a body and maybe headers; `CUT` promises more than it sends. `seen`
    are the requests: path with query, Authorization, If-None-Match.
    """

    answers: Sequence[tuple[Any, ...]]
    seen: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def next(self, path: str, headers: Message) -> tuple[int, bytes, dict[str, str]]:
        status, body, *rest = self.answers[min(len(self.seen), len(self.answers) - 1)]
        self.seen.append((path, headers.get("Authorization"), headers.get("If-None-Match")))
        return status, body, rest[0] if rest else {}


def page(table: str, records: Sequence[object] = (), **changes: Any) -> tuple[int, bytes]:
    """An answer with one page of *table*."""
    body = {"bang": table, "tongso": len(records), "banghi": list(records), "contro": None}
    return 200, json.dumps(body | changes).encode()


def token(value: str = "a-token") -> tuple[int, bytes]:
    """An answer of the token endpoint."""
    return 200, json.dumps({"access_token": value, "token_type": "bearer"}).encode()


@dataclass
class Patient:
    """A clock and a bed: sleeping takes no time, and is written down; jitter is as told."""

    jitter: float = 1.0
    now_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    @property
    def waiting(self) -> Waiting:
        return Waiting(sleep=self.sleep, clock=lambda: self.now_s, random=lambda: self.jitter)


@contextmanager
def scripted_server(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve *script* on a real socket, over TLS if *tls* is given; yield the base address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body, headers = script.next(self.path, self.headers)
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", body.decode())
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815  the base class names them so

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
