"""
A time stamp behind an issued document shows nothing, does nothing and is one.

Each attack carries a token that is good, of the whole file: only the field around it is wrong.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper

from tests.verifier.documents import SIGNED_AT
from tests.verifier.extending import add_time_stamp, time_stamper
from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, PASSED, outcome
from verifier.errors import SubReason

LATER = SIGNED_AT + timedelta(days=3)
Field = generic.DictionaryObject
Change = Callable[[Field, IncrementalPdfFileWriter], None]


def stamp_with(pdf: bytes, change: Change) -> bytes:
    """Append a good time stamp in a field of its own that *change* has touched."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Stamp"))
    field = list.__getitem__(writer.root["/AcroForm"]["/Fields"], -1).get_object()
    change(field, writer)
    stamper = PdfTimeStamper(time_stamper(LATER), field_name="Stamp")
    return stamper.timestamp_pdf(writer, "sha256", validation_context=None).getvalue()


def rectangle(*corners: generic.PdfObject) -> Change:
    def change(field: Field, _writer: IncrementalPdfFileWriter) -> None:
        field[pdf_name("/Rect")] = generic.ArrayObject(corners)

    return change


def numbers(*values: int) -> list[generic.PdfObject]:
    return [generic.NumberObject(value) for value in values]


def show(field: Field, writer: IncrementalPdfFileWriter) -> None:
    form = generic.StreamObject(
        {pdf_name("/Subtype"): pdf_name("/Form")}, stream_data=b"1 0 0 rg 0 0 600 800 re f"
    )
    appearance = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    field[pdf_name("/AP")] = appearance


def run_script(field: Field, _writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("1")}
    )
    field[pdf_name("/AA")] = generic.DictionaryObject({pdf_name("/PO"): action})


def caption(field: Field, _writer: IncrementalPdfFileWriter) -> None:
    texts = {pdf_name("/CA"): generic.pdf_string("10,0")}
    field[pdf_name("/MK")] = generic.DictionaryObject(texts)


def say_otherwise(field: Field, _writer: IncrementalPdfFileWriter) -> None:
    field[pdf_name("/TU")] = generic.pdf_string("Toán 10,0")


def another_annotation(_field: Field, writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/FreeText")})
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def another_default_appearance(_field: Field, writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/DA")] = generic.pdf_string("/F 9 Tf")
    writer.update_container(form)


def open_action(_field: Field, writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript")})
    writer.root[pdf_name("/OpenAction")] = action
    writer.update_root()


def first_field_moves(_field: Field, writer: IncrementalPdfFileWriter) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    list.reverse(fields)
    writer.update_container(fields)


NOWHERE = numbers(0, 0, 0, 0)
ATTACKS: dict[str, Change] = {
    "a rectangle of nulls": rectangle(
        generic.NullObject(), generic.NullObject(), *numbers(595, 842)
    ),
    "a rectangle of texts": rectangle(generic.pdf_string("0"), *numbers(0, 595, 842)),
    "a rectangle of names": rectangle(pdf_name("/a"), *numbers(0, 595, 842)),
    "a rectangle with area": rectangle(*numbers(0, 0, 595, 842)),
    "a rectangle of no height": rectangle(*numbers(0, 400, 595, 400)),
    "five corners": rectangle(*NOWHERE, *numbers(842)),
    "an appearance": show,
    "a script": run_script,
    "a caption": caption,
    "words for the ear": say_otherwise,
    "another annotation": another_annotation,
    "another default appearance": another_default_appearance,
    "a script when the file is opened": open_action,
    "fields in another order": first_field_moves,
}


def test_a_bare_time_stamp_may_follow(office: Office) -> None:
    """The ground of all attacks is good."""
    pdf = stamp_with(office.documents["a"].pdf, rectangle(*NOWHERE))

    assert outcome(office.check("a", pdf)) == (PASSED, None)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_time_stamp_that_shows_or_does_something_is_appended(office: Office, attack: str) -> None:
    """Whatever its token proves."""
    pdf = stamp_with(office.documents["a"].pdf, ATTACKS[attack])

    assert outcome(office.check("a", pdf)) == (FAILED, SubReason.APPENDED)


@pytest.mark.parametrize(("place", "further"), [(b"/F 13", 0), (b"/Contents <", 800)])
def test_a_time_stamp_of_other_bytes_is_appended(
    office: Office, place: bytes, further: int
) -> None:
    """One byte is not the one that was stamped: in its revision, in its token."""
    pdf = bytearray(add_time_stamp(office.documents["a"].pdf, LATER))
    at = pdf.rindex(place) + len(place) + further
    pdf[at] = ord("1") if pdf[at] == ord("0") else ord("0")

    assert outcome(office.check("a", bytes(pdf))) == (FAILED, SubReason.APPENDED)


def test_a_time_stamp_without_token_is_appended(office: Office) -> None:
    """A field that only says that it is one."""
    pdf = add_time_stamp(office.documents["a"].pdf, LATER)
    begin = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", begin)

    report = office.check("a", pdf[:begin] + b"0" * (end - begin) + pdf[end:])

    assert outcome(report) == (FAILED, SubReason.APPENDED)
