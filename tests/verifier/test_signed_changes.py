"""What may change between rendering, the principal's signature and the seal: only the fields."""

from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import SimpleSigner

from tests.verifier.documents import make_transcript, prepare_pdf
from tests.verifier.extending import extend
from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, OPEN, outcome
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from verifier.errors import InvalidEvidence, SubReason
from verifier.pdf_signature import find_signers, open_document
from verifier.report import Report
from verifier.signature_bytes import check_form, read_signature
from verifier.signature_finding import Role

FILL = MDPPerm.FILL_FORMS
Change = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture(scope="session")
def prepared() -> bytes:
    """A rendered document with two empty fields."""
    return prepare_pdf(make_transcript(9))


def check(office: Office, pdf: bytes) -> Report:
    """Verify a document for which there is no evidence."""
    path = office.transcripts / "unanchored.pdf"
    path.write_bytes(pdf)
    return office.check("unanchored")


def sign_both(office: Office, prepared: bytes, before_seal: Change | None = None) -> bytes:
    certified = sign(prepared, load(office.directory, "principal"), PRINCIPAL, permissions=FILL)
    seal = load(office.directory, "seal")
    return sign(certified, seal, SEAL, change=before_seal)


def replace_attachment(writer: IncrementalPdfFileWriter) -> None:
    """Let the attachment's name lead to other data."""
    specification = writer.root["/AF"][0]
    stream = generic.StreamObject(stream_data=b"{}")
    reference = writer.add_object(stream)
    names = {pdf_name("/F"): reference, pdf_name("/UF"): reference}
    specification["/EF"] = generic.DictionaryObject(names)
    writer.update_container(specification)


def add_text_field(writer: IncrementalPdfFileWriter) -> None:
    """A field that shows a mark, for somebody to fill later."""
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("mark"),
            pdf_name("/V"): generic.TextStringObject("5,0"),
            pdf_name("/Rect"): generic.ArrayObject(
                generic.NumberObject(number) for number in (0, 0, 50, 20)
            ),
        }
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form["/Fields"])
    writer.update_container(form)


def fill_text_field(writer: IncrementalPdfFileWriter) -> None:
    """Better the mark."""
    field = next(
        one
        for one in (raw.get_object() for raw in list.__iter__(writer.root["/AcroForm"]["/Fields"]))
        if one["/T"] == "mark"
    )
    field["/V"] = generic.TextStringObject("10,0")
    writer.update_container(field)


def speak_otherwise(writer: IncrementalPdfFileWriter) -> None:
    """Let a screen reader say other words than those on the page."""
    element = writer.root["/StructTreeRoot"]["/K"][0]["/K"][0]
    element["/ActualText"] = generic.TextStringObject("10,0")
    writer.update_container(element)


def test_another_attachment_before_signing_fails(office: Office, prepared: bytes) -> None:
    """Readers show the last revision's attachment, we judge the first one's: they must agree."""
    pdf = sign_both(office, extend(prepared, replace_attachment))

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_field_that_nobody_fills_is_harmless(office: Office, prepared: bytes) -> None:
    """The principal signed it as it is."""
    pdf = sign_both(office, extend(prepared, add_text_field))

    assert outcome(check(office, pdf)) == (OPEN, SubReason.NO_RECEIPT)


def test_a_field_filled_along_with_the_seal_fails(office: Office, prepared: bytes) -> None:
    """DocMDP lets forms be filled, but the seal may fill only its own field."""
    pdf = sign_both(office, extend(prepared, add_text_field), fill_text_field)

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_field_filled_before_the_seal_fails(office: Office, prepared: bytes) -> None:
    """In a revision of its own, between the two signatures."""
    start = extend(prepared, add_text_field)
    certified = sign(start, load(office.directory, "principal"), PRINCIPAL, permissions=FILL)
    pdf = sign(extend(certified, fill_text_field), load(office.directory, "seal"), SEAL)

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_words_for_screen_readers_changed_with_the_seal_or_after_it_fail(
    office: Office, prepared: bytes
) -> None:
    """EU DSS lets this pass, because it comes to the signatures by the structure tree."""
    along = sign_both(office, prepared, speak_otherwise)
    after = extend(sign_both(office, prepared), speak_otherwise)

    assert outcome(check(office, along)) == (FAILED, SubReason.FORMAT_FAILURE)
    assert outcome(check(office, after)) == (FAILED, SubReason.APPENDED)


def use_the_seal_elsewhere(writer: IncrementalPdfFileWriter) -> None:
    """Let the seal's field be something else as well: what that is changes with the seal."""
    fields = writer.root["/AcroForm"]["/Fields"]
    writer.root["/PieceInfo"] = generic.DictionaryObject({pdf_name("/Also"): fields.raw_get(1)})
    writer.update_root()


def test_a_seal_in_a_field_that_is_something_else_as_well_fails(
    office: Office, prepared: bytes
) -> None:
    """The principal signed it as that, too, and knew nothing of what it would become."""
    pdf = sign_both(office, extend(prepared, use_the_seal_elsewhere))

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


class Forgetful(SimpleSigner):
    """Leaves out the attribute that names its certificate."""

    async def signed_attrs(self, *arguments: Any, **options: Any) -> cms.CMSAttributes:
        attributes = await super().signed_attrs(*arguments, **options)
        return cms.CMSAttributes(
            [one for one in attributes if one["type"].native != "signing_certificate_v2"]
        )


def test_a_signature_that_does_not_name_its_certificate_is_undecided(
    office: Office, prepared: bytes
) -> None:
    """Another certificate of the same key could be put in its place (PAdES asks for it)."""
    certified = sign(prepared, load(office.directory, "principal"), PRINCIPAL, permissions=FILL)
    seal = load(office.directory, "seal")
    forgetful = Forgetful(
        signing_cert=seal.signing_cert,
        signing_key=seal.signing_key,
        cert_registry=seal.cert_registry,
    )

    pdf = sign(certified, forgetful, SEAL)

    assert outcome(check(office, pdf)) == (OPEN, SubReason.SIG_CONSTRAINTS_FAILURE)


def test_the_gap_must_hold_the_signature_that_was_read(issued: Office) -> None:
    """A ByteRange may not leave out another value than the one that is judged."""
    document = open_document(issued.documents["a"].pdf)
    principal, _seal = find_signers(document)
    embedded = read_signature(document, principal)
    check_form(document, principal, embedded, Role.PRINCIPAL)

    embedded.pkcs7_content = bytes(len(embedded.pkcs7_content))

    with pytest.raises(InvalidEvidence, match="another value"):
        check_form(document, principal, embedded, Role.PRINCIPAL)
