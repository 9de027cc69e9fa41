"""The identities under which a school's certificates are declared in the registry (ADR 0006)."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.keys.signing_key import SigningKey
from verifier.registry_events import Use
from verifier.signer_identity import certificate_identity, seal_identity

ORGANIZATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")


def declaration_of(use: Use, key: SigningKey) -> bytes:
    """Return the identity to declare for *key* in its *use*."""
    return principal_declaration(key) if use is Use.PRINCIPAL else seal_declaration(key)


def principal_declaration(key: SigningKey) -> bytes:
    """Return the identity to declare for a principal: the fingerprint of the certificate."""
    return certificate_identity(key.certificate)


def seal_declaration(key: SigningKey) -> bytes:
    """
    Return the identity to declare for a school's seal.

    With an organizationIdentifier in its subject and its issuer at hand it is the identity that
    outlives renewals; otherwise the fingerprint of the certificate.
    """
    subject = x509.load_der_x509_certificate(key.certificate).subject
    identifiers = subject.get_attributes_for_oid(ORGANIZATION_IDENTIFIER)
    if not identifiers or not key.chain:
        return certificate_identity(key.certificate)
    issuer = x509.load_der_x509_certificate(key.chain[0]).public_key()
    return seal_identity(
        issuer.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        str(identifiers[0].value),
    )
