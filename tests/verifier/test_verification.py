"""The table of design D1, row by row, on documents that were really issued."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.verifier.issued import (
    AUTHORITY,
    ISSUER,
    NOW,
    OTHER_ISSUER,
    OTHER_SCHOOL,
    ROOT,
    SCHOOL,
    Office,
    certify_pdf,
    entry_of,
    load_signers,
    make_pdf,
    make_pki,
    make_transcript,
    prepare_pdf,
    seal_pdf,
)
from transcript_service.issuance.registry_calls import CertificateUse, end_certificate, end_grant
from transcript_service.issuance.registry_calls import Role as GrantRole
from verifier.errors import MissingEvidence, SubReason
from verifier.pdf_signature import open_document
from verifier.receipt import receipt_to_json
from verifier.report import Report, Status, Verdict

FAILED, OPEN, PASSED = Verdict.TOTAL_FAILED, Verdict.INDETERMINATE, Verdict.TOTAL_PASSED


def outcome(report: Report) -> tuple[Verdict, str | None]:
    return report.verdict, report.sub_reason


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
    ending = end_certificate(SCHOOL, identity, CertificateUse.PRINCIPAL, acting_for=ROOT)
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
    assert "genuine" in next(check.message for check in report.checks if check.number == 12)
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


# Row 7: certificate paths


def test_another_certification_authority_is_indeterminate(
    office: Office, other_pki_trust: Callable[[Office], None]
) -> None:
    """Whom one does not trust, one cannot call a forger."""
    other_pki_trust(office)

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.NO_CERTIFICATE_CHAIN_FOUND)
    assert report.authority.seal_declared


def test_missing_revocation_data_are_indeterminate(office: Office) -> None:
    """The policy asks for revocation data and names too few."""
    office.edit_policy('"trust/root.crl", "trust/ca.crl"', '"trust/root.crl"')

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE)


def test_revocation_data_are_not_asked_for_when_the_policy_does_not(office: Office) -> None:
    """`require_revocation_data = false`."""
    office.edit_policy(
        'revocation_lists = ["trust/root.crl", "trust/ca.crl"]', "require_revocation_data = false"
    )

    assert outcome(office.check("a")) == (PASSED, None)


def test_a_level_below_the_policy_is_indeterminate(office: Office) -> None:
    """B-B where B-T is asked for."""
    office.edit_policy("[registry]", 'least_level = "B-T"\n[registry]')

    assert outcome(office.check("a")) == (OPEN, SubReason.SIG_CONSTRAINTS_FAILURE)


def test_expired_certificates_need_the_anchor_as_a_proof_of_existence(office: Office) -> None:
    """After fifteen years the anchor's block time helps, only if the policy says so, and apart."""
    office.edit_policy("2026-06-30T00:00:00Z", "2041-11-22T00:00:00Z")

    without = office.check("a")
    office.edit_policy("[time]", "[time]\nanchor_is_proof_of_existence = true")
    with_anchor = office.check("a")

    assert without.verdict is OPEN
    assert without.sub_reason in ("OUT_OF_BOUNDS_NO_POE", "CERTIFICATE_CHAIN_GENERAL_FAILURE")
    assert outcome(with_anchor) == (PASSED, None)
    assert with_anchor.signatures[0].indication == "INDETERMINATE"
    assert with_anchor.signatures[0].proof_of_existence_helped


# Row 8: the registry


def test_a_node_out_of_reach_is_indeterminate(issued: Office) -> None:
    """Absence of the chain neither proves nor disproves a transcript."""
    gone = MissingEvidence(SubReason.REGISTRY_UNAVAILABLE, "no node")

    report = issued.check("a", registry=gone)

    assert outcome(report) == (OPEN, SubReason.REGISTRY_UNAVAILABLE)
    assert report.as_of_block is None


def test_broken_signatures_fail_without_a_registry_too(issued: Office) -> None:
    """What contradicts the document needs no node."""
    gone = MissingEvidence(SubReason.REGISTRY_UNAVAILABLE, "no node")
    pdf = bytearray(issued.documents["a"].pdf)
    pdf[pdf.index(b"/MediaBox") + len(b"/MediaBox [0 0 5")] ^= 1

    report = issued.check("a", bytes(pdf), registry=gone)

    assert outcome(report) == (FAILED, SubReason.HASH_FAILURE)


def test_a_receipt_of_another_history_is_indeterminate(office: Office) -> None:
    """The receipt's history hash is not the registry's: one of them is false."""
    receipt = replace(office.receipt("a"), history_head=bytes(32))
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    assert outcome(office.check("a")) == (OPEN, SubReason.OTHER_HISTORY)


def test_a_registry_older_than_the_receipt_is_indeterminate(office: Office) -> None:
    """A node that serves yesterday's chain is noticed by a receipt of today."""
    receipt = replace(office.receipt("a"), history_size=10_000)
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    assert outcome(office.check("a")) == (OPEN, SubReason.OTHER_HISTORY)


def test_a_receipt_of_another_chain_is_indeterminate(office: Office) -> None:
    """The receipt names another registry than the policy."""
    receipt = replace(office.receipt("a"), chain_id=1)
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    assert outcome(office.check("a")) == (OPEN, SubReason.OTHER_CHAIN)


# Row 9: WRONG_RECEIPT


def test_another_pupils_receipt_is_wrong(office: Office) -> None:
    """Another receipt beside the file, and no other evidence."""
    (office.transcripts / "b.receipt.json").replace(office.transcripts / "a.receipt.json")

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.WRONG_RECEIPT)
    assert any("another document" in note for note in report.notes)


def test_a_wrong_receipt_is_skipped_when_there_is_better_evidence(office: Office) -> None:
    """It is named, and the manifest decides."""
    (office.transcripts / "b.receipt.json").replace(office.transcripts / "a.receipt.json")

    report = office.check("a", manifests=office.manifests)

    assert outcome(report) == (PASSED, None)
    assert any("another document" in note for note in report.notes)


def test_a_folder_of_other_receipts_only_is_wrong(office: Office, tmp_path: Path) -> None:
    """There are receipts, but none is for this document."""
    folder = tmp_path / "receipts"
    folder.mkdir()
    (office.transcripts / "b.receipt.json").rename(folder / "b.receipt.json")
    (office.transcripts / "a.receipt.json").unlink()

    assert outcome(office.check("a", receipts=folder)) == (OPEN, SubReason.WRONG_RECEIPT)


# Row 10: NOT_ANCHORED, NO_RECEIPT, DISPUTED


def test_a_batch_that_the_registry_does_not_know_is_not_anchored(office: Office) -> None:
    """A receipt whose proof holds, under a root that nobody anchored."""
    entry = office.documents["a"].entry
    receipt = replace(
        office.receipt("a"), root=entry.leaf_hash(), leaf_index=0, tree_size=1, inclusion_proof=()
    )
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    assert outcome(office.check("a")) == (OPEN, SubReason.NOT_ANCHORED)


def test_without_evidence_there_is_no_receipt(office: Office) -> None:
    """No receipt, no manifest."""
    (office.transcripts / "a.receipt.json").unlink()

    assert outcome(office.check("a")) == (OPEN, SubReason.NO_RECEIPT)


def test_a_malformed_receipt_counts_as_absent_and_is_named(office: Office) -> None:
    """It never makes a document fail."""
    (office.transcripts / "a.receipt.json").write_bytes(b'{"format": "hocba/receipt/1"}')

    report = office.check("a")

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert any("a.receipt.json" in note for note in report.notes)


def test_a_receipt_with_a_false_proof_counts_as_absent(office: Office) -> None:
    """Its siblings lead elsewhere."""
    receipt = replace(office.receipt("a"), inclusion_proof=(bytes(32), bytes(32)))
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    assert outcome(office.check("a")) == (OPEN, SubReason.NO_RECEIPT)


@pytest.mark.parametrize("change", [-1, 1, -1000, 1000])
def test_a_receipt_with_a_false_size_never_makes_a_document_fail(
    office: Office, change: int
) -> None:
    """`document_size` is in no proof: a false one would call a good document altered."""
    receipt = office.receipt("a")
    receipt = replace(receipt, document_size=receipt.document_size + change)
    (office.transcripts / "a.receipt.json").write_bytes(receipt_to_json(receipt))

    alone = office.check("a")
    with_manifest = office.check("a", manifests=office.manifests)

    assert outcome(alone) == (OPEN, SubReason.NO_RECEIPT)
    assert outcome(with_manifest) == (PASSED, None)


def test_two_current_versions_are_disputed(office: Office) -> None:
    """Version 2 was anchored, but version 1 was never superseded."""
    pdf = make_pdf(make_transcript(0, 2), office.signers)
    office.anchor([("a2", pdf, entry_of(pdf, 0, 2))])

    report = office.check("a", manifests=office.manifests)

    assert outcome(report) == (OPEN, SubReason.DISPUTED)
    assert report.status is Status.DISPUTED
    assert outcome(office.check("a2", manifests=office.manifests)) == (OPEN, SubReason.DISPUTED)


def test_another_schools_copy_of_a_series_id_is_only_a_warning(office: Office) -> None:
    """Else anyone could block a document by copying its public series id."""
    entry = replace_entry(office)
    office.anchor([("copy", b"no PDF", entry)], institution=OTHER_SCHOOL, account=OTHER_ISSUER)

    report = office.check("a", manifests=office.manifests)

    assert outcome(report) == (PASSED, None)
    assert any(OTHER_SCHOOL in note for note in report.notes)


def replace_entry(office: Office):  # type: ignore[no-untyped-def]  # a struct of the manifest
    import msgspec

    entry = office.documents["a"].entry
    return msgspec.structs.replace(entry, document_digest=sha256(b"no PDF").digest(), version=9)


def test_an_issuer_whose_grant_ended_later_stays_good(office: Office) -> None:
    """Authority is judged at the anchor's block time."""
    office.act(AUTHORITY, end_grant(SCHOOL, ISSUER.address, GrantRole.ISSUER, acting_for=ROOT))

    assert outcome(office.check("a")) == (PASSED, None)


def test_a_file_that_is_too_large_is_not_looked_at(
    issued: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not looking proves nothing against a document."""
    monkeypatch.setattr("verifier.checks.GREATEST_FILE_BYTES", 1000)

    assert outcome(issued.check("a")) == (OPEN, SubReason.FILE_TOO_LARGE)


def test_the_policys_validation_time_takes_the_place_of_now(issued: Office) -> None:
    """Frozen documents name the time at which they are judged."""
    assert outcome(issued.check("a", now=NOW + timedelta(days=40_000))) == (PASSED, None)


def test_without_a_validation_time_now_counts(office: Office) -> None:
    """Certificates that are not valid yet."""
    office.edit_policy('validation_time = "2026-06-30T00:00:00Z"', "")

    assert office.check("a", now=datetime(2020, 1, 1, tzinfo=UTC)).verdict is OPEN
    assert outcome(office.check("a", now=NOW)) == (PASSED, None)
