"""
Whether a time stamp proves its time: ETSI EN 319 102-1, 5.4 and 5.6, for RFC 3161 tokens.

Behind the door `verifier.pdf_signature`. A stamp must itself be known to exist at a time when its
service's certificates were good: at the time of validation, or at the time that a later document
time stamp proves (EN 319 142-1, 5.5).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from pyhanko.sign.validation.status import TimestampSignatureStatus

from verifier.judging_grounds import JudgingGrounds
from verifier.pdf_document import PDFDocument, SignatureField, value_of
from verifier.signature_bytes import check_byte_range, read_signature


class StampStatusAt(Protocol):
    """Judges one stamp as of a moment; None when there is none."""

    def __call__(
        self, moment: datetime, *, past: bool, tolerant: bool
    ) -> TimestampSignatureStatus | None:
        """
        Judge the stamp.

        Args:
            moment: aware.
            past: whether it lies before the time of validation (`trust_store.Past`).
            tolerant: whether missing revocation data are passed over; those that ran out are
                missing where *past* leaves them out.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStamp:
    """A document time stamp that proves its time; `revision` is the one that wrote it."""

    revision: int
    made_at: datetime
    covers_validation_data: bool


def proven_time(
    status_at: StampStatusAt, known_at: datetime, validation_time: datetime
) -> datetime | None:
    """
    Return the time that a stamp proves, None when it proves none.

    Args:
        status_at: judges the stamp.
        known_at: a time at which the stamp is known to have existed, at most *validation_time*.
        validation_time: of the whole judgement, aware.
    """
    is_past = known_at < validation_time
    known = status_at(known_at, past=is_past, tolerant=False)
    if known is None or not (known.intact and known.valid) or known.timestamp > known_at:
        return None
    made_at = known.timestamp.astimezone(UTC)
    if known.trusted:
        return made_at
    # Revocation data that ran out since do not matter, if they were good when the stamp was made;
    # an end of a certificate, or a revocation that anybody at hand tells of, does.
    not_disproved = status_at(known_at, past=True, tolerant=True)
    made = status_at(made_at, past=True, tolerant=False)
    if not_disproved is None or not not_disproved.trusted or made is None or not made.trusted:
        return None
    return made_at


def judge_archive_stamp(
    document: PDFDocument, stamp: SignatureField, grounds: JudgingGrounds, known_at: datetime
) -> ArchiveStamp | None:
    """
    Judge a document time stamp that is known to have existed at *known_at* (aware).

    Returns:
        None when it proves no time.

    Raises:
        InvalidEvidence: it does not cover its revision; whatever pyHanko raises.
    """
    embedded = read_signature(document, stamp)
    check_byte_range(document, stamp, embedded)
    made_at = proven_time(
        partial(grounds.stamp_status, embedded),
        known_at,
        grounds.validation_time,
    )
    if made_at is None:
        return None
    view = document.reader.get_historical_resolver(stamp.revision)
    return ArchiveStamp(
        revision=stamp.revision,
        made_at=made_at,
        covers_validation_data=value_of(view.root, "/DSS") is not None,
    )
