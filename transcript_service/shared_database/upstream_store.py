"""
What the reference server keeps: records in their envelope, in its own SQLite file.

Each record has a place in the sequence of changes, and takes a new one when it changes, so
that a reader who pages through a table while it changes misses nothing. The store does not
judge contents: what schools entered is handed out as it was entered.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, inspect
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from transcript_service.errors import UpstreamError
from transcript_service.shared_database.access_grants import Grants
from transcript_service.shared_database.record_shapes import TABLES_OF_EVERY_YEAR
from transcript_service.shared_database.upstream_engine import make_engine, writing
from transcript_service.shared_database.upstream_tables import (
    StoredClient,
    StoredHistory,
    StoredRecord,
    UpstreamTable,
)
from verifier.messages import _
from verifier.printing import VIET_NAM

_BATCH = 5_000
"""Records written by one statement: the memory that a school of any size takes."""


_INSERT = insert(StoredRecord)
_PUT = _INSERT.on_conflict_do_update(
    set_={name: _INSERT.excluded[name] for name in StoredRecord.model_fields}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRecord:
    """A record before it is stored; `fields` holds everything but the envelope."""

    table: str
    record_id: str
    fields: Mapping[str, Any]
    event: str = "NEW"
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Whose records of a table are wanted."""

    table: str
    schools: frozenset[str] | None
    """None: those of all schools."""
    school_year: str | None
    """None in a table that is handed out for every school year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """Some records of a table, and whether there are more."""

    records: tuple[StoredRecord, ...]
    more: bool


def open_store(path: Path, *, create: bool = False) -> Engine:
    """
    Open the server's file.

    Raises:
        UpstreamError: it is missing (without *create*), or no database.
    """
    if not create and not path.is_file():
        raise UpstreamError(
            _("{path}: there is no such shared database; make one with `hocba sample`").format(
                path=path
            )
        )
    engine = make_engine(path)
    try:
        if create:
            UpstreamTable.metadata.create_all(engine)
            _begin_history(engine)
        else:
            _check_is_ours(engine, path)
    except UpstreamError:
        engine.dispose()
        raise
    except DBAPIError as error:
        engine.dispose()
        if create:
            raise UpstreamError(
                _("{path} cannot be written; give access to its folder, or name another").format(
                    path=path
                )
            ) from error
        raise UpstreamError(
            _("{path}: this is not a shared database's file: {cause}").format(
                path=path, cause=error.orig
            )
        ) from error
    return engine


def _check_is_ours(engine: Engine, path: Path) -> None:
    missing = set(UpstreamTable.metadata.tables) - set(inspect(engine).get_table_names())
    if missing:
        raise UpstreamError(
            _("{path}: this is no shared database; make one with `hocba sample`").format(path=path)
        )


def put_records(engine: Engine, records: Iterable[UpstreamRecord], *, changed_at: datetime) -> None:
    """
    Write *records*, replacing those of the same table and id, in one transaction.

    *changed_at* is aware; it is kept as local time of Viet Nam, as the sector's schema has it.
    """
    moment = changed_at.astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M:%S")
    waiting = iter(records)
    with writing(engine) as session:
        place = _last_place(session)
        while batch := list(islice(waiting, _BATCH)):
            rows = [_stored(record, moment, place + n) for n, record in enumerate(batch, 1)]
            session.connection().execute(_PUT, rows)
            place += len(rows)


def read_records(
    engine: Engine, table: str, *, student_code: str | None = None
) -> list[UpstreamRecord]:
    """Return the records of *table* that are not cancelled, in the order of change."""
    query = select(StoredRecord).where(StoredRecord.bang == table, StoredRecord.sukien != "CANCEL")
    if student_code is not None:
        query = query.where(StoredRecord.mahocsinh == student_code)
    with Session(engine) as session:
        rows = session.exec(query.order_by(col(StoredRecord.thutu))).all()
    return [
        UpstreamRecord(
            table=row.bang,
            record_id=row.idbanghi,
            fields=json.loads(row.noidung),
            event=row.sukien,
            version=row.phienban,
        )
        for row in rows
    ]


def read_page(engine: Engine, wanted: PageOf, *, after: int, limit: int) -> StoredPage:
    """Return up to *limit* records of *wanted* that stand after place *after*."""
    query = select(StoredRecord).where(*_of(wanted), StoredRecord.thutu > after)
    with Session(engine) as session:
        rows = session.exec(query.order_by(col(StoredRecord.thutu)).limit(limit + 1)).all()
    return StoredPage(records=tuple(rows[:limit]), more=len(rows) > limit)


def count_records(engine: Engine, wanted: PageOf, *, after: int) -> int:
    """Count the records of *wanted* that stand after place *after*."""
    query = select(func.count()).select_from(StoredRecord)
    with Session(engine) as session:
        return session.exec(query.where(*_of(wanted), StoredRecord.thutu > after)).one()


def read_history_id(engine: Engine) -> str:
    """Return what tells this file's sequence of changes from any other's."""
    with Session(engine) as session:
        return session.exec(select(StoredHistory.history_id)).one()


def read_last_place(engine: Engine) -> int:
    """Return the place of the newest change; 0 where there is none."""
    with Session(engine) as session:
        return _last_place(session)


def write_again(engine: Engine, wanted: PageOf, *, up_to: int, number: int) -> None:
    """Let *number* records at most, the last ones up to place *up_to*, take their next version."""
    query = select(StoredRecord).where(*_of(wanted), StoredRecord.thutu <= up_to)
    with writing(engine) as session:
        place = _last_place(session)
        rows = session.exec(query.order_by(col(StoredRecord.thutu).desc()).limit(number)).all()
        for row in reversed(rows):
            place += 1
            row.thutu = place
            row.phienban += 1
            row.sukien = "CANCEL" if row.sukien == "CANCEL" else "UPDATE"


def register_client(
    engine: Engine, *, client_id: str, client_secret: str, scope: str, salt: bytes
) -> None:
    """
    Let *client_id* read what *scope* says (see `Grants.parse`).

    Only a salted digest of the secret is kept.
    """
    grants = Grants.parse(scope)
    with writing(engine) as session:
        session.merge(
            StoredClient(
                client_id=client_id,
                salt=salt,
                secret_digest=_secret_digest(client_secret, salt),
                scope=str(grants),
            )
        )


def find_client(engine: Engine, client_id: str, client_secret: str) -> Grants | None:
    """Return what the client may read, or None if it is not known."""
    with Session(engine) as session:
        client = session.get(StoredClient, client_id)
    if client is None:
        return None
    digest = _secret_digest(client_secret, client.salt)
    known = hmac.compare_digest(digest, client.secret_digest)
    return Grants.parse(client.scope) if known else None


def _secret_digest(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)


def _stored(record: UpstreamRecord, moment: str, place: int) -> dict[str, object]:
    of_a_year = record.table not in TABLES_OF_EVERY_YEAR
    return {
        "bang": record.table,
        "idbanghi": record.record_id,
        "sukien": record.event,
        "phienban": record.version,
        "thoigiancapnhat": moment,
        "matruong": record.fields["matruong"],
        "namhoc": record.fields["namhoc"] if of_a_year else None,
        "mahocsinh": record.fields.get("mahocsinh"),
        "noidung": json.dumps(dict(record.fields), ensure_ascii=False),
        "thutu": place,
    }


def _of(wanted: PageOf) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions; with one school they are a range of the index `ix_banghi_page`."""
    yield col(StoredRecord.bang) == wanted.table
    if wanted.schools is not None and len(wanted.schools) == 1:
        yield col(StoredRecord.matruong) == min(wanted.schools)
    elif wanted.schools is not None:
        yield col(StoredRecord.matruong).in_(wanted.schools)
    yield col(StoredRecord.namhoc).is_(wanted.school_year)


def _last_place(session: Session) -> int:
    return session.exec(select(func.max(StoredRecord.thutu))).one() or 0


def _begin_history(engine: Engine) -> None:
    with writing(engine) as session:
        if session.exec(select(StoredHistory)).first() is None:
            session.add(StoredHistory(history_id=secrets.token_hex(4)))


def next_version(record: UpstreamRecord, fields: Mapping[str, Any]) -> UpstreamRecord:
    """Return *record* changed upstream: other fields, event UPDATE, the next version."""
    return UpstreamRecord(
        table=record.table,
        record_id=record.record_id,
        fields=fields,
        event="UPDATE",
        version=record.version + 1,
    )
