"""What a run keeps beside its result is believed only if this user's own run wrote it there."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.written_lines import read_lines, write_lines
from verifier.own_lines import OwnLines

HEAD = {"policy": "P"}
ROW = {"row": "Đặng"}


def said(kind: str, data: bytes) -> list[dict[str, Any]]:
    """Return what the lines of a file say, without the number that is the file's own."""
    head, *others = read_lines(kind, data)
    return [{key: value for key, value in head.items() if key != "run"}, *others]


def test_a_line_that_was_written_is_read_by_the_next_run() -> None:
    """Another object reads it: the secret is the user's."""
    assert said("a", write_lines("a", [HEAD, ROW])) == [HEAD, ROW]


def test_a_line_of_another_kind_of_file_is_none() -> None:
    """A row of a table says nothing to an audit."""
    assert said("a", write_lines("b", [HEAD, ROW])) == [{}, {}]


def test_without_a_head_no_line_counts() -> None:
    """Nor under one that is not believed: an unknown key is none that can be guessed."""
    head, row = write_lines("a", [HEAD, ROW]).splitlines(keepends=True)
    own = OwnLines("a")

    assert own.read(row, len(head)) == {}
    assert own.go_on(head[:-1]) == {}
    assert own.read(row, len(head)) == {}


def test_a_line_of_another_file_is_none() -> None:
    """Both heads say the same, of one user's runs, and the line stands at the same place."""
    ours, theirs = (write_lines("a", [HEAD, ROW]).splitlines(keepends=True) for _ in "12")

    assert said("a", ours[0] + theirs[1]) == [HEAD, {}]


def test_a_head_is_no_line_and_a_line_no_head() -> None:
    """Each has a key of its own."""
    head, row = write_lines("a", [HEAD, ROW]).splitlines(keepends=True)

    assert said("a", head + head) == [HEAD, {}]
    assert said("a", row) == [{}]
    assert OwnLines("a").go_on(OwnLines("a").write(ROW, 0)) == {}


def test_somebody_elses_line_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who writes with another secret, or without."""
    with monkeypatch.context() as stranger:
        stranger.setenv("XDG_STATE_HOME", str(tmp_path))
        theirs = write_lines("a", [HEAD, ROW])
        assert said("a", theirs) == [HEAD, ROW]

    assert said("a", theirs) == [{}, {}]
    own = OwnLines("a")
    head = own.begin(HEAD)
    assert own.read(json.dumps(ROW).encode() + b"\n", len(head)) == {}


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_other_bytes_are_no_line(line: bytes, place: int) -> None:
    """Nothing of them is parsed."""
    own = OwnLines("a")
    assert own.go_on(line) == {}
    own.begin(HEAD)
    assert own.read(line, place) == {}


@given(st.data())
def test_a_changed_line_is_none(data: st.DataObject) -> None:
    """Each byte counts, and so does the place."""
    own = OwnLines("a")
    head = own.begin(HEAD)
    line = own.write(ROW, len(head))
    at = data.draw(st.integers(0, len(line) - 1))
    bit = data.draw(st.integers(0, 7))
    place = data.draw(st.integers(0, 1000).filter(lambda one: one != len(head)))
    changed = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]

    assert own.read(line, len(head)) == ROW
    assert own.read(changed, len(head)) == {}
    assert own.read(line[:at], len(head)) == {}
    assert own.read(line, place) == {}


def test_the_secret_is_the_owners_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is made once, where only the user can read it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    data = write_lines("a", [HEAD, ROW])

    (secret,) = (tmp_path / "state" / "hocba").iterdir()
    assert secret.stat().st_mode & 0o077 == 0
    assert secret.parent.stat().st_mode & 0o077 == 0
    assert said("a", data) == [HEAD, ROW]


@pytest.mark.parametrize("spoilt", [b"", b"short", b"x" * 33])
def test_without_a_secret_that_can_be_used_nothing_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoilt: bytes
) -> None:
    """Each run has one of its own then; none fails."""
    (tmp_path / "hocba").mkdir()
    (tmp_path / "hocba" / "journal.key").write_bytes(spoilt)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert said("a", write_lines("a", [HEAD, ROW])) == [{}, {}]


def test_without_a_home_nothing_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder that cannot be made."""
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)

    assert said("a", write_lines("a", [HEAD, ROW])) == [{}, {}]
