"""The HTTP client against servers that answer wrongly; real sockets."""

import contextlib
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.shared_database.upstream import (
    CUT,
    SECRET,
    Patient,
    Script,
    page,
    scripted_server,
    token,
)
from transcript_service.errors import UpstreamError, UsageError
from transcript_service.shared_database import client as client_module
from transcript_service.shared_database.answers import read_page, read_retry_after
from transcript_service.shared_database.client import Start, UpstreamAccess, UpstreamClient
from transcript_service.shared_database.retrying import Patience
from transcript_service.shared_database.trouble import (
    BadAnswer,
    NobodyThere,
    PlaceRefused,
    UpstreamRefused,
    UpstreamUnreachable,
)


def _read(*answers, table="diem", start=None, patient=None, waiting=None, **access):
    script = Script(answers)
    with scripted_server(script) as base_url:
        whole = UpstreamAccess(base_url=base_url, client_id="a", client_secret=SECRET, **access)
        with UpstreamClient(whole, waiting=waiting or (patient or Patient()).waiting) as client:
            scope = {"school_code": "S1", "school_year": "2025-2026"}
            pages = list(client.pages(table, start=start, **scope))
    return pages, script.seen


def test_a_page_is_read_with_the_token():
    """First the token, then the page."""
    (only,), seen = _read(token("t-1"), page("diem", [{"a": 1}]))

    assert only.records == ({"a": 1},)
    assert seen[0][0] == "/oauth/token"
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


@pytest.mark.parametrize("trouble", [(500, b""), (503, b"{}"), (429, b""), CUT, (200, b"{")])
def test_what_may_pass_is_asked_again_and_waited_for_longer_each_time(trouble):
    """Status, half an answer, half JSON; the delays double up to their bound."""
    patient = Patient()
    answers = [token(), trouble, trouble, trouble, page("diem", [{"a": 1}])]

    (only,), seen = _read(*answers, patient=patient, patience=Patience(greatest_delay_s=1.5))

    assert only.records == ({"a": 1},)
    assert len(seen) == 5
    assert patient.slept == [0.5, 1.0, 1.5]


def test_delays_are_drawn_at_random_below_their_bound():
    """So that the schools of a province do not come back at one moment."""
    patient = Patient(jitter=0.25)

    _read(token(), (500, b""), (500, b""), page("diem"), patient=patient)

    assert patient.slept == [0.125, 0.25]


def test_a_token_endpoint_in_trouble_is_asked_again():
    """As pages are."""
    (only,), _seen = _read(CUT, (503, b""), token(), page("diem"))

    assert only.records == ()


def test_the_wait_that_the_server_asks_for_is_kept():
    """Retry-After comes first, jitter on top."""
    patient = Patient()

    _read(token(), (429, b"", {"Retry-After": "7"}), page("diem"), patient=patient)

    assert patient.slept == [7.5]


def test_a_wait_beyond_the_limits_is_not_begun():
    """The reader is told how long the server wants."""
    patient = Patient()

    with pytest.raises(UpstreamRefused, match="wait for 5000 s"):
        _read(token(), (429, b"", {"Retry-After": "5000"}), patient=patient)

    assert patient.slept == []


def test_all_waits_of_a_run_together_are_bounded():
    """Trouble on each page does not make a run of days."""
    patient = Patient()
    answers = [token()]
    for number in range(10):
        answers += [(503, b""), page("diem", contro=str(number))]

    with pytest.raises(UpstreamRefused, match="503"):
        _read(*answers, patient=patient, patience=Patience(longest_wait_s=2.0))

    assert sum(patient.slept) == 2.0


def test_asking_ends_after_some_attempts():
    """Eight by default, and the last trouble is told."""
    patient = Patient()

    with pytest.raises(UpstreamRefused, match=r"502 \(Bảo trì\)"):
        _read(token(), (502, json.dumps({"title": "Bảo trì"}).encode()), patient=patient)

    assert len(patient.slept) == 7


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "9" * 50}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT",
                "Date": "Wed, 21 Oct 2026 07:27:00 GMT",
            },
            60.0,
        ),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT",
                "Date": "Wed, 21 Oct 2026 07:29:00 GMT",
            },
            0.0,
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_clock(headers, seconds):
    """What makes no sense counts as absent."""
    assert read_retry_after(headers) == seconds


def test_a_token_is_renewed_before_it_expires():
    """At nine tenths of its life, without a refused question in between."""
    patient = Patient()
    first = (200, json.dumps({"access_token": "t-1", "expires_in": 10}).encode())
    busy = (429, b"", {"Retry-After": "9"})

    _pages, seen = _read(first, busy, token("t-2"), page("diem"), patient=patient)

    assert [path.partition("?")[0] for path, *_ in seen] == [
        "/oauth/token",
        "/v1/diem",
        "/oauth/token",
        "/v1/diem",
    ]
    assert seen[-1][1] == "Bearer t-2"


def test_reading_goes_on_from_a_cursor_and_from_a_mark():
    """Both are passed on as they came."""
    start = Start(cursor="c&1", since="m 1")

    _pages, seen = _read(token(), page("diem", contro="c2"), page("diem"), start=start)

    assert "contro=c%261" in seen[1][0]
    assert "contro=c2" in seen[2][0]
    assert all("tu=m+1" in path or "tu=m%201" in path for path, *_ in seen[1:])


@pytest.mark.parametrize("status", [400, 409, 410, 422])
def test_a_place_that_the_server_does_not_know_is_told_apart(status):
    """So that the table can be read from its beginning."""
    with pytest.raises(PlaceRefused, match="does not know the place"):
        _read(token(), (status, b""), start=Start(since="old"))


def test_nothing_new_is_no_page_at_all():
    """304: the mark and the cursor stay as they are."""
    start = Start(since="m1", etag='"e1"')

    pages, seen = _read(token(), (304, b""), start=start)

    assert pages == []
    assert seen[1][2] == '"e1"'


def test_nothing_new_without_having_asked_so_is_refused():
    """A 304 to a plain question answers nothing."""
    with pytest.raises(UpstreamRefused, match="304"):
        _read(token(), (304, b""))


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
        _read(token(), page("diem"), waiting=waiting)


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
