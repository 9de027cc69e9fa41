"""
Whether a document time stamp is one: intact, and of all bytes before it (ISO 32000-2, 12.8.5).

Behind the door `verifier.pdf_signature`. Who made it is not asked here: a stamp that nobody knows
proves no time, but neither does it change the document that it follows.
"""

from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from verifier.errors import InvalidEvidence, SubReason
from verifier.judging_grounds import finish_at_once
from verifier.messages import _
from verifier.pdf_document import PDFDocument, SignatureField
from verifier.signature_bytes import check_byte_range, read_signature


def check_time_stamp(document: PDFDocument, stamp: SignatureField) -> None:
    """
    Check that *stamp* holds an RFC 3161 token of its whole revision, signed by its certificate.

    Raises:
        InvalidEvidence: FORMAT_FAILURE or APPENDED.
    """
    embedded = read_signature(document, stamp)
    check_byte_range(document, stamp, embedded)
    trusting_nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = finish_at_once(async_validate_pdf_timestamp(embedded, trusting_nobody, skip_diff=True))
    if not (status.intact and status.valid):
        problem = _("what a later revision adds as a time stamp is none")
        raise InvalidEvidence(SubReason.APPENDED, problem)
