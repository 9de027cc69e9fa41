"""
Connections to the reference server's own file.

Reading begins a transaction that waits for nobody; writing takes the lock at once, so that the
places in the sequence of changes are given in the order of the commits.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlmodel import Session

_BUSY_TIMEOUT_S = 30


def make_engine(path: Path) -> Engine:
    """Return an engine for the file at *path*, which nothing has looked at yet."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": _BUSY_TIMEOUT_S},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _own_transactions)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session that holds the write lock; commit at the end, roll back on any error."""
    writer = engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(writer) as session, session.begin():
        yield session


def _own_transactions(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
