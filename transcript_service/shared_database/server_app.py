"""
The reference server's application: a token endpoint and pages of records. The door to FastAPI.

Tokens are those of RFC 6749 section 4.4 and RFC 6750; errors are RFC 9457 problem details;
pages answer conditional requests (RFC 9110 section 13) and can be read in two dialects.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import (
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
)
from sqlalchemy import Engine

from transcript_service.errors import UsageError
from transcript_service.shared_database import server_problems as problems
from transcript_service.shared_database.access_grants import (
    Access,
    Grants,
    RateLimiter,
    TokenOffice,
)
from transcript_service.shared_database.dialects import DIALECTS, Dialect
from transcript_service.shared_database.server_pages import (
    PageOfRecords,
    PageQuery,
    Pages,
)
from transcript_service.shared_database.server_problems import MEDIA_TYPE, Problem, ProblemDetails
from transcript_service.shared_database.upstream_store import find_client

_PROBLEM = {MEDIA_TYPE: {"schema": ProblemDetails.model_json_schema()}}
_STATED = {
    400: "a parameter is missing or malformed",
    401: "no token, or one that is unknown or expired",
    403: "a school or a table outside the token's scope",
    404: "no such table",
    410: "a place in another history of changes: read anew",
    429: "too many requests: wait as long as Retry-After says",
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": PageOfRecords},
    304: {"description": "what If-None-Match names is still so"},
    **{status: {"description": text, "content": _PROBLEM} for status, text in _STATED.items()},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the routes work with."""

    engine: Engine
    pages: Pages
    office: TokenOffice
    limiter: RateLimiter | None


def create_app(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    token_lifetime_s: int,
    limiter: RateLimiter | None = None,
) -> FastAPI:
    """Put the reference server together over an open store."""
    app = FastAPI(
        title="Shared database (reference)",
        description="A stand-in for the sector's shared database. Holds sample data only.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = _Parts(
        engine=engine,
        pages=Pages(engine),
        office=TokenOffice(clock, token_lifetime_s),
        limiter=limiter,
    )
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    for status in (404, 405, 500):
        app.add_exception_handler(status, _answer_status(status))
    app.include_router(_TOKENS)
    for dialect in DIALECTS.values():
        app.include_router(_tables_of(dialect))
    return app


def _parts(request: Request) -> _Parts:
    parts: _Parts = request.app.state.parts
    return parts


_AppParts = Annotated[_Parts, Depends(_parts)]
_TOKENS = APIRouter()


def _open(
    parts: _AppParts,
    credentials: Annotated[
        HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))
    ],
) -> Access:
    """Return what the bearer token opens, unless its client asks too often."""
    access = parts.office.find(credentials.credentials) if credentials else None
    if access is None:
        raise problems.invalid_token()
    _count(parts, access.client_id)
    return access


def _count(parts: _Parts, client_id: str) -> None:
    wait = parts.limiter.seconds_to_wait(client_id) if parts.limiter else 0
    if wait:
        raise problems.too_many_requests(wait)


@_TOKENS.post("/oauth/token")
def _token(
    parts: _AppParts,
    client: Annotated[HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))],
    grant_type: Annotated[str, Form()],
    scope: Annotated[str | None, Form()] = None,
) -> dict[str, str | int]:
    """Give an access token for client credentials (RFC 6749 section 4.4)."""
    if client is None:
        raise problems.invalid_client()
    granted = find_client(parts.engine, client.username, client.password)
    if granted is None:
        raise problems.invalid_client()
    if grant_type != "client_credentials":
        raise problems.bad_grant("unsupported_grant_type")
    _count(parts, client.username)
    grants = granted if scope is None else _narrowed(granted, scope)
    return {
        "access_token": parts.office.issue(Access(client_id=client.username, grants=grants)),
        "token_type": "bearer",
        "expires_in": parts.office.lifetime_s,
        "scope": str(grants),
    }


def _narrowed(granted: Grants, scope: str) -> Grants:
    try:
        wanted = Grants.parse(scope)
    except UsageError as error:
        raise problems.bad_grant("invalid_scope") from error
    if not granted.holds(wanted):
        raise problems.bad_grant("invalid_scope")
    return wanted


def _tables_of(dialect: Dialect) -> APIRouter:
    """Make the routes of one dialect."""
    router = APIRouter(prefix=dialect.prefix, tags=[dialect.name])

    @router.get("/{bang}", responses=_RESPONSES, operation_id=f"{dialect.name}_page")
    def _page(
        *,
        parts: _AppParts,
        access: Annotated[Access, Depends(_open)],
        bang: str,
        query: Annotated[PageQuery, Query()],
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Give one page of a table."""
        body = parts.pages.read(bang, query, dialect, access.grants)
        return _conditional(body, if_none_match)

    return router


def _conditional(body: bytes, if_none_match: str | None) -> Response:
    """Answer with *body*, or that it is the one the reader has (RFC 9110 section 13.1.2)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    held = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if held & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _respond(problem: Problem) -> Response:
    headers = dict(problem.headers)
    return JSONResponse(problem.body(), problem.status, headers, media_type=MEDIA_TYPE)


def _answer_problem(_request: Request, error: Exception) -> Response:
    return _respond(error if isinstance(error, Problem) else problems.of_status(500))


def _answer_invalid(_request: Request, error: Exception) -> Response:
    """Name the parameters of ours that do not fit, and nothing that was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    names = {str(one["loc"][-1]) for one in found if one["loc"][0] in {"query", "body"}}
    if "grant_type" in names:
        return _respond(problems.bad_grant("invalid_request"))
    return _respond(problems.bad_parameter(", ".join(sorted(names))))


def _answer_status(status: int) -> Callable[[Request, Exception], Response]:
    return lambda _request, _error: _respond(problems.of_status(status))
