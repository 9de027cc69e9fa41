"""Where a file is expected, a pipe or a device is named and not waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verifier.registry.world import World, make_world
from verifier.audit import Sources, audit
from verifier.audit_findings import AuditCode
from verifier.errors import MissingEvidence, PolicyError
from verifier.evidence import EvidencePool
from verifier.policy import load_policy
from verifier.registry import read_snapshot
from verifier.regular_file import open_regular

Put = Callable[[Path], None]


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _dangling_pipe(path: Path) -> None:
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    path.symlink_to(pipe)


ODD = pytest.mark.parametrize(
    "put", [os.mkfifo, _device, _dangling_pipe], ids=["pipe", "device", "link to a pipe"]
)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("files") / "original")


@pytest.fixture
def world(original: World, tmp_path: Path) -> World:
    return original.copy(tmp_path / "world")


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    """Ordinary files are read whole."""
    (tmp_path / "a").write_bytes(b"content" * 100_000)
    (tmp_path / "b").symlink_to("a")

    for name in ("a", "b"):
        with open_regular(tmp_path / name) as file:
            assert file.read() == b"content" * 100_000


def test_a_folder_and_nothing_are_errors(tmp_path: Path) -> None:
    """As with any other way of opening."""
    with pytest.raises(IsADirectoryError, match=r"directory"):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"No such"):
        open_regular(tmp_path / "none")


@ODD
def test_what_never_ends_is_an_error(tmp_path: Path, put: Put) -> None:
    """Pipe and device."""
    put(tmp_path / "odd")

    with pytest.raises(OSError, match="regular"):
        open_regular(tmp_path / "odd")


@ODD
def test_a_receipt_that_is_no_file_is_named(tmp_path: Path, put: Put) -> None:
    """Beside the document and in the folder of receipts."""
    put(tmp_path / "x.receipt.json")
    problems: list[str] = []

    sources = EvidencePool(receipts=tmp_path).for_file(tmp_path / "x.pdf")

    assert list(sources.offers(bytes(32), problems)) == []
    assert "x.receipt.json" in problems[0]


@ODD
def test_a_manifest_that_is_no_file_is_named(tmp_path: Path, put: Put) -> None:
    """In the folder of manifests."""
    put(tmp_path / "x.manifest.json")
    problems: list[str] = []

    assert list(EvidencePool(manifests=tmp_path).offers(bytes(32), problems)) == []
    assert "x.manifest.json" in problems[0]


@ODD
def test_a_policy_and_what_it_names_must_be_files(world: World, put: Put) -> None:
    """The policy, an anchor, a revocation list, a snapshot."""
    put(world.directory / "odd")
    with pytest.raises(PolicyError, match="odd"):
        load_policy(world.directory / "odd")
    for old, new in (
        ('["root.pem"]', '["odd"]'),
        ('["root.pem"]', '["root.pem"]\nrevocation_lists = ["odd"]'),
        ("[registry]", f'[registry]\nsnapshot = "odd"\nsnapshot_digest = "0x{"00" * 32}"'),
    ):
        before = world.policy_path.read_text()
        with pytest.raises(PolicyError, match="odd"):
            world.edit_policy(old, new)
        world.policy_path.write_text(before)


@ODD
def test_a_snapshot_that_turned_into_something_else_is_unreadable(world: World, put: Put) -> None:
    """Between reading the policy and reading what it names."""
    path = world.directory / "snapshot.json"
    path.write_bytes(b"{}")
    named = f'snapshot = "snapshot.json"\nsnapshot_digest = "0x{"00" * 32}"'
    policy = world.edit_policy("[registry]", f"[registry]\n{named}")
    path.unlink()
    put(path)

    with pytest.raises(MissingEvidence, match="cannot be read"):
        read_snapshot(policy)


@ODD
def test_a_checkpoint_that_is_no_file_counts_as_absent(world: World, put: Put) -> None:
    """The registry is read without it."""
    put(world.policy.checkpoint_path)

    view = world.view(checkpoint=True)

    assert view.state == world.view().state
    assert "policy.state.json" in view.notes[0]


@ODD
def test_the_audit_names_what_is_no_file(world: World, put: Put) -> None:
    """A document, a receipt, a manifest."""
    for name in ("archive/a/x.pdf", "archive/b/x.receipt.json", "manifests/c/x.manifest.json"):
        (world.directory / name).parent.mkdir()
        put(world.directory / name)
    (world.manifests / "c/x.manifest.json").rename(world.manifests / "x.manifest.json")

    sources = Sources(manifests=(world.manifests,), archive=world.archive)
    report = audit(world.policy, world.view(), sources)

    unreadable = [one for one in report.findings if one.code is AuditCode.FILE_UNREADABLE]
    assert len(unreadable) == 3
