"""
Steps up to the seal: a signature comes into its field, and nothing beside it.

Behind the door `verifier.pdf_signature`. pyHanko's difference analysis looks at what is written
anew and takes two things for granted: that no object waits for a number which nobody has defined
yet (it follows no `/Parent`, and calls a number above the trailer's `/Size` new), and that whoever
writes objects which nothing uses means no harm. Both are asked here, of each step: else a page
whose node or content is still to come is signed, and comes when the signature is there.
"""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument, SignatureField, raw_value, written
from verifier.pdf_growth import NoValidationData, ValidationData, extensions_grow, reachable
from verifier.pdf_properties import lasting_properties
from verifier.pdf_redefined import form_keeps, renewable, same_but, serve_one_purpose
from verifier.pdf_tiling import PlainRevision, read_first_revision, read_plain_revision
from verifier.pdf_usages import Revision

_SIGNED_IN_FIELD = frozenset({"/V", "/AP"})
_CERTIFIED_IN_CATALOG = frozenset({"/Perms"})
_GROWS_BEFORE_SEAL = frozenset({"/DSS", "/Extensions", "/AcroForm", "/Version"})
_VERSIONS = (b"null", b"/1.7", b"/2.0")
_GROWS_IN_FORM = frozenset({"/SigFlags"})


def objects_before(document: PDFDocument, number: int) -> frozenset[int]:
    """Return the numbers of the objects that the revisions before *number* define."""
    xrefs = document.reader.xrefs
    return frozenset(
        one.idnum for earlier in range(number) for one in xrefs.explicit_refs_in_revision(earlier)
    )


def read_step(document: PDFDocument, number: int, start: int) -> PlainRevision | None:
    """
    Read revision *number*, which has to begin at *start*, bytes.

    None when it reads in more than one way, names another catalog or other properties, or when
    something before it leads to an object that is not there, and so could come with it.
    """
    before = document.reader.get_historical_resolver(number - 1)
    revision = _read_alone(document, number, start)
    if revision is None or (revision.root, revision.info) != _places(before):
        return None
    try:
        before.check_complete()
    except PdfReadError:
        return None
    return revision


def _read_alone(document: PDFDocument, number: int, start: int) -> PlainRevision | None:
    end = document.revision_ends[number]
    if number == 0:
        return read_first_revision(document.pdf, end)
    return read_plain_revision(
        document.pdf,
        start,
        end,
        previous=document.reader.xrefs.get_startxref_for_revision(number - 1),
        greatest=max(objects_before(document, number)),
    )


def check_seal_step(document: PDFDocument, seal: SignatureField, number: int) -> None:
    """
    Check that revision *number* writes anew, or brings, only what belongs to the seal.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    try:
        is_bare = _is_seal_alone(document, seal, number)
    except NoValidationData:
        is_bare = False
    if not is_bare:
        raise _more_than(_("more than the seal was added after the principal had signed"))


def _is_seal_alone(document: PDFDocument, seal: SignatureField, number: int) -> bool:
    before, view = _views(document, number)
    known = objects_before(document, number)
    revision = read_step(document, number, document.revision_ends[number - 1])
    starts = (0, *document.revision_ends[: number - 1])
    if revision is None or not all(
        _read_alone(document, earlier, start) for earlier, start in enumerate(starts)
    ):
        return False
    redefined, field = revision.objects & known, generic.Reference(_number_of(seal))
    brought = _signed_objects(view, field) | ValidationData(view).objects
    return (
        redefined <= renewable(before) | {field.idnum}
        and serve_one_purpose(before, redefined)
        and revision.objects - known <= brought
        and same_but(before.root, view.root, _GROWS_BEFORE_SEAL)
        and form_keeps(before, view, _GROWS_IN_FORM)
        and same_but(before(field), view(field), _SIGNED_IN_FIELD)
        and extensions_grow(before, view)
        and written(raw_value(view.root, "/Version")) in _VERSIONS
        and lasting_properties(before) == lasting_properties(view)
    )


def check_principal_step(document: PDFDocument, principal: SignatureField) -> None:
    """
    Check that the principal's revision adds the signature and its look in its field only.

    Raises:
        InvalidEvidence: NOT_REPRODUCED.
    """
    number = principal.revision
    if number == 0:
        raise _not_reproduced()
    before, view = _views(document, number)
    known = objects_before(document, number)
    revision = read_step(document, number, document.revision_ends[number - 1])
    field = generic.Reference(_number_of(principal))
    if (
        revision is None
        or not revision.objects & known <= {before.root_ref.idnum, field.idnum}
        or not revision.objects - known <= _signed_objects(view, field)
        or not same_but(before.root, view.root, _CERTIFIED_IN_CATALOG)
        or not same_but(before(field), view(field), _SIGNED_IN_FIELD)
    ):
        raise _not_reproduced()


def _signed_objects(view: Revision, field: generic.Reference) -> set[int]:
    """Return the numbers of the objects that a signature and its look consist of."""
    signed = view(field)
    found = (reachable(view, signed.raw_get(key)) for key in _SIGNED_IN_FIELD if key in signed)
    return set().union(*found)


def _views(document: PDFDocument, number: int) -> tuple[Revision, Revision]:
    reader = document.reader
    return reader.get_historical_resolver(number - 1), reader.get_historical_resolver(number)


def _places(view: Revision) -> tuple[int, int | None]:
    """Return the numbers of the catalog and of Info."""
    info = view.trailer_view.raw_get("/Info") if "/Info" in view.trailer_view else None
    return view.root_ref.idnum, info.idnum if isinstance(info, generic.IndirectObject) else None


def _number_of(signature: SignatureField) -> int:
    reference = signature.field.container_ref
    if not isinstance(reference, generic.Reference):
        raise PdfReadError("a signature field is no object")
    return reference.idnum


def _more_than(problem: str) -> InvalidEvidence:
    return InvalidEvidence(SubReason.FORMAT_FAILURE, problem)


def _not_reproduced() -> InvalidEvidence:
    problem = _("the principal's revision adds more than a signature to what was rendered")
    return InvalidEvidence(SubReason.NOT_REPRODUCED, problem)
