"""
The shared database over HTTP: a token, and pages of records. The only door to `httpx`.

Answers are bounded in size, redirects are not followed (they would carry the token away), and
a secret goes over plain HTTP only to the loopback.
"""

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType
from typing import Self

import httpx

from transcript_service.errors import UpstreamError, UsageError
from verifier.canonical import is_too_deep
from verifier.messages import _

_LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
_LONGEST_NUMBER = 40
_MOST_PAGES = 100_000


class UpstreamUnreachable(UpstreamError):
    """No answer from the shared database."""


class UpstreamRefused(UpstreamError):
    """The shared database answered with an error."""


class BadAnswer(UpstreamError):
    """The answer does not have the agreed form; nothing of it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamAccess:
    """Where the shared database is, and as whom to read it."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    timeout_s: float = 30.0
    page_size: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a table; `records` as JSON gave them, numbers as `int` or `Decimal`."""

    records: tuple[object, ...]
    total: int


class UpstreamClient:
    """
    Reads pages; fetches a token when it needs one, and a new one when it expires.

    Raises:
        UsageError: the address is unusable, or would carry the secret in clear.
    """

    def __init__(self, access: UpstreamAccess) -> None:
        url = _checked_url(access.base_url)
        self._access = access
        self._token: str | None = None
        self._http = httpx.Client(
            base_url=url, timeout=access.timeout_s, trust_env=not _is_loopback(url.host)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def pages(self, table: str, *, school_code: str, school_year: str) -> Iterator[Page]:
        """Yield the pages of *table* for a school and year; raise an `UpstreamError`."""
        cursor: str | None = None
        seen: set[str] = set()
        for _number in range(_MOST_PAGES):
            query: dict[str, str | int] = {
                "matruong": school_code,
                "namhoc": school_year,
                "gioihan": self._access.page_size,
            }
            if cursor is not None:
                query["contro"] = cursor
            page, cursor = _read_page(self._get(f"/v1/{table}", query), table)
            yield page
            if cursor is None:
                return
            if cursor in seen:
                break
            seen.add(cursor)
        raise BadAnswer(_("table {table}: the pages do not end").format(table=table))

    def _get(self, path: str, query: Mapping[str, str | int]) -> bytes:
        if self._token is None:
            self._token = self._fetch_token()
        status, body = self._send("GET", path, query=query, token=self._token)
        if status == httpx.codes.UNAUTHORIZED:
            self._token = self._fetch_token()
            status, body = self._send("GET", path, query=query, token=self._token)
        _check_status(status, path)
        return body

    def _fetch_token(self) -> str:
        status, body = self._send("POST", "/oauth/token")
        if status == httpx.codes.UNAUTHORIZED:
            raise UpstreamRefused(
                _("the shared database does not accept this client; check client id and secret")
            )
        _check_status(status, "/oauth/token")
        answer = _parse(body, "/oauth/token")
        token = answer.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise BadAnswer(_("{path}: the answer holds no token").format(path="/oauth/token"))
        return token

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        token: str | None = None,
    ) -> tuple[int, bytes]:
        access = self._access
        request = self._http.build_request(
            method,
            path,
            params=query,
            data=None if token else {"grant_type": "client_credentials"},
            headers={"Authorization": f"Bearer {token}"} if token else None,
        )
        basic = None if token else httpx.BasicAuth(access.client_id, access.client_secret)
        try:
            response = self._http.send(request, auth=basic, stream=True)
            try:
                return response.status_code, _read_bounded(response, path)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise UpstreamUnreachable(
                _("{url}: no answer from the shared database ({cause}); is it running?").format(
                    url=access.base_url, cause=type(error).__name__
                )
            ) from error


def _checked_url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise UsageError(_("the shared database's address is not a URL")) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise UsageError(_("the shared database's address must begin with https://"))
    if url.scheme == "http" and not _is_loopback(url.host):
        raise UsageError(
            _("{host}: the secret must not travel in clear; use https://").format(host=url.host)
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_status(status: int, path: str) -> None:
    if status != httpx.codes.OK:
        raise UpstreamRefused(
            _("{path}: the shared database answered with status {status}").format(
                path=path, status=status
            )
        )


def _read_bounded(response: httpx.Response, path: str) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER_BYTES:
            raise BadAnswer(_("{path}: the answer is too large").format(path=path))
    return bytes(body)


def _read_page(body: bytes, table: str) -> tuple[Page, str | None]:
    answer = _parse(body, table)
    records, cursor, total = answer.get("banghi"), answer.get("contro"), answer.get("tongso")
    if answer.get("bang") != table or not isinstance(records, list):
        raise BadAnswer(_("table {table}: the answer is not a page of it").format(table=table))
    if cursor is not None and not isinstance(cursor, str):
        raise BadAnswer(_("table {table}: the cursor is not text").format(table=table))
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise BadAnswer(_("table {table}: the total is not a number").format(table=table))
    return Page(records=tuple(records), total=total), cursor


def _parse(body: bytes, place: str) -> dict[str, object]:
    if is_too_deep(body):
        raise BadAnswer(_("{place}: the answer is not JSON").format(place=place))
    try:
        answer = json.loads(
            body.decode("utf-8"),
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except ValueError as error:
        raise BadAnswer(_("{place}: the answer is not JSON").format(place=place)) from error
    if not isinstance(answer, dict):
        raise BadAnswer(_("{place}: the answer is not a JSON object").format(place=place))
    return answer


def _number(digits: str) -> Decimal:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return Decimal(digits)


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(digits)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members
