"""
What a later revision may say anew of the objects that an issued document has: almost nothing.

Behind the door `verifier.pdf_signature`. A renewal lists its time stamps among the form's fields
and on their page, and puts the DSS into the catalog (ETSI EN 319 142-1, 5.4 and 5.5). Whatever
else the catalog, the form or a page said before, it says afterwards, written alike: compared is
what is written and never what one reader makes of it, for `/Rect [null null 9 9]` has no area to
one reader and fills the page for another.
"""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic

from verifier.pdf_document import raw_items, raw_value, value_of, written
from verifier.pdf_growth import ValidationData
from verifier.pdf_usages import TRAILER, Revision, Use

Dictionary = generic.DictionaryObject
Reference = generic.IndirectObject

_GROWS_IN_CATALOG = frozenset({"/DSS", "/Extensions", "/AcroForm"})
_GROWS_IN_FORM = frozenset({"/Fields", "/SigFlags"})
_GROWS_ON_PAGE = frozenset({"/Annots"})
_FIELD_KEYS = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/P", "/Rect", "/V", "/TU"})
_FIELD_SAYS = {"/FT": b"/Sig", "/Type": b"/Annot", "/Subtype": b"/Widget"}
_TOOLTIPS = (b"null", b"(Timestamp)")
"""What a time stamp's field may say to a reader's ear (14.9.3): that it is one, or nothing."""
_STAMP_KEYS = frozenset({"/Type", "/Filter", "/SubFilter", "/ByteRange", "/Contents"})
_STAMP_SAYS = {"/Type": b"/DocTimeStamp", "/SubFilter": b"/ETSI.RFC3161"}


def added_time_stamps(
    before: Revision, view: Revision, redefined: frozenset[int]
) -> list[Reference] | None:
    """
    Return the fields of the time stamps that the step from *before* to *view* adds.

    Args:
        before: the document one revision earlier.
        view: the document with the revision.
        redefined: the numbers of the objects that the revision defines and *before* has.

    Returns:
        None when the step changes anything else but the DSS.
    """
    if not same_but(before.root, view.root, _GROWS_IN_CATALOG):
        return None
    stamps = _new_fields(before, view)
    if stamps is None or not all(_is_bare_time_stamp(view(stamp.reference)) for stamp in stamps):
        return None
    pages = [raw_value(view(stamp.reference), "/P") for stamp in stamps]
    if not all(_page_keeps(before, view, page, stamps) for page in pages):
        return None
    return stamps if redefined <= _renewable(before, pages) else None


def _new_fields(before: Revision, view: Revision) -> list[Reference] | None:
    """Return the form's fields that *before* does not list; None when it changed otherwise."""
    if not form_keeps(before, view, _GROWS_IN_FORM):
        return None
    return _appended(before.root["/AcroForm"], view.root["/AcroForm"], "/Fields")


def form_keeps(before: Revision, view: Revision, growing: frozenset[str]) -> bool:
    """Tell whether there is the same form, saying the same but for the keys *growing*."""
    old, new = value_of(before.root, "/AcroForm"), value_of(view.root, "/AcroForm")
    return _same_place(before.root, view.root, "/AcroForm") and same_but(old, new, growing)


def _page_keeps(before: Revision, view: Revision, page: object, stamps: list[Reference]) -> bool:
    """Tell whether *page* is one that *before* has, with nothing more on it than *stamps*."""
    if not isinstance(page, Reference):
        return False
    old, new = before(page.reference), view(page.reference)
    if written(raw_value(old, "/Type")) != b"/Page" or not same_but(old, new, _GROWS_ON_PAGE):
        return False
    annotations = _appended(old, new, "/Annots")
    return annotations is not None and all(one in stamps for one in annotations)


def _appended(old: Dictionary, new: Dictionary, key: str) -> list[Reference] | None:
    """Return what the array at *key* has behind its old items; None when it is another array."""
    had, has = raw_items(value_of(old, key)), raw_items(value_of(new, key))
    if not _same_place(old, new, key) or has[: len(had)] != had:
        return None
    more = has[len(had) :]
    return more if all(isinstance(one, Reference) for one in more) else None


def _same_place(old: Dictionary, new: Dictionary, key: str) -> bool:
    """Tell whether *key* leads to the same object, or to a direct one before and after."""
    places = [value if isinstance(value, Reference) else None for value in _raws(old, new, key)]
    return places[0] == places[1]


def _is_bare_time_stamp(field: object) -> bool:
    """Tell whether *field* is a signature field that shows nothing and holds a time stamp."""
    if type(field) is not Dictionary or not set(field) <= _FIELD_KEYS:
        return False
    corners = raw_items(value_of(field, "/Rect"))
    if len(corners) != 4 or not all(_is_zero(corner) for corner in corners):
        return False
    stamp = value_of(field, "/V")
    return (
        _says(field, _FIELD_SAYS)
        and written(raw_value(field, "/TU")) in _TOOLTIPS
        and isinstance(raw_value(field, "/V"), Reference)
        and type(stamp) is Dictionary
        and set(stamp) <= _STAMP_KEYS
        and _says(stamp, _STAMP_SAYS)
    )


def time_stamp_objects(view: Revision, stamps: list[Reference]) -> set[int]:
    """Return the numbers of the objects that the *stamps* found by `added_time_stamps` are."""
    return _numbers(stamps) | _numbers(raw_value(view(one.reference), "/V") for one in stamps)


def _is_zero(corner: object) -> bool:
    return isinstance(corner, generic.NumberObject | generic.FloatObject) and corner == 0


def _says(dictionary: Dictionary, expected: dict[str, bytes]) -> bool:
    return all(written(raw_value(dictionary, key)) == value for key, value in expected.items())


def same_but(old: object, new: object, growing: frozenset[str]) -> bool:
    """Tell whether two dictionaries are written alike, but for the keys *growing*."""
    if type(old) is not Dictionary or type(new) is not Dictionary:
        return False
    keys = (set(old) | set(new)) - growing
    return all(key in old and key in new for key in keys) and all(
        written(first) == written(second)
        for first, second in (_raws(old, new, key) for key in keys)
    )


def _raws(old: Dictionary, new: Dictionary, key: str) -> tuple[Any, Any]:
    return raw_value(old, key), raw_value(new, key)


def _renewable(before: Revision, pages: list[Reference]) -> set[int]:
    """Return the numbers of the objects of *before* that a revision may define again."""
    lists = [raw_value(before(page.reference), "/Annots") for page in pages]
    return renewable(before) | _numbers(pages) | _numbers(lists)


def renewable(before: Revision) -> set[int]:
    """
    Return the numbers of the objects of *before* that may be written anew, but for fields.

    Raises:
        NoValidationData: the DSS of *before* is none.
    """
    return set(_purposes(before)) | ValidationData(before).containers


def serve_one_purpose(before: Revision, redefined: frozenset[int]) -> bool:
    """
    Tell whether what is written anew of *before* is used there for what it is, and only so.

    The catalog could be a resource of a page as well, and change the page with each key of its.

    Raises:
        PdfReadError: *before* is not plainly written.
    """
    purposes = _purposes(before)
    containers = ValidationData(before).containers
    return all(
        before.uses_of(number) == [purposes[number]] for number in redefined & purposes.keys()
    ) and all(
        user in containers or (user == before.root_ref.idnum and place[0] == "/DSS")
        for number in redefined & containers
        for place, user in before.uses_of(number)
    )


def _purposes(before: Revision) -> dict[int, Use]:
    """Return the one use of each object that stands but once in a document."""
    catalog, form = before.root_ref.idnum, raw_value(before.root, "/AcroForm")
    fields = raw_value(form.get_object(), "/Fields")
    in_form = (("/Fields",), form.idnum) if isinstance(form, Reference) else None
    wanted = (
        (raw_value(before.trailer_view, "/Root"), (("/Root",), TRAILER)),
        (raw_value(before.trailer_view, "/Info"), (("/Info",), TRAILER)),
        (raw_value(before.root, "/Metadata"), (("/Metadata",), catalog)),
        (form, (("/AcroForm",), catalog)),
        (fields, in_form or (("/AcroForm", "/Fields"), catalog)),
    )
    return {value.idnum: use for value, use in wanted if isinstance(value, Reference)}


def _numbers(values: Iterable[object]) -> set[int]:
    return {value.idnum for value in values if isinstance(value, Reference)}
