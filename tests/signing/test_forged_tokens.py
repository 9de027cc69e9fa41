"""A token is over this digest, answers this question and holds by its certificate, or is none."""

import asyncio
from collections.abc import Callable
from hashlib import sha256

import pytest
from asn1crypto import cms, tsp
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import TimeStampUnavailable
from signing.time_stamp_token import BadToken, parse_token
from signing.timestamp import TimeStampService
from tests.signing.sample import SIGNED_AT
from tests.signing.services import DIGEST, client_of, forged, relay
from tests.verifier.extending import time_stamper


def another(name: str, value: object) -> Callable[[bytes], bytes]:
    """Change a field of the question on its way."""

    def change(question: bytes) -> bytes:
        parsed = tsp.TimeStampReq.load(question)
        if name == "nonce":
            parsed["nonce"] = value
        else:
            parsed["message_imprint"][name] = value
        return parsed.dump(force=True)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (another("nonce", 4711), "its nonce differs"),
        (another("hashed_message", sha256(b"other").digest()), "over another digest"),
        (another("hash_algorithm", {"algorithm": "sha512"}), "another kind of digest"),
    ],
    ids=["nonce", "digest", "kind of digest"],
)
def test_an_answer_to_another_question_is_no_answer(serve, authorities, change, reason):
    """A good token of a good service, over something else."""
    url = serve(relay(authorities, change_question=change))

    with pytest.raises(TimeStampUnavailable, match=reason):
        client_of(url).token(DIGEST)


def without_nonce(question: bytes) -> bytes:
    parsed = tsp.TimeStampReq.load(question)
    return tsp.TimeStampReq(
        {"version": "v1", "message_imprint": parsed["message_imprint"], "cert_req": True}
    ).dump()


def test_an_answer_without_nonce_is_no_answer(serve, authorities):
    """It could be an old one."""
    url = serve(relay(authorities, change_question=without_nonce))

    with pytest.raises(TimeStampUnavailable, match="its nonce differs"):
        client_of(url).token(DIGEST)


def another_signature(signed: cms.SignedData) -> None:
    value = bytearray(signed["signer_infos"][0]["signature"].native)
    value[-1] ^= 1
    signed["signer_infos"][0]["signature"] = bytes(value)


def another_time(signed: cms.SignedData) -> None:
    info = signed["encap_content_info"]["content"].parsed
    info["serial_number"] = 1
    signed["encap_content_info"] = {
        "content_type": "tst_info",
        "content": cms.ParsableOctetString(info.dump(force=True)),
    }


def another_content(signed: cms.SignedData) -> None:
    info = signed["encap_content_info"]["content"].parsed.dump()
    signed["encap_content_info"] = {"content_type": "data", "content": info}


def no_certificates(signed: cms.SignedData) -> None:
    signed["certificates"] = cms.CertificateSet([])


def no_signer(signed: cms.SignedData) -> None:
    signed["signer_infos"] = cms.SignerInfos([])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (another_signature, "signature does not hold"),
        (another_time, "signature does not hold"),
        (another_content, "something else than time|cannot be read"),
        (no_certificates, "cannot be read"),
        (no_signer, "cannot be read"),
    ],
)
def test_a_forged_token_is_no_token(serve, authorities, change, reason):
    """Its signature is checked before it is put into a document."""
    url = serve(relay(authorities, change_answer=forged(change)))

    with pytest.raises(TimeStampUnavailable, match=reason):
        client_of(url).token(DIGEST)


@pytest.fixture(scope="module")
def token(authorities) -> bytes:
    """One good token."""
    return client_of(TimeStampService(authorities.time_stamp_url())).token(DIGEST)


def test_a_token_of_a_service_with_an_rsa_key_is_read():
    """As most services have it; made by another program (pyHanko)."""
    stamper = time_stamper(SIGNED_AT)
    made = asyncio.run(stamper.async_timestamp(DIGEST, "sha256"))

    token = parse_token(made.dump())

    assert (token.digest, token.made_at) == (DIGEST, SIGNED_AT)
    assert token.signer.public_key.algorithm == "rsa"


def test_a_token_signed_over_an_unsafe_digest_is_refused(authorities):
    """SHA-1 has been broken; the service's certificate is good."""
    service = TimeStampService(authorities.time_stamp_url("tsa-sha1"))

    with pytest.raises(TimeStampUnavailable, match="unsafe kind of digest"):
        client_of(service).token(DIGEST)


def written_anew(token: bytes, authorities, change: Callable[[bytes], bytes]) -> bytes:
    """Let the service sign other words of a token (DER of TSTInfo)."""
    made = cms.ContentInfo.load(token)
    content, signer = made["content"]["encap_content_info"], made["content"]["signer_infos"][0]
    info = change(content["content"].parsed.dump())
    content["content"] = cms.ParsableOctetString(info)
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [sha256(info).digest()]
    signer["signature"] = authorities.sign("tsa", signer["signed_attrs"].untag().dump(force=True))
    return made.dump()


def without_zone(info: bytes) -> bytes:
    zoned, bare = b"\x18\x0f20260530080410Z", b"\x18\x0e20260530080410"
    assert info[:2] == b"\x30\x81"
    assert zoned in info
    return info[:2] + bytes([info[2] - 1]) + info[3:].replace(zoned, bare)


def test_a_time_without_zone_is_no_time(authorities, token):
    """RFC 3161 section 2.4.2 demands UTC, whoever signed it."""
    assert parse_token(written_anew(token, authorities, lambda info: info)).digest == DIGEST

    with pytest.raises(BadToken, match="no zone"):
        parse_token(written_anew(token, authorities, without_zone))


def test_a_token_of_an_unknown_kind_of_key_is_refused(token):
    """A curve that nobody knows instead of P-256."""
    known, unknown = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f")

    with pytest.raises(BadToken, match="cannot be read"):
        parse_token(token.replace(known, unknown))


@given(data=st.data())
def test_a_damaged_token_is_refused_and_nothing_else(data, token):
    """Whatever its bytes make the parser do."""
    at = data.draw(st.integers(0, len(token)))
    damaged = token[:at] + data.draw(st.binary(max_size=4)) + token[at + 2 :]

    try:
        parsed = parse_token(damaged)
    except BadToken:
        return
    assert parsed.digest == DIGEST


@given(content=st.binary(max_size=200))
def test_what_is_no_token_is_refused_and_nothing_else(content):
    """Random bytes."""
    with pytest.raises(BadToken):
        parse_token(content)
