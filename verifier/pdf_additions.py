"""
What may follow an anchored document: whole revisions of validation data and time stamps (D1).

Behind the door `verifier.pdf_signature`. The difference analysis is pyHanko's, at the level of
long-term archival updates; it lets Info and XMP change freely, which is narrowed here to what a
program that adds validation data must write (dates, producer).
"""

from lxml import etree  # type: ignore[import-untyped]  # pyHanko brings it, without stubs
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)

from verifier.errors import InvalidEvidence, SubReason
from verifier.messages import _
from verifier.pdf_document import PDFDocument

_END_OF_LINE = (b"", b"\n", b"\r", b"\r\n")
_MAY_CHANGE_IN_INFO = {"/ModDate", "/Producer"}
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MAY_CHANGE_IN_XMP = {
    f"{_XMP}ModifyDate",
    f"{_XMP}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
    "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
}


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
        view = document.reader.get_historical_resolver(number)
        before = document.reader.get_historical_resolver(number - 1)
        try:
            change = DEFAULT_DIFF_POLICY.apply(base, view)
        except (SuspiciousModification, PdfReadError) as error:
            raise _appended(_("a later revision changes the document")) from error
        if change.modification_level > ModificationLevel.LTA_UPDATES:
            raise _appended(_("a later revision fills a field"))
        if not _adds_validation_data(document, number, before, view):
            raise _appended(_("a later revision adds neither validation data nor a time stamp"))
        if _info(base) != _info(view) or _xmp(base) != _xmp(view):
            raise _appended(_("a later revision changes the document's properties"))


def _revision_that_ends_at(document: PDFDocument, end: int) -> int:
    for number, revision_end in enumerate(document.revision_ends):
        if end <= revision_end and document.pdf[end:revision_end] in _END_OF_LINE:
            return number
    raise _appended(_("bytes follow the anchored document that are no revision of their own"))


def _adds_validation_data(
    document: PDFDocument, number: int, before: HistoricalResolver, view: HistoricalResolver
) -> bool:
    stamped = any(one.is_time_stamp and one.revision == number for one in document.signatures)
    return stamped or before.root.get("/DSS") != view.root.get("/DSS")


def _info(view: HistoricalResolver) -> dict[str, object]:
    """Return the document information (ISO 32000-2, 14.3.3) without what may change."""
    info = view.trailer_view.get("/Info", {})
    return {key: info[key] for key in info if key not in _MAY_CHANGE_IN_INFO}


def _xmp(view: HistoricalResolver) -> list[tuple[str, str, str]]:
    """Return the XMP properties (ISO 16684-1) without what may change, in a comparable order."""
    stream = view.root.get("/Metadata")
    if stream is None:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(stream.read_data(DecodePurpose.XMP_METADATA), parser=parser)
    found = []
    for element in root.iter(etree.Element):
        if any(step.tag in _MAY_CHANGE_IN_XMP for step in (element, *element.iterancestors())):
            continue
        path = "/".join(step.tag for step in (*reversed(list(element.iterancestors())), element))
        text = (element.text or "").strip()
        attributes = sorted((str(k), str(v)) for k, v in element.attrib.items())
        kept = [pair for pair in attributes if pair[0] not in _MAY_CHANGE_IN_XMP]
        found.append((path, text, repr(kept)))
    return sorted(found)


def _appended(problem: str) -> InvalidEvidence:
    return InvalidEvidence(SubReason.APPENDED, problem)
