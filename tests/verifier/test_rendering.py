"""Check 14: what is seen is what the data say, when a renderer is handed in (ADR 0027)."""

import json
import shutil
from pathlib import Path

import pytest

from tests.verifier.documents import entry_of, make_pdf, make_transcript
from tests.verifier.issued import NOW, Office
from tests.verifier.outcomes import FAILED, PASSED, outcome
from transcript_service.cli import main
from transcript_service.documents import render as rendering
from transcript_service.documents.reproduce import renderer
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.advice import headline
from verifier.canonical import canonical_json
from verifier.checks import Renderer
from verifier.cli import main as verifier_main
from verifier.errors import InvalidEvidence, RendererMissing, SubReason
from verifier.evidence import EvidencePool
from verifier.report import Check, Report
from verifier.verification import verify


def check(office: Office, name: str, renderer: Renderer) -> Report:
    """Verify with a renderer at hand."""
    view = office.view()
    path = office.transcripts / f"{name}.pdf"
    return verify(
        path.read_bytes(),
        policy=office.policy,
        registry=view,
        evidence=EvidencePool(state=view.state).for_file(path),
        now=NOW,
        renderer=renderer,
    )


def said(report: Report) -> tuple[object, str]:
    """Return what check 14 found."""
    (found,) = (one for one in report.checks if one.number is Check.RENDERING)
    return found.verdict, found.message


def test_the_pages_of_an_issued_document_are_rendered_again(issued: Office) -> None:
    """Byte for byte."""
    report = check(issued, "a", renderer)

    assert outcome(report) == (PASSED, None)
    assert said(report)[0] is PASSED


def other_marks(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the school's template print better marks, and name the released one in the data."""
    shutil.copytree(rendering._TEMPLATES_DIRECTORY, directory / "templates")
    path = directory / "templates" / "thcs-year-1" / "document.typ"
    text = path.read_text(encoding="utf-8")
    honest = "let transcript = json(data)"
    assert honest in text
    better = 'let transcript = json(bytes(str(data).replace("\\"4.8\\"", "\\"8.4\\"")))'
    path.write_text(text.replace(honest, better), encoding="utf-8")
    monkeypatch.setattr(
        rendering,
        "root_of",
        lambda template: (directory / "templates" / "thcs-year-1", "document.typ"),
    )


def test_a_page_that_shows_other_marks_than_the_data_is_refused(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed by both, anchored, current; only rendering again tells. Nobody calls it forged."""
    with monkeypatch.context() as schools:
        other_marks(tmp_path, schools)
        pdf = make_pdf(make_transcript(8), office.signers)
    office.anchor([("d", pdf, entry_of(pdf, 8))])

    unseen = office.check("d")
    report = check(office, "d", renderer)

    assert outcome(unseen) == (PASSED, None)
    assert outcome(report) == (FAILED, SubReason.NOT_REPRODUCED)
    assert "contradict" in headline(report)


@pytest.mark.parametrize("problem", ["another renderer", "a document that is refused anyway"])
def test_what_cannot_or_need_not_be_rendered_is_noted_and_no_verdict(
    office: Office, problem: str
) -> None:
    """Neither without the renderer that the data name, nor for data nobody vouches for."""

    def absent(first_revision: bytes, transcript: bytes) -> None:
        if problem != "another renderer":
            raise AssertionError("hostile data reached the renderer")
        raise RendererMissing("it names typst 9.9")

    if problem != "another renderer":
        office.revoke("a")
    report = check(office, "a", absent)

    expected = "typst 9.9" if problem == "another renderer" else "does not pass the other checks"
    verdict, message = said(report)
    assert verdict is None
    assert message.startswith("not made: ")
    assert expected in message


def test_the_renderer_of_the_service_speaks_the_verifiers_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another release is no verdict; data that cannot give any page contradict every page."""
    transcript = json.loads(make_transcript(1))
    transcript["rendering"]["typst_version"] = "0.0.1"
    with pytest.raises(RendererMissing, match=r"0\.0\.1"):
        renderer(b"", canonical_json(transcript))
    with pytest.raises(InvalidEvidence, match="differ from byte 0") as refused:
        renderer(b"", make_transcript(1))

    assert refused.value.sub_reason is SubReason.NOT_REPRODUCED


def test_hocba_verify_hands_its_renderer_in_when_it_is_asked_to(
    issued: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--reproduce`; `hocba-verify` has no renderer and no such option."""
    given = [str(issued.transcripts / "a.pdf"), "--policy", str(issued.policy_path), "--json"]
    code = main(["verify", *given, "--reproduce"])
    report = json.loads(capsys.readouterr().out)
    with pytest.raises(SystemExit):
        verifier_main([*given, "--reproduce"], open_rpc=open_rpc)

    assert code == 0
    assert report["checks"][-1]["verdict"] == "TOTAL-PASSED"
