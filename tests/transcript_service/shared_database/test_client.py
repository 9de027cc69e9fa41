"""The HTTP client against servers that answer wrongly; real sockets."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.shared_database.upstream import (
    SECRET,
    Script,
    page,
    scripted_server,
    token,
)
from transcript_service.errors import UpstreamError, UsageError
from transcript_service.shared_database import client as client_module
from transcript_service.shared_database.client import (
    BadAnswer,
    UpstreamAccess,
    UpstreamClient,
    UpstreamRefused,
    UpstreamUnreachable,
)


def _read(*answers, table="diem"):
    script = Script(answers)
    with scripted_server(script) as base_url:
        access = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET)
        with UpstreamClient(access) as client:
            pages = list(client.pages(table, school_code="S1", school_year="2025-2026"))
    return pages, script.seen


def test_a_page_is_read_with_the_token():
    """First the token, then the page."""
    (only,), seen = _read(token("t-1"), page("diem", [{"a": 1}]))

    assert only.records == ({"a": 1},)
    assert seen[0] == ("/oauth/token", seen[0][1])
    assert seen[1][1] == "Bearer t-1"


def test_an_expired_token_is_replaced_once():
    """401 in the middle of a table."""
    (only,), seen = _read(token("t-1"), (401, b""), token("t-2"), page("diem"))

    assert only.records == ()
    assert seen[-1][1] == "Bearer t-2"


def test_a_server_that_refuses_every_token_ends_the_run():
    """Not an endless loop."""
    with pytest.raises(UpstreamRefused, match="401"):
        _read(token(), (401, b""), token(), (401, b""))


def test_wrong_credentials_are_told():
    """With what to check."""
    with pytest.raises(UpstreamRefused, match="check client id and secret"):
        _read((401, b""))


@pytest.mark.parametrize("status", [302, 403, 404, 500, 503])
def test_another_status_is_told(status):
    """A redirect is not followed: it would carry the token away."""
    with pytest.raises(UpstreamRefused, match=str(status)):
        _read(token(), (status, b"http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"bang": "diem", "bang": "diem"}',
        b'{"bang": "diem", "tongso": NaN, "banghi": [], "contro": null}',
        b'{"bang": "khac", "tongso": 0, "banghi": [], "contro": null}',
        b'{"bang": "diem", "tongso": -1, "banghi": [], "contro": null}',
        b'{"bang": "diem", "tongso": 0, "banghi": {}, "contro": null}',
        b'{"bang": "diem", "tongso": 0, "banghi": [], "contro": 7}',
        b'{"bang": "diem", "tongso": 1' + b"0" * 5000 + b', "banghi": [], "contro": null}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_page_is_refused(body):
    """Nothing of it is used."""
    with pytest.raises(BadAnswer, match="diem"):
        _read(token(), (200, body))


def test_pages_that_go_in_a_circle_are_refused():
    """The same cursor twice."""
    again = page("diem", contro="again")

    with pytest.raises(BadAnswer, match="do not end"):
        _read(token(), again, again, again)


def test_an_answer_without_end_is_cut_off(monkeypatch):
    """Memory stays bounded."""
    monkeypatch.setattr(client_module, "_LARGEST_ANSWER_BYTES", 1000)

    with pytest.raises(BadAnswer, match="too large"):
        _read(token(), (200, b" " * 1001))


@pytest.mark.parametrize("value", [None, 7, "a\nb", "é"])
def test_an_answer_without_a_usable_token_is_refused(value):
    """It would stand in a header."""
    with pytest.raises(BadAnswer, match="no token"):
        _read((200, json.dumps({"access_token": value}).encode()))


def test_a_server_that_is_not_there_is_told():
    """With the address, and without the secret."""
    with scripted_server(Script([token()])) as base_url:
        pass
    access = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET)

    with (
        pytest.raises(UpstreamUnreachable, match=base_url) as refused,
        UpstreamClient(access) as it,
    ):
        list(it.pages("diem", school_code="S1", school_year="2025-2026"))

    assert SECRET not in str(refused.value)
    assert SECRET not in repr(access)


@pytest.mark.parametrize(
    "address", ["http://school.example", "ftp://127.0.0.1", "nonsense", "http://", "http://a b", ""]
)
def test_an_address_that_would_show_the_secret_is_refused(address):
    """Plain HTTP only on the loopback."""
    with pytest.raises(UsageError, match=r"https|URL"):
        UpstreamClient(UpstreamAccess(base_url=address, client_id="a", client_secret="b"))


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_body_is_a_page_or_refused(body):
    """Nothing from outside raises anything else."""
    with contextlib.suppress(UpstreamError):
        client_module._read_page(body, "diem")
