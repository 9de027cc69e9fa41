"""
Certificates and revocation data that a document carries: its DSS (ISO 32000-2, 12.8.4.3).

Behind the door `verifier.pdf_signature`.
"""

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from verifier.pdf_document import PDFDocument
from verifier.trust_store import ValidationData


def read_validation_data(document: PDFDocument) -> ValidationData:
    """Return what the document security store of the last revision holds; empty without one."""
    try:
        store = DocumentSecurityStore.read_dss(document.reader)
    except NoDSSFoundError:
        return ValidationData()
    lists = (reference.get_object().read_data(DecodePurpose.CRL) for reference in store.crls)
    answers = (
        reference.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for reference in store.ocsps
    )
    return ValidationData(
        certificates=tuple(store.load_certs()),
        revocation_lists=tuple(crl.CertificateList.load(der) for der in lists),
        ocsp_answers=tuple(ocsp.OCSPResponse.load(der) for der in answers),
    )
