"""A PKI whose keys are kept, so that a test can revoke: root, CA, principal, school seal."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from signing.keys.pkcs12 import load_pkcs12
from tests.verifier.documents import SIGNED_AT, Signers
from verifier.trust_store import TrustStore, load_trust_store

START = SIGNED_AT - timedelta(days=1)
PASSWORD = "mật khẩu"
SIGNER_LIFE = timedelta(days=3650)


@dataclass
class OwnPKI:
    """Keys and certificates; revocation lists are made as they are needed."""

    directory: Path
    crl_address: str | None = None
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    """Extended key usage of the principal's certificate; none leaves the extension out."""
    critical: tuple[x509.ExtensionType, ...] = ()
    """Critical extensions of the principal's certificate, of whatever kind."""
    start: datetime = START
    """When all its certificates begin."""
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    certificates: dict[str, x509.Certificate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, issuer in (("root", "root"), ("ca", "root"), ("principal", "ca"), ("seal", "ca")):
            self.keys[name] = ec.generate_private_key(ec.SECP256R1())
            self.certificates[name] = self._certify(name, issuer)
        (self.directory / "root.pem").write_bytes(
            self.certificates["root"].public_bytes(Encoding.PEM)
        )

    def _certify(self, name: str, issuer: str) -> x509.Certificate:
        is_ca = name in ("root", "ca")
        usage = dict.fromkeys(
            ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement"), False
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(issuer))
            .public_key(self.keys[name].public_key())
            .serial_number(100 + len(self.certificates))
            .not_valid_before(self.start)
            .not_valid_after(self.start + (2 if is_ca else 1) * SIGNER_LIFE)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    **usage,
                    content_commitment=not is_ca,
                    key_cert_sign=is_ca,
                    crl_sign=is_ca,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )
        if self.crl_address is not None and name != "root":
            address = x509.UniformResourceIdentifier(f"{self.crl_address}/{issuer}.crl")
            point = x509.DistributionPoint([address], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if self.purposes and name == "principal":
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.purposes), critical=False)
        for extension in self.critical if name == "principal" else ():
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.keys[issuer], hashes.SHA256())

    def signers(self) -> Signers:
        """The two signing keys, read from PKCS#12 files."""
        return Signers(principal=self._load("principal"), seal=self._load("seal"))

    def _load(self, name: str):  # type: ignore[no-untyped-def]  # what load_pkcs12 returns
        path = self.directory / f"{name}.p12"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                name.encode(),
                self.keys[name],
                self.certificates[name],
                [self.certificates["ca"]],
                BestAvailableEncryption(PASSWORD.encode()),
            )
        )
        return load_pkcs12(path, PASSWORD)

    def revocation_list(
        self,
        issuer: str,
        made_at: datetime,
        revoked: dict[str, datetime] | None = None,
        life: timedelta = 4 * SIGNER_LIFE,
        critical: tuple[x509.ExtensionType, ...] = (),
    ) -> bytes:
        """What *issuer* revoked, and when, by names; *critical* extensions are the list's own."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_name(issuer))
            .last_update(made_at)
            .next_update(made_at + life)
        )
        for name, moment in (revoked or {}).items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(self.certificates[name].serial_number)
                .revocation_date(moment)
                .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
                .build()
            )
        for extension in critical:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.keys[issuer], hashes.SHA256()).public_bytes(Encoding.DER)

    def trust(
        self, made_at: datetime, revoked: dict[str, datetime] | None = None, *, fetch: bool = False
    ) -> TrustStore:
        """Trust the root, with revocation lists of *made_at*; fetched ones instead with *fetch*."""
        paths = []
        for issuer in ("root", "ca"):
            path = self.directory / f"{issuer}.crl"
            mine = {
                name: moment
                for name, moment in (revoked or {}).items()
                if (name == "ca") == (issuer == "root")
            }
            path.write_bytes(self.revocation_list(issuer, made_at, mine))
            paths.append(path)
        return load_trust_store(
            trust_anchors=[self.directory / "root.pem"],
            revocation_lists=[] if fetch else paths,
            require_revocation_data=True,
            fetch_revocation=fetch,
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "SANDBOX"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
