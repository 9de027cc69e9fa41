"""What one run of `sync` brought, and what stands open after it, read from the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from transcript_service.database import read_session
from transcript_service.shared_database.dialects import TABLE_NAMES
from transcript_service.shared_database.envelope import Refusal, Scope
from transcript_service.shared_database.findings import FindingGroup, open_findings
from transcript_service.shared_database.mirror import RefusedRecord, SyncRun
from transcript_service.shared_database.record_shapes import TABLES_OF_EVERY_YEAR
from transcript_service.shared_database.sync_log import SyncTableRun

MOST_LISTED = 1000
"""Refusals that are listed; all of them are counted, and kept in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What happened to one table, at all addresses."""

    table: str
    kind: str
    """`FULL` or `SINCE`."""
    resumed: bool
    """Whether an earlier run, cut off, was gone on with."""
    pages: int
    received: int
    inserted: int
    updated: int
    cancelled: int
    unchanged: int
    refused: int
    greatest_version: int
    decomposed: int
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one run did, and what must be repaired upstream, and where."""

    run_id: int
    tables: tuple[TableReport, ...]
    refusals: tuple[Refusal, ...]
    """All that stand open, also from earlier runs; the first 1,000 of them."""
    open_refusals: int
    """How many stand open."""
    findings: tuple[FindingGroup, ...]
    """All that stand open, also from earlier runs, by class."""

    @property
    def received(self) -> int:
        """Return how many records were read."""
        return sum(table.received for table in self.tables)

    @property
    def applied(self) -> int:
        """Return how many records changed the mirror."""
        return sum(table.inserted + table.updated + table.cancelled for table in self.tables)

    @property
    def decomposed_texts(self) -> int:
        """Return how many texts in applied records upstream does not keep in NFC."""
        return sum(table.decomposed for table in self.tables)

    @property
    def retries(self) -> int:
        """Return how often a question had to be asked again."""
        return sum(table.retries for table in self.tables)


def make_report(
    engine: Engine, scope: Scope, run_id: int, nameless: Sequence[Refusal]
) -> SyncReport:
    """Sum up a run; *nameless* are its refusals of records that have no readable id."""
    with read_session(engine) as session:
        kept, count = _open_refusals(session, scope)
        return SyncReport(
            run_id=run_id,
            tables=tuple(_tables(session, run_id)),
            refusals=(*nameless, *kept)[:MOST_LISTED],
            open_refusals=count + len(nameless),
            findings=open_findings(session, scope),
        )


def last_runs(session: Session, school_code: str, limit: int) -> list[SyncRun]:
    """Return the newest runs for a school, the newest first."""
    newest = (
        select(SyncRun)
        .where(col(SyncRun.school_code) == school_code)
        .order_by(col(SyncRun.run_id).desc())
        .limit(limit)
    )
    return list(session.execute(newest).scalars())


def _tables(session: Session, run_id: int) -> list[TableReport]:
    """Return a report for each table, in the order in which they were read."""
    sums = (
        "pages",
        "received",
        "inserted",
        "updated",
        "cancelled",
        "unchanged",
        "refused",
        "decomposed",
        "retries",
    )
    rows = SyncTableRun
    found = session.execute(
        select(
            col(rows.upstream_table).label("table"),
            func.min(rows.kind).label("kind"),
            func.max(rows.resumed).label("resumed"),
            func.max(rows.greatest_version).label("greatest_version"),
            *(func.sum(getattr(rows, name)).label(name) for name in sums),
        )
        .where(col(rows.run_id) == run_id)
        .group_by(col(rows.upstream_table))
    )
    reports = [TableReport(**row._asdict()) for row in found]
    return sorted(reports, key=lambda report: TABLE_NAMES.index(report.table))


def _open_refusals(session: Session, scope: Scope) -> tuple[list[Refusal], int]:
    wanted = (
        col(RefusedRecord.school_code) == scope.school_code,
        (col(RefusedRecord.school_year) == scope.school_year)
        | col(RefusedRecord.upstream_table).in_(TABLES_OF_EVERY_YEAR),
        col(RefusedRecord.resolved).is_(False),
    )
    rows = session.execute(
        select(RefusedRecord)
        .where(*wanted)
        .order_by(col(RefusedRecord.upstream_table), col(RefusedRecord.record_id))
        .limit(MOST_LISTED)
    ).scalars()
    count = session.execute(select(func.count()).select_from(RefusedRecord).where(*wanted))
    return [_refusal(row) for row in rows], count.scalar_one()


def _refusal(row: RefusedRecord) -> Refusal:
    return Refusal(
        table=row.upstream_table,
        record_id=row.record_id,
        version=row.version,
        field=row.upstream_field,
        problem=row.problem,
        student_code=row.student_code,
        class_code=row.class_code,
    )
