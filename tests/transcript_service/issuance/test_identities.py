"""By what the registry knows a school's certificates."""

import warnings
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SigningKey
from transcript_service.issuance.identities import declaration_of
from transcript_service.sandbox_pki import SandboxPasswords, SandboxPKI, make_sandbox_pki
from verifier.registry_events import Use
from verifier.signer_identity import seal_identity

LONGEST = "Trường Trung học cơ sở Nguyễn Thị Minh Khai ở Đường Số"
"""54 characters, more than 64 bytes: schools have such names."""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> SandboxPKI:
    """A school with a long name."""
    return make_sandbox_pki(
        tmp_path_factory.mktemp("sandbox"),
        school_name=LONGEST,
        organization_identifier="VATVN-0000000000",
        principal_name=LONGEST,
        passwords=SandboxPasswords(principal="1", seal="2"),
        now=datetime(2026, 5, 30, tzinfo=UTC),
    )


def declared(use: Use, path: Path, password: str) -> tuple[bytes, SigningKey]:
    """What is declared for a key file, and its key; a warning would be an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        key = load_pkcs12(path, password)
        return declaration_of(use, key), key


def test_a_seal_is_declared_by_its_issuer_and_organization(pki: SandboxPKI) -> None:
    """So a renewed certificate is declared already; a long name is no matter for a warning."""
    issuer = x509.load_pem_x509_certificate(pki.ca.read_bytes()).public_key()
    spki = issuer.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert declared(Use.SEAL, pki.seal_key, "2")[0] == seal_identity(spki, "VATVN-0000000000")


def test_a_principal_is_declared_by_the_certificate_alone(pki: SandboxPKI) -> None:
    """People's certificates name no organization that outlives them."""
    identity, key = declared(Use.PRINCIPAL, pki.principal_key, "1")

    assert identity == sha256(key.certificate).digest()
