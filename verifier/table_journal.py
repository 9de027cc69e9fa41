"""
What a long run has found out so far, beside its result: the same command goes on where it was cut.

`RESULT.journal` holds a head and a line of JSON for each verified file, in the order in which they
were verified. A row is kept only if nothing changed by which it was judged: the head names policy,
registry, folders of evidence and release; each line the digests of file and receipts. A line that
was cut, that somebody else wrote, or that comes from another place or journal
(`verifier.own_lines`) is none. Only the owner can read it, and it goes when the result is there.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Self, cast

from verifier.errors import PolicyError
from verifier.messages import _
from verifier.own_lines import OwnLines
from verifier.table_rows import Row

JOURNAL_FORMAT = "hocba/table-journal/1"
_BEGINNING = json.dumps({"format": JOURNAL_FORMAT}).encode()[:-1]
KEPT_FOR = timedelta(hours=24)
"""A run judges all its files at one time; what began longer ago is begun anew."""


def journal_of(result: Path) -> Path:
    """Return where the journal of *result* lies."""
    return result.with_name(result.name + ".journal")


class Journal:
    """An open journal that no other process writes."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._lines = OwnLines(JOURNAL_FORMAT)

    @classmethod
    def open(cls, result: Path) -> Self:
        """
        Open the journal of *result*, or make it.

        Raises:
            PolicyError: another process writes the same result, the folder refuses, or another kind
                of file stands there.
        """
        path = journal_of(result)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            file = os.fdopen(os.open(path, flags, 0o600), "r+b")
        except OSError as error:
            text = _("cannot write {path}: {problem}")
            raise PolicyError(text.format(path=path, problem=error.strerror)) from error
        try:
            # One of the process, not of the file: processes that we start must not keep it.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise PolicyError(_("another process is writing {path}").format(path=result)) from error
        if not _BEGINNING.startswith(file.readline(len(_BEGINNING))):
            file.close()
            text = _("{path} is no journal of a table: move it away, or name another --out")
            raise PolicyError(text.format(path=path))
        return cls(file, path)

    def begin(self, circumstances: str, now: datetime) -> datetime:
        """
        Go on with what was found in the same *circumstances*, or begin anew.

        Returns the time at which the whole run judges: that of its beginning.
        """
        self._file.seek(0)
        head = self._lines.go_on(self._file.readline())
        begun_at = _moment(head.get("begun_at"))
        same = (head.get("format"), head.get("circumstances")) == (JOURNAL_FORMAT, circumstances)
        if same and begun_at is not None and now - KEPT_FOR < begun_at <= now:
            return begun_at
        self._file.seek(0)
        self._file.truncate()
        moment = now.astimezone(UTC).isoformat()
        head = {"format": JOURNAL_FORMAT, "circumstances": circumstances, "begun_at": moment}
        self._file.write(self._lines.begin(head))
        self._file.flush()
        return now

    def kept(self) -> Iterator[tuple[str, str, int]]:
        """Give file, fingerprint and place of each whole line; what follows the last one goes."""
        self._file.seek(0)
        self._file.readline()
        place = self._file.tell()
        for line in self._file:
            found = self._lines.read(line, place)
            if not isinstance(found.get("row"), dict):
                break
            yield str(found.get("file")), str(found.get("fingerprint")), place
            place += len(line)
        self._file.truncate(place)

    def add(self, file: str, fingerprint: str, row: Row) -> int:
        """Write down a row; return its place."""
        place = self._file.seek(0, os.SEEK_END)
        line = {"file": file, "fingerprint": fingerprint, "row": row}
        self._file.write(self._lines.write(line, place))
        self._file.flush()
        return place

    def row(self, place: int) -> Row:
        """Return the row at a place."""
        self._file.seek(place)
        found = self._lines.read(self._file.readline(), place)["row"]
        return cast("Row", found)

    def close(self, *, done: bool) -> None:
        """Give the lock back; the journal of a run that is *done* is needed no more."""
        if done:
            self._path.unlink(missing_ok=True)
        self._file.close()


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
