"""
The one SQLite file of an embedded chain: blocks, transactions, logs and the machine's nodes.

One block is one commit, with a rollback journal and a forced write, so that a writer that is killed
leaves either the whole block or none of it. Readers never write: where a killed writer left a
journal that must be rolled back first, they do so in a temporary copy.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from transcript_service.errors import ChainError
from verifier.errors import NodeUnreachable
from verifier.messages import _
from verifier.system_words import why

FORMAT = "hocba/embedded-chain/1"
# Written into the header of the file (PRAGMA application_id): "HBEC".
APPLICATION_ID = 0x48424543
BUSY_TIMEOUT_S = 20.0

_ATTEMPTS = 50
_FIRST_LOOK = "SELECT count(*) FROM sqlite_master"
_JOURNAL_TO_ROLL_BACK = frozenset(
    {sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
)

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE node (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE block (number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE tx (
    hash BLOB PRIMARY KEY, block_number INTEGER NOT NULL UNIQUE, body TEXT NOT NULL,
    receipt TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE log (
    block_number INTEGER NOT NULL, log_index INTEGER NOT NULL, address BLOB NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (block_number, log_index)
) WITHOUT ROWID;
CREATE INDEX log_by_address ON log (address, block_number);
"""


class ChainUnavailable(NodeUnreachable, ChainError):
    """The chain's file cannot be used: for a verifier, evidence that is missing."""


class ChainFile:
    """
    An open chain file.

    Args:
        path: the file.
        read_only: open it as a reader; the file is never touched.
        create: as a writer, let a file that is absent or empty pass; `is_new` then says so.

    Raises:
        ChainUnavailable: no file, not a chain, an unknown format, no access.
    """

    def __init__(self, path: Path, *, read_only: bool = False, create: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        if not create and not path.is_file():
            raise ChainUnavailable(
                _("there is no chain at {path}: give the path of an existing one").format(path=path)
            )
        with self._translated():
            self.connection = self._open_reader() if read_only else self._open_writer()
            self.is_new = self._is_empty()
            if self.is_new and not create:
                raise ChainUnavailable(
                    _("{path} is empty: no chain was ever made in it").format(path=path)
                )
            if not self.is_new:
                self._check_format()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give one consistent view of the file for as long as the block lasts."""
        with self._translated():
            if self.connection.in_transaction:
                yield self.connection
                return
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self._roll_back()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Commit all that is written in the block, or nothing."""
        if self.read_only:
            raise ChainUnavailable(
                _("{path} was opened for reading only: nothing was sent").format(path=self.path)
            )
        with self._translated():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            finally:
                self._roll_back()

    def make_tables(self, chain_id: int) -> None:
        """Make the tables, within `writing`."""
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                self.connection.execute(statement)
        self.connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", (("format", FORMAT), ("chain_id", str(chain_id)))
        )
        self.connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def add_nodes(self, nodes: Mapping[bytes, bytes]) -> None:
        """Add what the machine made for a block, within `writing`."""
        self.connection.executemany("INSERT OR REPLACE INTO node VALUES (?, ?)", nodes.items())

    def is_still_empty(self) -> bool:
        """Tell, within `writing`, whether another process has not made the chain meanwhile."""
        return self._is_empty()

    def chain_id(self) -> int:
        """Return the chain ID that the file was made with."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'chain_id'").fetchone()
        return int(row[0])

    def _roll_back(self) -> None:
        """End a transaction that was not committed; after a full disk SQLite has done so itself."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _connect(self, path: Path, mode: str) -> sqlite3.Connection:
        """Open without reading: the first statement meets what is wrong with the file."""
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_S,
            check_same_thread=False,
        )

    def _open_writer(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connect(self.path, "rwc")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _open_reader(self) -> sqlite3.Connection:
        """
        Open without writing; a journal that must be rolled back is rolled back in a copy.

        A writer may come between and recover the file itself: then it is opened anew.
        """
        for _attempt in range(_ATTEMPTS):
            connection = self._connect(self.path, "ro")
            try:
                connection.execute(_FIRST_LOOK).fetchone()
            except sqlite3.OperationalError as error:
                connection.close()
                if error.sqlite_errorcode not in _JOURNAL_TO_ROLL_BACK:
                    raise
                copied = self._open_copy()
                if copied is not None:
                    return copied
            else:
                return connection
        raise ChainUnavailable(
            _("{path} changes faster than it can be read; try again").format(path=self.path)
        )

    def _open_copy(self) -> sqlite3.Connection | None:
        """
        Copy the file with its journal and let SQLite recover the copy; None when they changed.

        The copy's names are gone again before anything is read: the system keeps the open file.
        """
        journal = Path(f"{self.path}-journal")
        with tempfile.TemporaryDirectory(prefix="hocba-chain-") as directory:
            copy = Path(directory) / "chain.sqlite3"
            before = (_stamp(self.path), _stamp(journal))
            try:
                shutil.copyfile(self.path, copy)
                shutil.copyfile(journal, f"{copy}-journal")
            except FileNotFoundError:
                return None
            if before != (_stamp(self.path), _stamp(journal)):
                return None
            connection = self._connect(copy, "rw")
            connection.execute(_FIRST_LOOK).fetchone()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _is_empty(self) -> bool:
        row = self.connection.execute(_FIRST_LOOK).fetchone()
        return bool(row[0] == 0)

    def _check_format(self) -> None:
        application = self.connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID:
            raise ChainUnavailable(
                _("{path} is a database, but not an embedded chain").format(path=self.path)
            )
        row = self.connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        if row is None or row[0] != FORMAT:
            raise ChainUnavailable(
                _("{path} has the format {found}; this version reads {expected}").format(
                    path=self.path, found=row and row[0], expected=FORMAT
                )
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what SQLite and the system raise into one error that says what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise ChainUnavailable(
                _("cannot use the chain at {path}: {problem}").format(
                    path=self.path, problem=_problem(error)
                )
            ) from error
        except OSError as error:
            raise ChainUnavailable(
                _("cannot use the chain at {path}: {problem}").format(
                    path=self.path, problem=why(error)
                )
            ) from error


def _problem(error: sqlite3.Error) -> str:
    """Say what an SQLite error means here, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    known = {
        sqlite3.SQLITE_FULL: _("the disk is full; make room and run it again"),
        sqlite3.SQLITE_BUSY: _("another process is using it; wait until it has finished"),
        sqlite3.SQLITE_NOTADB: _("it is not an embedded chain"),
        sqlite3.SQLITE_CORRUPT: _("it is damaged; restore it from a copy"),
        sqlite3.SQLITE_READONLY: _("it cannot be written; give write access"),
        sqlite3.SQLITE_CANTOPEN: _("it cannot be opened; look at its folder and its access rights"),
    }
    return known.get(code, str(error))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is written; None for no file."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return (found.st_mtime_ns, found.st_size)
