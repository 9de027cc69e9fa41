"""The embedded chain as a node: blocks, calls, logs, receipts, refusals, and two openings of it."""

import re
import sqlite3
from hashlib import sha256

import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.issuance.chain_blocks import all_hashes, check_blocks
from tests.transcript_service.issuance.conftest import SCHOOL, Ground, fixed_clock
from transcript_service.errors import ChainError
from transcript_service.issuance.embedded_chain import (
    CHAIN_ID,
    EmbeddedChain,
    open_rpc,
    open_writer,
)
from transcript_service.issuance.embedded_chain_file import ChainUnavailable
from transcript_service.issuance.registry_calls import (
    anchor_batch,
    publish_manifest,
    registry_interface,
    retire,
)
from verifier.errors import NodeUnreachable
from verifier.rpc import RpcRefused

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
        raws = [_raw(chain, number) for number in range(1, 5)]
        expected = all_hashes(chain)

    with EmbeddedChain(tmp_path / "again.sqlite3", create=True, clock=fixed_clock) as again:
        for raw in raws:
            again.call("eth_sendRawTransaction", [raw])
        assert all_hashes(again) == expected


def _raw(chain: EmbeddedChain, number: int) -> str:
    """Write a mined transaction again as it was signed (EIP-1559)."""
    body = chain.call("eth_getBlockByNumber", [hex(number), True])["transactions"][0]

    def quantity(name: str) -> bytes:
        value = int(body[name], 16)
        return value.to_bytes((value.bit_length() + 7) // 8)

    to = bytes.fromhex(body["to"][2:]) if body["to"] else b""
    fees = [quantity("maxPriorityFeePerGas"), quantity("maxFeePerGas")]
    call = [quantity("gas"), to, quantity("value"), bytes.fromhex(body["input"][2:]), []]
    signature = [quantity(name) for name in "vrs"]
    fields = [quantity("chainId"), quantity("nonce"), *fees, *call, *signature]
    return "0x02" + rlp.encode(fields).hex()


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


def test_a_call_sees_the_state_after_its_block(ground: Ground):
    """By number, by hash, by tag: the history's size at each block."""
    selector = registry_interface()["selectors"]["historySize()"]
    call = {"to": ground.address, "data": selector}
    with ground.open(read_only=True) as chain:
        sizes = [int(chain.call("eth_call", [call, hex(number)]), 16) for number in range(1, 5)]
        block_hash = all_hashes(chain)[2]

        assert sizes == [2, 3, 4, 5]
        assert int(chain.call("eth_call", [call, {"blockHash": block_hash}]), 16) == 3
        assert int(chain.call("eth_call", [call, {"blockNumber": "0x2"}]), 16) == 3
        for tag in ("latest", "finalized", "safe", "pending"):
            assert int(chain.call("eth_call", [call, tag]), 16) == 5
        assert chain.call("eth_call", [call, "earliest"]) == "0x"


def test_a_revert_comes_with_its_bytes(ground: Ground):
    """As geth answers: code 3 and the data."""
    call = {
        "from": "0x" + "11" * 20,
        "to": ground.address,
        "data": "0x" + anchor_batch(SCHOOL, ROOT_HASH, 1, b"").hex(),
    }
    selector = registry_interface()["errors"]["TranscriptRegistryNotGranted(address,bytes32,uint8)"]
    with ground.open(read_only=True) as chain:
        for method in ("eth_call", "eth_estimateGas"):
            with pytest.raises(RpcRefused, match="execution reverted") as refused:
                chain.call(method, [call])
            assert refused.value.code == 3
            assert refused.value.data.startswith(selector)


def test_an_estimate_is_enough_and_not_much_more(ground: Ground):
    """The transaction passes with exactly what was estimated."""
    with ground.open() as chain:
        sender = "0x" + ground.account.address.hex()
        calldata = "0x" + anchor_batch(SCHOOL, ROOT_HASH, 1, b"").hex()
        request = {"from": sender, "to": ground.address, "data": calldata}
        estimate = int(chain.call("eth_estimateGas", [request]), 16)
        raw, transaction_hash = _sign(ground, chain, calldata=calldata, gas=estimate)
        chain.call("eth_sendRawTransaction", [raw])
        receipt = chain.call("eth_getTransactionReceipt", [transaction_hash])

    assert receipt["status"] == "0x1"
    assert int(receipt["gasUsed"], 16) <= estimate < 2 * int(receipt["gasUsed"], 16)


def test_logs_are_found_by_block_address_and_topic(ground: Ground):
    """Every filter of `eth_getLogs`, alone and together."""
    topics = registry_interface()["topics"]
    school = "0x" + SCHOOL.encode().ljust(32, b"\x00").hex()
    every = {"fromBlock": "0x0", "toBlock": "latest"}
    with ground.open(read_only=True) as chain:

        def count(**wanted: object) -> int:
            return len(chain.call("eth_getLogs", [{**every, **wanted}]))

        assert count() == 5
        assert count(address=ground.address) == count(address=[ground.address]) == 5
        assert count(address="0x" + "11" * 20) == 0
        assert count(address=[]) == 0
        assert count(topics=[topics["Granted"]]) == 3
        assert count(topics=[[topics["Granted"], topics["InstitutionRegistered"]]]) == 5
        assert count(topics=[topics["Granted"], school]) == 2
        assert count(topics=[None, school]) == 3
        assert count(topics=[None, None, school]) == 0
        assert count(topics=[topics["BatchAnchored"]]) == 0
        assert count(fromBlock="0x2", toBlock="0x3") == 2
        assert count(fromBlock="0x3", toBlock="0x2") == 0
        assert count(fromBlock="0x64", toBlock="0x65") == 0
        assert len(chain.call("eth_getLogs", [{}])) == 1
        order = [log["blockNumber"] for log in chain.call("eth_getLogs", [every])]
        assert order == ["0x1", "0x1", "0x2", "0x3", "0x4"]


def test_accounts_and_storage_can_be_asked(ground: Ground):
    """Nonces at each block; nobody owns money; code and slots of the contract."""
    sender = "0x" + ground.account.address.hex()
    with ground.open(read_only=True) as chain:
        nonces = [
            chain.call("eth_getTransactionCount", [sender, hex(number)]) for number in range(5)
        ]
        head = chain.call("eth_getStorageAt", [ground.address, "0x0", "latest"])
        size = chain.call("eth_getStorageAt", [ground.address, "0x1", "0x1"])

        assert nonces == ["0x0", "0x1", "0x2", "0x3", "0x4"]
        assert chain.call("eth_getBalance", [sender, "latest"]) == "0x0"
        assert len(chain.call("eth_getCode", [ground.address, "latest"])) > 20_000
        assert chain.call("eth_getCode", [ground.address, "0x0"]) == "0x"
        assert chain.call("eth_getCode", [sender]) == "0x"
        assert len(head) == 66
        assert int(size, 16) == 2


def test_the_node_says_who_it_is(ground: Ground):
    """Chain ID in both forms, version, no price for gas."""
    with ground.open(read_only=True) as chain:
        assert chain.call("eth_chainId", []) == "0x157c1"
        assert chain.call("net_version", []) == "88001"
        assert chain.call("web3_clientVersion", []).startswith("hocba-embedded-chain/")
        assert chain.call("eth_gasPrice", []) == "0x0"


def test_what_is_not_there_is_null(ground: Ground):
    """Blocks to come, unknown hashes and transactions."""
    unknown = "0x" + "ab" * 32
    with ground.open(read_only=True) as chain:
        assert chain.call("eth_getBlockByNumber", ["0x5", False]) is None
        assert chain.call("eth_getBlockByNumber", ["0x" + "f" * 64, False]) is None
        assert chain.call("eth_getBlockByHash", [unknown, False]) is None
        assert chain.call("eth_getTransactionByHash", [unknown]) is None
        assert chain.call("eth_getTransactionReceipt", [unknown]) is None
        with pytest.raises(RpcRefused, match="block not found"):
            chain.call("eth_getBalance", ["0x" + "11" * 20, "0x5"])


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_getBlockByNumber", []),
        ("eth_getBlockByNumber", ["0x0", False, 1]),
        ("eth_getBlockByNumber", ["5", False]),
        ("eth_getBlockByNumber", [5, False]),
        ("eth_getBlockByNumber", ["0xzz", False]),
        ("eth_getBlockByNumber", ["0x" + "1" * 65, False]),
        ("eth_getBlockByNumber", [{"blockNumber": None}, False]),
        ("eth_getBlockByHash", ["0xab", False]),
        ("eth_getTransactionReceipt", [None]),
        ("eth_getLogs", []),
        ("eth_getLogs", [[]]),
        ("eth_getLogs", [{"address": "0x11"}]),
        ("eth_getLogs", [{"topics": ["0x11"]}]),
        ("eth_getLogs", [{"topics": "0x11"}]),
        ("eth_getLogs", [{"topics": [None] * 5}]),
        ("eth_getLogs", [{"blockHash": "0x" + "ab" * 32, "fromBlock": "0x0"}]),
        ("eth_call", ["0x"]),
        ("eth_call", [{"to": "nobody"}]),
        ("eth_call", [{"data": "0xa"}]),
        ("eth_getStorageAt", ["0x" + "11" * 20]),
        ("eth_sendRawTransaction", []),
        ("eth_sendRawTransaction", ["02"]),
        ("eth_sendRawTransaction", [["0x02"]]),
    ],
)
def test_wrong_parameters_are_refused_as_such(ground: Ground, method, params):
    """Code -32602, never a crash and never a guess."""
    with ground.open() as chain:
        with pytest.raises(RpcRefused, match=method) as refused:
            chain.call(method, params)
        assert refused.value.code == -32602


def test_a_method_that_nobody_knows_is_refused_as_such(ground: Ground):
    """Code -32601."""
    with ground.open(read_only=True) as chain:
        with pytest.raises(RpcRefused, match="does not exist") as refused:
            chain.call("eth_mine", [])
        assert refused.value.code == -32601


def _sign(
    ground: Ground, chain: EmbeddedChain, *, calldata: str, gas: int = 500_000, **changes: object
) -> tuple[str, str]:
    """Sign a legacy transaction with the next nonce; give it raw, and its hash."""
    sender = "0x" + ground.account.address.hex()
    nonce = int(chain.call("eth_getTransactionCount", [sender, "latest"]), 16)
    raw, transaction_hash = ground.account.sign(
        {
            "to": ground.address,
            "data": calldata,
            "nonce": nonce,
            "gas": gas,
            "gasPrice": 0,
            "value": 0,
            "chainId": chain.chain_id,
            **changes,
        }
    )
    return "0x" + raw.hex(), "0x" + transaction_hash.hex()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nonce": 3}, "nonce too low"),
        ({"nonce": 5}, "nonce too high"),
        ({"chainId": 1}, "invalid chain id"),
        ({"gas": 21_000}, "invalid transaction"),
        ({"gas": 2**63}, "invalid transaction"),
        ({"value": 1}, "invalid transaction"),
    ],
)
def test_a_transaction_that_cannot_be_mined_changes_nothing(ground: Ground, changes, message):
    """As on other nodes: code -32000, and no block."""
    calldata = "0x" + publish_manifest(b"one").hex()
    with ground.open() as chain:
        raw, _hash = _sign(ground, chain, **{"calldata": calldata, **changes})
        with pytest.raises(RpcRefused, match=message) as refused:
            chain.call("eth_sendRawTransaction", [raw])

        assert refused.value.code == -32000
        assert chain.call("eth_blockNumber", []) == "0x4"
        ground.writer(chain).execute(ground.account, publish_manifest(b"two"))
        check_blocks(chain)


@pytest.mark.parametrize(
    "raw", ["0x", "0x00", "0x02", "0x02c0", "0xc0", "0xff", "0x7f" + "00" * 90]
)
def test_bytes_that_are_no_transaction_are_refused(ground: Ground, raw):
    """Whatever is sent: an answer of the node, no crash."""
    with ground.open() as chain, pytest.raises(RpcRefused, match="invalid transaction"):
        chain.call("eth_sendRawTransaction", [raw])


@given(raw=st.binary(max_size=200), prefix=st.sampled_from([b"", b"\x01", b"\x02", b"\xf8\x60"]))
def test_no_bytes_crash_the_node(prepared_ground: Ground, raw, prefix):
    """Random bytes, alone or behind the first byte of a typed or an old transaction."""
    with prepared_ground.open() as chain, pytest.raises(RpcRefused, match="invalid transaction"):
        chain.call("eth_sendRawTransaction", ["0x" + (prefix + raw).hex()])


@given(data=st.data())
def test_no_changed_bit_passes_for_the_transaction(prepared_ground: Ground, data):
    """Either refused, or (another sender's) refused for its nonce: never mined."""
    with prepared_ground.open() as chain:
        raw = bytearray.fromhex(_raw(chain, 4)[2:])
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(RpcRefused, match=r"invalid|nonce too"):
            chain.call("eth_sendRawTransaction", ["0x" + raw.hex()])


def test_a_transaction_that_was_mined_is_already_known(ground: Ground):
    """Sending it again does not mine it again."""
    with ground.open() as chain:
        raw = _raw(chain, 4)
        with pytest.raises(RpcRefused, match="already known"):
            chain.call("eth_sendRawTransaction", [raw])

        assert chain.call("eth_blockNumber", []) == "0x4"


def test_a_refused_call_is_mined_with_status_zero(ground: Ground):
    """A reverted transaction takes its nonce and a block, as on any chain."""
    with ground.open() as chain:
        raw, transaction_hash = _sign(ground, chain, calldata="0x" + retire(SCHOOL).hex())
        chain.call("eth_sendRawTransaction", [raw])
        receipt = chain.call("eth_getTransactionReceipt", [transaction_hash])

        assert receipt["status"] == "0x0"
        assert receipt["logs"] == []
        check_blocks(chain)


def test_a_reader_writes_nothing(ground: Ground):
    """Not even a transaction that would be good."""
    before = ground.path.read_bytes()
    with ground.open(read_only=True) as chain:
        raw, _hash = _sign(ground, chain, calldata="0x" + publish_manifest(b"one").hex())
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
