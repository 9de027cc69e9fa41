"""
The process that reads files from strangers: what it does, and what the system lets it do.

It is started by `verifier.confined`, gets the task once and then one file after another. Its
limits are those of the operating system (ADR 0023), so whatever a file makes a library do, they
hold. They are set anew before each file: what a process needs by itself counts for no file.
"""

import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from traceback import extract_tb

from verifier.checks import GREATEST_FILE_BYTES
from verifier.errors import PolicyError, SubReason
from verifier.messages import _, use_language
from verifier.regular_file import open_regular
from verifier.report import Report
from verifier.system_words import why
from verifier.task import Task, UnreadableFile, Worker
from verifier.verification import verify

try:
    import resource
except ImportError:  # pragma: no cover  Windows: only the caller's clock limits
    resource = None  # type: ignore[assignment]

_SPARE_DESCRIPTORS = 32
_DEEPEST_CALLS = 1000
"""Python's own limit. Whoever loads libraries of py-evm raises it beyond what a stack holds."""
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost the process that reads it."""

    processor_seconds: int = 5
    memory_bytes: int = 300_000_000
    """Beyond what the process needs by itself; holds on Linux only."""
    seconds: float = 60.0
    """By the clock on the wall: waiting for disks, other processes and authorities included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file: a place to read it from, or its bytes."""

    document: Path | bytes
    file: str
    language: str | None = None
    """Of the texts in the report; None for the task's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexamined:
    """Why a file could not be judged."""

    reason: SubReason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a job."""

    outcome: Report | UnreadableFile | Unexamined | PolicyError
    goes_on: bool = True
    """Whether the process takes another file."""


def serve(theirs: Connection, ours: Connection, task: Task, limits: Limits) -> None:
    """
    Take jobs from *theirs* until None comes or nobody listens (the process's main function).

    Sends None when it is ready, then one `Answer` for each `Job`.
    """
    ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself, too
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(_DEEPEST_CALLS)
    use_language(task.language)
    worker = task.start()
    worker.pool.read_folders()
    _confine()
    most = _own_memory() + limits.memory_bytes
    with suppress(EOFError, ConnectionError):  # nobody waits for an answer any more
        theirs.send(None)
        while _answer_one(theirs, worker, limits, most):
            pass


def _answer_one(theirs: Connection, worker: Worker, limits: Limits, most: int) -> bool:
    """Do one job; tell whether the process takes another."""
    job = theirs.recv()
    if job is None:
        return False
    outcome, is_sound = _within(limits, worker, job)
    answer = Answer(outcome=outcome, goes_on=is_sound and _own_memory() <= most)
    theirs.send(answer)
    return answer.goes_on


def _within(
    limits: Limits, worker: Worker, job: Job
) -> tuple[Report | UnreadableFile | Unexamined | PolicyError, bool]:
    """Do *job* under *limits*; also tell whether the process is sound after it."""
    _limit(limits)
    use_language(job.language or worker.task.language)
    try:
        return _verify(worker, job), True
    except PolicyError as error:
        return error, True
    except MemoryError:
        _unlimit_memory()
        needed = _("it needs more than {count} bytes of memory").format(count=limits.memory_bytes)
        return Unexamined(reason=SubReason.LIMIT_EXCEEDED, message=needed), False
    except Exception as error:  # noqa: BLE001  our own fault: told of this file, others go on
        last = extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
        fault = _("this program has a fault ({place}): please report it").format(place=place)
        return Unexamined(reason=SubReason.GENERIC, message=fault), False
    finally:
        _unlimit_memory()


def _verify(worker: Worker, job: Job) -> Report | UnreadableFile:
    path = job.document if isinstance(job.document, Path) else None
    try:
        pdf = job.document if isinstance(job.document, bytes) else _read(job.document)
    except OSError as error:
        return UnreadableFile(file=job.file, problem=why(error))
    return verify(
        pdf,
        policy=worker.task.policy,
        registry=worker.registry,
        evidence=worker.sources(path),
        now=worker.task.now,
        file=job.file,
        renderer=worker.task.renderer,
    )


def _read(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read(GREATEST_FILE_BYTES + 1)


def _confine() -> None:
    """Give up for good what reading a file needs nothing of: dumps, writing, many descriptors."""
    if resource is None:  # pragma: no cover
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    highest = max((int(one.name) for one in Path("/dev/fd").iterdir()), default=0)
    _set(resource.RLIMIT_NOFILE, highest + _SPARE_DESCRIPTORS)


def _limit(limits: Limits) -> None:
    """Begin to count: processor time in whole seconds, memory where the system tells it."""
    if resource is None:  # pragma: no cover
        return
    _set(resource.RLIMIT_CPU, ceil(process_time()) + limits.processor_seconds)
    own = _own_memory()
    if own:
        _set(resource.RLIMIT_DATA, own + limits.memory_bytes)


def _set(limit: int, most: int) -> None:
    """Set the soft limit, which the process may raise again, within what it was given."""
    _soft, hard = resource.getrlimit(limit)
    within = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (within, hard))


def _unlimit_memory() -> None:
    if resource is None:  # pragma: no cover
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _own_memory() -> int:
    """Return the bytes of data that the process has now; 0 where the system does not tell."""
    try:
        lines = _STATUS.read_text("ascii", "replace").splitlines()
    except OSError:  # pragma: no cover
        return 0
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmData:")), "0")
    return int(kilobytes) * 1024
