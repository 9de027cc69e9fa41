"""What a synchronisation does to the mirror; the server is another process."""

import sqlite3
import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import select

from tests.transcript_service.shared_database.upstream import (
    NOW,
    SCHOOL_YEAR,
    SECRET,
    Patient,
    Script,
    page,
    scripted_server,
    token,
)
from transcript_service.database import read_session
from transcript_service.errors import DatabaseError
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.dialects import TABLES
from transcript_service.shared_database.mirror import (
    MirrorMark,
    MirrorPupil,
    RefusedRecord,
    SyncRun,
)
from transcript_service.shared_database.sync import SyncOptions, sync
from transcript_service.shared_database.trouble import BadAnswer


def _all(engine, model):
    with read_session(engine) as session:
        rows = session.exec(select(model)).all()
        session.expunge_all()
    return rows


def _scores(engine):
    return {row.record_id.rsplit("-", 1)[1]: row.score for row in _all(engine, MirrorMark)}


def test_new_records_are_copied_page_by_page(upstream, engine):
    """Seven marks, three a page."""
    upstream.put(*[upstream.mark(number) for number in range(1, 8)])
    told = []

    report = upstream.sync(engine, progress=lambda *step: told.append(step))

    assert report.applied == report.received == 7
    assert _scores(engine) == {str(number): Decimal("8.5") for number in range(1, 8)}
    assert [step for step in told if step[0] == "diem"] == [
        ("diem", 3, 7),
        ("diem", 6, 7),
        ("diem", 7, 7),
    ]


def test_a_second_run_changes_nothing(upstream, engine):
    """The same versions are ignored, also when everything is read again."""
    upstream.put(upstream.pupil(), upstream.mark())
    upstream.sync(engine)

    report = upstream.sync(engine, options=SyncOptions(full=True))

    assert (report.received, report.applied, report.refusals) == (2, 0, ())


@pytest.mark.parametrize(("version", "score"), [(6, "9.0"), (5, "8.5"), (4, "8.5")])
def test_only_a_greater_version_takes_effect(upstream, engine, version, score):
    """A lower or equal version is ignored (domain 6.3)."""
    upstream.put(upstream.mark(version=5))
    upstream.sync(engine)
    upstream.put(upstream.mark(version=version, diem=9.0))

    upstream.sync(engine)

    assert _scores(engine) == {"1": Decimal(score)}


def test_cancel_marks_the_row_and_keeps_what_it_said(upstream, engine):
    """Nothing is ever deleted."""
    upstream.put(upstream.mark())
    upstream.sync(engine)
    upstream.put(replace(upstream.mark(version=2, diem=1.0), event="CANCEL"))

    report = upstream.sync(engine)

    (row,) = _all(engine, MirrorMark)
    assert (row.cancelled, row.version, row.score) == (True, 2, Decimal("8.5"))
    assert sum(table.cancelled for table in report.tables) == 1


def test_a_cancelled_record_can_come_back_with_a_greater_version(upstream, engine):
    """CANCEL is an event like the others."""
    upstream.put(replace(upstream.mark(version=2), event="CANCEL"))
    upstream.sync(engine)
    upstream.put(replace(upstream.mark(version=3, diem=7), event="UPDATE"))

    upstream.sync(engine)

    (row,) = _all(engine, MirrorMark)
    assert (row.cancelled, row.score) == (False, Decimal("7.0"))


def test_a_mark_of_10_5_is_refused_and_what_was_good_stays(upstream, engine):
    """The record is named; the others of its page, and its older version, are kept."""
    upstream.put(upstream.mark(1), upstream.mark(2))
    upstream.sync(engine)
    upstream.put(upstream.mark(1, version=2, diem=10.5), upstream.mark(2, version=2, diem=9))

    report = upstream.sync(engine)

    (refusal,) = report.refusals
    assert (refusal.table, refusal.field) == ("diem", "diem")
    assert refusal.record_id == upstream.mark(1).record_id
    assert _scores(engine) == {"1": Decimal("8.5"), "2": Decimal("9.0")}


def test_a_refusal_stays_open_until_a_good_version_arrives(upstream, engine):
    """So that the older version never stands in for the refused one unseen."""
    upstream.put(upstream.mark(version=2, diem=10.5))
    upstream.sync(engine)
    assert [row.resolved for row in _all(engine, RefusedRecord)] == [False]
    assert len(upstream.sync(engine).refusals) == 1

    upstream.put(upstream.mark(version=3, diem=10))
    upstream.sync(engine)

    assert [row.resolved for row in _all(engine, RefusedRecord)] == [True]
    assert _scores(engine) == {"1": Decimal("10.0")}


def test_text_kept_decomposed_upstream_is_nfc_here(upstream, engine):
    """The door is the one place where NFC is applied."""
    name = "Nguyễn Thị Ánh  Tuyết"
    upstream.put(upstream.pupil(hovaten=unicodedata.normalize("NFD", name)))

    report = upstream.sync(engine)

    (row,) = _all(engine, MirrorPupil)
    assert row.full_name == "Nguyễn Thị Ánh Tuyết"
    assert report.decomposed_texts == 1


def test_every_run_leaves_a_row_in_the_log(upstream, engine):
    """With its counts and outcome."""
    upstream.put(upstream.mark(1), upstream.mark(2, diem=11))

    report = upstream.sync(engine)

    (run,) = _all(engine, SyncRun)
    assert run.run_id == report.run_id
    assert (run.outcome, run.received, run.applied, run.refused) == ("COMPLETED", 2, 1, 1)
    assert run.started_at == "2026-06-01T08:00:00Z"


def test_records_of_other_schools_stay_where_they_are(upstream, engine):
    """The server hands out one school, and the door would refuse another."""
    other = replace(upstream, school_code=upstream.school_code + "X")
    upstream.put(upstream.mark(), other.mark())

    assert upstream.sync(engine).received == 1


def _answers_until(table, broken):
    names = [known.name for known in TABLES]
    before = names[: names.index(table)]
    return [token(), *[page(name) for name in before], *broken]


def _sync_scripted(engine, script):
    with scripted_server(script) as base_url:
        return sync(
            engine,
            UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET),
            school_code="S1",
            school_year=SCHOOL_YEAR,
            now=NOW,
            options=SyncOptions(waiting=Patient().waiting),
        )


def _wire(upstream, record):
    return {
        "idbanghi": record.record_id,
        "sukien": "NEW",
        "phienban": 1,
        "thoigiancapnhat": "2026-05-28T16:00:00",
        "ngaycapnhat": "2026-05-28",
        **record.fields,
        "matruong": "S1",
    }


def test_a_page_cut_off_applies_nothing_and_earlier_pages_stay(upstream, engine):
    """All of a page or nothing; the log says FAILED."""
    first = page("diem", [_wire(upstream, upstream.mark(1))], contro="next")
    whole = page("diem", [_wire(upstream, upstream.mark(2))])[1]
    script = Script(_answers_until("diem", [first, (200, whole[:-1])]))

    with pytest.raises(BadAnswer, match="not JSON"):
        _sync_scripted(engine, script)

    assert list(_scores(engine)) == ["1"]
    assert [run.outcome for run in _all(engine, SyncRun)] == ["FAILED"]


def test_a_record_without_id_is_refused_and_the_rest_of_the_page_stays(upstream, engine):
    """It cannot be remembered, only reported."""
    good = _wire(upstream, upstream.mark(1))
    nameless = {**good, "idbanghi": None}
    rest = [page(table.name) for table in TABLES[TABLES.index(_table("diem")) + 1 :]]
    script = Script(_answers_until("diem", [page("diem", ["?", nameless, good]), *rest]))

    report = _sync_scripted(engine, script)

    assert [refusal.record_id for refusal in report.refusals] == [None, None]
    assert list(_scores(engine)) == ["1"]


def _table(name):
    return next(table for table in TABLES if table.name == name)


def test_two_versions_of_a_record_on_one_page_end_with_the_greater(upstream, engine):
    """A page that changes while it is read may hold both."""
    old = _wire(upstream, upstream.mark(1))
    new = {**old, "phienban": 2, "diem": 9}
    gone = {**old, "phienban": 3, "sukien": "CANCEL"}
    rest = [page(table.name) for table in TABLES[TABLES.index(_table("diem")) + 1 :]]
    script = Script(_answers_until("diem", [page("diem", [old, new, old, gone]), *rest]))

    _sync_scripted(engine, script)

    (row,) = _all(engine, MirrorMark)
    assert (row.version, row.score, row.cancelled) == (3, Decimal("9.0"), True)


def test_a_full_disk_leaves_the_page_out_and_the_database_whole(upstream, engine, tmp_path):
    """SQLite's own page limit stands for the disk; the run can be repeated."""
    upstream.put(*[upstream.pupil(number, noisinh="x" * 1900) for number in range(1, 40)])
    with read_session(engine) as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(DatabaseError, match=r"service\.db: .*full.*make room"):
        upstream.sync(engine)

    with sqlite3.connect(tmp_path / "service.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
