"""What both kinds of table for spreadsheets have to know of a cell."""

from datetime import datetime

from verifier.printing import VIET_NAM

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def is_risky(text: str) -> bool:
    """Tell text that a spreadsheet might compute."""
    return text.lstrip().startswith(FORMULA_SIGNS)


def local_time(moment: str) -> datetime:
    """Return a moment of a row (UTC, ISO 8601) by the clocks of Viet Nam."""
    return datetime.fromisoformat(moment).astimezone(VIET_NAM)
