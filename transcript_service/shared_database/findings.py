"""
Records held here that the shared database no longer gives, or gives in an older version.

Neither changes the mirror: nothing is deleted because it was not seen, and no version goes back.
A finding stands until the record comes again, in the version held or a newer one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, delete, func, literal, null, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, SQLModel, col

from transcript_service.shared_database.envelope import Scope
from transcript_service.shared_database.record_fields import Shape
from transcript_service.shared_database.sync_log import SyncFinding, SyncUnseen
from verifier.messages import _

_MOST_GROUPS = 1000


class FindingKind(StrEnum):
    """What is the matter with a record."""

    NOT_SEEN = "NOT_SEEN"
    """Held here; a reading of all records did not meet it, and it was never cancelled."""
    VERSION_WENT_BACK = "VERSION_WENT_BACK"
    """It came in a version lower than the one held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Findings of one kind in one table, of one class where the table has classes."""

    kind: FindingKind
    table: str
    class_code: str | None
    count: int
    record_id: str
    """The first of them."""
    field: str

    @property
    def problem(self) -> str:
        """Say for people what is the matter."""
        if self.kind is FindingKind.NOT_SEEN:
            return _("no longer in the shared database, and not cancelled there")
        return _("the version is lower than the one held; the one held stays")


def begin_watch(session: Session, table: Shape, scope: Scope) -> None:
    """Note all records that a reading of the whole table must meet."""
    end_watch(session, table, scope)
    held = _mirror(table).c
    session.execute(
        insert(SyncUnseen).from_select(
            list(SyncUnseen.model_fields),
            select(*_place(table, scope), held.record_id).where(
                held.cancelled.is_(False), *_in_scope(table, scope)
            ),
        )
    )


def find_unmet(
    session: Session, table: Shape, scope: Scope, record_ids: Collection[str]
) -> set[str]:
    """Return those of *record_ids* that were held, and that this reading has not met yet."""
    query = select(col(SyncUnseen.record_id)).where(
        *_rows(SyncUnseen, table, scope), col(SyncUnseen.record_id).in_(record_ids)
    )
    return set(session.execute(query).scalars())


def meet(
    session: Session,
    table: Shape,
    scope: Scope,
    met: Collection[str],
    *,
    as_new: Collection[str],
) -> None:
    """Note that the records *met* are there upstream, *as_new* in the version held or a newer."""
    unseen, found = SyncUnseen, SyncFinding
    session.execute(
        delete(unseen).where(*_rows(unseen, table, scope), col(unseen.record_id).in_(met))
    )
    for kind, record_ids in (
        (FindingKind.NOT_SEEN, met),
        (FindingKind.VERSION_WENT_BACK, as_new),
    ):
        settled = (col(found.kind) == kind.value, col(found.record_id).in_(record_ids))
        session.execute(delete(found).where(*_rows(found, table, scope), *settled))


def note_older_versions(
    session: Session, table: Shape, scope: Scope, record_ids: Collection[str], run_id: int
) -> None:
    """Note that *record_ids* came in a version lower than the one held."""
    if record_ids:
        finding = (FindingKind.VERSION_WENT_BACK, "phienban", run_id)
        _note(session, table, scope, finding, _mirror(table).c.record_id.in_(record_ids))


def conclude_watch(session: Session, table: Shape, scope: Scope, run_id: int) -> None:
    """Note the records that the reading of the whole table did not meet."""
    unmet = select(col(SyncUnseen.record_id)).where(*_rows(SyncUnseen, table, scope))
    finding = (FindingKind.NOT_SEEN, "idbanghi", run_id)
    _note(session, table, scope, finding, _mirror(table).c.record_id.in_(unmet))
    end_watch(session, table, scope)


def end_watch(session: Session, table: Shape, scope: Scope) -> None:
    """Forget which records a reading still had to meet."""
    session.execute(delete(SyncUnseen).where(*_rows(SyncUnseen, table, scope)))


def open_findings(session: Session, scope: Scope) -> tuple[FindingGroup, ...]:
    """Return what stands open for a school and year, class by class; 1,000 groups at most."""
    key = (
        col(SyncFinding.kind),
        col(SyncFinding.upstream_table),
        col(SyncFinding.class_code),
        col(SyncFinding.upstream_field),
    )
    found = session.execute(
        select(*key, func.count(), func.min(SyncFinding.record_id))
        .where(
            col(SyncFinding.school_code) == scope.school_code,
            col(SyncFinding.school_year) == scope.school_year,
        )
        .group_by(*key)
        .order_by(*key)
        .limit(_MOST_GROUPS)
    )
    return tuple(
        FindingGroup(
            kind=FindingKind(kind),
            table=table,
            class_code=class_code,
            field=field,
            count=count,
            record_id=record_id,
        )
        for kind, table, class_code, field, count, record_id in found
    )


def _note(
    session: Session,
    table: Shape,
    scope: Scope,
    finding: tuple[FindingKind, str, int],
    which: ColumnElement[bool],
) -> None:
    """Write *finding* (kind, field upstream, run) for *which* of the table's records."""
    kind, field, run_id = finding
    held = _mirror(table).c
    found = select(
        *_place(table, scope),
        held.record_id,
        literal(kind.value),
        literal(field),
        held.get("class_code", null()),
        held.get("student_code", null()),
        literal(run_id),
    ).where(which)
    put = insert(SyncFinding).from_select(list(SyncFinding.model_fields), found)
    session.execute(put.on_conflict_do_nothing())


def _place(table: Shape, scope: Scope) -> tuple[ColumnElement[str], ...]:
    return literal(scope.school_code), literal(scope.school_year), literal(table.name)


def _rows(
    kept: type[SyncUnseen] | type[SyncFinding], table: Shape, scope: Scope
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(kept.school_code) == scope.school_code,
        col(kept.school_year) == scope.school_year,
        col(kept.upstream_table) == table.name,
    )


def _in_scope(table: Shape, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Return which of the mirror's records a reading must meet."""
    held = _mirror(table).c
    of_school = held.school_code == scope.school_code
    if not table.of_a_year:
        return (of_school,)
    return (of_school, held.school_year == scope.school_year)


def _mirror(table: Shape) -> Table:
    return SQLModel.metadata.tables[str(table.model.__tablename__)]
