"""Rows 8 to 10 of the table: the registry, and evidence that does not fit."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.verifier.documents import SCHOOL, entry_of, make_pdf, make_transcript
from tests.verifier.issued import (
    AUTHORITY,
    ISSUER,
    OTHER_ISSUER,
    OTHER_SCHOOL,
    ROOT,
    Office,
)
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from transcript_service.issuance.registry_calls import end_grant
from verifier.errors import MissingEvidence, SubReason
from verifier.registry_events import Role as GrantRole
from verifier.report import Status

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
    office.put_receipt("a", receipt)

    assert outcome(office.check("a")) == (OPEN, SubReason.OTHER_HISTORY)


def test_a_registry_older_than_the_receipt_is_indeterminate(office: Office) -> None:
    """A node that serves yesterday's chain is noticed by a receipt of today."""
    receipt = replace(office.receipt("a"), history_size=10_000)
    office.put_receipt("a", receipt)

    assert outcome(office.check("a")) == (OPEN, SubReason.OTHER_HISTORY)


def test_a_receipt_of_another_chain_is_indeterminate(office: Office) -> None:
    """The receipt names another registry than the policy."""
    receipt = replace(office.receipt("a"), chain_id=1)
    office.put_receipt("a", receipt)

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
    office.put_receipt("a", receipt)

    assert outcome(office.check("a")) == (OPEN, SubReason.NOT_ANCHORED)


def test_a_receipt_of_another_tree_size_is_not_anchored(office: Office) -> None:
    """A proof does not prove the size: this one holds for a tree of four leaves as well."""
    receipt = replace(office.receipt("a"), tree_size=4)
    office.put_receipt("a", receipt)

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
    office.put_receipt("a", receipt)

    assert outcome(office.check("a")) == (OPEN, SubReason.NO_RECEIPT)


@pytest.mark.parametrize("change", [-1, 1, -1000, 1000])
def test_a_receipt_with_a_false_size_never_makes_a_document_fail(
    office: Office, change: int
) -> None:
    """`document_size` is in no proof: a false one would call a good document altered."""
    receipt = office.receipt("a")
    receipt = replace(receipt, document_size=receipt.document_size + change)
    office.put_receipt("a", receipt)

    alone = office.check("a")
    with_manifest = office.check("a", manifests=office.manifests)

    assert outcome(alone) == (OPEN, SubReason.NO_RECEIPT)
    assert outcome(with_manifest) == (PASSED, None)


def test_a_manifest_of_other_bytes_than_anchored_counts_as_absent(office: Office) -> None:
    """`document_size` is in no leaf, but in the manifest's digest, which is anchored."""
    (office.transcripts / "a.receipt.json").unlink()
    (path,) = office.manifests.iterdir()
    size = office.documents["a"].entry.document_size
    path.write_bytes(path.read_bytes().replace(b"%d" % size, b"%d" % (size - 1), 1))

    report = office.check("a", manifests=office.manifests)

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert any("not the manifest that was anchored" in note for note in report.notes)


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
