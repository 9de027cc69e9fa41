"""Who stands in for the principal does so from the first to the last day, by the date here."""

from datetime import UTC, date, datetime

import pytest

from transcript_service.errors import UsageError
from transcript_service.issuance.office_holder import check_holds_office
from transcript_service.settings import OfficeSettings

OFFICE = OfficeSettings(
    full_name="Lê Thị Thay",
    title="KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG",
    since=date(2026, 5, 4),
    until=date(2026, 5, 29),
)


def at(day, hour, minute=0):
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [at(3, 17), at(3, 23, 59), at(4, 0), at(4, 12), at(29, 0), at(29, 16, 59)],
    ids=str,
)
def test_the_first_and_the_last_day_count_from_midnight_to_midnight_in_viet_nam(moment):
    """From 17:00 UTC on it is the next day in Viet Nam."""
    check_holds_office(OFFICE, moment)


@pytest.mark.parametrize(
    ("moment", "today"),
    [(at(3, 16, 59), "2026-05-03"), (at(29, 17), "2026-05-30"), (at(29, 23, 59), "2026-05-30")],
    ids=str,
)
def test_a_minute_before_or_after_nobody_signs(moment, today):
    """The message names the date in Viet Nam."""
    with pytest.raises(UsageError, match=f"today is {today}"):
        check_holds_office(OFFICE, moment)
