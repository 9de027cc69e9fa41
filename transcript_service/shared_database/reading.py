"""
How one table is read: all of it or what changed, from the beginning or from where it was cut off.

All that is decided or learned here is written in the transaction of the page that it belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

from transcript_service.database import read_session, write_session
from transcript_service.shared_database import findings
from transcript_service.shared_database.answers import Page
from transcript_service.shared_database.client import Start
from transcript_service.shared_database.dialects import find_dialect
from transcript_service.shared_database.envelope import Refusal, Scope
from transcript_service.shared_database.mirror import SyncRun
from transcript_service.shared_database.page_change import COUNTS, PageChange
from transcript_service.shared_database.record_fields import Shape
from transcript_service.shared_database.sync_log import ReadState, SyncReading, SyncTableRun

FULL_READ_AFTER = timedelta(days=7)
"""A table is read in full again when its last full read is older: only that shows what is gone."""
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_MOST_REMEMBERED = 100_000
_FULL = frozenset({ReadState.FULL, ReadState.WAITING})


class Address(NamedTuple):
    """One shared database: its base URL and the dialect that it speaks."""

    base_url: str
    dialect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOfSync:
    """The run that reads: its number, when it began, and whether it is to read everything."""

    run_id: int
    now: datetime
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a page did: records read so far at its address, and refusals that have no place."""

    records_read: int
    nameless: tuple[Refusal, ...]


class TableReading:
    """
    The reading of one table of a school and year, at one address or more, by one run.

    A full read ends when it has ended at every address: what was held before it began and was
    met nowhere is a finding.

    Args:
        engine: the service's database.
        table: which records.
        scope: school and year.
        run: the run that reads.
        addresses: where it is read.
    """

    def __init__(
        self,
        engine: Engine,
        table: Shape,
        scope: Scope,
        run: RunOfSync,
        addresses: Sequence[Address],
    ) -> None:
        self._engine = engine
        self._table = table
        self._scope = scope
        self._run = run
        self._addresses = addresses
        self._is_full = True
        self._had_all = False
        """Whether an earlier read met all records: then no version may be lower than held."""
        self._as_new: set[str] = set()
        """Records that this run met in a version as great as the one held."""

    def begin(self) -> None:
        """Decide what to read, and note that this run does."""
        oldest = (self._run.now - FULL_READ_AFTER).astimezone(UTC).strftime(_STAMP)
        with write_session(self._engine) as session:
            places = self._places(session)
            self._had_all = all(place.full_read_at is not None for place in places)
            self._is_full = self._run.full or any(
                place.mark is None or place.state in _FULL or (place.full_read_at or "") < oldest
                for place in places
            )
            resumed = {place.base_url for place in places if place.cursor is not None}
            if self._is_full and not all(place.state in _FULL for place in places):
                self._begin_full(session, places)
                resumed = set()
            for place in places:
                if place.state == ReadState.IDLE:
                    _start_over(place, ReadState.SINCE)
                session.add(place)
                session.add(self._row_of_run(place, resumed=place.base_url in resumed))

    def begin_again(self) -> None:
        """Read everything from the beginning: upstream does not know our places any more."""
        with write_session(self._engine) as session:
            self._is_full = True
            self._begin_full(session, self._places(session))
            for address in self._addresses:
                row = self._log(session, address)
                row.kind, row.resumed = ReadState.FULL, False

    def give_up(self) -> None:
        """Forget all places, so that the next run reads everything from the beginning."""
        with write_session(self._engine) as session:
            for place in self._places(session):
                _start_over(place, ReadState.IDLE)
                place.mark = None

    def start(self, address: Address) -> Start | None:
        """Return where to read on at *address*; None where this reading has ended there."""
        with read_session(self._engine) as session:
            place = self._place(session, address)
            if place.state == ReadState.WAITING:
                return None
            if self._is_full:
                return Start(cursor=place.cursor)
            etag = place.etag if place.cursor is None else None
            return Start(cursor=place.cursor, since=place.mark, etag=etag)

    def apply(self, address: Address, page: Page, retries: int) -> Applied:
        """Let *page* take effect, and remember the place after it, in one transaction."""
        with write_session(self._engine) as session:
            named = find_dialect(address.dialect).table(self._table.name)
            change = PageChange(session, named, self._scope, page.records)
            change.write(self._run.run_id)
            if change.met:
                self._note_findings(session, change)
            row = self._log(session, address)
            _count(session.get_one(SyncRun, self._run.run_id), row, change, retries)
            place = self._place(session, address)
            place.records_read += len(page.records)
            place.cursor = page.cursor
            if page.cursor is None:
                row.completed = True
                self._end(session, place, page)
            return Applied(records_read=place.records_read, nameless=change.nameless)

    def nothing_new(self, address: Address) -> None:
        """Note that nothing changed since the mark (304)."""
        with write_session(self._engine) as session:
            _start_over(self._place(session, address), ReadState.IDLE)
            self._log(session, address).completed = True

    def _end(self, session: Session, place: SyncReading, page: Page) -> None:
        """Note that all pages of this address were read; at the last one, what was not met."""
        nothing_new = page.mark == place.mark and not place.records_read
        place.etag = page.etag if nothing_new and not self._is_full else None
        place.mark = page.mark
        if not self._is_full:
            place.state = ReadState.IDLE
            return
        place.state = ReadState.WAITING
        places = self._places(session)
        if any(one.state != ReadState.WAITING for one in places):
            return
        for one in places:
            one.state = ReadState.IDLE
            one.full_read_at = self._run.now.astimezone(UTC).strftime(_STAMP)
        findings.conclude_watch(session, self._table, self._scope, self._run.run_id)

    def _note_findings(self, session: Session, change: PageChange) -> None:
        """Note versions that went back; a copy that comes late, after a newer one, is none."""
        table, scope = self._table, self._scope
        older = change.went_back
        if older and self._is_full:
            older = findings.find_unmet(session, table, scope, older)
        as_new = change.met - change.went_back
        findings.meet(session, table, scope, change.met, as_new=as_new)
        if not self._had_all or len(self._as_new) > _MOST_REMEMBERED:
            return
        if not self._is_full:
            older = older - self._as_new
            self._as_new |= as_new
        findings.note_older_versions(session, table, scope, older, self._run.run_id)

    def _begin_full(self, session: Session, places: Sequence[SyncReading]) -> None:
        for place in places:
            _start_over(place, ReadState.FULL)
        findings.begin_watch(session, self._table, self._scope)

    def _places(self, session: Session) -> list[SyncReading]:
        return [
            session.get(SyncReading, self._key(address)) or self._new_place(address)
            for address in self._addresses
        ]

    def _place(self, session: Session, address: Address) -> SyncReading:
        return session.get_one(SyncReading, self._key(address))

    def _log(self, session: Session, address: Address) -> SyncTableRun:
        return session.get_one(SyncTableRun, (self._run.run_id, self._table.name, address.base_url))

    def _key(self, address: Address) -> tuple[str, ...]:
        scope = self._scope
        return scope.school_code, scope.school_year, self._table.name, *reversed(address)

    def _new_place(self, address: Address) -> SyncReading:
        return SyncReading(
            school_code=self._scope.school_code,
            school_year=self._scope.school_year,
            upstream_table=self._table.name,
            base_url=address.base_url,
            dialect=address.dialect,
        )

    def _row_of_run(self, place: SyncReading, *, resumed: bool) -> SyncTableRun:
        return SyncTableRun(
            run_id=self._run.run_id,
            upstream_table=self._table.name,
            base_url=place.base_url,
            dialect=place.dialect,
            kind=ReadState.FULL if self._is_full else ReadState.SINCE,
            resumed=resumed,
        )


def _start_over(place: SyncReading, state: ReadState) -> None:
    place.state, place.cursor, place.records_read = state, None, 0


def _count(run: SyncRun, row: SyncTableRun, change: PageChange, retries: int) -> None:
    """Add a page to the log."""
    counts = change.counts
    row.pages += 1
    row.retries += retries
    row.decomposed += change.decomposed
    row.greatest_version = max(row.greatest_version, change.greatest_version)
    for kind in COUNTS:
        setattr(row, kind, getattr(row, kind) + counts[kind])
    run.received += counts["received"]
    run.refused += counts["refused"]
    run.applied += sum(counts[kind] for kind in ("inserted", "updated", "cancelled"))
