"""What the reference server refuses: problem details that repeat nothing of what was sent."""

import httpx
import pytest

from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR, SECRET
from tests.transcript_service.shared_database.wire import Reader, check_problem
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import open_store, register_client


@pytest.fixture
def reader(upstream):
    """The school's own client."""
    with httpx.Client(base_url=upstream.base_url, trust_env=False) as client:
        yield Reader(http=client, upstream=upstream, client_id=upstream.school_code)


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v1/diem", 401, "invalid-token"),
        ("GET", "/elsewhere", 404, "not-found"),
        ("GET", "/v2/diem", 404, "not-found"),
        ("DELETE", "/v1/diem", 405, "method-not-allowed"),
        ("POST", "/oauth/token", 400, "invalid-request"),
    ],
)
def test_every_error_is_acheck_problem(reader, method, path, status, slug):
    """RFC 9457, wherever it is found out."""
    check_problem(reader.http.request(method, path), status, slug)


def test_wrong_credentials_are_a_problem_with_the_error_of_oauth(reader):
    """RFC 6749 section 5.2; the secret and the client id are not repeated."""
    answer = reader.token(secret="wrong-secret")

    assert check_problem(answer, 401, "invalid-client")["error"] == "invalid_client"
    assert answer.headers["WWW-Authenticate"] == "Basic"
    assert "wrong-secret" not in answer.text


@pytest.mark.parametrize("sent", ["000212000001", "Nguyễn Văn Mẫu"])
def test_no_error_repeats_what_was_sent(reader, sent):
    """It may be personal, and errors end in logs."""
    answers = [
        reader.page(sent),
        reader.page(matruong=sent),
        reader.page(contro=sent),
        reader.page(gioihan=sent),
        reader.page("truong", namhoc=sent * 20),
        reader.token(form={"grant_type": sent}),
        reader.token(form={"scope": sent}),
    ]

    assert all(answer.status_code in {400, 403, 404} for answer in answers)
    assert not any(sent in answer.text for answer in answers)


def test_a_client_that_asks_too_often_is_told_how_long_to_wait(tmp_path):
    """429 with Retry-After; another client is served."""
    store = open_store(tmp_path / "up.db", create=True)
    for client_id in ("a", "b"):
        register_client(
            store, client_id=client_id, client_secret=SECRET, scope="truong:S1 nhom:*", salt=b"s"
        )
    store.dispose()
    with (
        running_server(tmp_path / "up.db", "--rate", "1:3") as base_url,
        httpx.Client(base_url=base_url, trust_env=False) as http,
    ):
        form = {"grant_type": "client_credentials"}
        token = http.post("/oauth/token", data=form, auth=("a", SECRET)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        query = {"matruong": "S1", "namhoc": SCHOOL_YEAR}
        answers = [http.get("/v1/diem", params=query, headers=headers) for _ in range(5)]
        other = http.post("/oauth/token", data=form, auth=("b", SECRET))

    assert [one.status_code for one in answers[:2]] == [200, 200]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    check_problem(refused[0], 429, "too-many-requests")
    assert refused[0].headers["Retry-After"] == "1"
    assert other.status_code == 200
