"""A key that is ready to sign, wherever it lives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.errors import CertificateNotValid, KeyUsageForbids, UnsupportedKey

LEAST_RSA_BITS = 2048


class SignatureAlgorithm(Enum):
    """Signature algorithms with SHA-256, by their object identifier (RFC 5754, RFC 5758)."""

    RSA_PKCS1 = "1.2.840.113549.1.1.11"
    ECDSA_P256 = "1.2.840.10045.4.3.2"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SigningKey:
    """
    A signer's certificate and the one operation its private key is asked for.

    `sign` takes the message itself and answers the raw signature of `algorithm` over it.
    `certificate` and `chain` are DER; `chain` holds the issuers up to, but without, the root.
    `largest_signature` is in bytes. `source` names the key's place for messages.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    algorithm: SignatureAlgorithm
    largest_signature: int
    not_before: datetime
    not_after: datetime
    signs_content: bool
    sign: Callable[[bytes], bytes]
    source: str

    def __repr__(self) -> str:
        return f"SigningKey(source={self.source!r})"

    def check_usable_at(self, moment: datetime) -> None:
        """
        Refuse a certificate that is not for signing content, or not valid at *moment* (aware).

        Raises:
            KeyUsageForbids: key usage without nonRepudiation (RFC 5280 section 4.2.1.3).
            CertificateNotValid: before the first or after the last second of validity.
        """
        if not self.signs_content:
            raise KeyUsageForbids(
                "The certificate of {source} is not for signing documents: its key usage lacks"
                " nonRepudiation. Ask the certification authority for a signing certificate.",
                source=self.source,
            )
        if not self.not_before <= moment <= self.not_after:
            raise CertificateNotValid(
                "The certificate of {source} is valid from {not_before} to {not_after}, but the"
                " signing time is {moment}. Renew the certificate, or correct the clock.",
                source=self.source,
                not_before=self.not_before.isoformat(),
                not_after=self.not_after.isoformat(),
                moment=moment.isoformat(),
            )


def signing_key(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    *,
    sign: Callable[[bytes], bytes],
    source: str,
) -> SigningKey:
    """
    Describe the key behind *sign* by its *certificate*.

    Raises:
        UnsupportedKey: neither RSA with at least 2048 bits nor P-256.
    """
    algorithm, largest_signature = _algorithm_of(certificate, source)
    return SigningKey(
        certificate=certificate.public_bytes(serialization.Encoding.DER),
        chain=tuple(
            issuer.public_bytes(serialization.Encoding.DER)
            for issuer in chain
            if issuer.issuer != issuer.subject
        ),
        algorithm=algorithm,
        largest_signature=largest_signature,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        signs_content=_signs_content(certificate),
        sign=sign,
        source=source,
    )


def _algorithm_of(certificate: x509.Certificate, source: str) -> tuple[SignatureAlgorithm, int]:
    match certificate.public_key():
        case rsa.RSAPublicKey() as public_key if public_key.key_size >= LEAST_RSA_BITS:
            return SignatureAlgorithm.RSA_PKCS1, public_key.key_size // 8
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            # SEQUENCE of two INTEGERs of at most 33 bytes, each with two bytes before it.
            return SignatureAlgorithm.ECDSA_P256, 72
    raise UnsupportedKey(
        "The key of {source} cannot be used. Keys must be RSA with at least {bits} bits, or P-256.",
        source=source,
        bits=LEAST_RSA_BITS,
    )


def _signs_content(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return True
    return usage.value.content_commitment
