"""
Whether a revision reads in one way only: nothing but its objects, one table, one trailer.

Behind the door `verifier.pdf_signature`. Readers differ in what they make of sloppy files (two
rows for one object, objects that no row names, text between objects, white space that is none),
and a forger lives on such differences: an issued document and what is appended to it must leave
them no choice. Only the classic cross-reference table is taken (ISO 32000-2, 7.5.4), as in the
issued documents themselves, and a trailer says nothing but where things are (7.5.5).
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from verifier.pdf_objects import Unusual, read_object

_HEADER = re.compile(rb"%PDF-[12]\.[0-9][\r\n]{1,2}%[\x80-\xff]{4}[\r\n]{1,2}")
_LINE_END = rb"(?:\r\n|\r|\n)"
_ROWS = rb"(?:[0-9]{10} [0-9]{5} [nf](?: \r| \n|\r\n))+"
_TABLE = re.compile(rb"xref\r?\n(?P<rows>(?:[0-9]{1,10} [0-9]{1,10}\r?\n" + _ROWS + rb")+)trailer")
_SUBSECTION = re.compile(
    rb"(?P<first>[0-9]{1,10}) (?P<count>[0-9]{1,10})\r?\n(?P<rows>" + _ROWS + rb")"
)
_ROW_SIZE = 20
_END = re.compile(
    rb"[\r\n ]{0,2}<<(?P<trailer>(?:(?!<<|>>|startxref).)*)>>" + _LINE_END
    + rb"startxref" + _LINE_END + rb"(?P<at>[0-9]{1,12})" + _LINE_END
    + rb"%%EOF" + _LINE_END + rb"?",
    re.DOTALL,
)  # fmt: skip
_BLANKS = rb"[\t\n\r ]*+"
_ID = rb"(?:<[0-9A-Fa-f]*>|\([^()\\]*\))"
_TRAILER_ENTRY = re.compile(
    _BLANKS + rb"/(?:(?P<number>Size|Prev)[\t\n\r ](?P<value>[0-9]{1,12})"
    + rb"|(?P<object>Root|Info)[\t\n\r ](?P<at>[1-9][0-9]{0,7}) 0 R"
    + rb"|(?P<id>ID)" + _BLANKS + rb"\[" + _BLANKS + _ID + _BLANKS + _ID + _BLANKS
    + rb"\])(?=[\t\n\r /]|$)"
)  # fmt: skip
_MOST_SPARE_NUMBERS = 1_000
"""Programs count numbers that they gave away and did not use; a wild size is repaired by others."""
_BETWEEN = re.compile(rb"[\r\n ]{0,4}")
_MISLEADING = re.compile(rb"[0-9][\x00-\x20]+[0-9]+[\x00-\x20]+obj|endobj|trailer|startxref|%%EOF")
"""What a program that rebuilds a table takes for the bones of a file, wherever it stands."""
_FREE_LIST_HEAD = (0, 65535, b"f")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRevision:
    """A revision that reads in one way only."""

    objects: frozenset[int]
    """The numbers of its objects."""
    root: int | None
    """The number of the catalog that its trailer names."""
    info: int | None


def read_first_revision(pdf: bytes, end: int) -> PlainRevision | None:
    """Read the bytes from the beginning to *end* as `read_plain_revision` does."""
    header = _HEADER.match(pdf)
    return None if header is None else _read(pdf, _Bounds(header.end(), end, None, 0))


def read_plain_revision(
    pdf: bytes, start: int, end: int, *, previous: int, greatest: int
) -> PlainRevision | None:
    """
    Read the bytes from *start* to *end* as one revision.

    Args:
        pdf: the file.
        start: where the revision has to begin, ends of line apart.
        end: where it ends, its last end of line included.
        previous: where the cross-references of the revision before it start.
        greatest: the greatest number of an object before it.

    Returns:
        None when the bytes can be read in more than one way, or are not one revision.
    """
    return _read(pdf, _Bounds(start, end, previous, greatest))


class _Bounds(NamedTuple):
    start: int
    end: int
    previous: int | None
    """None for the first revision."""
    greatest: int


def _read(pdf: bytes, bounds: _Bounds) -> PlainRevision | None:
    start, end, previous, greatest = bounds
    at = pdf.rfind(b"xref", start, pdf.rfind(b"startxref", start, end))
    table = _TABLE.match(pdf, max(at, start), end)
    if at < start or table is None:
        return None
    tail = _END.fullmatch(pdf, table.end(), end)
    if tail is None or int(tail["at"]) != at:
        return None
    trailer = _trailer(tail["trailer"])
    places = _places(table["rows"])
    if trailer is None or not places or not _tile(pdf, bounds, at, places):
        return None
    spare = trailer.get(b"Size", 0) - max(greatest, *places) - 1
    if trailer.get(b"Prev") != previous or spare not in range(_MOST_SPARE_NUMBERS):
        return None
    return PlainRevision(
        objects=frozenset(places), root=trailer.get(b"Root"), info=trailer.get(b"Info")
    )


def _trailer(text: bytes) -> dict[bytes, int] | None:
    """Return the numbers in a trailer; None when it holds anything else, or a key twice."""
    found: dict[bytes, int] = {}
    at = 0
    while entry := _TRAILER_ENTRY.match(text, at):
        key = entry["number"] or entry["object"] or entry["id"]
        if key in found:
            return None
        found[key] = int(entry["value"] or entry["at"] or 0)
        at = entry.end()
    return None if text[at:].strip(b"\t\n\r ") else found


def _places(rows: bytes) -> dict[int, int]:
    """Return offset by object number; empty unless numbers ascend and all objects are in use."""
    places: dict[int, int] = {}
    greatest = -1
    for section in _SUBSECTION.finditer(rows):
        first, count = int(section["first"]), int(section["count"])
        if first <= greatest or count * _ROW_SIZE != len(section["rows"]):
            return {}
        greatest = first + count - 1
        for index in range(count):
            row = section["rows"][index * _ROW_SIZE : (index + 1) * _ROW_SIZE]
            offset, generation, kind = int(row[:10]), int(row[11:16]), row[17:18]
            if (generation, kind) == (0, b"n"):
                places[first + index] = offset
            elif (first + index, generation, kind) != _FREE_LIST_HEAD:
                return {}
    return places


def _tile(pdf: bytes, bounds: _Bounds, table: int, places: dict[int, int]) -> bool:
    """Tell whether the objects lie side by side up to *table*, each plainly written."""
    by_offset = sorted((offset, number) for number, offset in places.items())
    offsets = [offset for offset, _number in by_offset]
    if offsets[0] < bounds.start or not _BETWEEN.fullmatch(pdf, bounds.start, offsets[0]):
        return False
    return all(
        _is_one_object(pdf, place, following, is_watched=bounds.previous is not None)
        for place, following in zip(by_offset, [*offsets[1:], table], strict=True)
    )


def _is_one_object(pdf: bytes, place: tuple[int, int], following: int, *, is_watched: bool) -> bool:
    """
    Tell whether the object at *place* (offset, number) and nothing else stands before *following*.

    What is set by the renderer is not searched for misleading words: whoever prepares it can show
    anything, and compressed pages hold all words once in many millions of documents.
    """
    offset, number = place
    try:
        end = read_object(pdf, number, offset).end
    except Unusual:
        return False
    if end > following or not _BETWEEN.fullmatch(pdf, end, following):
        return False
    body = offset + len(b"%d 0 obj" % number)
    return not is_watched or _MISLEADING.search(pdf, body, end - len(b"endobj")) is None
