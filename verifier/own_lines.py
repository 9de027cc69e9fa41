"""
Lines of JSON that nobody but this user's own runs can have written.

Journals of runs that were cut lie beside results, in folders into which strangers may put files:
whoever unpacks a stranger's archive owns what was in it. So each line ends with a code
(HMAC-SHA-256) made with a secret that stands among the user's own data, and a line without its
code is none. It is told before the line is parsed.

The first line of a file, its head, says by what the others were found. Their codes are made with a
key that the head decides, which holds a random number too, and name the place in the file: so a
line counts neither under another head nor at another place, and none can be left out before it.
"""

import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

_SECRET_BYTES = 32
_CODE_DIGITS = 2 * sha256().digest_size


class OwnLines:
    """
    Writes and recognises the lines of one file, once its head was written or read.

    Args:
        kind: of the file, so that a line of one is none of another.
    """

    def __init__(self, kind: str) -> None:
        self._head_key = hmac.digest(_secret(), kind.encode(), sha256)
        self._key = secrets.token_bytes(_SECRET_BYTES)  # without a head no line counts

    def begin(self, head: Mapping[str, object]) -> bytes:
        """Return *head* as the first line of a file whose lines are no other file's."""
        line = _write(self._head_key, {**head, "run": secrets.token_hex(16)}, 0)
        self._go_on_under(line)
        return line

    def go_on(self, line: bytes) -> dict[str, Any]:
        """Return what the first line of a file holds, as `read` does; what is read next is its."""
        head = _read(self._head_key, line, 0)
        if head:
            self._go_on_under(line)
        return head

    def write(self, value: Mapping[str, object], place: int) -> bytes:
        """Return *value* as a line for *place* (bytes before it), its end of line included."""
        return _write(self._key, value, place)

    def read(self, line: bytes, place: int) -> dict[str, Any]:
        """Return what the line at *place* holds; nothing of one cut, moved or somebody else's."""
        return _read(self._key, line, place)

    def _go_on_under(self, head: bytes) -> None:
        self._key = hmac.digest(self._head_key, b"under " + head, sha256)


def _write(key: bytes, value: Mapping[str, object], place: int) -> bytes:
    text = json.dumps(value).encode("ascii")
    return text + b" " + _code(key, text, place) + b"\n"


def _read(key: bytes, line: bytes, place: int) -> dict[str, Any]:
    text, blank, code = line.rpartition(b" ")
    if not blank or len(code) != _CODE_DIGITS + 1 or not code.endswith(b"\n"):
        return {}
    if not hmac.compare_digest(_code(key, text, place), code[:-1]):
        return {}
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


def _code(key: bytes, text: bytes, place: int) -> bytes:
    return hmac.new(key, b"at %d " % place + text, sha256).hexdigest().encode("ascii")


def _secret() -> bytes:
    """
    Return this user's secret; it is made when it is not there.

    Where it cannot be kept another one is made for each run, which then goes on with none.
    """
    with suppress(OSError, RuntimeError):  # no home, or none that can be written
        path = _state_folder() / "journal.key"
        with suppress(FileNotFoundError):
            found = path.read_bytes()
            if len(found) == _SECRET_BYTES:
                return found
        return _make(path)
    return secrets.token_bytes(_SECRET_BYTES)


def _state_folder() -> Path:
    """Return where the XDG Base Directory Specification puts such data."""
    named = os.environ.get("XDG_STATE_HOME", "")
    base = Path(named) if os.path.isabs(named) else Path.home() / ".local" / "state"
    return base / "hocba"


def _make(path: Path) -> bytes:
    """Put a secret there as a whole; another process may have been first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
    found = path.read_bytes()
    if len(found) != _SECRET_BYTES:
        raise OSError("the secret is of another length")
    return found
