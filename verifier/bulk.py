"""Many files in one go, over confined processes with one folded registry; memory stays flat."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import wait
from pathlib import Path

from verifier.confined import DEFAULT_LIMITS, ConfinedVerifier, Limits
from verifier.report import Report
from verifier.task import Task, UnreadableFile, Worker

__all__ = ["Task", "UnreadableFile", "Worker", "processes_for", "verify_files"]

WAITING_PER_PROCESS = 8
FILES_FOR_MORE_PROCESSES = 64
Outcome = Report | UnreadableFile


def processes_for(files: int) -> int:
    """Choose how many processes are worth their start."""
    return min(os.cpu_count() or 1, files) if files >= FILES_FOR_MORE_PROCESSES else 1


def verify_files(
    paths: Iterable[Path], task: Task, *, jobs: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Outcome]:
    """
    Verify *paths* in their order, in *jobs* confined processes (ADR 0023).

    Raises:
        PolicyError: a certificate or revocation list of the policy cannot be used.
        VerifierError: no process could be started.
    """
    with ExitStack() as stack:
        verifiers = [
            stack.enter_context(ConfinedVerifier(task, limits)) for _n in range(max(1, jobs))
        ]
        yield from _in_order(verifiers, paths, len(verifiers) * WAITING_PER_PROCESS)


def _in_order(
    verifiers: list[ConfinedVerifier], paths: Iterable[Path], most: int
) -> Iterator[Outcome]:
    """Give the outcomes in the order of *paths*, with at most *most* files under way."""
    under_way: deque[list[Outcome]] = deque()  # a list is empty until its file is done
    busy: dict[ConfinedVerifier, list[Outcome]] = {}
    for path in paths:
        while len(busy) == len(verifiers) or len(under_way) >= most:
            _collect(busy)
            yield from _first_done(under_way)
        verifier = next(one for one in verifiers if one not in busy)
        verifier.begin(path)
        busy[verifier] = []
        under_way.append(busy[verifier])
    while under_way:
        _collect(busy)
        yield from _first_done(under_way)


def _collect(busy: dict[ConfinedVerifier, list[Outcome]]) -> None:
    """Wait until a file is done, or its time over."""
    least = min(verifier.seconds_left for verifier in busy)
    ready = wait([verifier.connection for verifier in busy], least)
    done = [one for one in busy if one.connection in ready or not one.seconds_left]
    for verifier in done:
        busy.pop(verifier).append(verifier.finish())


def _first_done(under_way: deque[list[Outcome]]) -> Iterator[Outcome]:
    while under_way and under_way[0]:
        yield from under_way.popleft()
