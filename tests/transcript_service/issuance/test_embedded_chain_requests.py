"""The embedded chain as a node: what it answers to each method, and to wrong parameters."""

import subprocess
import sys
from hashlib import sha256

import pytest

from tests.transcript_service.issuance.chain_blocks import (
    all_hashes,
    sign_call,
)
from tests.transcript_service.issuance.conftest import SCHOOL, Ground
from transcript_service.issuance.registry_calls import (
    anchor_batch,
    registry_interface,
)
from verifier.rpc import RpcRefused

ROOT_HASH = sha256(b"root").digest()


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
        raw, transaction_hash = sign_call(ground, chain, calldata=calldata, gas=estimate)
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
        assert count(toBlock="0x" + "f" * 64) == 5
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


def test_loading_the_machine_leaves_the_recursion_limit_alone(prepared_ground: Ground):
    """py-evm raises it so far that hostile nested input would end the process without a word."""
    program = (
        "import sys; from pathlib import Path;"
        "from transcript_service.issuance.embedded_chain import EmbeddedChain;"
        "before = sys.getrecursionlimit();"
        "chain = EmbeddedChain(Path(sys.argv[1]), read_only=True);"
        "chain.call('eth_getBalance', ['0x' + '11' * 20]);"
        "assert 'eth.vm.base' in sys.modules;"
        "assert sys.getrecursionlimit() == before"
    )
    subprocess.run([sys.executable, "-c", program, prepared_ground.path], check=True)


def test_reading_blocks_and_logs_needs_no_machine(prepared_ground: Ground):
    """The start of a verifier is not slowed down by py-evm."""
    program = (
        "import sys; from pathlib import Path;"
        "from transcript_service.issuance.embedded_chain import EmbeddedChain;"
        "chain = EmbeddedChain(Path(sys.argv[1]), read_only=True);"
        "assert len(chain.call('eth_getLogs', [{'fromBlock': '0x0'}])) == 5;"
        "chain.call('eth_getBlockByNumber', ['latest', True]);"
        "assert not any(name.split('.')[0] in ('eth', 'rlp', 'web3') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, prepared_ground.path], check=True)
