"""
What may follow an anchored document: whole revisions of validation data and time stamps (D1).

Behind the door `verifier.pdf_signature`. The difference analysis is pyHanko's, at the level of
long-term archival updates; it lets Info and XMP change freely, which is narrowed here to what a
program that adds validation data must write (dates, producer).
"""

from typing import NamedTuple

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument, value_of
from verifier.pdf_growth import NoValidationData, ValidationData, extensions_grow
from verifier.pdf_properties import lasting_properties
from verifier.pdf_redefined import added_time_stamps, serve_one_purpose, time_stamp_objects
from verifier.pdf_steps import objects_before, read_step
from verifier.pdf_time_stamps import check_time_stamp
from verifier.pdf_usages import Revision

_END_OF_LINE = (b"", b"\n", b"\r", b"\r\n")


class _Step(NamedTuple):
    """One later revision, and what it is compared with."""

    base: Revision
    """The document as it is judged."""
    number: int
    start: int
    """Where the revision has to begin, bytes."""
    known: frozenset[int]
    """The numbers of the objects of all revisions before it."""


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
    starts = (end, *document.revision_ends[last_judged + 1 :])[:-1]
    for number, start in enumerate(starts, last_judged + 1):
        known = objects_before(document, number)
        _check_revision(document, _Step(base, number, start, known))


def _check_revision(document: PDFDocument, step: _Step) -> None:
    """Check one later revision: how it is written, what it adds, what it leaves as it was."""
    before = document.reader.get_historical_resolver(step.number - 1)
    view = document.reader.get_historical_resolver(step.number)
    stamps = _check_structure(document, step, before, view)
    _check_change(step.base, view)
    if not extensions_grow(before, view):
        raise _appended(_("a later revision changes the document"))
    if lasting_properties(step.base) != lasting_properties(view):
        raise _appended(_("a later revision changes the document's properties"))
    found = [one for one in document.signatures if one.revision == step.number]
    if len(found) != stamps:
        raise _appended(_("a later revision changes the document"))
    for stamp in found:
        check_time_stamp(document, stamp)
    if not found and value_of(before.root, "/DSS") == value_of(view.root, "/DSS"):
        raise _appended(_("a later revision adds neither validation data nor a time stamp"))


def _check_structure(document: PDFDocument, step: _Step, before: Revision, view: Revision) -> int:
    """Check that a revision's objects may be there; return how many time stamps it adds."""
    revision = read_step(document, step.number, step.start)
    if revision is None:
        raise _appended(_("a later revision can be read in more than one way"))
    redefined, brought = revision.objects & step.known, revision.objects - step.known
    try:
        stamps = added_time_stamps(before, view, redefined)
        if stamps is None or not serve_one_purpose(before, redefined):
            raise _appended(_("a later revision changes the document"))
        expected = ValidationData(view).objects | time_stamp_objects(view, stamps)
    except NoValidationData as error:
        raise _appended(_("a later revision changes the document")) from error
    if not brought <= expected:
        raise _appended(_("a later revision brings objects that are no validation data"))
    return len(stamps)


def _check_change(base: Revision, view: Revision) -> None:
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


def _appended(problem: str) -> InvalidEvidence:
    return InvalidEvidence(SubReason.APPENDED, problem)
