"""How sample data become a reference server's file: complete, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from transcript_service.errors import UsageError
from transcript_service.shared_database.upstream_store import open_store, register_client
from verifier.messages import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleClient:
    """As whom the sample may be read over HTTP."""

    client_id: str
    client_secret: str


@contextmanager
def new_store(path: Path, client: SampleClient, *, school_code: str) -> Iterator[Engine]:
    """
    Open a new file to be filled; it takes its name when the block ends well.

    Raises:
        UsageError: *path* exists, or has no folder.
    """
    if path.exists():
        raise UsageError(_("{path} exists already; name another file").format(path=path))
    if not path.parent.is_dir():
        raise UsageError(_("there is no folder {path}").format(path=path.parent))
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    engine = open_store(partial, create=True)
    try:
        yield engine
        register_client(
            engine,
            client_id=client.client_id,
            client_secret=client.client_secret,
            scope=f"truong:{school_code} nhom:*",
            salt=secrets.token_bytes(16),
        )
    finally:
        engine.dispose()
    os.replace(partial, path)
