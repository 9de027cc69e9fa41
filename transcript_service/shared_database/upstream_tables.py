"""The tables in the reference server's own file."""

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class UpstreamTable(SQLModel, registry=registry()):
    """Base with metadata of its own: these tables are not the service's."""


class StoredRecord(UpstreamTable, table=True):
    """A record in its envelope."""

    __tablename__ = "banghi"
    __table_args__ = (Index("ix_banghi_page", "bang", "matruong", "namhoc", "thutu"),)

    bang: str = Field(primary_key=True)
    idbanghi: str = Field(primary_key=True)
    sukien: str
    phienban: int
    thoigiancapnhat: str
    matruong: str
    namhoc: str | None
    """None in tables that are handed out for every school year."""
    mahocsinh: str | None = Field(index=True)
    noidung: str
    """The fields of the record, as a JSON object."""
    thutu: int = Field(index=True, unique=True)
    """Place in the sequence of changes."""


class StoredClient(UpstreamTable, table=True):
    """A registered reader."""

    __tablename__ = "ungdung"

    client_id: str = Field(primary_key=True)
    salt: bytes
    secret_digest: bytes
    scope: str
    """What it may read, see `Grants`."""


class StoredHistory(UpstreamTable, table=True):
    """The one row that tells this file's sequence of changes from any other's."""

    __tablename__ = "lichsu"

    history_id: str = Field(primary_key=True)
