"""One registry with a history for all tests here; each test gets its own copy of the files."""

from pathlib import Path

import pytest

from tests.verifier.registry.world import World, make_world


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The registry that nobody may change."""
    return make_world(tmp_path_factory.mktemp("registry") / "original")


@pytest.fixture
def world(original: World, tmp_path: Path) -> World:
    """A copy of the registry for one test."""
    return original.copy(tmp_path / "world")
