"""Slow, poor, foreign and broken nodes, and what the writer of the registry makes of them."""

from hashlib import sha256

import pytest

from tests.transcript_service.issuance.conftest import MINISTRY, SCHOOL
from tests.transcript_service.issuance.odd_nodes import Between, head, writer_of
from transcript_service.errors import ChainError
from transcript_service.issuance.accounts import make_account
from transcript_service.issuance.anchor import (
    NotMined,
    deploy_registry,
)
from transcript_service.issuance.embedded_chain import CHAIN_ID, EmbeddedChain
from transcript_service.issuance.node_access import NodeRefused
from transcript_service.issuance.registry_calls import anchor_batch
from verifier.rpc import HttpRpc, RpcRefused

ROOT_HASH = sha256(b"root").digest()
CALL = anchor_batch(SCHOOL, ROOT_HASH, 40, b"manifest")


def test_waiting_ends(ground, chain):
    """The node has the transaction, but no block does: later it may be found by its hash."""
    pauses: list[float] = []
    slow = Between(chain, eth_getTransactionReceipt=lambda _rpc, _params: None)
    writer = writer_of(ground, slow, pauses)
    prepared = writer.prepare(ground.account, CALL)
    writer.send(prepared.raw)

    with pytest.raises(NotMined, match=r"in no block after 3\.0 s; resume later"):
        writer.wait(prepared.transaction_hash, timeout_s=3.0)
    assert sum(pauses) == 3.0


def test_waiting_looks_again(ground, chain):
    """A block may take its time."""
    answers = iter([None, None])
    slow = Between(
        chain,
        eth_getTransactionReceipt=lambda rpc, params: next(
            answers, rpc.call("eth_getTransactionReceipt", params)
        ),
    )
    pauses: list[float] = []
    writer = writer_of(ground, slow, pauses)
    prepared = writer.prepare(ground.account, CALL)
    writer.send(prepared.raw)

    assert writer.wait(prepared.transaction_hash).block_number == 5
    assert len(pauses) == 2


def test_a_receipt_of_a_pending_transaction_is_none(ground, chain):
    """Some nodes answer with a receipt without a block."""
    pending = Between(chain, eth_getTransactionReceipt=lambda _rpc, _params: {"blockHash": None})

    assert writer_of(ground, pending).lookup(b"\x01" * 32) is None


def test_nothing_is_signed_for_another_chain(ground, chain):
    """A node that serves another chain than the settings say."""
    other = Between(chain, eth_chainId=lambda _rpc, _params: "0x1")
    writer = writer_of(ground, other)

    with pytest.raises(ChainError, match="serves chain 1, not 88001: nothing was signed"):
        writer.prepare(ground.account, CALL)
    assert other.asked == ["eth_chainId"]


@pytest.mark.parametrize("answer", [None, "many", {"result": 1}, 5.5, [], "0x"])
def test_an_answer_that_is_no_number_is_named(ground, chain, answer):
    """Whatever a broken node sends."""
    for method in ("eth_chainId", "eth_estimateGas", "eth_getTransactionCount", "eth_gasPrice"):
        broken = Between(chain, **{method: lambda _rpc, _params: answer})
        with pytest.raises(ChainError, match=f"answers {method} with something that is no number"):
            writer_of(ground, broken).prepare(ground.account, CALL)


@pytest.mark.parametrize("answer", ["", 5, [], {}, {"blockHash": 3}, {"blockHash": "0xzz"}])
def test_an_answer_that_is_no_receipt_is_named(ground, chain, answer):
    """Whatever a broken node sends."""
    broken = Between(chain, eth_getTransactionReceipt=lambda _rpc, _params: answer)

    with pytest.raises(ChainError, match="something that is no receipt"):
        writer_of(ground, broken).lookup(b"\x01" * 32)


def test_a_node_out_of_reach_is_a_chain_error(ground):
    """Nothing listens on the port."""
    writer = writer_of(ground, HttpRpc("http://127.0.0.1:1"))

    with pytest.raises(ChainError, match=r"http://127\.0\.0\.1:1"):
        writer.prepare(ground.account, CALL)


def test_a_node_that_refuses_to_send_is_quoted(ground, chain):
    """Its own words, and its address."""

    def refuse(_rpc, _params):
        raise RpcRefused(-32000, "txpool is full")

    prepared = writer_of(ground, chain).prepare(ground.account, CALL)
    full = writer_of(ground, Between(chain, eth_sendRawTransaction=refuse))

    with pytest.raises(NodeRefused, match="refuses eth_sendRawTransaction: txpool is full"):
        full.send(prepared.raw)
    assert head(chain) == 4


@pytest.mark.parametrize(
    ("head_fields", "price", "expected"),
    [
        ({}, "0x0", {"type": "0x0", "gasPrice": "0x0"}),
        ({"baseFeePerGas": "0x0"}, "0x0", {"type": "0x2", "maxFeePerGas": "0x0"}),
    ],
)
def test_fees_are_what_the_network_asks_for(ground, chain, head_fields, price, expected):
    """Old networks without a base fee get an old transaction, both are mined here."""
    rpc = Between(
        chain,
        eth_getBlockByNumber=lambda _rpc, _params: head_fields,
        eth_gasPrice=lambda _rpc, _params: price,
    )
    writer = writer_of(ground, rpc)

    mined = writer.execute(ground.account, CALL)

    sent = chain.call("eth_getTransactionByHash", ["0x" + mined.transaction_hash.hex()])
    assert {key: sent[key] for key in expected} == expected


def test_a_tip_is_what_is_suggested_above_the_base_fee(ground, chain):
    """Room for the base fee to double; the embedded chain itself would refuse to spend that."""
    rpc = Between(
        chain,
        eth_getBlockByNumber=lambda _rpc, _params: {"baseFeePerGas": "0x64"},
        eth_gasPrice=lambda _rpc, _params: "0x6e",
    )

    prepared = writer_of(ground, rpc).prepare(ground.account, CALL)

    with pytest.raises(NodeRefused, match="invalid transaction"):
        writer_of(ground, chain).send(prepared.raw)
    assert bytes.fromhex("0a81d2") in prepared.raw  # tip 10, at most 210


def test_a_deployment_says_what_a_policy_pins(tmp_path):
    """Address, block number and block hash; the first authority is the deployer's account."""
    account = make_account(tmp_path / "key")
    with EmbeddedChain(tmp_path / "chain.sqlite3", create=True) as chain:
        deployment = deploy_registry(
            chain, CHAIN_ID, account, root_institution=MINISTRY, name="Bộ", upstream_codes="x"
        )
        block = chain.call("eth_getBlockByNumber", [hex(deployment.block_number), False])
        code = chain.call("eth_getCode", ["0x" + deployment.address.hex(), "latest"])

    assert deployment.block_number == 1
    assert "0x" + deployment.block_hash.hex() == block["hash"]
    assert block["transactions"] == ["0x" + deployment.transaction_hash.hex()]
    assert len(code) > 1000


def test_a_deployment_that_made_no_contract_is_named(ground, chain):
    """A node that answers with a receipt without an address."""

    def without_address(rpc, params):
        receipt = rpc.call("eth_getTransactionReceipt", params)
        return receipt and {**receipt, "contractAddress": None}

    rpc = Between(chain, eth_getTransactionReceipt=without_address)

    with pytest.raises(ChainError, match="made no contract"):
        deploy_registry(rpc, CHAIN_ID, ground.account, root_institution=MINISTRY, name="")
