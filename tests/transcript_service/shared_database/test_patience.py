"""How patiently the client asks again: delays, Retry-After, limits, tokens; real sockets."""

import json

import pytest

from tests.transcript_service.shared_database.scripted_reading import read_all
from tests.transcript_service.shared_database.upstream import (
    CUT,
    Patient,
    page,
    token,
)
from transcript_service.shared_database.answers import read_retry_after
from transcript_service.shared_database.retrying import Patience
from transcript_service.shared_database.trouble import (
    UpstreamRefused,
)


@pytest.mark.parametrize("trouble", [(500, b""), (503, b"{}"), (429, b""), CUT, (200, b"{")])
def test_what_may_pass_is_asked_again_and_waited_for_longer_each_time(trouble):
    """Status, half an answer, half JSON; the delays double up to their bound."""
    patient = Patient()
    answers = [token(), trouble, trouble, trouble, page("diem", [{"a": 1}])]

    (only,), seen = read_all(*answers, patient=patient, patience=Patience(greatest_delay_s=1.5))

    assert only.records == ({"a": 1},)
    assert len(seen) == 5
    assert patient.slept == [0.5, 1.0, 1.5]


def test_delays_are_drawn_at_random_below_their_bound():
    """So that the schools of a province do not come back at one moment."""
    patient = Patient(jitter=0.25)

    read_all(token(), (500, b""), (500, b""), page("diem"), patient=patient)

    assert patient.slept == [0.125, 0.25]


def test_a_token_endpoint_in_trouble_is_asked_again():
    """As pages are."""
    (only,), _seen = read_all(CUT, (503, b""), token(), page("diem"))

    assert only.records == ()


def test_the_wait_that_the_server_asks_for_is_kept():
    """Retry-After comes first, jitter on top."""
    patient = Patient()

    read_all(token(), (429, b"", {"Retry-After": "7"}), page("diem"), patient=patient)

    assert patient.slept == [7.5]


def test_a_wait_beyond_the_limits_is_not_begun():
    """The reader is told how long the server wants."""
    patient = Patient()

    with pytest.raises(UpstreamRefused, match="wait for 5000 s"):
        read_all(token(), (429, b"", {"Retry-After": "5000"}), patient=patient)

    assert patient.slept == []


def test_all_waits_of_a_run_together_are_bounded():
    """Trouble on each page does not make a run of days."""
    patient = Patient()
    answers = [token()]
    for number in range(10):
        answers += [(503, b""), page("diem", contro=str(number))]

    with pytest.raises(UpstreamRefused, match="503"):
        read_all(*answers, patient=patient, patience=Patience(longest_wait_s=2.0))

    assert sum(patient.slept) == 2.0


def test_asking_ends_after_some_attempts():
    """Eight by default, and the last trouble is told."""
    patient = Patient()

    with pytest.raises(UpstreamRefused, match=r"502 \(Bảo trì\)"):
        read_all(token(), (502, json.dumps({"title": "Bảo trì"}).encode()), patient=patient)

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

    _pages, seen = read_all(first, busy, token("t-2"), page("diem"), patient=patient)

    assert [path.partition("?")[0] for path, *_ in seen] == [
        "/oauth/token",
        "/v1/diem",
        "/oauth/token",
        "/v1/diem",
    ]
    assert seen[-1][1] == "Bearer t-2"
