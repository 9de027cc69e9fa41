"""One issued office behind the API, started once; its parts can be taken away."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.verifier.issued import NOW, Office, make_office
from transcript_service.app import create_app
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.routes.registry_keeper import KeeperOptions, RegistryKeeper


@dataclass
class Api:
    """The application, a client of it, and what it serves."""

    app: FastAPI
    client: TestClient
    office: Office
    receipts: Path

    @property
    def keeper(self) -> RegistryKeeper:
        return self.app.state.keeper

    def pdf(self, name: str = "a") -> bytes:
        return self.office.documents[name].pdf

    def digest(self, name: str = "a") -> str:
        return "0x" + self.office.documents[name].entry.document_digest.hex()


def options_of(office: Office, receipts: Path | None, **others: object) -> KeeperOptions:
    return KeeperOptions(
        policy=office.policy, receipts=receipts, manifests=office.manifests, **others
    )


@pytest.fixture(scope="session")
def office_with_receipts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Path]:
    """Documents in one folder, their receipts in another; one document was revoked."""
    folder = tmp_path_factory.mktemp("api")
    office = make_office(folder / "office")
    office.revoke("c")
    receipts = folder / "receipts"
    receipts.mkdir()
    for path in office.transcripts.glob("*.receipt.json"):
        shutil.move(path, receipts / path.name)
    return office, receipts


@pytest.fixture(scope="session")
def api(office_with_receipts: tuple[Office, Path]) -> Iterator[Api]:
    """The API over it, without a limit on the rate."""
    office, receipts = office_with_receipts
    app = create_app(
        options_of(office, receipts, refresh_s=3600), open_rpc=open_rpc, clock=lambda: NOW
    )
    with TestClient(app, headers={"Accept-Language": "en"}) as client:
        yield Api(app, client, office, receipts)
