"""
The RFC 3161 client: tokens that prove by when a digest existed.

Services are asked in their order, several rounds, each for a bounded time; the first good token
wins. A token that is not over this digest, this question and this certificate is no token.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from asn1crypto import cms, core, tsp

from signing.errors import TimeStampUnavailable
from signing.http_exchange import HttpExchange, NoAnswer, shown_url
from signing.time_stamp_token import UNREADABLE, BadToken, parse_token

_MOST_BYTES = 65536
"""A token with its certificates takes 3 to 7 KiB."""
_PAUSE_S = 1.0
_MARGIN = 64
"""Tokens of one service differ by the bytes of serial number, fraction of a second, signature."""
_GRANTED = ("granted", "granted_with_mods")


class _Response(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp of RFC 3161; asn1crypto's own knows no answer without token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class TimeStampService:
    """Where a service answers (`http:` or `https:`), and how long one answer may take."""

    url: str
    timeout_s: float = 10.0


class TimeStampClient:
    """
    Asks several services for tokens.

    Args:
        services: in the order in which they are asked; at least one.
        rounds: how often all of them are asked before giving up.
        sleep: waits for that many seconds, between two rounds.
        make_nonce: gives a number that no question before it had.
        largest_token: no token of more bytes is taken; what `largest_token` of another client of
            these services said.
    """

    def __init__(
        self,
        services: tuple[TimeStampService, ...],
        *,
        rounds: int = 2,
        sleep: Callable[[float], None] = time.sleep,
        make_nonce: Callable[[], int] = lambda: secrets.randbits(63) | 1 << 63,
        largest_token: int | None = None,
    ) -> None:
        self._services = services
        self._rounds = rounds
        self._sleep = sleep
        self._make_nonce = make_nonce
        self._http = HttpExchange()
        self._largest_token = largest_token

    def token(self, digest: bytes) -> bytes:
        """
        Get a token over *digest* (SHA-256), DER of its ContentInfo.

        Raises:
            TimeStampUnavailable: names each service and why it gave none.
        """
        reasons: dict[str, str] = {}
        for service in self._turns():
            try:
                return self._ask(service, digest)
            except (NoAnswer, BadToken) as error:
                reasons[shown_url(service.url)] = str(error)
        raise _unavailable(reasons)

    @property
    def largest_token(self) -> int:
        """
        How many bytes a token takes at most, learnt from one of each service.

        Once this was asked, no larger token is taken.

        Raises:
            TimeStampUnavailable: no service gives any.
        """
        if self._largest_token is None:
            sizes: list[int] = []
            reasons: dict[str, str] = {}
            for service in self._services:
                try:
                    sizes.append(len(self._ask(service, bytes(32))))
                except (NoAnswer, BadToken) as error:
                    reasons[shown_url(service.url)] = str(error)
            if not sizes:
                raise _unavailable(reasons)
            self._largest_token = max(sizes) + _MARGIN
        return self._largest_token

    def _turns(self) -> Iterator[TimeStampService]:
        for number in range(self._rounds):
            if number:
                self._sleep(_PAUSE_S)
            yield from self._services

    def _ask(self, service: TimeStampService, digest: bytes) -> bytes:
        nonce = self._make_nonce()
        question = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": digest,
                },
                "nonce": nonce,
                "cert_req": True,
            }
        )
        answer = self._http.ask(
            service.url,
            body=question.dump(),
            content_type="application/timestamp-query",
            timeout_s=service.timeout_s,
            most_bytes=_MOST_BYTES,
        )
        token = _token_of(answer)
        parsed = parse_token(token)
        if parsed.digest != digest:
            raise BadToken("the token is over another digest")
        if parsed.nonce != nonce:
            raise BadToken("the token answers another question (its nonce differs)")
        if self._largest_token is not None and len(token) > self._largest_token:
            raise BadToken(f"the token is longer than {self._largest_token} bytes")
        return token


def _token_of(answer: bytes) -> bytes:
    """Return the token of a response that grants one (RFC 3161 section 2.4.2)."""
    try:
        response = _Response.load(answer, strict=True)
        status = response["status"]["status"].native
        token: bytes = response["time_stamp_token"].dump()
    except UNREADABLE as error:
        raise BadToken("its answer is no time-stamp response") from error
    if status not in _GRANTED:
        raise BadToken(f"it refuses ({status})")
    return token


def _unavailable(reasons: dict[str, str]) -> TimeStampUnavailable:
    return TimeStampUnavailable(
        "No time stamp could be had. {reasons}. Try again later, or name another service.",
        reasons="; ".join(f"{url}: {reason}" for url, reason in reasons.items()),
    )
