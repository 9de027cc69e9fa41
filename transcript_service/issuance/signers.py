"""
Whose certificates signed a batch: noted when a signature is begun, asked for ever after.

A batch that was cut off may be finished with another key than it was begun with (a renewal, a new
principal). What is gathered, declared and published about its signers is about these, not about
the keys in today's settings.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable

from cryptography import x509
from sqlmodel import Session, col, select

from signing.keys.signing_key import SigningKey, signing_key
from transcript_service.issuance.desk import Desk
from transcript_service.models import BatchRow, BatchSignerRow
from verifier.registry_events import Use


def note_signer(
    session: Session, batch: BatchRow, use: Use, key: SigningKey, *, is_first: bool
) -> None:
    """Note that *key* signs documents of the batch from now on; *is_first*: nobody has yet."""
    noted = _rows(session, batch, use)
    if is_first:
        for row in noted:
            session.delete(row)
        noted = []
    certificates = _to_text((key.certificate, *key.chain))
    if all(row.certificates != certificates for row in noted):
        session.add(BatchSignerRow(batch_id=batch.id or 0, use=use.name, certificates=certificates))


def signers_of(session: Session, desk: Desk, batch: BatchRow) -> list[tuple[Use, SigningKey]]:
    """
    Return who signed the batch; these keys have certificates only, and sign nothing.

    A batch of an earlier release, which noted nobody, was signed by the keys in the settings.
    """
    found = [
        (use, _without_key(row.certificates))
        for use in (Use.PRINCIPAL, Use.SEAL)
        for row in _rows(session, batch, use)
    ]
    if found:
        return found
    keys = desk.load_keys()
    return [(Use.PRINCIPAL, keys.principal), (Use.SEAL, keys.seal)]


def _rows(session: Session, batch: BatchRow, use: Use) -> list[BatchSignerRow]:
    wanted = select(BatchSignerRow).where(
        BatchSignerRow.batch_id == batch.id, BatchSignerRow.use == use.name
    )
    return list(session.exec(wanted.order_by(col(BatchSignerRow.id))).all())


def _to_text(certificates: Iterable[bytes]) -> str:
    return json.dumps([b64encode(one).decode() for one in certificates])


def _without_key(certificates: str) -> SigningKey:
    signer, *chain = (
        x509.load_der_x509_certificate(b64decode(one)) for one in json.loads(certificates)
    )
    # Its serial number tells people which one is meant, without a name.
    return signing_key(signer, tuple(chain), sign=elsewhere, source=f"0x{signer.serial_number:x}")


def elsewhere(_message: bytes) -> bytes:
    """Stand where a private key or a time-stamping service is not at hand."""
    raise NotImplementedError("this process holds certificates only")
