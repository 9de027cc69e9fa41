"""Two PAdES signatures, principal then seal, each covering exactly its revision."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from tests.verifier.documents import SIGNED_AT, entry_of, make_transcript, prepare_pdf
from tests.verifier.extending import authority_certificate, extend, time_stamper
from tests.verifier.issued import Office
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from tests.verifier.pyhanko_signing import PRINCIPAL, SEAL, load, sign
from verifier.errors import SubReason
from verifier.pdf_signature import open_document
from verifier.report import Report

FILL = MDPPerm.FILL_FORMS


@pytest.fixture(scope="session")
def prepared() -> bytes:
    """A rendered document that nobody anchored, with two empty fields."""
    return prepare_pdf(make_transcript(9))


def check(office: Office, pdf: bytes) -> Report:
    """Verify a document for which there is no evidence."""
    path = office.transcripts / "unanchored.pdf"
    path.write_bytes(pdf)
    return office.check("unanchored")


def sign_both(office: Office, prepared: bytes) -> bytes:
    certified = sign(prepared, load(office.directory, "principal"), PRINCIPAL, permissions=FILL)
    return sign(certified, load(office.directory, "seal"), SEAL)


def test_signatures_of_another_program_hold_too(office: Office, prepared: bytes) -> None:
    """What counts is the standard, not who wrote the bytes."""
    report = check(office, sign_both(office, prepared))

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert [one.indication for one in report.signatures] == ["TOTAL-PASSED"] * 2


def test_an_unsigned_document_lacks_its_signatures(office: Office, prepared: bytes) -> None:
    """Two empty fields."""
    assert outcome(check(office, prepared)) == (FAILED, SubReason.SIGNATURE_MISSING)


def test_a_first_signature_that_certifies_nothing_fails(office: Office, prepared: bytes) -> None:
    """An approval of the principal leaves open what may change after it."""
    pdf = sign(prepared, load(office.directory, "principal"), PRINCIPAL)
    pdf = sign(pdf, load(office.directory, "seal"), SEAL)

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_certification_that_allows_annotations_fails(office: Office, prepared: bytes) -> None:
    """DocMDP 3 would let comments be put on the page."""
    signer = load(office.directory, "principal")
    pdf = sign(prepared, signer, PRINCIPAL, permissions=MDPPerm.ANNOTATE)
    pdf = sign(pdf, load(office.directory, "seal"), SEAL)

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_signature_that_is_not_pades_fails(office: Office, prepared: bytes) -> None:
    """The subfilter of plain PDF signatures."""
    certified = sign(prepared, load(office.directory, "principal"), PRINCIPAL, permissions=FILL)
    subfilter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    pdf = sign(certified, load(office.directory, "seal"), SEAL, subfilter=subfilter)

    assert outcome(check(office, pdf)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_third_signature_is_appended(office: Office, prepared: bytes) -> None:
    """After the seal nobody else signs."""
    pdf = sign(sign_both(office, prepared), load(office.directory, "seal"), "Sig_3")

    assert outcome(check(office, pdf)) == (FAILED, SubReason.APPENDED)


def test_a_signature_value_of_another_document_is_a_hash_failure(
    office: Office, prepared: bytes
) -> None:
    """Cut out of one document and put into another."""
    pdf, other = sign_both(office, prepared), office.documents["a"].pdf
    ours, theirs = gap(pdf, 1), gap(other, 1)
    value = other[theirs.start : theirs.stop][: len(ours) - 1].rstrip(b"0>") + b"00"
    value = value[: len(value) - (len(value) - 1) % 2].ljust(len(ours) - 1, b"0") + b">"
    forged = pdf[: ours.start] + value + pdf[ours.stop :]

    assert outcome(check(office, forged)) == (FAILED, SubReason.HASH_FAILURE)


def gap(pdf: bytes, number: int) -> range:
    """Where the value of signature *number* stands, its brackets included."""
    found = list(re.finditer(rb"/ByteRange ?\[ *0 +(\d+) +(\d+) +\d+ *\]", pdf))[number]
    return range(int(found[1]), int(found[2]))


def test_bytes_hidden_behind_a_signatures_value_fail(office: Office, prepared: bytes) -> None:
    """The padding is not signed: there must be nothing in it."""
    pdf = sign_both(office, prepared)
    place = gap(pdf, 1)
    forged = pdf[: place.stop - 9] + b"48656c6c" + pdf[place.stop - 1 :]
    assert len(forged) == len(pdf)

    assert outcome(check(office, forged)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_time_stamp_proves_the_time_of_signing(office: Office, prepared: bytes) -> None:
    """B-T, with the time-stamping authority among the trust anchors."""
    trust = office.directory / "trust"
    (trust / "tsa.pem").write_bytes(authority_certificate())
    office.edit_policy('"trust/root.pem"', '"trust/root.pem", "trust/tsa.pem"')
    stamper = time_stamper(SIGNED_AT + timedelta(hours=1))
    principal, seal = load(office.directory, "principal"), load(office.directory, "seal")
    pdf = sign(prepared, principal, PRINCIPAL, permissions=FILL, time_stamper=stamper)
    pdf = sign(pdf, seal, SEAL, time_stamper=stamper)

    report = check(office, pdf)

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert [one.level for one in report.signatures] == ["B-T", "B-T"]
    assert report.signatures[0].signed_at == SIGNED_AT + timedelta(hours=1)


def test_a_time_stamp_of_a_stranger_proves_nothing(office: Office, prepared: bytes) -> None:
    """The level stays B-B."""
    stamper = time_stamper(SIGNED_AT + timedelta(hours=1))
    principal, seal = load(office.directory, "principal"), load(office.directory, "seal")
    pdf = sign(prepared, principal, PRINCIPAL, permissions=FILL, time_stamper=stamper)

    report = check(office, sign(pdf, seal, SEAL))

    assert [one.level for one in report.signatures] == ["B-B", "B-B"]


def test_the_order_of_the_signers_matters(office: Office, prepared: bytes) -> None:
    """The seal's key certifies, the principal's key seals: neither is declared for that."""
    pdf = sign(prepared, load(office.directory, "seal"), PRINCIPAL, permissions=FILL)
    pdf = sign(pdf, load(office.directory, "principal"), SEAL)

    office.anchor([("turned", pdf, entry_of(pdf, 9))])

    assert outcome(office.check("turned")) == (FAILED, SubReason.SIGNER_NOT_DECLARED)


def add_outline(writer: IncrementalPdfFileWriter) -> None:
    """An outline of thousands of headings in one chain."""
    following = None
    for _number in range(3_000):
        heading = generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("x")})
        if following is not None:
            heading[pdf_name("/Next")] = following
        following = writer.add_object(heading)
    assert following is not None
    outline = generic.DictionaryObject({pdf_name("/First"): following})
    writer.root["/Outlines"] = writer.add_object(outline)
    writer.update_root()


def test_thousands_of_headings_do_not_bring_the_reader_down(
    office: Office, prepared: bytes
) -> None:
    """pyHanko's analysis may recurse along the outline; there is a verdict either way."""
    pdf = sign_both(office, extend(prepared, add_outline))

    verdicts = ((OPEN, SubReason.NO_RECEIPT), (FAILED, SubReason.FORMAT_FAILURE))
    assert outcome(check(office, pdf)) in verdicts


def test_deep_nesting_does_not_bring_the_reader_down(office: Office) -> None:
    """More than any transcript needs: undecided, as the parser did not get to its end."""
    nested = b"trailer\n<< /X " + b"[" * 50_000 + b"]" * 50_000
    before, after = office.documents["a"].pdf.rsplit(b"trailer\n<<", 1)

    assert outcome(check(office, before + nested + after)) == (OPEN, SubReason.LIMIT_EXCEEDED)


@pytest.mark.parametrize("kids", [b"/Kids[412 0 R]", b"/Names[(a) 412 0 R]", b"/Kids 5"])
def test_a_name_tree_that_leads_nowhere_is_refused(office: Office, kids: bytes) -> None:
    """Loops and nonsense in the list of attachments."""
    pdf = office.documents["a"].pdf
    found = re.search(rb"/Names\[[^\]]*\]", pdf[: open_document(pdf).revision_ends[0]])
    assert found is not None
    forged = pdf[: found.start()] + kids.ljust(len(found[0]))[: len(found[0])] + pdf[found.end() :]

    assert check(office, forged).verdict is FAILED


def test_passed_means_passed(issued: Office, tmp_path: Path) -> None:
    """The fixtures of this module are good before they are spoilt."""
    assert outcome(issued.check("a")) == (PASSED, None)
