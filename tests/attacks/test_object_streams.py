"""A revision that hides its objects in a compressed stream, with a cross-reference stream."""

import struct
import zlib

from tests.attacks.ground import Anatomy, Ground, is_annotated
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason

NOTE = b"<</Type/Annot/Subtype/FreeText/Contents(10,0)/DA(/Helv 12 Tf)/Rect[100 400 200 440]/F 4>>"


def compressed(pdf: bytes) -> bytes:
    """Redefine the first page's annotations inside an object stream."""
    anatomy = Anatomy(pdf)
    page = next(
        number
        for number in range(1, anatomy.size)
        if b"%d 0 obj" % number in pdf
        and b"/Contents %d 0 R" % anatomy.content in anatomy.body(number)
    )
    body = anatomy.body(page).rstrip()[:-2] + b"/Annots[" + NOTE * 3 + b"]>>"
    holder, reference = anatomy.size, anatomy.size + 1
    inner = b"%d 0 " % page
    packed = zlib.compress(inner + body)
    out = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    at = len(out)
    held = b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream"
    out += b"%d 0 obj\n" % holder + held % (len(inner), len(packed), packed) + b"\nendobj\n"
    start = len(out)
    rows = b"".join(
        struct.pack(">BIH", *row) for row in ((2, holder, 0), (1, at, 0), (1, start, 0))
    )
    keys = b"/Size %d/Root %d 0 R/Prev %d" % (reference + 1, anatomy.root, anatomy.start)
    keys += b"/W[1 4 2]/Index[%d 1 %d 2]/Length %d" % (page, holder, len(rows))
    out += b"%d 0 obj\n<</Type/XRef%s>>\nstream\n%s\nendstream\n" % (reference, keys, rows)
    out += b"endobj\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def test_a_compressed_revision_is_seen(ground: Ground) -> None:
    """Also where the objects are not in plain sight."""
    pdf = compressed(ground.original)

    assert is_annotated(pdf)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
