"""Documents of every released format stay verifiable (ADR 0011)."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from transcript_service.cli import main

FROZEN = sorted(path for path in Path(__file__).with_name("frozen").iterdir() if path.is_dir())
EXPECTED = {
    "transcripts": (0, {("TOTAL-PASSED", None)}),
    "superseded": (3, {("TOTAL-FAILED", "SUPERSEDED")}),
    "altered": (3, {("TOTAL-FAILED", "ALTERED")}),
}


@pytest.fixture(params=FROZEN, ids=lambda path: path.name)
def frozen(request, tmp_path):
    return Path(shutil.copytree(request.param, tmp_path / "frozen"))


@pytest.mark.parametrize("policy", ["policy.toml", "policy-snapshot.toml"])
@pytest.mark.parametrize("folder", EXPECTED)
def test_a_frozen_document_gets_the_verdict_it_always_got(frozen, folder, policy, capsys):
    """From the chain as it was kept, and from the snapshot alone."""
    code = main(["verify", str(frozen / folder), "--policy", str(frozen / policy), "--json"])

    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {(report["verdict"], report["sub_reason"]) for report in reports}
    assert (code, found) == EXPECTED[folder]


def test_a_snapshot_needs_neither_chain_nor_socket(frozen, monkeypatch):
    """Offline, and with the chain's file gone, the verdict is the same."""
    shutil.rmtree(frozen / "chain")

    real = socket.socket

    def refuse(family=socket.AF_INET, *rest, **named):
        if family == socket.AF_UNIX:  # the pipe to the process that reads the files
            return real(family, *rest, **named)
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    policy = str(frozen / "policy-snapshot.toml")
    assert main(["verify", str(frozen / "transcripts"), "--policy", policy, "--offline"]) == 0


def test_a_frozen_chain_is_replayed_cleanly(frozen):
    """The audit opens the old chain's file and finds every document of the archive anchored."""
    options = ["--manifests", str(frozen / "manifests"), "--archive", str(frozen / "archive")]

    assert main(["audit", "--policy", str(frozen / "policy.toml"), *options]) == 0


def test_judged_at_a_time_before_it_was_signed_nothing_passes(frozen, capsys):
    """An anchor proves existence only before the time of judgement (ADR 0014)."""
    policy = frozen / "policy-snapshot.toml"
    text = policy.read_text()
    moment = next(line for line in text.splitlines() if line.startswith("validation_time"))
    policy.write_text(text.replace(moment, 'validation_time = "2020-01-30T00:00:00Z"'))

    code = main(["verify", str(frozen / "transcripts"), "--policy", str(policy), "--json"])

    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (code, {report["verdict"] for report in reports}) == (4, {"INDETERMINATE"})
