"""One reference server for all of these tests, as another process; each test has its school."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.transcript_service.shared_database.upstream import Upstream
from transcript_service.database import open_database
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import open_store

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str]]:
    path = tmp_path_factory.mktemp("upstream") / "upstream.sqlite3"
    store = open_store(path, create=True)
    with running_server(path) as base_url:
        yield store, base_url
    store.dispose()


@pytest.fixture
def upstream(_served: tuple[Engine, str]) -> Upstream:
    """A school of its own in the running server, without records."""
    store, base_url = _served
    school = Upstream(store=store, base_url=base_url, school_code=f"S{next(_NUMBERS)}")
    school.register()
    return school


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the service."""
    opened = open_database(tmp_path / "service.db")
    yield opened
    opened.dispose()
