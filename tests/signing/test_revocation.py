"""Responders and distribution points that fail or lie: the next source, or a named reason."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from asn1crypto import ocsp, x509
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import CertificateRevoked, RevocationUnknown
from signing.http_exchange import HttpExchange
from signing.revocation import fetch_evidence
from signing.validation_data import ValidationData, gather
from tests.pki.authorities import Authorities, serve_authorities

OCSP, LIST = "/ocsp/ca-public-service", "/crls/ca-public-service"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    with serve_authorities(tmp_path_factory.mktemp("troubled")) as authorities:
        yield authorities


@pytest.fixture
def troubled(served: Authorities) -> Iterator[Authorities]:
    """Authorities that a test may trouble."""
    yield served
    served.trouble.clear()


def confirm(
    authorities: Authorities, label: str = "principal", *, clock_behind_s: int = 0
) -> ValidationData:
    return gather(
        [authorities.key(label)],
        [],
        trust_anchors=authorities.trust_anchors,
        moment=authorities.moment - timedelta(seconds=clock_behind_s),
        timeout_s=1.0,
    )


def always(content: bytes, status: int = 200) -> Callable[[bytes], tuple[int, bytes]]:
    return lambda _question: (status, content)


def never(_question: bytes) -> tuple[int, bytes]:
    threading.Event().wait(3)
    return 200, b""


def question_about(serial_number: int, question: bytes) -> bytes:
    parsed = ocsp.OCSPRequest.load(question)
    parsed["tbs_request"]["request_list"][0]["req_cert"]["serial_number"] = serial_number
    return parsed.dump(force=True)


def with_nonce(nonce: bytes, question: bytes) -> bytes:
    parsed = ocsp.OCSPRequest.load(question)
    parsed["tbs_request"]["request_extensions"][0]["extn_value"] = nonce
    return parsed.dump(force=True)


def forged(answer: bytes) -> bytes:
    """Let an answer say good by other words than were signed."""
    parsed = ocsp.OCSPResponse.load(answer)
    basic = parsed["response_bytes"]["response"].parsed
    value = bytearray(basic["signature"].native)
    value[-1] ^= 1
    basic["signature"] = bytes(value)
    parsed["response_bytes"]["response"] = ocsp.ParsableOctetString(basic.dump(force=True))
    return parsed.dump(force=True)


def with_unknown_curve(content: bytes) -> bytes:
    """Name a curve that nobody knows instead of P-256."""
    return content.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f"))


TROUBLE = {
    "down": (always(b"", 503), "it answers HTTP 503"),
    "slow": (never, "no whole answer within 1 s"),
    "empty": (always(b""), "no OCSP response"),
    "web page": (always(b"<html>"), "no OCSP response"),
    "huge": (always(bytes(300_000)), "longer than 262144 bytes"),
    "refuses": (always(ocsp.OCSPResponse({"response_status": "try_later"}).dump()), "try_later"),
}


@pytest.mark.parametrize(("answer", "reason"), TROUBLE.values(), ids=TROUBLE)
def test_a_responder_that_fails_gives_way_to_the_list(troubled, answer, reason):
    """And both are named when the list fails, too."""
    troubled.trouble[OCSP] = answer
    data = confirm(troubled)
    troubled.trouble[LIST] = always(b"", 404)
    with pytest.raises(RevocationUnknown, match=reason) as caught:
        confirm(troubled)

    assert data.ocsp_responses == ()
    assert len(data.revocation_lists) == 2
    assert "latest.crl: it answers HTTP 404" in str(caught.value)


def lying(
    change_question: Callable[[bytes], bytes], change_answer: Callable[[bytes], bytes]
) -> Callable[[Authorities], Callable[[bytes], tuple[int, bytes]]]:
    return lambda authorities: (
        lambda question: (
            200,
            change_answer(authorities.ask(OCSP, change_question(question))),
        )
    )


LIES = {
    "about another": lying(
        lambda question: question_about(0x1001, question), lambda answer: answer
    ),
    "to another": lying(lambda question: with_nonce(b"0" * 16, question), lambda answer: answer),
    "forged": lying(lambda question: question, forged),
    "of an unknown kind of key": lying(lambda question: question, with_unknown_curve),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_is_none_about_this_certificate_is_not_taken(troubled, lie):
    """Another certificate's, another question's, another signature."""
    troubled.trouble[OCSP] = lie(troubled)

    data = confirm(troubled)

    assert data.ocsp_responses == ()
    assert len(data.revocation_lists) == 2


def test_an_answer_of_another_authoritys_responder_is_not_taken(troubled):
    """Its responder may answer for its own authority alone."""

    def answer(question: bytes) -> tuple[int, bytes]:
        return 200, troubled.ask("/ocsp/ca-public", question)

    troubled.trouble[OCSP] = answer

    assert confirm(troubled).ocsp_responses == ()


def test_revoked_is_revoked_whatever_the_list_says(troubled):
    """The responder knows it first; nobody goes on to ask for a better answer."""
    asked: list[bytes] = []

    def answer(question: bytes) -> tuple[int, bytes]:
        asked.append(question)
        return 404, b""

    troubled.trouble[LIST] = answer

    with pytest.raises(CertificateRevoked, match="2026-05-01"):
        confirm(troubled, "principal-revoked")

    assert asked == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no revocation list"),
        (b"<html>", "no revocation list"),
        (bytes(1000), "no revocation list"),
    ],
)
def test_a_list_that_is_none_is_named(troubled, content, reason):
    """Where no responder is named either."""
    troubled.trouble[LIST] = always(content)

    with pytest.raises(RevocationUnknown, match=rf"latest\.crl: it is {reason}"):
        confirm(troubled, "principal-lists-only")


def test_the_list_of_another_authority_is_not_taken(troubled):
    """Put in the place of the right one."""
    troubled.trouble[LIST] = always(troubled.revocation_list("ca-public"))

    with pytest.raises(RevocationUnknown, match="says nothing sound"):
        confirm(troubled, "principal-lists-only")


def test_a_forged_list_is_not_taken(troubled):
    """One bit of its signature."""
    content = bytearray(troubled.revocation_list("ca-public-service"))
    content[-1] ^= 1
    troubled.trouble[LIST] = always(bytes(content))

    with pytest.raises(RevocationUnknown, match="says nothing sound"):
        confirm(troubled, "principal-lists-only")


def test_waiting_is_bounded_when_nobody_answers(troubled):
    """A second for each source."""
    troubled.trouble |= {OCSP: never, LIST: never, "/crls/root": never}
    began = time.monotonic()

    with pytest.raises(RevocationUnknown, match="no whole answer"):
        confirm(troubled)

    assert time.monotonic() - began < 4


def test_a_responder_whose_clock_is_a_little_ahead_is_believed(troubled):
    """No two machines have one time; half an hour is another matter."""
    assert len(confirm(troubled, clock_behind_s=30).ocsp_responses) == 1
    assert confirm(troubled, clock_behind_s=1800).ocsp_responses == ()


@pytest.fixture(scope="module")
def answer(served: Authorities) -> bytes:
    """A good answer about the principal that fits any question: it repeats no nonce."""
    kept: list[bytes] = []

    def keep(question: bytes) -> tuple[int, bytes]:
        wanted = ocsp.OCSPRequest.load(question)["tbs_request"]["request_list"]
        bare = ocsp.OCSPRequest({"tbs_request": {"request_list": wanted}})
        kept.append(served.ask(OCSP, bare.dump()))
        return 200, kept[-1]

    served.trouble[OCSP] = keep
    assert len(confirm(served).ocsp_responses) == 1
    served.trouble.clear()
    return kept[0]


@settings(max_examples=30)
@given(data=st.data())
def test_a_damaged_answer_is_not_taken_whatever_it_makes_the_libraries_do(served, answer, data):
    """The list is read instead; where nothing that counts was hit, the answer may stand."""
    at = data.draw(st.integers(0, len(answer) - 1))
    damaged = answer[:at] + data.draw(st.binary(max_size=3)) + answer[at + 2 :]
    served.trouble[OCSP] = always(damaged)
    try:
        found = confirm(served)
    finally:
        served.trouble.clear()

    assert len(found.revocation_lists) == 2 or found.ocsp_responses == (damaged,)


def certificate_with_lists_at(*urls: str) -> x509.Certificate:
    """A certificate with one distribution point of several addresses."""
    names = [x509.GeneralName("uniform_resource_identifier", url) for url in urls]
    point = {"distribution_point": x509.DistributionPointName("full_name", names)}
    extension = {"extn_id": "crl_distribution_points", "extn_value": [point]}
    return x509.Certificate({"tbs_certificate": {"extensions": [extension]}})


def test_a_list_is_fetched_from_the_address_that_is_one_of_http(troubled):
    """Other authorities name their directory (LDAP) first."""
    certificate = certificate_with_lists_at(
        "ldap:///CN=CA", f"{troubled.url}/tests{LIST}/latest.crl", "ldap://ca.example/CN=CA"
    )
    problems: list[str] = []

    (found,) = fetch_evidence(
        certificate, certificate, HttpExchange(), timeout_s=5, problems=problems
    )

    assert found.revocation_list.dump() == troubled.revocation_list("ca-public-service")
    assert problems == []


def test_a_certificate_with_endless_addresses_is_not_followed_to_the_end(troubled):
    """Four are enough for any authority."""
    asked: list[bytes] = []

    def answer(question: bytes) -> tuple[int, bytes]:
        asked.append(question)
        return 404, b""

    troubled.trouble[LIST] = answer
    urls = [f"{troubled.url}/tests{LIST}/{number}.crl" for number in range(50)]
    certificate = certificate_with_lists_at(*urls)
    http = HttpExchange()

    assert list(fetch_evidence(certificate, certificate, http, timeout_s=5, problems=[])) == []
    assert len(asked) == 4
