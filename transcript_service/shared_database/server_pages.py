"""
Pages of records as they go over the wire, in either dialect.

Cursor and place name the history of changes that they belong to, so that one from another
database is recognised. A cursor carries the total of its read, which is counted once.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from sqlalchemy import Engine

from transcript_service.shared_database.access_grants import Grants
from transcript_service.shared_database.dialects import NATIONAL, TABLE_NAMES, Dialect, translation
from transcript_service.shared_database.server_problems import (
    bad_cursor,
    bad_parameter,
    not_in_scope,
    unknown_place,
    unknown_table,
)
from transcript_service.shared_database.upstream_store import (
    PageOf,
    count_records,
    read_history_id,
    read_last_place,
    read_page,
)
from transcript_service.shared_database.upstream_tables import StoredRecord

LARGEST_PAGE = 1000
_PLACE = re.compile(rb"([0-9a-f]{8})\.([0-9]{1,18})(?:\.([0-9]{1,18}))?")

Translate = Callable[[Mapping[str, object]], Mapping[str, object]]


class EnvelopedRecord(BaseModel):
    """A record in its envelope; the fields of its table stand beside these."""

    model_config = ConfigDict(extra="allow")

    idbanghi: str = Described(description="never changes")
    sukien: str = Described(description="NEW, UPDATE or CANCEL")
    phienban: int = Described(description="greater at each change; a lower one is to be ignored")
    thoigiancapnhat: str = Described(description="YYYY-MM-DDTHH:MM:SS, Viet Nam's time")
    ngaycapnhat: str = Described(description="the day of thoigiancapnhat")


class PageOfRecords(BaseModel):
    """One page of a table."""

    bang: str = Described(description="the table")
    tongso: int = Described(description="records of the whole read when it began")
    banghi: list[EnvelopedRecord]
    contro: str | None = Described(description="send it to get the next page; null: the last one")
    moc: str = Described(description="send it as tu to get what changed after this page")


_Text = Annotated[str | None, Described(max_length=200)]


class PageQuery(BaseModel):
    """What a request for a page may say."""

    matruong: _Text = Described(None, description="the school; only `truong` lists without it")
    namhoc: _Text = Described(None, description="the school year, such as 2025-2026")
    contro: _Text = Described(None, description="contro of the page before")
    tu: _Text = Described(None, description="moc of an earlier page: only what changed since")
    gioihan: int = Described(LARGEST_PAGE, ge=1, le=LARGEST_PAGE, description="records at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a history of changes; a cursor also knows the total of its read."""

    history_id: str
    number: int
    total: int | None = None

    def __str__(self) -> str:
        """Write it as an opaque text."""
        total = "" if self.total is None else f".{self.total}"
        written = f"{self.history_id}.{self.number}{total}"
        return base64.urlsafe_b64encode(written.encode()).decode()


class Pages:
    """Reads pages of one open store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._history_id = read_history_id(engine)

    def read(self, table: str, query: PageQuery, dialect: Dialect, grants: Grants) -> bytes:
        """Return a page of *table* as JSON; raise a `Problem`."""
        wanted = self.wanted(table, query, grants)
        after = self.place_of(query)
        found = read_page(self._engine, wanted, after=after.number, limit=query.gioihan)
        total = after.total
        if total is None:
            total = count_records(self._engine, wanted, after=after.number)
        last = found.records[-1].thutu if found.records else after.number
        place = Place(history_id=self._history_id, number=last)
        cursor = Place(history_id=self._history_id, number=last, total=total)
        translate = _translation(table, dialect)
        body = {
            "bang": table,
            "tongso": total,
            "banghi": [_on_the_wire(record, translate) for record in found.records],
            "contro": str(cursor) if found.more else None,
            "moc": str(place),
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def wanted(self, table: str, query: PageQuery, grants: Grants) -> PageOf:
        """Return whose records are asked for; raise a `Problem`."""
        if table not in TABLE_NAMES:
            raise unknown_table()
        if not grants.may_read_group(table):
            raise not_in_scope()
        of_a_year = NATIONAL.table(table).shape.of_a_year
        if of_a_year and query.namhoc is None:
            raise bad_parameter("namhoc")
        if query.matruong is None and table != "truong":
            raise bad_parameter("matruong")
        if query.matruong is not None and not grants.may_read_school(query.matruong):
            raise not_in_scope()
        one_school = frozenset({query.matruong or ""})
        return PageOf(
            table=table,
            schools=grants.readable_schools if query.matruong is None else one_school,
            school_year=query.namhoc if of_a_year else None,
        )

    def place_of(self, query: PageQuery) -> Place:
        """Return after which place to read; raise a `Problem`."""
        if query.contro is not None:
            return self._parse(query.contro)
        number = 0 if query.tu is None else self._parse(query.tu).number
        return Place(history_id=self._history_id, number=number)

    def _parse(self, written: str) -> Place:
        try:
            decoded = base64.b64decode(written.encode(), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise bad_cursor() from error
        found = _PLACE.fullmatch(decoded)
        if found is None:
            raise bad_cursor()
        number = int(found[2])
        if found[1].decode() != self._history_id or number > read_last_place(self._engine):
            raise unknown_place()
        total = None if found[3] is None else int(found[3])
        return Place(history_id=self._history_id, number=number, total=total)


def _translation(table: str, dialect: Dialect) -> Translate:
    if dialect is NATIONAL:
        return lambda fields: fields
    return translation(NATIONAL.table(table), dialect.table(table))


def _on_the_wire(record: StoredRecord, translate: Translate) -> dict[str, object]:
    return {
        "idbanghi": record.idbanghi,
        "sukien": record.sukien,
        "phienban": record.phienban,
        "thoigiancapnhat": record.thoigiancapnhat,
        "ngaycapnhat": record.thoigiancapnhat[:10],
        **translate(json.loads(record.noidung)),
    }
