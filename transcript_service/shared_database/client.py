"""
The shared database over HTTP: a token, and pages of records. The only door to `httpx`.

Answers are bounded in size and time, redirects are not followed (they would carry the token
away), and a secret goes over plain HTTP only to the loopback. What may pass is asked again.
"""

import ipaddress
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self

import httpx

from transcript_service.errors import UsageError
from transcript_service.shared_database.answers import (
    Page,
    problem_title,
    read_page,
    read_retry_after,
    read_token,
)
from transcript_service.shared_database.retrying import Patience, Retrying, Waiting
from transcript_service.shared_database.trouble import (
    BadAnswer,
    EndlessPages,
    NobodyThere,
    PlaceRefused,
    UntrustedServer,
    UpstreamBusy,
    UpstreamRefused,
    UpstreamUnreachable,
)
from verifier.messages import _

_LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
_MOST_PAGES = 100_000
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_PLACE_UNKNOWN = frozenset({400, 409, 410, 422})
_TOKEN_PATH = "/oauth/token"  # noqa: S105  an address, no password
_TOKEN_USED_FOR = 0.9
"""Of its lifetime; then a new one is fetched, so that it does not expire on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamAccess:
    """Where the shared database is, as whom to read it, and how patiently."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    dialect: str = "quocgia"
    timeout_s: float = 30.0
    """For each step of an answer: connecting, each part that is sent or read."""
    answer_timeout_s: float = 300.0
    """For the whole of one answer."""
    page_size: int = 1000
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From where a table is read: a page's cursor, the mark of an earlier read, or nothing."""

    cursor: str | None = None
    since: str | None = None
    """`moc` of an earlier read: only what changed after it."""
    etag: str | None = None
    """Of an earlier answer to the same question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class UpstreamClient:
    """
    Reads pages; fetches a token when it needs one, and a new one when it expires.

    Raises:
        UsageError: the address is unusable, or would carry the secret in clear.
    """

    def __init__(
        self, access: UpstreamAccess, *, prefix: str = "/v1", waiting: Waiting | None = None
    ) -> None:
        url = _checked_url(access.base_url)
        self._access = access
        self._prefix = prefix
        self._waiting = waiting or Waiting()
        self._retrying = Retrying(access.patience, self._waiting)
        self._token: str | None = None
        self._token_until_s = 0.0
        self._has_answered = False
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

    @property
    def retries(self) -> int:
        """Return how many questions had to be asked again."""
        return self._retrying.retries

    def pages(
        self, table: str, *, school_code: str, school_year: str, start: Start | None = None
    ) -> Iterator[Page]:
        """
        Yield the pages of *table* for a school and year; none where nothing changed at all.

        Raises:
            UpstreamTrouble: asking again did not help, or cannot help.
        """
        start = start or Start()
        query: dict[str, str | int] = {"matruong": school_code, "namhoc": school_year}
        query["gioihan"] = self._access.page_size
        if start.since is not None:
            query["tu"] = start.since
        cursor, etag = start.cursor, start.etag
        seen: set[str] = set()
        for _number in range(_MOST_PAGES):
            asked = query if cursor is None else query | {"contro": cursor}
            page = self._retrying.run(partial(self._page, table, asked, etag))
            if page is None:
                return
            yield page
            cursor, etag = page.cursor, None
            if cursor is None:
                return
            if cursor in seen:
                break
            seen.add(cursor)
        raise EndlessPages(_("table {table}: the pages do not end").format(table=table))

    def _page(self, table: str, query: Mapping[str, str | int], etag: str | None) -> Page | None:
        path = f"{self._prefix}/{table}"
        headers = {} if etag is None else {"If-None-Match": etag}
        answer = self._get(path, query, headers)
        if answer.status == httpx.codes.NOT_MODIFIED and etag is not None:
            return None
        if answer.status in _PLACE_UNKNOWN and ("contro" in query or "tu" in query):
            raise PlaceRefused(
                _("{path}: the shared database does not know the place to go on from").format(
                    path=path
                )
            )
        _check_status(answer, path)
        return read_page(answer.body, table, answer.headers.get("ETag"))

    def _get(self, path: str, query: Mapping[str, str | int], headers: dict[str, str]) -> _Answer:
        if self._token is None or self._waiting.clock() >= self._token_until_s:
            self._token = self._fetch_token()
        for renewed in (False, True):
            headers = headers | {"Authorization": f"Bearer {self._token}"}
            request = self._http.build_request("GET", path, params=query, headers=headers)
            answer = self._send(request)
            if answer.status != httpx.codes.UNAUTHORIZED or renewed:
                break
            self._token = self._fetch_token()
        return answer

    def _fetch_token(self) -> str:
        self._token = None
        form = {"grant_type": "client_credentials"}
        request = self._http.build_request("POST", _TOKEN_PATH, data=form)
        basic = httpx.BasicAuth(self._access.client_id, self._access.client_secret)
        answer = self._send(request, basic)
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise UpstreamRefused(
                _("the shared database does not accept this client; check client id and secret")
            )
        _check_status(answer, _TOKEN_PATH)
        token = read_token(answer.body, _TOKEN_PATH)
        held_s = float("inf") if token.lifetime_s is None else token.lifetime_s * _TOKEN_USED_FOR
        self._token_until_s = self._waiting.clock() + held_s
        return token.value

    def _send(self, request: httpx.Request, auth: httpx.BasicAuth | None = None) -> _Answer:
        try:
            response = self._http.send(request, auth=auth, stream=True)
            try:
                self._has_answered = True
                return _Answer(
                    status=response.status_code,
                    headers=response.headers,
                    body=self._read_bounded(response),
                )
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def _read_bounded(self, response: httpx.Response) -> bytes:
        path, body = response.request.url.path, bytearray()
        until_s = self._waiting.clock() + self._access.answer_timeout_s
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > _LARGEST_ANSWER_BYTES:
                raise BadAnswer(_("{path}: the answer is too large").format(path=path))
            if self._waiting.clock() > until_s:
                raise BadAnswer(_("{path}: the answer takes too long").format(path=path))
        return bytes(body)

    def _unreachable(self, error: httpx.HTTPError) -> UpstreamUnreachable:
        url = self._access.base_url
        refused = _certificate_error(error)
        if refused is not None:
            return UntrustedServer(
                _(
                    "{url}: the server's certificate does not prove that it is this address"
                    " ({cause}); nothing was sent to it. Compare the address with the operator's"
                    " letter, and tell the operator"
                ).format(url=url, cause=refused.verify_message)
            )
        gone = isinstance(error, httpx.ConnectError) and not self._has_answered
        return (NobodyThere if gone else UpstreamUnreachable)(
            _("{url}: no answer from the shared database ({cause}); is it running?").format(
                url=url, cause=type(error).__name__
            )
        )


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """Find a certificate that was not accepted among the causes of *error*."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _checked_url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise UsageError(_("the shared database's address is not a URL")) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise UsageError(_("the shared database's address must begin with https://"))
    if url.userinfo:
        raise UsageError(
            _("the shared database's address must not hold a name or password; give client_id")
        )
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


def _check_status(answer: _Answer, path: str) -> None:
    if answer.status == httpx.codes.OK:
        return
    message = _("{path}: the shared database answered with status {status}").format(
        path=path, status=answer.status
    )
    title = problem_title(answer.body)
    if title:
        message += f" ({title})"
    if answer.status not in _BUSY:
        raise UpstreamRefused(message)
    wait_s = read_retry_after(answer.headers)
    if wait_s is not None:
        message += _("; it asks to wait for {seconds} s").format(seconds=round(wait_s))
    raise UpstreamBusy(message, wait_s)
