"""A row counts in the journal into which it was written, at its place, and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from verifier.table_journal import Journal, journal_of

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NAMES = ("a.pdf", "b.pdf", "c.pdf")
Lines = list[bytes]


def cut_run(result: Path, circumstances: str, *names: str) -> Path:
    """Write down rows, as a run does that is then cut; return the journal's path."""
    journal = Journal.open(result)
    journal.begin(circumstances, NOW)
    assert list(journal.kept()) == []
    for name in names:
        journal.add(name, "its bytes", {"verdict": circumstances})
    journal.close(done=False)
    return journal_of(result)


def kept(result: Path, circumstances: str) -> list[str]:
    """Return what the next run keeps, having read each row again."""
    journal = Journal.open(result)
    journal.begin(circumstances, NOW)
    found = [(name, place) for name, _fingerprint, place in journal.kept()]
    assert all(journal.row(place)["verdict"] == circumstances for _name, place in found)
    journal.close(done=False)
    return [name for name, _place in found]


def lines_of(path: Path) -> Lines:
    """Return the lines of a file as they are."""
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("theirs", ["a stranger's policy", "the ministry's policy"])
def test_a_row_under_another_journals_head_is_none(tmp_path: Path, theirs: str) -> None:
    """This user's own run wrote it, for another policy, or for this one and another table."""
    lax = cut_run(tmp_path / "lax.csv", theirs, "forged.pdf")
    strict = cut_run(tmp_path / "strict.csv", "the ministry's policy")
    strict.write_bytes(strict.read_bytes() + lines_of(lax)[1])

    assert kept(tmp_path / "strict.csv", "the ministry's policy") == []


@pytest.mark.parametrize(
    ("change", "believed"),
    [
        (lambda lines: lines, 3),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 0),
        (lambda lines: [lines[0], lines[1], lines[3]], 1),
        (lambda lines: [lines[0], *lines[2:]], 0),
        (lambda lines: [*lines, lines[1]], 3),
        (lambda lines: [lines[0], lines[0], *lines[2:]], 0),
        (lambda lines: lines[:3], 2),
        (lambda lines: [*lines[:3], lines[3][:-1]], 2),
    ],
    ids=["none", "swapped", "one dropped", "first dropped", "twice", "head", "cut", "torn"],
)
def test_a_row_at_another_place_ends_what_is_kept(
    tmp_path: Path, change: Callable[[Lines], Lines], believed: int
) -> None:
    """All lines are as long as each other: only their order tells."""
    journal = cut_run(tmp_path / "r.csv", "policy", *NAMES)
    journal.write_bytes(b"".join(change(lines_of(journal))))

    assert kept(tmp_path / "r.csv", "policy") == list(NAMES[:believed])


def test_rows_behind_a_torn_line_are_kept_by_the_run_after(tmp_path: Path) -> None:
    """Cut twice: what the second run wrote follows what the first one wrote as a whole."""
    journal = cut_run(tmp_path / "r.csv", "policy", *NAMES)
    journal.write_bytes(journal.read_bytes()[:-10])
    second = Journal.open(tmp_path / "r.csv")
    second.begin("policy", NOW)
    assert [name for name, _fingerprint, _place in second.kept()] == ["a.pdf", "b.pdf"]
    place = second.add("d.pdf", "its bytes", {"verdict": "policy"})
    assert second.row(place) == {"verdict": "policy"}
    second.close(done=False)

    assert kept(tmp_path / "r.csv", "policy") == ["a.pdf", "b.pdf", "d.pdf"]


def test_a_journal_begun_anew_keeps_nothing_of_the_one_before(tmp_path: Path) -> None:
    """Its rows were written under a head that has gone."""
    journal = cut_run(tmp_path / "r.csv", "policy", *NAMES)
    rows = lines_of(journal)[1:]
    assert kept(tmp_path / "r.csv", "another policy") == []
    assert kept(tmp_path / "r.csv", "policy") == []
    journal.write_bytes(journal.read_bytes() + b"".join(rows))

    assert kept(tmp_path / "r.csv", "policy") == []
