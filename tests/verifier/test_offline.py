"""
With `--offline` no socket is opened: in a network namespace without any network, and counted.

The namespace is what the kernel says; the count is Python's audit hook, which sees every socket
that any library opens or any name that it looks up. Pairs of local sockets between processes of
the program's own are no network.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FROZEN = Path(__file__).parents[1] / "frozen" / "1"
COUNTED = """
import atexit, socket, sys

opened = []

def hook(event, arguments):
    if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
        return
    if event.startswith(("socket.", "http.client.", "urllib.")):
        opened.append(event)

sys.addaudithook(hook)
atexit.register(lambda: print("SOCKETS", sorted(set(opened)), file=sys.stderr))
from verifier.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _namespace() -> list[str]:
    """
    Return what runs a command without network.

    A kernel that gives no namespace to a plain user leaves the count, which needs nobody.
    """
    for command in (["unshare", "-rn"], ["unshare", "-n"]):
        if (
            shutil.which(command[0])
            and subprocess.run([*command, "true"], check=False).returncode == 0
        ):
            return command
    return []


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """What an earlier release left, without its chain."""
    folder = Path(shutil.copytree(FROZEN, tmp_path / "frozen"))
    shutil.rmtree(folder / "chain")
    return folder


def run(prefix: list[str], *arguments: object) -> tuple[int, list[dict], str]:
    """Run the verifier alone; give exit code, reports and what it said of sockets."""
    done = subprocess.run(
        [*prefix, sys.executable, "-c", COUNTED, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    )
    (sockets,) = [line for line in done.stderr.splitlines() if line.startswith("SOCKETS")]
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], sockets


def test_verifying_offline_opens_no_socket(frozen: Path) -> None:
    """Every current transcript passes, with nothing but the policy's snapshot."""
    policy = frozen / "policy-snapshot.toml"

    code, reports, sockets = run(
        _namespace(), frozen / "transcripts", "--policy", policy, "--offline", "--json"
    )

    assert code == 0
    assert {report["verdict"] for report in reports} == {"TOTAL-PASSED"}
    assert sockets == "SOCKETS []"


def test_auditing_offline_opens_no_socket(frozen: Path) -> None:
    """Every batch is rebuilt and every file of the archive found."""
    folders = ("--manifests", frozen / "manifests", "--archive", frozen / "archive")
    policy = frozen / "policy-snapshot.toml"

    code, reports, sockets = run(
        _namespace(), "audit", "--policy", policy, "--offline", "--json", *folders
    )

    assert code == 0
    (report,) = reports
    assert report["batches_rebuilt"] == report["batches"] > 0
    assert report["archived_documents"] > 0
    assert sockets == "SOCKETS []"


def test_the_count_sees_a_socket(frozen: Path) -> None:
    """The same run with a node to ask opens one: so the count above means something."""
    node = ("--rpc", "http://127.0.0.1:1")

    code, reports, sockets = run([], "audit", "--policy", frozen / "policy.toml", "--json", *node)

    assert (code, reports[0]["sub_reason"]) == (4, "REGISTRY_UNAVAILABLE")
    assert "socket.connect" in sockets
