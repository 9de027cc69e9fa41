"""
Ask again, with patience and within limits: exponential backoff with full jitter.

A server that says how long to wait (Retry-After, RFC 9110 section 10.2.3) is believed, and
given up at once where that is longer than our limits allow.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from transcript_service.shared_database.trouble import UpstreamTrouble

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The limits: how often one question is asked, and how long all waits of a run may be."""

    attempts: int = 8
    first_delay_s: float = 0.5
    greatest_delay_s: float = 30.0
    """The delays double up to this one; each is drawn between nothing and its bound."""
    longest_wait_s: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The effects of waiting; seconds of a clock that never goes back, numbers below 1."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random


class Retrying:
    """Asks again what may pass; `retries` counts how often it had to."""

    def __init__(self, patience: Patience, waiting: Waiting) -> None:
        self._patience = patience
        self._waiting = waiting
        self._waited_s = 0.0
        self.retries = 0

    def run(self, ask: Callable[[], _Answer]) -> _Answer:
        """Return what *ask* returns, asking again after passing trouble; else raise it."""
        for attempt in range(self._patience.attempts - 1):
            try:
                return ask()
            except UpstreamTrouble as trouble:
                delay_s = self._delay_s(attempt, trouble.retry_after_s)
                too_long = self._waited_s + delay_s > self._patience.longest_wait_s
                if not trouble.may_pass or too_long:
                    raise
            self._waited_s += delay_s
            self.retries += 1
            self._waiting.sleep(delay_s)
        return ask()

    def _delay_s(self, attempt: int, retry_after_s: float | None) -> float:
        patience = self._patience
        bound = min(patience.greatest_delay_s, patience.first_delay_s * 2.0 ** min(attempt, 60))
        return (retry_after_s or 0.0) + bound * self._waiting.random()
