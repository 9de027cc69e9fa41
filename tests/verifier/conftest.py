"""One real office per test session, and copies of it to work on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pki.authorities import Authorities, serve_authorities
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


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """The authorities of `tests/pki`; who moves their clock sets it back."""
    with serve_authorities(tmp_path_factory.mktemp("authorities")) as served:
        yield served


@pytest.fixture(scope="session")
def issued_levels(
    issued: Office, authorities: Authorities, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """An office that issued one document of each level from B-T on; tests only read it."""
    from tests.verifier.level_documents import make_level_office

    office = issued.copy(tmp_path_factory.mktemp("levels") / "office")
    make_level_office(office, authorities)
    return office


@pytest.fixture
def level_office(issued_levels: Office, tmp_path: Path) -> Office:
    """A copy to work on."""
    return issued_levels.copy(tmp_path / "office")
