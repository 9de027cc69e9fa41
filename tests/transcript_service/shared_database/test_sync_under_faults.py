"""A synchronisation over a bad connection, or killed anywhere, ends like one over a perfect one."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from tests.transcript_service.shared_database.small_upstream import (
    SmallUpstream,
    no_trouble,
    serving,
)
from tests.transcript_service.shared_database.test_sync_places import mark, run
from tests.transcript_service.shared_database.upstream import NOW, SCHOOL_YEAR, SECRET, Patient
from transcript_service.database import open_database, read_session
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.mirror import RefusedRecord
from transcript_service.shared_database.record_shapes import SHAPES
from transcript_service.shared_database.sample.folder import DATABASE, write_folder
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import SyncOptions, sync
from transcript_service.shared_database.sync_log import SyncFinding, SyncReading, SyncUnseen
from transcript_service.shared_database.trouble import UpstreamTrouble

PAGES = 10
"""Of the school that `fill` makes, three records a page."""


def state(engine):
    """Every row of the mirror, what stands refused or found, and the places to go on from."""
    held = {}
    with read_session(engine) as session:
        for shape in SHAPES:
            rows = session.exec(select(shape.model).order_by(shape.model.record_id))
            held[shape.name] = [row.model_dump() for row in rows]
        refused = session.exec(select(RefusedRecord).where(RefusedRecord.resolved.is_(False)))
        held["refused"] = sorted(
            (row.upstream_table, row.record_id, row.upstream_field, row.version, row.problem)
            for row in refused
        )
        held["found"] = [row.model_dump() for row in session.exec(select(SyncFinding))]
        held["unseen"] = [row.model_dump() for row in session.exec(select(SyncUnseen))]
        held["places"] = [
            (row.upstream_table, row.state, row.cursor, row.mark)
            for row in session.exec(select(SyncReading).order_by(SyncReading.upstream_table))
        ]
    return held


def make_school(folder, *, pupils, seed):
    """Make a whole school with a defect of each kind; return its code."""
    summary = write_folder(
        folder,
        seed=seed,
        schools=1,
        pupils=pupils,
        defects=1,
        client_id="a",
        client_secret=SECRET,
    )
    return summary.schools[0].school_code


def new_database(folder, name):
    return open_database(folder / f"{name}.db")


def read_school(base_url, school_code, engine, *, page_size, **options):
    access = UpstreamAccess(
        base_url=base_url,
        client_id="a",
        client_secret=SECRET,
        page_size=page_size,
        timeout_s=1.0,
    )
    return sync(
        engine,
        access,
        school_code=school_code,
        school_year=SCHOOL_YEAR,
        now=NOW,
        options=SyncOptions(waiting=Patient().waiting, **options),
    )


def compare(tmp_path, *, pupils, page_size, seed):
    """Read a school with a fifth of all answers going wrong, then once more as it should be."""
    school = make_school(tmp_path / "upstream", pupils=pupils, seed=seed)
    store = tmp_path / "upstream" / DATABASE
    wavering = new_database(tmp_path, "wavering")
    with running_server(store, "--faults", f"{seed}:20", "--fault-hold-s", "5") as base_url:
        report = read_school(base_url, school, wavering, page_size=page_size)
    steady = new_database(tmp_path, "steady")
    with running_server(store) as base_url:
        read_school(base_url, school, steady, page_size=page_size)

    assert report.retries > 0
    assert state(wavering)["diem"]
    assert state(wavering) == state(steady)


def test_a_fifth_of_all_answers_going_wrong_makes_no_difference(tmp_path):
    """Time-outs, 429, 500, cuts, half JSON, pages that change, repeat and shuffle."""
    compare(tmp_path, pupils=40, page_size=200, seed=7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_a_whole_school_over_a_bad_connection_is_the_same(tmp_path, seed):
    """A thousand pupils."""
    compare(tmp_path, pupils=1000, page_size=500, seed=seed)


def fill(upstream):
    """Two tables of some pages each, with a refused record and a version that comes late."""
    upstream.put("diem", *map(mark, range(1, 20)), mark(20, diem=11), mark(3, version=2, diem=1))
    upstream.put(
        "renluyen",
        *(
            {
                "idbanghi": f"R{number:03}",
                "matruong": "S1",
                "namhoc": SCHOOL_YEAR,
                "malop": "L1",
                "mahocsinh": f"HS{number}",
                "hocky": "1",
                "mahanhkiem": "1",
            }
            for number in range(1, 9)
        ),
    )


@pytest.fixture
def filled():
    with serving(SmallUpstream()) as upstream:
        fill(upstream)
        yield upstream


@pytest.fixture
def whole(filled, tmp_path):
    """What one run without any cut ends with."""
    engine = new_database(tmp_path, "whole")
    run(filled, engine)
    return state(engine)


def test_a_run_cut_off_after_each_page_ends_the_same(filled, whole, tmp_path):
    """At every boundary once: as many runs as there are pages."""
    engine, passed = new_database(tmp_path, "cut"), set()

    class Cut(Exception):
        pass

    def cut(table, seen, _total):
        if seen and (table, seen) not in passed:
            passed.add((table, seen))
            raise Cut

    for _run in range(40):
        try:
            run(filled, engine, progress=cut)
            break
        except Cut:
            continue

    assert len(passed) == PAGES
    assert state(engine) == whole


def test_a_run_cut_off_before_each_page_ends_the_same(filled, whole, tmp_path):
    """The server fails at each page for longer than anybody waits."""
    engine, failed = new_database(tmp_path, "cut"), set()

    def fail_once_for_each_page(table, query):
        asked = (table, query.get("contro"))
        if table not in filled.tables or asked in failed:
            return None
        failed.add(asked)
        return 503, b""

    filled.trouble = fail_once_for_each_page
    for _run in range(80):
        try:
            run(filled, engine, attempts=1)
            break
        except UpstreamTrouble:
            continue
    filled.trouble = no_trouble

    assert len(failed) == PAGES
    assert state(engine) == whole


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from tests.transcript_service.shared_database.small_upstream import SmallUpstream
from tests.transcript_service.shared_database.test_sync_places import run
from transcript_service.database import open_database
from verifier.messages import use_language

use_language("en")
when, fatal, moments = sys.argv[3], int(sys.argv[4]), 0

def count(*_given):
    global moments
    moments += 1
    if moments == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

def after_page(_table, seen, _total):
    if seen and when == "page":
        count()
    elif seen and not event.contains(engine, "commit", count):
        event.listen(engine, "commit", count)

engine = open_database(Path(sys.argv[2]))
run(SmallUpstream(url=sys.argv[1]), engine, progress=after_page)
"""


@pytest.mark.parametrize(
    ("when", "fatal"), [("page", (1, 4, 3)), ("page", (8,)), ("commit", (1, 2, 1))]
)
def test_a_run_that_is_killed_and_resumed_ends_the_same(filled, whole, tmp_path, when, fatal):
    """Killed without any clean-up, several times in a row: after a page, or before a commit."""
    path = tmp_path / "killed.db"
    for moment in fatal:
        command = [sys.executable, "-c", KILLED, filled.url, str(path), when, str(moment)]
        ended = subprocess.run(command, check=False, cwd=Path.cwd())
        assert ended.returncode == -signal.SIGKILL
    engine = open_database(path)

    report = run(filled, engine)

    assert any(table.resumed for table in report.tables)
    assert state(engine) == whole


MEASURED = """
import resource, sys
from pathlib import Path
from tests.transcript_service.shared_database.test_sync_under_faults import read_school
from transcript_service.database import open_database

report = read_school(sys.argv[1], sys.argv[2], open_database(Path(sys.argv[3])), page_size=500)
print(report.received, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory_of(tmp_path, *, pupils):
    """Read a school in a process of its own; return records and its greatest memory in KiB."""
    folder = tmp_path / str(pupils)
    school = make_school(folder, pupils=pupils, seed=1)
    with running_server(folder / DATABASE) as base_url:
        command = [sys.executable, "-c", MEASURED, base_url, school, str(folder / "service.db")]
        ended = subprocess.run(command, check=True, cwd=Path.cwd(), capture_output=True, text=True)
    received, peak = map(int, ended.stdout.split())
    return received, peak


def compare_memory(tmp_path, *, few, many):
    """A school ten times as great needs no more than a fifth more memory."""
    few_records, few_peak = memory_of(tmp_path, pupils=few)
    many_records, many_peak = memory_of(tmp_path, pupils=many)

    assert many_records > 8 * few_records
    assert many_peak < 1.2 * few_peak


def test_the_memory_of_a_run_does_not_grow_with_the_school(tmp_path):
    """Pages come and go."""
    compare_memory(tmp_path, few=20, many=200)


@pytest.mark.soak
def test_ten_thousand_pupils_need_no_more_memory_than_a_thousand(tmp_path):
    """A whole commune's schools in one."""
    compare_memory(tmp_path, few=1000, many=10_000)
