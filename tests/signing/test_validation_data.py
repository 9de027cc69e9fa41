"""Validation data: complete, sound, younger than what was signed; or a named reason why not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from asn1crypto import crl, ocsp, x509
from asn1crypto import pem as armor

from signing.errors import (
    AlgorithmTooWeak,
    CertificateNotValid,
    CertificateRevoked,
    CertificateUnfit,
    KeyUsageForbids,
    PathNotFound,
    RevocationUnknown,
    TimeStampUnavailable,
)
from signing.timestamp import TimeStampClient, TimeStampService
from signing.validation_data import ValidationData, gather
from tests.pki.authorities import MOMENT, Authorities, serve_authorities

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """Authorities whose clock the tests of this module may move."""
    with serve_authorities(tmp_path_factory.mktemp("moved")) as served:
        yield served


@pytest.fixture
def clock(moved: Authorities) -> Iterator[Authorities]:
    """The same, set back afterwards."""
    yield moved
    moved.moment = MOMENT


def gather_for(
    authorities: Authorities, *labels: str, tokens: tuple[bytes, ...] = (), **changes: object
) -> ValidationData:
    """Gather for signers by their labels, now."""
    given = {"trust_anchors": authorities.trust_anchors, "moment": authorities.moment}
    keys = [authorities.key(label) for label in labels]
    return gather(keys, tokens, **(given | {"timeout_s": 5.0} | changes))


def stamp(authorities: Authorities, service: str = "tsa") -> bytes:
    url = authorities.time_stamp_url(service)
    return TimeStampClient((TimeStampService(url),)).token(sha256(b"value").digest())


def answered_serials(data: ValidationData) -> set[int]:
    return {
        one["cert_id"]["serial_number"].native
        for der in data.ocsp_responses
        for one in ocsp.OCSPResponse.load(der).response_data["responses"]
    }


def serial(authorities: Authorities, label: str) -> int:
    return x509.Certificate.load(authorities.certificate(label)).serial_number


def issuers(data: ValidationData) -> list[str]:
    lists = (crl.CertificateList.load(der) for der in data.revocation_lists)
    return sorted(one.issuer.native["common_name"] for one in lists)


def test_signers_are_confirmed_before_anything_is_signed(authorities):
    """OCSP for both, the root's list for their authority; the root itself is the verifier's."""
    data = gather_for(authorities, "principal", "seal")

    labels = ("principal", "seal", "ca-public-service")
    assert set(data.certificates) == {authorities.certificate(label) for label in labels}
    assert issuers(data) == ["Root CA"]
    assert answered_serials(data) == {serial(authorities, one) for one in ("principal", "seal")}


def test_time_stamps_are_confirmed_too(authorities):
    """The service's certificate, its authority, an answer about it."""
    data = gather_for(authorities, "principal", "seal", tokens=(stamp(authorities),))

    assert authorities.certificate("tsa") in data.certificates
    assert authorities.certificate("ca-time") in data.certificates
    assert serial(authorities, "tsa") in answered_serials(data)


def test_two_services_are_both_confirmed(authorities):
    """A batch may have failed over in its middle."""
    tokens = (stamp(authorities), stamp(authorities, "tsa-2"), stamp(authorities))

    data = gather_for(authorities, "principal", tokens=tokens)

    for label in ("tsa", "tsa-2"):
        assert authorities.certificate(label) in data.certificates


def test_what_is_handed_in_is_taken_first(authorities):
    """Nobody is asked about what is known: not even an address that leads nowhere."""
    lists = [authorities.revocation_list(label) for label in ("root", "ca-public-service")]

    data = gather_for(authorities, "principal", revocation_lists=lists)

    assert data.ocsp_responses == ()
    assert data.revocation_lists == tuple(sorted(lists))


def test_lists_and_anchors_may_be_pem(authorities):
    """As authorities publish them."""
    lists = [
        armor.armor("X509 CRL", authorities.revocation_list(label))
        for label in ("root", "ca-public-service")
    ]
    anchors = [authorities.root.read_bytes()]

    data = gather_for(authorities, "principal", revocation_lists=lists, trust_anchors=anchors)

    assert issuers(data) == ["Public service CA", "Root CA"]


def test_a_list_is_fetched_where_no_one_answers(authorities):
    """The authority has a distribution point alone."""
    data = gather_for(authorities, "principal-lists-only")

    assert data.ocsp_responses == ()
    assert issuers(data) == ["Public service CA", "Root CA"]


@pytest.mark.parametrize("label", ["principal-public", "principal-2"])
def test_other_authorities_serve_as_well(authorities, label):
    """The public one, and one that has changed its key."""
    data = gather_for(authorities, label)

    assert authorities.certificate(label) in data.certificates
    assert serial(authorities, label) in answered_serials(data)


UNFIT = {
    "principal-expired": (CertificateNotValid, r"valid from .* to 2026-05-29"),
    "principal-not-yet": (CertificateNotValid, r"valid from 2026-05-31"),
    "principal-wrong-usage": (KeyUsageForbids, "nonRepudiation"),
    "principal-revoked": (CertificateRevoked, "revoked since 2026-05-01T00:00:00"),
    "principal-sha1": (AlgorithmTooWeak, "no longer safe"),
    "principal-of-strangers": (PathNotFound, "leads to no trust anchor"),
    "principal-without-pointers": (RevocationUnknown, "neither a responder nor"),
}


@pytest.mark.parametrize(("label", "expected"), UNFIT.items(), ids=UNFIT)
def test_an_unfit_signer_is_named_with_the_reason(authorities, label, expected):
    """Before anything is signed; by the file of the key, never by the name of a person."""
    error, reason = expected

    with pytest.raises(error, match=reason) as caught:
        gather_for(authorities, label)

    assert isinstance(caught.value, CertificateUnfit)
    assert f"{label}.p12" in str(caught.value)
    assert "Nguyễn" not in str(caught.value)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("tsa-revoked", CertificateRevoked),
        ("tsa-3", CertificateNotValid),
        ("tsa-wrong-usage", KeyUsageForbids),
    ],
)
def test_an_unfit_service_is_named(authorities, service, expected):
    """Revoked; not valid before 2030; for signing code."""
    with pytest.raises(expected, match="the time stamp"):
        gather_for(authorities, tokens=(stamp(authorities, service),))


def test_a_revoked_signer_is_found_in_lists_at_hand_too(authorities):
    """Where OCSP would say the same."""
    lists = [authorities.revocation_list(label) for label in ("root", "ca-public-service")]

    with pytest.raises(CertificateRevoked, match="2026-05-01"):
        gather_for(authorities, "principal-revoked", revocation_lists=lists)


def test_another_root_is_no_trust_anchor(authorities):
    """The verifier trusts whom it was told."""
    strangers = (authorities.certificate("other-root"),)

    with pytest.raises(PathNotFound, match=r"principal\.p12 leads to no trust anchor"):
        gather_for(authorities, "principal", trust_anchors=strangers)


def test_a_key_file_without_its_authoritys_certificate_is_told(authorities):
    """What to do stands in the message."""
    alone = replace(authorities.key("principal"), chain=())

    with pytest.raises(PathNotFound, match="Put the certificates of its authorities"):
        gather([alone], [], trust_anchors=authorities.trust_anchors, moment=authorities.moment)


def test_nothing_is_confirmed_by_what_is_no_token(authorities):
    """Nor by a token that somebody changed."""
    token = bytearray(stamp(authorities))
    token[-1] ^= 1

    for broken in (b"", b"garbage", bytes(token)):
        with pytest.raises(TimeStampUnavailable, match="A time stamp of the batch is none"):
            gather_for(authorities, tokens=(broken,))


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x30\x00"])
def test_files_that_are_none_of_their_kind_are_told(authorities, content):
    """Settings may name the wrong file."""
    with pytest.raises(PathNotFound, match="certificate of an authority is none"):
        gather_for(authorities, "principal", trust_anchors=(content,))
    with pytest.raises(RevocationUnknown, match="revocation list is none"):
        gather_for(authorities, "principal", revocation_lists=(content,))


def test_evidence_about_a_signer_is_younger_than_the_stamp(clock):
    """A list of this morning does not say that the key was not stolen at noon."""
    label = "principal-lists-only"
    token = stamp(clock)

    with pytest.raises(RevocationUnknown, match="older than the time stamp"):
        gather_for(clock, label, tokens=(token,))
    clock.moment = MOMENT + DAY
    data = gather_for(clock, label, tokens=(token,))

    assert "Public service CA" in issuers(data)


def test_an_older_list_that_lasts_as_long_as_the_certificate_is_enough(authorities, signers):
    """The sandbox's authority makes no other one; its list counts until its end."""
    pki = signers.pki
    lists = [pki.root_crl.read_bytes(), pki.ca_crl.read_bytes()]
    anchors = [pki.root.read_bytes(), *authorities.trust_anchors]

    data = gather(
        [signers.principal.key],
        [stamp(authorities)],
        trust_anchors=anchors,
        revocation_lists=lists,
        moment=authorities.moment,
    )

    assert set(lists) <= set(data.revocation_lists)


def test_a_list_that_is_out_of_date_is_passed_over(clock):
    """The responder is asked instead."""
    old = [
        clock.revocation_list(label, MOMENT - 200 * DAY) for label in ("root", "ca-public-service")
    ]

    data = gather_for(clock, "principal", revocation_lists=old)

    assert serial(clock, "principal") in answered_serials(data)
    assert not set(old) & set(data.revocation_lists)


def test_the_same_gathered_again_differs_only_in_what_answers_differ(authorities):
    """Lists and certificates come out in one order."""
    first, second = (gather_for(authorities, "principal", "seal") for _time in range(2))

    assert first.certificates == second.certificates
    assert first.revocation_lists == second.revocation_lists


def test_a_moment_when_nothing_is_valid_any_more_is_told(clock):
    """The clock of a machine may be wrong by decades."""
    for moment in (MOMENT - 3000 * DAY, MOMENT + 3000 * DAY):
        with pytest.raises(CertificateNotValid):
            gather_for(clock, "principal", moment=moment)


def test_keys_of_all_kinds_can_be_confirmed(any_signers):
    """P-256, RSA with 2048 and 3072 bits."""
    pki = any_signers.pki
    keys = [any_signers.principal.key, any_signers.school.key]
    moment = any_signers.principal.signed_at

    data = gather(
        keys,
        [],
        trust_anchors=[pki.root.read_bytes()],
        revocation_lists=[pki.root_crl.read_bytes(), pki.ca_crl.read_bytes()],
        moment=moment,
    )

    assert len(data.certificates) == 3
