"""
Issue a class in child processes that are killed at chosen moments, then resumed.

A moment is one effect outside the process's memory: a file renamed into place, a transaction of
the database committed, a signature made by a key, a question to a time-stamping service, an OCSP
responder or for a revocation list, a transaction handed to the node; each once before and once
after it happens. The children are forked before any PDF is rendered (the renderer's threads do
not survive a fork), so that a kill costs no start-up.

With workers the documents are made in spawned processes, as in a large class. These load this file
as their main module, so that their questions to time-stamping services are moments, too; all
processes count in one file. Killed is then the issuing process, or a worker: the one that met the
moment, or the oldest one where the issuing process met it.

Instead of a kill, the disk may be full from the moment on: a small file system of the memory, which
only this process sees (`unshare --mount` starts it).
"""

import fcntl
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlmodel import Session

from signing.http_exchange import HttpExchange
from signing.keys.signing_key import SigningKey
from tests.school import office_of
from transcript_service.commands import office
from transcript_service.commands.office import Office
from transcript_service.commands.school import ClassOfYear, issue_class, resume
from transcript_service.database import database_errors
from transcript_service.errors import ServiceError
from transcript_service.issuance import workshop
from transcript_service.issuance.embedded_chain import EmbeddedChain
from verifier.messages import use_language

WORKERS = 2
PROCESS, WORKER, ASKING, DISK = "process", "worker", "asking", "disk"
"""Who is killed (`ASKING`: a worker, at one of the moments of workers), or: the disk is full."""
FINISHED, FAILED, PAUSED, FULL = 0, 1, 3, 4
"""How a child ended that nobody killed; paused, because a worker ended or the disk was full."""
_INHERITED = "HOCBA_TEST_EFFECTS"


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Counts the moments of all processes of a run in a file, and kills the victim at one."""

    counter: str
    fatal: int | None
    victim: str
    is_worker: bool = False

    def around(
        self, effect: Callable[..., Any], *, counts: Callable[..., bool]
    ) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not counts(*args):
                return effect(*args, **kwargs)
            self.moment()
            done = effect(*args, **kwargs)
            self.moment()
            return done

        return wrapped

    def moment(self) -> None:
        with open(self.counter, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            before = file.read()
            file.write(b"w" if self.is_worker else b".")
        if self.victim != ASKING and len(before) == self.fatal:
            self._kill()
        if self.victim == ASKING and self.is_worker and before.count(b"w") == self.fatal:
            self._kill()

    def was_reached(self) -> bool:
        """Tell whether there was such a moment: no two runs commit equally often."""
        met = Path(self.counter).read_bytes()
        return (met.count(b"w") if self.victim == ASKING else len(met)) > (self.fatal or 0)

    def _kill(self) -> None:
        if self.victim == DISK:
            fill(Path.cwd())
        elif self.victim == PROCESS:
            os.kill(os.getppid() if self.is_worker else os.getpid(), signal.SIGKILL)
        elif self.is_worker:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            for worker in sorted(multiprocessing.active_children(), key=lambda one: one.pid)[:1]:
                worker.kill()
                worker.join()


def instrument(effects: Effects) -> None:
    """Put the counter around every effect of issuing."""
    load = office.load_pkcs12

    def load_counted(*arguments: Any) -> SigningKey:
        key = load(*arguments)
        return replace(key, sign=effects.around(key.sign, counts=lambda *_: True))

    office.load_pkcs12 = load_counted
    HttpExchange.ask = effects.around(HttpExchange.ask, counts=lambda *_: True)  # type: ignore[method-assign]
    os.replace = effects.around(os.replace, counts=lambda *_: True)
    Session.commit = effects.around(Session.commit, counts=lambda *_: True)  # type: ignore[method-assign]
    EmbeddedChain.call = effects.around(  # type: ignore[method-assign]
        EmbeddedChain.call, counts=lambda _self, method, *_: method == "eth_sendRawTransaction"
    )


def in_child(work: Callable[[], int]) -> int:
    """Run *work* in a forked child; return what it gave, or minus the signal that ended it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(work()).encode())
        except BaseException:  # noqa: BLE001  the parent sees the trace and the code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    return int(said or FAILED)


def opened(directory: Path, workers: int) -> Office:
    """Open the school's office; its workers start at the first document."""
    if workers > 1:
        workshop.FEWEST_TASKS = 1
    found = office_of(directory)
    return replace(found, desk=replace(found.desk, workshop=workshop.Workshop(workers)))


def issue(directory: Path, which: ClassOfYear, effects: Effects, workers: int) -> int:
    """Issue the class and kill at the effects' moment; tell whether it finished or paused."""
    if workers > 1:
        os.environ[_INHERITED] = json.dumps([effects.counter, effects.fatal, effects.victim])
    instrument(effects)
    desk = opened(directory, workers)
    try:
        with database_errors(desk.engine):
            issue_class(desk, which)
    except ServiceError as error:
        if "a worker process ended" in str(error):
            return PAUSED
        if re.search("No space left|the disk is full", str(error)):
            return FULL
        raise
    return FINISHED


def fill(disk: Path) -> None:
    """Leave no room on the small file system."""
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def go_on(directory: Path, which: ClassOfYear, workers: int) -> int:
    """Do what a registrar does after a cut: the same command again."""
    desk = opened(directory, workers)
    troubles = resume(desk).troubles
    if troubles:
        raise troubles[0]
    issue_class(desk, which)
    return FINISHED


def is_kept(directory: Path, signed: dict[Path, bytes]) -> bool:
    """Whether what the principal had signed before the kill is what was issued."""
    issued = directory / "transcripts"
    return all(
        (issued / path.name.replace(".signed.", ".")).read_bytes().startswith(before)
        for path, before in signed.items()
    )


class Run:
    """One original school, copied for each kill into *work*."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.original, self.work = Path(plan["original"]), Path(plan["work"])
        self.which = ClassOfYear(class_code=plan["class_code"], school_year=plan["school_year"])
        self.workers, self.resuming = plan["workers"], plan["resuming"]
        self.disk: Path | None = None

    def use_small_disk(self, mebibytes: int = 8) -> None:
        """Work on a small file system."""
        self.disk = self.work / "disk"
        self.disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(self.disk)]
        subprocess.run(mount, check=True)
        os.chdir(self.disk)

    def count(self) -> bytes:
        """Issue once without a kill; return a byte for each moment, `w` for a worker's."""
        whole = shutil.copytree(self.original, self.work / "whole")
        counter = self.work / "whole.moments"
        effects = Effects(counter=str(counter), fatal=None, victim=PROCESS)
        if in_child(lambda: issue(whole, self.which, effects, self.workers)) != FINISHED:
            raise SystemExit("the class cannot be issued at all")
        return counter.read_bytes()

    def kill(self, fatal: int, victim: str) -> list[object]:
        """Issue, kill at moment *fatal*, resume; tell how each ended, and what was kept."""
        name = f"{victim}-{fatal}"
        directory = shutil.copytree(self.original, (self.disk or self.work) / name)
        counter = str(self.work / f"{name}.moments")
        effects = Effects(counter=counter, fatal=fatal, victim=victim)
        killed = in_child(lambda: issue(directory, self.which, effects, self.workers))
        signed = {path: path.read_bytes() for path in directory.glob("work/*/*.signed.pdf")}
        if self.disk is not None:
            (self.disk / "filler").unlink(missing_ok=True)
        resumed = in_child(lambda: go_on(directory, self.which, self.resuming))
        kept = is_kept(directory, signed)
        if self.disk is not None:
            shutil.move(directory, self.work / name)
        return [killed, effects.was_reached(), resumed, kept]


def main() -> None:
    """
    Print the moments of a run, then what each kill gave; the plan comes as JSON.

    Its `kills` are pairs of moment and victim, or a number of moments spread over all of them.
    """
    use_language("en")
    plan = json.loads(sys.argv[1])
    run = Run(plan)
    if plan["is_disk_small"]:
        run.use_small_disk()
    kills, moments = plan["kills"], b""
    if isinstance(kills, int):
        moments = run.count()
        wanted, last = min(kills, len(moments)), len(moments) - 1
        chosen = [round(at * last / max(wanted - 1, 1)) for at in range(wanted)]
        kills = [(fatal, victim) for fatal in chosen for victim in plan["victims"]]
    outcomes = {f"{victim}-{fatal}": run.kill(fatal, victim) for fatal, victim in kills}
    sys.stdout.write(json.dumps({"moments": moments.decode(), "outcomes": outcomes}))


if __name__ == "__main__":
    main()
elif _INHERITED in os.environ:  # a worker that `multiprocessing` spawned
    counter, fatal, victim = json.loads(os.environ[_INHERITED])
    instrument(Effects(counter=counter, fatal=fatal, victim=victim, is_worker=True))
