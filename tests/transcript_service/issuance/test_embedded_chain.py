"""The embedded chain as a file: restarts, the same hashes everywhere, files that are no chain."""

import re
import sqlite3
from hashlib import sha256

import pytest

from tests.transcript_service.issuance.chain_blocks import (
    all_hashes,
    check_blocks,
    raw_transaction,
    sign_call,
)
from tests.transcript_service.issuance.conftest import Ground, fixed_clock
from transcript_service.errors import ChainError
from transcript_service.issuance.embedded_chain import (
    CHAIN_ID,
    EmbeddedChain,
    open_rpc,
    open_writer,
)
from transcript_service.issuance.embedded_chain_file import ChainUnavailable
from transcript_service.issuance.registry_calls import (
    publish_manifest,
)
from verifier.errors import NodeUnreachable

ROOT_HASH = sha256(b"root").digest()


def test_one_transaction_is_one_block(ground: Ground):
    """Each block hashes to its hash and follows its parent; time never stands still."""
    with ground.open() as chain:
        check_blocks(chain)

        assert chain.call("eth_blockNumber", []) == "0x4"
        for number in range(1, 5):
            block = chain.call("eth_getBlockByNumber", [hex(number), False])
            assert len(block["transactions"]) == 1


def test_a_restart_keeps_every_block_hash(ground: Ground):
    """What was mined before, and what is mined after, stands on the same chain."""
    with ground.open() as chain:
        before = all_hashes(chain)
    with ground.open() as chain:
        ground.writer(chain).execute(ground.account, publish_manifest(b"one"))
        after = all_hashes(chain)
    with ground.open(read_only=True) as chain:
        check_blocks(chain)
        again = all_hashes(chain)

    assert after[:-1] == before
    assert again == after


def test_the_same_transactions_at_the_same_times_give_the_same_hashes(ground: Ground, tmp_path):
    """Headers hold nothing by chance."""
    with ground.open() as chain:
        raws = [raw_transaction(chain, number) for number in range(1, 5)]
        expected = all_hashes(chain)

    with EmbeddedChain(tmp_path / "again.sqlite3", create=True, clock=fixed_clock) as again:
        for raw in raws:
            again.call("eth_sendRawTransaction", [raw])
        assert all_hashes(again) == expected


def test_the_genesis_is_the_same_for_one_chain_id_and_another_for_each(tmp_path):
    """Two machines that make the chain have the same block 0; another chain has its own."""
    hashes = []
    for name, chain_id in (("a", CHAIN_ID), ("b", CHAIN_ID), ("c", 88002)):
        with EmbeddedChain(tmp_path / name, chain_id=chain_id, create=True) as chain:
            hashes += all_hashes(chain)

    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[0] == "0xcc4f473357f1b0590dbddc69a4a1129fb379b3ff8392049f179b344031f442fb"


def test_the_clock_gives_a_blocks_time_and_never_turns_it_back(ground: Ground):
    """A clock that stands still or goes back gives the parent's second plus one."""
    with ground.open() as chain:
        times = [
            int(chain.call("eth_getBlockByNumber", [hex(number), False])["timestamp"], 16)
            for number in range(5)
        ]

    first = int(fixed_clock().timestamp())
    assert times[1:] == [first, first + 1, first + 2, first + 3]


def test_a_reader_writes_nothing(ground: Ground):
    """Not even a transaction that would be good."""
    before = ground.path.read_bytes()
    with ground.open(read_only=True) as chain:
        raw, _hash = sign_call(ground, chain, calldata="0x" + publish_manifest(b"one").hex())
        with pytest.raises(ChainUnavailable, match="for reading only"):
            chain.call("eth_sendRawTransaction", [raw])

    assert ground.path.read_bytes() == before
    assert sorted(file.name for file in ground.directory.iterdir()) == ["chain.sqlite3", "key"]


def test_a_path_opens_for_reading_by_its_address(ground: Ground):
    """`embedded:PATH` is relative to the folder of the policy; a whole path stays itself."""
    for address, directory in (
        ("embedded:chain.sqlite3", ground.directory),
        ("embedded:ground/chain.sqlite3", ground.directory.parent),
        (f"embedded:{ground.path}", ground.directory.parent),
    ):
        rpc = open_rpc(address, directory)
        assert rpc.call("eth_blockNumber", []) == "0x4"


def test_a_path_opens_for_writing_by_its_address(ground: Ground):
    """The writer's clock is handed in."""
    rpc = open_writer("embedded:chain.sqlite3", ground.directory, clock=fixed_clock)

    ground.writer(rpc).execute(ground.account, publish_manifest(b"one"))

    assert rpc.call("eth_blockNumber", []) == "0x5"


def test_other_addresses_go_to_the_verifiers_own_opener(ground: Ground):
    """URLs are opened as everywhere; anything else is refused."""
    assert open_rpc("http://127.0.0.1:1", ground.directory).address == "http://127.0.0.1:1"
    assert open_writer("http://127.0.0.1:1", ground.directory).address == "http://127.0.0.1:1"
    with pytest.raises(NodeUnreachable, match="not the address of a node"):
        open_rpc("ftp://127.0.0.1", ground.directory)


def test_a_chain_that_is_not_there_is_missing_evidence_and_a_service_error(tmp_path):
    """A verifier says INDETERMINATE, the command line says what to do."""
    for error in (NodeUnreachable, ChainError):
        with pytest.raises(error, match="there is no chain at"):
            open_rpc("embedded:chain.sqlite3", tmp_path)
    with pytest.raises(ChainUnavailable, match="there is no chain at"):
        EmbeddedChain(tmp_path / "chain.sqlite3")

    assert list(tmp_path.iterdir()) == []


def test_another_chains_file_is_named(ground: Ground):
    """The file's own chain ID stands in the error; None takes any."""
    with pytest.raises(ChainUnavailable, match="holds the chain 88001, not 1"):
        ground.open(chain_id=1)
    with ground.open(chain_id=None) as chain:
        assert chain.chain_id == 88001


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00broken"])
@pytest.mark.parametrize("options", [{"read_only": True}, {}, {"create": True}])
def test_a_file_that_is_no_database_is_named(tmp_path, content, options):
    """And left as it is."""
    path = tmp_path / "chain.sqlite3"
    path.write_bytes(content)

    with pytest.raises(ChainUnavailable, match=re.escape(str(path))):
        EmbeddedChain(path, **options)
    assert path.read_bytes() == content


@pytest.mark.parametrize("options", [{"read_only": True}, {}, {"create": True}])
def test_a_database_that_is_no_chain_is_named(tmp_path, options):
    """Somebody gave the service's own database, for example."""
    path = tmp_path / "service.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE pupil (id)")
    connection.commit()
    connection.close()

    with pytest.raises(ChainUnavailable, match="not an embedded chain"):
        EmbeddedChain(path, **options)


def test_a_chain_of_another_format_is_named(ground: Ground):
    """A later release's file is not read by guessing."""
    connection = sqlite3.connect(ground.path)
    connection.execute("UPDATE meta SET value = 'hocba/embedded-chain/2' WHERE name = 'format'")
    connection.commit()
    connection.close()

    with pytest.raises(ChainUnavailable, match="hocba/embedded-chain/2"):
        ground.open()


def test_an_empty_file_is_no_chain_until_one_is_made_in_it(tmp_path):
    """A creator that was killed at once leaves an empty file."""
    path = tmp_path / "chain.sqlite3"
    path.touch()

    for options in ({}, {"read_only": True}):
        with pytest.raises(ChainUnavailable, match="is empty"):
            EmbeddedChain(path, **options)
    with EmbeddedChain(path, create=True) as chain:
        check_blocks(chain)


def test_making_a_chain_that_is_there_opens_it(ground: Ground):
    """`create` never begins anew."""
    with ground.open(create=True) as chain:
        assert chain.call("eth_blockNumber", []) == "0x4"
