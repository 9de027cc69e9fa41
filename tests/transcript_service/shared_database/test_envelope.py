"""One upstream record: envelope and fields."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.shared_database.dialects import TABLES
from transcript_service.shared_database.envelope import (
    Envelope,
    Refusal,
    Scope,
    read_body,
    read_envelope,
)

MARKS = next(table for table in TABLES if table.name == "diem")
SCOPE = Scope(school_code="S1", school_year="2025-2026")
MARK = {
    "idbanghi": "d-1",
    "sukien": "NEW",
    "phienban": 1,
    "thoigiancapnhat": "2026-05-28T16:00:00",
    "ngaycapnhat": "2026-05-28",
    "matruong": "S1",
    "namhoc": "2025-2026",
    "malop": "L1",
    "mahocsinh": "HS1",
    "mamonhoc": "TOAN",
    "hocky": "1",
    "loaidiem": "TX",
    "lanthu": 1,
    "diem": Decimal("8.5"),
    "dat": None,
}


def test_a_mark_becomes_our_words():
    """Codes of the shared database end at this door."""
    body = read_body(MARKS, MARK, SCOPE)

    assert body.refusals == ()
    assert body.values == {
        "school_code": "S1",
        "school_year": "2025-2026",
        "class_code": "L1",
        "student_code": "HS1",
        "subject_code": "mathematics",
        "term": 1,
        "kind": "regular_mark",
        "ordinal": 1,
        "score": Decimal("8.5"),
        "passed": None,
    }


def test_an_envelope_is_read_with_its_time_in_utc():
    """`thoigiancapnhat` has no zone upstream."""
    assert read_envelope(MARKS, MARK) == Envelope(
        record_id="d-1", version=1, cancelled=False, updated_at="2026-05-28T09:00:00Z"
    )


def test_a_mark_of_10_5_is_refused_with_table_record_and_field():
    """What a registrar needs to find it; the value itself is not told."""
    (refusal,) = read_body(MARKS, MARK | {"diem": Decimal("10.5")}, SCOPE).refusals

    assert (refusal.table, refusal.record_id, refusal.field) == ("diem", "d-1", "diem")
    assert refusal.student_code == "HS1"
    assert "10.5" not in str(refusal)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"diem": None}, "diem"),
        ({"dat": 1}, "diem"),
        ({"mamonhoc": "BOI"}, "mamonhoc"),
        ({"hocky": "3"}, "hocky"),
        ({"matruong": "S2"}, "matruong"),
        ({"namhoc": "2024-2025"}, "namhoc"),
        ({"lanthu": "1"}, "lanthu"),
    ],
)
def test_a_field_that_does_not_fit_is_named(change, field):
    """Neither both nor none of score and level; no other school or year."""
    assert [refusal.field for refusal in read_body(MARKS, MARK | change, SCOPE).refusals] == [field]


def test_every_bad_field_of_a_record_is_named():
    """One round of repair is enough."""
    refusals = read_body(MARKS, MARK | {"diem": 99, "hocky": "9"}, SCOPE).refusals

    assert {refusal.field for refusal in refusals} == {"diem", "hocky"}


@pytest.mark.parametrize("field", ["idbanghi", "sukien", "phienban", "thoigiancapnhat"])
def test_a_record_without_its_envelope_is_refused(field):
    """Without id and version nothing can be decided."""
    record = {name: value for name, value in MARK.items() if name != field}

    refusal = read_envelope(MARKS, record)

    assert isinstance(refusal, Refusal)
    assert refusal.field == field


def test_the_day_of_an_envelope_is_that_of_its_time():
    """`ngaycapnhat` repeats it."""
    refusal = read_envelope(MARKS, MARK | {"ngaycapnhat": "2026-05-29"})

    assert isinstance(refusal, Refusal)
    assert refusal.field == "ngaycapnhat"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["mamonhoc", "diem", "mucdat", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(table=st.sampled_from(TABLES), value=JSON_VALUES, data=st.data())
def test_any_value_in_any_field_is_read_or_refused(table, value, data):
    """Nothing that JSON can hold makes the door fall over."""
    column = data.draw(st.sampled_from(table.columns))
    record = MARK | {column.upstream: value}

    body = read_body(table, record, SCOPE)

    assert body.refusals or set(body.values) == {column.ours for column in table.columns}


@given(JSON_VALUES)
def test_any_json_value_as_a_record_is_judged(value):
    """Also one that is no object at all."""
    assert isinstance(read_envelope(MARKS, value), Refusal)
