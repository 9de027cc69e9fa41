"""
Whether a later revision reads in one way only: nothing but its objects, one table, one trailer.

Behind the door `verifier.pdf_signature`. Readers differ in what they make of sloppy files (two
rows for one object, objects that no row names, text between objects), and a forger lives on such
differences: what is appended to an issued document must leave them no choice. Only the classic
cross-reference table is taken (ISO 32000-2, 7.5.4), as in the issued documents themselves.
"""

import re
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
_PREVIOUS = re.compile(rb"/Prev (\d+)(?!\d)")
_FREE_LIST_HEAD = (0, 65535, b"f")


def find_objects(pdf: bytes, start: int, end: int, previous: int) -> frozenset[int] | None:
    """
    Read the bytes from *start* to *end* as one revision; return the numbers of its objects.

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
    if _PREVIOUS.findall(tail["trailer"]) != [str(previous).encode()]:
        return None
    places = _places(table["rows"])
    if not places or not _tile(pdf, start, at, places):
        return None
    return frozenset(places)


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
