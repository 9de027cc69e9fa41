"""An embedded chain with a deployed registry, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eth_utils import to_checksum_address

from tests.pki.authorities import Authorities, serve_authorities
from transcript_service.issuance.accounts import Account, make_account
from transcript_service.issuance.anchor import Deployment, RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import CHAIN_ID, EmbeddedChain
from transcript_service.issuance.registry_calls import grant, register_institution
from verifier.registry_events import Role

MINISTRY, SCHOOL = "VN-000", "VN-000-THCS-HOA-PHUONG"


def fixed_clock() -> datetime:
    """The time of all blocks; each is one second after the one before it."""
    return datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A folder with `chain.sqlite3` and `key`, and what was deployed there."""

    directory: Path
    account: Account
    deployment: Deployment

    @property
    def path(self) -> Path:
        return self.directory / "chain.sqlite3"

    @property
    def address(self) -> str:
        return to_checksum_address(self.deployment.address)

    def open(self, **options: object) -> EmbeddedChain:
        return EmbeddedChain(self.path, clock=fixed_clock, **options)

    def writer(self, chain: EmbeddedChain) -> RegistryWriter:
        return RegistryWriter(chain, CHAIN_ID, self.deployment.address)


@pytest.fixture(scope="session")
def prepared_ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Four blocks: the deployment, a school, its issuer, its revoker."""
    directory = tmp_path_factory.mktemp("chain")
    account = make_account(directory / "key")
    with EmbeddedChain(directory / "chain.sqlite3", create=True, clock=fixed_clock) as chain:
        deployment = deploy_registry(
            chain, CHAIN_ID, account, root_institution=MINISTRY, name="Bộ", upstream_codes=""
        )
        writer = RegistryWriter(chain, CHAIN_ID, deployment.address)
        writer.execute(
            account,
            register_institution(MINISTRY, parent=MINISTRY, institution=SCHOOL, name="Trường"),
        )
        for role in (Role.ISSUER, Role.REVOKER):
            writer.execute(account, grant(SCHOOL, account.address, role, acting_for=MINISTRY))
    return Ground(directory=directory, account=account, deployment=deployment)


@pytest.fixture
def ground(prepared_ground: Ground, tmp_path: Path) -> Ground:
    """A copy of the prepared chain, for one test."""
    shutil.copytree(prepared_ground.directory, tmp_path / "ground")
    return Ground(
        directory=tmp_path / "ground",
        account=prepared_ground.account,
        deployment=prepared_ground.deployment,
    )


@pytest.fixture
def chain(ground: Ground) -> Iterator[EmbeddedChain]:
    """The embedded chain as a writer's node."""
    with ground.open() as opened:
        yield opened


@pytest.fixture(scope="session")
def moving_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """The authorities of `tests/pki` on the loopback; each test sets their clock."""
    with serve_authorities(tmp_path_factory.mktemp("authorities")) as served:
        yield served
