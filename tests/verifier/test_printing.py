"""What people read: nothing but text, whatever strangers put into names; advice for everything."""

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.issued import Office
from tests.verifier.test_report import make_report
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.advice import what_to_do
from verifier.audit_findings import AuditCode, AuditReport, audit_to_json, audit_to_text, note
from verifier.audit_summary import Summary
from verifier.cli import main
from verifier.errors import SubReason
from verifier.messages import use_language
from verifier.plain_text import plain, plain_json
from verifier.printing import report_lines
from verifier.registry_file import Block
from verifier.report import Check, Finding, Verdict, report_to_json
from verifier.signature_finding import Indication, Role, SignatureFinding

HOSTILE = "x\x1b[2K\x1b[1A\r✓ x.pdf: genuine\n\u202egnp\u2066\x9b8m\u2028\ud800\U000e0041.pdf"
UNPRINTABLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def is_plain(text: str) -> bool:
    return not any(unicodedata.category(character) in UNPRINTABLE for character in text)


@given(st.text(st.characters()) | st.just(HOSTILE))
def test_whatever_cannot_be_printed_is_spelled_out(text: str) -> None:
    """And nothing else is changed."""
    assert is_plain(plain(text))
    assert plain("Trường THCS Hoa Phượng ✓ →") == "Trường THCS Hoa Phượng ✓ →"
    assert plain("a\x1b\u202e\n") == "a\\x1b\\u202e\\n"


@given(st.text(st.characters()) | st.just(HOSTILE))
def test_escaped_json_says_the_same(text: str) -> None:
    """Escapes are part of JSON; a surrogate without its half stays one."""
    escaped = plain_json(json.dumps([text], ensure_ascii=False))

    assert is_plain(escaped)
    assert json.loads(escaped) == [text]


def test_a_report_of_hostile_names_is_text() -> None:
    """File names, names in certificates and notes; a lone surrogate can be printed, too."""
    signature = SignatureFinding(
        role=Role.SEAL,
        field_name="",
        revision=1,
        indication=Indication.INDETERMINATE,
        sub_indication=SubReason.NO_CERTIFICATE_CHAIN_FOUND,
        message=HOSTILE,
        signer=HOSTILE,
        signer_name=HOSTILE,
    )
    report = replace(make_report(), file=HOSTILE, signatures=(signature,), notes=(HOSTILE,))

    lines = list(report_lines(report))

    assert all(is_plain(line) for line in lines)
    assert [line[0] for line in lines if not line.startswith(" ")] == ["?"]
    assert is_plain(report_to_json(report))
    assert json.loads(report_to_json(report))["file"] == HOSTILE
    assert "".join(lines).encode()


def test_people_are_told_what_to_do_about_everything_that_was_found() -> None:
    """First about what decided, then about the rest; nothing twice."""
    reasons = (
        SubReason.NO_CERTIFICATE_CHAIN_FOUND,
        SubReason.NO_CERTIFICATE_CHAIN_FOUND,
        SubReason.NO_RECEIPT,
    )
    found = tuple(
        Finding(number=Check(number), verdict=Verdict.INDETERMINATE, sub_reason=reason, message="")
        for number, reason in zip((7, 8, 4), reasons, strict=True)
    )
    report = replace(make_report(), sub_reason=SubReason.NO_RECEIPT, checks=found)

    advised = [line.strip() for line in report_lines(report) if "→" in line]

    wanted = (SubReason.NO_RECEIPT, SubReason.NO_CERTIFICATE_CHAIN_FOUND)
    assert advised == [f"→ {what_to_do(reason)}" for reason in wanted]


def test_an_audit_of_hostile_names_is_text() -> None:
    """Messages of findings carry file names, and what formats say of unknown fields."""
    report = AuditReport(
        findings=(note(AuditCode.SKIPPED, HOSTILE, file=HOSTILE),),
        summary=Summary(
            chain_id=1,
            registry=bytes(20),
            root_institution="ROOT",
            block=Block(number=1, digest=bytes(32), time=1),
            source=HOSTILE,
            months=(),
            institutions=(),
            registered=0,
        ),
        history_size=1,
        history_head=bytes(32),
        batches=0,
        batches_rebuilt=0,
        entries=0,
        archived_documents=None,
        database_rows=None,
    )

    assert all(is_plain(line) for line in audit_to_text(report).split("\n"))
    assert len(audit_to_text(report).split("\n")) == 4
    assert is_plain(audit_to_json(report))


@pytest.fixture
def attacked(office: Office) -> Path:
    """A document whose receipt has a field, and whose file has a name, with control characters."""
    described = json.loads((office.transcripts / "a.receipt.json").read_bytes())
    described["x\x1b[2K\x1b[1A✓ a.pdf: genuine"] = 1
    (office.transcripts / "a.receipt.json").write_text(json.dumps(described))
    name = "b\n✓ y.pdf: genuine, unchanged and current [TOTAL-PASSED]\x1b[8m.pdf"
    (office.transcripts / name).write_bytes(b"broken")
    return office.transcripts


def test_no_name_writes_a_verdict_of_its_own(
    office: Office, attacked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line prints one mark a file, in the first column."""
    base = ["--policy", str(office.policy_path), "--lang", "en"]

    assert main([str(attacked), *base], open_rpc=open_rpc) == 3
    lines = capsys.readouterr().out.split("\n")
    assert main([str(attacked / "no\x1b[2Kwhere"), *base], open_rpc=open_rpc) == 2
    complaint = capsys.readouterr().err

    assert [line[0] for line in lines if line and line[0] not in " 4"] == ["?", "✗", "✓", "✓"]
    assert all(is_plain(line) for line in lines)
    assert "\\x1b" in complaint
    assert is_plain(complaint.rstrip("\n"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("sub_reason", list(SubReason))
def test_each_sub_reason_has_advice(sub_reason: SubReason, language: str) -> None:
    """What to do next, whatever was found."""
    use_language(language)
    try:
        assert what_to_do(sub_reason).endswith(".")
    finally:
        use_language("vi")


@pytest.mark.parametrize(
    ("sub_reason", "fitting", "unfitting"),
    [
        (SubReason.SIG_CONSTRAINTS_FAILURE, "policy", "revocation lists"),
        (SubReason.OUT_OF_BOUNDS_NO_POE, "older", "revocation lists"),
        (SubReason.REGISTRY_UNAVAILABLE, "snapshot", "revocation lists"),
        (SubReason.TRY_LATER, "revocation lists", "Do not accept"),
        (SubReason.NOT_YET_VALID, "times", "Do not accept"),
    ],
)
def test_advice_fits(sub_reason: SubReason, fitting: str, unfitting: str) -> None:
    """Revocation lists help only where they are what is missing."""
    use_language("en")
    try:
        assert fitting in what_to_do(sub_reason)
        assert unfitting not in what_to_do(sub_reason)
    finally:
        use_language("vi")
