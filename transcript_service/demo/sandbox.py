"""
Make a sandbox: certificates, a chain with its registry, a school's settings, a stranger's policy.

Everything in it is for trials and says so; a production school gets the same files from its
certification authority, its department and its network's operators.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomli_w

from signing.keys.pkcs12 import load_pkcs12
from transcript_service.class_year import School
from transcript_service.demo.open_pki import make_open_pki
from transcript_service.files import write_whole
from transcript_service.issuance.accounts import Account, make_account
from transcript_service.issuance.anchor import Deployment, RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import CHAIN_ID, EmbeddedChain
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import (
    declare_certificate,
    grant,
    register_institution,
)
from transcript_service.sandbox_pki import KeyKind, SandboxPKI
from transcript_service.settings import FORMAT as SCHOOL_FORMAT
from verifier.registry_events import Role, Use

MINISTRY = "VN-000-BGDDT"
DEPARTMENT = "VN-000-SGDDT"
CHAIN_FILE = "chain/chain.sqlite3"
RPC = f"embedded:{CHAIN_FILE}"
LOOKUP_URL = "https://hocba.example/tra-cuu"
CLIENT_ID = "hocba-demo"
SIGNATURE_IMAGE_FILE = "keys/principal-signature.svg"
_SAMPLE_SIGNATURE = Path(__file__).parent / "sample_signature.svg"
CLIENT_SECRET_FILE = "keys/shared-database.secret"  # noqa: S105  where the secret is, not what


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFacts:
    """What the sandbox must know of the sample school."""

    school_code: str
    name: str
    principal_name: str
    organization_identifier: str
    institution: str


def school_facts(school: School) -> SchoolFacts:
    """Say of the sample school what its certificates and its registration need."""
    return SchoolFacts(
        school_code=school.school_code,
        name=school.name,
        principal_name=school.principal_name,
        organization_identifier=f"NTRVN-{school.school_code}",
        institution=f"VN-000-{school.school_code}",
    )


def make_certificates(
    directory: Path, school: SchoolFacts, now: datetime, *, key_kind: KeyKind = KeyKind.P256
) -> SandboxPKI:
    """Make the PKI with random passwords, which stand beside the keys (`*.password`)."""
    return make_open_pki(
        directory,
        school_name=school.name,
        organization_identifier=school.organization_identifier,
        principal_name=school.principal_name,
        now=now,
        key_kind=key_kind,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRegistry:
    """A registry on an embedded chain in which one school may issue."""

    deployment: Deployment
    chain_id: int


def make_registry(
    directory: Path, school: SchoolFacts, pki: SandboxPKI, clock: Callable[[], datetime]
) -> SandboxRegistry:
    """
    Make the chain and deploy the registry: ministry, department, school, its grants.

    The keys of the ministry's and the school's accounts are written to `keys/`.
    """
    ministry = make_account(directory / "keys/ministry.key")
    school_account = make_account(directory / "keys/school.key")
    (directory / CHAIN_FILE).parent.mkdir(parents=True, exist_ok=True)
    with EmbeddedChain(directory / CHAIN_FILE, create=True, clock=clock) as chain:
        deployment = deploy_registry(
            chain,
            CHAIN_ID,
            ministry,
            root_institution=MINISTRY,
            name="Bộ Giáo dục và Đào tạo (SANDBOX)",
        )
        writer = RegistryWriter(chain, chain_id=CHAIN_ID, address=deployment.address)
        for calldata in _acts(directory, school, pki, school_account):
            writer.execute(ministry, calldata)
    return SandboxRegistry(deployment=deployment, chain_id=CHAIN_ID)


def _acts(
    directory: Path, school: SchoolFacts, pki: SandboxPKI, account: Account
) -> tuple[bytes, ...]:
    """Return what the ministry does so that the school may issue."""
    principal = load_pkcs12(pki.principal_key, _read_secret(directory / "keys/principal.password"))
    seal = load_pkcs12(pki.seal_key, _read_secret(directory / "keys/seal.password"))
    code = school.institution
    return (
        register_institution(
            MINISTRY,
            parent=MINISTRY,
            institution=DEPARTMENT,
            name="Sở Giáo dục và Đào tạo (SANDBOX)",
        ),
        register_institution(
            MINISTRY,
            parent=DEPARTMENT,
            institution=code,
            name=school.name,
            upstream_codes=school.school_code,
        ),
        grant(code, account.address, Role.ISSUER, acting_for=MINISTRY),
        grant(code, account.address, Role.REVOKER, acting_for=MINISTRY),
        declare_certificate(
            code,
            principal_declaration(principal),
            Use.PRINCIPAL,
            acting_for=MINISTRY,
        ),
        declare_certificate(code, seal_declaration(seal), Use.SEAL, acting_for=MINISTRY),
    )


def write_policy(path: Path, registry: SandboxRegistry) -> None:
    """Write the policy of a stranger who trusts this sandbox (`hocba/policy/1`)."""
    policy = {
        "format": "hocba/policy/1",
        "signatures": {
            "trust_anchors": ["trust/root.pem"],
            "revocation_lists": ["trust/root.crl", "trust/ca.crl"],
            "fetch_revocation": False,
            "require_revocation_data": True,
            "least_level": "B-B",
        },
        "registry": {
            "rpc": [RPC],
            "agree": 1,
            "chain_id": registry.chain_id,
            "address": "0x" + registry.deployment.address.hex(),
            "deployment_block": registry.deployment.block_number,
            "deployment_block_hash": "0x" + registry.deployment.block_hash.hex(),
            "finality": "instant",
        },
        "time": {"anchor_is_proof_of_existence": True},
    }
    write_whole(path, tomli_w.dumps(policy).encode())


def write_settings(
    path: Path, school: SchoolFacts, registry: SandboxRegistry, base_url: str, *, publish: bool
) -> None:
    """Write the school's settings (`hocba/school/1`)."""
    settings = {
        "format": SCHOOL_FORMAT,
        "institution": school.institution,
        "database": "service.db",
        "policy": "policy.toml",
        "shared_database": {
            "base_url": base_url,
            "client_id": CLIENT_ID,
            "secret_file": CLIENT_SECRET_FILE,
            "school_code": school.school_code,
        },
        "signing": {
            "principal": "keys/principal.p12",
            "principal_password_file": "keys/principal.password",
            "seal": "keys/seal.p12",
            "seal_password_file": "keys/seal.password",
            "principal_image": SIGNATURE_IMAGE_FILE,
        },
        "registry": {
            "rpc": RPC,
            "chain_id": registry.chain_id,
            "address": "0x" + registry.deployment.address.hex(),
            "account_key_file": "keys/school.key",
            "publish_manifests": publish,
        },
        "printing": {"lookup_url": LOOKUP_URL},
    }
    write_whole(path.parent / SIGNATURE_IMAGE_FILE, _SAMPLE_SIGNATURE.read_bytes())
    write_whole(path, tomli_w.dumps(settings).encode())


def _read_secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
