"""The hearing that all tests of this folder look at."""

import pytest

from tests.conformance.hearing import Hearing


@pytest.fixture(scope="session")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Hearing:
    """Documents and answers, made when they are first wanted."""
    return Hearing(tmp_path_factory.mktemp("hearing"))
