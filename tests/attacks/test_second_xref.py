"""A second table that begins anew: a whole other document behind the signed one."""

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, is_real, stream
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def another_document(pdf: bytes) -> bytes:
    """Append catalog, pages and a page of one's own, with a table without predecessor."""
    size = Anatomy(pdf).size
    catalog, pages, page, content = range(size, size + 4)
    return append(
        pdf,
        {
            catalog: b"<</Type/Catalog/Pages %d 0 R>>" % pages,
            pages: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page,
            page: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 600 800]/Contents %d 0 R>>"
            % (pages, content),
            content: stream(FORGED_PAGE),
        },
        previous=False,
        root=catalog,
    )


def test_another_document_behind_the_signed_one_is_seen(ground: Ground) -> None:
    """Readers show it alone; the signed bytes are still there."""
    pdf = another_document(ground.original)

    assert is_real(pdf, ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.FORMAT_FAILURE)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_table_that_is_led_to_an_older_one_is_seen(ground: Ground) -> None:
    """The last startxref leads to the first revision: the signatures are no longer there."""
    start = ground.original.index(b"startxref")
    oldest = ground.original[start : ground.original.index(b"%%EOF", start) + 5]
    pdf = ground.original + oldest + b"\n"

    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.SIGNATURE_MISSING)
