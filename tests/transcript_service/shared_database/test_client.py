"""The HTTP client against servers that answer wrongly; real sockets."""

import contextlib
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.shared_database.scripted_reading import read_all
from tests.transcript_service.shared_database.upstream import (
    SECRET,
    Patient,
    Script,
    page,
    scripted_server,
    token,
)
from transcript_service.errors import UpstreamError, UsageError
from transcript_service.shared_database import client as client_module
from transcript_service.shared_database.answers import read_page
from transcript_service.shared_database.client import Start, UpstreamAccess, UpstreamClient
from transcript_service.shared_database.trouble import (
    BadAnswer,
    NobodyThere,
    PlaceRefused,
    UpstreamRefused,
    UpstreamUnreachable,
)


def test_a_page_is_read_with_the_token():
    """First the token, then the page."""
    (only,), seen = read_all(token("t-1"), page("diem", [{"a": 1}]))

    assert only.records == ({"a": 1},)
    assert seen[0][0] == "/oauth/token"
    assert seen[1][1] == "Bearer t-1"


def test_an_expired_token_is_replaced_once():
    """401 in the middle of a table."""
    (only,), seen = read_all(token("t-1"), (401, b""), token("t-2"), page("diem"))

    assert only.records == ()
    assert seen[-1][1] == "Bearer t-2"


def test_a_server_that_refuses_every_token_ends_the_run():
    """Not an endless loop."""
    with pytest.raises(UpstreamRefused, match="401"):
        read_all(token(), (401, b""), token(), (401, b""))


def test_wrong_credentials_are_told():
    """With what to check."""
    with pytest.raises(UpstreamRefused, match="check client id and secret"):
        read_all((401, b""))


@pytest.mark.parametrize("status", [302, 403, 404, 500, 503])
def test_another_status_is_told(status):
    """A redirect is not followed: it would carry the token away."""
    with pytest.raises(UpstreamRefused, match=str(status)):
        read_all(token(), (status, b"http://127.0.0.1:1/"))


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
        read_all(token(), (200, body))


def test_pages_that_go_in_a_circle_are_refused():
    """The same cursor twice."""
    again = page("diem", contro="again")

    with pytest.raises(BadAnswer, match="do not end"):
        read_all(token(), again, again, again)


def test_an_answer_without_end_is_cut_off(monkeypatch):
    """Memory stays bounded."""
    monkeypatch.setattr(client_module, "_LARGEST_ANSWER_BYTES", 1000)

    with pytest.raises(BadAnswer, match="too large"):
        read_all(token(), (200, b" " * 1001))


@pytest.mark.parametrize("value", [None, 7, "a\nb", "é"])
def test_an_answer_without_a_usable_token_is_refused(value):
    """It would stand in a header."""
    with pytest.raises(BadAnswer, match="no token"):
        read_all((200, json.dumps({"access_token": value}).encode()))


def test_a_server_that_is_not_there_is_told():
    """At once, with the address, and without the secret."""
    with scripted_server(Script([token()])) as base_url:
        pass
    access = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET)

    with (
        pytest.raises(NobodyThere, match=base_url) as refused,
        UpstreamClient(access) as it,
    ):
        list(it.pages("diem", school_code="S1", school_year="2025-2026"))

    assert SECRET not in str(refused.value)
    assert SECRET not in repr(access)


@pytest.mark.parametrize(
    "address",
    [
        "http://school.example",
        "ftp://127.0.0.1",
        "nonsense",
        "http://",
        "http://a b",
        "",
        "https://name:password@school.example",
    ],
)
def test_an_address_that_would_show_the_secret_is_refused(address):
    """Plain HTTP only on the loopback."""
    with pytest.raises(UsageError, match=r"https|URL|client_id"):
        UpstreamClient(UpstreamAccess(base_url=address, client_id="a", client_secret="b"))


def test_reading_goes_on_from_a_cursor_and_from_a_mark():
    """Both are passed on as they came."""
    start = Start(cursor="c&1", since="m 1")

    _pages, seen = read_all(token(), page("diem", contro="c2"), page("diem"), start=start)

    assert "contro=c%261" in seen[1][0]
    assert "contro=c2" in seen[2][0]
    assert all("tu=m+1" in path or "tu=m%201" in path for path, *_ in seen[1:])


@pytest.mark.parametrize("status", [400, 409, 410, 422])
def test_a_place_that_the_server_does_not_know_is_told_apart(status):
    """So that the table can be read from its beginning."""
    with pytest.raises(PlaceRefused, match="does not know the place"):
        read_all(token(), (status, b""), start=Start(since="old"))


def test_nothing_new_is_no_page_at_all():
    """304: the mark and the cursor stay as they are."""
    start = Start(since="m1", etag='"e1"')

    pages, seen = read_all(token(), (304, b""), start=start)

    assert pages == []
    assert seen[1][2] == '"e1"'


def test_nothing_new_without_having_asked_so_is_refused():
    """A 304 to a plain question answers nothing."""
    with pytest.raises(UpstreamRefused, match="304"):
        read_all(token(), (304, b""))


@pytest.mark.parametrize("etag", ["x" * 300, '"\x7f"', '"é"'])
def test_an_etag_that_cannot_be_sent_back_is_not_kept(etag):
    """It would stand in a header of the next question."""
    assert read_page(page("diem")[1], "diem", etag).etag is None


def test_a_page_of_far_too_many_records_is_refused():
    """Whatever was asked for."""
    with pytest.raises(BadAnswer, match="too many records"):
        read_page(page("diem", [0] * 10_001)[1], "diem")


def test_an_answer_that_drips_is_cut_off():
    """Each byte comes in time, the whole never would."""
    times = itertools.count(step=400.0)
    waiting = replace(Patient().waiting, clock=lambda: next(times))

    with pytest.raises(BadAnswer, match="too long"):
        read_all(token(), page("diem"), waiting=waiting)


def test_a_server_that_goes_away_in_the_middle_is_waited_for():
    """It has answered before: it may come back."""
    script = Script([token(), page("diem", contro="next")])
    patient = Patient()
    with scripted_server(script) as base_url:
        access = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET)
        client = UpstreamClient(access, waiting=patient.waiting)
        pages = client.pages("diem", school_code="S1", school_year="2025-2026")
        next(pages)

    with client, pytest.raises(UpstreamUnreachable, match="no answer"):
        next(pages)

    assert len(patient.slept) == 7


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_body_is_a_page_or_refused(body):
    """Nothing from outside raises anything else."""
    with contextlib.suppress(UpstreamError):
        read_page(body, "diem")
