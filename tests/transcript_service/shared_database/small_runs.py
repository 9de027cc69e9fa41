"""Runs of sync against a small upstream, and what they leave in the mirror."""

from sqlmodel import select

from tests.transcript_service.shared_database.upstream import NOW, SCHOOL_YEAR, SECRET, Patient
from transcript_service.database import read_session
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.mirror import MirrorMark
from transcript_service.shared_database.retrying import Patience
from transcript_service.shared_database.sync import SyncOptions, sync
from transcript_service.shared_database.sync_log import SyncReading

SCHOOL = "S1"


def mark(number, *, version=1, **changes):
    return {
        "idbanghi": f"M{number:03}",
        "phienban": version,
        "matruong": SCHOOL,
        "namhoc": SCHOOL_YEAR,
        "malop": "L1",
        "mahocsinh": "HS1",
        "mamonhoc": "TOAN",
        "hocky": "1",
        "loaidiem": "TX",
        "lanthu": number,
        "diem": 8.5,
        "dat": None,
    } | changes


def run(
    wire,
    engine,
    *,
    now=NOW,
    page_size=3,
    progress=None,
    attempts=2,
    school_year=SCHOOL_YEAR,
    **options,
):
    access = UpstreamAccess(
        base_url=wire.url,
        client_id="a",
        client_secret=SECRET,
        page_size=page_size,
        patience=Patience(attempts=attempts),
    )
    return sync(
        engine,
        access,
        school_code=SCHOOL,
        school_year=school_year,
        now=now,
        progress=progress,
        options=SyncOptions(waiting=Patient().waiting, **options),
    )


def scores(engine):
    with read_session(engine) as session:
        rows = session.exec(select(MirrorMark).order_by(MirrorMark.record_id))
        return {row.record_id: row.score for row in rows}


def reading(engine, table="diem"):
    with read_session(engine) as session:
        (row,) = session.exec(select(SyncReading).where(SyncReading.upstream_table == table))
        session.expunge(row)
    return row


def asked_of(wire, table="diem"):
    return [query for name, query in wire.asked if name == table]
