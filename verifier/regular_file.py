"""Opening files that others may have put there: a pipe or a device would never end."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from verifier.messages import _


def open_regular(path: Path) -> BinaryIO:
    """
    Open a regular file for reading; a link to one is one.

    Raises:
        OSError: it cannot be opened, or is a pipe, a socket, a device or a folder.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, _("not a regular file"), str(path))
    return file


def _without_waiting(name: str, flags: int) -> int:
    """Open a pipe without waiting for its other end."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
