"""
Worker processes that make the documents of a batch; effects and keys stay in this process.

A job is a pure function: a task goes in, a result comes out, so a worker may die at any moment
and nothing is lost. A worker that needs a signature asks for it over its pipe and gets the raw
signature back: no key leaves the process that loaded it (ADR 0008). Workers are spawned, because
Typst's threads do not survive a fork (ADR 0009), and end when their pipe closes, however this
process ended.
"""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock
from typing import Any, TypeVar

from signing.keys.signing_key import SigningKey
from transcript_service.errors import BatchError
from verifier.messages import _

Task = TypeVar("Task")
Made = TypeVar("Made")
Ask = Callable[[str, bytes], bytes]
"""Ask for a signature: with which key, by its name, over which bytes."""
Job = Callable[[Task, Ask], Made]

FEWEST_TASKS = 8
"""Fewer than these are done before a worker has started."""
_SIGN, _DONE, _FAILED = "sign", "done", "failed"
_AHEAD = 2


class Workshop:
    """
    A number of workers that start when they are first needed and stay until `close`.

    With one worker, or few tasks, the work is done in this process: the results are the same.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._count = workers or len(os.sched_getaffinity(0))
        self._threads: ThreadPoolExecutor | None = None
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._signing = Lock()

    def each(
        self, job: Job[Task, Made], tasks: Iterable[Task], keys: Mapping[str, SigningKey]
    ) -> Iterator[Made]:
        """
        Do *job* for each of *tasks* and yield the results in their order.

        Only a few tasks for each worker are taken ahead of the results, so the memory needed does
        not depend on how many there are.

        Raises:
            BatchError: a worker ended; the results before it were yielded.
            Exception: what the job raised, at its place in the order.
        """
        source = iter(tasks)
        first = list(islice(source, FEWEST_TASKS))
        every = chain(first, source)

        def ask(name: str, message: bytes) -> bytes:
            with self._signing:  # a token signs one thing at a time
                return keys[name].sign(message)

        if self._count < 2 or len(first) < FEWEST_TASKS:
            yield from (job(task, ask) for task in every)
        else:
            yield from self._share(job, every, ask)

    def close(self) -> None:
        """End the workers; they start again when they are needed again."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        while not self._idle.empty():
            self._idle.get().end()

    def _share(self, job: Job[Task, Made], tasks: Iterator[Task], ask: Ask) -> Iterator[Made]:
        threads = self._open()
        handed_out: deque[Future[Made]] = deque()
        try:
            for task in tasks:
                handed_out.append(threads.submit(self._do, job, task, ask))
                if len(handed_out) > _AHEAD * self._count:
                    yield handed_out.popleft().result()
            while handed_out:
                yield handed_out.popleft().result()
        finally:
            for left in handed_out:
                left.cancel()

    def _open(self) -> ThreadPoolExecutor:
        if self._threads is None:
            workers = [_Worker() for _number in range(self._count)]
            self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="workshop")
            for worker in workers:
                self._idle.put(worker)
        return self._threads

    def _do(self, job: Job[Task, Made], task: Task, ask: Ask) -> Made:
        worker = self._idle.get()
        try:
            made: Made = worker.do(job, task, ask)
        except _WorkerEnded as ended:
            worker.end()
            raise BatchError(
                _("a worker process ended; run the same command again to go on")
            ) from ended
        finally:
            self._idle.put(worker)
        return made


@cache
def shared_workshop() -> Workshop:
    """Return the one workshop of this process, with a worker for each of its processors."""
    return Workshop()


class _WorkerEnded(Exception):
    """The process behind the pipe is gone."""


class _Worker:
    """One process, and this process's end of its pipe; another one is started when it ended."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        spawning = get_context("spawn")
        self._pipe, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, job: Job[Task, Made], task: Task, ask: Ask) -> Any:
        """
        Do one job, signing what it asks for.

        Raises:
            _WorkerEnded: the process is gone.
            Exception: what the job raised.
        """
        if self._pipe.closed:
            self._start()
        self._send((job, task))
        while True:
            kind, *said = self._receive()
            if kind != _SIGN:
                break
            self._send(_outcome(ask, *said))
        if kind == _FAILED:
            raise said[0]
        return said[0]

    def end(self) -> None:
        """Close the pipe, which ends the process."""
        self._pipe.close()
        self._process.join()

    def _send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError as error:
            raise _WorkerEnded from error

    def _receive(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:  # also cut off in the middle of a message
            raise _WorkerEnded from error


def _work(pipe: Connection) -> None:
    """Do jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it

    def ask(name: str, message: bytes) -> bytes:
        pipe.send((_SIGN, name, message))
        kind, answer = pipe.recv()
        if kind == _FAILED:
            raise answer
        return bytes(answer)

    with suppress(EOFError, OSError):
        while True:
            job, task = pipe.recv()
            pipe.send(_outcome(job, task, ask))


def _outcome(work: Callable[..., object], *arguments: object) -> tuple[str, object]:
    """Do *work*; what it raises is raised again on the other side of the pipe."""
    try:
        return _DONE, work(*arguments)
    except Exception as error:  # noqa: BLE001  see above
        return _FAILED, _as_it_travels(error)


def _as_it_travels(error: Exception) -> Exception:
    """Return *error*, or its text alone where it cannot be put together again elsewhere."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    except Exception:  # noqa: BLE001  whatever its class does
        return BatchError(str(error) or type(error).__name__)
    return error
