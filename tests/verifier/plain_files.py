"""Small PDFs of one or two revisions, written object by object, for tests of how they are read."""

from collections.abc import Mapping

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
SKELETON = {1: CATALOG, 2: PAGES, 3: PAGE}


def write_pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a file with these objects, a row for each, in a classic cross-reference table."""
    return write_revision(b"%PDF-1.7\n", objects, trailer=trailer)


def write_revision(
    before: bytes, objects: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R", size: int = 0
) -> bytes:
    """Return *before* with one more revision."""
    pdf = before
    rows = b"" if b"startxref" in before else b"0 1\n0000000000 65535 f \n"
    for number, value in sorted(objects.items()):
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    if b"startxref" in before:
        last = before.rindex(b"startxref")
        trailer += b"/Prev " + before[last:].split()[1]
    size = size or max(objects) + 1
    end = b"xref\n%btrailer\n<</Size %d%b>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + end % (rows, size, trailer, len(pdf))
