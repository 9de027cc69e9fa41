"""The registry of tests/verifier/registry with its manifests and archive, one copy a test."""

from pathlib import Path

import pytest

from tests.verifier.registry.world import World, make_world


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The registry that nobody may change."""
    return make_world(tmp_path_factory.mktemp("audited") / "original")


@pytest.fixture
def world(original: World, tmp_path: Path) -> World:
    """A copy of the registry and its files for one test."""
    return original.copy(tmp_path / "world")
