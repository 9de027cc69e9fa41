"""
Which bytes a signature covers, and what later revisions changed (ISO 32000-2, 12.8).

Behind the door `verifier.pdf_signature`. pyHanko compares the lengths of a ByteRange; here the gap
must also hold exactly the signature that was read, so that no other value can hide in it.
"""

import re

from asn1crypto import parser
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument, SignatureField, raw_items, value_of
from verifier.pdf_steps import check_seal_step
from verifier.signature_finding import Role

PADES_SUBFILTER = "/ETSI.CAdES.detached"
_HEX_STRING = re.compile(rb"<[0-9A-Fa-f]*>")


def read_signature(document: PDFDocument, signature: SignatureField) -> EmbeddedPdfSignature:
    """Parse the CMS of a signature field; raises whatever pyHanko raises."""
    return EmbeddedPdfSignature(document.reader, signature.field, signature.field_name)


def check_form(
    document: PDFDocument, signature: SignatureField, embedded: EmbeddedPdfSignature, role: Role
) -> None:
    """
    Check the kind of signature and the bytes that it covers.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    if value_of(embedded.sig_object, "/SubFilter") != PADES_SUBFILTER:
        raise _malformed(_("it is not a PAdES signature (ETSI.CAdES.detached)"))
    _check_permissions(embedded, role)
    check_byte_range(document, signature, embedded)
    if embedded.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
        raise _malformed(_("it does not cover its whole revision"))


def _check_permissions(embedded: EmbeddedPdfSignature, role: Role) -> None:
    """The principal certifies and allows signing; the seal approves (ISO 32000-2, 12.8.2.2)."""
    permissions = embedded.docmdp_level
    if role is Role.PRINCIPAL and permissions is not MDPPerm.FILL_FORMS:
        raise _malformed(_("it does not certify the document with permission to sign only"))
    if role is Role.SEAL and permissions is not None:
        raise _malformed(_("a seal does not certify"))


def check_byte_range(
    document: PDFDocument, signature: SignatureField, embedded: EmbeddedPdfSignature
) -> None:
    """
    Check that the range is its revision but for exactly the signature's own value.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    byte_range = [int(number) for number in raw_items(embedded.byte_range.get_object())]
    end = document.revision_ends[signature.revision]
    if len(byte_range) != 4 or byte_range[0] != 0:
        raise _malformed(_("its ByteRange does not begin at the start of the file"))
    _zero, gap_start, gap_end, tail = byte_range
    gap = document.pdf[gap_start:gap_end] if 0 < gap_start < gap_end else b""
    if gap_end + tail != end or tail <= 0:
        raise _malformed(_("its ByteRange does not end with its revision"))
    if not _HEX_STRING.fullmatch(gap) or len(gap) % 2:
        raise _malformed(_("its ByteRange leaves out more than the signature's value"))
    contents = bytes.fromhex(gap[1:-1].decode("ascii"))
    if contents != embedded.pkcs7_content:
        raise _malformed(_("its ByteRange leaves out another value than the signature's"))
    if contents[parser.peek(contents) :].strip(b"\x00"):
        raise _malformed(_("there is more than padding after the signature's value"))


def check_seal_changes(
    document: PDFDocument, principal: SignatureField, seal: SignatureField
) -> None:
    """
    Check that from the principal's revision to the seal's only the seal's field was filled.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    base = document.reader.get_historical_resolver(principal.revision)
    for number in range(principal.revision + 1, seal.revision + 1):
        check_seal_step(document, seal, number)
        view = document.reader.get_historical_resolver(number)
        try:
            change = DEFAULT_DIFF_POLICY.apply(base, view, doc_mdp=MDPPerm.FILL_FORMS)
        except (SuspiciousModification, PdfReadError) as error:
            raise _malformed(_("the document was changed after it was signed")) from error
        allowed = number == seal.revision and ModificationLevel.FORM_FILLING
        if change.modification_level > (allowed or ModificationLevel.LTA_UPDATES):
            raise _malformed(_("more than the seal was added after the principal had signed"))
        if change.changed_form_fields - {seal.field_name}:
            raise _malformed(_("another field was filled after the principal had signed"))


def _malformed(problem: str) -> InvalidEvidence:
    return InvalidEvidence(SubReason.FORMAT_FAILURE, problem)
