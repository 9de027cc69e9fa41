"""Sneaky signature: a form field that shows something comes along between the signatures."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from tests.attacks.ground import Ground, is_annotated
from tests.verifier.extending import extend
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def add_field(writer: IncrementalPdfFileWriter) -> None:
    """Add a signature field over the marks; its appearance is whatever its author likes."""
    append_signature_field(writer, SigFieldSpec("Sig_X", box=(100, 400, 300, 460)))
    look = generic.StreamObject(stream_data=b"1 g 0 0 200 60 re f")
    look[pdf_name("/Type")] = pdf_name("/XObject")
    look[pdf_name("/Subtype")] = pdf_name("/Form")
    box = (0, 0, 200, 60)
    look[pdf_name("/BBox")] = generic.ArrayObject(generic.NumberObject(one) for one in box)
    fields = writer.root["/AcroForm"]["/Fields"]
    field = list(list.__iter__(fields))[-1].get_object()
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


def test_a_field_before_the_seal_fails(ground: Ground) -> None:
    """Signed and anchored all the same."""
    pdf = ground.issue("sneaky", 35, before_seal=add_field)

    assert is_annotated(pdf)
    assert ground.judge_of("sneaky", pdf) == (FAILED, SubReason.FORMAT_FAILURE)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_field_after_the_seal_is_appended(ground: Ground) -> None:
    """Behind an honest document."""
    pdf = extend(ground.original, add_field)

    assert is_annotated(pdf)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
