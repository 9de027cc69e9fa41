"""Wrong use of commands and library is told at once, as such, and never held against a document."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.verifier.issued import Office
from transcript_service.issuance.embedded_chain import open_rpc
from verifier import Policy, PolicyError, open_verifier, verify
from verifier.cli import main
from verifier.evidence import EvidencePool
from verifier.judging_grounds import JudgingGrounds
from verifier.verification import verify as verify_here

NAIVE = datetime(2026, 9, 1)  # noqa: DTZ001  what is refused here
FROZEN = Path(__file__).parents[1] / "frozen" / "1" / "policy-snapshot.toml"
NODE = "http://127.0.0.1:1"


def say(office: Office, *arguments: object) -> int:
    """The exit code of the command line on an office's own policy."""
    given = [*map(str, arguments), "--policy", str(office.policy_path), "--lang", "en"]
    return main(given, open_rpc=open_rpc)


def test_a_time_without_its_zone_is_refused_at_each_door(office: Office) -> None:
    """It would make each signature look malformed."""
    policy, path = office.policy, office.transcripts / "a.pdf"
    with pytest.raises(PolicyError, match="zone"):
        open_verifier(policy, now=NAIVE)
    with pytest.raises(PolicyError, match="zone"):
        verify(path, policy=policy, now=NAIVE)
    with pytest.raises(PolicyError, match="zone"):
        verify_here(
            path.read_bytes(),
            policy=policy,
            registry=office.view(),
            evidence=EvidencePool().for_file(path),
            now=NAIVE,
        )
    with pytest.raises(PolicyError, match="zone"):
        JudgingGrounds(trust=None, data=None, validation_time=NAIVE)  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["receipts", "manifests"])
def test_the_library_refuses_a_folder_that_is_not_there(option: str) -> None:
    """As the command does."""
    folder = {option: Path("/nodir")}
    with pytest.raises(PolicyError, match="/nodir"):
        open_verifier(Policy.load(FROZEN), now=datetime.now().astimezone(), offline=True, **folder)


def test_only_32_bytes_are_a_digest() -> None:
    """Nothing is said of anything else."""
    now = datetime.now().astimezone()
    with (
        open_verifier(Policy.load(FROZEN), now=now, offline=True) as opened,
        pytest.raises(PolicyError, match="32 bytes"),
    ):
        opened.look_up(b"abc")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a.pdf", "--offline", "--rpc", NODE), "--offline"),
        (("a.pdf", "--rpc", "foo"), "not the address of a node"),
        (("a.pdf", "--rpc", "ftp://foo"), "not the address of a node"),
        (("a.pdf", "--digest", "00" * 32), "not both"),
        (("audit", "--rpc", "foo"), "not the address of a node"),
        (("audit", "--rpc", "ftp://foo"), "not the address of a node"),
        (("audit", "--registry", "11" * 20, "--rpc", NODE), "not both"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_says_why(
    office: Office,
    arguments: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anybody is asked."""
    assert say(office, *arguments) == 2
    assert words in capsys.readouterr().err


def test_an_audit_without_policy_asks_addresses_only(capsys: pytest.CaptureFixture[str]) -> None:
    """`--registry` with a node that is none."""
    given = ["audit", "--registry", "11" * 20, "--rpc", "foo", "--lang", "en"]

    assert main(given, open_rpc=open_rpc) == 2
    assert "not the address of a node" in capsys.readouterr().err


def test_what_cannot_be_read_in_a_folder_counts_with_and_without_a_table(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Links are not followed, pipes not waited for; each is named, and the exit code is 1."""
    folder = office.transcripts
    (folder / "linked.pdf").symlink_to("a.pdf")
    (folder / "linked folder").symlink_to(office.manifests)
    (folder / "nowhere.pdf").symlink_to("absent")
    (folder / "notes.txt").write_text("no transcript")
    os.mkfifo(folder / "pipe.pdf")

    code = say(office, folder)
    said = capsys.readouterr()
    code_of_table = say(office, folder, "--out", tmp_path / "r.json")
    summary = capsys.readouterr().out

    assert code == code_of_table == 1
    for name in ("linked.pdf", "linked folder", "nowhere.pdf", "pipe.pdf"):
        assert f"{folder / name}: " in said.err
    assert "notes.txt" not in said.err
    assert said.out.splitlines()[-1] == summary.strip()
    assert "3 passed" in summary
    assert "4 could not be opened" in summary


def test_a_named_link_is_followed_and_a_named_pipe_is_no_missing_file(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever names a file means it."""
    linked, pipe = office.transcripts / "linked.pdf", office.directory / "pipe.pdf"
    linked.symlink_to("a.pdf")
    (office.transcripts / "linked.receipt.json").symlink_to("a.receipt.json")
    os.mkfifo(pipe)

    assert say(office, linked) == 0
    assert say(office, pipe) == 1
    assert "not a regular file" in capsys.readouterr().err
