"""
Signature fields in a rendered PDF, without leaving PDF/A-3a and PDF/UA-1.

The renderer marks each place by a link to `urn:sig:NAME` with an empty body, so that page, reading
order, structure element and parent tree are its work. Preparing turns each link into an empty
signature field under the same object numbers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signing.errors import SignaturePlaceMissing
from signing.typst_pdf import TypstPDF, parse_typst_pdf

_PLACE = re.compile(rb"/URI\(urn:sig:([A-Za-z0-9_-]+)\)")
_NUMBER = rb"(-?\d+(?:\.\d+)?)"
_RECT = re.compile(rb"/Rect\[" + rb" ".join([_NUMBER] * 4) + rb"\]")
_STRUCT_PARENT = re.compile(rb"/StructParent (\d+)")
_OBJECT_REFERENCE = re.compile(rb"/K\[(<</Type/OBJR/Pg (\d+) 0 R/Obj (\d+) 0 R>>)\]")
_STRUCTURE_ROOT = re.compile(rb"(?P<before>.*?)(?P<kids>/K\[\d+ 0 R\])(?P<after>.*)>>\Z", re.DOTALL)
# Print and Locked (ISO 32000-1 table 165).
_PRINT_AND_LOCKED = 4 + 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a signature stands on its page: lower left and upper right corner, in points."""

    rect: tuple[float, float, float, float]

    @property
    def width(self) -> float:
        """Width in points."""
        return self.rect[2] - self.rect[0]

    @property
    def height(self) -> float:
        """Height in points."""
        return self.rect[3] - self.rect[1]


def find_places(typst_pdf: bytes) -> Mapping[str, Place]:
    """
    Find the signature places of a rendered PDF, by field name in the order of its objects.

    Raises:
        UnreadableDocument: not a PDF as the renderer writes it.
    """
    pdf = parse_typst_pdf(typst_pdf)
    return {name: _place(pdf.text_of(number), name) for name, number in _annotations(pdf).items()}


def prepare(
    typst_pdf: bytes,
    *,
    names: Sequence[str],
    tooltips: Sequence[str],
    structure_last: bool = True,
) -> bytes:
    """
    Add the empty signature fields *names*, one increment; same input, same bytes.

    Each place of the rendered page must be named, and each name must have its place. *tooltips*
    say to a screen reader what each field is (PDF/UA-1 clause 7.18.1). Without *structure_last*
    the root of the structure tree stays as it is, as in documents of the first template years.

    Raises:
        UnreadableDocument: not a PDF as the renderer writes it.
        SignaturePlaceMissing: places and names differ.
    """
    pdf = parse_typst_pdf(typst_pdf)
    annotations = _annotations(pdf)
    if set(annotations) != set(names) or len(set(names)) != len(names):
        raise SignaturePlaceMissing(
            "The rendered page has places for {found}, but the fields to make are {names}."
            " Use a template whose signature places have these names.",
            found=", ".join(annotations) or "no signature",
            names=", ".join(names),
        )
    objects: dict[int, bytes] = {}
    numbers_after_last = range(len(pdf.offsets), len(pdf.offsets) + len(names))
    for name, tooltip, appearance in zip(names, tooltips, numbers_after_last, strict=True):
        objects |= _field_objects(pdf, annotations[name], appearance, name=name, tooltip=tooltip)
    objects |= _catalog_with_form(pdf, [annotations[name] for name in names])
    if structure_last:
        objects |= _structure_by_parent_tree(pdf)
    return pdf.with_objects(objects)


def _annotations(pdf: TypstPDF) -> dict[str, int]:
    """Map field names to the numbers of their link annotations."""
    annotations = {}
    for number in pdf.numbers_starting_with(b"<</Type/Annot/Subtype/Link/"):
        place = _PLACE.search(pdf.text_of(number))
        if place is not None:
            annotations[place[1].decode()] = number
    return annotations


def _place(annotation: bytes, name: str) -> Place:
    found = _RECT.search(annotation)
    if found is None:
        raise _place_is_odd(name)
    x1, y1, x2, y2 = (float(number) for number in found.groups())
    return Place(rect=(x1, y1, x2, y2))


def _field_objects(
    pdf: TypstPDF, annotation: int, appearance: int, *, name: str, tooltip: str
) -> dict[int, bytes]:
    """Write the widget, its structure element and its empty appearance."""
    link = pdf.text_of(annotation)
    place, struct_parent = _place(link, name), _STRUCT_PARENT.search(link)
    element, page, form_element = _form_element(pdf, annotation, name, tooltip)
    if struct_parent is None:
        raise _place_is_odd(name)
    widget = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/TU%b/F %d/Rect[%b]/P %d 0 R"
        b"/StructParent %b/AP<</N %d 0 R>>>>"
    ) % (
        name.encode("ascii"),
        _text_string(tooltip),
        _PRINT_AND_LOCKED,
        b" ".join(b"%.5f" % edge for edge in place.rect),
        page,
        struct_parent[1],
        appearance,
    )
    empty = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 %.5f %.5f]/Resources<<>>/Length 0>>\n"
        b"stream\n\nendstream"
    ) % (place.width, place.height)
    return {annotation: widget, element: form_element, appearance: empty}


def _form_element(
    pdf: TypstPDF, annotation: int, name: str, tooltip: str
) -> tuple[int, int, bytes]:
    """
    Find the Link element of *annotation*; its number, its page's, and its text as a Form element.

    `/K` becomes the object reference itself: a one-element array is as good for PDF/UA, but then
    pyHanko's difference analysis refuses the second signature.
    """
    for number in pdf.numbers_starting_with(b"<</Type/StructElem/S/Link/"):
        text = pdf.text_of(number)
        found = _OBJECT_REFERENCE.search(text)
        if found is not None and int(found[3]) == annotation and b"/Alt" not in text:
            form = text.replace(found[0], b"/K" + found[1], 1)
            form = form.replace(b"/S/Link/", b"/S/Form/Alt%b/" % _text_string(tooltip), 1)
            return number, int(found[2]), form
    raise _place_is_odd(name)


def _catalog_with_form(pdf: TypstPDF, fields: Sequence[int]) -> dict[int, bytes]:
    number = pdf.reference_in_trailer(b"Root")
    catalog = pdf.text_of(number)
    # SignaturesExist and AppendOnly (ISO 32000-1 table 219).
    form = b"/AcroForm<</Fields[%b]/SigFlags 3>>>>" % b" ".join(
        b"%d 0 R" % field for field in fields
    )
    return {number: catalog.removesuffix(b">>") + form}


def _structure_by_parent_tree(pdf: TypstPDF) -> dict[int, bytes]:
    """
    Write the structure tree's root with `/K` as its last key; the order of keys means nothing.

    EU DSS follows keys in their order. Coming to a signature by `/K`, it calls the seal a change
    that the certification does not allow; by `/ParentTree`, one that it does.
    """
    objects = {}
    for number in pdf.numbers_starting_with(b"<</Type/StructTreeRoot"):
        root = _STRUCTURE_ROOT.match(pdf.text_of(number))
        if root is not None:
            objects[number] = root["before"] + root["after"] + root["kids"] + b">>"
    return objects


def _text_string(text: str) -> bytes:
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()


def _place_is_odd(name: str) -> SignaturePlaceMissing:
    return SignaturePlaceMissing(
        "The place of signature field {name} is not one link with one structure element."
        " Its template must place it by an empty link.",
        name=name,
    )
