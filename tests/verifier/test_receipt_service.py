"""The last source of evidence: a service that is asked for receipts, only when it is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verifier.documents import SIGNED_AT
from tests.verifier.extending import add_time_stamp
from tests.verifier.issued import NOW, Office
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from tests.verifier.services import Answer, Service
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main
from verifier.errors import PolicyError, SubReason
from verifier.evidence import EvidencePool
from verifier.fields import to_hex
from verifier.receipt import receipt_to_json
from verifier.receipt_service import ReceiptService
from verifier.report import Report
from verifier.verification import verify


@pytest.fixture
def bare_office(office: Office) -> Office:
    """No receipt lies beside the documents any more."""
    for path in office.transcripts.glob("*.receipt.json"):
        path.rename(office.directory / path.name)
    return office


def schools_answers(office: Office) -> Callable[[str], Answer]:
    """Answer as `hocba serve` does: the receipt's bytes as they left the school, or 404."""
    known = {
        f"/v1/receipts/{to_hex(issued.entry.document_digest)}": (
            office.directory / f"{name}.receipt.json"
        ).read_bytes()
        for name, issued in office.documents.items()
    }

    def answer(path: str) -> Answer:
        if path in known:
            return 200, known[path]
        return 404, b'{"type": "about:blank", "status": 404}'

    return answer


def ask(
    office: Office, service: ReceiptService, name: str = "a", pdf: bytes | None = None
) -> Report:
    """Verify with a service for receipts and no other evidence."""
    view = office.view()
    pool = EvidencePool(published=view.manifests, state=view.state, service=service)
    path = office.transcripts / f"{name}.pdf"
    return verify(
        path.read_bytes() if pdf is None else pdf,
        policy=office.policy,
        registry=view,
        evidence=pool.for_file(path),
        now=NOW,
    )


def test_a_document_passes_by_the_receipt_of_a_service(bare_office: Office) -> None:
    """One question is enough: the digest of the file."""
    with Service(schools_answers(bare_office)).running() as service:
        report = ask(bare_office, ReceiptService(service.url))

    digest = to_hex(bare_office.documents["a"].entry.document_digest)
    assert outcome(report) == (PASSED, None)
    assert report.anchor is not None
    assert report.anchor.source == f"service {service.url}"
    assert service.asked == [f"/v1/receipts/{digest}"]


def test_a_document_that_was_time_stamped_since_is_found_by_what_was_anchored(
    bare_office: Office,
) -> None:
    """The file's own digest is not the anchored one any more."""
    pdf = add_time_stamp(bare_office.documents["a"].pdf, SIGNED_AT)
    with Service(schools_answers(bare_office)).running() as service:
        report = ask(bare_office, ReceiptService(service.url), pdf=pdf)

    assert outcome(report) == (PASSED, None)
    assert report.document_digest == bare_office.documents["a"].entry.document_digest


def test_a_service_is_not_asked_while_other_evidence_holds(office: Office) -> None:
    """It would learn what is checked, for nothing."""
    with Service(lambda path: (404, b"")).running() as service:
        report = ask(office, ReceiptService(service.url))

    assert outcome(report) == (PASSED, None)
    assert service.asked == []


def test_a_service_without_the_receipt_leaves_the_document_undecided(bare_office: Office) -> None:
    """What is missing is named."""
    with Service(lambda path: (404, b"<html>")).running() as service:
        report = ask(bare_office, ReceiptService(service.url))

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert any("no other receipt" in note for note in report.notes)


def test_a_service_out_of_reach_is_not_said_to_have_no_receipt(bare_office: Office) -> None:
    """Only what happened: nobody knows what it has."""
    report = ask(bare_office, ReceiptService("http://127.0.0.1:1"))

    notes = [note for note in report.notes if "127.0.0.1:1" in note]
    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)
    assert notes
    assert not any("no other receipt" in note for note in notes)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>welcome</html>"),
        (200, b""),
        (200, b"{" * 70_000),
        (200, b"[" * 60_000),
        (302, b"http://127.0.0.1:1/"),
        (429, b"slowly"),
        (500, b"{}"),
    ],
    ids=["page", "empty", "long", "deep", "redirect", "429", "500"],
)
def test_a_service_that_answers_nonsense_is_as_good_as_none(answer: Answer) -> None:
    """It is named, and there is no receipt."""
    problems: list[str] = []
    with Service(lambda path: answer).running() as service:
        receipt = ReceiptService(service.url).receipt(bytes(32), problems)

    assert receipt is None
    assert service.asked == [f"/v1/receipts/{to_hex(bytes(32))}"]
    assert [service.url in problem for problem in problems] == [True]


def test_a_false_receipt_of_a_service_counts_as_absent(bare_office: Office) -> None:
    """Its proof leads elsewhere."""
    known = json.loads((bare_office.directory / "a.receipt.json").read_bytes())
    known["root"] = to_hex(bytes(32))
    false = json.dumps(known).encode()
    with Service(lambda path: (200, false)).running() as service:
        report = ask(bare_office, ReceiptService(service.url))

    assert outcome(report) == (OPEN, SubReason.NO_RECEIPT)


def test_a_receipt_for_other_bytes_from_a_service_makes_a_document_altered(
    bare_office: Office,
) -> None:
    """It is anchored for this series and version: evidence like any other."""
    known = (bare_office.directory / "a.receipt.json").read_bytes()
    pdf = bytearray(bare_office.documents["a"].pdf)
    pdf[pdf.index(b"/MediaBox") + len(b"/MediaBox [0 0 5")] ^= 1
    with Service(lambda path: (200, known)).running() as service:
        report = ask(bare_office, ReceiptService(service.url), pdf=bytes(pdf))

    assert outcome(report) == (FAILED, SubReason.ALTERED)


def test_a_service_that_drips_is_given_up() -> None:
    """One limit for the whole answer, however many bytes come in between."""
    problems: list[str] = []
    with Service(lambda path: (200, b"{" * 1000), drip_s=0.05).running() as service:
        receipt = ReceiptService(service.url, timeout_s=0.2).receipt(bytes(32), problems)

    assert receipt is None
    assert problems == [f"service {service.url}: no whole answer within 0.2 s"]


def test_a_service_that_fails_again_and_again_is_not_asked_again() -> None:
    """Ten thousand files do not wait for it ten thousand times."""
    problems: list[str] = []
    with Service(lambda path: (503, b"")).running() as service:
        asked = ReceiptService(service.url)
        for number in range(5):
            asked.receipt(bytes([number]) * 32, problems)

    assert len(service.asked) == 3
    assert [problem.endswith("not asked again") for problem in problems] == [False] * 3 + [True] * 2


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "http://", "http://a/?key=1"])
def test_an_address_that_cannot_be_asked_is_wrong_usage(url: str) -> None:
    """Told before anything is verified."""
    with pytest.raises(PolicyError, match="not the address of a service"):
        ReceiptService(url)


def test_a_receipt_of_another_registry_from_a_service_is_named(bare_office: Office) -> None:
    """OTHER_CHAIN, as from any other source."""
    receipt = replace(bare_office.receipt("../a"), chain_id=1)
    with Service(lambda path: (200, receipt_to_json(receipt))).running() as service:
        report = ask(bare_office, ReceiptService(service.url))

    assert outcome(report) == (OPEN, SubReason.OTHER_CHAIN)


def test_the_command_line_asks_a_service_for_files_and_for_digests(
    bare_office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`--service URL`; not together with `--offline`."""
    digest = bare_office.documents["a"].entry.document_digest.hex()
    common = ["--policy", str(bare_office.policy_path), "--json", "--lang", "en"]
    with Service(schools_answers(bare_office)).running() as service:
        named = [*common, "--service", service.url]
        code = main([str(bare_office.transcripts / "a.pdf"), *named], open_rpc=open_rpc)
        report = json.loads(capsys.readouterr().out)
        of_digest = main(["--digest", digest, *named], open_rpc=open_rpc)
        lookup = json.loads(capsys.readouterr().out)
        refused = main(["a.pdf", *named, "--offline"], open_rpc=open_rpc)

    assert (code, report["verdict"]) == (0, "TOTAL-PASSED")
    assert (of_digest, lookup["sub_reason"]) == (4, "SIGNATURES_NOT_CHECKED")
    assert refused == 2
