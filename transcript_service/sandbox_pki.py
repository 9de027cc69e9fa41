"""
A public key infrastructure for trying out: root, issuing CA, principal, school seal.

Every subject says SANDBOX. The keys of root and CA are never written: they are gone when
`make_sandbox_pki` returns, so nobody can issue another certificate under a trust anchor that lies
in a folder. Their revocation lists, both empty, are therefore made once and last as long as the
CA that signed them.
"""

import warnings
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from transcript_service.errors import ServiceError, UsageError
from transcript_service.files import write_whole
from verifier.messages import _

MARK = "SANDBOX"
_HOST = "http://pki.sandbox.example"
_YEAR = timedelta(days=365)
_ROOT_LIFE, _CA_LIFE, _SIGNER_LIFE = 30 * _YEAR, 25 * _YEAR, 10 * _YEAR
_NAME_LIMIT = 64  # ub-common-name, ub-organization-name (RFC 5280 appendix A.1)

_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class KeyKind(Enum):
    """Which keys the sandbox makes. P-256 is quick to make, and no suite ends its use yet."""

    P256 = "P-256"
    RSA_2048 = "RSA-2048"
    RSA_3072 = "RSA-3072"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPasswords:
    """Passwords of the two key files."""

    principal: str = field(repr=False)
    seal: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPKI:
    """
    Where the files of a sandbox stand.

    `root` and `ca` are PEM certificates, `root_crl` and `ca_crl` DER revocation lists (what root
    and CA revoked), `principal_key` and `seal_key` encrypted PKCS#12 files with mode 0600.
    """

    root: Path
    root_crl: Path
    ca: Path
    ca_crl: Path
    principal_key: Path
    seal_key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authority:
    """A certification authority of the sandbox; `slug` names its files at the example host."""

    slug: str
    certificate: x509.Certificate
    key: _PrivateKey


def make_sandbox_pki(
    directory: Path,
    *,
    school_name: str,
    organization_identifier: str,
    principal_name: str,
    passwords: SandboxPasswords,
    now: datetime,
    key_kind: KeyKind = KeyKind.P256,
) -> SandboxPKI:
    """
    Make a sandbox in *directory*: `trust/` for everyone, `keys/` for the signers.

    Profile of the certificates: RFC 5280 with critical basicConstraints and keyUsage,
    nonRepudiation alone for signers, CRL distribution points and caIssuers at a host that does
    not exist. Everything is valid from the second of *now* (aware).

    Raises:
        UsageError: a name too long for a certificate, or there is a sandbox in *directory*.
        ServiceError: a file cannot be written; then none is left.
    """
    principal_subject = _subject(
        principal_name, school_name, x509.NameAttribute(NameOID.TITLE, "Hiệu trưởng")
    )
    seal_subject = _subject(
        school_name,
        school_name,
        x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organization_identifier),
    )
    start = now.replace(microsecond=0)
    root = _make_root(key_kind, start)
    ca = _make_ca(root, key_kind, start)
    files = _files(directory)
    contents = {
        files.root: root.certificate.public_bytes(Encoding.PEM),
        files.root_crl: _empty_revocation_list(root, start),
        files.ca: ca.certificate.public_bytes(Encoding.PEM),
        files.ca_crl: _empty_revocation_list(ca, start),
        files.principal_key: _make_signer(
            ca, principal_subject, key_kind, start, passwords.principal
        ),
        files.seal_key: _make_signer(ca, seal_subject, key_kind, start, passwords.seal),
    }
    _write(contents)
    return files


def _files(directory: Path) -> SandboxPKI:
    trust, keys = directory / "trust", directory / "keys"
    return SandboxPKI(
        root=trust / "root.pem",
        root_crl=trust / "root.crl",
        ca=trust / "ca.pem",
        ca_crl=trust / "ca.crl",
        principal_key=keys / "principal.p12",
        seal_key=keys / "seal.p12",
    )


def _subject(common_name: str, organization: str, *extra: x509.NameAttribute[str]) -> x509.Name:
    suffix = f" ({MARK})"
    for text, limit in (
        (common_name, _NAME_LIMIT - len(suffix)),
        (organization, _NAME_LIMIT),
        *((attribute.value, _NAME_LIMIT) for attribute in extra),
    ):
        if not 0 < len(text) <= limit:
            raise UsageError(
                _(
                    "A name of {length} characters does not fit into a certificate of the sandbox,"
                    " which holds 1 to {limit}. Give a name of that length."
                ).format(length=len(text), limit=limit)
            )
    with warnings.catch_warnings():
        # RFC 5280 counts characters, as above; the library's own check counts bytes.
        warnings.simplefilter("ignore")
        marked = x509.NameAttribute(NameOID.COMMON_NAME, common_name + suffix, _validate=False)
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            *extra,
            marked,
        ]
    )


def _make_key(kind: KeyKind) -> _PrivateKey:
    if kind is KeyKind.P256:
        return ec.generate_private_key(ec.SECP256R1())
    bits = int(kind.value.removeprefix("RSA-"))
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _make_root(kind: KeyKind, start: datetime) -> _Authority:
    key = _make_key(kind)
    name = _subject("Root CA", "Học bạ số")
    certificate = (
        _certificate(name, key, start, _ROOT_LIFE)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _Authority(slug="root", certificate=certificate, key=key)


def _make_ca(root: _Authority, kind: KeyKind, start: datetime) -> _Authority:
    key = _make_key(kind)
    builder = (
        _certificate(_subject("Issuing CA", "Học bạ số"), key, start, _CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certifies=True), critical=True)
    )
    return _Authority(slug="ca", certificate=_issued_by(root, builder), key=key)


def _make_signer(
    ca: _Authority, subject: x509.Name, kind: KeyKind, start: datetime, password: str
) -> bytes:
    """Make a signer's key with its certificate and the CA's, as an encrypted PKCS#12 file."""
    key = _make_key(kind)
    builder = (
        _certificate(subject, key, start, _SIGNER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
    )
    return pkcs12.serialize_key_and_certificates(
        MARK.encode(),
        key,
        _issued_by(ca, builder),
        [ca.certificate],
        BestAvailableEncryption(password.encode()),
    )


def _certificate(
    subject: x509.Name, key: _PrivateKey, start: datetime, life: timedelta
) -> x509.CertificateBuilder:
    public_key = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _issued_by(issuer: _Authority, builder: x509.CertificateBuilder) -> x509.Certificate:
    """Finish and sign a certificate below *issuer*, with the pointers to the issuer's files."""
    revocation_list = x509.UniformResourceIdentifier(f"{_HOST}/{issuer.slug}.crl")
    certificate = x509.UniformResourceIdentifier(f"{_HOST}/{issuer.slug}.cer")
    return (
        builder.issuer_name(issuer.certificate.subject)
        .add_extension(_authority_key(issuer), critical=False)
        .add_extension(
            x509.CRLDistributionPoints(
                [x509.DistributionPoint([revocation_list], None, None, None)]
            ),
            critical=False,
        )
        .add_extension(
            x509.AuthorityInformationAccess(
                [x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, certificate)]
            ),
            critical=False,
        )
        .sign(issuer.key, hashes.SHA256())
    )


def _authority_key(issuer: _Authority) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )


def _usage(*, certifies: bool) -> x509.KeyUsage:
    """CAs sign certificates and revocation lists; signers sign content (nonRepudiation) only."""
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=not certifies,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _empty_revocation_list(issuer: _Authority, start: datetime) -> bytes:
    revocation_list = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(start)
        .next_update(issuer.certificate.not_valid_after_utc)
        .add_extension(_authority_key(issuer), critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    return revocation_list.public_bytes(Encoding.DER)


def _write(contents: dict[Path, bytes]) -> None:
    """Write all files of a sandbox or none; those in `keys/` only for their owner."""
    for path in contents:
        if path.exists():
            raise UsageError(
                _("There is a sandbox already: {path}. Choose another directory.").format(path=path)
            )
    try:
        for path, content in contents.items():
            write_whole(path, content, mode=0o600 if path.parent.name == "keys" else 0o644)
    except ServiceError:
        for path in filter(Path.is_file, contents):
            path.unlink()
        raise
