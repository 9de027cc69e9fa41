"""
Steps up to the seal: a signature comes into its field, and nothing beside it.

Behind the door `verifier.pdf_signature`. pyHanko's difference analysis looks at what is written
anew and takes two things for granted: that no object waits for a number which nobody has defined
yet (it follows no `/Parent`, and calls a number above the trailer's `/Size` new), and that whoever
writes objects which nothing uses means no harm. Both are asked here, of each step: else a page
whose node or content is still to come is signed, and comes when the signature is there.
"""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument, SignatureField
from verifier.pdf_growth import belongs_to_growth, reachable
from verifier.pdf_properties import lasting_properties
from verifier.pdf_redefined import same_but
from verifier.pdf_tiling import PlainRevision, read_plain_revision

_SIGNED_IN_FIELD = frozenset({"/V", "/AP"})
_CERTIFIED_IN_CATALOG = frozenset({"/Perms"})
_GROWS_BEFORE_SEAL = frozenset({"/DSS", "/Extensions", "/AcroForm", "/Version"})


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
    previous = document.reader.xrefs.get_startxref_for_revision(number - 1)
    end = document.revision_ends[number]
    revision = read_plain_revision(document.pdf, start, end, previous)
    if revision is None or (revision.root, revision.info) != _places(before):
        return None
    try:
        before.check_complete()
    except PdfReadError:
        return None
    return revision


def check_seal_step(document: PDFDocument, seal: SignatureField, number: int) -> None:
    """
    Check that revision *number* writes anew, or brings, only what belongs to the seal.

    Raises:
        InvalidEvidence: FORMAT_FAILURE.
    """
    before, view = _views(document, number)
    known = objects_before(document, number)
    revision = read_step(document, number, document.revision_ends[number - 1])
    renewable = {before.root_ref.idnum, _number_of(seal)} | reachable(before, _raw(before, "/DSS"))
    renewable |= _numbers(_raw(before, "/AcroForm"), _raw(before, "/Metadata"))
    renewable |= _numbers(before.trailer_view.raw_get("/Info"))
    if (
        revision is None
        or not revision.objects & known <= renewable
        or not belongs_to_growth(view, revision.objects - known)
        or not same_but(before.root, view.root, _GROWS_BEFORE_SEAL)
        or lasting_properties(before) != lasting_properties(view)
    ):
        raise _more_than(_("more than the seal was added after the principal had signed"))


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
    old, new = before(field), view(field)
    if (
        revision is None
        or not revision.objects & known <= {before.root_ref.idnum, field.idnum}
        or not same_but(before.root, view.root, _CERTIFIED_IN_CATALOG)
        or not same_but(old, new, _SIGNED_IN_FIELD)
    ):
        raise _not_reproduced()
    signed = (new.raw_get(key) for key in _SIGNED_IN_FIELD if key in new)
    if not revision.objects - known <= set().union(*(reachable(view, one) for one in signed)):
        raise _not_reproduced()


def _views(document: PDFDocument, number: int) -> tuple[HistoricalResolver, HistoricalResolver]:
    reader = document.reader
    return reader.get_historical_resolver(number - 1), reader.get_historical_resolver(number)


def _places(view: HistoricalResolver) -> tuple[int, int | None]:
    """Return the numbers of the catalog and of Info."""
    info = view.trailer_view.raw_get("/Info") if "/Info" in view.trailer_view else None
    return view.root_ref.idnum, next(iter(_numbers(info)), None)


def _raw(view: HistoricalResolver, key: str) -> Any:
    return view.root.raw_get(key) if key in view.root else None


def _numbers(*values: object) -> set[int]:
    return {value.idnum for value in values if isinstance(value, generic.IndirectObject)}


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
