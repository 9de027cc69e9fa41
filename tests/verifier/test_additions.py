"""What may follow an anchored document: validation data and time stamps, nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from tests.verifier.documents import SIGNED_AT, entry_of, make_pdf, make_transcript
from tests.verifier.extending import add_time_stamp, add_validation_data, extend
from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, PASSED, outcome
from verifier.errors import SubReason

Change = Callable[[IncrementalPdfFileWriter], None]
LATER = SIGNED_AT + timedelta(days=3)


def change_title(writer: IncrementalPdfFileWriter) -> None:
    info = generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("Khác")})
    writer.set_info(writer.add_object(info))


def change_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)


def paint_over(writer: IncrementalPdfFileWriter) -> None:
    content = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(content))


def replace_attachment(writer: IncrementalPdfFileWriter) -> None:
    specification = writer.root["/AF"][0]
    stream = generic.StreamObject(stream_data=b"{}")
    specification["/EF"] = generic.DictionaryObject({pdf_name("/F"): writer.add_object(stream)})
    writer.update_container(specification)


def add_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Sig_3", box=(10, 10, 90, 90)))


def add_nothing(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.TextStringObject("rỗng"))


FORBIDDEN = [change_title, change_page, paint_over, replace_attachment, add_field, add_nothing]


@pytest.mark.parametrize("change", [change_page, add_nothing])
def test_a_change_after_the_seal_fails_although_it_was_anchored(
    office: Office, change: Change
) -> None:
    """A stolen chain key alone cannot issue: nobody signed what it anchored along."""
    pdf = extend(make_pdf(make_transcript(8), office.signers), change)
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    assert outcome(office.check("d")) == (FAILED, SubReason.APPENDED)
    assert outcome(office.check("d", add_time_stamp(pdf, LATER))) == (FAILED, SubReason.APPENDED)


def test_bytes_behind_the_last_revision_fail_although_they_were_anchored(office: Office) -> None:
    """No part of the PDF, and of nothing that was signed."""
    pdf = make_pdf(make_transcript(8), office.signers) + b"% and something else\n"
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    assert outcome(office.check("d")) == (FAILED, SubReason.APPENDED)


@pytest.mark.parametrize("with_receipt", [True, False])
def test_validation_data_and_time_stamps_may_follow(office: Office, with_receipt: bool) -> None:
    """A renewal leaves the anchored prefix alone: the document passes as before."""
    pdf = add_validation_data(office.documents["a"].pdf, office)
    pdf = add_time_stamp(pdf, LATER)
    pdf = add_time_stamp(pdf, LATER + timedelta(days=2000))
    if not with_receipt:
        (office.transcripts / "a.receipt.json").unlink()

    report = office.check("a", pdf)

    findings = {check.number: check.verdict for check in report.checks}
    assert findings[5] == findings[7] == findings[8] == PASSED
    assert outcome(report) == ((PASSED, None) if with_receipt else (report.verdict, "NO_RECEIPT"))


@pytest.mark.parametrize("change", FORBIDDEN)
def test_any_other_revision_is_appended(issued: Office, change: Change) -> None:
    """Behind an anchored document."""
    report = issued.check("a", extend(issued.documents["a"].pdf, change))

    assert outcome(report) == (FAILED, SubReason.APPENDED)


@pytest.mark.parametrize("change", FORBIDDEN)
def test_any_other_revision_fails_without_evidence_too(office: Office, change: Change) -> None:
    """The seal is the last thing that may be written, evidence or not."""
    (office.transcripts / "a.receipt.json").unlink()

    report = office.check("a", extend(office.documents["a"].pdf, change))

    assert report.verdict is FAILED
    assert report.sub_reason in (SubReason.APPENDED, SubReason.FORMAT_FAILURE)


@pytest.mark.parametrize("change", FORBIDDEN)
def test_nothing_else_may_hide_behind_validation_data(office: Office, change: Change) -> None:
    """Each revision is looked at, not only the last."""
    pdf = extend(add_validation_data(office.documents["a"].pdf, office), change)
    pdf = add_time_stamp(pdf, LATER)

    assert outcome(office.check("a", pdf)) == (FAILED, SubReason.APPENDED)


@pytest.mark.parametrize("change", [one for one in FORBIDDEN if one is not add_nothing])
def test_nothing_else_may_come_along_with_validation_data(office: Office, change: Change) -> None:
    """One revision that adds validation data and something else."""
    pdf = add_validation_data(office.documents["a"].pdf, office, change)

    assert outcome(office.check("a", pdf)) == (FAILED, SubReason.APPENDED)


def test_bytes_between_revisions_are_appended(office: Office) -> None:
    """The revision that follows has to begin where the document ends."""
    pdf = office.documents["a"].pdf
    extended = add_validation_data(pdf + b"% between\n", office)

    assert outcome(office.check("a", extended)) == (FAILED, SubReason.APPENDED)


def test_bytes_behind_validation_data_are_appended(office: Office) -> None:
    """The file ends with its last revision."""
    pdf = add_validation_data(office.documents["a"].pdf, office)

    assert outcome(office.check("a", pdf + b"x")) == (FAILED, SubReason.APPENDED)
