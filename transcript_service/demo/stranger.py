"""Act as a stranger: the command line in another process, with nothing but what one hands out."""

import shlex
import subprocess
import sys
from dataclasses import dataclass

from transcript_service.errors import ServiceError
from verifier.messages import _

_LIMIT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command of the stranger said and ended with."""

    command: str
    """As one types it."""
    exit_code: int
    expected: int
    output: str

    @property
    def as_expected(self) -> bool:
        """Tell whether the exit code is the one that was announced."""
        return self.exit_code == self.expected


def ask(*arguments: str, expected: int) -> Answer:
    """
    Run `hocba ARGUMENTS` in a process of its own.

    Raises:
        ServiceError: the command does not come to an end.
    """
    command = [sys.executable, "-m", "transcript_service", *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceError(
            _("`hocba {arguments}` has not ended after {seconds} s").format(
                arguments=" ".join(arguments), seconds=_LIMIT_S
            )
        ) from error
    return Answer(
        command=shlex.join(("hocba", *arguments)),
        exit_code=done.returncode,
        expected=expected,
        output=done.stdout + done.stderr,
    )
