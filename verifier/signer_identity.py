"""
The identities by which the registry knows a signer's certificate (contracts/README.md).

Pure: DER and text in, 32 bytes out. Never built from a personal identifier.
"""

from hashlib import sha256

_SEAL_DOMAIN = b"hocba/seal/1"


def certificate_identity(certificate: bytes) -> bytes:
    """Return the SHA-256 fingerprint of a *certificate* in DER."""
    return sha256(certificate).digest()


def seal_identity(issuer_public_key: bytes, organization_identifier: str) -> bytes:
    """
    Return the identity of a seal that outlives a renewal of its certificate.

    Args:
        issuer_public_key: SubjectPublicKeyInfo of the issuing CA, in DER.
        organization_identifier: attribute 2.5.4.97 of the subject (ETSI EN 319 412-1, 5.1.4).
    """
    issuer = sha256(issuer_public_key).digest()
    return sha256(_SEAL_DOMAIN + issuer + organization_identifier.encode()).digest()
