"""One real office per test session, and copies of it to work on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verifier.issued import Office, make_office


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that issued three documents; tests only read it."""
    return make_office(tmp_path_factory.mktemp("issued") / "office")


@pytest.fixture
def office(issued: Office, tmp_path: Path) -> Office:
    """A copy to work on."""
    return issued.copy(tmp_path / "office")


@pytest.fixture(scope="session")
def published_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose manifest is on chain; tests only read it."""
    return make_office(tmp_path_factory.mktemp("published") / "office", publish=True)


@pytest.fixture(scope="session")
def other_pki_trust(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Office], None]:
    """Make an office's policy trust another certification authority."""
    from tests.verifier.documents import make_pki

    pki = make_pki(tmp_path_factory.mktemp("other-pki"))

    def trust(office: Office) -> None:
        for name, path in (("root.pem", pki.root), ("root.crl", pki.root_crl)):
            (office.directory / "trust" / name).write_bytes(path.read_bytes())

    return trust
