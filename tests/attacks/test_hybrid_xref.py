"""Hybrid cross-references: old readers follow the table, new ones the stream beside it."""

import struct

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, first_page, stream
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def hybrid(pdf: bytes) -> bytes:
    """Append a revision whose table says nothing new and whose stream replaces the page."""
    anatomy = Anatomy(pdf)
    at = len(pdf)
    body = b"%d 0 obj\n%s\nendobj\n" % (anatomy.content, stream(FORGED_PAGE))
    begins = at + len(body)
    row = b"\x01" + struct.pack(">I", at) + b"\x00"
    reference = b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%d 1]/Length %d>>\n" % (
        anatomy.size,
        anatomy.size + 1,
        anatomy.content,
        len(row),
    )
    reference += b"stream\n" + row + b"\nendstream\nendobj\n"
    return append(pdf + body + reference, {}, trailer=b"/XRefStm %d" % begins)


def test_hybrid_cross_references_are_seen(ground: Ground) -> None:
    """What readers see depends on their age: such a file is not read at all."""
    pdf = hybrid(ground.original if ground.original.endswith(b"\n") else ground.original + b"\n")

    assert first_page(pdf).strip() == FORGED_PAGE
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)
