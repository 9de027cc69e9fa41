"""A sandbox PKI whose passwords lie open: beside the keys, as nobody does with real ones."""

import secrets
from datetime import datetime
from pathlib import Path

from transcript_service.files import write_whole
from transcript_service.sandbox_pki import (
    KeyKind,
    SandboxPasswords,
    SandboxPKI,
    make_sandbox_pki,
)


def make_open_pki(
    directory: Path,
    *,
    school_name: str,
    principal_name: str,
    organization_identifier: str,
    now: datetime,
    key_kind: KeyKind = KeyKind.P256,
) -> SandboxPKI:
    """
    Make the PKI in *directory* with random passwords, in `keys/*.password`; *now* is aware.

    Raises:
        UsageError: a name too long for a certificate, or there is a sandbox in *directory*.
        ServiceError: a file cannot be written.
    """
    passwords = SandboxPasswords(
        principal=secrets.token_urlsafe(18), seal=secrets.token_urlsafe(18)
    )
    pki = make_sandbox_pki(
        directory,
        school_name=school_name,
        organization_identifier=organization_identifier,
        principal_name=principal_name,
        passwords=passwords,
        now=now,
        key_kind=key_kind,
    )
    write_secret(directory / "keys/principal.password", passwords.principal)
    write_secret(directory / "keys/seal.password", passwords.seal)
    return pki


def write_secret(path: Path, secret: str) -> None:
    """Write a secret to a file that only its owner can read."""
    write_whole(path, secret.encode() + b"\n", mode=0o600)
