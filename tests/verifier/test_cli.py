"""The verifier's command line: what it prints, and with which code it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verifier.documents import entry_of, make_pdf, make_transcript
from tests.verifier.issued import Office
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main

Run = Callable[..., int]


@pytest.fixture
def run(office: Office) -> Run:
    """Run the command line on an office's own policy."""

    def run(*arguments: object) -> int:
        given = [str(argument) for argument in arguments]
        return main(
            [*given, "--policy", str(office.policy_path), "--lang", "en"], open_rpc=open_rpc
        )

    return run


def test_a_folder_of_good_documents_ends_with_0(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each file, and a summary."""
    code = run(office.transcripts)

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line[0] for line in lines if "TOTAL" in line] == ["✓"] * 3
    assert lines[-1].startswith("3 files: 3 passed, 0 failed, 0 undecided.")


def test_json_is_one_object_per_line(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing else on stdout."""
    code = run(office.transcripts, "--json")

    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [report["verdict"] for report in reports] == ["TOTAL-PASSED"] * 3
    assert {report["format"] for report in reports} == {"hocba/report/1"}
    assert reports[0]["as_of_block"] > 0
    assert [signature["role"] for signature in reports[0]["signatures"]] == ["PRINCIPAL", "SEAL"]


def test_processes_give_the_same_answers_in_the_same_order(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--jobs 2` is only faster."""
    (office.transcripts / "b.pdf").write_bytes(b"broken")
    code_of_one = run(office.transcripts, "--json")
    of_one = capsys.readouterr().out
    code_of_two = run(office.transcripts, "--json", "--jobs", 2)

    assert capsys.readouterr().out == of_one
    assert code_of_one == code_of_two == 3


def test_one_failed_file_of_many_decides(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """FAILED before INDETERMINATE before PASSED."""
    (office.transcripts / "a.receipt.json").unlink()
    assert run(office.transcripts) == 4
    (office.transcripts / "b.pdf").write_bytes(b"broken")

    assert run(office.transcripts) == 3
    assert "1 passed, 1 failed, 1 undecided" in capsys.readouterr().out


def test_a_superseded_document_is_shown_as_genuine(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, but nothing that people read shows it like a forged one."""
    pdf = make_pdf(make_transcript(0, 2), office.signers)
    office.anchor([("a2", pdf, entry_of(pdf, 0, 2))])
    office.supersede("a", "a2")

    code = run(office.transcripts / "a.pdf")

    output = capsys.readouterr().out
    assert code == 3
    assert output.startswith("! ")
    assert "genuine, but replaced by a newer version [SUPERSEDED]" in output
    assert "✗" not in output
    assert "FAILED" not in output
    assert "1 files: 0 passed, 0 failed, 0 undecided. 1 replaced by a newer version." in output


def test_a_revoked_document_is_not_counted_as_failed(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is genuine, too; the exit code is the same."""
    office.revoke("a")

    code = run(office.transcripts)

    output = capsys.readouterr().out
    assert code == 3
    assert "genuine, but withdrawn by the school [REVOKED]" in output
    assert "3 files: 2 passed, 0 failed, 0 undecided. 1 withdrawn by the school." in output


def test_a_superseded_document_that_could_not_be_confirmed_is_not_called_genuine(
    run: Run,
    office: Office,
    other_pki_trust: Callable[[Office], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By a policy that does not trust its signers, nobody knows."""
    pdf = make_pdf(make_transcript(0, 2), office.signers)
    office.anchor([("a2", pdf, entry_of(pdf, 0, 2))])
    office.supersede("a", "a2")
    other_pki_trust(office)

    code = run(office.transcripts / "a.pdf")

    output = capsys.readouterr().out
    assert code == 3
    assert "whether this one is genuine could not be decided" in output
    assert "genuine, but" not in output
    assert "not confirmed: " in output


def test_a_chain_that_is_gone_ends_with_4(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checkpoint or not: a checkpoint without a node is no evidence."""
    assert run(office.transcripts) == 0
    assert (office.directory / "policy.state.json").exists()
    office.chain_path.rename(office.directory / "elsewhere")

    assert run(office.transcripts) == 4
    assert "REGISTRY_UNAVAILABLE" in capsys.readouterr().out


def test_offline_without_a_snapshot_ends_with_4(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """No socket is opened, and no file of a chain."""
    assert run(office.transcripts, "--offline") == 4
    assert "REGISTRY_UNAVAILABLE" in capsys.readouterr().out


def test_a_policy_for_another_chain_ends_with_4(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pins decide, not the node."""
    office.edit_policy("chain_id = 88001", "chain_id = 88002")

    assert run(office.transcripts) == 4
    assert "OTHER_CHAIN" in capsys.readouterr().out


def test_a_policy_for_another_authority_ends_with_4(
    run: Run, office: Office, other_pki_trust: Callable[[Office], None]
) -> None:
    """Whom one does not trust, one cannot call a forger."""
    other_pki_trust(office)

    assert run(office.transcripts) == 4


def test_a_digest_that_is_current_ends_with_4(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signatures were not looked at, so it never passes."""
    digest = office.documents["a"].entry.document_digest.hex()

    code = run("--digest", f"0x{digest}", "--manifests", office.manifests, "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 4
    assert (report["verdict"], report["sub_reason"], report["status"]) == (
        "INDETERMINATE",
        "SIGNATURES_NOT_CHECKED",
        "CURRENT",
    )
    assert report["anchor"]["institution"] == "VN-000-THCS-HOA-PHUONG"


def test_a_digest_that_was_revoked_ends_with_3(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The registry says so, whatever the signatures say."""
    office.revoke("a")
    digest = office.documents["a"].entry.document_digest.hex()

    code = run("--digest", digest, "--receipts", office.transcripts, "--json")

    report = json.loads(capsys.readouterr().out)
    assert code == 3
    assert (report["sub_reason"], report["status"]) == ("REVOKED", "REVOKED")


def test_an_unknown_digest_ends_with_4(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is known of it."""
    assert run("--digest", "00" * 32) == 4
    assert "NO_RECEIPT" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["nowhere.pdf"], ["--digest", "00"], ["--jobs", "-1"], ["--receipts", "nix", "a"]],
)
def test_wrong_usage_ends_with_2(
    run: Run, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With words on stderr and nothing on stdout."""
    try:
        code = run(*arguments)
    except SystemExit as error:
        code = int(str(error.code))

    captured = capsys.readouterr()
    assert code == 2
    assert captured.err
    assert not captured.out


def test_a_folder_without_pdfs_ends_with_2(run: Run, office: Office) -> None:
    """No file matched."""
    assert run(office.directory / "trust") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("trust_anchors", "trust_anchor"),
        ('"trust/root.pem"', '"trust/nowhere.pem"'),
        ('"trust/root.pem"', '"policy.toml"'),
        ('["trust/root.pem"]', "[]"),
    ],
)
def test_a_policy_that_cannot_be_used_ends_with_2(
    run: Run, office: Office, old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named."""
    office.edit_policy(old, new)

    assert run(office.transcripts) == 2
    assert "policy.toml" in capsys.readouterr().err


def test_a_file_that_cannot_be_opened_is_a_failure_of_the_tool(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """No verdict, exit code 1; the others are verified."""
    (office.transcripts / "d.pdf").mkdir()
    loop = office.transcripts / "e.pdf"
    loop.symlink_to(Path("/proc/self/mem"))

    code = run(office.transcripts / "a.pdf", loop)

    captured = capsys.readouterr()
    assert code == 1
    assert "e.pdf" in captured.err
    assert "1 could not be opened" in captured.out


def test_who_signed_is_printed_and_no_pupil(
    run: Run, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Principal and school by their certificates and the registry, when by the clocks there."""
    (office.transcripts / "b.pdf").write_bytes(b"broken")
    run(office.transcripts)

    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    (line,) = [one for one in lines[:5] if "anchored by" in one]
    assert line.startswith(
        "    anchored by Trường mẫu (VN-000-THCS-HOA-PHUONG) at 01/06/2026 15:00"
    )
    assert "    signed by the principal: Nguyễn Thị Ngọc Ánh (SANDBOX)" in lines
    assert "    sealed by the school: Trường THCS Hoa Phượng (SANDBOX)" in lines
    assert "Minh An" not in captured.out + captured.err
