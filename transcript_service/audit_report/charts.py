"""Where the parts of a chart lie: bars over time, and bars of institutions, for inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcript_service.audit_report.words import counted
from verifier.audit_summary import Tally

MOST_MONTHS = 36
"""A longer history is shown by year."""
MOST_INSTITUTIONS = 12
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 760, 210, 62, 18, 26, 14
ROW, NAME_WIDTH = 24, 230
_STEPS = (1, 2, 5)
_BASE, _ROOM, _LABEL_WIDTH = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP, 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its place, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int
    title: str
    has_label: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the grid, and the number beside it."""

    y: float
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Documents anchored in each month or year, and what was superseded or revoked then."""

    periods: tuple[Tally, ...]
    bars: tuple[Bar, ...]
    withdrawn: tuple[Bar, ...]
    lines: tuple[Line, ...]
    by_year: bool
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - BOTTOM


def timeline(months: Sequence[Tally]) -> Timeline:
    """Lay the months out in a row, without leaving out the empty ones between them."""
    periods = _without_gaps(months)
    by_year = len(periods) > MOST_MONTHS
    if by_year:
        periods = _by_year(periods)
    largest = max([max(one.entries, _withdrawn(one)) for one in periods] + [1])
    step = _step(largest)
    top = -(-largest // step) * step
    slot = (WIDTH - LEFT - RIGHT) / max(len(periods), 1)
    width = min(slot * 0.7, 46)
    bars, withdrawn = [], []
    for at, period in enumerate(periods):
        left = LEFT + slot * at + (slot - width) / 2
        has_label = at % (-(-_LABEL_WIDTH // int(slot + 1))) == 0
        bars.append(_bar(period, period.entries / top, period.entries, (left, width), has_label))
        if count := _withdrawn(period):
            place = (left + width * 0.68, width * 0.32)
            withdrawn.append(_bar(period, count / top, count, place, has_label))
    return Timeline(
        periods=tuple(periods),
        bars=tuple(bars),
        withdrawn=tuple(withdrawn),
        lines=tuple(
            Line(y=round(_BASE - _ROOM * value / top, 1), value=value)
            for value in range(0, top + 1, step)
        ),
        by_year=by_year,
    )


def _bar(
    period: Tally, share: float, value: int, place: tuple[float, float], has_label: bool
) -> Bar:
    """Return a bar of *share* of the full height, at a place: left edge and width."""
    height = _ROOM * share
    label = shown_period(period.name)
    return Bar(
        x=round(place[0], 1),
        y=round(_BASE - height, 1),
        width=round(place[1], 1),
        height=round(height, 1),
        label=label,
        value=value,
        title=f"{label}: {counted(value)}",
        has_label=has_label,
    )


def institution_bars(institutions: Sequence[Tally]) -> tuple[Bar, ...]:
    """Lay out the institutions that anchored most, the others left out."""
    shown = institutions[:MOST_INSTITUTIONS]
    largest = max([one.entries for one in shown] + [1])
    return tuple(
        Bar(
            x=NAME_WIDTH,
            y=ROW * at + 4,
            width=round(max(1.5, (WIDTH - NAME_WIDTH - 70) * one.entries / largest), 1),
            height=ROW - 9,
            label=one.name,
            value=one.entries,
            title=f"{one.name}: {counted(one.entries)}",
        )
        for at, one in enumerate(shown)
    )


def shown_period(name: str) -> str:
    """Write `2026-06` as people here do: `06/2026`; a year stays as it is."""
    year, _dash, month = name.partition("-")
    return f"{month}/{year}" if month else year


def _withdrawn(period: Tally) -> int:
    return period.superseded + period.revoked


def _step(largest: int) -> int:
    """Return a round number of which four or five make the largest."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * 5 >= largest:
                return step * power
        power *= 10


def _without_gaps(months: Sequence[Tally]) -> list[Tally]:
    """Put empty months between the others; only years where there would be too many."""
    if not months:
        return []
    known = {one.name: one for one in months}
    first, last = (_number(one.name) for one in (months[0], months[-1]))
    if last - first >= 12 * 200:  # no registry is that old: a chain's clock can say anything
        return list(months)
    names = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
    return [known.get(name, Tally(name=name)) for name in names]


def _number(month: str) -> int:
    year, _dash, rest = month.partition("-")
    return int(year) * 12 + int(rest) - 1


def _by_year(months: Sequence[Tally]) -> list[Tally]:
    years: dict[str, list[Tally]] = {}
    for one in months:
        years.setdefault(one.name.partition("-")[0], []).append(one)
    return [
        Tally(
            name=name,
            batches=sum(one.batches for one in group),
            entries=sum(one.entries for one in group),
            superseded=sum(one.superseded for one in group),
            revoked=sum(one.revoked for one in group),
            acts=sum(one.acts for one in group),
        )
        for name, group in years.items()
    ]
