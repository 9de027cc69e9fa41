"""
Lines of JSON that nobody but this user's own runs can have written.

Journals of runs that were cut lie beside results, in folders into which strangers may put files:
whoever unpacks a stranger's archive owns what was in it. So each line ends with a code
(HMAC-SHA-256) made with a secret that stands among the user's own data, and a line without its
code is none. It is told before the line is parsed.
"""

import hmac
import json
import os
import secrets
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

_SECRET_BYTES = 32
_CODE_DIGITS = 2 * sha256().digest_size


class OwnLines:
    """
    Writes and recognises lines of one kind.

    Args:
        kind: of the file, so that a line of one is none of another.
    """

    def __init__(self, kind: str) -> None:
        self._key = hmac.digest(_secret(), kind.encode(), sha256)

    def write(self, value: dict[str, object]) -> bytes:
        """Return *value* as a line, its end of line included."""
        text = json.dumps(value).encode("ascii")
        return text + b" " + self._code(text) + b"\n"

    def read(self, line: bytes) -> dict[str, Any]:
        """Return what a line holds; nothing of one that was cut or that somebody else wrote."""
        text, blank, code = line.rpartition(b" ")
        if not blank or len(code) != _CODE_DIGITS + 1 or not code.endswith(b"\n"):
            return {}
        if not hmac.compare_digest(self._code(text), code[:-1]):
            return {}
        found = json.loads(text)
        return found if isinstance(found, dict) else {}

    def _code(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, sha256).hexdigest().encode("ascii")


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
