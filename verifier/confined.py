"""
Verify files from strangers in a process that the operating system keeps within limits (ADR 0023).

    with ConfinedVerifier(task) as verifier:
        report = verifier.verify(Path("a.pdf"))

What goes over a limit is INDETERMINATE / LIMIT_EXCEEDED: the process is given up, another takes
its place. The report is the one that `verifier.verification.verify` gives in this process.
"""

import multiprocessing
import os
import signal
from contextlib import suppress
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from verifier.checks import GREATEST_FILE_BYTES
from verifier.confined_child import Answer, Job, Limits, Unexamined, serve
from verifier.errors import PolicyError, SubReason, VerifierError
from verifier.findings import Findings
from verifier.messages import _
from verifier.regular_file import open_regular
from verifier.report import AuthorityFinding, Check, Report, Verdict, conclude
from verifier.task import Task, UnreadableFile

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext

__all__ = ["DEFAULT_LIMITS", "ConfinedVerifier", "Limits"]

DEFAULT_LIMITS = Limits()
_OWN_THREADS = Path("/proc/self/task")
_READY_WITHIN_S = 600.0
_ENDED_WITHIN_S = 1.0


class ConfinedVerifier:
    """
    One process that verifies one file after another, each within *limits*.

    Threads may share it: they wait for each other. A context manager; entering starts the process
    and waits for nothing.
    """

    def __init__(self, task: Task, limits: Limits = DEFAULT_LIMITS) -> None:
        self._task = task
        self._limits = limits
        self._lock = Lock()
        self._child: _Child | None = None
        self._job = Job(document=b"", file="")

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._give_up()

    def verify(
        self, document: Path | bytes, *, file: str | None = None, language: str | None = None
    ) -> Report | UnreadableFile:
        """
        Verify one file, as `verifier.verification.verify` does.

        Args:
            document: where it lies, so that its receipt is looked for beside it; or its bytes.
            file: how the report calls it; the path where none is given.
            language: of the texts in the report; the task's where none is given.

        Raises:
            PolicyError: a certificate or revocation list of the policy cannot be used.
            VerifierError: no process could be started.
        """
        with self._lock:
            try:
                self.begin(document, file=file, language=language)
                return self.finish()
            except BaseException:  # who was interrupted must not get this answer for another file
                self._give_up()
                raise

    def begin(
        self, document: Path | bytes, *, file: str | None = None, language: str | None = None
    ) -> None:
        """Hand the file to the process; for who looks after several (`verifier.bulk`)."""
        named = str(document) if file is None and isinstance(document, Path) else file or ""
        self._job = Job(document=document, file=named, language=language)
        if self._child is not None and self._child.is_busy:
            self._give_up()  # nobody waited for its answer, which is none to this file
        try:
            self._start().begin(self._job)
        except OSError:  # ended since its last answer: by the system, or by people
            self._give_up()
            self._start().begin(self._job)
        except VerifierError:
            self._give_up()
            raise

    @property
    def connection(self) -> Connection:
        """What becomes readable when `finish` has something to say."""
        return self._at_work.connection

    @property
    def seconds_left(self) -> float:
        """How long `finish` may still have to wait."""
        return self._at_work.seconds_left

    def finish(self) -> Report | UnreadableFile:
        """Wait for what became of the file that was begun; raises as `verify`."""
        answer = self._answer()
        if not answer.goes_on:
            self._give_up()
        if isinstance(answer.outcome, PolicyError):
            raise answer.outcome
        if isinstance(answer.outcome, Unexamined):
            return _unexamined(self._job, answer.outcome, self._task)
        return answer.outcome

    def _answer(self) -> Answer:
        """Return the answer; a process that was ended says nothing of the file: ask once more."""
        try:
            return self._at_work.finish()
        except _Ended:
            self._give_up()
        self._start().begin(self._job)
        try:
            return self._at_work.finish()
        except _Ended as error:
            return _exceeded(_("the process that read it was ended ({code})").format(code=error))

    @property
    def _at_work(self) -> "_Child":
        if self._child is None:
            raise RuntimeError("no file was begun")
        return self._child

    def _start(self) -> "_Child":
        if self._child is None:
            self._child = _Child(self._task, self._limits)
        return self._child

    def _give_up(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Ended(Exception):
    """The other process ended, for what no limit of ours explains; the exit code."""


class _Child:
    """The other process, from here."""

    def __init__(self, task: Task, limits: Limits) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, self.connection, task, limits), daemon=True
        )
        self._process.start()
        theirs.close()
        self._limits = limits
        self._is_ready = self.is_busy = False
        self._deadline = monotonic()

    def begin(self, job: Job) -> None:
        """Send *job* once the process is ready; raises OSError when it has ended meanwhile."""
        if not self._is_ready:
            self._await_ready()
        self.is_busy = True
        self.connection.send(job)
        self._deadline = monotonic() + self._limits.seconds

    def _await_ready(self) -> None:
        try:
            if self.connection.poll(_READY_WITHIN_S):
                self._is_ready = self.connection.recv() is None
        except (EOFError, OSError):
            pass  # told below
        if not self._is_ready:
            raise VerifierError(_("the process that verifies could not be started"))

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._deadline - monotonic())

    def finish(self) -> Answer:
        """Return the answer, or that a limit was exceeded; raises _Ended for other deaths."""
        if not self.connection.poll(self.seconds_left):
            longer = _("it takes longer than {count:g} seconds")
            return _exceeded(longer.format(count=self._limits.seconds))
        try:
            answer = cast("Answer", self.connection.recv())
        except (EOFError, OSError):
            return self._explain_death()
        except Exception as error:  # noqa: BLE001  whatever an answer's parts make unpickling raise
            fault = _("this program has a fault ({place}): please report it")
            outcome = Unexamined(
                reason=SubReason.GENERIC, message=fault.format(place=type(error).__name__)
            )
            return Answer(outcome=outcome, goes_on=False)
        self.is_busy = False
        return answer

    def _explain_death(self) -> Answer:
        self._process.join(_ENDED_WITHIN_S)
        code = self._process.exitcode
        if code is None or -code != getattr(signal, "SIGXCPU", None):
            raise _Ended(code)
        more = _("it takes more than {count} seconds of processor time")
        return _exceeded(more.format(count=self._limits.processor_seconds))

    def end(self) -> None:
        """Let an idle process end, kill another."""
        if self._is_ready and not self.is_busy:
            with suppress(OSError):  # it has ended already
                self.connection.send(None)
            self._process.join(_ENDED_WITHIN_S)
        self.connection.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()


def _exceeded(message: str) -> Answer:
    outcome = Unexamined(reason=SubReason.LIMIT_EXCEEDED, message=message)
    return Answer(outcome=outcome, goes_on=False)


def _context() -> "ForkContext | ForkServerContext | SpawnContext":
    """
    Return how processes are started (ADR 0023).

    A fork costs nothing and shares what was imported and folded, but only a process with a single
    thread may fork; else a server of such a process is asked; Windows knows neither.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():  # pragma: no cover  Windows
        return multiprocessing.get_context("spawn")
    try:
        is_alone = len(os.listdir(_OWN_THREADS)) == 1
    except OSError:  # pragma: no cover  not Linux
        is_alone = False
    if is_alone:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([serve.__module__])
    return context


def _unexamined(job: Job, why: Unexamined, task: Task) -> Report:
    """Return the report of a file that could not be judged: undecided, whatever it is."""
    findings = Findings()
    findings.add(Check.READABLE, Verdict.INDETERMINATE, why.reason, why.message)
    findings.add_registry(task.view)
    verdict, sub_reason = conclude(findings.checks)
    return Report(
        file=job.file,
        document_digest=_digest(job.document),
        transcript_code=None,
        verdict=verdict,
        sub_reason=sub_reason,
        signatures=(),
        anchor=None,
        status=None,
        authority=AuthorityFinding(),
        checks=tuple(findings.checks),
        notes=(),
        as_of_block=task.registry.block_number if task.registry is not None else None,
    )


def _digest(document: Path | bytes) -> bytes | None:
    if isinstance(document, bytes):
        return sha256(document).digest()
    try:
        with open_regular(document) as file:
            return sha256(file.read(GREATEST_FILE_BYTES)).digest()
    except OSError:
        return None
