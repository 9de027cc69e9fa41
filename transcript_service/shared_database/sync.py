"""
Bring the service's mirror up to date with the shared database.

A record is taken only when its version is greater than the one held; a
CANCEL marks the row and never deletes. A record that does not pass the door is refused and
named, what was good stays, and the pupil it belongs to cannot be issued until a good version
arrives. Each page is one transaction: all of its accepted records, its refusals and the run's
counts, or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Engine, insert, update
from sqlmodel import Session, col, select

from transcript_service.database import write_session
from transcript_service.errors import DatabaseError, ServiceError
from transcript_service.shared_database import envelope as records
from transcript_service.shared_database.client import UpstreamAccess, UpstreamClient
from transcript_service.shared_database.dialects import TABLES, TableDialect
from transcript_service.shared_database.envelope import Envelope, Refusal, Scope
from transcript_service.shared_database.mirror import RefusedRecord, SyncRun

Progress = Callable[[str, int, int], None]
"""Called after each page with the table upstream, records seen, records in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What happened to one table."""

    table: str
    received: int = 0
    inserted: int = 0
    updated: int = 0
    cancelled: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one run did; `refusals` say what must be repaired upstream, and where."""

    run_id: int
    tables: tuple[TableReport, ...]
    refusals: tuple[Refusal, ...]
    decomposed_texts: int
    """Texts in applied records that upstream does not keep in NFC."""

    @property
    def received(self) -> int:
        """Return how many records were read."""
        return sum(table.received for table in self.tables)

    @property
    def applied(self) -> int:
        """Return how many records changed the mirror."""
        return sum(table.inserted + table.updated + table.cancelled for table in self.tables)


def sync(
    engine: Engine,
    access: UpstreamAccess,
    *,
    school_code: str,
    school_year: str,
    now: datetime,
    progress: Progress | None = None,
) -> SyncReport:
    """
    Read all records of a school and year, and take those that are newer.

    *now* is when the run starts and stands in the log; *progress* is called after each page.

    Raises:
        UpstreamError: the shared database cannot be read; what earlier pages brought stays, and
            a repeated run goes on from there.
    """
    run = _Run(engine, Scope(school_code=school_code, school_year=school_year))
    run.start(access.base_url, now)
    try:
        with UpstreamClient(access) as client:
            for table in TABLES:
                run.read_table(client, table, progress)
    except ServiceError:
        with suppress(DatabaseError):  # the first error is the one to tell
            run.end("FAILED")
        raise
    run.end("COMPLETED")
    return run.report()


class _Run:
    """One run's counts, and how a page changes the mirror."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope
        self._run_id = 0
        self._tables: list[TableReport] = []
        self._refusals: list[Refusal] = []
        self._decomposed = 0

    def start(self, base_url: str, now: datetime) -> None:
        with write_session(self._engine) as session:
            row = SyncRun(
                started_at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                base_url=base_url,
                school_code=self._scope.school_code,
                school_year=self._scope.school_year,
                outcome="RUNNING",
            )
            session.add(row)
            session.flush()
            self._run_id = cast("int", row.run_id)  # the flush gave it

    def end(self, outcome: str) -> None:
        with write_session(self._engine) as session:
            session.get_one(SyncRun, self._run_id).outcome = outcome

    def report(self) -> SyncReport:
        return SyncReport(
            run_id=self._run_id,
            tables=tuple(self._tables),
            refusals=tuple(self._refusals),
            decomposed_texts=self._decomposed,
        )

    def read_table(
        self, client: UpstreamClient, table: TableDialect, progress: Progress | None
    ) -> None:
        total = TableReport(table=table.name)
        pages = client.pages(
            table.name,
            school_code=self._scope.school_code,
            school_year=self._scope.school_year,
        )
        for page in pages:
            with write_session(self._engine) as session:
                change = _PageChange(session, table, self._scope, page.records)
                for record in page.records:
                    change.take(record)
                change.write(self._run_id)
            total = change.add_to(total)
            self._refusals += change.refusals
            self._decomposed += change.decomposed
            if progress is not None:
                progress(table.name, total.received, max(page.total, total.received))
        self._tables.append(total)


class _PageChange:
    """The records of one page, judged one by one and written together."""

    def __init__(
        self, session: Session, table: TableDialect, scope: Scope, page: Sequence[object]
    ) -> None:
        self._session = session
        self._table = table
        self._scope = scope
        self._held = _held_versions(session, table, page)
        self._new: dict[str, dict[str, object]] = {}
        self._changed: dict[str, dict[str, object]] = {}
        self._resolved: list[str] = []
        self._counts = {"received": 0, "inserted": 0, "updated": 0}
        self._counts |= {"cancelled": 0, "unchanged": 0, "refused": 0}
        self.refusals: list[Refusal] = []
        self.decomposed = 0

    def take(self, record: object) -> None:
        """Accept *record*, ignore it as known, or refuse it."""
        self._counts["received"] += 1
        envelope = records.read_envelope(self._table, record)
        if isinstance(envelope, Refusal):
            self._refuse([envelope])
            return
        held = self._held.get(envelope.record_id)
        if held is not None and envelope.version <= held:
            self._counts["unchanged"] += 1
        elif envelope.cancelled and held is not None:
            self._accept(envelope, "cancelled", {})
        else:
            self._read(envelope, cast("Mapping[str, object]", record))

    def write(self, run_id: int) -> None:
        """Write what was accepted, add this page to the run, remember its refusals."""
        if self._new:
            self._session.execute(insert(self._table.model), list(self._new.values()))
        for record_id, values in self._changed.items():
            row = update(self._table.model).where(col(self._table.model.record_id) == record_id)
            self._session.execute(row.values(**values))
        run = self._session.get_one(SyncRun, run_id)
        run.received += self._counts["received"]
        run.refused += self._counts["refused"]
        run.applied += sum(self._counts[kind] for kind in ("inserted", "updated", "cancelled"))
        self._resolve([*self._resolved, *(r.record_id for r in self.refusals if r.record_id)])
        for refusal in self.refusals:
            if refusal.record_id is not None:
                self._session.merge(_refused_row(refusal, self._scope, run_id))

    def add_to(self, total: TableReport) -> TableReport:
        """Return *total* with the counts of this page."""
        sums = {kind: getattr(total, kind) + count for kind, count in self._counts.items()}
        return replace(total, **sums)

    def _read(self, envelope: Envelope, record: Mapping[str, object]) -> None:
        body = records.read_body(self._table, record, self._scope)
        if body.refusals and envelope.cancelled:
            self._counts["unchanged"] += 1  # it was never held, and now never will be
            self._resolved.append(envelope.record_id)
        elif body.refusals:
            self._refuse(body.refusals)
        else:
            kind = "updated" if envelope.record_id in self._held else "inserted"
            self._accept(envelope, "cancelled" if envelope.cancelled else kind, body.values)
            self.decomposed += records.count_decomposed(record)

    def _accept(self, envelope: Envelope, kind: str, values: Mapping[str, object]) -> None:
        """Let a version take effect; without *values*, what the row says stays."""
        record_id = envelope.record_id
        is_new = record_id in self._new or record_id not in self._held
        rows = self._new if is_new else self._changed
        rows.setdefault(record_id, {}).update(values, **asdict(envelope))
        self._held[record_id] = envelope.version
        self._counts[kind] += 1
        self._resolved.append(record_id)

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        self._counts["refused"] += 1
        self.refusals += refusals

    def _resolve(self, record_ids: Sequence[str]) -> None:
        """Close what was refused earlier of these records; what is refused now is open again."""
        self._session.execute(
            update(RefusedRecord)
            .where(
                col(RefusedRecord.upstream_table) == self._table.name,
                col(RefusedRecord.record_id).in_(record_ids),
            )
            .values(resolved=True)
        )


def _held_versions(session: Session, table: TableDialect, page: Sequence[object]) -> dict[str, int]:
    named = [record.get("idbanghi") for record in page if isinstance(record, dict)]
    record_ids = {name for name in named if isinstance(name, str)}
    model = table.model
    held = select(model.record_id, model.version).where(col(model.record_id).in_(record_ids))
    return dict(session.exec(held).all())


def _refused_row(refusal: Refusal, scope: Scope, run_id: int) -> RefusedRecord:
    return RefusedRecord(
        upstream_table=refusal.table,
        record_id=refusal.record_id or "",
        upstream_field=refusal.field,
        version=refusal.version,
        problem=refusal.problem,
        school_code=scope.school_code,
        school_year=scope.school_year,
        class_code=refusal.class_code,
        student_code=refusal.student_code,
        run_id=run_id,
    )
