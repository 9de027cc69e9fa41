"""
Transactions that are sent once: the intent is stored before it is tried (ADR 0009).

A signed transaction's bytes fix its nonce and its hash. After a cut the stored bytes are looked
up by their hash and, if no block holds them, sent again: the same bytes can be mined only once.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import MinedTransaction, NonceTaken, RegistryWriter
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.registry_reverts import RegistryRefused
from transcript_service.models import TransactionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a transaction is for: it is looked up by this before a new one is made."""

    name: str
    batch_id: int | None = None
    document_id: int | None = None


def settle(
    session: Session, desk: Desk, purpose: Purpose, account: Account, calldata: bytes
) -> MinedTransaction:
    """
    See to it that the transaction for *purpose* is mined, exactly once; return where.

    *calldata* is used only when there is no stored intent yet.

    Raises:
        ChainError: the node refuses it, or does not answer.
    """
    writer = desk.registry.writer
    row = _find(session, purpose)
    if row is None:
        _settle_older(session, writer, account)
        prepared = writer.prepare(account, calldata)
        row = TransactionRow(
            purpose=purpose.name,
            batch_id=purpose.batch_id,
            document_id=purpose.document_id,
            sender="0x" + account.address.hex(),
            nonce=prepared.nonce,
            raw=prepared.raw,
            transaction_hash=prepared.transaction_hash,
            created_at=desk.stamp(),
        )
        session.add(row)
        session.commit()
    return _mine(session, writer, row)


def _find(session: Session, purpose: Purpose) -> TransactionRow | None:
    return session.exec(
        select(TransactionRow).where(
            TransactionRow.purpose == purpose.name,
            TransactionRow.batch_id == purpose.batch_id,
            TransactionRow.document_id == purpose.document_id,
        )
    ).first()


def _settle_older(session: Session, writer: RegistryWriter, account: Account) -> None:
    """Finish what this account left unfinished: its nonces come before any new one."""
    older = session.exec(
        select(TransactionRow)
        .where(
            TransactionRow.sender == "0x" + account.address.hex(),
            col(TransactionRow.block_number).is_(None),
        )
        .order_by(col(TransactionRow.nonce))
    ).all()
    for row in older:
        _mine(session, writer, row)


def _mine(session: Session, writer: RegistryWriter, row: TransactionRow) -> MinedTransaction:
    try:
        mined = writer.lookup(row.transaction_hash)
        if mined is None:
            writer.send(row.raw)
            mined = writer.wait(row.transaction_hash)
    except (RegistryRefused, NonceTaken):
        # The intent can never be carried out: the next try makes a new one.
        session.delete(row)
        session.commit()
        raise
    row.block_number = mined.block_number
    row.block_hash = mined.block_hash
    session.add(row)
    session.commit()
    return mined
