"""The identities under which a school's certificates are declared in the registry (ADR 0006)."""

from signing.keys.signing_key import SigningKey
from verifier.registry_events import Use
from verifier.signer_identity import certificate_identity, issued_seal_identity


def declaration_of(use: Use, key: SigningKey) -> bytes:
    """Return the identity to declare for *key* in its *use*."""
    return principal_declaration(key) if use is Use.PRINCIPAL else seal_declaration(key)


def principal_declaration(key: SigningKey) -> bytes:
    """Return the identity to declare for a principal: the fingerprint of the certificate."""
    return certificate_identity(key.certificate)


def seal_declaration(key: SigningKey) -> bytes:
    """
    Return the identity to declare for a school's seal.

    Without its issuer at hand it is the fingerprint of the certificate.
    """
    if not key.chain:
        return certificate_identity(key.certificate)
    return issued_seal_identity(key.certificate, key.chain[0])
