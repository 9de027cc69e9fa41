"""The identities under which a school's certificates are declared in the registry (ADR 0006)."""

from asn1crypto import x509

from signing.keys.signing_key import SigningKey
from verifier.registry_events import Use
from verifier.signer_identity import certificate_identity, seal_identity


def declaration_of(use: Use, key: SigningKey) -> bytes:
    """Return the identity to declare for *key* in its *use*."""
    return principal_declaration(key) if use is Use.PRINCIPAL else seal_declaration(key)


def principal_declaration(key: SigningKey) -> bytes:
    """Return the identity to declare for a principal: the fingerprint of the certificate."""
    return certificate_identity(key.certificate)


def seal_declaration(key: SigningKey) -> bytes:
    """
    Return the identity to declare for a school's seal.

    With one organizationIdentifier in its subject and its issuer at hand it is the identity that
    outlives renewals; otherwise the fingerprint of the certificate.
    """
    subject = x509.Certificate.load(key.certificate).subject
    organization = subject.native.get("organization_identifier")
    if not isinstance(organization, str) or not key.chain:
        return certificate_identity(key.certificate)
    issuer = x509.Certificate.load(key.chain[0])
    return seal_identity(issuer.public_key.dump(), organization)
