"""The reference server's own file: pages that cost the same at any size."""

import tracemalloc
from itertools import islice

import pytest
from sqlalchemy import event

from tests.transcript_service.shared_database.groups import SCHOOL_YEAR, records_of
from tests.transcript_service.shared_database.upstream import CHANGED_AT
from transcript_service.errors import UpstreamError
from transcript_service.shared_database.upstream_engine import make_engine
from transcript_service.shared_database.upstream_store import (
    PageOf,
    UpstreamRecord,
    count_records,
    open_store,
    put_records,
    read_history_id,
    read_last_place,
    read_page,
    write_again,
)

MARK = records_of("S1")["diem"]
MARKS = PageOf(table="diem", schools=frozenset({"S1"}), school_year=SCHOOL_YEAR)


def _marks(count, school="S1"):
    for number in range(count):
        fields = MARK | {"matruong": school, "lanthu": number}
        yield UpstreamRecord(table="diem", record_id=f"{school}-{number}", fields=fields)


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    opened = open_store(tmp_path / "up.db", create=True)
    yield opened
    opened.dispose()


def _places(store, **bounds):
    return [row.thutu for row in read_page(store, MARKS, **bounds).records]


@pytest.mark.parametrize(
    "wanted", [MARKS, PageOf(table="hocsinh", schools=frozenset({"S1"}), school_year=None)]
)
def test_a_page_is_a_range_of_one_index(store, wanted):
    """No sorting, and no row is looked at that is not handed out; so all pages cost the same."""
    asked = []
    event.listen(store, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    read_page(store, wanted, after=0, limit=10)
    count_records(store, wanted, after=0)
    with store.connect() as connection:
        plans = [
            [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
            for sql, values in asked
            if sql.startswith("SELECT")
        ]

    assert len(plans) == 2
    for (step,) in plans:
        assert "ix_banghi_page (bang=? AND matruong=? AND namhoc=? AND thutu>?)" in step


def test_a_school_of_any_size_is_written_and_paged_in_bounded_memory(store):
    """Thirty thousand marks take no more room than five thousand: they come from a generator."""
    peaks = []
    for school, count in (("S1", 5_000), ("S2", 30_000)):
        tracemalloc.start()
        put_records(store, _marks(count, school), changed_at=CHANGED_AT)
        wanted = PageOf(table="diem", schools=frozenset({school}), school_year=SCHOOL_YEAR)
        after, seen = 0, 0
        while (page := read_page(store, wanted, after=after, limit=1000)).records:
            after, seen = page.records[-1].thutu, seen + len(page.records)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert seen == count

    assert peaks[1] < 1.3 * peaks[0]


def test_records_of_another_school_or_year_are_not_in_the_page(store):
    """Also where their places lie between."""
    other_year = MARK | {"namhoc": "2024-2025"}
    put_records(store, _marks(2), changed_at=CHANGED_AT)
    put_records(store, _marks(2, "S2"), changed_at=CHANGED_AT)
    put_records(
        store,
        [UpstreamRecord(table="diem", record_id="old", fields=other_year)],
        changed_at=CHANGED_AT,
    )

    assert _places(store, after=0, limit=9) == [1, 2]
    assert count_records(store, MARKS, after=1) == 1


def test_records_of_all_schools_come_together(store):
    """For who may read them all."""
    put_records(store, _marks(1), changed_at=CHANGED_AT)
    put_records(store, _marks(1, "S2"), changed_at=CHANGED_AT)
    everywhere = PageOf(table="diem", schools=None, school_year=SCHOOL_YEAR)

    assert count_records(store, everywhere, after=0) == 2


def test_a_record_written_again_is_newer_and_at_the_end(store):
    """One version more, and nothing else is different."""
    put_records(store, _marks(5), changed_at=CHANGED_AT)
    before = {row.idbanghi: row for row in read_page(store, MARKS, after=0, limit=9).records}

    write_again(store, MARKS, up_to=3, number=2)

    after = read_page(store, MARKS, after=0, limit=9).records
    assert [row.idbanghi for row in after] == ["S1-0", "S1-3", "S1-4", "S1-1", "S1-2"]
    assert [(row.phienban, row.sukien, row.thutu) for row in after[3:]] == [
        (2, "UPDATE", 6),
        (2, "UPDATE", 7),
    ]
    assert all(row.noidung == before[row.idbanghi].noidung for row in after)
    assert read_last_place(store) == 7


def test_a_reader_does_not_stop_a_writer_nor_a_writer_a_reader(store, tmp_path):
    """A page is read while a school is entering marks; the page shows what was there before."""
    put_records(store, _marks(1), changed_at=CHANGED_AT)
    reader = make_engine(tmp_path / "up.db")

    def enter():
        yield from islice(_marks(3), 2)
        assert [row.idbanghi for row in read_page(reader, MARKS, after=0, limit=9).records] == [
            "S1-0"
        ]

    put_records(store, enter(), changed_at=CHANGED_AT)

    assert count_records(store, MARKS, after=0) == 2
    reader.dispose()


def test_every_file_has_a_history_of_its_own(store, tmp_path):
    """And keeps it when it is opened again."""
    other = open_store(tmp_path / "other.db", create=True)
    again = open_store(tmp_path / "up.db")

    assert read_history_id(store) == read_history_id(again) != read_history_id(other)
    other.dispose()
    again.dispose()


def test_a_file_of_an_older_release_is_told(tmp_path):
    """It is made anew in a minute; the program does not guess."""
    engine = make_engine(tmp_path / "old.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE banghi (bang TEXT)")
        connection.exec_driver_sql("CREATE TABLE ungdung (client_id TEXT)")
    engine.dispose()

    with pytest.raises(UpstreamError, match="hocba sample"):
        open_store(tmp_path / "old.db")
