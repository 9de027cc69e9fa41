"""The reference server, asked over a real socket as a stranger would."""

import socket
import subprocess
import sys

import httpx
import pytest

from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR, SECRET
from transcript_service.errors import UpstreamError
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import open_store

MODULE = "transcript_service.shared_database.server"


@pytest.fixture
def http(upstream):
    """A bare HTTP client of the server."""
    with httpx.Client(base_url=upstream.base_url, trust_env=False) as client:
        yield client


def _token(http, upstream, **options):
    form = {"grant_type": "client_credentials"} | options.pop("form", {})
    client = (upstream.school_code, options.pop("secret", SECRET))
    return http.post("/oauth/token", data=form, auth=client)


def _page(http, upstream, table="diem", **query):
    token = query.pop("token", None) or _token(http, upstream).json()["access_token"]
    scope = {"matruong": upstream.school_code, "namhoc": SCHOOL_YEAR}
    headers = {"Authorization": f"Bearer {token}"}
    return http.get(f"/v1/{table}", params=scope | query, headers=headers)


def test_a_token_is_given_for_client_credentials(http, upstream):
    """RFC 6749 section 4.4, with an expiry."""
    answer = _token(http, upstream)

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "bearer"
    assert answer.json()["expires_in"] == 600


def test_a_wrong_secret_gets_no_token(http, upstream):
    """401, without saying whether the client is known."""
    assert _token(http, upstream, secret="wrong").status_code == 401


def test_another_grant_type_gets_no_token(http, upstream):
    """Only machines read here."""
    assert _token(http, upstream, form={"grant_type": "password"}).status_code == 400


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer stolen"}])
def test_records_need_a_bearer_token(http, upstream, headers):
    """None, or one that was never issued."""
    scope = {"matruong": upstream.school_code, "namhoc": SCHOOL_YEAR}

    answer = http.get("/v1/diem", params=scope, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_one_school_only(http, upstream):
    """A client reads its own school."""
    assert _page(http, upstream, matruong="OTHER").status_code == 403


def test_an_unknown_table_is_not_found(http, upstream):
    """Only the tables of the dialect are there."""
    assert _page(http, upstream, table="mat_khau").status_code == 404


@pytest.mark.parametrize("cursor", ["!", "bm90IGEgbnVtYmVy", "é"])
def test_a_cursor_that_was_not_issued_is_refused(http, upstream, cursor):
    """It is opaque, and still checked."""
    assert _page(http, upstream, contro=cursor).status_code == 400


def test_pages_follow_each_other_by_their_cursor(http, upstream):
    """Nothing is left out, nothing comes twice."""
    upstream.put(*[upstream.mark(number) for number in range(1, 6)])
    seen, cursor = [], None
    while True:
        query = {"gioihan": 2} | ({"contro": cursor} if cursor else {})
        answer = _page(http, upstream, **query).json()
        seen += [record["lanthu"] for record in answer["banghi"]]
        cursor = answer["contro"]
        if cursor is None:
            break

    assert seen == [1, 2, 3, 4, 5]
    assert answer["tongso"] == 5


def test_a_record_changed_while_it_is_paged_comes_again_at_the_end(http, upstream):
    """Its place in the sequence of changes is a new one."""
    upstream.put(*[upstream.mark(number) for number in range(1, 4)])
    first = _page(http, upstream, gioihan=2).json()
    upstream.put(upstream.mark(1, version=2))

    rest = _page(http, upstream, gioihan=9, contro=first["contro"]).json()

    assert [(record["lanthu"], record["phienban"]) for record in rest["banghi"]] == [(3, 1), (1, 2)]


def test_a_record_comes_in_its_envelope(http, upstream):
    """The five fields of domain 6.3, local time."""
    upstream.put(upstream.mark())

    (record,) = _page(http, upstream).json()["banghi"]

    assert record["idbanghi"] == upstream.mark().record_id
    assert (record["sukien"], record["phienban"]) == ("NEW", 1)
    assert record["thoigiancapnhat"] == "2026-05-28T16:00:00"
    assert record["ngaycapnhat"] == "2026-05-28"
    assert record["diem"] == 8.5


def _run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", MODULE, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_a_port_in_use_is_told_and_nothing_is_served(tmp_path):
    """Wrong usage, with host and port."""
    open_store(tmp_path / "up.db", create=True).dispose()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = _run("--database", tmp_path / "up.db", "--port", port)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert f"127.0.0.1:{port}" in ended.stderr


def test_a_port_that_cannot_be_is_told(tmp_path):
    """With those that can."""
    open_store(tmp_path / "up.db", create=True).dispose()

    ended = _run("--database", tmp_path / "up.db", "--port", 99_999)

    assert ended.returncode == 2
    assert "65535" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_file_is_told(tmp_path):
    """The server never makes one by itself."""
    ended = _run("--database", tmp_path / "none.db")

    assert ended.returncode == 1
    assert "none.db" in ended.stderr
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_told(tmp_path):
    """And left as it is."""
    (tmp_path / "up.db").write_bytes(b"not a database at all, only some text" * 40)

    ended = _run("--database", tmp_path / "up.db")

    assert ended.returncode == 1
    assert "up.db" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_server_that_cannot_start_is_an_error_of_the_caller(tmp_path):
    """`running_server` waits for the address and gets none."""
    with pytest.raises(UpstreamError, match="did not start"), running_server(tmp_path / "none.db"):
        pass


def test_the_server_ends_with_its_standard_input(tmp_path):
    """A killed parent leaves no server behind."""
    open_store(tmp_path / "up.db", create=True).dispose()

    ended = _run("--database", tmp_path / "up.db", "--until-stdin-closes")

    assert ended.returncode == 0
    assert ended.stdout.startswith("http://127.0.0.1:")
