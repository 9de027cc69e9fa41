"""
What an audit has looked at already, so that one that was stopped goes on from there (ADR 0024).

One line of JSON a file, written when it was looked at. The registry is read and folded anew in
each run and decides alone: a digest that stands here counts only if the registry knows it, and a
ledger of another registry or another history counts as absent, as do a line that somebody else
wrote, or that comes from another place or ledger (`verifier.own_lines`), and all behind it. A run
that came to its end removes the ledger, so that the next audit looks at everything again.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from verifier.errors import PolicyError, VerifierError
from verifier.fields import to_hex
from verifier.messages import _
from verifier.own_lines import OwnLines
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

FORMAT = "hocba/audit-ledger/1"
_BEGINNING = json.dumps({"format": FORMAT}).encode()[:-1]
Stamp = tuple[int, int, int, int]
"""Of a file: its inode, its length, and when it and what is known of it were changed."""


class Ledger:
    """Documents that were looked at, by path; without a file nothing is kept."""

    def __init__(self) -> None:
        self.note: str | None = None
        """What has to be said of the file that was there."""
        self.used = 0
        """How many of the answers were taken from an earlier run."""
        self._documents: dict[str, tuple[Stamp, str, Sequence[str] | None]] = {}
        self._lines = OwnLines(FORMAT)
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    def __enter__(self) -> "Ledger":
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Remove the file after a run that came to its end; else leave it for the next one."""
        if self._file is not None:
            self._file.close()
            if kind is None and self._path is not None:
                self._path.unlink(missing_ok=True)

    @staticmethod
    def stamp(path: Path) -> Stamp:
        """
        Return what changes when a file does.

        Raises:
            OSError: it cannot be asked for.
        """
        found = os.stat(path)
        return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def document(self, path: Path, stamp: Stamp) -> bytes | None:
        """Return the digest of the anchored prefix that was found in a file as it is now."""
        known = self._documents.get(str(path))
        if known is None or known[0] != stamp:
            return None
        return bytes.fromhex(known[1])

    def transcripts(self, path: Path, stamp: Stamp) -> frozenset[bytes] | None:
        """Return the digests of the data that were found in a file as it is now."""
        known = self._documents.get(str(path))
        if known is None or known[0] != stamp or known[2] is None:
            return None
        return frozenset(map(bytes.fromhex, known[2]))

    def note_document(
        self, path: Path, stamp: Stamp, digest: bytes, transcripts: Sequence[bytes] | None = None
    ) -> None:
        """Keep what was found in a file; a later line of the same file counts more."""
        if self._file is None:
            return
        data = None if transcripts is None else [one.hex() for one in transcripts]
        self._documents[str(path)] = (stamp, digest.hex(), data)
        line = {"file": str(path), "stamp": stamp, "digest": digest.hex(), "data": data}
        self._file.write(self._lines.write(line, self._file.seek(0, os.SEEK_END)))
        self._file.flush()

    def _open(self, path: Path, state: RegistryState) -> None:
        lines = _read(path, self._lines)
        if lines and not _fits(lines[0], state):
            message = _("the ledger {path} counts as absent: not of this history, or not by you")
            self.note = message.format(path=path)
            lines = []
        self._documents.update(filter(None, map(_document, lines[1:])))
        self._path = path
        self._file = path.open("ab" if lines else "wb")
        if not lines:
            head = {
                "format": FORMAT,
                "chain_id": state.chain_id,
                "registry": to_hex(state.address),
                "history_size": state.history_size,
                "history_head": to_hex(state.history_head),
            }
            self._file.write(self._lines.begin(head))
            self._file.flush()


def open_ledger(path: Path | None, state: RegistryState) -> Ledger:
    """
    Open a ledger, and go on from what it holds if it is of the beginning of this history.

    Args:
        path: its file; None to keep nothing.
        state: the folded registry.

    Raises:
        PolicyError: another kind of file stands there.
        VerifierError: the file cannot be read or written.
    """
    ledger = Ledger()
    if path is None:
        return ledger
    check_ledger(path)
    try:
        ledger._open(path, state)  # noqa: SLF001  its own module
    except OSError as error:
        message = _("{path}: the ledger cannot be used ({reason})")
        raise VerifierError(message.format(path=path, reason=error.strerror)) from error
    return ledger


def check_ledger(path: Path) -> None:
    """
    Check that a ledger can stand at *path*: what is there is empty, or one of this release.

    Raises:
        PolicyError: it is something else, which an audit must not write over.
    """
    try:
        with open_regular(path) as file:
            begins = file.readline(len(_BEGINNING))
    except FileNotFoundError:
        return
    except OSError as error:
        message = _("{path}: the ledger cannot be used ({reason})")
        raise PolicyError(message.format(path=path, reason=error.strerror)) from error
    if not _BEGINNING.startswith(begins):
        message = _(
            "{path} is no ledger of an audit, so --resume leaves it as it is; give another name"
        )
        raise PolicyError(message.format(path=path))


def _read(path: Path, own: OwnLines) -> list[Any]:
    """Return the lines that an own run wrote as a whole; the file is cut behind the last one."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    found: list[Any] = []
    length = 0
    for line in data.splitlines(keepends=True):
        said = own.read(line, length) if found else own.go_on(line)
        if not said:
            break
        found.append(said)
        length += len(line)
    if data and not found:
        return [{}]
    if length != len(data):
        os.truncate(path, length)
    return found


def _fits(first: Any, state: RegistryState) -> bool:
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        return False
    if (first.get("chain_id"), first.get("registry")) != (state.chain_id, to_hex(state.address)):
        return False
    size = first.get("history_size")
    head = state.head_at(size) if isinstance(size, int) else None
    return head is not None and to_hex(head) == first.get("history_head")


def _document(line: Any) -> tuple[str, tuple[Stamp, str, Sequence[str] | None]] | None:
    """Return what one line says; None for one that says nothing."""
    try:
        first, second, third, fourth = map(int, line["stamp"])
        data = line["data"]
        for one in (line["digest"], *(data or ())):
            bytes.fromhex(one)
        return str(line["file"]), ((first, second, third, fourth), line["digest"], data)
    except (KeyError, TypeError, ValueError):
        return None
