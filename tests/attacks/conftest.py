"""One office for all attacks; they add documents to it and take nothing away."""

import pytest

from tests.attacks.ground import Ground
from tests.verifier.issued import make_office


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Documents, keys and a chain that attackers and insiders work on."""
    return Ground(make_office(tmp_path_factory.mktemp("attacked") / "office"))
