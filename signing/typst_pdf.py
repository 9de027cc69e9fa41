"""
The objects of a PDF as Typst writes it, and one increment over them.

Typst 0.15 writes one classic cross-reference table, no object streams, and each dictionary on one
line. Only that is read here, because only our own renderer's output is prepared for signing;
anything else is refused instead of guessed at. Reading and writing keep bytes as they are, so the
same input gives the same increment.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from signing.errors import UnreadableDocument

_END = re.compile(rb"startxref\n(\d+)\n%%EOF\n?\Z")
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_TRAILER = re.compile(rb"trailer\n(<<.*?>>)\nstartxref\n", re.DOTALL)
_ENTRIES = re.compile(rb"(?:\d{10} \d{5} [fn]\r\n)*")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([fn])")
_ENTRY_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TypstPDF:
    """A PDF of one revision: its bytes, and where its objects stand by number."""

    content: bytes
    table_offset: int
    offsets: tuple[int, ...]
    trailer: bytes

    def numbers_starting_with(self, prefix: bytes) -> Iterator[int]:
        """Yield the numbers of the objects whose text starts with *prefix*."""
        for number, offset in enumerate(self.offsets):
            if offset and self.content.startswith(b"%d 0 obj\n" % number + prefix, offset):
                yield number

    def text_of(self, number: int) -> bytes:
        """
        Get the text of object *number*, between `obj` and `endobj`.

        Raises:
            UnreadableDocument: no such object.
        """
        header = b"%d 0 obj\n" % number
        offset = self.offsets[number] if 0 < number < len(self.offsets) else 0
        end = self.content.find(b"\nendobj\n", offset)
        if not offset or not self.content.startswith(header, offset) or end < 0:
            raise _unreadable(f"object {number} is missing")
        return self.content[offset + len(header) : end]

    def reference_in_trailer(self, key: bytes) -> int:
        """
        Get the object number that `/key` of the trailer refers to.

        Raises:
            UnreadableDocument: no such reference.
        """
        found = re.search(rb"/" + key + rb" (\d+) 0 R", self.trailer)
        if found is None:
            raise _unreadable(f"the trailer has no /{key.decode()}")
        return int(found[1])

    def with_objects(self, objects: Mapping[int, bytes]) -> bytes:
        """
        Append one increment that writes *objects* (number → text between `obj` and `endobj`).

        New numbers follow the highest one without gap. The increment starts with the end of line
        that Typst leaves out after its last `%%EOF` (ISO 19005-3 clause 6.1.9). The second half of
        `/ID` is derived from what is extended (ISO 32000-1 section 14.4), the first half stays.
        """
        increment = bytearray(b"" if self.content.endswith(b"\n") else b"\n")
        offsets = {}
        for number, text in sorted(objects.items()):
            offsets[number] = len(self.content) + len(increment)
            increment += b"%d 0 obj\n%b\nendobj\n" % (number, text)
        table_offset = len(self.content) + len(increment)
        increment += b"xref\n" + b"".join(_subsections(offsets))
        increment += b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (
            self._next_trailer(max(len(self.offsets), *(number + 1 for number in offsets))),
            table_offset,
        )
        return self.content + bytes(increment)

    def _next_trailer(self, size: int) -> bytes:
        first_id = re.search(rb"/ID\[(\([^()\\]*\)|<[0-9A-Fa-f]*>)", self.trailer)
        if first_id is None:
            raise _unreadable("the trailer has no /ID")
        return b"<</Size %d/Root %d 0 R/Info %d 0 R/ID[%b<%b>]/Prev %d>>" % (
            size,
            self.reference_in_trailer(b"Root"),
            self.reference_in_trailer(b"Info"),
            first_id[1],
            sha256(self.content).hexdigest()[:32].encode(),
            self.table_offset,
        )


def parse_typst_pdf(content: bytes) -> TypstPDF:
    """
    Find the objects of *content*.

    Raises:
        UnreadableDocument: not one revision with one classic table, as Typst writes it.
    """
    end = _END.search(content[-64:])
    table_offset = int(end[1]) if end else 0
    table = _TABLE.match(content, table_offset)
    trailer = _TRAILER.search(content, table_offset)
    if not content.startswith(b"%PDF-1.7\n") or table is None or trailer is None:
        raise _unreadable("it has not exactly one cross-reference table")
    entries = content[table.end() : trailer.start()]
    if len(entries) != int(table[1]) * _ENTRY_SIZE or not _ENTRIES.fullmatch(entries):
        raise _unreadable("its cross-reference table is damaged")
    return TypstPDF(
        content=content,
        table_offset=table_offset,
        offsets=tuple(
            int(offset) if kind == b"n" else 0 for offset, kind in _ENTRY.findall(entries)
        ),
        trailer=trailer[1],
    )


def _subsections(offsets: Mapping[int, int]) -> Iterator[bytes]:
    """Write the cross-reference entries, one subsection for each run of numbers."""
    run: list[int] = []
    for number in sorted(offsets):
        if run and number != run[-1] + 1:
            yield _subsection(run, offsets)
            run = []
        run.append(number)
    yield _subsection(run, offsets)


def _subsection(run: list[int], offsets: Mapping[int, int]) -> bytes:
    entries = b"".join(b"%010d 00000 n\r\n" % offsets[number] for number in run)
    return b"%d %d\n%b" % (run[0], len(run), entries)


def _unreadable(reason: str) -> UnreadableDocument:
    return UnreadableDocument(
        "The PDF is not as the renderer writes it: {reason}. Render the document again.",
        reason=reason,
    )
