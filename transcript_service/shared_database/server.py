"""
A reference server of the shared database: a token endpoint and pages of records.

It stands in for the sector's real one in trials and tests, as another process on a real
socket:

    python -m transcript_service.shared_database.server --database FILE --port 0

prints the address it listens at, as the only line on standard output, and serves until it is
ended. Tokens are opaque, held in memory, and expire (RFC 6749 section 4.4, RFC 6750).
"""

import argparse
import base64
import binascii
import hashlib
import json
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.security import (
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
)
from sqlalchemy import Engine

from transcript_service.errors import ServiceError, UsageError
from transcript_service.shared_database.dialects import TABLE_NAMES
from transcript_service.shared_database.upstream_store import (
    StoredRecord,
    find_client,
    open_store,
    read_page,
)
from verifier.messages import _

_LARGEST_PAGE = 1000
_TOKEN_LIFETIME_S = 600


class TokenOffice:
    """Issues access tokens and says which school each one opens, until it expires."""

    def __init__(self, clock: Callable[[], datetime], lifetime_s: int) -> None:
        self._clock = clock
        self.lifetime_s = lifetime_s
        self._tokens: dict[bytes, tuple[str, datetime]] = {}

    def issue(self, school_code: str) -> str:
        """Make a token for *school_code*; forget those that have expired."""
        now = self._clock()
        self._tokens = {key: kept for key, kept in self._tokens.items() if kept[1] > now}
        token = secrets.token_urlsafe(32)
        expires_at = now + timedelta(seconds=self.lifetime_s)
        self._tokens[hashlib.sha256(token.encode()).digest()] = (school_code, expires_at)
        return token

    def find_school(self, token: str) -> str | None:
        """Return the school that *token* opens; None if it is unknown or has expired."""
        kept = self._tokens.get(hashlib.sha256(token.encode()).digest())
        return kept[0] if kept is not None and kept[1] > self._clock() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the routes work with."""

    engine: Engine
    office: TokenOffice


def create_app(
    engine: Engine, *, clock: Callable[[], datetime], token_lifetime_s: int = _TOKEN_LIFETIME_S
) -> FastAPI:
    """Put the reference server together over an open store."""
    app = FastAPI(title="Shared database (reference)", docs_url=None, redoc_url=None)
    app.state.parts = _Parts(engine=engine, office=TokenOffice(clock, token_lifetime_s))
    app.include_router(_ROUTER)
    return app


def _parts(request: Request) -> _Parts:
    parts: _Parts = request.app.state.parts
    return parts


_ROUTER = APIRouter()
_AppParts = Annotated[_Parts, Depends(_parts)]


def _open_school(
    parts: _AppParts,
    credentials: Annotated[
        HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))
    ],
) -> str:
    """Return the school that the bearer token opens."""
    school = parts.office.find_school(credentials.credentials) if credentials else None
    if school is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "invalid_token", challenge)
    return school


@_ROUTER.post("/oauth/token")
def _token(
    parts: _AppParts,
    client: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())],
    grant_type: Annotated[str, Form()],
) -> dict[str, str | int]:
    if grant_type != "client_credentials":
        raise HTTPException(400, "unsupported_grant_type")
    school = find_client(parts.engine, client.username, client.password)
    if school is None:
        raise HTTPException(401, "invalid_client", {"WWW-Authenticate": "Basic"})
    return {
        "access_token": parts.office.issue(school),
        "token_type": "bearer",
        "expires_in": parts.office.lifetime_s,
    }


@_ROUTER.get("/v1/{bang}")
def _page(
    *,
    parts: _AppParts,
    school: Annotated[str, Depends(_open_school)],
    bang: str,
    matruong: str,
    namhoc: str,
    contro: str | None = None,
    gioihan: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = _LARGEST_PAGE,
) -> Response:
    if bang not in TABLE_NAMES:
        raise HTTPException(404, "unknown table")
    if matruong != school:
        raise HTTPException(403, "this client may not read that school")
    after = _place_of(contro)
    found = read_page(
        parts.engine, bang, school_code=matruong, school_year=namhoc, after=after, limit=gioihan
    )
    body = {
        "bang": bang,
        "tongso": found.total,
        "banghi": [_on_the_wire(record) for record in found.records],
        "contro": None if found.next_place is None else _cursor_of(found.next_place),
    }
    return Response(json.dumps(body, ensure_ascii=False), media_type="application/json")


def serve(
    database: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    token_lifetime_s: int = _TOKEN_LIFETIME_S,
    until_stdin_closes: bool = False,
) -> None:
    """
    Serve *database* until the process is told to end.

    Port 0 takes a free one. The address is printed once connections are accepted.

    Raises:
        UpstreamError: the file is missing or unreadable.
        UsageError: the port is taken, or no port.
    """
    engine = open_store(database)
    listener = _listen(host, port)
    app = create_app(engine, clock=lambda: datetime.now(UTC), token_lifetime_s=token_lifetime_s)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    print(f"http://{host}:{listener.getsockname()[1]}", flush=True)  # noqa: T201  documented
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            _(
                "cannot listen at {host}:{port}: {cause}; choose another port, 0 takes a free one"
            ).format(host=host, port=port, cause=getattr(error, "strerror", None) or error)
        ) from error
    return listener


def _end_with_stdin(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


def _on_the_wire(record: StoredRecord) -> dict[str, object]:
    return {
        "idbanghi": record.idbanghi,
        "sukien": record.sukien,
        "phienban": record.phienban,
        "thoigiancapnhat": record.thoigiancapnhat,
        "ngaycapnhat": record.thoigiancapnhat[:10],
        **json.loads(record.noidung),
    }


def _cursor_of(place: int) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode()


def _place_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor.encode()).decode("ascii"))
    except (ValueError, binascii.Error) as error:
        raise HTTPException(400, "not one of our cursors") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server from the command line; 0 when ended, 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="hocba shared-database serve")
    add_arguments(parser)
    return run(parser.parse_args(argv))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the server's options on *parser*."""
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token-lifetime-s", type=int, default=_TOKEN_LIFETIME_S)
    parser.add_argument("--until-stdin-closes", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Serve as the parsed options say."""
    try:
        serve(
            arguments.database,
            host=arguments.host,
            port=arguments.port,
            token_lifetime_s=arguments.token_lifetime_s,
            until_stdin_closes=arguments.until_stdin_closes,
        )
    except ServiceError as error:
        print(error, file=sys.stderr)  # noqa: T201  the command's diagnosis
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
