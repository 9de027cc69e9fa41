"""Stored moments are UTC with whole seconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.moments import utc_moment

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-25T02:00:00Z", "2026-05-25T02:00:00Z"),
        ("2026-05-25T09:00:00+07:00", "2026-05-25T02:00:00Z"),
        ("2026-05-25T02:00:00", "2026-05-25T02:00:00Z"),
        ("2026-05-25 02:00:00.999999Z", "2026-05-25T02:00:00Z"),
        ("0001-01-01T00:00:00+14:00", None),
        ("25/05/2026", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_written_in_utc_or_refused(text, moment):
    """Offsets are applied, fractions cut off, anything else is no moment."""
    assert utc_moment(text) == moment


@given(st.datetimes(timezones=offsets).filter(lambda moment: 1900 < moment.year < 2100))
def test_the_same_instant_is_kept(moment):
    """Whatever the offset, reading the text back gives the second of the instant."""
    written = utc_moment(moment.isoformat())

    assert written is not None
    assert datetime.fromisoformat(written) == moment.astimezone(UTC).replace(microsecond=0)


@given(st.text(max_size=30))
def test_arbitrary_text_never_crashes(text):
    """Text from outside is a moment or None."""
    assert utc_moment(text) is None or utc_moment(text).endswith("Z")
