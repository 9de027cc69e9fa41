"""What happened in a registry, counted by month and by institution: for the report's charts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from verifier.registry import RegistryView
from verifier.registry_file import Block
from verifier.registry_state import RegistryState, institution_of

VIET_NAM = timezone(timedelta(hours=7))
"""Without summer time since 1975, before anything that a registry can hold."""
_COUNTED = {
    "BatchAnchored": "batches",
    "EntryRevoked": "revoked",
    "EntrySuperseded": "superseded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How much one month saw, or one institution did; `entries` by what was anchored."""

    name: str
    batches: int = 0
    entries: int = 0
    superseded: int = 0
    revoked: int = 0
    acts: int = 0
    """All events, of whatever kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """
    The registry in numbers.

    Args:
        chain_id: of its chain.
        registry: its address, 20 bytes.
        root_institution: code of the institution at the top.
        block: at which it was read.
        source: the node's address, or the snapshot's path.
        months: by name, `2026-06` in Viet Nam's time, without the empty ones, in order.
        institutions: those that anchored anything, by name their codes, the largest first.
        registered: how many institutions there are.
    """

    chain_id: int
    registry: bytes
    root_institution: str
    block: Block
    source: str
    months: tuple[Tally, ...]
    institutions: tuple[Tally, ...]
    registered: int


def summarize(view: RegistryView) -> Summary:
    """Count what the registry's history tells."""
    state = view.state
    months, institutions = _count(state)
    return Summary(
        chain_id=state.chain_id,
        registry=state.address,
        root_institution=state.root_institution,
        block=view.block,
        source=view.source,
        months=tuple(_tally(name, months[name]) for name in sorted(months)),
        institutions=tuple(
            sorted(
                (_tally(name, counts) for name, counts in institutions.items()),
                key=lambda tally: (-tally.entries, tally.name),
            )
        ),
        registered=len(state.institutions),
    )


def _count(state: RegistryState) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    months: dict[str, Counter[str]] = {}
    institutions: dict[str, Counter[str]] = {}
    for event in state.history:
        counted = [months.setdefault(month_of(event.time), Counter())]
        if event.name in _COUNTED:
            counted.append(institutions.setdefault(institution_of(event), Counter()))
        for counts in counted:
            counts["acts"] += 1
            if event.name in _COUNTED:
                counts[_COUNTED[event.name]] += 1
            if event.name == "BatchAnchored":
                counts["entries"] += event.number("size")
    return months, institutions


def month_of(seconds: int) -> str:
    """Return the month in Viet Nam of Unix seconds: `2026-06`; `9999-12` beyond all calendars."""
    try:
        return f"{datetime.fromtimestamp(seconds, VIET_NAM):%Y-%m}"
    except (ValueError, OverflowError, OSError):
        return "9999-12"


def _tally(name: str, counts: Counter[str]) -> Tally:
    return Tally(name=name, **counts)
