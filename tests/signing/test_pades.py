"""Certification by the principal, then the school's seal, in one document that stays valid."""

import dataclasses
import re
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.errors import (
    CertificateNotValid,
    FieldFilled,
    KeyUsageForbids,
    LookUnfit,
    SignaturePlaceMissing,
    UnreadableDocument,
    WrongOrder,
)
from signing.fields import prepare
from signing.pades import certify, seal
from tests.signing.sample import DOCUMENT, NAMES, SIGNED_AT, TOOLTIPS, render


def test_both_signatures_hold(sealed, signers, validate):
    """Intact, valid, trusted, within what the certification allows; the seal covers the file."""
    principal, school = validate(sealed, signers.pki)

    assert principal.bottom_line, principal.pretty_print_details()
    assert school.bottom_line, school.pretty_print_details()
    assert principal.modification_level is ModificationLevel.FORM_FILLING
    assert principal.coverage is SignatureCoverageLevel.ENTIRE_REVISION
    assert school.modification_level is ModificationLevel.NONE
    assert school.coverage is SignatureCoverageLevel.ENTIRE_FILE


@pytest.mark.judge
def test_every_kind_of_key_satisfies_the_judges(any_signers, prepared, validate, ask):
    """pyHanko trusts both, poppler calls both valid, qpdf finds no fault."""
    sealed = seal(certify(prepared, any_signers.principal), any_signers.school)

    assert [status.bottom_line for status in validate(sealed, any_signers.pki)] == [True, True]
    answer = ask(sealed, "pdfsig")
    assert answer.count("Signature is Valid.") == 2
    assert answer.count("Total document signed") == 1
    assert "No syntax or stream encoding errors found" in ask(sealed, "qpdf", "--check")


@pytest.mark.judge
def test_qpdf_finds_no_fault_in_a_certified_document(certified, ask):
    """A fault of one revision can vanish under the next: each one is judged."""
    assert "No syntax or stream encoding errors found" in ask(certified, "qpdf", "--check")


def test_each_signature_is_one_increment(prepared, certified, sealed):
    """What was there stays byte for byte."""
    assert certified.startswith(prepared)
    assert sealed.startswith(certified)
    assert [pdf.count(b"%%EOF") for pdf in (prepared, certified, sealed)] == [2, 3, 4]


def test_signing_again_gives_the_same_bytes(prepared, certified, sealed, signers):
    """A step that was killed after it signed can be run again without a second signature."""
    assert certify(prepared, signers.principal) == certified
    assert seal(certified, signers.school) == sealed


def test_the_first_signature_certifies_and_the_second_approves(sealed):
    """DocMDP level 2 allows filling in and signing, nothing else (ISO 32000-1 table 254)."""
    pdf = pikepdf.open(BytesIO(sealed))
    principal, school = (field.V for field in pdf.Root.AcroForm.Fields)

    assert pdf.Root.Perms.DocMDP.objgen == principal.objgen
    assert principal.Reference[0].TransformMethod == "/DocMDP"
    assert principal.Reference[0].TransformParams.P == 2
    assert "/Reference" not in school


def test_the_signature_dictionaries_are_those_of_pades(sealed):
    """EN 319 142-1 clause 6.3: subfilter, claimed time with zone, reason, no certificate entry."""
    pdf = pikepdf.open(BytesIO(sealed))

    for field, reason in zip(
        pdf.Root.AcroForm.Fields, ("Phê duyệt học bạ", "Đóng dấu của nhà trường"), strict=True
    ):
        assert field.V.SubFilter == "/ETSI.CAdES.detached"
        assert field.V.M == "D:20260530150405+07'00'"
        assert (str(field.V.Reason), str(field.V.Location)) == (reason, "Phường Hoa Phượng")
        assert "/Cert" not in field.V


def test_the_room_for_the_signature_is_at_least_that_of_the_profile(sealed):
    """6,000 hex digits, of which zeros fill what the CMS object leaves over."""
    contents = re.findall(rb"/Contents <([0-9A-Fa-f]+)>", sealed)

    assert [len(digits) for digits in contents] == [6000, 6000]
    assert all(digits.endswith(b"00" * 100) for digits in contents)


def test_a_key_with_large_certificates_gets_more_room(prepared, signers):
    """The signature never has to be made again because it did not fit."""
    key = signers.principal.key
    large = dataclasses.replace(key, chain=(*key.chain, key.chain[0] + bytes(4000)))

    certified = certify(prepared, dataclasses.replace(signers.principal, key=large))

    (digits,) = re.findall(rb"/Contents <([0-9A-Fa-f]+)>", certified)
    assert len(digits) > 8000


def test_signing_leaves_the_description_of_the_rendered_document_alone(prepared, sealed):
    """Info and XMP agree with each other as they did (ISO 19005-3 clause 6.6.3)."""
    before, after = (pikepdf.open(BytesIO(pdf)) for pdf in (prepared, sealed))

    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert str(after.docinfo["/ModDate"]) == str(before.docinfo["/ModDate"])
    assert bytes(after.trailer.ID[0]) == bytes(before.trailer.ID[0])
    assert bytes(after.trailer.ID[1]) != bytes(before.trailer.ID[1])


@settings(max_examples=25)
@given(data=st.data())
def test_any_changed_byte_outside_the_signatures_breaks_them(sealed, signers, validate, data):
    """Header, rendered part, increments, cross-references: no byte is free."""
    padded = [match.span(1) for match in re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", sealed)]
    at = data.draw(st.integers(0, len(sealed) - 1))
    if any(start <= at < end for start, end in padded):
        at = data.draw(st.integers(0, padded[0][0] - 1))
    bit = data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
    tampered = bytearray(sealed)
    tampered[at] ^= bit

    try:
        statuses = validate(bytes(tampered), signers.pki)
    except Exception:  # noqa: BLE001  a damaged file makes the reader raise anything
        return
    assert not (len(statuses) == 2 and all(status.bottom_line for status in statuses))


def test_a_mark_that_is_rewritten_breaks_both_signatures(signers, validate, sealed):
    """An increment that draws over the page is outside what the certification allows."""
    pdf = pikepdf.open(BytesIO(sealed))
    page = pdf.pages[0].objgen[0]
    start = sealed.rindex(b"startxref") + len(b"startxref\n")
    previous = int(sealed[start:].split()[0])
    page_text = re.search(rb"\n%d 0 obj\n(<<.*?>>)\nendobj" % page, sealed)[1]
    forged_page = page_text.replace(b"/Contents ", b"/Rotate 90/Contents ")
    body = b"\n%d 0 obj\n%b\nendobj\n" % (page, forged_page)
    table = b"xref\n%d 1\n%010d 00000 n\r\n" % (page, len(sealed) + 1)
    trailer = (
        b"trailer\n<</Size %d/Root %d 0 R/ID[<00><00>]/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (int(pdf.trailer.Size), pdf.Root.objgen[0], previous, len(sealed) + len(body))
    )

    principal, school = validate(sealed + body + table + trailer, signers.pki)

    assert not principal.bottom_line
    assert not school.bottom_line


def test_a_document_is_not_certified_twice(certified, signers):
    """Only a first signature can certify."""
    with pytest.raises(WrongOrder, match="signed already"):
        certify(certified, signers.principal)


def test_a_document_is_not_sealed_before_it_is_certified(prepared, signers):
    """The principal signs first (domain rule: principal, then school)."""
    with pytest.raises(WrongOrder, match="not certified yet"):
        seal(prepared, signers.school)


def test_a_field_is_not_signed_twice(sealed, signers):
    """Neither the school's nor the principal's field can be overwritten."""
    for name in NAMES:
        with pytest.raises(FieldFilled, match=f"{name} is signed already"):
            seal(sealed, dataclasses.replace(signers.school, field_name=name))


def test_a_missing_field_is_named_with_those_that_are_there(prepared, signers):
    """The message says what to do next."""
    request = dataclasses.replace(signers.principal, field_name="Sig_Khac")

    with pytest.raises(SignaturePlaceMissing, match="no signature field Sig_Khac; it has Sig_Hieu"):
        certify(prepared, request)


def test_a_rendered_document_without_fields_is_refused(rendered, signers):
    """It has to be prepared first."""
    with pytest.raises(SignaturePlaceMissing, match=r"it has none\. Prepare it"):
        certify(rendered, signers.principal)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 100, b"not a PDF" * 1000])
def test_what_is_no_pdf_is_refused(content, signers):
    """Nothing is signed that cannot be read."""
    with pytest.raises(UnreadableDocument, match="cannot be signed"):
        certify(content, signers.principal)


@given(data=st.data())
@settings(max_examples=30)
def test_a_damaged_document_is_refused_or_signed_and_nothing_else(prepared, signers, data):
    """Bytes taken out or put in end in an error of signing, or in an increment over them."""
    at = data.draw(st.integers(0, len(prepared)))
    damaged = prepared[:at] + data.draw(st.binary(max_size=3)) + prepared[at + 2 :]

    try:
        signed = certify(damaged, signers.principal)
    except (UnreadableDocument, SignaturePlaceMissing, WrongOrder, LookUnfit):
        return
    assert signed.startswith(damaged)


def test_a_look_of_another_size_is_refused(prepared, signers):
    """Viewers would stretch it over the field."""
    request = dataclasses.replace(signers.principal, look=signers.school.look)

    with pytest.raises(LookUnfit, match=r"102\.0 × 96\.4 points does not fit .* 170\.1 × 70\.9"):
        certify(prepared, request)


@pytest.mark.parametrize("days", [-1, 11 * 365], ids=["not yet valid", "expired"])
def test_a_certificate_outside_its_validity_signs_nothing(days, prepared, signers):
    """Decree 68/2024/NĐ-CP article 29: the certificate is checked before it signs."""
    moment = SIGNED_AT + timedelta(days=days)
    look = dataclasses.replace(signers.principal.look, signed_at=moment)
    request = dataclasses.replace(signers.principal, look=look)

    with pytest.raises(
        CertificateNotValid, match=r"principal\.p12 is valid from 2026-05-30T08:04:05"
    ):
        certify(prepared, request)


def test_a_certificate_that_is_not_for_content_signs_nothing(prepared, signers):
    """RFC 5280 section 4.2.1.3: nonRepudiation."""
    key = dataclasses.replace(signers.principal.key, signs_content=False)

    with pytest.raises(KeyUsageForbids, match=r"principal\.p12 is not for signing documents"):
        certify(prepared, dataclasses.replace(signers.principal, key=key))


def test_one_look_serves_many_documents(signers, validate):
    """The look is parsed once; each document gets its own copy of it."""
    for mark in ("7,0", "6,5"):
        prepared = prepare(render(DOCUMENT.replace("8,0", mark)), names=NAMES, tooltips=TOOLTIPS)
        sealed = seal(certify(prepared, signers.principal), signers.school)

        assert [status.bottom_line for status in validate(sealed, signers.pki)] == [True, True]


def test_signing_changes_of_an_appearance_only_what_it_draws(prepared, sealed):
    """EU DSS calls another bounding box or filter a change that the certification forbids."""
    before, after = (pikepdf.open(BytesIO(pdf)) for pdf in (prepared, sealed))
    for empty, drawn in zip(before.Root.AcroForm.Fields, after.Root.AcroForm.Fields, strict=True):
        kept = {*empty.AP.N, *drawn.AP.N} - {"/Length", "/Resources"}

        assert {key: empty.AP.N[key] for key in kept} == {key: drawn.AP.N[key] for key in kept}
        assert list(drawn.AP.N.Resources) == ["/XObject"]
