"""
Which requests the reference server answers wrongly on purpose: the same ones for the same seed.

The n-th request of a server's life meets a fault or not, whatever it asks for; so a test that
asks in one order sees the same faults each time.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from verifier.messages import _

LONGEST_RUN = 3
"""Failing answers in a row at most, except at 100 per cent: who tries four times gets through."""
_PLAN = re.compile(r"([0-9]{1,9}):([0-9]{1,3})(?::([a-z0-9,]+))?")


class Fault(StrEnum):
    """How an answer can go wrong."""

    TIMEOUT = "timeout"
    """Nothing comes."""
    TOO_MANY = "429"
    BROKEN = "500"
    CUT = "cut"
    """The connection ends in the middle of the body."""
    HALF = "half"
    """Half of the body as if it were all of it."""
    CHANGES = "changes"
    """Records that were handed out already change before the page is read."""
    REPEATS = "repeats"
    """The page's records come in another order, and some of them twice."""


MILD = frozenset({Fault.CHANGES, Fault.REPEATS})
"""Pages that are right in what they say; the others are failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """How often answers go wrong, and in which ways."""

    seed: int
    percent: int
    kinds: tuple[Fault, ...]


def parse_faults(text: str) -> FaultPlan:
    """Read `SEED:PERCENT[:KIND,…]`; raise ValueError with a text for people."""
    found = _PLAN.fullmatch(text)
    if found is None or int(found[2]) > 100:
        raise ValueError(_("must be SEED:PERCENT or SEED:PERCENT:KIND,KIND, such as 7:20:cut,429"))
    named = found[3].split(",") if found[3] else list(Fault)
    known = set(Fault)
    if not known.issuperset(named):
        raise ValueError(
            _("the kinds of faults are {kinds}").format(kinds=", ".join(sorted(known)))
        )
    kinds = tuple(Fault(kind) for kind in named)
    return FaultPlan(seed=int(found[1]), percent=int(found[2]), kinds=kinds)


class FaultDice:
    """Says of each request, one after the other, how its answer goes wrong."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._requests = 0
        self._run = 0

    def throw(self, *, is_page: bool) -> tuple[Fault | None, Random]:
        """Return the fault of the next request, and chance for its details."""
        self._requests += 1
        random = Random(f"{self._plan.seed} {self._requests}")  # noqa: S311  reproducible, not secret
        fault = self._draw(random, is_page=is_page)
        self._run = self._run + 1 if fault is not None and fault not in MILD else 0
        return fault, random

    def _draw(self, random: Random, *, is_page: bool) -> Fault | None:
        meets = random.randrange(100) < self._plan.percent
        mild = self._plan.percent < 100 and self._run >= LONGEST_RUN
        kinds = [
            kind
            for kind in self._plan.kinds
            if (is_page or kind not in MILD) and not (mild and kind not in MILD)
        ]
        return random.choice(kinds) if meets and kinds else None
