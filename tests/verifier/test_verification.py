"""The table of ADR 0001, row by row, on documents that were really issued."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.verifier.documents import (
    SCHOOL,
    certify_pdf,
    entry_of,
    load_signers,
    make_pdf,
    make_pki,
    make_transcript,
    prepare_pdf,
    seal_pdf,
)
from tests.verifier.issued import AUTHORITY, ROOT, Office
from tests.verifier.outcomes import FAILED, PASSED, outcome
from transcript_service.issuance.registry_calls import end_certificate
from verifier.advice import headline
from verifier.errors import SubReason
from verifier.pdf_signature import open_document
from verifier.registry_events import Use
from verifier.report import Status


def test_an_issued_document_passes(issued: Office) -> None:
    """Two signatures, a receipt and the registry agree."""
    report = issued.check("a")

    assert outcome(report) == (PASSED, None)
    assert report.status is Status.CURRENT
    assert [signature.level for signature in report.signatures] == ["B-B", "B-B"]
    assert report.authority.issuer_granted
    assert report.authority.principal_declared
    assert report.authority.seal_declared
    assert report.document_digest == sha256(issued.documents["a"].pdf).digest()


def test_only_a_document_that_passed_hands_on_its_data(office: Office) -> None:
    """A program that takes marks from a report cannot take those of a refused document."""
    passed = office.check("a")
    office.revoke("a")
    revoked = office.check("a")

    assert passed.transcript is not None
    assert passed.transcript.transcript_code == passed.transcript_code
    assert passed.transcript.document["pupil"]["full_name"] not in repr(passed)
    assert revoked.transcript is None


def test_a_document_passes_by_the_manifest_in_a_folder(office: Office) -> None:
    """A manifest's entry is evidence like a receipt."""
    (office.transcripts / "b.receipt.json").unlink()

    report = office.check("b", manifests=office.manifests)

    assert outcome(report) == (PASSED, None)
    assert report.anchor is not None
    assert "manifest" in report.anchor.source


def test_a_document_passes_by_the_manifest_on_chain(
    published_office: Office, tmp_path: Path
) -> None:
    """With a published manifest the chain alone is enough."""
    office = published_office.copy(tmp_path / "office")
    (office.transcripts / "b.receipt.json").unlink()

    report = office.check("b")

    assert outcome(report) == (PASSED, None)
    assert report.anchor is not None
    assert "on chain" in report.anchor.source


def test_a_document_passes_by_a_receipt_of_the_receipts_folder(
    office: Office, tmp_path: Path
) -> None:
    """Whatever the receipt's file is called: it is found by what it says."""
    folder = tmp_path / "receipts"
    folder.mkdir()
    (office.transcripts / "b.receipt.json").rename(folder / "renamed.receipt.json")

    report = office.check("b", receipts=folder)

    assert outcome(report) == (PASSED, None)


# Row 1: FORMAT_FAILURE


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no PDF at all", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_a_format_failure(issued: Office, content: bytes) -> None:
    """No readable PDF."""
    assert outcome(issued.check("a", content)) == (FAILED, SubReason.FORMAT_FAILURE)


def test_an_attachment_that_breaks_its_schema_is_a_format_failure(office: Office) -> None:
    """Both signatures hold and the batch is anchored, but the data are not what the format says."""
    transcript = make_transcript(7)
    good = prepare_pdf(transcript)
    bad = good.replace(b"transcript.json", b"transcript.jsoN")
    pdf = seal_pdf(certify_pdf(bad, office.signers), office.signers)

    report = office.check("a", pdf)

    assert outcome(report) == (FAILED, SubReason.FORMAT_FAILURE)


def test_a_pdf_without_our_attachment_is_a_format_failure(issued: Office) -> None:
    """A readable PDF of somebody else."""
    from tests.signing.sample import DOCUMENT, render

    report = issued.check("a", render(DOCUMENT))

    assert outcome(report) == (FAILED, SubReason.FORMAT_FAILURE)


# Row 2: ALTERED


def test_a_re_signed_document_is_altered(issued: Office) -> None:
    """The same transcript, rendered and signed again by the same keys: not what was anchored."""
    data = json.loads(make_transcript(0))
    data["results"]["full_year"]["academic_result"] = "Tốt"
    from verifier.canonical import canonical_json

    report = issued.check("a", make_pdf(canonical_json(data), issued.signers))

    assert outcome(report) == (FAILED, SubReason.ALTERED)


def test_a_document_without_its_seal_is_altered(issued: Office) -> None:
    """The last revision is cut off: shorter than what was anchored."""
    pdf = issued.documents["a"].pdf
    without_seal = pdf[: open_document(pdf).revision_ends[-2]]

    report = issued.check("a", without_seal)

    assert outcome(report) == (FAILED, SubReason.ALTERED)


def test_a_document_cut_in_the_middle_is_altered(issued: Office) -> None:
    """It is not readable as a whole, but its beginning tells which document it was."""
    pdf = issued.documents["a"].pdf

    report = issued.check("a", pdf[: len(pdf) * 9 // 10])

    assert outcome(report) == (FAILED, SubReason.ALTERED)


# Row 3: APPENDED


@pytest.mark.parametrize("tail", [b"\n", b"x", b"%%EOF", b" " * 5000, b"\nstartxref\n0\n%%EOF\n"])
def test_bytes_behind_an_anchored_document_are_appended(issued: Office, tail: bytes) -> None:
    """After the anchored prefix nothing may follow but whole revisions of validation data."""
    report = issued.check("a", issued.documents["a"].pdf + tail)

    assert outcome(report) == (FAILED, SubReason.APPENDED)
    assert report.document_digest == issued.documents["a"].entry.document_digest


@pytest.mark.parametrize("tail", [b"x", b" " * 5000])
def test_bytes_behind_the_seal_are_appended_without_evidence(office: Office, tail: bytes) -> None:
    """Without evidence, the document ends with its last signature."""
    (office.transcripts / "a.receipt.json").unlink()

    report = office.check("a", office.documents["a"].pdf + tail)

    assert outcome(report) == (FAILED, SubReason.APPENDED)


# Row 4: signatures


def test_a_document_that_only_the_principal_signed_lacks_a_signature(office: Office) -> None:
    """Anchored by mistake, and without its seal."""
    pdf = certify_pdf(prepare_pdf(make_transcript(8)), office.signers)
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    assert outcome(office.check("d")) == (FAILED, SubReason.SIGNATURE_MISSING)


def test_a_changed_page_without_evidence_is_a_hash_failure(office: Office) -> None:
    """The signatures alone tell that a byte of the page was changed."""
    (office.transcripts / "a.receipt.json").unlink()
    pdf = bytearray(office.documents["a"].pdf)
    at = pdf.index(b"/MediaBox") + len(b"/MediaBox [0 0 5")
    pdf[at] ^= 1

    report = office.check("a", bytes(pdf))

    assert outcome(report) == (FAILED, SubReason.HASH_FAILURE)


# Row 5: SIGNER_NOT_DECLARED


def test_a_signer_that_the_registry_does_not_know_fails(office: Office, tmp_path: Path) -> None:
    """A stolen chain key alone cannot issue: another principal's certificate is not declared."""
    rogue = load_signers(make_pki(tmp_path / "rogue"))
    pdf = make_pdf(make_transcript(8), replace(office.signers, principal=rogue.principal))
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    report = office.check("d")

    assert outcome(report) == (FAILED, SubReason.SIGNER_NOT_DECLARED)
    assert report.authority.principal_declared is False
    assert report.authority.seal_declared is True


def test_a_certificate_declared_for_the_other_use_does_not_count(office: Office) -> None:
    """The principal's key cannot stand in for the seal."""
    signers = replace(office.signers, seal=office.signers.principal)
    pdf = make_pdf(make_transcript(8), signers)
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    assert outcome(office.check("d")) == (FAILED, SubReason.SIGNER_NOT_DECLARED)


def test_a_certificate_whose_declaration_ended_before_anchoring_fails(office: Office) -> None:
    """Authority is judged at the anchor's block time; what was anchored before stays good."""
    from transcript_service.issuance.identities import principal_declaration

    identity = principal_declaration(office.signers.principal)
    ending = end_certificate(SCHOOL, identity, Use.PRINCIPAL, acting_for=ROOT)
    office.act(AUTHORITY, ending)
    pdf = make_pdf(make_transcript(8), office.signers)
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    assert outcome(office.check("d")) == (FAILED, SubReason.SIGNER_NOT_DECLARED)
    assert outcome(office.check("a")) == (PASSED, None)


# Row 6: status


def test_a_superseded_document_fails_as_superseded(office: Office) -> None:
    """Its successor passes; the text says that the old one is genuine."""
    pdf = make_pdf(make_transcript(0, 2), office.signers)
    office.anchor([("a2", pdf, entry_of(pdf, 0, 2))])
    office.supersede("a", "a2")

    report = office.check("a")

    assert outcome(report) == (FAILED, SubReason.SUPERSEDED)
    assert report.status is Status.SUPERSEDED
    assert headline(report) == "genuine, but replaced by a newer version"
    assert outcome(office.check("a2", manifests=office.manifests)) == (PASSED, None)


def test_a_revoked_document_fails_as_revoked(office: Office) -> None:
    """Even with good signatures."""
    office.revoke("a")

    report = office.check("a")

    assert outcome(report) == (FAILED, SubReason.REVOKED)
    assert report.status is Status.REVOKED
    assert outcome(office.check("b")) == (PASSED, None)


def test_broken_signatures_come_before_a_status(office: Office) -> None:
    """The first row that fits names the reason."""
    pdf = certify_pdf(prepare_pdf(make_transcript(8)), office.signers)
    office.anchor([("d", pdf, entry_of(pdf, 8))])
    office.revoke("d")

    assert outcome(office.check("d")) == (FAILED, SubReason.SIGNATURE_MISSING)
