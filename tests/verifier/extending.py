"""Putting something behind an issued document, honestly and otherwise."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO

from asn1crypto import crl, keys, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.verifier.documents import SIGNED_AT
from tests.verifier.issued import Office


def extend(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append one revision."""
    stream = BytesIO(pdf)
    writer = IncrementalPdfFileWriter(stream)
    change(writer)
    writer.write_in_place()
    return stream.getvalue()


def add_validation_data(
    pdf: bytes, office: Office, change: Callable[[IncrementalPdfFileWriter], None] | None = None
) -> bytes:
    """Append a DSS with the CA's certificate and revocation list, and another *change* with it."""
    trust = office.directory / "trust"
    _kind, _headers, der = pem.unarmor((trust / "ca.pem").read_bytes())
    certificate = asn1_x509.Certificate.load(der)
    revocation_list = crl.CertificateList.load((trust / "ca.crl").read_bytes())

    def write(writer: IncrementalPdfFileWriter) -> None:
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, certs=[certificate], crls=[revocation_list]
        )
        if change is not None:
            change(writer)

    return extend(pdf, write)


@cache
def _authority() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A time-stamping authority of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time stamps (SANDBOX)")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(SIGNED_AT - timedelta(days=1))
        .not_valid_after(SIGNED_AT + timedelta(days=20_000))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def authority_certificate() -> bytes:
    """The certificate of the time-stamping authority, PEM."""
    return _authority()[1].public_bytes(Encoding.PEM)


def time_stamper(moment: datetime) -> DummyTimeStamper:
    """A time-stamping authority whose clock stands still."""
    key, certificate = _authority()
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(der),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=moment,
    )


def add_time_stamp(pdf: bytes, moment: datetime) -> bytes:
    """Append a document time stamp."""
    stamper = PdfTimeStamper(time_stamper(moment))
    stamped = stamper.timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), "sha256", validation_context=None
    )
    return stamped.getvalue()
