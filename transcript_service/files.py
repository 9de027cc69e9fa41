"""Files that are whole or absent: written beside, forced to the disk, then renamed."""

import os
import tempfile
from pathlib import Path

from transcript_service.errors import ServiceError
from verifier.messages import _
from verifier.system_words import why


class FileNotWritten(ServiceError):
    """The system refused to write a file; nothing half-written is left."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """
    Write *data* to *path* so that a reader sees all of it or none, even after a cut.

    Until the file has *mode*, only its owner can open it.

    Raises:
        FileNotWritten: no space, no permission, no folder.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise FileNotWritten(
            _("cannot write {path}: {problem}; make room or give access, then run it again").format(
                path=path, problem=why(error)
            )
        ) from error
