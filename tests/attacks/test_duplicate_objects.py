"""One object number, two bodies: which one is meant differs from reader to reader."""

import pytest

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, first_page, is_real, stream
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


@pytest.mark.parametrize("forged_first", [True, False])
def test_two_rows_for_one_object_are_seen(ground: Ground, *, forged_first: bool) -> None:
    """Behind the document, in one table."""
    pdf = ground.original
    content = Anatomy(pdf).content
    forged = len(pdf) if pdf.endswith(b"\n") else len(pdf) + 1
    places = [(content, forged), (content, Anatomy(pdf).offset(content))]
    body = b"%d 0 obj\n%s\nendobj\n" % (content, stream(FORGED_PAGE))
    start = forged + len(body)
    table = b"".join(
        b"%d 1\n%010d 00000 n \n" % place for place in (places if forged_first else places[::-1])
    )
    anatomy = Anatomy(pdf)
    tail = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    attacked = (
        pdf.ljust(forged, b"\n")
        + body
        + b"xref\n"
        + table
        + tail % (anatomy.size, anatomy.root, anatomy.start, start)
    )

    assert first_page(attacked)
    assert ground.judge(attacked) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(attacked) == (FAILED, SubReason.APPENDED)


def test_a_second_body_inside_the_signed_bytes_changes_them(ground: Ground) -> None:
    """An unused place of the file gets the object again, and the table a row for it."""
    attacked = append(ground.original, {Anatomy(ground.original).content: stream(FORGED_PAGE)})
    again = append(attacked, {Anatomy(ground.original).content: stream(FORGED_PAGE)})

    assert is_real(again, ground.original)
    assert ground.judge(again) == (FAILED, SubReason.APPENDED)
