"""
What may follow an anchored document: whole revisions of validation data and time stamps (D1).

Behind the door `verifier.pdf_signature`. The difference analysis is pyHanko's, at the level of
long-term archival updates; it lets Info and XMP change freely, which is narrowed here to what a
program that adds validation data must write (dates, producer).
"""

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument, value_of
from verifier.pdf_growth import (
    belongs_to_growth,
    catalog_is_kept,
    holds_only_validation_data,
)
from verifier.pdf_properties import lasting_properties
from verifier.pdf_tiling import find_objects

_END_OF_LINE = (b"", b"\n", b"\r", b"\r\n")


def check_additions(document: PDFDocument, end: int) -> None:
    """
    Check that after *end* only whole revisions of validation data or time stamps follow.

    Raises:
        InvalidEvidence: APPENDED.
    """
    if document.revision_ends[-1] != len(document.pdf):
        raise _appended(_("bytes follow the last revision of the file"))
    last_judged = _revision_that_ends_at(document, end)
    base = document.reader.get_historical_resolver(last_judged)
    for number in range(last_judged + 1, len(document.revision_ends)):
        start = end if number == last_judged + 1 else document.revision_ends[number - 1]
        _check_structure(document, number, start)
        view = document.reader.get_historical_resolver(number)
        before = document.reader.get_historical_resolver(number - 1)
        _check_change(base, view)
        if not _adds_validation_data(document, number, before, view):
            raise _appended(_("a later revision adds neither validation data nor a time stamp"))
        if not holds_only_validation_data(view) or not catalog_is_kept(before, view):
            raise _appended(_("a later revision changes the document"))
        if lasting_properties(base) != lasting_properties(view):
            raise _appended(_("a later revision changes the document's properties"))


def _check_structure(document: PDFDocument, number: int, start: int) -> None:
    """Check that the revision reads in one way only, and that its new objects may be there."""
    xrefs = document.reader.xrefs
    objects = find_objects(
        document.pdf,
        start,
        document.revision_ends[number],
        xrefs.get_startxref_for_revision(number - 1),
    )
    if objects is None:
        raise _appended(_("bytes stand between the objects of a later revision"))
    known = {
        reference.idnum
        for earlier in range(number)
        for reference in xrefs.explicit_refs_in_revision(earlier)
    }
    if not belongs_to_growth(
        document.reader.get_historical_resolver(number), objects - frozenset(known)
    ):
        raise _appended(_("a later revision brings objects that are no validation data"))


def _check_change(base: HistoricalResolver, view: HistoricalResolver) -> None:
    """Check the difference to the anchored document at the level of archival updates."""
    try:
        change = DEFAULT_DIFF_POLICY.apply(base, view)
    except (SuspiciousModification, PdfReadError) as error:
        raise _appended(_("a later revision changes the document")) from error
    if change.modification_level > ModificationLevel.LTA_UPDATES:
        raise _appended(_("a later revision fills a field"))


def _revision_that_ends_at(document: PDFDocument, end: int) -> int:
    for number, revision_end in enumerate(document.revision_ends):
        if end <= revision_end and document.pdf[end:revision_end] in _END_OF_LINE:
            return number
    raise _appended(_("bytes follow the anchored document that are no revision of their own"))


def _adds_validation_data(
    document: PDFDocument, number: int, before: HistoricalResolver, view: HistoricalResolver
) -> bool:
    stamped = any(one.is_time_stamp and one.revision == number for one in document.signatures)
    return stamped or value_of(before.root, "/DSS") != value_of(view.root, "/DSS")


def _appended(problem: str) -> InvalidEvidence:
    return InvalidEvidence(SubReason.APPENDED, problem)
