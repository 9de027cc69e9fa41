"""A line of the benchmarks, and how they are written down."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured, against what, and the ratio that counts; `bound` is what it must hold."""

    what: str
    ours: str
    against: str
    ratio: float
    bound: str = ""


def to_markdown(rows: Iterable[Row]) -> str:
    """Write the rows as a table."""
    lines = ["| What | Here | Against | Ratio | Bound |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.ours} | {row.against} | {row.ratio:.2f} | {row.bound or '–'} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def to_json(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Give the rows as data."""
    return [asdict(row) for row in rows]
