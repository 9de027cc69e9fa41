"""
What makes signatures last: validation data and document time stamps, added to a sealed document.

ETSI EN 319 142-1 sections 5.4 (B-LT) and 5.5 (B-LTA). Each is one increment; what stood there
before stays byte for byte. All of it is written before the document is anchored (ADR 0001).
"""

from collections.abc import Callable
from io import BytesIO

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.errors import UnreadableDocument
from signing.pdf_increment import PureIncrement, check_fits
from signing.profile import SigningProfile
from signing.validation_data import ValidationData


def add_validation_data(pdf: bytes, data: ValidationData) -> bytes:
    """
    Add *data* to the document security store; same input, same bytes.

    Raises:
        UnreadableDocument: not a PDF that can be extended.
    """
    try:
        document = BytesIO(pdf)
        writer = PureIncrement(document)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[x509.Certificate.load(der) for der in data.certificates],
            crls=[crl.CertificateList.load(der) for der in data.revocation_lists],
            ocsps=[ocsp.OCSPResponse.load(der) for der in data.ocsp_responses],
        )
        writer.write_in_place()  # type: ignore[no-untyped-call]  # pyHanko's
        return document.getvalue()
    except (PdfError, KeyError, ValueError) as error:
        raise _cannot_extend(error) from error


def add_document_time_stamp(
    pdf: bytes,
    time_stamper: Callable[[bytes], bytes],
    *,
    largest_token: int = SigningProfile().largest_token,
) -> bytes:
    """
    Add a document time stamp, in a field that shows nothing.

    Args:
        pdf: a document with its validation data.
        time_stamper: gives the token over a SHA-256 digest.
        largest_token: bytes kept for it.

    Raises:
        TimeStampUnavailable: there is no token, or it is larger.
        UnreadableDocument: not a PDF that can be extended.
    """
    try:
        writer = PureIncrement(BytesIO(pdf))
        name = f"DocTimeStamp_{1 + sum(1 for _field in enumerate_sig_fields(writer))}"
        embedding = PdfCMSEmbedder(SigFieldSpec(name)).write_cms(name, writer)
        next(embedding)
        reserved = 2 * largest_token
        stamp = DocumentTimestamp(bytes_reserved=reserved)  # type: ignore[no-untyped-call]  # pyHanko's
        embedding.send(SigObjSetup(sig_placeholder=stamp))
        prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    except (PdfError, KeyError, ValueError) as error:
        raise _cannot_extend(error) from error
    token = time_stamper(prepared.document_digest)
    check_fits(token, reserved)
    embedding.send(token)
    stamped: bytes = output.getvalue()
    return stamped


def find_time_stamps(pdf: bytes) -> tuple[bytes, ...]:
    """
    Return the tokens of the signatures' time stamps, DER, in the order of the signatures.

    Raises:
        UnreadableDocument: not a PDF with signatures that can be read.
    """
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return tuple(
            token.dump()
            for signature in signatures
            for attribute in signature.signer_info["unsigned_attrs"]
            if attribute["type"].native == "signature_time_stamp_token"
            for token in attribute["values"]
        )
    except (PdfError, KeyError, ValueError) as error:
        raise _cannot_extend(error) from error


def _cannot_extend(reason: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        "The PDF cannot be extended: {reason}. Take the document as it was sealed.", reason=reason
    )
