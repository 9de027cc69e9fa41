"""
What a later revision may say anew of the objects that an issued document has: almost nothing.

Behind the door `verifier.pdf_signature`. A renewal lists its time stamps among the form's fields
and on their page, and puts the DSS into the catalog (ETSI EN 319 142-1, 5.4 and 5.5). Whatever
else the catalog, the form or a page said before, it says afterwards, written alike: compared is
what is written and never what one reader makes of it, for `/Rect [null null 9 9]` has no area to
one reader and fills the page for another.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

from verifier.pdf_document import raw_items, value_of
from verifier.pdf_growth import reachable

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
    before: HistoricalResolver, view: HistoricalResolver, redefined: frozenset[int]
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
    pages = [_raw(view(stamp.reference), "/P") for stamp in stamps]
    if not all(_page_keeps(before, view, page, stamps) for page in pages):
        return None
    return stamps if redefined <= _renewable(before, pages) else None


def _new_fields(before: HistoricalResolver, view: HistoricalResolver) -> list[Reference] | None:
    """Return the form's fields that *before* does not list; None when it changed otherwise."""
    old, new = value_of(before.root, "/AcroForm"), value_of(view.root, "/AcroForm")
    if old is None or new is None or not same_but(old, new, _GROWS_IN_FORM):
        return None
    if not _same_place(before.root, view.root, "/AcroForm"):
        return None
    return _appended(old, new, "/Fields")


def _page_keeps(
    before: HistoricalResolver, view: HistoricalResolver, page: object, stamps: list[Reference]
) -> bool:
    """Tell whether *page* is one that *before* has, with nothing more on it than *stamps*."""
    if not isinstance(page, Reference):
        return False
    old, new = before(page.reference), view(page.reference)
    if _written(_raw(old, "/Type")) != b"/Page" or not same_but(old, new, _GROWS_ON_PAGE):
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
        and _written(_raw(field, "/TU")) in _TOOLTIPS
        and isinstance(_raw(field, "/V"), Reference)
        and type(stamp) is Dictionary
        and set(stamp) <= _STAMP_KEYS
        and _says(stamp, _STAMP_SAYS)
    )


def _is_zero(corner: object) -> bool:
    return isinstance(corner, generic.NumberObject | generic.FloatObject) and corner == 0


def _says(dictionary: Dictionary, expected: dict[str, bytes]) -> bool:
    return all(_written(_raw(dictionary, key)) == value for key, value in expected.items())


def same_but(old: object, new: object, growing: frozenset[str]) -> bool:
    """Tell whether two dictionaries are written alike, but for the keys *growing*."""
    if type(old) is not Dictionary or type(new) is not Dictionary:
        return False
    keys = (set(old) | set(new)) - growing
    return all(key in old and key in new for key in keys) and all(
        _written(first) == _written(second)
        for first, second in (_raws(old, new, key) for key in keys)
    )


def _raws(old: Dictionary, new: Dictionary, key: str) -> tuple[Any, Any]:
    return _raw(old, key), _raw(new, key)


def _raw(dictionary: Dictionary, key: str) -> Any:
    """Return what stands at *key*, references not followed; null when nothing does."""
    return dictionary.raw_get(key) if key in dictionary else generic.NullObject()


def _written(value: generic.PdfObject) -> bytes:
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()


def _renewable(before: HistoricalResolver, pages: list[Reference]) -> set[int]:
    """Return the numbers of the objects of *before* that a revision may define again."""
    allowed = {before.root_ref.idnum} | reachable(before, _raw(before.root, "/DSS"))
    for value in _renewed_values(before, pages):
        if isinstance(value, Reference):
            allowed.add(value.idnum)
    return allowed


def _renewed_values(before: HistoricalResolver, pages: list[Reference]) -> Iterator[object]:
    yield _raw(before.trailer_view, "/Info")
    yield _raw(before.root, "/Metadata")
    yield _raw(before.root, "/AcroForm")
    yield _raw(before.root["/AcroForm"], "/Fields")
    for page in pages:
        yield page
        yield _raw(before(page.reference), "/Annots")
