"""What a signed PDF hands to judges that know CMS but no PDF: content, CMS object, time stamp."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf
from asn1crypto import cms, tsp


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPart:
    """
    One signature of a PDF.

    `token` is the DER of the CMS object, `content` what it signs (the byte range). `stamp` is the
    RFC 3161 token over `signature_value`, if there is one. A document time stamp is a token itself.
    """

    field: str
    is_document_time_stamp: bool
    content: bytes
    token: bytes
    signature_value: bytes
    stamp: bytes | None


def signed_parts(pdf: bytes) -> Iterator[SignedPart]:
    """Yield the signatures of *pdf* in the order of its fields."""
    opened = pikepdf.open(BytesIO(pdf))
    for field in opened.Root.get("/AcroForm", {}).get("/Fields", []):
        signature = field.get("/V")
        if signature is None:
            continue
        start, before, after, rest = (int(number) for number in signature.ByteRange)
        content_info = cms.ContentInfo.load(bytes(signature.Contents))
        signer = content_info["content"]["signer_infos"][0]
        yield SignedPart(
            field=str(field.T),
            is_document_time_stamp=str(signature.SubFilter) == "/ETSI.RFC3161",
            content=pdf[start : start + before] + pdf[after : after + rest],
            token=content_info.dump(),
            signature_value=signer["signature"].native,
            stamp=_stamp(signer),
        )


def time_of(token: bytes) -> datetime:
    """Read the time that a time stamp's token names (RFC 3161 section 2.4.2)."""
    made_at: datetime = (
        tsp.ContentInfo.load(token)["content"]["encap_content_info"]["content"]
        .parsed["gen_time"]
        .native
    )
    return made_at


def _stamp(signer: cms.SignerInfo) -> bytes | None:
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            token: bytes = attribute["values"][0].dump()
            return token
    return None
