"""Transactions for a purpose: stored first, looked up first, mined once (ADR 0009)."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from tests.school import office_of
from tests.transcript_service.issuance.odd_nodes import Between
from transcript_service.errors import ChainError
from transcript_service.issuance.anchor import RegistryWriter
from transcript_service.issuance.embedded_chain import CHAIN_ID, open_writer
from transcript_service.issuance.registry_calls import anchor_batch, publish_manifest, retire
from transcript_service.issuance.registry_reverts import RegistryRefused
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.transactions import Purpose, settle
from transcript_service.models import TransactionRow
from verifier.errors import NodeUnreachable

ROOT_HASH = bytes(range(32))
PURPOSE = Purpose(name="anchor")


@pytest.fixture
def desk(school):
    return office_of(school[0]).desk


def through(desk, **changed):
    """The same desk, whose node answers some methods differently."""
    rpc = Between(open_writer("embedded:chain/chain.sqlite3", desk.folders.directory), **changed)
    writer = RegistryWriter(rpc, CHAIN_ID, desk.registry.writer.address, wait=lambda _seconds: None)
    return replace(desk, registry=replace(desk.registry, writer=writer))


def lost(_rpc, _params):
    raise NodeUnreachable("the cable was pulled")


def anchor(desk):
    call = anchor_batch(desk.institution, ROOT_HASH, 1, b"manifest")
    with Session(desk.engine) as session:
        return settle(session, desk, PURPOSE, desk.registry.account, call)


def stored(desk):
    with Session(desk.engine) as session:
        return [(row.nonce, row.abandoned) for row in session.exec(select(TransactionRow)).all()]


def interrupted(desk):
    """The intent is stored, but nothing reached the node."""
    with pytest.raises(ChainError, match="cable"):
        anchor(through(desk, eth_sendRawTransaction=lost))
    assert len(stored(desk)) == 1


def test_an_intent_that_never_reached_the_node_is_sent_as_it_was_stored(desk):
    interrupted(desk)

    anchor(desk)
    anchor(desk)

    assert stored(desk) == [(0, None)]
    assert len(view_of(desk).state.batches) == 1


def test_a_nonce_that_another_transaction_used_gives_a_new_intent(desk):
    """Another program used the school's account meanwhile."""
    interrupted(desk)
    desk.registry.writer.execute(desk.registry.account, publish_manifest(b"other"))

    mined = anchor(desk)

    (first, second) = stored(desk)
    assert first[1] is not None
    assert second == (1, None)
    assert anchor(desk) == mined
    assert len(view_of(desk).state.batches) == 1


def test_a_nonce_that_the_chain_has_not_reached_gives_a_new_intent(desk):
    """The chain was rolled back behind transactions of this account."""
    chain = desk.folders.directory / "chain/chain.sqlite3"
    before = chain.read_bytes()
    desk.registry.writer.execute(desk.registry.account, publish_manifest(b"other"))
    interrupted(desk)
    chain.write_bytes(before)

    anchor(office_of(desk.folders.directory).desk)

    assert [nonce for nonce, _why in stored(desk)] == [1, 0]
    assert len(view_of(desk).state.batches) == 1


def test_an_anchor_that_a_rolled_back_chain_lost_is_made_again_once(desk):
    """Mined, then in no block any more: the stored bytes are sent again."""
    chain = desk.folders.directory / "chain/chain.sqlite3"
    before = chain.read_bytes()
    anchor(desk)
    chain.write_bytes(before)

    fresh = office_of(desk.folders.directory).desk
    anchor(fresh)
    anchor(fresh)

    assert stored(desk) == [(0, None)]
    assert len(view_of(fresh).state.batches) == 1


def test_what_another_purpose_left_refused_does_not_stop_this_one(desk):
    """Its nonce comes first; that the registry refuses it is its owner's affair."""
    estimate = {"eth_estimateGas": lambda _rpc, _params: hex(500_000)}
    with Session(desk.engine) as session, pytest.raises(ChainError, match="cable"):
        settle(
            session,
            through(desk, eth_sendRawTransaction=lost, **estimate),
            Purpose(name="revoke", document_id=None, batch_id=None),
            desk.registry.account,
            retire(desk.institution),
        )

    anchor(desk)

    assert len(view_of(desk).state.batches) == 1
    assert [why is None for _nonce, why in stored(desk)] == [False, True]


def test_a_transaction_that_is_mined_but_refused_is_tried_again_only_with_a_reason_gone(desk):
    """The dry run before the second try gives the registry's reason; nothing more is sent."""
    estimate = {"eth_estimateGas": None}

    def allow_once(rpc, params):
        if estimate.pop("eth_estimateGas", "gone") is None:
            return hex(500_000)
        return rpc.call("eth_estimateGas", params)

    with Session(desk.engine) as session, pytest.raises(RegistryRefused, match="NotRoot"):
        settle(
            session,
            through(desk, eth_estimateGas=allow_once),
            PURPOSE,
            desk.registry.account,
            retire(desk.institution),
        )

    assert len(stored(desk)) == 1
    assert stored(desk)[0][1] is not None
