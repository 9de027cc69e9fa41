"""Shadow attack, hide: an insider lays a sheet over a page, both sign it, later it is gone."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import Anatomy, Ground, append, is_real
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason

SHEET = b"q 1 g 0 0 300 900 re f Q"


def lay_sheet(writer: IncrementalPdfFileWriter) -> None:
    """Draw something over the first page, as a stream of its own."""
    page = writer.root["/Pages"]["/Kids"][0]
    sheet = writer.add_object(generic.StreamObject(stream_data=SHEET))
    page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), sheet])
    writer.update_container(page)


def test_a_sheet_that_is_taken_away_is_seen(ground: Ground) -> None:
    """The attacker only empties an object that both have signed."""
    signed = ground.issue("hide", 31, prepare=lay_sheet)
    at = signed.rindex(b" 0 obj", 0, signed.index(SHEET))
    number = int(signed[:at].rsplit(None, 1)[-1])

    pdf = append(signed, {number: b"<</Length 0>>\nstream\n\nendstream"})

    assert is_real(pdf, signed)
    assert Anatomy(pdf).content == Anatomy(signed).content
    assert ground.judge(pdf, "hide") == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
