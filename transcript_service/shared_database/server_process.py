"""Start the reference server as another process, and end it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transcript_service.errors import UpstreamError
from verifier.messages import _

_END_TIMEOUT_S = 10


@contextmanager
def running_server(database: Path, *options: str) -> Iterator[str]:
    """
    Yield the base address of a reference server that serves *database* in another process.

    It listens at a free port of the loopback and ends with this block, also when this process
    is killed, because then its standard input closes.

    Raises:
        UpstreamError: it did not start; its own diagnosis went to standard error.
    """
    module = "transcript_service.shared_database.server"
    command = [sys.executable, "-m", module, "--database", str(database), "--until-stdin-closes"]
    with subprocess.Popen(
        [*command, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,  # Ctrl-C is for this process, which then ends that one
    ) as process:
        try:
            yield _read_address(process)
        finally:
            _end(process)


def _read_address(process: "subprocess.Popen[str]") -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith("http"):
        raise UpstreamError(_("the shared database's server did not start; see the lines above"))
    return line.strip()


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
