"""
A folder with whole schools: the reference server's file, its client's secret, and what is special.

`sample.json` names schools and classes, where each case of the domain stands, and every defect
that was put in; it comes last, so a folder with it is complete.
"""

import dataclasses
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from transcript_service.errors import UsageError
from transcript_service.files import FileNotWritten, write_whole
from transcript_service.shared_database.sample.schools import SchoolsSummary, write_schools
from transcript_service.shared_database.sample.writing import SampleClient
from verifier.messages import _

DATABASE = "shared-database.sqlite3"
SECRET = "client.secret"  # noqa: S105  where the secret is, not what
CONTENTS = "sample.json"
FORMAT = "hocba/sample/1"


def write_folder(
    directory: Path,
    *,
    seed: int,
    schools: int,
    pupils: int,
    defects: int,
    client_id: str,
    client_secret: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> SchoolsSummary:
    """
    Make *directory* with whole schools, as `write_schools` does.

    Args:
        directory: new, or empty; the folder above it is there.
        seed: the same one gives the same records.
        schools: how many.
        pupils: of all schools together.
        defects: how many of each kind are put in.
        client_id: as whom the server lets all schools be read.
        client_secret: None to make one, which is written to `client.secret`.
        progress: is told how many pupils are written, and how many there are.

    Raises:
        UsageError: the folder holds something, or a number is out of range.
        ServiceError: the folder cannot be written.
    """
    _prepare(directory)
    summary = write_schools(
        directory / DATABASE,
        seed=seed,
        schools=schools,
        pupils=pupils,
        defects=defects,
        client=SampleClient(
            client_id=client_id, client_secret=client_secret or _new_secret(directory)
        ),
        progress=progress,
    )
    contents = {"format": FORMAT, "seed": seed} | dataclasses.asdict(summary)
    text = json.dumps(contents, ensure_ascii=False, indent=1)
    write_whole(directory / CONTENTS, text.encode() + b"\n")
    return summary


def _prepare(directory: Path) -> None:
    if not directory.parent.is_dir():
        raise UsageError(_("there is no folder {path}").format(path=directory.parent))
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(
            _("{path} holds other files; name a new folder with --out").format(path=directory)
        )
    try:
        directory.mkdir(exist_ok=True)
    except OSError as error:
        raise FileNotWritten(
            _("{path} cannot be written; give access to its folder, or name another").format(
                path=directory
            )
        ) from error


def _new_secret(directory: Path) -> str:
    secret = secrets.token_urlsafe(24)
    write_whole(directory / SECRET, secret.encode() + b"\n", mode=0o600)
    return secret
