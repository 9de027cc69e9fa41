"""Writers that are killed, write side by side, or run out of room; readers beside them."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.transcript_service.issuance.chain_blocks import all_hashes, check_blocks
from tests.transcript_service.issuance.chain_writer import STATEMENTS, TIMES
from tests.transcript_service.issuance.conftest import Ground, fixed_clock
from transcript_service.issuance import embedded_chain_file
from transcript_service.issuance.accounts import make_account
from transcript_service.issuance.embedded_chain import EmbeddedChain, open_rpc
from transcript_service.issuance.embedded_chain_file import ChainUnavailable
from transcript_service.issuance.registry_calls import publish_manifest

WRITER = [sys.executable, "-m", "tests.transcript_service.issuance.chain_writer"]
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a killed writer left: its folder, and the blocks that it had reported as written."""

    directory: Path
    reported: list[str]

    @property
    def path(self) -> Path:
        return self.directory / "chain.sqlite3"

    @property
    def journal(self) -> Path:
        return self.directory / "chain.sqlite3-journal"


@pytest.fixture(scope="module")
def killed(prepared_ground: Ground, tmp_path_factory) -> list[Left]:
    """Chains left by writers that were killed at 20 moments of a write."""
    out = tmp_path_factory.mktemp("killed")
    found = subprocess.run(
        [*WRITER, "killed", prepared_ground.directory, prepared_ground.address, out],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    return [
        Left(directory=Path(left["directory"]), reported=left["reported"])
        for left in json.loads(found.stdout)
    ]


@pytest.fixture(scope="module")
def first_hashes(prepared_ground: Ground) -> list[str]:
    """The blocks that were there before any of these writers."""
    with prepared_ground.open(read_only=True) as chain:
        return all_hashes(chain)


def test_the_kills_met_writes_that_had_begun(killed):
    """Files with journals are among them, torn ones too: the other tests look at such files."""
    hot = [left for left in killed if left.journal.exists()]
    torn = [left for left in hot if not _sound_without_its_journal(left.path)]

    assert len(killed) == STATEMENTS + TIMES
    assert len(hot) >= 3
    assert torn


def _sound_without_its_journal(path: Path) -> bool:
    connection = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def test_a_reader_sees_whole_blocks_and_touches_nothing(
    killed, first_hashes, tmp_path, monkeypatch
):
    """What was reported is there, at most one block more; no file is changed or left behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for left in killed:
        before = left.path.read_bytes(), left.journal.exists()
        with EmbeddedChain(left.path, read_only=True) as chain:
            check_blocks(chain)
            seen = all_hashes(chain)

        assert (left.path.read_bytes(), left.journal.exists()) == before
        assert list(tmp_path.iterdir()) == []
        expected = first_hashes + left.reported
        assert len(left.reported) >= 2
        assert seen[: len(expected)] == expected
        assert len(seen) <= len(expected) + 1


def test_a_file_that_changes_under_the_reader_is_opened_anew(killed, ground, monkeypatch):
    """A writer recovered it while it was being copied; one that never rests is given up."""
    hot = next(left for left in killed if left.journal.exists())
    path = shutil.copytree(hot.directory, ground.directory / "hot") / "chain.sqlite3"
    copied = shutil.copyfile

    def copy_while_a_writer_comes(source: Path, destination: Path) -> None:
        copied(source, destination)
        EmbeddedChain(path).close()

    monkeypatch.setattr(embedded_chain_file.shutil, "copyfile", copy_while_a_writer_comes)
    with EmbeddedChain(path, read_only=True) as chain:
        check_blocks(chain)

    monkeypatch.undo()
    restless = iter(range(10**6))
    path = shutil.copytree(hot.directory, ground.directory / "again") / "chain.sqlite3"
    monkeypatch.setattr(embedded_chain_file, "_stamp", lambda _path: next(restless))
    with pytest.raises(ChainUnavailable, match="changes faster than it can be read"):
        EmbeddedChain(path, read_only=True)


def test_a_writer_goes_on_from_whole_blocks(killed, first_hashes, prepared_ground, tmp_path):
    """Reopening gives the hashes that a reader saw, and the next block follows them."""
    for number, left in enumerate(killed):
        directory = shutil.copytree(left.directory, tmp_path / str(number))
        with EmbeddedChain(left.path, read_only=True) as reader:
            seen = all_hashes(reader)
        with EmbeddedChain(directory / "chain.sqlite3", clock=fixed_clock) as chain:
            reopened = all_hashes(chain)
            prepared_ground.writer(chain).execute(
                prepared_ground.account, publish_manifest(b"after the kill")
            )
            check_blocks(chain)

            assert reopened == seen
            assert all_hashes(chain)[:-1] == seen


def test_readers_see_whole_blocks_while_a_writer_runs(ground: Ground):
    """Each look finds a block with its receipt and its logs, and the head only grows."""
    count, head = 12, 4
    command = [*WRITER, "many", ground.path, ground.directory / "key", ground.address, str(count)]
    with subprocess.Popen(command, cwd=ROOT) as writer:
        looks = 0
        while writer.poll() is None:
            with open_rpc("embedded:chain.sqlite3", ground.directory) as chain:
                block = chain.call("eth_getBlockByNumber", ["latest", False])
                receipt = chain.call("eth_getTransactionReceipt", [block["transactions"][0]])
                logs = chain.call("eth_getLogs", [{"blockHash": block["hash"]}])
            assert receipt["blockHash"] == block["hash"]
            assert logs == receipt["logs"] != []
            assert int(block["number"], 16) >= head
            head = int(block["number"], 16)
            looks += 1

    assert writer.returncode == 0
    assert looks > count
    with ground.open(read_only=True) as chain:
        check_blocks(chain)
        assert chain.call("eth_blockNumber", []) == hex(4 + count)


def test_two_writers_at_once_take_turns(ground: Ground):
    """Two processes with accounts of their own: every transaction is mined once."""
    make_account(ground.directory / "second")
    commands = [
        [*WRITER, "many", ground.path, ground.directory / key, ground.address, "8"]
        for key in ("key", "second")
    ]
    writers = [subprocess.Popen(command, cwd=ROOT) for command in commands]

    assert [writer.wait() for writer in writers] == [0, 0]
    with ground.open(read_only=True) as chain:
        check_blocks(chain)
        assert chain.call("eth_blockNumber", []) == hex(4 + 16)


def test_a_writer_that_finds_the_file_locked_says_so(ground: Ground, monkeypatch):
    """After waiting for a while; nothing was written."""
    monkeypatch.setattr(embedded_chain_file, "BUSY_TIMEOUT_S", 0.01)
    other = sqlite3.connect(ground.path, isolation_level=None)
    with ground.open() as chain:
        prepared = ground.writer(chain).prepare(ground.account, publish_manifest(b"one"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ChainUnavailable, match="another process is using it; wait"):
            ground.writer(chain).send(prepared.raw)
        other.close()

        ground.writer(chain).send(prepared.raw)
        assert chain.call("eth_blockNumber", []) == "0x5"


def test_a_look_and_a_commit_exclude_each_other(ground: Ground, monkeypatch):
    """A reader's answer is of one state; the writer waits, then says so and wrote nothing."""
    monkeypatch.setattr(embedded_chain_file, "BUSY_TIMEOUT_S", 0.01)
    with ground.open() as chain, ground.open(read_only=True) as reader:
        prepared = ground.writer(chain).prepare(ground.account, publish_manifest(b"one"))
        with reader._file.reading() as connection:
            connection.execute("SELECT count(*) FROM block").fetchone()
            with pytest.raises(ChainUnavailable, match="another process is using it"):
                ground.writer(chain).send(prepared.raw)
            assert connection.execute("SELECT max(number) FROM block").fetchone() == (4,)

        ground.writer(chain).send(prepared.raw)
        assert reader.call("eth_blockNumber", []) == "0x5"


@pytest.mark.parametrize("pages", range(1, 9))
def test_a_full_disk_leaves_the_chain_as_it_was(ground: Ground, pages):
    """However far the write came: no block, a clear error, and with room again it goes on."""
    with ground.open() as chain:
        connection = chain._file.connection
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        prepared = ground.writer(chain).prepare(ground.account, publish_manifest(b"x" * 20_000))
        connection.execute(f"PRAGMA max_page_count = {used + pages}")
        with pytest.raises(ChainUnavailable, match="the disk is full; make room"):
            ground.writer(chain).send(prepared.raw)
        assert chain.call("eth_blockNumber", []) == "0x4"
        connection.execute(f"PRAGMA max_page_count = {used + 1000}")

        ground.writer(chain).send(prepared.raw)
        check_blocks(chain)
        assert chain.call("eth_blockNumber", []) == "0x5"


def test_a_full_disk_while_the_chain_is_made_leaves_nothing_in_it(tmp_path, monkeypatch):
    """The next attempt begins anew."""
    connect = sqlite3.connect

    def cramped(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 3")
        return connection

    path = tmp_path / "chain.sqlite3"
    monkeypatch.setattr(embedded_chain_file.sqlite3, "connect", cramped)
    with pytest.raises(ChainUnavailable, match="the disk is full"):
        EmbeddedChain(path, create=True)
    monkeypatch.undo()

    with EmbeddedChain(path, create=True) as chain:
        check_blocks(chain)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "chain").touch()

    with pytest.raises(ChainUnavailable, match=r"cannot use the chain at .*chain\.sqlite3"):
        EmbeddedChain(tmp_path / "chain" / "chain.sqlite3", create=True)


def test_a_damaged_chain_is_named(ground: Ground):
    """Zeros in the middle of the file: an error of the file, not a wrong answer."""
    content = bytearray(ground.path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    ground.path.write_bytes(content)

    with pytest.raises(ChainUnavailable, match="it is damaged; restore it from a copy"):
        EmbeddedChain(ground.path, read_only=True)
