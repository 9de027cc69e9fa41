"""The CMS object says who signed what, in DER, and fits into the room that is kept for it."""

import subprocess
from hashlib import sha256

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from signing.cms import largest_size, signed_data
from tests.signing.sample import SIGNED_AT

DIGEST = sha256(b"content").digest()


def attributes_of(der: bytes) -> dict[str, object]:
    """Signed attributes by name."""
    signer = cms.ContentInfo.load(der, strict=True)["content"]["signer_infos"][0]
    return {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}


@pytest.fixture(scope="module")
def key(any_signers):
    """A principal's key of each kind."""
    return any_signers.principal.key


def test_it_is_der(key):
    """Decoding all of it and encoding it again gives the same bytes."""
    der = signed_data(key, DIGEST)

    assert cms.ContentInfo.load(der, strict=True).dump(force=True) == der


def test_the_signed_attributes_are_those_of_pades(key):
    """Digest, certificate and algorithms are signed; the time stands in the PDF instead."""
    attributes = attributes_of(signed_data(key, DIGEST))

    assert set(attributes) == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }
    assert attributes["content_type"][0].native == "data"
    assert attributes["message_digest"][0].native == DIGEST
    certificate_id = attributes["signing_certificate_v2"][0]["certs"][0]
    assert certificate_id["cert_hash"].native == sha256(key.certificate).digest()
    assert certificate_id["hash_algorithm"]["algorithm"].native == "sha256"


def test_the_signer_and_the_issuing_authority_travel_along_but_not_the_root(key):
    """A verifier builds the path to its own trust anchor."""
    content = cms.ContentInfo.load(signed_data(key, DIGEST))["content"]

    certificates = {certificate.chosen.dump() for certificate in content["certificates"]}
    assert certificates == {key.certificate, *key.chain}
    subjects = {
        certificate.chosen.subject.native["common_name"] for certificate in content["certificates"]
    }
    assert "Issuing CA (SANDBOX)" in subjects
    assert "Root CA (SANDBOX)" not in subjects


def test_the_signer_is_named_by_issuer_and_serial_number(key):
    """Byte for byte as in the certificate."""
    content = cms.ContentInfo.load(signed_data(key, DIGEST))["content"]
    signer = content["signer_infos"][0]["sid"].chosen
    certificate = next(
        c.chosen for c in content["certificates"] if c.chosen.dump() == key.certificate
    )

    assert signer["issuer"].dump() == certificate["tbs_certificate"]["issuer"].dump()
    assert signer["serial_number"].native == certificate.serial_number


@given(digest=st.binary(min_size=32, max_size=32))
def test_it_is_never_larger_than_announced(key, digest):
    """The room in the PDF is reserved before the signature is made."""
    size = len(signed_data(key, digest))

    assert size <= largest_size(key) <= size + 80


def test_the_same_digest_gives_the_same_signature(key):
    """RFC 6979 and PKCS#1 v1.5 use no randomness, so a repeated step changes nothing."""
    assert signed_data(key, DIGEST) == signed_data(key, DIGEST)


@pytest.mark.judge
def test_openssl_verifies_it(any_signers, key, tmp_path):
    """Another implementation of CMS accepts content, signature, signing certificate and path."""
    (tmp_path / "content").write_bytes(b"content")
    (tmp_path / "signature.der").write_bytes(signed_data(key, DIGEST))
    command = ["openssl", "cms", "-verify", "-binary", "-cades", "-purpose", "any"]
    command += ["-CAfile", str(any_signers.pki.root), "-attime", str(int(SIGNED_AT.timestamp()))]
    command += ["-inform", "DER", "-in", "signature.der", "-content", "content"]

    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (answer.returncode, answer.stdout) == (0, "content"), answer.stderr
