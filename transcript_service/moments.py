"""Stored moments: ISO 8601 text from outside, UTC with whole seconds here."""

from datetime import UTC, datetime


def utc_moment(text: str | None) -> str | None:
    """
    Write a moment as `2026-05-25T02:00:00Z`, in UTC and whole seconds.

    Text without an offset is UTC already (the sync door made it so); None when there is no
    text, or it is no moment.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return None
