"""The sandbox's keys sign like real ones, and cannot be taken for them."""

import stat
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from transcript_service.errors import ServiceError, UsageError
from transcript_service.sandbox_pki import (
    KeyKind,
    SandboxPasswords,
    SandboxPKI,
    make_sandbox_pki,
)

NOW = datetime(2026, 5, 30, 8, 4, 5, 678901, tzinfo=UTC)
SCHOOL = "Trường THCS Hoa Phượng"
PASSWORDS = SandboxPasswords(principal="mật khẩu 1", seal="mật khẩu 2")


def make(directory, **changes: object) -> SandboxPKI:
    """A sandbox for the sample school."""
    given = {
        "school_name": SCHOOL,
        "organization_identifier": "VATVN-0000000000",
        "principal_name": "Nguyễn Thị Ngọc Ánh",
        "passwords": PASSWORDS,
        "now": NOW,
    }
    return make_sandbox_pki(directory, **(given | changes))


@pytest.fixture(scope="module")
def pki(tmp_path_factory) -> SandboxPKI:
    """One sandbox for all tests that only look at it."""
    return make(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture(scope="module")
def certificates(pki) -> dict[str, x509.Certificate]:
    """Its certificates by what they are for."""
    opened = [
        pkcs12.load_pkcs12(path.read_bytes(), password.encode())
        for path, password in (
            (pki.principal_key, PASSWORDS.principal),
            (pki.seal_key, PASSWORDS.seal),
        )
    ]
    return {
        "root": x509.load_pem_x509_certificate(pki.root.read_bytes()),
        "ca": x509.load_pem_x509_certificate(pki.ca.read_bytes()),
        "principal": opened[0].cert.certificate,
        "seal": opened[1].cert.certificate,
    }


def extension(certificate: x509.Certificate, kind: type) -> x509.Extension:
    """One extension by its type."""
    return certificate.extensions.get_extension_for_class(kind)


def test_every_subject_says_sandbox(certificates):
    """In the common name, which is what readers show, and as organizational unit."""
    for certificate in certificates.values():
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        (unit,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        assert name.value.endswith(" (SANDBOX)")
        assert unit.value == "SANDBOX"


def test_the_seal_names_its_organization(certificates):
    """organizationIdentifier 2.5.4.97, from which the registry may know a renewed seal."""
    (identifier,) = certificates["seal"].subject.get_attributes_for_oid(
        x509.ObjectIdentifier("2.5.4.97")
    )

    assert identifier.value == "VATVN-0000000000"
    assert not certificates["principal"].subject.get_attributes_for_oid(
        NameOID.ORGANIZATION_IDENTIFIER
    )


def test_the_path_leads_from_both_signers_to_the_root(certificates):
    """Principal and seal under the issuing CA, that under the root."""
    root, ca = certificates["root"], certificates["ca"]

    certificates["principal"].verify_directly_issued_by(ca)
    certificates["seal"].verify_directly_issued_by(ca)
    ca.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_authorities_certify_and_signers_sign_content(certificates):
    """Critical basicConstraints and keyUsage (RFC 5280); nonRepudiation alone for signers."""
    for name, certificate in certificates.items():
        constraints = extension(certificate, x509.BasicConstraints)
        usage = extension(certificate, x509.KeyUsage)
        is_authority = name in {"root", "ca"}
        assert constraints.critical
        assert usage.critical
        assert constraints.value.ca is is_authority
        assert usage.value.key_cert_sign is usage.value.crl_sign is is_authority
        assert usage.value.content_commitment is not is_authority
        assert not usage.value.digital_signature
    assert extension(certificates["ca"], x509.BasicConstraints).value.path_length == 0


def test_revocation_lists_are_pointed_to_at_a_host_that_does_not_exist(certificates):
    """RFC 2606: `.example` never resolves, so nothing is fetched by accident."""
    addresses = {
        name: extension(certificates[name], x509.CRLDistributionPoints).value[0].full_name[0].value
        for name in ("ca", "principal", "seal")
    }

    assert addresses == {
        "ca": "http://pki.sandbox.example/root.crl",
        "principal": "http://pki.sandbox.example/ca.crl",
        "seal": "http://pki.sandbox.example/ca.crl",
    }


def test_revocation_lists_are_empty_and_live_as_long_as_their_authority(pki, certificates):
    """The authority's key is gone: nobody could make the next one."""
    for name, path in (("root", pki.root_crl), ("ca", pki.ca_crl)):
        revocation_list = x509.load_der_x509_crl(path.read_bytes())
        issuer = certificates[name]
        assert revocation_list.is_signature_valid(issuer.public_key())
        assert revocation_list.issuer == issuer.subject
        assert list(revocation_list) == []
        assert revocation_list.last_update_utc == NOW.replace(microsecond=0)
        assert revocation_list.next_update_utc == issuer.not_valid_after_utc


def test_nothing_outlives_its_issuer_and_everything_begins_now(certificates):
    """Certificates count whole seconds; the one that has begun is taken."""
    ends = [certificates[name].not_valid_after_utc for name in ("principal", "seal", "ca", "root")]

    assert ends == sorted(ends)
    assert {c.not_valid_before_utc for c in certificates.values()} == {NOW.replace(microsecond=0)}


def test_the_keys_of_the_authorities_are_nowhere(pki, certificates):
    """Who finds the folder cannot issue another certificate under its trust anchor."""
    directory = pki.root.parents[1]
    files = sorted(str(path.relative_to(directory)) for path in directory.rglob("*.*"))

    assert files == [
        "keys/principal.p12",
        "keys/seal.p12",
        "trust/ca.crl",
        "trust/ca.pem",
        "trust/root.crl",
        "trust/root.pem",
    ]
    for path in directory.rglob("*.*"):
        assert b"PRIVATE KEY" not in path.read_bytes()
    for path in (pki.principal_key, pki.seal_key):
        password = PASSWORDS.principal if path == pki.principal_key else PASSWORDS.seal
        key = pkcs12.load_pkcs12(path.read_bytes(), password.encode()).key
        for name in ("root", "ca"):
            assert key.public_key() != certificates[name].public_key()


def test_keys_are_for_their_owner_only(pki):
    """Mode 0600; what others need to trust is for everyone."""
    assert stat.S_IMODE(pki.principal_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(pki.seal_key.stat().st_mode) == 0o600
    assert pki.root.stat().st_mode & stat.S_IRGRP


def test_each_key_file_opens_with_its_own_password_alone(pki):
    """The principal's password does not open the school's seal."""
    with pytest.raises(ValueError, match="Invalid password"):
        pkcs12.load_pkcs12(pki.seal_key.read_bytes(), PASSWORDS.principal.encode())


def test_two_sandboxes_do_not_trust_each_other(pki, tmp_path, certificates):
    """Their names are the same, their keys are not."""
    other = x509.load_pem_x509_certificate(make(tmp_path).root.read_bytes())

    with pytest.raises(InvalidSignature):
        certificates["ca"].verify_directly_issued_by(other)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(KeyKind.P256, ec.EllipticCurvePublicKey), (KeyKind.RSA_2048, rsa.RSAPublicKey)],
)
def test_the_kind_of_key_can_be_chosen(tmp_path, kind, expected):
    """All four certificates are of the same kind."""
    pki = make(tmp_path, key_kind=kind)

    for path in (pki.root, pki.ca):
        assert isinstance(x509.load_pem_x509_certificate(path.read_bytes()).public_key(), expected)


def test_a_sandbox_is_not_written_over_another(tmp_path):
    """Keys in use would be lost."""
    before = make(tmp_path).principal_key.read_bytes()

    with pytest.raises(UsageError, match=r"There is a sandbox already: .*trust/root\.pem"):
        make(tmp_path)
    assert (tmp_path / "keys" / "principal.p12").read_bytes() == before


@pytest.mark.parametrize("field", ["school_name", "principal_name", "organization_identifier"])
@pytest.mark.parametrize("length", [0, 65])
def test_a_name_that_no_certificate_holds_is_refused(tmp_path, field, length):
    """RFC 5280 appendix A.1 bounds names to 64 characters; the name itself is not repeated."""
    with pytest.raises(UsageError, match="does not fit into a certificate") as caught:
        make(tmp_path, **{field: "Ẩ" * length})
    assert "Ẩ" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_name_fits_with_its_mark(tmp_path):
    """64 characters with ` (SANDBOX)` at the end."""
    pki = make(tmp_path, principal_name="Ẩ" * 54)

    assert pki.principal_key.exists()


def test_a_place_that_cannot_be_written_is_named_and_left_empty(tmp_path):
    """With the reason of the operating system; half a sandbox would only confuse."""
    (tmp_path / "keys").write_bytes(b"")

    with pytest.raises(ServiceError, match=r"keys/principal\.p12: "):
        make(tmp_path)
    assert list((tmp_path / "trust").iterdir()) == []


def test_passwords_do_not_show():
    """They may end in a log or a traceback."""
    assert "mật khẩu" not in repr(PASSWORDS)
