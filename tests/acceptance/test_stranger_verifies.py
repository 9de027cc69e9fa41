"""What a stranger gets from `hocba verify` on what the demo handed out, whole and damaged."""

import shutil
import subprocess

import pytest

from verifier.pdf_signature import open_document
from verifier.policy import load_policy

PASSED, FAILED, INDETERMINATE = 0, 3, 4


def policy_of(demo):
    return ("--policy", demo / "policy.toml")


def without_receipts(demo):
    for receipt in (demo / "transcripts").glob("*.receipt.json"):
        receipt.unlink()


def edit_policy(demo, old, new):
    path = demo / "policy.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_every_current_transcript_passes(published, hocba):
    """Exit 0, and each file is TOTAL-PASSED with both signatures and a current status."""
    answer = hocba("verify", published / "transcripts", *policy_of(published))

    assert answer.code == PASSED
    assert answer.reasons() == {("TOTAL-PASSED", None)}
    assert {report["status"] for report in answer.reports} == {"CURRENT"}
    assert {len(report["signatures"]) for report in answer.reports} == {2}


def test_the_superseded_version_is_refused_as_superseded(published, hocba):
    """Exit 3 SUPERSEDED, while both signatures and the anchor are found good."""
    answer = hocba("verify", published / "superseded", *policy_of(published))

    assert (answer.code, answer.reasons()) == (FAILED, {("TOTAL-FAILED", "SUPERSEDED")})
    assert {one["indication"] for one in answer.reports[0]["signatures"]} == {"TOTAL-PASSED"}


def test_the_altered_copy_is_refused_as_altered(published, hocba):
    """A mark that was printed anew changes the digest: exit 3 ALTERED."""
    answer = hocba("verify", published / "altered", *policy_of(published))

    assert (answer.code, answer.reasons()) == (FAILED, {("TOTAL-FAILED", "ALTERED")})


def test_without_receipts_the_manifests_folder_is_enough(demo_without_publication, hocba):
    """A manifest's entry leads to the anchored root as a receipt does."""
    demo = demo_without_publication
    without_receipts(demo)

    answer = hocba(
        "verify", demo / "transcripts", *policy_of(demo), "--manifests", demo / "manifests"
    )

    assert answer.code == PASSED


def test_without_receipts_and_manifests_the_chain_is_enough(demo, hocba):
    """Manifests that were published are read from the chain."""
    without_receipts(demo)
    shutil.rmtree(demo / "manifests")

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert (answer.code, answer.reasons()) == (PASSED, {("TOTAL-PASSED", None)})


def test_without_any_evidence_the_answer_is_no_receipt(demo_without_publication, hocba):
    """Nothing published, no receipt, no manifest: nobody can say, and nobody says false."""
    demo = demo_without_publication
    without_receipts(demo)
    shutil.rmtree(demo / "manifests")

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert (answer.code, answer.reasons()) == (INDETERMINATE, {("INDETERMINATE", "NO_RECEIPT")})


@pytest.mark.parametrize("with_checkpoint", [True, False])
def test_without_the_chain_the_answer_is_registry_unavailable(demo, hocba, with_checkpoint):
    """A checkpoint without a node to confirm it is no evidence."""
    hocba("verify", demo / "transcripts", *policy_of(demo))
    checkpoint = load_policy(demo / "policy.toml").checkpoint_path
    assert checkpoint.exists()
    if not with_checkpoint:
        checkpoint.unlink()
    (demo / "chain").rename(demo / "elsewhere")

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert answer.code == INDETERMINATE
    assert answer.reasons() == {("INDETERMINATE", "REGISTRY_UNAVAILABLE")}


def test_with_another_pupils_receipt_the_answer_is_wrong_receipt(demo_without_publication, hocba):
    """A receipt that speaks of another document is skipped and named, never held against it."""
    demo = demo_without_publication
    first, second = sorted((demo / "transcripts").glob("*.pdf"))[:2]
    shutil.copy(second.with_suffix(".receipt.json"), first.with_suffix(".receipt.json"))

    answer = hocba("verify", first, *policy_of(demo))

    assert (answer.code, answer.reasons()) == (INDETERMINATE, {("INDETERMINATE", "WRONG_RECEIPT")})


def test_a_policy_for_another_chain_is_indeterminate(demo, hocba):
    """The node serves another chain than the policy pins."""
    edit_policy(demo, "chain_id = 88001", "chain_id = 88002")

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert (answer.code, answer.reasons()) == (INDETERMINATE, {("INDETERMINATE", "OTHER_CHAIN")})


def test_a_policy_for_another_registry_is_indeterminate(demo, published, unpublished, hocba):
    """The same network, but the pinned contract is not there."""
    other = load_policy(unpublished / "policy.toml").registry.address.hex()
    edit_policy(demo, load_policy(published / "policy.toml").registry.address.hex(), other)

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert (answer.code, answer.reasons()) == (INDETERMINATE, {("INDETERMINATE", "OTHER_CHAIN")})


def test_a_policy_for_another_ca_is_indeterminate(demo, unpublished, hocba):
    """Certificates of an authority that this policy does not know are not called forged."""
    shutil.rmtree(demo / "trust")
    shutil.copytree(unpublished / "trust", demo / "trust")

    answer = hocba("verify", demo / "transcripts", *policy_of(demo))

    assert answer.code == INDETERMINATE
    assert answer.reasons() == {("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")}


@pytest.mark.judge
def test_poppler_calls_both_signatures_of_every_file_valid(published):
    """`pdfsig` is nobody's here: it must find two valid signatures in each file."""
    for pdf in sorted((published / "archive").glob("*.pdf")):
        said = subprocess.run(
            ["pdfsig", str(pdf)], capture_output=True, text=True, check=False
        ).stdout
        assert said.count("Signature is Valid.") == 2, said
        assert said.count("Signature Validation:") == 2, said


@pytest.mark.judge
def test_qpdf_finds_nothing_wrong_with_any_file(published):
    """`qpdf --check` exits with 0, which means without errors and without warnings."""
    for pdf in sorted((published / "archive").glob("*.pdf")):
        done = subprocess.run(["qpdf", "--check", str(pdf)], capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.judge
def test_qpdf_takes_the_marks_out_as_data(published):
    """As the README says: what it prints is the transcript that was verified."""
    for pdf in sorted((published / "transcripts").glob("*.pdf")):
        (verified,) = open_document(pdf.read_bytes()).transcripts
        done = subprocess.run(
            ["qpdf", "--show-attachment=transcript.json", str(pdf)], capture_output=True, check=True
        )
        assert done.stdout == verified
