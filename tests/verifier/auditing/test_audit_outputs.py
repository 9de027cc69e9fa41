"""What `audit` writes and says: reports, snapshots, ledgers, and sentences that must be true."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.verifier.auditing.comparing import found
from tests.verifier.registry.world import World
from transcript_service.audit_report import audit_page
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.arguments import Parser
from verifier.audit_cli import run_audit
from verifier.cli import add_audit_arguments, main


def test_reports_are_written_as_their_names_say(world: World, tmp_path: Path, capsys) -> None:
    """JSON like stdout's, and a page."""
    parser = Parser()
    add_audit_arguments(parser)
    json_path, html_path = tmp_path / "report.json", tmp_path / "report.HTML"
    base = ["--policy", str(world.policy_path), "--manifests", str(world.manifests), "--json"]
    reports = ["--report", str(json_path), "--report", str(html_path)]

    code = run_audit(parser.parse_args([*base, *reports]), open_rpc, page=audit_page)

    assert code == 0
    assert json_path.read_text() == capsys.readouterr().out
    assert "VN-000-THCS-HOA-PHUONG" in html_path.read_text()


@pytest.mark.parametrize("option", ["--report", "--snapshot"])
@pytest.mark.parametrize("place", ["nowhere/out.json", "file/out.json", "folder.json"])
def test_what_cannot_be_written_is_refused_before_anything_is_read(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, place: str
) -> None:
    """No such folder, a file for a folder, a folder for a file: known at once, not after hours."""
    (tmp_path / "file").touch()
    (tmp_path / "folder.json").mkdir()
    base = ["audit", "--policy", str(world.policy_path), "--rpc", "http://127.0.0.1:1"]

    code = main([*base, "--lang", "en", option, str(tmp_path / place)], open_rpc=open_rpc)

    assert code == 2
    assert str((tmp_path / place).name) in capsys.readouterr().err


def test_a_policy_named_as_a_ledger_stays(say, world: World, capsys) -> None:
    """Said before anything is read, with exit code 2."""
    before = world.policy_path.read_bytes()

    assert say("--resume", world.policy_path) == (2, None)
    assert world.policy_path.read_bytes() == before


def test_a_ledger_and_a_report_are_two_files(say, world: World) -> None:
    """The one is removed at the end, with the other in it."""
    path = world.directory / "both.json"

    assert say("--resume", path, "--report", path) == (2, None)


def test_reports_are_written_when_the_registry_cannot_be_read(
    world: World, tmp_path: Path, capsys
) -> None:
    """As stdout has it, and as a page."""
    parser = Parser()
    add_audit_arguments(parser)
    json_path, html_path = tmp_path / "report.json", tmp_path / "report.html"
    base = ["--policy", str(world.policy_path), "--rpc", "http://127.0.0.1:1", "--json"]
    reports = ["--report", str(json_path), "--report", str(html_path)]

    code = run_audit(parser.parse_args([*base, *reports]), open_rpc, page=audit_page)

    assert code == 4
    assert json_path.read_text() == capsys.readouterr().out
    assert json.loads(json_path.read_text())["sub_reason"] == "REGISTRY_UNAVAILABLE"
    assert "REGISTRY_UNAVAILABLE" in html_path.read_text()


def test_a_block_after_the_deployment_is_guessed_at(say, world: World) -> None:
    """The history that begins too late does not fit: the option is named."""
    chain = f"embedded:{world.directory / 'chain.sqlite3'}"
    late = world.deployment.block_number + 2

    code, report = say(
        "--rpc", chain, "--registry", world.deployment.address.hex(),
        "--deployment-block", late, policy=False,
    )  # fmt: skip

    assert (code, report["sub_reason"]) == (4, "OTHER_HISTORY")
    assert "--deployment-block" in report["message"]


def test_a_node_named_twice_is_laid_to_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    """No file that is not there is named."""
    nodes = ["--rpc", "http://127.0.0.1:1", "--rpc", "http://127.0.0.1:1/"]
    code = main(["audit", "--registry", "11" * 20, *nodes, "--lang", "en"], open_rpc=open_rpc)

    error = capsys.readouterr().err
    assert code == 2
    assert "--rpc" in error
    assert "audit.toml" not in error


def test_offline_a_manifest_that_may_be_on_chain_is_not_denied(say, world: World) -> None:
    """Nobody asked the chain: the sentence says so, and what to do."""
    path = world.directory / "snapshot.json"
    assert say("--snapshot", path)[0] == 0
    pin = f'snapshot = "{path.name}"\nsnapshot_digest = "0x{sha256(path.read_bytes()).hexdigest()}"'
    world.edit_policy("[registry]\n", f"[registry]\n{pin}\n")

    code, report = say("--offline", manifests=False)

    assert code == 4
    assert found(report) == ["MANIFEST_WITHHELD"] * 3
    for finding in report["findings"]:
        assert "on chain; ask a node" in finding["message"]
