"""The folder of a demo: prepared before anything is made, never on top of somebody's files."""

import shutil
from pathlib import Path

from transcript_service.errors import UsageError
from transcript_service.files import write_whole
from verifier.messages import _

_MARK = ".hocba-demo"
_MADE_HERE = frozenset(
    {
        _MARK,
        "altered",
        "archive",
        "chain",
        "keys",
        "manifests",
        "policy.state.json",
        "policy.toml",
        "revoked",
        "school.toml",
        "service.db",
        "service.db.lock",
        "service.db-shm",
        "service.db-wal",
        "shared-database.sqlite3",
        "superseded",
        "transcripts",
        "trust",
        "work",
    }
)


def prepare_folder(directory: Path) -> None:
    """
    Make *directory* empty: a new one, or the remains of an earlier demo.

    Raises:
        UsageError: it holds something that no demo made.
    """
    if directory.exists():
        if not directory.is_dir() or not _is_ours(directory):
            raise UsageError(
                _("{path} holds other files; name a new folder with --out").format(path=directory)
            )
        shutil.rmtree(directory)
    write_whole(directory / _MARK, b"Made by `hocba demo`; the next demo replaces this folder.\n")


def _is_ours(directory: Path) -> bool:
    """Tell whether the folder is empty, or holds only what an earlier demo made."""
    names = {path.name for path in directory.iterdir()}
    return not names or (_MARK in names and names <= _MADE_HERE)
