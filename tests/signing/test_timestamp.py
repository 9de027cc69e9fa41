"""The RFC 3161 client: no service can make it wait for ever, or take a token that is none."""

import threading
import time

import pytest
from asn1crypto import cms

from signing.errors import SigningError, TimeStampUnavailable
from signing.time_stamp_token import parse_token
from signing.timestamp import TimeStampClient, TimeStampService
from tests.pki.misbehaving import Request, server_that
from tests.signing.services import DIGEST, client_of, forged, relay, say


@pytest.fixture
def honest(authorities) -> TimeStampService:
    """A service that works."""
    return TimeStampService(authorities.time_stamp_url())


def test_a_token_is_over_the_digest_and_at_the_services_time(honest, authorities):
    """And holds the certificates that verify it."""
    token = parse_token(client_of(honest).token(DIGEST))

    assert token.digest == DIGEST
    assert token.made_at == authorities.moment
    assert token.signer.dump() == authorities.certificate("tsa")
    assert authorities.certificate("ca-time") in [one.dump() for one in token.certificates]


def test_each_question_has_another_nonce(honest):
    """An answer to an older one is no answer."""
    client = client_of(honest)

    assert len({parse_token(client.token(DIGEST)).nonce for _time in range(5)}) == 5


def never(_request: Request) -> None:
    threading.Event().wait(20)


def drip(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    for _byte in range(100):
        request.wfile.write(b"0")
        time.sleep(0.2)


def flood(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    for _part in range(10_000):
        request.wfile.write(bytes(65536))


def hang_up(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"0" * 10)
    request.close_connection = True


# TimeStampResp { status { status rejection (2) } }, without a token (RFC 3161 section 2.4.2).
REFUSED = bytes.fromhex("30053003020102")
MISBEHAVIOUR = {
    "slow": (never, "no whole answer within 1 s"),
    "drips": (drip, "no whole answer within 1 s"),
    "huge": (flood, "longer than 65536 bytes"),
    "hangs up": (hang_up, "no connection|cannot be read|no time-stamp response"),
    "error page": (say(b"<html>", status=500), "it answers HTTP 500"),
    "redirect": (say(b"", status=302, Location="http://example.org/"), "it answers HTTP 302"),
    "empty": (say(b""), "no time-stamp response"),
    "web page": (say(b"<html>" * 100), "no time-stamp response"),
    "garbage": (say(bytes(range(256))), "no time-stamp response"),
    "refuses": (say(REFUSED), r"it refuses \(rejection\)"),
}


@pytest.mark.parametrize(("answer", "reason"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
def test_a_service_that_misbehaves_is_named_with_the_reason(serve, answer, reason):
    """Within the time that it is given."""
    url = serve(answer)
    began = time.monotonic()

    with pytest.raises(TimeStampUnavailable, match=rf"{url}: .*({reason})"):
        client_of(url).token(DIGEST)

    assert time.monotonic() - began < 5


def test_a_service_that_is_down_is_named(serve):
    """Nobody listens there any more."""
    with server_that(never) as url:
        pass

    with pytest.raises(TimeStampUnavailable, match=rf"{url}: no connection"):
        client_of(url).token(DIGEST)


@pytest.mark.parametrize(
    ("url", "reason"),
    [("ftp://example.org/tsa", "neither http"), ("http://", "no connection"), ("", "neither http")],
)
def test_an_address_that_is_none_is_told(url, reason):
    """A slip in the settings."""
    with pytest.raises(TimeStampUnavailable, match=reason):
        client_of(url).token(DIGEST)


def test_the_next_service_is_asked_when_one_fails(serve, honest, authorities):
    """In the order in which they are named."""
    bad = [serve(say(b"")), serve(say(b"", status=503)), serve(never)]

    token = client_of(*bad, honest).token(DIGEST)

    assert parse_token(token).signer.dump() == authorities.certificate("tsa")


def test_a_service_that_works_again_is_found_in_the_second_round(serve, authorities):
    """Between the rounds one waits a little."""
    asked: list[bytes] = []
    waits: list[float] = []

    def answer(request: Request) -> None:
        asked.append(request.body)
        if len(asked) == 1:
            return request.send(b"", status=503)
        return relay(authorities)(request)

    service = TimeStampService(serve(answer), timeout_s=5)
    client = TimeStampClient((service,), rounds=2, sleep=waits.append)

    assert parse_token(client.token(DIGEST)).digest == DIGEST
    assert (len(asked), len(waits)) == (2, 1)


def test_all_services_are_named_when_none_works_and_each_was_asked_in_each_round(serve):
    """Bounded: rounds times services."""
    asked: list[str] = []

    def refuse(request: Request) -> None:
        asked.append(request.path)
        request.send(b"", status=503)

    urls = [serve(refuse) + f"/{number}" for number in range(3)]

    with pytest.raises(TimeStampUnavailable) as caught:
        client_of(*urls, rounds=2).token(DIGEST)

    assert all(f"{url}: it answers HTTP 503" in str(caught.value) for url in urls)
    assert asked == ["/0", "/1", "/2"] * 2


def test_no_message_shows_what_opens_the_service(serve):
    """User, password and key stand in addresses; addresses in messages do not hold them."""
    url = serve(say(b"", status=403)).replace("http://", "http://school:s3cret@") + "/tsa?key=abc"

    with pytest.raises(TimeStampUnavailable) as caught:
        client_of(url).token(DIGEST)

    shown: object = caught.value
    while shown is not None:
        assert "s3cret" not in repr(shown)
        assert "abc" not in repr(shown)
        shown = getattr(shown, "__cause__", None)
    assert "/tsa: it answers HTTP 403" in str(caught.value)


def test_user_and_password_of_the_address_are_sent(serve, authorities):
    """Basic authentication, as services ask for it."""
    seen: list[str | None] = []

    def answer(request: Request) -> None:
        seen.append(request.headers.get("Authorization"))
        relay(authorities)(request)

    client_of(serve(answer).replace("http://", "http://school:s3cret@")).token(DIGEST)

    assert seen == ["Basic c2Nob29sOnMzY3JldA=="]


def test_the_largest_token_is_learnt_once_and_holds_for_all(serve, authorities):
    """So that no signature is made twice to learn its size; a larger token is none."""
    asked: list[bytes] = []

    def grows(request: Request) -> None:
        asked.append(request.body)
        size = 0 if len(asked) == 1 else 200

        def pad(signed: cms.SignedData) -> None:
            if size:
                for one in authorities.certificate("root"), authorities.certificate("ca-public"):
                    signed["certificates"].append(cms.CertificateChoices.load(one))

        relay(authorities, change_answer=forged(pad))(request)

    service = TimeStampService(serve(grows), timeout_s=5)
    client = client_of(service)

    largest = client.largest_token

    assert client.largest_token == largest
    assert len(asked) == 1
    for who in (client, client_of(service, largest_token=largest)):  # as in a worker
        with pytest.raises(TimeStampUnavailable, match=f"longer than {largest} bytes"):
            who.token(DIGEST)


def test_tokens_stay_below_the_largest_one(honest):
    """The margin covers what differs between two tokens of a service."""
    client = client_of(honest)
    largest = client.largest_token

    assert all(len(client.token(DIGEST)) <= largest for _time in range(10))


def test_the_largest_token_cannot_be_learnt_of_nobody(serve):
    """A batch does not start without a service."""
    with pytest.raises(TimeStampUnavailable, match="it answers HTTP 503"):
        _ = client_of(serve(say(b"", status=503))).largest_token


def test_there_is_one_kind_of_error():
    """Callers pause the batch on it."""
    assert issubclass(TimeStampUnavailable, SigningError)
