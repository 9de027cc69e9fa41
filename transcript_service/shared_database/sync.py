"""
Bring the service's mirror up to date with the shared database.

A record is taken only when its version is greater than the one held; a CANCEL marks the row and
never deletes. A record that does not pass the door is refused and named, what was good stays,
and the pupil it belongs to cannot be issued until a good version arrives. Each page is one
transaction: its accepted records, its refusals, the run's counts and the place to go on from,
or nothing; so the next run goes on where one was cut off.

What changed since the last complete read is asked for; from time to time all of it, because
only that shows records that are gone without having been cancelled.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Engine

from transcript_service.database import only_process, write_session
from transcript_service.errors import DatabaseError, ServiceError
from transcript_service.shared_database.client import UpstreamAccess, UpstreamClient
from transcript_service.shared_database.dialects import find_dialect
from transcript_service.shared_database.envelope import Refusal, Scope
from transcript_service.shared_database.mirror import SyncRun
from transcript_service.shared_database.reading import Address, RunOfSync, TableReading
from transcript_service.shared_database.record_fields import Shape
from transcript_service.shared_database.record_shapes import SHAPES
from transcript_service.shared_database.retrying import Waiting
from transcript_service.shared_database.sync_report import MOST_LISTED, SyncReport, make_report
from transcript_service.shared_database.trouble import EndlessPages, PlaceRefused

Progress = Callable[[str, int, int], None]
"""Called after each page with the table upstream, records read so far, records in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """How to read; usually as it stands here."""

    full: bool = False
    """Read all records, not only those that changed."""
    others: tuple[UpstreamAccess, ...] = ()
    """Further addresses: the shared databases of the school's other levels."""
    waiting: Waiting = field(default_factory=Waiting)


def sync(
    engine: Engine,
    access: UpstreamAccess,
    *,
    school_code: str,
    school_year: str,
    now: datetime,
    progress: Progress | None = None,
    options: SyncOptions | None = None,
) -> SyncReport:
    """
    Read what is new of a school and year, and take what is newer.

    *now* is when the run starts and stands in the log; *progress* is called after each page.

    Raises:
        UpstreamError: the shared database cannot be read; what earlier pages brought stays, and
            a repeated run goes on from there.
        Busy: another process is synchronising.
        UsageError: an address or a dialect that cannot be used.
    """
    options = options or SyncOptions()
    scope = Scope(school_code=school_code, school_year=school_year)
    with ExitStack() as stack:
        clients = {
            Address(one.base_url, one.dialect): stack.enter_context(
                UpstreamClient(
                    one, prefix=find_dialect(one.dialect).prefix, waiting=options.waiting
                )
            )
            for one in (access, *options.others)
        }
        stack.enter_context(only_process(engine, work="sync"))
        run_id = _begin_run(engine, scope, access.base_url, now)
        run = RunOfSync(run_id=run_id, now=now, full=options.full)
        reader = _Reader(engine, scope, run, clients, progress)
        try:
            for table in SHAPES:
                reader.read_table(table)
        except ServiceError:
            with suppress(DatabaseError):  # the first error is the one to tell
                _end_run(engine, run_id, "FAILED")
            raise
        _end_run(engine, run_id, "COMPLETED")
        return make_report(engine, scope, run_id, reader.nameless)


def _begin_run(engine: Engine, scope: Scope, base_url: str, now: datetime) -> int:
    with write_session(engine) as session:
        row = SyncRun(
            started_at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            base_url=base_url,
            school_code=scope.school_code,
            school_year=scope.school_year,
            outcome="RUNNING",
        )
        session.add(row)
        session.flush()
        return cast("int", row.run_id)  # the flush gave it


def _end_run(engine: Engine, run_id: int, outcome: str) -> None:
    with write_session(engine) as session:
        session.get_one(SyncRun, run_id).outcome = outcome


class _Reader:
    """Reads the tables one after the other, at each address."""

    def __init__(
        self,
        engine: Engine,
        scope: Scope,
        run: RunOfSync,
        clients: Mapping[Address, UpstreamClient],
        progress: Progress | None,
    ) -> None:
        self._engine = engine
        self._scope = scope
        self._run = run
        self._clients = clients
        self._progress = progress
        self.nameless: list[Refusal] = []

    def read_table(self, table: Shape) -> None:
        """Read a table; from its beginning where upstream does not know our place any more."""
        reading = TableReading(self._engine, table, self._scope, self._run, tuple(self._clients))
        reading.begin()
        try:
            self._read(reading, table.name)
        except PlaceRefused:
            reading.begin_again()
            self._read(reading, table.name)

    def _read(self, reading: TableReading, table: str) -> None:
        done = 0
        try:
            for address in self._clients:
                done += self._read_at(reading, address, table, done)
        except EndlessPages:
            reading.give_up()
            raise

    def _read_at(self, reading: TableReading, address: Address, table: str, done: int) -> int:
        """Read a table at one address; return how many records it gave, *done* ones came before."""
        start = reading.start(address)
        if start is None:
            return 0
        client, read = self._clients[address], 0
        retries, page = client.retries, None
        pages = client.pages(
            table,
            school_code=self._scope.school_code,
            school_year=self._scope.school_year,
            start=start,
        )
        for page in pages:
            applied = reading.apply(address, page, client.retries - retries)
            retries, read = client.retries, applied.records_read
            self.nameless += applied.nameless[: MOST_LISTED - len(self.nameless)]
            if self._progress is not None:
                total = max(page.total, read)
                self._progress(table, done + read, done + total)
        if page is None:
            reading.nothing_new(address)
        return read
