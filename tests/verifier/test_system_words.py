"""What the system says, in the language of the command."""

import errno
import os
from pathlib import Path

import pytest

from verifier.cli import main
from verifier.messages import use_language
from verifier.system_words import why


def test_common_troubles_of_the_system_are_told_in_vietnamese() -> None:
    """All others in the system's own words, or by their kind."""
    for number in (errno.ENOENT, errno.EACCES, errno.EADDRINUSE, errno.ENOSPC):
        trouble = OSError(number, os.strerror(number))
        use_language("en")
        assert why(trouble) == os.strerror(number)
        use_language("vi")
        assert why(trouble) not in ("", os.strerror(number))
    assert why(OSError(errno.EINVAL, "not a regular file")) == "not a regular file"
    assert why(ConnectionError()) == "ConnectionError"


def test_a_policy_that_is_not_there_is_told_in_vietnamese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, too."""
    command = ["a.pdf", "--policy", str(tmp_path / "none.toml"), "--lang", "vi"]
    assert main(command) == 2
    assert "No such file" not in capsys.readouterr().err
