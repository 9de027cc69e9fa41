"""Many files in one go, over processes that share one folded registry; memory stays flat."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from verifier.checks import GREATEST_FILE_BYTES, Renderer
from verifier.errors import MissingEvidence, SubReason, VerifierError
from verifier.evidence import EvidencePool, EvidenceSources
from verifier.messages import _, use_language
from verifier.policy import Policy
from verifier.receipt_service import ReceiptService
from verifier.registry import RegistryView
from verifier.regular_file import open_regular
from verifier.report import Report
from verifier.verification import verify

WAITING_PER_PROCESS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableFile:
    """A file that could not be opened: no verdict (exit code 1)."""

    file: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all files are verified with; goes to each worker process once."""

    policy: Policy
    registry: RegistryView | None
    unavailable: tuple[SubReason, str] | None
    """Why there is no registry."""
    receipts: Path | None
    manifests: Path | None
    now: datetime
    language: str
    service: str | None = None
    """Address of a service that is asked for receipts; it learns which documents are checked."""
    renderer: Renderer | None = None
    """A function of a module, which processes can be told by name."""

    def start(self) -> "Worker":
        """Return what verifies one file after another in this process."""
        return Worker.of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process's part: the task, its registry and its evidence."""

    task: Task
    registry: RegistryView | MissingEvidence
    pool: EvidencePool

    @classmethod
    def of(cls, task: Task) -> Self:
        """Index nothing yet: folders and manifests are read when a file needs them."""
        view = task.registry
        pool = EvidencePool(
            receipts=task.receipts,
            manifests=task.manifests,
            service=ReceiptService(task.service) if task.service is not None else None,
            published=view.manifests if view is not None else {},
            state=view.state if view is not None else None,
        )
        sub_reason, message = task.unavailable or (SubReason.REGISTRY_UNAVAILABLE, "")
        return cls(task=task, registry=view or MissingEvidence(sub_reason, message), pool=pool)

    def verify(self, path: Path) -> Report | UnreadableFile:
        """Verify one file."""
        try:
            with open_regular(path) as file:
                pdf = file.read(GREATEST_FILE_BYTES + 1)
        except OSError as error:
            return UnreadableFile(file=str(path), problem=str(error.strerror))
        return verify(
            pdf,
            policy=self.task.policy,
            registry=self.registry,
            evidence=EvidenceSources(pool=self.pool, path=path),
            now=self.task.now,
            file=str(path),
            renderer=self.task.renderer,
        )


def verify_files(
    paths: Iterable[Path], task: Task, *, jobs: int
) -> Iterator[Report | UnreadableFile]:
    """Verify *paths* in their order, in *jobs* processes (spawned, ADR 0009)."""
    if jobs <= 1:
        worker = task.start()
        yield from map(worker.verify, paths)
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, context, _start_worker, (task,)) as processes:
            yield from _in_order(processes, paths, jobs * WAITING_PER_PROCESS)
    except BrokenProcessPool as error:
        raise VerifierError(_("a process of the verification ended without an answer")) from error


def _in_order(
    processes: ProcessPoolExecutor, paths: Iterable[Path], most: int
) -> Iterator[Report | UnreadableFile]:
    """Give the outcomes in the order of *paths*, with at most *most* files under way."""
    waiting: deque[Future[Report | UnreadableFile]] = deque()
    for path in paths:
        waiting.append(processes.submit(_verify_in_worker, path))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_workers: list[Worker] = []


def _start_worker(task: Task) -> None:
    """Make a process ready (called once in it)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself, too
    use_language(task.language)
    _workers.append(task.start())


def _verify_in_worker(path: Path) -> Report | UnreadableFile:
    return _workers[0].verify(path)
