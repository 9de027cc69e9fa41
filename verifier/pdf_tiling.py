"""
Whether a later revision reads in one way only: nothing but its objects, one table, one trailer.

Behind the door `verifier.pdf_signature`. Readers differ in what they make of sloppy files (two
rows for one object, objects that no row names, text between objects), and a forger lives on such
differences: what is appended to an issued document must leave them no choice. Only the classic
cross-reference table is taken (ISO 32000-2, 7.5.4), as in the issued documents themselves, and
a trailer says nothing but where things are (7.5.5).
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_TABLE = re.compile(
    rb"xref *\r?\n(?P<rows>(?:\d+ \d+ *\r?\n(?:\d{10} \d{5} [nf](?: \r| \n|\r\n))+)+)trailer"
)
_SUBSECTION = re.compile(
    rb"(?P<first>\d+) (?P<count>\d+) *\r?\n(?P<rows>(?:\d{10} \d{5} [nf](?: \r| \n|\r\n))+)"
)
_ROW_SIZE = 20
_END = re.compile(
    rb"\s*<<(?P<trailer>(?:(?!<<|>>|startxref).)*)>>\s*startxref\s+(?P<at>\d+)\s+%%EOF(?:\r\n|\r|\n)?",
    re.DOTALL,
)
_TRAILER_ENTRY = re.compile(
    rb"\s*/(?:(?P<number>Size|Prev)\s+(?P<value>\d+)|(?P<object>Root|Info)\s+(?P<at>\d+)\s+0\s+R"
    rb"|(?P<id>ID)\s*\[\s*<[0-9A-Fa-f]*>\s*<[0-9A-Fa-f]*>\s*\])(?=[\s/]|$)"
)
_FREE_LIST_HEAD = (0, 65535, b"f")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRevision:
    """A revision that reads in one way only."""

    objects: frozenset[int]
    """The numbers of its objects."""
    root: int | None
    """The number of the catalog that its trailer names."""
    info: int | None


def read_plain_revision(pdf: bytes, start: int, end: int, previous: int) -> PlainRevision | None:
    """
    Read the bytes from *start* to *end* as one revision.

    Args:
        pdf: the file.
        start: where the revision has to begin, ends of line apart.
        end: where it ends, its last end of line included.
        previous: where the cross-references of the revision before it start.

    Returns:
        None when the bytes can be read in more than one way, or are not one revision.
    """
    at = pdf.rfind(b"xref", start, pdf.rfind(b"startxref", start, end))
    table = _TABLE.match(pdf, max(at, start), end)
    if at < start or table is None:
        return None
    tail = _END.fullmatch(pdf, table.end(), end)
    if tail is None or int(tail["at"]) != at:
        return None
    trailer = _trailer(tail["trailer"])
    if trailer is None or trailer.get(b"Prev") != previous:
        return None
    places = _places(table["rows"])
    if not places or not _tile(pdf, start, at, places):
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
    return None if text[at:].strip() else found


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


def _tile(pdf: bytes, start: int, table: int, places: dict[int, int]) -> bool:
    """Tell whether the objects lie side by side from *start* to *table*, each just once."""
    by_offset = sorted((offset, number) for number, offset in places.items())
    if by_offset[0][0] < start or pdf[start : by_offset[0][0]].strip(b"\r\n"):
        return False
    offsets = [offset for offset, _number in by_offset]
    return all(
        _is_one_object(pdf[begin:following], number)
        for (begin, following), (_offset, number) in zip(
            pairwise([*offsets, table]), by_offset, strict=True
        )
    )


def _is_one_object(tile: bytes, number: int) -> bool:
    """Tell whether *tile* is the object *number* and nothing else."""
    return (
        re.match(rb"%d 0 obj[\s<\[(/]" % number, tile) is not None
        and tile.rstrip().endswith(b"endobj")
        and tile.count(b"endobj") == 1
        and len(re.findall(rb"\d\s+\d+\s+obj(?![A-Za-z])", tile)) == 1
    )
