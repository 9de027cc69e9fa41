"""
Transactions that are sent once: the intent is stored before it is tried (ADR 0009).

A signed transaction's bytes fix its nonce and its hash. After a cut the stored bytes are looked
up by their hash and, if no block holds them, sent again: the same bytes can be mined only once.
Bytes that can never be mined (their nonce was used by another transaction, or the chain was rolled
back behind them) are abandoned: looked up as before, never sent again, and replaced by a new
intent. Should both be mined after all, the contract takes one: a root is anchored once, a status
is set once.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from transcript_service.errors import ChainError
from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import NonceTaken, RegistryWriter
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.mined_transaction import MinedTransaction
from transcript_service.issuance.registry_reverts import RegistryRefused
from transcript_service.models import TransactionRow
from verifier.messages import _

_TRIES = 3


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

    *calldata* is used only when no stored intent can be carried out.

    Raises:
        RegistryRefused: the contract would refuse it, so nothing was sent; or it was mined and
            refused, and would be refused again.
        ChainError: the node refuses it, or does not answer.
    """
    writer = desk.registry.writer
    for row in stored(session, purpose):
        mined = _carry_out(session, writer, row)
        if mined is not None:
            return mined
    for _attempt in range(_TRIES):
        _carry_out_older(session, writer, account)
        mined = _carry_out(session, writer, _store(session, desk, purpose, account, calldata))
        if mined is not None:
            return mined
    raise ChainError(
        _("other programs use the account 0x{account}: no nonce was free in {tries} tries").format(
            account=account.address.hex(), tries=_TRIES
        )
    )


def stored(session: Session, purpose: Purpose) -> list[TransactionRow]:
    """Return every intent for *purpose*, in the order in which they were made."""
    return list(
        session.exec(
            select(TransactionRow)
            .where(
                TransactionRow.purpose == purpose.name,
                TransactionRow.batch_id == purpose.batch_id,
                TransactionRow.document_id == purpose.document_id,
            )
            .order_by(col(TransactionRow.id))
        ).all()
    )


def _store(
    session: Session, desk: Desk, purpose: Purpose, account: Account, calldata: bytes
) -> TransactionRow:
    """Make an intent and commit it; the same bytes as an abandoned one are that one again."""
    prepared = desk.registry.writer.prepare(account, calldata)
    row = session.exec(
        select(TransactionRow).where(TransactionRow.transaction_hash == prepared.transaction_hash)
    ).first()
    if row is None:
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
    row.abandoned = None
    session.add(row)
    session.commit()
    return row


def _carry_out_older(session: Session, writer: RegistryWriter, account: Account) -> None:
    """Finish what this account left unfinished: its nonces come before any new one."""
    older = session.exec(
        select(TransactionRow)
        .where(
            TransactionRow.sender == "0x" + account.address.hex(),
            col(TransactionRow.block_number).is_(None),
            col(TransactionRow.abandoned).is_(None),
        )
        .order_by(col(TransactionRow.nonce))
    ).all()
    for row in older:
        _carry_out(session, writer, row)


def _carry_out(
    session: Session, writer: RegistryWriter, row: TransactionRow
) -> MinedTransaction | None:
    """Have a stored intent mined; None, and it is abandoned, when it never can be."""
    try:
        mined = writer.lookup(row.transaction_hash)
        if mined is None and row.abandoned is None:
            _check_reached(writer, row)
            writer.send(row.raw)
            mined = writer.wait(row.transaction_hash)
    except (RegistryRefused, NonceTaken) as error:
        row.abandoned = str(error)
    else:
        if mined is not None:
            row.block_number, row.block_hash = mined.block_number, mined.block_hash
            row.abandoned = None
    if row.abandoned is not None:
        row.block_number, row.block_hash, mined = None, None, None
    session.add(row)
    session.commit()
    return mined


def _check_reached(writer: RegistryWriter, row: TransactionRow) -> None:
    """Refuse an intent whose turn cannot come: nobody will send the nonces before it again."""
    following = writer.nonce_of(bytes.fromhex(row.sender.removeprefix("0x")))
    if row.nonce > following:
        raise NonceTaken(
            _("the chain was rolled back: the account's next nonce is {next}, not {nonce}").format(
                next=following, nonce=row.nonce
            )
        )
