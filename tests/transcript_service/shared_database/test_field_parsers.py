"""What passes the sync door, field by field."""

import contextlib
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.shared_database import field_parsers as door
from transcript_service.shared_database.field_parsers import BadField

PARSERS = (
    door.text,
    door.optional(door.text),
    door.code,
    door.school_year,
    door.integer(0, 9),
    door.flag,
    door.score,
    door.one_of({"1": "Tốt"}),
    door.personal_id,
    door.birth_date,
    door.local_time,
)
MIDNIGHT = datetime(2000, 1, 1)  # noqa: DTZ001  local, as upstream writes it
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text()
    | st.from_regex(r"[0-9T:-]{4,19}", fullmatch=True),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(JSON_VALUES)
def test_any_json_value_is_accepted_or_refused_as_a_bad_field(value):
    """No value from outside raises anything else."""
    for parse in PARSERS:
        with contextlib.suppress(BadField):
            parse(value)


@given(st.integers(0, 100))
def test_every_tenth_from_0_to_10_is_a_score(tenths):
    """The scale of article 5, to the digit."""
    assert door.score(Decimal(tenths) / 10) == Decimal(tenths) / 10


@pytest.mark.parametrize(
    "value",
    [Decimal("10.5"), Decimal("-0.1"), 11, -1, Decimal("8.25"), Decimal("NaN"), "8", True, 8.5],
)
def test_what_is_no_score_is_refused(value):
    """Too large, too fine, or not a number as JSON has it."""
    with pytest.raises(BadField, match="must"):
        door.score(value)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_an_accepted_score_is_the_same_number_with_one_decimal(value):
    """Nothing is rounded at the door."""
    try:
        score = door.score(value)
    except BadField:
        return

    assert score == value
    assert -score.as_tuple().exponent == 1


@given(st.text())
def test_text_leaves_the_door_in_nfc_and_passing_again_changes_nothing(value):
    """NFC is applied here, once."""
    try:
        cleaned = door.text(value)
    except BadField:
        return

    assert unicodedata.is_normalized("NFC", cleaned)
    assert door.text(cleaned) == cleaned
    assert door.text(unicodedata.normalize("NFD", value)) == cleaned


@pytest.mark.parametrize("value", ["", "   ", "\u200b", "a\x00b", "a\u202eb", "x" * 2001])
def test_empty_hidden_or_endless_text_is_refused(value):
    """A control or direction character would show another text than is signed."""
    with pytest.raises(BadField, match=r"must|contains"):
        door.text(value)


def test_a_name_with_an_apostrophe_passes_unchanged():
    """Names of ethnic minorities."""
    assert door.text("H'Linh Niê Buôn Krông") == "H'Linh Niê Buôn Krông"


@pytest.mark.parametrize("value", ["2012-03-14", "2012-03", "2012"])
def test_partial_birth_dates_pass(value):
    """Domain 6.3 has all three."""
    assert door.birth_date(value) == value


@pytest.mark.parametrize("value", ["2012-02-30", "2012-13", "12", "14/03/2012", "２０１２", None])
def test_dates_that_do_not_exist_are_refused(value):
    """Also in other digits than ASCII's."""
    with pytest.raises(BadField, match="must be a date"):
        door.birth_date(value)


@given(st.datetimes(MIDNIGHT.replace(year=2)))
def test_local_times_become_utc(moment):
    """Upstream writes Viet Nam's time, seven hours ahead."""
    local = moment.replace(microsecond=0)

    parsed = door.local_time(local.isoformat())

    assert parsed.endswith("Z")
    assert local - datetime.fromisoformat(parsed[:-1]) == timedelta(hours=7)


@pytest.mark.parametrize("value", ["2025-2027", "2025/2026", "1999-2000", 2025])
def test_a_school_year_is_two_consecutive_years(value):
    """As in `2025-2026`."""
    with pytest.raises(BadField, match="must"):
        door.school_year(value)


def test_a_refusal_never_tells_the_value():
    """It goes to logs and screens."""
    for parse in PARSERS:
        with pytest.raises(BadField) as refused:
            parse("Nguyễn\x00Bí Mật")
        assert "Bí Mật" not in str(refused.value)
