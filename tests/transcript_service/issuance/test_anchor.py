"""Sending transactions: prepared, sent, sent again without harm, refused by name."""

from hashlib import sha256

import pytest

from tests.transcript_service.issuance.conftest import MINISTRY, SCHOOL
from tests.transcript_service.issuance.odd_nodes import Between, head, writer_of
from transcript_service.issuance.accounts import make_account
from transcript_service.issuance.anchor import (
    NonceTaken,
    deploy_registry,
)
from transcript_service.issuance.embedded_chain import CHAIN_ID
from transcript_service.issuance.node_access import NodeRefused
from transcript_service.issuance.registry_calls import anchor_batch, publish_manifest, retire
from transcript_service.issuance.registry_reverts import RegistryRefused
from verifier.rpc import RpcRefused

ROOT_HASH = sha256(b"root").digest()
CALL = anchor_batch(SCHOOL, ROOT_HASH, 40, b"manifest")


def test_preparing_sends_nothing(ground, chain):
    """What is prepared can be stored first; hash and nonce are known before it is sent."""
    writer = writer_of(ground, chain)

    prepared = writer.prepare(ground.account, CALL)

    assert head(chain) == 4
    assert prepared.nonce == 4
    assert writer.lookup(prepared.transaction_hash) is None


def test_what_was_sent_is_found_by_its_hash(ground, chain):
    """Block, gas and logs."""
    writer = writer_of(ground, chain)
    prepared = writer.prepare(ground.account, CALL)
    writer.send(prepared.raw)

    mined = writer.wait(prepared.transaction_hash)

    block = chain.call("eth_getBlockByNumber", ["0x5", False])
    assert mined == writer.lookup(prepared.transaction_hash)
    assert mined.block_number == 5
    assert mined.block_hash == bytes.fromhex(block["hash"][2:])
    assert mined.transaction_hash == prepared.transaction_hash
    assert mined.contract_address is None
    assert mined.gas_used <= 110_000
    assert len(mined.logs) == 1


def test_sending_the_same_bytes_again_mines_nothing_again(ground, chain):
    """After a cut the stored intent is sent again, whatever came of it before."""
    writer = writer_of(ground, chain)
    prepared = writer.prepare(ground.account, CALL)

    for _attempt in range(3):
        writer.send(prepared.raw)

    assert head(chain) == 5
    assert writer.wait(prepared.transaction_hash).block_number == 5


@pytest.mark.parametrize("words", ["already known", "nonce too low", "ALREADY_IMPORTED", "-"])
def test_a_node_may_name_a_known_transaction_as_it_likes(ground, chain, words):
    """Nodes disagree on the words: the transaction is looked up by its hash."""

    def refuse(_rpc, _params):
        raise RpcRefused(-32000, words)

    writer = writer_of(ground, chain)
    prepared = writer.prepare(ground.account, CALL)
    writer.send(prepared.raw)

    writer_of(ground, Between(chain, eth_sendRawTransaction=refuse)).send(prepared.raw)


def test_a_nonce_that_another_transaction_took_is_told_apart(ground, chain):
    """Such an intent can never be mined; a new one must be made."""
    writer = writer_of(ground, chain)
    lost = writer.prepare(ground.account, CALL)
    writer.execute(ground.account, publish_manifest(b"another"))

    with pytest.raises(NonceTaken, match=lost.transaction_hash.hex()):
        writer.send(lost.raw)
    assert head(chain) == 5


def test_a_refusal_names_the_error_with_its_values(ground, chain):
    """Before anything is signed; institutions as their codes."""
    writer = writer_of(ground, chain)
    stranger = make_account(ground.directory / "stranger")

    with pytest.raises(RegistryRefused, match="the registry refuses: NotGranted") as refused:
        writer.prepare(stranger, CALL)

    assert refused.value.name == "NotGranted"
    account = "0x" + stranger.address.hex()
    assert refused.value.values == {"account": account, "institution": SCHOOL, "role": 2}
    assert head(chain) == 4


def test_a_refusal_is_known_from_nodes_that_say_little_when_estimating(ground, chain):
    """Then the call is made again, where nodes give the bytes."""

    def refuse(_rpc, _params):
        raise RpcRefused(-32000, "execution reverted")

    writer = writer_of(ground, Between(chain, eth_estimateGas=refuse))

    with pytest.raises(RegistryRefused, match="NotRoot"):
        writer.prepare(ground.account, retire(SCHOOL))


def test_a_node_that_never_gives_a_reason_is_quoted_so(ground, chain):
    """A revert without bytes stays a refusal of the registry; anything else is the node's."""

    def revert(_rpc, _params):
        raise RpcRefused(-32000, "VM: execution reverted")

    def broken(_rpc, _params):
        raise RpcRefused(-32603, "internal error")

    silent = Between(chain, eth_estimateGas=revert, eth_call=revert)
    with pytest.raises(RegistryRefused, match="the node gave no reason"):
        writer_of(ground, silent).prepare(ground.account, CALL)
    half_silent = Between(chain, eth_estimateGas=revert, eth_call=broken)
    with pytest.raises(RegistryRefused, match="the node gave no reason"):
        writer_of(ground, half_silent).prepare(ground.account, CALL)
    failing = Between(chain, eth_estimateGas=broken)
    with pytest.raises(NodeRefused, match="refuses eth_estimateGas: internal error"):
        writer_of(ground, failing).prepare(ground.account, CALL)


def test_what_was_mined_but_refused_is_no_success(ground, chain):
    """The state changed in between: the reason is asked of the block before."""
    writer = writer_of(ground, chain)
    first = writer.prepare(ground.account, publish_manifest(b"x"))
    estimate = Between(chain, eth_estimateGas=lambda _rpc, _params: hex(500_000))
    writer.send(first.raw)
    late = writer_of(ground, estimate).prepare(ground.account, retire(SCHOOL))
    writer.send(late.raw)

    for look in (writer.lookup, writer.wait):
        with pytest.raises(RegistryRefused, match="NotRoot"):
            look(late.transaction_hash)


def test_a_refused_deployment_gives_its_reason(ground, chain):
    """A registry that nobody could govern is not made."""
    with pytest.raises(RegistryRefused, match="UnusableAccount"):
        deploy_registry(
            *(chain, CHAIN_ID, ground.account),
            root_institution=MINISTRY,
            name="",
            authority=bytes(20),
        )
