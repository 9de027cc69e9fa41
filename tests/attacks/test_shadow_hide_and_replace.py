"""Shadow attack, hide and replace: a second page lies in the signed bytes, a new table shows it."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import FORGED_PAGE, Anatomy, Ground, append, first_page, is_real
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def hide_page(writer: IncrementalPdfFileWriter) -> None:
    """Put the other page into the file, where nothing shows it."""
    writer.add_object(generic.StreamObject(stream_data=FORGED_PAGE))


def test_a_table_that_shows_hidden_objects_is_seen(ground: Ground) -> None:
    """The attacker adds no object at all."""
    signed = ground.issue("hide-replace", 32, prepare=hide_page)
    hidden = signed.rindex(b"\n", 0, signed.rindex(b" 0 obj", 0, signed.index(FORGED_PAGE))) + 1
    content = Anatomy(signed).content

    moved = append(signed, {}, rows=[(content, hidden)])
    led = append(signed, {content: signed[hidden:].split(b"obj", 1)[1].split(b"endobj")[0]})

    assert is_real(led, signed)
    assert first_page(led).strip() == FORGED_PAGE
    for pdf in (moved, led):
        assert ground.judge(pdf, "hide-replace") == (FAILED, SubReason.APPENDED)
        assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
