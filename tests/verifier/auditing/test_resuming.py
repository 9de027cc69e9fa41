"""An audit that was killed goes on from what it looked at, and believes the chain alone."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.auditing.comparing import codes, replay, run
from tests.verifier.registry.world import BATCHES, World, document
from tests.verifier.written_lines import read_lines, write_lines
from verifier import audit_archive
from verifier.audit import Sources, audit
from verifier.audit_findings import AuditCode, AuditLevel, AuditReport
from verifier.audit_ledger import FORMAT
from verifier.errors import PolicyError, VerifierError
from verifier.own_lines import OwnLines

DOCUMENTS = sum(map(len, BATCHES))
KILLED_AT = 4
KILLED_RUN = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.audit import Sources, audit
from verifier.policy import load_policy
from verifier.registry import read_from_nodes

folder = Path(sys.argv[1])
policy = load_policy(folder / "policy.toml")
now = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
view = read_from_nodes(policy, open_rpc, now=now, checkpoint=False)

def kill(what, done, total):
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

sources = Sources(
    manifests=(folder / "manifests",), archive=folder / "archive", resume=folder / "ledger"
)
audit(policy, view, sources, kill)
"""


class Reader:
    """Counts the files that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[Path] = []
        true = audit_archive._find_prefix

        def counted(path: Path, named: int, is_known: object) -> bytes | None:
            self.paths.append(path)
            return true(path, named, is_known)  # type: ignore[arg-type]

        monkeypatch.setattr(audit_archive, "_find_prefix", counted)


@pytest.fixture
def ledger(world: World) -> Path:
    """What a run left that stopped at the fifth document."""
    path = world.directory / "ledger"

    def stop(_what: str, done: int, total: int) -> None:
        if done == KILLED_AT and not total:
            raise KeyboardInterrupt

    sources = Sources(manifests=(world.manifests,), archive=world.archive, resume=path)
    with pytest.raises(KeyboardInterrupt):
        audit(world.policy, world.view(), sources, stop)
    return path


def test_a_killed_run_goes_on_from_what_it_did(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kill -9` at the fifth document: the next run reads the others, and says the same."""
    arguments = [sys.executable, "-c", KILLED_RUN, str(world.directory), str(KILLED_AT)]
    killed = subprocess.run(arguments, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    reader = Reader(monkeypatch)

    report = replay(world, archive=world.archive, resume=world.directory / "ledger")

    assert killed.returncode == -signal.SIGKILL
    assert len(reader.paths) == DOCUMENTS - KILLED_AT
    (went_on, *others) = report.findings
    assert (went_on.code, went_on.level, others) == (AuditCode.RESUMED, AuditLevel.NOTE, [])
    assert str(KILLED_AT) in went_on.message
    assert replace(report, findings=()) == run(world)
    assert not (world.directory / "ledger").exists()


def test_a_run_that_came_to_its_end_leaves_no_ledger(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next audit looks at everything again."""
    path = world.directory / "ledger"
    replay(world, archive=world.archive, resume=path)
    reader = Reader(monkeypatch)
    replay(world, archive=world.archive, resume=path)

    assert len(reader.paths) == DOCUMENTS


def test_a_line_that_was_cut_off_is_looked_at_again(
    world: World, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine stopped while it was written."""
    ledger.write_bytes(ledger.read_bytes()[:-20])
    reader = Reader(monkeypatch)

    assert replay(world, archive=world.archive, resume=ledger).exit_code == 0
    assert len(reader.paths) == DOCUMENTS - KILLED_AT + 1


def test_a_file_that_changed_since_is_read_again(world: World, ledger: Path) -> None:
    """It was found whole, and was altered before the second run, to the same length."""
    seen = Path(read(ledger)[1]["file"])
    content = seen.read_bytes()
    seen.write_bytes(content.replace(b"version", b"Version"))

    report = replay(world, archive=world.archive, resume=ledger)

    assert codes(report) == {AuditCode.DOCUMENT_ALTERED, AuditCode.RESUMED}


def test_a_digest_that_the_chain_does_not_know_is_not_believed(
    world: World, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the ledger says: the file is read."""
    head, described, *others = read(ledger)
    described["digest"] = "11" * 32
    write(ledger, [head, described, *others])
    reader = Reader(monkeypatch)

    assert replay(world, archive=world.archive, resume=ledger).exit_code == 0
    assert Path(described["file"]) in reader.paths


@pytest.mark.parametrize(
    "first",
    [
        {"history_head": "0x" + "11" * 32},
        {"history_size": 99},
        {"history_size": "x"},
        {"chain_id": 5},
        {"registry": "0x" + "11" * 20},
    ],
    ids=lambda change: "/".join(map(str, change.items())),
)
def test_a_ledger_of_another_history_counts_as_absent(
    world: World, ledger: Path, monkeypatch: pytest.MonkeyPatch, first: dict[str, object]
) -> None:
    """All is looked at again, and the report says so."""
    head, *others = read(ledger)
    write(ledger, [{**head, **first}, *others])
    reader = Reader(monkeypatch)

    report = replay(world, archive=world.archive, resume=ledger)

    assert len(reader.paths) == DOCUMENTS
    assert codes(report) == {AuditCode.SKIPPED}
    assert report.exit_code == 0


def test_a_longer_history_goes_on_from_the_ledger(
    world: World, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The school issued another class in the meantime."""
    world.writer().anchor((document(50),))
    reader = Reader(monkeypatch)

    report = replay(world, archive=world.archive, resume=ledger)

    assert len(reader.paths) == DOCUMENTS - KILLED_AT
    assert codes(report) == {AuditCode.MANIFEST_WITHHELD, AuditCode.RESUMED}


@pytest.mark.parametrize(
    "foreign",
    [b"[registry]\nchain_id = 1\n", b"no line", b"\xff\n", b"{}\n{}\n", b'{"format": "x"}\n'],
)
def test_a_file_that_is_no_ledger_is_refused_and_stays(world: World, foreign: bytes) -> None:
    """Somebody named his policy: it is wrong usage, and not a byte of it changes."""
    path = world.directory / "ledger"
    path.write_bytes(foreign)

    with pytest.raises(PolicyError, match=r"ledger.*another name"):
        replay(world, archive=world.archive, resume=path)
    assert path.read_bytes() == foreign


@pytest.mark.parametrize("length", [0, 20, 60, 10_000])
def test_a_ledger_whose_first_line_was_cut_is_begun_anew(
    world: World, ledger: Path, length: int
) -> None:
    """The machine stopped before anything was noted; an empty file is a beginning, too."""
    ledger.write_bytes(ledger.read_bytes().splitlines()[0][:length])

    assert replay(world, archive=world.archive, resume=ledger).exit_code == 0
    assert not ledger.exists()


def test_the_ledger_stays_when_the_report_cannot_be_given(world: World) -> None:
    """No space at the end of hours: they are not lost."""
    path = world.directory / "ledger"

    def fail(_report: AuditReport) -> None:
        raise VerifierError("no space")

    sources = Sources(manifests=(world.manifests,), archive=world.archive, resume=path)
    with pytest.raises(VerifierError, match="no space"):
        audit(world.policy, world.view(), sources, publish=fail)
    assert len(path.read_bytes().splitlines()) == 1 + DOCUMENTS


def test_lines_that_say_nothing_are_passed_over(world: World, ledger: Path) -> None:
    """Stamps and digests of another kind."""
    said: list[dict[str, Any]] = [
        {"file": "x", "stamp": [1], "digest": "00", "data": None},
        {"file": "x", "stamp": [1, 2, 3, 4], "digest": "xx", "data": None},
        {"file": "x", "stamp": [1, 2, 3, 4], "digest": "00", "data": ["x"]},
    ]
    write(ledger, [*read(ledger), *said])

    assert replay(world, archive=world.archive, resume=ledger).exit_code == 0


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"stamp": [Infinity, 1, 2, 3]}', b"1"])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_a_stranger_wrote_into_a_ledger_is_not_read(
    world: World, ledger: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, is_first: bool
) -> None:
    """It came with the folder, and would hide what was altered."""
    head, *others = ledger.read_bytes().splitlines(keepends=True)
    forged = json.dumps(OwnLines(FORMAT).go_on(head)).encode() + b"\n"
    lines = [forged, *others] if is_first else [head, line + b"\n", *others]
    ledger.write_bytes(b"".join(lines))
    reader = Reader(monkeypatch)

    assert replay(world, archive=world.archive, resume=ledger).exit_code == 0
    assert len(reader.paths) == DOCUMENTS


def read(ledger: Path) -> list[dict[str, Any]]:
    """Return what the lines of a ledger say."""
    return read_lines(FORMAT, ledger.read_bytes())


def write(ledger: Path, lines: list[dict[str, Any]]) -> None:
    """Write lines as an own run does."""
    ledger.write_bytes(write_lines(FORMAT, lines))


def test_a_ledger_that_cannot_be_written_stops_the_audit(world: World) -> None:
    """Better than to look for hours and keep nothing."""
    with pytest.raises(VerifierError, match="nowhere"):
        replay(world, resume=world.directory / "nowhere" / "ledger")
