"""What a run keeps beside its result is believed only if this user's own run wrote it."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.own_lines import OwnLines


def test_a_line_that_was_written_is_read_by_the_next_run() -> None:
    """Another object reads it: the secret is the user's."""
    assert OwnLines("a").read(OwnLines("a").write({"row": "Đặng"})) == {"row": "Đặng"}


def test_a_line_of_another_kind_of_file_is_none() -> None:
    """A row of a table says nothing to an audit."""
    assert OwnLines("a").read(OwnLines("b").write({"row": 1})) == {}


def test_somebody_elses_line_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who writes with another secret, or without."""
    with monkeypatch.context() as stranger:
        stranger.setenv("XDG_STATE_HOME", str(tmp_path))
        theirs = OwnLines("a").write({"row": "forged"})
        assert OwnLines("a").read(theirs) == {"row": "forged"}

    assert OwnLines("a").read(theirs) == {}
    assert OwnLines("a").read(json.dumps({"row": "forged"}).encode() + b"\n") == {}


@given(st.binary(max_size=300))
def test_any_other_bytes_are_no_line(line: bytes) -> None:
    """Nothing of them is parsed."""
    assert OwnLines("a").read(line) == {}


@given(st.data())
def test_a_changed_line_is_none(data: st.DataObject) -> None:
    """Each byte counts."""
    line = OwnLines("a").write({"row": 1})
    at = data.draw(st.integers(0, len(line) - 1))
    bit = data.draw(st.integers(0, 7))

    assert OwnLines("a").read(line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]) == {}
    assert OwnLines("a").read(line[:at]) == {}


def test_the_secret_is_the_owners_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is made once, where only the user can read it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    line = OwnLines("a").write({"row": 1})

    (secret,) = (tmp_path / "state" / "hocba").iterdir()
    assert secret.stat().st_mode & 0o077 == 0
    assert secret.parent.stat().st_mode & 0o077 == 0
    assert OwnLines("a").read(line) == {"row": 1}


@pytest.mark.parametrize("spoilt", [b"", b"short", b"x" * 33])
def test_without_a_secret_that_can_be_used_nothing_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoilt: bytes
) -> None:
    """Each run has one of its own then; none fails."""
    (tmp_path / "hocba").mkdir()
    (tmp_path / "hocba" / "journal.key").write_bytes(spoilt)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert OwnLines("a").read(OwnLines("a").write({"row": 1})) == {}


def test_without_a_home_nothing_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder that cannot be made."""
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)

    assert OwnLines("a").read(OwnLines("a").write({"row": 1})) == {}
