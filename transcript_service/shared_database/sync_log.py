"""
What the service remembers of its reading of the shared database.

Where each table is to be read on, what each run brought, which records were held but are no
longer there upstream. All of it is written in the transaction of the page that it speaks of.
"""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class ReadState(StrEnum):
    """What is going on with a table at one address."""

    IDLE = "IDLE"
    FULL = "FULL"
    """All records are being read."""
    WAITING = "WAITING"
    """All were read here, but not yet at another address of the same school."""
    SINCE = "SINCE"
    """What changed since the mark is being read."""


class SyncReading(SQLModel, table=True):
    """Where the reading of one table of a school and year stands, at one address."""

    __tablename__ = "sync_reading"

    school_code: str = Field(primary_key=True)
    school_year: str = Field(primary_key=True)
    upstream_table: str = Field(primary_key=True)
    dialect: str = Field(primary_key=True)
    base_url: str = Field(primary_key=True)
    state: str = ReadState.IDLE
    cursor: str | None = None
    """The next page of the read under way; None: the first one."""
    mark: str | None = None
    """`moc` where the last complete read ended; None: read in full."""
    etag: str | None = None
    """Of the answer that nothing changed since `mark`."""
    records_read: int = 0
    """By the read under way, over all the runs that it took."""
    full_read_at: str | None = None
    """When the last complete reading of all records ended, UTC; None: never."""


class SyncTableRun(SQLModel, table=True):
    """What one run of `sync` brought of one table from one address."""

    __tablename__ = "sync_table_run"

    run_id: int = Field(primary_key=True)
    upstream_table: str = Field(primary_key=True)
    base_url: str = Field(primary_key=True)
    dialect: str
    kind: str
    """`FULL` or `SINCE`."""
    resumed: bool
    """Whether it went on where an earlier run was cut off."""
    completed: bool = False
    pages: int = 0
    received: int = 0
    inserted: int = 0
    updated: int = 0
    cancelled: int = 0
    unchanged: int = 0
    refused: int = 0
    greatest_version: int = 0
    """Among the records that passed the door; 0 where none did."""
    decomposed: int = 0
    """Texts that upstream does not keep in NFC, in records that were applied."""
    retries: int = 0


class SyncUnseen(SQLModel, table=True):
    """A record that was held when a full read began, and that it has not met yet."""

    __tablename__ = "sync_unseen"

    school_code: str = Field(primary_key=True)
    school_year: str = Field(primary_key=True)
    upstream_table: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)


class SyncFinding(SQLModel, table=True):
    """Something about a record that the shared database has to explain; it stands until then."""

    __tablename__ = "sync_finding"

    school_code: str = Field(primary_key=True)
    school_year: str = Field(primary_key=True)
    upstream_table: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    """`NOT_SEEN` or `VERSION_WENT_BACK`, see `findings`."""
    upstream_field: str
    class_code: str | None
    student_code: str | None = Field(index=True)
    run_id: int
