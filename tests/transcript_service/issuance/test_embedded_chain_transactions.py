"""Transactions sent to the embedded chain: mined once, refused as other nodes do, or not read."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.issuance.chain_blocks import (
    check_blocks,
    raw_transaction,
    sign_call,
)
from tests.transcript_service.issuance.conftest import SCHOOL, Ground
from transcript_service.issuance.registry_calls import (
    publish_manifest,
    retire,
)
from verifier.rpc import RpcRefused

ROOT_HASH = sha256(b"root").digest()


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
        raw, _hash = sign_call(ground, chain, **{"calldata": calldata, **changes})
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
        raw = bytearray.fromhex(raw_transaction(chain, 4)[2:])
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(RpcRefused, match=r"invalid|nonce too"):
            chain.call("eth_sendRawTransaction", ["0x" + raw.hex()])


def test_a_transaction_that_was_mined_is_already_known(ground: Ground):
    """Sending it again does not mine it again."""
    with ground.open() as chain:
        raw = raw_transaction(chain, 4)
        with pytest.raises(RpcRefused, match="already known"):
            chain.call("eth_sendRawTransaction", [raw])

        assert chain.call("eth_blockNumber", []) == "0x4"


def test_a_refused_call_is_mined_with_status_zero(ground: Ground):
    """A reverted transaction takes its nonce and a block, as on any chain."""
    with ground.open() as chain:
        raw, transaction_hash = sign_call(ground, chain, calldata="0x" + retire(SCHOOL).hex())
        chain.call("eth_sendRawTransaction", [raw])
        receipt = chain.call("eth_getTransactionReceipt", [transaction_hash])

        assert receipt["status"] == "0x0"
        assert receipt["logs"] == []
        check_blocks(chain)
