"""The server with its faults switched on, on a real socket."""

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR, Upstream
from tests.transcript_service.shared_database.wire import Reader
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import PageOf, open_store, read_page

SCHOOL = "S1"
COUNT = 12


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one request."""

    kind: str
    body: bytes = b""


@contextmanager
def _faulty(folder, plan, *options, timeout_s=5.0):
    store = open_store(folder / "up.db", create=True)
    upstream = Upstream(store=store, base_url="", school_code=SCHOOL)
    upstream.register()
    upstream.put(*[upstream.mark(number) for number in range(1, COUNT + 1)])
    with (
        running_server(folder / "up.db", "--faults", plan, *options) as base_url,
        httpx.Client(base_url=base_url, trust_env=False, timeout=timeout_s) as http,
    ):
        yield Reader(http=http, upstream=upstream, client_id=SCHOOL)
    store.dispose()


def _outcome(ask):
    try:
        answer = ask()
        if answer.status_code == 200:
            json.loads(answer.content)
    except httpx.TimeoutException:
        return Outcome(kind="timeout")
    except httpx.RemoteProtocolError:
        return Outcome(kind="cut")
    except ValueError:
        return Outcome(kind="half", body=answer.content)
    return Outcome(kind=str(answer.status_code), body=answer.content)


def _token(reader):
    """Try until it comes."""
    for _attempt in range(4):
        found = _outcome(reader.token)
        if found.kind == "200":
            return json.loads(found.body)["access_token"]
    raise AssertionError("no token in four attempts")


def _read_patiently(reader, **query):
    """Read all pages, asking for each one until it comes; return records and outcomes."""
    token = _token(reader)
    records, outcomes, cursor = [], Counter(), None
    while True:
        found = _outcome(lambda cursor=cursor: reader.page(token=token, contro=cursor, **query))
        outcomes[found.kind] += 1
        if found.kind != "200":
            continue
        page = json.loads(found.body)
        records.append(page["banghi"])
        cursor = page["contro"]
        if cursor is None:
            return records, outcomes


@pytest.mark.parametrize(
    ("fault", "kind"), [("429", "429"), ("500", "500"), ("cut", "cut"), ("half", "half")]
)
def test_a_failing_answer_fails_as_was_asked(tmp_path, fault, kind):
    """A problem with Retry-After, an error, a body that ends early, JSON that ends early."""
    with _faulty(tmp_path, f"1:100:{fault}") as reader:
        found = _outcome(reader.token)
        answer = reader.http.get("/openapi.json")

    assert found.kind == kind
    assert answer.status_code == 200


def test_a_refusal_for_haste_says_how_long_to_wait(tmp_path):
    """Like the real one."""
    with _faulty(tmp_path, "1:100:429") as reader:
        answer = reader.token()

    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["type"] == "urn:hocba:problem:too-many-requests"


def test_an_answer_is_held_back_until_the_reader_gives_up(tmp_path):
    """And the server ends without waiting for it."""
    with _faulty(tmp_path, "1:100:timeout", "--fault-hold-s", "30", timeout_s=0.5) as reader:
        assert _outcome(reader.token).kind == "timeout"


def test_an_answer_that_was_held_back_ends_as_an_error(tmp_path):
    """A patient reader learns that nothing comes."""
    with _faulty(tmp_path, "1:100:timeout", "--fault-hold-s", "1") as reader:
        assert _outcome(reader.token).kind == "500"


def test_records_come_in_another_order_and_twice(tmp_path):
    """All of them are there; their tag is not that of the page."""
    with _faulty(tmp_path, "3:100:repeats") as reader:
        answer = reader.page()
    numbers = [record["lanthu"] for record in answer.json()["banghi"]]

    assert sorted(set(numbers)) == list(range(1, COUNT + 1))
    assert len(numbers) == COUNT + 3
    assert numbers != sorted(numbers)
    assert "ETag" not in answer.headers


def test_records_that_were_read_change_before_the_next_page(tmp_path):
    """They come again at the end, one version later."""
    with _faulty(tmp_path, "3:100:changes") as reader:
        token = reader.token().json()["access_token"]
        first = reader.page(token=token, gioihan=5).json()
        second = reader.page(token=token, gioihan=20, contro=first["contro"]).json()
    again = [record for record in second["banghi"] if record["phienban"] > 1]

    assert {record["idbanghi"] for record in again} & {
        record["idbanghi"] for record in first["banghi"]
    }
    assert second["contro"] is None


@pytest.mark.parametrize("seed", range(3))
def test_a_patient_reader_gets_the_newest_version_of_every_record(tmp_path, seed):
    """With every kind of fault in four of ten answers."""
    plan = f"{seed}:40:429,500,cut,half,changes,repeats"
    with _faulty(tmp_path, plan) as reader:
        pages, outcomes = _read_patiently(reader, gioihan=1)
        marks = PageOf(table="diem", schools=frozenset({SCHOOL}), school_year=SCHOOL_YEAR)
        stored = read_page(reader.upstream.store, marks, after=0, limit=100).records
    held = {}
    for record in (record for page in pages for record in page):
        held[record["idbanghi"]] = max(held.get(record["idbanghi"], 0), record["phienban"])

    assert len(outcomes) > 2
    assert held == {row.idbanghi: row.phienban for row in stored}
    assert max(held.values()) > 1


def test_the_same_seed_makes_the_same_trouble(tmp_path):
    """A failure that was seen can be looked at again."""
    seen = []
    for run in ("a", "b"):
        (tmp_path / run).mkdir()
        with _faulty(tmp_path / run, "11:50:429,500,cut,half") as reader:
            seen.append([_outcome(reader.token).kind for _ in range(20)])

    assert seen[0] == seen[1]
    assert len(set(seen[0])) > 2


@pytest.mark.parametrize("option", [["--faults", "x"], ["--rate", "0"], ["--fault-hold-s", "0"]])
def test_an_option_of_another_form_is_wrong_usage(tmp_path, option, capfd):
    """Exit code 2 and nothing served."""
    from transcript_service.shared_database.server import main

    with pytest.raises(SystemExit) as ended:
        main(["--database", str(tmp_path / "up.db"), *option])

    assert ended.value.code == 2
    assert option[0] in capfd.readouterr().err
