"""Files from strangers are read within limits of the operating system; none stops the next one."""

import multiprocessing
import os
import pickle
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from tests.verifier.issued import NOW, Office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from tests.verifier.test_endless_files import PAGES, write_pdf
from verifier import confined
from verifier.bulk import Task, UnreadableFile, verify_files
from verifier.confined import ConfinedVerifier, Limits
from verifier.errors import PolicyError, SubReason, VerifierError
from verifier.report import Report

TIGHT = Limits(processor_seconds=1, memory_bytes=60_000_000)


def slow_pdf() -> bytes:
    """Attach one file two hundred thousand times: each is looked at."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/AF[" + b"3 0 R " * 200_000 + b"]>>"
    return write_pdf({1: catalog, 2: PAGES, 3: b"<</Type/Filespec/F(x)>>"})


def large_pdf() -> bytes:
    """Return some hundred kilobytes that take some hundred megabytes once they are parsed."""
    return write_pdf({1: b"<</Type/Catalog/Pages 2 0 R/X[" + b"<<>>" * 120_000 + b"]>>", 2: PAGES})


def deep_pdf() -> bytes:
    """Return a file with a dictionary in a dictionary in a dictionary, and so on."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/X" + b"<</A" * 30_000 + b" 1" + b">>" * 30_001
    return write_pdf({1: catalog, 2: PAGES})


def make_task(office: Office) -> Task:
    return Task(
        policy=office.policy,
        registry=office.view(),
        unavailable=None,
        receipts=None,
        manifests=office.manifests,
        now=NOW,
        language="en",
    )


@pytest.fixture(scope="module")
def task(issued: Office) -> Task:
    return make_task(issued)


@pytest.fixture(scope="module")
def verifier(task: Task) -> Iterator[ConfinedVerifier]:
    with ConfinedVerifier(task, TIGHT) as started:
        yield started


def report_of(outcome: Report | UnreadableFile) -> Report:
    assert isinstance(outcome, Report)
    return outcome


def test_the_report_is_that_of_the_process_itself(
    issued: Office, verifier: ConfinedVerifier
) -> None:
    """Not one word differs."""
    path = issued.transcripts / "a.pdf"
    altered = path.read_bytes().replace(b"/Rotate", b"/Rotbte")
    here = issued.check("a", manifests=issued.manifests)

    assert report_of(verifier.verify(path)) == here.named(str(path))
    assert report_of(verifier.verify(altered, file="x")).file == "x"


def test_a_report_keeps_nothing_of_the_file(issued: Office) -> None:
    """Or ten thousand reports would keep as many files, and send them along."""
    sent = pickle.dumps(issued.check("a"))

    assert b"pyhanko" not in sent
    assert len(sent) < 20_000


def test_a_file_that_takes_too_long_is_undecided(
    issued: Office, verifier: ConfinedVerifier
) -> None:
    """And the next one is judged as ever."""
    report = report_of(verifier.verify(slow_pdf(), file="slow"))

    assert outcome(report) == (OPEN, SubReason.LIMIT_EXCEEDED)
    assert "processor time" in report.checks[0].message
    assert outcome(report_of(verifier.verify(issued.transcripts / "b.pdf"))) == (PASSED, None)


def test_a_file_that_needs_too_much_memory_is_undecided(issued: Office, task: Task) -> None:
    """It is never called forged for it."""
    with ConfinedVerifier(task, Limits(memory_bytes=60_000_000)) as verifier:
        report = report_of(verifier.verify(large_pdf(), file="large"))
        next_one = report_of(verifier.verify(issued.transcripts / "b.pdf"))

    assert outcome(report) == (OPEN, SubReason.LIMIT_EXCEEDED)
    assert "memory" in report.checks[0].message
    assert outcome(next_one) == (PASSED, None)


def test_who_is_interrupted_gets_no_answer_to_an_earlier_question(
    issued: Office, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report of one document is never given for another."""
    good, altered = issued.transcripts / "a.pdf", issued.transcripts / "altered.pdf"
    with ConfinedVerifier(task) as verifier:
        with monkeypatch.context() as patched:
            patched.setattr(ConfinedVerifier, "finish", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                verifier.verify(good)
        forged = report_of(verifier.verify(b"%PDF-1.7 no transcript", file="forged"))
        verifier.begin(good)  # and nobody asks for the answer
        second = report_of(verifier.verify(b"%PDF-1.7 no transcript", file=str(altered)))

    assert forged.verdict is not PASSED
    assert (second.file, second.verdict is PASSED) == (str(altered), False)


def _interrupt(_verifier: ConfinedVerifier) -> None:
    raise KeyboardInterrupt


def test_a_process_that_ended_while_it_began_is_replaced(
    issued: Office, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one call says so, the next is answered."""
    path = issued.transcripts / "a.pdf"
    with ConfinedVerifier(task) as verifier:
        os.kill(process_of(verifier), signal.SIGKILL)
        with monkeypatch.context() as patched:
            patched.setattr(confined, "serve", _end_at_once)
            patched.setattr(confined, "_context", lambda: multiprocessing.get_context("fork"))
            with pytest.raises(VerifierError):
                verifier.verify(path)
        assert outcome(report_of(verifier.verify(path))) == (PASSED, None)


def _end_at_once(*_arguments: object) -> None:
    os._exit(1)


def test_a_file_nested_too_deeply_is_undecided_whatever_was_loaded_before(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries of the embedded chain let calls go deeper than the stack is large."""
    monkeypatch.setattr(confined, "_context", lambda: multiprocessing.get_context("fork"))
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        with ConfinedVerifier(task) as verifier:
            report = report_of(verifier.verify(deep_pdf()))
    finally:
        sys.setrecursionlimit(before)

    assert outcome(report) == (OPEN, SubReason.LIMIT_EXCEEDED)
    assert "was ended" not in report.checks[0].message


def test_within_larger_limits_the_same_file_is_judged(task: Task) -> None:
    """So it was the limit that stopped it, and not what it is."""
    with ConfinedVerifier(task) as verifier:
        report = report_of(verifier.verify(large_pdf()))

    assert report.sub_reason is SubReason.FORMAT_FAILURE


def test_waiting_is_limited_too(issued: Office, task: Task) -> None:
    """By the clock on the wall, kept by the process that asks."""
    with ConfinedVerifier(task, Limits(seconds=0.001)) as verifier:
        report = report_of(verifier.verify(issued.transcripts / "a.pdf"))

    assert outcome(report) == (OPEN, SubReason.LIMIT_EXCEEDED)
    assert "longer than 0.001 seconds" in report.checks[0].message


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_is_ended_is_replaced(
    issued: Office, task: Task, end: signal.Signals
) -> None:
    """Between two files, and during one: that says nothing of the file, so it is asked again."""
    path = issued.transcripts / "a.pdf"
    with ConfinedVerifier(task) as verifier:
        verifier.verify(path)
        os.kill(process_of(verifier), end)
        assert outcome(report_of(verifier.verify(path))) == (PASSED, None)
        verifier.begin(path)
        os.kill(process_of(verifier), end)
        assert outcome(report_of(verifier.finish())) == (PASSED, None)


def test_a_file_that_ends_its_process_each_time_is_undecided(task: Task) -> None:
    """Whatever a library did there, it is no proof against the document."""
    with ConfinedVerifier(task) as verifier:
        verifier.begin(slow_pdf())
        killed = set[int]()
        thread = Thread(target=_kill_two, args=(verifier, killed))
        thread.start()
        report = report_of(verifier.finish())
        thread.join()

    assert outcome(report) == (OPEN, SubReason.LIMIT_EXCEEDED)
    assert "was ended (-9)" in report.checks[0].message


def _kill_two(verifier: ConfinedVerifier, killed: set[int]) -> None:
    while len(killed) < 2:
        sleep(0.02)
        with suppress(OSError, RuntimeError):
            process = process_of(verifier)
            if process not in killed and resource.prlimit(process, resource.RLIMIT_FSIZE)[0] == 0:
                sleep(0.1)
                killed.add(process)
                os.kill(process, signal.SIGKILL)


def process_of(verifier: ConfinedVerifier) -> int:
    """Return the process that *verifier* started: the youngest, whatever its identifier."""
    assert verifier.connection
    started = multiprocessing.active_children()
    return max(started, key=lambda child: int(child.name.rpartition("-")[2])).pid or 0


def test_the_process_may_write_nothing_and_leaves_no_dump(
    issued: Office, verifier: ConfinedVerifier
) -> None:
    """Not even when the libraries that read the file are made to try."""
    verifier.verify(issued.transcripts / "a.pdf")
    process = process_of(verifier)

    assert resource.prlimit(process, resource.RLIMIT_FSIZE) == (0, 0)
    assert resource.prlimit(process, resource.RLIMIT_CORE) == (0, 0)
    assert resource.prlimit(process, resource.RLIMIT_NOFILE)[0] < 256
    assert 0 < resource.prlimit(process, resource.RLIMIT_CPU)[0] < 3600


def test_the_processes_end_with_the_work(issued: Office, task: Task) -> None:
    """Also when a file is still under way."""
    before = set(multiprocessing.active_children())
    with ConfinedVerifier(task) as idle, ConfinedVerifier(task) as busy:
        idle.verify(issued.transcripts / "a.pdf")
        busy.begin(slow_pdf())

    assert set(multiprocessing.active_children()) <= before


def test_hostile_files_stop_no_others(issued: Office, task: Task, tmp_path: Path) -> None:
    """The answers come in the order of the files."""
    large, gone = tmp_path / "large.pdf", tmp_path / "gone.pdf"
    large.write_bytes(large_pdf())
    good = [issued.transcripts / f"{name}.pdf" for name in "abc"]
    paths = [large, good[0], gone, good[1], good[2]]

    found = list(verify_files(paths, task, jobs=2, limits=TIGHT))

    assert [one.file for one in found] == [str(path) for path in paths]
    assert [getattr(one, "sub_reason", "unreadable") for one in found] == [
        SubReason.LIMIT_EXCEEDED,
        None,
        "unreadable",
        None,
        None,
    ]


def test_a_fault_of_the_program_is_told_and_stops_no_others(issued: Office, task: Task) -> None:
    """Here one of the caller: a policy without times."""
    broken = replace(task.policy, time=None)  # type: ignore[arg-type]  that is the fault
    with ConfinedVerifier(replace(task, policy=broken)) as verifier:
        report = report_of(verifier.verify(issued.transcripts / "a.pdf"))

    assert outcome(report) == (OPEN, SubReason.GENERIC)
    assert "fault (AttributeError, " in report.checks[0].message


def test_a_policy_that_cannot_be_used_is_told_as_such(office: Office) -> None:
    """As the process itself would."""
    task = make_task(office)
    (office.directory / "trust" / "root.pem").write_bytes(b"no certificate")

    with ConfinedVerifier(task) as verifier, pytest.raises(PolicyError):
        verifier.verify(office.transcripts / "a.pdf")
