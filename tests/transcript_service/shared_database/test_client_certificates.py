"""A server whose certificate does not hold: nothing is sent to it, and the reason is told."""

import ssl
from datetime import UTC, datetime, timedelta

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.transcript_service.shared_database.upstream import (
    SECRET,
    Patient,
    Script,
    page,
    scripted_server,
    token,
)
from transcript_service.shared_database.client import UpstreamAccess, UpstreamClient
from transcript_service.shared_database.trouble import UntrustedServer

NOW = datetime.now(UTC)


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A certificate authority that this process trusts, as it trusts certifi's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
    certificate = (
        _builder(name, name, key, days=30)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "authority.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setattr(certifi, "where", lambda: str(path))
    return key, certificate


def _builder(subject, issuer, key, *, days):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
    )


def _server_context(tmp_path, authority, *, host, days):
    authority_key, authority_certificate = authority
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        _builder(name, authority_certificate.subject, key, days=days)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def _read(context):
    script, patient = Script([token(), page("diem")]), Patient()
    with scripted_server(script, context) as base_url:
        url = base_url.replace("http://127.0.0.1", "https://localhost")
        access = UpstreamAccess(base_url=url, client_id="a", client_secret=SECRET)
        with UpstreamClient(access, waiting=patient.waiting) as client:
            try:
                return list(client.pages("diem", school_code="S1", school_year="2025-2026"))
            finally:
                assert patient.slept == []
                assert script.seen == [] or len(script.seen) == 2


def test_a_certificate_that_holds_is_accepted(tmp_path, authority):
    """The test's own authority is trusted: the refusals below have their own reasons."""
    (only,) = _read(_server_context(tmp_path, authority, host="localhost", days=30))

    assert only.records == ()


def test_a_certificate_of_another_host_is_told_at_once(tmp_path, authority):
    """Not asked again, and neither secret nor question was sent."""
    context = _server_context(tmp_path, authority, host="csdl.example", days=30)

    with pytest.raises(UntrustedServer, match=r"localhost.*certificate.*mismatch") as refused:
        _read(context)

    assert SECRET not in str(refused.value)


def test_a_certificate_that_ran_out_is_told(tmp_path, authority):
    """With that reason."""
    with pytest.raises(UntrustedServer, match="expired"):
        _read(_server_context(tmp_path, authority, host="localhost", days=-1))


def test_a_certificate_of_an_unknown_authority_is_told(tmp_path, authority, monkeypatch):
    """The usual sign of somebody in between."""
    context = _server_context(tmp_path, authority, host="localhost", days=30)
    monkeypatch.undo()

    with pytest.raises(UntrustedServer, match=r"unable to get local issuer|self-signed"):
        _read(context)
