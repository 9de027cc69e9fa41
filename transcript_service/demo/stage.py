"""The folder of a demo: prepared before anything is made, never on top of somebody's files."""

import shutil
from pathlib import Path

from transcript_service.errors import UsageError
from transcript_service.files import write_whole
from verifier.messages import _

_MARK = ".hocba-demo"


def prepare_folder(directory: Path) -> None:
    """
    Make *directory* empty: a new one, or the remains of an earlier demo.

    Raises:
        UsageError: it holds something that no demo made.
    """
    if directory.exists():
        is_ours = (directory / _MARK).is_file()
        if not directory.is_dir() or (not is_ours and any(directory.iterdir())):
            raise UsageError(
                _("{path} holds other files; name a new folder with --out").format(path=directory)
            )
        shutil.rmtree(directory)
    write_whole(directory / _MARK, b"Made by `hocba demo`; the next demo replaces this folder.\n")
