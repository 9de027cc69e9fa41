"""The same schools read through both dialects, into two databases."""

from dataclasses import asdict

import httpx
import pytest
from sqlalchemy import insert, text

from tests.transcript_service.shared_database.groups import SCHOOL_YEAR, one_of_each
from tests.transcript_service.shared_database.upstream import CHANGED_AT, SECRET, Upstream
from tests.transcript_service.shared_database.wire import Reader
from transcript_service.database import open_database, read_session, write_session
from transcript_service.shared_database.dialects import DIALECTS
from transcript_service.shared_database.envelope import (
    Envelope,
    Refusal,
    Scope,
    read_body,
    read_envelope,
)
from transcript_service.shared_database.sample import SampleClient, write_sample
from transcript_service.shared_database.sample.cases import Planted
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import open_store, put_records

CLIENT = SampleClient(client_id="school", client_secret=SECRET)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """A sample class with some invalid scores, and one record of each group, read in both."""
    folder = tmp_path_factory.mktemp("both")
    planted = Planted(invalid_scores=2)
    school = write_sample(folder / "up.db", seed=3, pupils=10, client=CLIENT, planted=planted)
    store = open_store(folder / "up.db")
    put_records(store, one_of_each(school.school_code), changed_at=CHANGED_AT)
    databases, refused = {}, {}
    with (
        running_server(folder / "up.db") as base_url,
        httpx.Client(base_url=base_url, trust_env=False) as http,
    ):
        upstream = Upstream(store=store, base_url=base_url, school_code=school.school_code)
        reader = Reader(http=http, upstream=upstream, client_id=CLIENT.client_id)
        for name, dialect in DIALECTS.items():
            databases[name] = open_database(folder / f"{name}.db")
            refused[name] = list(_fill(databases[name], reader, dialect))
    store.dispose()
    yield databases, refused
    for database in databases.values():
        database.dispose()


def _fill(database, reader, dialect):
    """Read every table whole; write what passes the door, yield what does not."""
    scope = Scope(school_code=reader.upstream.school_code, school_year=SCHOOL_YEAR)
    for table in dialect.tables:
        records, _place = reader.read(table.name, prefix=dialect.prefix)
        rows = []
        for record in records:
            envelope = read_envelope(table, record)
            assert isinstance(envelope, Envelope)
            body = read_body(table, record, scope)
            yield from body.refusals
            if not body.refusals:
                rows.append(asdict(envelope) | dict(body.values))
        assert records, table.name
        with write_session(database) as session:
            session.execute(insert(table.model), rows)


def _rows(database, table):
    with read_session(database) as session:
        found = session.connection().execute(text(f"SELECT * FROM {table} ORDER BY record_id"))
        return [dict(row._mapping) for row in found]


def _tables():
    return [table.model.__tablename__ for table in DIALECTS["quocgia"].tables]


@pytest.mark.parametrize("table", _tables())
def test_both_dialects_fill_a_table_alike(read, table):
    """Row by row, column by column."""
    databases, _refused = read

    assert _rows(databases["quocgia"], table)
    assert _rows(databases["quocgia"], table) == _rows(databases["hcm"], table)


def test_both_dialects_refuse_the_same_records(read):
    """Each under the name that its field has there."""
    _databases, refused = read

    def without_names(one: Refusal):
        return asdict(one) | {"field": None}

    assert len(refused["quocgia"]) == 2
    assert list(map(without_names, refused["quocgia"])) == list(map(without_names, refused["hcm"]))
    assert {one.field for one in refused["quocgia"]} == {"diem"}
    assert {one.field for one in refused["hcm"]} == {"DIEM"}
