"""A sandbox school whose certificates come from the authorities of `tests/pki`."""

import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import tomli_w

from tests.pki.authorities import PASSWORD, Authorities
from tests.school import make_school, office_of
from transcript_service.demo import sandbox
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import declare_certificate
from transcript_service.shared_database.sample import SampleSummary
from verifier.registry_events import Use


def make_authority_school(
    directory: Path, authorities: Authorities, *, pupils: int, level: str
) -> SampleSummary:
    """A school that signs at *level*, and a policy that trusts the authorities' root only."""
    sample = make_school(directory, pupils=pupils)
    (directory / "trust" / "authorities.pem").write_bytes(authorities.root.read_bytes())
    take_keys(directory, authorities, principal="principal", seal="seal")
    declare(directory, authorities, principal="principal", seal="seal")
    change(
        directory / "policy.toml",
        signatures={
            "trust_anchors": ["trust/authorities.pem"],
            "revocation_lists": [],
            "least_level": level,
            "require_revocation_data": level in ("B-LT", "B-LTA"),
        },
    )
    change(directory / "school.toml", signing={"level": level})
    if level != "B-B":
        time_stamp_by(directory, authorities.time_stamp_url())
    authorities.moment = datetime.now(UTC)
    return sample


def take_keys(directory: Path, authorities: Authorities, **labels: str) -> None:
    """Put the certificates with these labels, and their keys, in the place of the school's."""
    for name, label in labels.items():
        authorities.key(label)  # writes the file
        packed = (authorities.files / f"{label}.p12").read_bytes()
        (directory / f"keys/{name}.p12").write_bytes(packed)
        (directory / f"keys/{name}.password").write_text(PASSWORD)


def declare(directory: Path, authorities: Authorities, **labels: str) -> None:
    """Let the ministry declare these certificates for the school."""
    desk = office_of(directory).desk
    ministry = load_account(directory / "keys/ministry.key")
    for name, label in labels.items():
        use = Use[name.upper()]
        declaration = principal_declaration if use is Use.PRINCIPAL else seal_declaration
        identity = declaration(authorities.key(label))
        call = declare_certificate(desk.institution, identity, use, acting_for=sandbox.MINISTRY)
        desk.registry.writer.execute(ministry, call)
    time.sleep(len(labels))  # each block is a second later than the one before it


def time_stamp_by(directory: Path, *urls: str, timeout_s: float = 2.0) -> None:
    """Name the school's time-stamping services."""
    change(
        directory / "school.toml",
        signing={"time_stamping": {"urls": list(urls), "timeout_s": timeout_s}},
    )


def change(path: Path, **tables: dict[str, object]) -> None:
    """Change keys of a TOML file's tables."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, values in tables.items():
        content[name] |= values
    path.write_text(tomli_w.dumps(content), encoding="utf-8")
