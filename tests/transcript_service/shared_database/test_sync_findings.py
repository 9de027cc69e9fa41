"""Records that are gone upstream without a word, and versions that go back: they are named."""

import pytest
from sqlmodel import select

from tests.transcript_service.shared_database.small_upstream import SmallUpstream, serving
from tests.transcript_service.shared_database.test_sync_places import mark, run, scores
from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR
from transcript_service.database import read_session
from transcript_service.shared_database.findings import FindingKind
from transcript_service.shared_database.mirror import MirrorClass, RefusedRecord
from transcript_service.shared_database.mirror_queries import refused_records
from transcript_service.shared_database.sync_log import SyncFinding, SyncTableRun, SyncUnseen

GONE, BACK = FindingKind.NOT_SEEN, FindingKind.VERSION_WENT_BACK


@pytest.fixture
def wire():
    with serving(SmallUpstream()) as made:
        yield made


def school_class(code):
    return {
        "idbanghi": f"C-{code}",
        "matruong": "S1",
        "namhoc": SCHOOL_YEAR,
        "malop": code,
        "tenlop": code,
        "makhoi": 8,
        "manhomcaphoc": "03",
        "magiaoviencn": "GV1",
        "khoahocky1": 1,
        "khoahocky2": 1,
    }


def told(report):
    return [(one.kind, one.table, one.class_code, one.count) for one in report.findings]


def rows(engine, model):
    with read_session(engine) as session:
        found = session.exec(select(model)).all()
        session.expunge_all()
    return found


def test_a_class_that_disappears_is_named_with_all_that_hung_on_it(wire, engine):
    """Nothing is deleted; another class is as it was."""
    wire.put("lophoc", school_class("L1"), school_class("L2"))
    wire.put("diem", *map(mark, range(1, 6)), mark(9, malop="L2"))
    run(wire, engine)
    wire.drop("lophoc", "C-L1")
    wire.drop("diem", *[f"M00{number}" for number in range(1, 6)])

    report = run(wire, engine, full=True)

    assert told(report) == [(GONE, "diem", "L1", 5), (GONE, "lophoc", "L1", 1)]
    assert len(scores(engine)) == 6
    assert [row.cancelled for row in rows(engine, MirrorClass)] == [False, False]
    assert {row.record_id for row in rows(engine, SyncFinding)} > {"C-L1", "M001"}


def test_what_is_gone_stays_named_until_it_comes_back(wire, engine):
    """Also by the runs that read only what changed."""
    wire.put("diem", mark(1), mark(2))
    run(wire, engine)
    wire.drop("diem", "M001")
    run(wire, engine, full=True)
    assert told(run(wire, engine)) == [(GONE, "diem", "L1", 1)]

    wire.put("diem", mark(1))

    assert told(run(wire, engine)) == []


def test_what_was_cancelled_is_not_missed(wire, engine):
    """Upstream may forget what it has cancelled."""
    wire.put("diem", mark(1))
    run(wire, engine)
    wire.put("diem", mark(1, version=2, sukien="CANCEL"))
    run(wire, engine)
    wire.drop("diem", "M001")

    assert told(run(wire, engine, full=True)) == []


def test_a_record_of_another_year_is_not_missed(wire, engine):
    """This year's pages do not hold it."""
    wire.put("diem", mark(1, namhoc="2024-2025"))
    assert run(wire, engine).open_refusals == 1
    wire.put("diem", mark(2))

    assert told(run(wire, engine, full=True)) == []


def test_a_record_refused_in_a_newer_version_is_not_missed(wire, engine):
    """It is there; it is only not good."""
    wire.put("diem", mark(1))
    run(wire, engine)
    wire.put("diem", mark(1, version=2, diem=11))

    report = run(wire, engine, full=True)

    assert told(report) == []
    assert [refusal.record_id for refusal in report.refusals] == ["M001"]


def test_a_full_read_that_was_cut_off_misses_nothing_that_it_met_before(wire, engine):
    """What was met is remembered with the page."""
    wire.put("diem", *map(mark, range(1, 9)))
    run(wire, engine)
    wire.drop("diem", "M008")

    def cut(table, seen, _total):
        if (table, seen) == ("diem", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(wire, engine, full=True, progress=cut)

    assert told(run(wire, engine)) == [(GONE, "diem", "L1", 1)]
    assert rows(engine, SyncUnseen) == []


@pytest.mark.parametrize("full", [True, False])
def test_a_version_that_goes_back_is_named_and_not_applied(wire, engine, full):
    """With record and field; the mirror keeps the newer one."""
    wire.put("diem", mark(1, version=5, diem=9))
    run(wire, engine)
    wire.put("diem", mark(1, version=4, diem=2))

    report = run(wire, engine, full=full)

    (found,) = report.findings
    assert (found.kind, found.record_id, found.field) == (BACK, "M001", "phienban")
    assert "lower than the one held" in found.problem
    assert str(scores(engine)["M001"]) == "9.0"


@pytest.mark.parametrize("version", [5, 6])
def test_a_version_that_went_back_is_settled_by_one_as_great(wire, engine, version):
    """Upstream has repaired it."""
    wire.put("diem", mark(1, version=5))
    run(wire, engine)
    wire.put("diem", mark(1, version=4))
    run(wire, engine)
    wire.put("diem", mark(1, version=version))

    assert told(run(wire, engine)) == []


@pytest.mark.parametrize("full", [True, False])
def test_a_late_copy_of_an_older_version_is_no_finding(wire, engine, full):
    """Pages that repeat records do not make upstream's data wrong."""
    wire.put("diem", *map(mark, range(1, 4)))
    run(wire, engine)
    wire.put("diem", *(mark(number, version=2) for number in range(1, 7)))

    def repeat(table, query):
        if table == "diem" and "contro" in query:
            wire.tables["diem"]["copy"] = (99, wire.tables["diem"]["M001"][1] | {"phienban": 1})

    wire.trouble = repeat

    assert told(run(wire, engine, full=full)) == []


def test_the_first_reading_finds_nothing(wire, engine):
    """There is nothing that it could miss."""
    wire.put("diem", mark(1, version=2), mark(1, version=1))

    assert told(run(wire, engine)) == []


def test_the_log_says_what_each_run_brought_of_each_table(wire, engine):
    """Counts, versions, repeated questions."""
    wire.put("diem", *map(mark, range(1, 5)), mark(5, version=7), mark(6, diem=11))
    fail = iter([(503, b""), None])
    wire.trouble = lambda table, query: next(fail, None) if table == "diem" else None

    run(wire, engine)

    (row,) = [row for row in rows(engine, SyncTableRun) if row.upstream_table == "diem"]
    assert (row.pages, row.received, row.inserted, row.refused) == (2, 6, 5, 1)
    assert (row.greatest_version, row.retries, row.completed, row.kind) == (7, 1, True, "FULL")


def test_an_older_copy_does_not_settle_the_refusal_of_a_newer_version(wire, engine):
    """The newest version decides, in whatever order they come."""
    wire.put("diem", mark(1, version=2, diem=11))
    run(wire, engine)
    wire.put("diem", mark(1, version=1))

    report = run(wire, engine)

    assert report.open_refusals == 1
    assert list(scores(engine)) == ["M001"]
    assert [row.version for row in rows(engine, RefusedRecord)] == [2]


def test_a_version_too_great_for_any_database_is_refused(wire, engine):
    """Its record is named like any other."""
    wire.put("diem", mark(1, version=10**30), mark(2))

    report = run(wire, engine)

    assert [refusal.field for refusal in report.refusals] == ["phienban"]
    assert list(scores(engine)) == ["M002"]


def test_a_refused_record_of_all_years_stays_open_for_each_year(wire, engine):
    """A pupil's identity is read with every year, and the year read last owns the refusal."""
    pupil = {"idbanghi": "P1", "matruong": "S1", "mahocsinh": "HS1", "hovaten": ""}
    wire.put("lophoc", school_class("L1"))
    wire.put("hocsinh", pupil)
    run(wire, engine)

    run(wire, engine, school_year="2024-2025")

    with read_session(engine) as session:
        found = refused_records(session, session.exec(select(MirrorClass)).one())
        assert {row.record_id for row in found} == {"P1"}
    assert run(wire, engine).open_refusals > 0
