"""Where a synchronisation goes on: after a complete read, after a cut, after trouble upstream."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from tests.transcript_service.shared_database.small_runs import (
    SCHOOL,
    asked_of,
    mark,
    reading,
    run,
    scores,
)
from tests.transcript_service.shared_database.small_upstream import (
    SmallUpstream,
    no_trouble,
    serving,
)
from tests.transcript_service.shared_database.upstream import NOW, SCHOOL_YEAR, SECRET
from transcript_service.database import Busy, only_process, read_session
from transcript_service.errors import UsageError
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.mirror import SyncRun
from transcript_service.shared_database.sync import sync
from transcript_service.shared_database.trouble import (
    BadAnswer,
    EndlessPages,
    PlaceRefused,
)


@pytest.fixture
def wire():
    with serving(SmallUpstream()) as made:
        yield made


def test_the_second_run_asks_only_for_what_changed(wire, engine):
    """With the mark of the last page of the first."""
    wire.put("diem", *map(mark, range(1, 8)))
    run(wire, engine)
    wire.asked.clear()
    wire.put("diem", mark(2, version=2, diem=9), mark(9))

    report = run(wire, engine)

    assert asked_of(wire)[0]["tu"] == "a7"
    assert (report.received, report.applied) == (2, 2)
    assert scores(engine)["M002"] == Decimal("9.0")
    assert [table.kind for table in report.tables if table.table == "diem"] == ["SINCE"]


def test_an_answer_that_nothing_changed_is_asked_for_by_its_etag(wire, engine):
    """The second empty answer is a 304, and the mark stays."""
    wire.put("diem", mark(1))
    for _time in range(3):
        run(wire, engine)
    assert set(wire.statuses) == {200, 304}
    assert reading(engine).mark == "a1"

    wire.put("diem", mark(2))
    run(wire, engine)

    assert list(scores(engine)) == ["M001", "M002"]


def test_a_run_that_was_cut_off_is_gone_on_with_at_the_next_page(wire, engine):
    """Not from the beginning; progress counts on."""
    wire.put("diem", *map(mark, range(1, 8)))

    def cut(table, seen, _total):
        if (table, seen) == ("diem", 6):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(wire, engine, progress=cut)
    wire.asked.clear()
    told = []
    report = run(wire, engine, progress=lambda *step: told.append(step))

    assert [query.get("contro") for query in asked_of(wire)] == ["a6"]
    assert ("diem", 7, 7) in told
    assert len(scores(engine)) == 7
    assert [table.resumed for table in report.tables if table.table == "diem"] == [True]
    with read_session(engine) as session:
        assert session.exec(select(SyncRun.outcome)).all() == ["RUNNING", "COMPLETED"]


def test_a_reading_of_changes_that_was_cut_off_keeps_its_mark(wire, engine):
    """Cursor and mark go together until the last page."""
    wire.put("diem", mark(1))
    run(wire, engine)
    wire.put("diem", *map(mark, range(2, 9)))

    def cut(table, seen, _total):
        if (table, seen) == ("diem", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(wire, engine, progress=cut)
    wire.asked.clear()
    run(wire, engine)

    assert [(query["tu"], query.get("contro")) for query in asked_of(wire)] == [
        ("a1", "a4"),
        ("a1", "a7"),
    ]
    assert len(scores(engine)) == 8
    assert (reading(engine).mark, reading(engine).cursor) == ("a8", None)


def test_a_place_that_upstream_does_not_know_any_more_is_given_up(wire, engine):
    """Upstream was set up anew: everything is read once more."""
    wire.put("diem", *map(mark, range(1, 5)))
    run(wire, engine)
    wire.era = "b"
    wire.put("diem", mark(5))

    report = run(wire, engine)

    assert len(scores(engine)) == 5
    assert reading(engine).mark == "b5"
    assert {table.kind for table in report.tables} == {"FULL"}


def test_an_upstream_that_knows_not_even_its_own_places_is_told(wire, engine):
    """Once from the beginning, not for ever."""
    wire.put("diem", *map(mark, range(1, 5)))
    wire.trouble = lambda _table, query: (410, b"") if "contro" in query else None

    with pytest.raises(PlaceRefused, match="does not know the place"):
        run(wire, engine)

    assert len(asked_of(wire)) == 4


def test_pages_in_a_circle_are_read_from_the_beginning_next_time(wire, engine):
    """The cursor that leads into the circle is not kept."""
    wire.put("diem", *map(mark, range(1, 9)))
    circle = wire.page("diem", {"gioihan": "3"})
    wire.trouble = lambda table, query: circle if table == "diem" else None
    with pytest.raises(EndlessPages, match="do not end"):
        run(wire, engine)

    wire.trouble = no_trouble
    run(wire, engine)

    assert len(scores(engine)) == 8


def test_an_upstream_without_marks_is_read_in_full_each_time(wire, engine):
    """An older server: nothing is remembered, nothing is missed."""

    def without_marks(table, query):
        _status, body = wire.page(table, query)
        return 200, json.dumps(json.loads(body) | {"moc": None}).encode()

    wire.trouble = without_marks
    wire.put("diem", *map(mark, range(1, 5)))
    run(wire, engine)

    report = run(wire, engine)

    assert (report.received, report.applied) == (4, 0)
    assert all("tu" not in query for query in asked_of(wire))


def test_after_a_week_everything_is_read_again(wire, engine):
    """Only that shows what is gone."""
    wire.put("diem", mark(1))
    run(wire, engine)
    assert run(wire, engine, now=NOW + timedelta(days=6)).received == 0

    assert run(wire, engine, now=NOW + timedelta(days=8)).received == 1


def test_everything_is_read_again_when_asked_for(wire, engine):
    """`hocba sync --full`."""
    wire.put("diem", mark(1))
    run(wire, engine)

    assert run(wire, engine, full=True).received == 1


def test_a_page_that_does_not_belong_to_the_table_is_not_applied(wire, engine):
    """The place stays where it was; the next run goes on from there."""
    wire.put("diem", *map(mark, range(1, 5)))
    wire.put("renluyen", {"idbanghi": "R1"})

    def wrong_table(table, query):
        return (
            wire.page("renluyen", query) if (table, "contro" in query) == ("diem", True) else None
        )

    wire.trouble = wrong_table
    with pytest.raises(BadAnswer, match="not a page of it"):
        run(wire, engine)
    assert len(scores(engine)) == 3

    wire.trouble = no_trouble
    wire.asked.clear()
    run(wire, engine)

    assert asked_of(wire)[0]["contro"] == "a3"
    assert len(scores(engine)) == 4


def test_a_record_that_changes_under_the_reader_is_met_again_at_the_end(wire, engine):
    """It takes a new place, so the newest version comes last."""
    wire.put("diem", *map(mark, range(1, 6)))

    def change(table, query):
        if table == "diem" and "contro" in query and wire.place == 5:
            wire.put("diem", mark(1, version=2, diem=3), mark(5, version=2, diem=4))

    wire.trouble = change
    run(wire, engine)

    assert (scores(engine)["M001"], scores(engine)["M005"]) == (Decimal("3.0"), Decimal("4.0"))
    assert reading(engine).mark == "a7"


def test_two_runs_at_once_are_refused(wire, engine):
    """They would note each other's places."""
    with only_process(engine, work="sync"), pytest.raises(Busy, match="synchronising"):
        run(wire, engine)


def test_a_dialect_that_is_not_known_is_told(wire, engine):
    """Before anything is asked."""
    access = UpstreamAccess(base_url=wire.url, client_id="a", client_secret=SECRET, dialect="other")
    with pytest.raises(UsageError, match="quocgia"):
        sync(engine, access, school_code=SCHOOL, school_year=SCHOOL_YEAR, now=NOW)

    assert wire.asked == []


def test_the_other_dialect_has_places_of_its_own(wire, engine):
    """The same address may serve both."""
    wire.put("diem", mark(1))
    run(wire, engine)
    wire.prefix = "/hcm/v1/"
    wire.asked.clear()
    access = UpstreamAccess(base_url=wire.url, client_id="a", client_secret=SECRET)

    sync(
        engine,
        replace(access, dialect="hcm"),
        school_code=SCHOOL,
        school_year=SCHOOL_YEAR,
        now=NOW,
    )

    assert "tu" not in asked_of(wire)[0]
