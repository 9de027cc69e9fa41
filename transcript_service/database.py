"""
The service's own database: opening, migrating, sessions.

One SQLite file in WAL mode: workers read while one process writes, and a commit is on disk
when it returns (`synchronous=FULL`), because an intent recorded before an outside effect must
survive a loss of power. A transaction that will write begins IMMEDIATE, so that two writers
wait for each other instead of failing half-way. SQLite's own `BEGIN` is used throughout, so
that schema changes are transactional, too.
"""

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session, SQLModel

from transcript_service.errors import DatabaseError, UsageError
from verifier.messages import _

_MIGRATIONS = Path(__file__).parent / "migrations"
_TABLE_MODULES = (
    "transcript_service.shared_database.mirror_annex",
    "transcript_service.shared_database.sync_log",
    "transcript_service.models",
)
_BUSY_TIMEOUT_S = 30


class NewerSchema(DatabaseError):
    """The database was written by a later release of this program."""


class Busy(DatabaseError):
    """Another process works for the same school."""


class ForeignDatabase(DatabaseError):
    """The file is no database, or not one of ours."""


def open_database(url_or_path: str | Path) -> Engine:
    """
    Open the service's database, creating it or bringing it up to date first.

    Args:
        url_or_path: a path, or `sqlite:///PATH`.

    Raises:
        NewerSchema: it was written by a later release; nothing is changed.
        ForeignDatabase: the file is something else; nothing is changed.
        DatabaseError: it cannot be read or written.
        UsageError: the address names another kind of database.
    """
    path = _sqlite_path(url_or_path)
    engine = _create_engine(path)
    try:
        _upgrade(engine, path)
        with engine.connect().execution_options(sqlite_begin=None) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    except DBAPIError as error:
        engine.dispose()
        raise _translate(error, path) from error
    except DatabaseError:
        engine.dispose()
        raise
    return engine


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """
    Yield a session that holds the write lock; commit at the end, roll back on any error.

    Raises:
        DatabaseError: the file cannot be written (a full disk, a lock held for too long).
    """
    with _session(engine.execution_options(sqlite_begin="IMMEDIATE")) as session:
        yield session


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """
    Yield a session that sees one state of the database and never waits for a writer.

    Raises:
        DatabaseError: the file cannot be read.
    """
    with _session(engine) as session:
        yield session


@contextmanager
def only_process(engine: Engine, work: Literal["issue", "sync"] = "issue") -> Iterator[None]:
    """
    Keep every other process out of such blocks of the same *work* for as long as this one lasts.

    The lock is one of SQLite's on a file beside the database, which ends with its process.

    Raises:
        Busy: another process is in such a block.
    """
    path = f"{engine.url.database}{'.lock' if work == 'issue' else '.sync.lock'}"
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Busy(_busy_with(work).format(path=engine.url.database)) from error
        yield
    finally:
        connection.close()


def _busy_with(work: str) -> str:
    if work == "sync":
        return _(
            "another process is synchronising {path}; wait until it has ended, then run the same"
            " command again"
        )
    return _(
        "another process is issuing or withdrawing with {path}; wait until it has"
        " ended, then run the same command again"
    )


@contextmanager
def database_errors(engine: Engine) -> Iterator[None]:
    """
    Turn what goes wrong in the database into an error for people, without any value in it.

    Raises:
        DatabaseError: the message says which file, what happened and what to do.
    """
    try:
        yield
    except DBAPIError as error:
        raise _translate(error, Path(engine.url.database or "")) from error


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    with database_errors(engine), Session(engine) as session, session.begin():
        yield session


def service_metadata() -> MetaData:
    """Return the metadata of every table of the service."""
    for module in _TABLE_MODULES:
        importlib.import_module(module)
    return SQLModel.metadata


def _sqlite_path(url_or_path: str | Path) -> Path:
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return Path(url_or_path)
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError) as error:
        raise UsageError(_("this is no database address; give a path or sqlite:///PATH")) from error
    if url.drivername != "sqlite" or not url.database:
        raise UsageError(
            _("databases of kind {kind} are not supported; give a path or sqlite:///PATH").format(
                kind=url.drivername
            )
        )
    return Path(url.database)


def _create_engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if mode is not None:
        connection.exec_driver_sql(f"BEGIN {mode}")


def _upgrade(engine: Engine, path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return
        _check_is_ours(connection, current, scripts, path)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _check_is_ours(
    connection: Connection, current: str | None, scripts: ScriptDirectory, path: Path
) -> None:
    if current is None and inspect(connection).get_table_names():
        raise ForeignDatabase(
            _("{path}: this database belongs to another program; name another file").format(
                path=path
            )
        )
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise NewerSchema(
            _(
                "{path}: the database has schema {schema}, which this release does not know;"
                " install the release that wrote it, or a later one"
            ).format(path=path, schema=current)
        )


def _translate(error: DBAPIError, path: Path) -> DatabaseError:
    """Say what stopped SQLite, by the name of its error: its own texts are for programmers."""
    name = str(getattr(error.orig, "sqlite_errorname", "SQLITE_ERROR"))
    if name == "SQLITE_NOTADB":
        return ForeignDatabase(
            _("{path}: this file is not a database; name another file").format(path=path)
        )
    said = next((text for begin, text in _problems().items() if name.startswith(begin)), None)
    if said is None:
        said = _("the database cannot be used; check folder, permissions and free space")
    return DatabaseError(f"{path}: {said} ({name})")


def _problems() -> dict[str, str]:
    """Return what people can do, by the beginning of the error's name."""
    return {
        "SQLITE_BUSY": _("another program is using the database; wait, then run it again"),
        "SQLITE_LOCKED": _("another program is using the database; wait, then run it again"),
        "SQLITE_READONLY": _(
            "the database cannot be written; give access to the file and its folder, then run it"
            " again"
        ),
        "SQLITE_CORRUPT": _(
            "the database is damaged; keep the file, put the newest backup in its place, then run"
            " it again"
        ),
        "SQLITE_FULL": _("the disk is full; make room, then run it again"),
    }
