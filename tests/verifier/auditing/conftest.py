"""The registry of tests/verifier/registry with its manifests and archive, one copy a test."""

import json
from pathlib import Path

import pytest

from tests.verifier.registry.world import World, make_world
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The registry that nobody may change."""
    return make_world(tmp_path_factory.mktemp("audited") / "original")


@pytest.fixture
def world(original: World, tmp_path: Path) -> World:
    """A copy of the registry and its files for one test."""
    return original.copy(tmp_path / "world")


@pytest.fixture
def say(world: World, capsys: pytest.CaptureFixture[str]):
    """Run `audit` on the world; give exit code and report."""

    def run(*more: object, manifests: bool = True, policy: bool = True):
        base = ["audit", "--json", "--lang", "en", *map(str, more)]
        base += ["--policy", str(world.policy_path)] if policy else []
        base += ["--manifests", str(world.manifests)] if manifests else []
        code = main(base, open_rpc=open_rpc)
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return run
