"""How often one client may ask. The door to `limits`."""

import ipaddress
import time
from math import ceil

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from transcript_service.routes.problems import Kind, Problem

Rate = RateLimitItem


def parse_rate(text: str) -> Rate:
    """
    Read a rate such as `120/minute`.

    Raises:
        ValueError: it is none.
    """
    return parse(text)


class ClientRates:
    """Counts requests of each address; of IPv6, of each network of 64 bits."""

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, host: str) -> None:
        """
        Count a request.

        Raises:
            Problem: TOO_MANY.
        """
        self._hit(host, 1)

    def count_more(self, host: str, cost: int) -> None:
        """
        Count a request that was counted as *cost* more, or all that may be made at once.

        Raises:
            Problem: TOO_MANY.
        """
        if self._rate is not None:
            self._hit(host, min(cost, self._rate.amount - 1))

    def _hit(self, host: str, cost: int) -> None:
        client = _client(host)
        if self._rate is None or not cost or self._limiter.hit(self._rate, client, cost=cost):
            return
        free_at, _left = self._limiter.get_window_stats(self._rate, client)
        wait = max(1, ceil(free_at - time.time()))
        raise Problem(kind=Kind.TOO_MANY, headers={"Retry-After": str(wait)})


def _client(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""  # all that have no address are one client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
