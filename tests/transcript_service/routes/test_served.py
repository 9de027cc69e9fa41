"""`hocba serve` as a process on a real socket: bytes as they come, and what Schemathesis sends."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.verifier.issued import Office
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main as verify


class Served:
    """A process that serves, and its address."""

    def __init__(self, office: Office, receipts: Path, *options: str) -> None:
        command = [sys.executable, "-m", "transcript_service", "serve", "--port", "0"]
        command += ["--policy", str(office.policy_path), "--receipts", str(receipts)]
        command += ["--manifests", str(office.manifests), *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def end(self) -> tuple[int, str]:
        """Ask it to end; its exit code and what it said."""
        self.process.send_signal(signal.SIGTERM)
        _out, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture(scope="module")
def served(office_with_receipts: tuple[Office, Path]) -> Iterator[Served]:
    """
    The command without a limit on the rate.

    It logs no digest and no traceback, ends when it is told to, and leaves no process behind.
    """
    running = Served(*office_with_receipts, "--rate", "none")
    yield running
    children = Path(f"/proc/{running.process.pid}/task").glob("*/children")
    left = [int(number) for one in children for number in one.read_text().split()]
    code, said = running.end()
    assert code in (0, -signal.SIGTERM)
    assert not re.search("[0-9a-f]{64}|Traceback", said), said
    assert left
    assert all(map(_ends, left))


def ask_by_schemathesis(served: Served, folder: Path, examples: int, seed: int) -> str:
    """Let it ask what OpenAPI allows, and what it does not; return what it says."""
    program = Path(sys.executable).with_name("schemathesis")
    command = [str(program), "run", f"{served.url}/openapi.json", "--seed", str(seed)]
    command += ["--phases", "examples,coverage,fuzzing", "--mode", "all", "--no-color"]
    command += ["--max-examples", str(examples), "--continue-on-failure"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_schemathesis_finds_no_fault(served: Served, tmp_path: Path) -> None:
    """No 500; every answer is as OpenAPI tells; what is no request is refused."""
    said = ask_by_schemathesis(served, tmp_path, examples=6, seed=1)

    assert "5 selected / 5 total" in said


@pytest.mark.soak
def test_schemathesis_finds_no_fault_for_long(served: Served, tmp_path: Path) -> None:
    """The same with many more questions."""
    ask_by_schemathesis(served, tmp_path, examples=1000, seed=int.from_bytes(os.urandom(4)))


def answer_to(served: Served, sent: bytes, *, close: bool = False) -> bytes:
    """Send raw bytes; return what comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=90) as connection:
        connection.sendall(sent)
        if close:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
    return received


HEAD = b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
HEAD += b"Content-Type: application/pdf\r\n"


def test_a_body_shorter_than_its_length_harms_nobody(served: Served) -> None:
    """The connection ends; the service goes on."""
    answer_to(served, HEAD + b"Content-Length: 1000\r\n\r\nshort", close=True)

    assert requests.get(f"{served.url}/v1/health", timeout=60).json()["status"] == "ok"


def test_a_body_longer_than_its_length_is_read_to_its_length(served: Served) -> None:
    """What follows is no part of it, and no request."""
    answer = answer_to(served, HEAD + b"Content-Length: 4\r\n\r\nshort and more")

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


def test_chunks_without_end_are_cut_off(served: Served) -> None:
    """413 problem details, then the connection ends."""
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", served.port), timeout=90) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _n in range(200):
                connection.sendall(chunk)
        except OSError:
            pass  # it closed
        try:
            received = connection.recv(65_536)
        except OSError:
            received = b"closed"
    assert received.startswith(b"HTTP/1.1 413") or received in (b"", b"closed")
    assert requests.get(f"{served.url}/v1/health", timeout=60).json()["status"] == "ok"


def test_nothing_of_the_server_is_named(served: Served) -> None:
    """Neither program nor version."""
    assert "server" not in requests.get(f"{served.url}/v1/health", timeout=60).headers


def test_hocba_verify_takes_receipts_from_the_service(
    served: Served,
    office_with_receipts: tuple[Office, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--service URL` of the verifier and this route are one contract."""
    office, _receipts = office_with_receipts
    given = [str(office.transcripts / "a.pdf"), "--policy", str(office.policy_path), "--json"]

    code = verify([*given, "--service", served.url], open_rpc=open_rpc)

    assert code == 0
    assert served.url in json.loads(capsys.readouterr().out)["anchor"]["source"]


def _ends(process: int) -> bool:
    """Wait until a process that is nobody's child here has ended."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 30)[0])
    finally:
        os.close(watched)


@pytest.mark.parametrize(
    "options",
    [
        ["--receipts", "nowhere"],
        ["--rate", "often"],
        ["--host", "256.0.0.1"],
        ["--port", "70000"],
        ["--policy", "nowhere.toml"],
    ],
)
def test_wrong_options_end_with_2(
    office_with_receipts: tuple[Office, Path], options: list[str]
) -> None:
    """Before anything is served, with words."""
    from transcript_service.cli import main

    office, _receipts = office_with_receipts
    given = ["serve", "--policy", str(office.policy_path), "--port", "0", *options]
    try:
        code = main([*given, "--lang", "en"])
    except SystemExit as error:
        code = int(str(error.code))

    assert code == 2
