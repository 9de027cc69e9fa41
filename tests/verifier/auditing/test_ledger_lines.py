"""A line counts in the ledger into which it was written, at its place, and nowhere else."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.verifier.registry.world import World, document
from verifier.audit_ledger import Stamp, open_ledger
from verifier.registry_state import RegistryState

STAMP: Stamp = (1, 2, 3, 4)
NAMES = ("a.pdf", "b.pdf", "c.pdf")
Lines = list[bytes]


def stopped(path: Path, state: RegistryState, *names: str) -> Path:
    """Note documents, as an audit does that is then stopped; return the ledger's path."""
    with suppress(KeyboardInterrupt), open_ledger(path, state) as ledger:
        for name in names:
            ledger.note_document(Path(name), STAMP, name.encode())
        raise KeyboardInterrupt
    return path


def known(path: Path, state: RegistryState) -> list[str]:
    """Return of which documents the next audit takes the answer over."""
    with suppress(KeyboardInterrupt), open_ledger(path, state) as ledger:
        found = [name for name in (*NAMES, "d.pdf") if ledger.document(Path(name), STAMP)]
        raise KeyboardInterrupt
    return found


def lines_of(path: Path) -> Lines:
    """Return the lines of a file as they are."""
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("is_longer", [True, False])
def test_a_line_under_another_ledgers_head_is_none(
    world: World, tmp_path: Path, is_longer: bool
) -> None:
    """This user's own audit wrote it, of another history or of this one."""
    state = world.view().state
    ours = stopped(tmp_path / "ours", state)
    if is_longer:
        world.writer().anchor((document(50),))
    theirs = stopped(tmp_path / "theirs", world.view().state, "a.pdf")
    ours.write_bytes(ours.read_bytes() + lines_of(theirs)[1])

    assert known(ours, state) == []


@pytest.mark.parametrize(
    ("change", "believed"),
    [
        (lambda lines: lines, 3),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 0),
        (lambda lines: [lines[0], lines[1], lines[3]], 1),
        (lambda lines: [lines[0], *lines[2:]], 0),
        (lambda lines: lines[:3], 2),
        (lambda lines: [*lines[:3], lines[3][:-1]], 2),
    ],
    ids=["none", "swapped", "one dropped", "first dropped", "cut", "torn"],
)
def test_a_line_at_another_place_ends_what_is_taken_over(
    world: World, tmp_path: Path, change: Callable[[Lines], Lines], believed: int
) -> None:
    """All lines are as long as each other: only their order tells."""
    state = world.view().state
    ledger = stopped(tmp_path / "ledger", state, *NAMES)
    ledger.write_bytes(b"".join(change(lines_of(ledger))))

    assert known(ledger, state) == list(NAMES[:believed])


def test_lines_behind_a_torn_one_are_taken_over_by_the_audit_after(
    world: World, tmp_path: Path
) -> None:
    """Stopped twice: what the second audit noted follows what the first one noted as a whole."""
    state = world.view().state
    ledger = stopped(tmp_path / "ledger", state, *NAMES)
    ledger.write_bytes(ledger.read_bytes()[:-10])
    stopped(ledger, state, "d.pdf")

    assert known(ledger, state) == ["a.pdf", "b.pdf", "d.pdf"]


def test_two_audits_with_one_ledger_lose_no_line(world: World, tmp_path: Path) -> None:
    """Nothing keeps them apart: each writes behind what the other one wrote."""
    state = world.view().state
    path = stopped(tmp_path / "ledger", state)
    with suppress(KeyboardInterrupt), open_ledger(path, state) as one:
        one.note_document(Path("a.pdf"), STAMP, b"a")
        with suppress(KeyboardInterrupt), open_ledger(path, state) as other:
            other.note_document(Path("b.pdf"), STAMP, b"b")
            one.note_document(Path("c.pdf"), STAMP, b"c")
            other.note_document(Path("d.pdf"), STAMP, b"d")
            raise KeyboardInterrupt
        raise KeyboardInterrupt

    assert known(path, state) == [*NAMES, "d.pdf"]
