"""A picture of a signature: the page looks signed and sealed, and nobody signed."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.ground import Ground
from tests.fuzzing.visible import visible
from tests.verifier.documents import certify_pdf, make_transcript, prepare_pdf
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def draw_signatures(writer: IncrementalPdfFileWriter) -> None:
    """Give the empty fields an appearance, as filled ones have."""
    for raw in list.__iter__(writer.root["/AcroForm"]["/Fields"]):
        look = generic.StreamObject(stream_data=b"0 0 1 RG 0 0 m 100 40 l S")
        look[pdf_name("/Type")] = pdf_name("/XObject")
        look[pdf_name("/Subtype")] = pdf_name("/Form")
        box = (0, 0, 200, 60)
        look[pdf_name("/BBox")] = generic.ArrayObject(generic.NumberObject(one) for one in box)
        field = raw.get_object()
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(field)


def test_pictures_in_place_of_signatures_fail(ground: Ground) -> None:
    """Even anchored by the school's own account."""
    prepared = prepare_pdf(make_transcript(36))
    pdf = ground.anchor("spoofed", 36, extend(prepared, draw_signatures))

    assert visible(pdf) != visible(prepared)
    assert ground.judge_of("spoofed", pdf) == (FAILED, SubReason.SIGNATURE_MISSING)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.SIGNATURE_MISSING)


def test_a_picture_in_place_of_the_seal_fails(ground: Ground) -> None:
    """Over a document that the principal did sign."""
    pdf = extend(prepare_pdf(make_transcript(37)), draw_signatures)
    ground.anchor("half", 37, certify_pdf(pdf, ground.office.signers))

    pdf = ground.office.documents["half"].pdf
    assert ground.judge_of("half", pdf) == (FAILED, SubReason.SIGNATURE_MISSING)
