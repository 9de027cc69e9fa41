"""
What the reference server keeps: records in their envelope, in its own SQLite file.

Each record has a place in the sequence of changes, and takes a new one when it changes, so
that a reader who pages through a table while it changes misses nothing. The store does not
judge contents: what schools entered is handed out as it was entered.
"""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, inspect
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from transcript_service.errors import UpstreamError
from verifier.messages import _

VIET_NAM = timezone(timedelta(hours=7))
_TABLES_OF_ALL_YEARS = ("truong", "nhansu", "hocsinh", "quatrinhhoctap")
"""Handed out for every school year."""


class _UpstreamTable(SQLModel, registry=registry()):
    """Base with metadata of its own: these tables are not the service's."""


class StoredRecord(_UpstreamTable, table=True):
    """A record in its envelope; field names as the shared database has them."""

    __tablename__ = "banghi"

    bang: str = Field(primary_key=True)
    idbanghi: str = Field(primary_key=True)
    sukien: str
    phienban: int
    thoigiancapnhat: str
    matruong: str = Field(index=True)
    namhoc: str | None
    mahocsinh: str | None = Field(index=True)
    noidung: str
    """The fields of the record, as a JSON object."""
    thutu: int = Field(index=True, unique=True)
    """Place in the sequence of changes."""


class StoredClient(_UpstreamTable, table=True):
    """A registered reader, allowed to read one school."""

    __tablename__ = "ungdung"

    client_id: str = Field(primary_key=True)
    salt: bytes
    secret_digest: bytes
    matruong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRecord:
    """A record before it is stored; `fields` holds everything but the envelope."""

    table: str
    record_id: str
    fields: Mapping[str, Any]
    event: str = "NEW"
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """Some records of a table, and where to go on."""

    records: tuple[StoredRecord, ...]
    next_place: int | None
    total: int


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
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    event.listen(engine, "connect", _own_transactions)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        if create:
            _UpstreamTable.metadata.create_all(engine)
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
    missing = set(_UpstreamTable.metadata.tables) - set(inspect(engine).get_table_names())
    if missing:
        raise UpstreamError(
            _("{path}: this is no shared database; make one with `hocba sample`").format(path=path)
        )


def put_records(engine: Engine, records: Iterable[UpstreamRecord], *, changed_at: datetime) -> None:
    """
    Write *records*, replacing those of the same table and id, in one transaction.

    *changed_at* is aware; it is kept as local time of Viet Nam, as the sector's schema has it.
    """
    with Session(engine) as session, session.begin():
        last_place = session.exec(select(func.max(StoredRecord.thutu))).one() or 0
        rows = [
            _stored(record, changed_at, place)
            for place, record in enumerate(records, start=last_place + 1)
        ]
        put = insert(StoredRecord)
        changes = {name: put.excluded[name] for name in StoredRecord.model_fields}
        session.execute(put.on_conflict_do_update(set_=changes), rows)


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


def read_page(
    engine: Engine, table: str, *, school_code: str, school_year: str, after: int, limit: int
) -> StoredPage:
    """Return up to *limit* records of a school and year that stand after place *after*."""
    wanted = (
        StoredRecord.bang == table,
        StoredRecord.matruong == school_code,
        col(StoredRecord.namhoc).is_(None) | (col(StoredRecord.namhoc) == school_year),
    )
    with Session(engine) as session:
        total = session.exec(select(func.count()).select_from(StoredRecord).where(*wanted)).one()
        rows = session.exec(
            select(StoredRecord)
            .where(*wanted, StoredRecord.thutu > after)
            .order_by(col(StoredRecord.thutu))
            .limit(limit + 1)
        ).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return StoredPage(records=tuple(rows), next_place=rows[-1].thutu if more else None, total=total)


def register_client(
    engine: Engine, *, client_id: str, client_secret: str, school_code: str, salt: bytes
) -> None:
    """Let *client_id* read one school; only a salted digest of the secret is kept."""
    with Session(engine) as session, session.begin():
        session.merge(
            StoredClient(
                client_id=client_id,
                salt=salt,
                secret_digest=_secret_digest(client_secret, salt),
                matruong=school_code,
            )
        )


def find_client(engine: Engine, client_id: str, client_secret: str) -> str | None:
    """Return the school code that the client may read, or None if it is not known."""
    with Session(engine) as session:
        client = session.get(StoredClient, client_id)
    if client is None:
        return None
    digest = _secret_digest(client_secret, client.salt)
    return client.matruong if hmac.compare_digest(digest, client.secret_digest) else None


def _secret_digest(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)


def _stored(record: UpstreamRecord, changed_at: datetime, place: int) -> dict[str, object]:
    of_a_year = record.table not in _TABLES_OF_ALL_YEARS
    return {
        "bang": record.table,
        "idbanghi": record.record_id,
        "sukien": record.event,
        "phienban": record.version,
        "thoigiancapnhat": changed_at.astimezone(VIET_NAM).strftime("%Y-%m-%dT%H:%M:%S"),
        "matruong": record.fields["matruong"],
        "namhoc": record.fields["namhoc"] if of_a_year else None,
        "mahocsinh": record.fields.get("mahocsinh"),
        "noidung": json.dumps(dict(record.fields), ensure_ascii=False),
        "thutu": place,
    }


def _own_transactions(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


def next_version(record: UpstreamRecord, fields: Mapping[str, Any]) -> UpstreamRecord:
    """Return *record* changed upstream: other fields, event UPDATE, the next version."""
    return UpstreamRecord(
        table=record.table,
        record_id=record.record_id,
        fields=fields,
        event="UPDATE",
        version=record.version + 1,
    )
