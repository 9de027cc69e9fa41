"""
The identities by which the registry knows a signer's certificate (contracts/README.md).

Pure: certificates and text in, 32 bytes out. Never built from a personal identifier.
"""

from hashlib import sha256

from asn1crypto import x509

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


def find_organization_identifier(certificate: x509.Certificate) -> str | None:
    """Return attribute 2.5.4.97 of the subject; None when it is not there just once."""
    found = certificate.subject.native.get("organization_identifier")
    return found if isinstance(found, str) else None


def issued_seal_identity(certificate: bytes, issuer: bytes) -> bytes:
    """
    Return by what the registry should know the seal of a *certificate* from its *issuer*, in DER.

    With an organizationIdentifier it is the identity that outlives renewals, otherwise the
    fingerprint.
    """
    organization = find_organization_identifier(x509.Certificate.load(certificate))
    if organization is None:
        return certificate_identity(certificate)
    return seal_identity(x509.Certificate.load(issuer).public_key.dump(), organization)
