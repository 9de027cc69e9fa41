"""Signature wrapping: the signed bytes move to the end, the ByteRange follows, others are read."""

import re

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, is_real, stream
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def wrap(pdf: bytes) -> bytes:
    """
    Put a new table where the old one stood, and the old end of the file behind all.

    The seal's ByteRange, in a copy of its dictionary, leads to the old bytes: its digest holds.
    """
    anatomy = Anatomy(pdf)
    (_zero, first, begin, rest), value = _seal(pdf)
    number = int(pdf[: pdf.rindex(b" 0 obj", 0, first)].rsplit(None, 1)[-1])
    out = bytearray(pdf[:begin].ljust(anatomy.start))
    placed = {anatomy.content: stream(FORGED_PAGE), number: b""}
    table_length = len(b"xref\n") + 20 * 2 + sum(len(b"%d 1\n" % one) for one in placed)
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (
        anatomy.size,
        anatomy.root,
        int(re.findall(rb"/Prev (\d+)", pdf)[-1]),
    )
    at = len(out) + table_length + len(trailer)
    moved = at + 2_000 + len(value) + len(placed[anatomy.content])
    body = re.sub(
        rb"/ByteRange\s*\[[^\]]*\]",
        b"/ByteRange [0 %d %d %d]" % (first, moved, rest),
        anatomy.body(number),
    )
    placed[number] = body
    objects, rows = b"", b""
    for one, content in placed.items():
        rows += b"%d 1\n%010d 00000 n \n" % (one, at + len(objects))
        objects += b"%d 0 obj\n%s\nendobj\n" % (one, content)
    out += b"xref\n" + rows + trailer + objects
    return bytes(out.ljust(moved)) + pdf[begin:]


def _seal(pdf: bytes) -> tuple[tuple[int, ...], bytes]:
    numbers = re.findall(rb"/ByteRange\s*\[([^\]]*)\]", pdf)[-1].split()
    zero, first, begin, rest = (int(number) for number in numbers)
    return (zero, first, begin, rest), pdf[first:begin]


def test_wrapped_signatures_are_seen(ground: Ground) -> None:
    """The gap of a ByteRange holds the signature's value and nothing else."""
    pdf = wrap(ground.original)

    assert is_real(pdf, ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.ALTERED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
