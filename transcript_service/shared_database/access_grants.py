"""
Who may read what of the shared database, for how long and how often.

A client's grants are an OAuth scope (RFC 6749 section 3.3): `truong:CODE` for each school and
`nhom:TABLE` for each group of records, `*` for all of them. Tokens are opaque, held in memory,
and expire. The clocks are arguments.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from transcript_service.errors import UsageError
from verifier.messages import _

_ALL = "*"
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """The schools and the groups of records that a client may read."""

    schools: frozenset[str]
    groups: frozenset[str]

    @classmethod
    def parse(cls, scope: str) -> Self:
        """Read a scope such as `truong:00000501 nhom:*`; raise `UsageError`."""
        named: dict[str, set[str]] = {"truong": set(), "nhom": set()}
        for word in scope.split():
            kind, colon, name = word.partition(":")
            if kind not in named or not colon or not name:
                raise UsageError(
                    _("a scope is made of truong:CODE and nhom:TABLE, with * for all of them")
                )
            named[kind].add(name)
        return cls(schools=frozenset(named["truong"]), groups=frozenset(named["nhom"]))

    def __str__(self) -> str:
        """Write the scope."""
        schools = (f"truong:{name}" for name in sorted(self.schools))
        return " ".join([*schools, *(f"nhom:{name}" for name in sorted(self.groups))])

    @property
    def readable_schools(self) -> frozenset[str] | None:
        """Return the codes of the schools; None for all schools."""
        return None if _ALL in self.schools else self.schools

    def may_read_school(self, school_code: str) -> bool:
        """Tell whether records of the school may be read."""
        return _ALL in self.schools or school_code in self.schools

    def may_read_group(self, table: str) -> bool:
        """Tell whether records of the table may be read."""
        return _ALL in self.groups or table in self.groups

    def holds(self, other: "Grants") -> bool:
        """Tell whether *other* allows nothing that these do not."""
        return all(map(self.may_read_school, other.schools)) and all(
            map(self.may_read_group, other.groups)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a token opens, and for whom."""

    client_id: str
    grants: Grants


class TokenOffice:
    """Issues access tokens and says what each one opens, until it expires."""

    def __init__(self, clock: Callable[[], datetime], lifetime_s: int) -> None:
        self._clock = clock
        self.lifetime_s = lifetime_s
        self._tokens: dict[bytes, tuple[Access, datetime]] = {}

    def issue(self, access: Access) -> str:
        """Make a token for *access*; forget those that have expired."""
        now = self._clock()
        self._tokens = {key: kept for key, kept in self._tokens.items() if kept[1] > now}
        token = secrets.token_urlsafe(32)
        expires_at = now + timedelta(seconds=self.lifetime_s)
        self._tokens[hashlib.sha256(token.encode()).digest()] = (access, expires_at)
        return token

    def find(self, token: str) -> Access | None:
        """Return what *token* opens; None if it is unknown or has expired."""
        kept = self._tokens.get(hashlib.sha256(token.encode()).digest())
        return kept[0] if kept is not None and kept[1] > self._clock() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many requests a client may make."""

    per_second: int
    burst: int
    """At once, after a pause."""


class RateLimiter:
    """
    A token bucket for each client.

    *clock* tells nanoseconds that never go back; whole numbers, so that who waits as long as he
    was told is never refused for a rounding error.
    """

    def __init__(self, rate: Rate, clock: Callable[[], int]) -> None:
        self._rate = rate
        self._clock = clock
        self._full = rate.burst * _SECOND
        self._buckets: dict[str, tuple[int, int]] = {}

    def seconds_to_wait(self, client_id: str) -> int:
        """Take one request of the client's: 0 if it may be made, else whole seconds to wait."""
        now = self._clock()
        left, since = self._buckets.get(client_id, (self._full, now))
        left = min(self._full, left + (now - since) * self._rate.per_second)
        allowed = left >= _SECOND
        self._buckets[client_id] = (left - _SECOND if allowed else left, now)
        return 0 if allowed else -(-(_SECOND - left) // (self._rate.per_second * _SECOND))
