"""Confined processes that verify what was sent, shared by all requests (ADR 0023, 0025)."""

import tempfile
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock

from transcript_service.routes.bodies import SentFile
from transcript_service.routes.hidden_places import without_places
from transcript_service.routes.problems import Kind, Problem
from verifier.confined import ConfinedVerifier
from verifier.errors import VerifierError
from verifier.report import Report
from verifier.task import Task, UnreadableFile

WAIT_S = 20.0
_NAME = "document"


class Retired(Exception):
    """The pool has ended; its successor takes the file."""


class VerifierPool:
    """So many processes with one task; one that is over the limits is replaced by itself."""

    def __init__(self, task: Task, processes: int) -> None:
        self._idle: LifoQueue[ConfinedVerifier | None] = LifoQueue()
        self._lock = Lock()
        self._retired = False
        for _n in range(processes):
            self._idle.put(ConfinedVerifier(task).__enter__())

    def verify(self, sent: SentFile, language: str) -> Report:
        """
        Verify what was sent; waits for a process.

        Raises:
            Problem: BUSY.
            Retired: the pool ended while the file waited.
        """
        try:
            verifier = self._idle.get(timeout=WAIT_S)
        except Empty as error:
            raise Problem(kind=Kind.BUSY, headers={"Retry-After": "10"}) from error
        if verifier is None:
            self._idle.put(None)  # for the next one that waits
            raise Retired
        try:
            return _verify(verifier, sent, language)
        except VerifierError as error:
            raise Problem(kind=Kind.BUSY, headers={"Retry-After": "60"}) from error
        finally:
            self._give_back(verifier)

    def retire(self) -> None:
        """End the processes; those at work end with their file."""
        with self._lock:
            self._retired = True
            while not self._idle.empty():
                verifier = self._idle.get_nowait()
                if verifier is not None:
                    verifier.__exit__(None, None, None)
            self._idle.put(None)

    def _give_back(self, verifier: ConfinedVerifier) -> None:
        with self._lock:
            if self._retired:
                verifier.__exit__(None, None, None)
            else:
                self._idle.put(verifier)


def _verify(verifier: ConfinedVerifier, sent: SentFile, language: str) -> Report:
    """Verify bytes; those with a receipt as two files that lie side by side for that long."""
    if sent.receipt is None:
        return _report(verifier.verify(sent.pdf, file="", language=language))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_NAME}.pdf"
        path.write_bytes(sent.pdf)
        path.with_name(f"{_NAME}.receipt.json").write_bytes(sent.receipt)
        found = _report(verifier.verify(path, file="", language=language))
        return without_places(found, [path.parent])


def _report(found: Report | UnreadableFile) -> Report:
    if isinstance(found, UnreadableFile):
        raise VerifierError(found.problem)
    return found
