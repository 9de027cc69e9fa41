"""
PAdES signatures in prepared fields (ETSI EN 319 142-1).

Signing is a pure function of document, key and request: no clock, no randomness, and with the
deterministic signatures of `signing.keys` the same call gives the same bytes, time stamps apart.
So a step that was killed can be run again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from threading import Lock

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AnnotAppearances, PdfResources
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.cms import largest_size, signed_data
from signing.errors import (
    FieldFilled,
    LookUnfit,
    SignaturePlaceMissing,
    UnreadableDocument,
    UnsupportedProfile,
    WrongOrder,
)
from signing.keys.signing_key import SigningKey
from signing.look import Look
from signing.pdf_increment import PureIncrement, check_fits
from signing.profile import SigningProfile

_DIGEST = "sha256"
# A look may differ from its field by this many points; viewers would stretch it by more.
_FIT_TOLERANCE = 0.5
# A parsed look reads on demand from one stream, which threads must not share.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRequest:
    """
    One signature to make: with which key, in which field, looking how, and why.

    `look.signed_at` is the claimed signing time (`/M`), so that what people read is what is signed.
    `reason` and `location` stand in the signature dictionary as given. `time_stamper` gives the
    token over a SHA-256 digest that a profile from B-T on asks for.
    """

    key: SigningKey
    field_name: str
    look: Look
    reason: str
    location: str
    profile: SigningProfile = field(default_factory=SigningProfile)
    time_stamper: Callable[[bytes], bytes] | None = None

    def __post_init__(self) -> None:
        if self.profile.has_time_stamp and self.time_stamper is None:
            raise UnsupportedProfile(
                "Level {level} needs time stamps, but no time-stamping service is given. Name one,"
                " or use level B-B.",
                level=self.profile.level,
            )

    @property
    def signed_at(self) -> datetime:
        """Claimed signing time, aware."""
        return self.look.signed_at


def certify(pdf: bytes, request: SignatureRequest) -> bytes:
    """
    Make the first signature of a prepared PDF, which allows only further signatures after it.

    A certification signature, DocMDP level 2 (ISO 32000-1 section 12.8.2.2).

    Raises:
        WrongOrder: the document is signed already.
        CertificateUnfit, DocumentUnfit, LookUnfit: as `signing.errors` says.
    """
    return _sign(
        pdf,
        request,
        check_order=_check_unsigned,
        mdp=SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.FILL_FORMS),
    )


def seal(pdf: bytes, request: SignatureRequest) -> bytes:
    """
    Make the second signature, an approval signature over the certified document.

    Raises:
        WrongOrder: the document is not certified.
        CertificateUnfit, DocumentUnfit, LookUnfit: as `signing.errors` says.
    """
    return _sign(pdf, request, check_order=_check_certified, mdp=None)


def _sign(
    pdf: bytes,
    request: SignatureRequest,
    *,
    check_order: Callable[[IncrementalPdfFileWriter, str], None],
    mdp: SigMDPSetup | None,
) -> bytes:
    request.key.check_usable_at(request.signed_at)
    try:
        writer = PureIncrement(BytesIO(pdf))
        check_order(writer, request.field_name)
        return _write_signature(writer, request, mdp)
    except (PdfError, KeyError, ValueError) as error:
        raise UnreadableDocument(
            "The PDF cannot be signed: {reason}. Render and prepare the document again.",
            reason=error,
        ) from error


def _write_signature(
    writer: IncrementalPdfFileWriter, request: SignatureRequest, mdp: SigMDPSetup | None
) -> bytes:
    """Follow pyHanko's protocol for embedding a CMS object of our own making."""
    embedding = PdfCMSEmbedder().write_cms(request.field_name, writer, existing_fields_only=True)
    widget = next(embedding).get_object()
    _draw(writer, widget, request.look, request.field_name)
    time_stamper = request.time_stamper if request.profile.has_time_stamp else None
    largest_token = 0 if time_stamper is None else request.profile.largest_token
    largest = largest_size(request.key, largest_token)
    reserved = max(request.profile.least_reserved_digits, 2 * largest)
    signature = SignatureObject(
        timestamp=request.signed_at,
        subfilter=SigSeedSubFilter.PADES,
        reason=request.reason,
        location=request.location,
        bytes_reserved=reserved,
    )
    embedding.send(SigObjSetup(sig_placeholder=signature, mdp_setup=mdp))
    prepared, output = embedding.send(SigIOSetup(md_algorithm=_DIGEST, in_place=True))
    value = signed_data(request.key, prepared.document_digest, time_stamper)
    check_fits(value, reserved)
    embedding.send(value)
    signed: bytes = output.getvalue()
    return signed


def _draw(
    writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject, look: Look, name: str
) -> None:
    """
    Draw *look* on the field's empty appearance, which stays what it is but for what it draws.

    EU DSS calls another bounding box or filter a change that the certification does not allow.
    """
    x1, y1, x2, y2 = (float(number) for number in widget["/Rect"])
    if max(abs(x2 - x1 - look.width), abs(y2 - y1 - look.height)) > _FIT_TOLERANCE:
        raise LookUnfit(
            "The look of {look} points does not fit signature field {name} of {field} points."
            " Draw it again in the size of the field.",
            look=f"{look.width:.1f} × {look.height:.1f}",
            name=name,
            field=f"{x2 - x1:.1f} × {y2 - y1:.1f}",
        )
    with _one_at_a_time:
        drawing = writer.import_page_as_xobject(_look_reader(look.pdf))
    scale = ((x2 - x1) / look.width, (y2 - y1) / look.height)
    appearance = generic.StreamObject(stream_data=b"%.5f 0 0 %.5f 0 0 cm /Look Do" % scale)
    for key in ("/Type", "/Subtype", "/BBox"):
        appearance[key] = widget["/AP"]["/N"].raw_get(key)
    resources = PdfResources()  # type: ignore[no-untyped-call]  # pyHanko's
    resources.xobject["/Look"] = drawing
    appearance["/Resources"] = resources.as_pdf_object()
    widget["/AP"] = AnnotAppearances(normal=writer.add_object(appearance)).as_pdf_object()


@lru_cache(maxsize=8)
def _look_reader(pdf: bytes) -> PdfFileReader:
    """Parse a look once for all documents of a batch."""
    return PdfFileReader(BytesIO(pdf))


def _check_unsigned(writer: IncrementalPdfFileWriter, name: str) -> None:
    filled = _fields(writer, name)
    if any(filled.values()):
        raise WrongOrder(
            "The document is signed already, and only a first signature can certify it."
            " Certify the document as it was prepared."
        )


def _check_certified(writer: IncrementalPdfFileWriter, name: str) -> None:
    filled = _fields(writer, name)
    if filled[name]:
        raise FieldFilled(
            "Signature field {name} is signed already. Sign another field, or take the document"
            " as it was before.",
            name=name,
        )
    if "/DocMDP" not in writer.root.get("/Perms", {}):
        raise WrongOrder(
            "The document is not certified yet. Let the principal certify it before it is sealed."
        )


def _fields(writer: IncrementalPdfFileWriter, wanted: str) -> dict[str, bool]:
    """Map the names of the signature fields to whether they are signed."""
    fields = {name: value is not None for name, value, _ in enumerate_sig_fields(writer)}
    if wanted not in fields:
        raise SignaturePlaceMissing(
            "The document has no signature field {name}; it has {found}. Prepare it with that"
            " field, or sign one that is there.",
            name=wanted,
            found=", ".join(fields) or "none",
        )
    return fields
