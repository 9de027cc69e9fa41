"""
Issue a class in child processes that are killed at chosen moments, then resumed.

A moment is one effect outside the process's memory: a file renamed into place, a transaction of
the database committed, a signature made by a key, a question to a time-stamping service, an OCSP
responder or for a revocation list, a transaction handed to the node; each once before and once
after it happens. The children are forked before any PDF is rendered (the renderer's threads do
not survive a fork), so that a kill costs no start-up.
"""

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlmodel import Session

from signing.http_exchange import HttpExchange
from signing.keys.signing_key import SigningKey
from tests.school import office_of
from transcript_service.commands import office
from transcript_service.commands.school import ClassOfYear, issue_class, resume
from transcript_service.issuance.embedded_chain import EmbeddedChain

FAILED = 1


class Effects:
    """Counts moments, and ends the process at the chosen one without any clean-up."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal = fatal
        self.count = 0

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
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


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


def issue(directory: Path, which: ClassOfYear, fatal: int | None) -> int:
    """Issue the class, dying at moment *fatal*; return how many moments there were."""
    effects = Effects(fatal)
    instrument(effects)
    issue_class(office_of(directory), which)
    return effects.count


def go_on(directory: Path, which: ClassOfYear) -> int:
    """Do what a registrar does after a cut: the same command again."""
    desk = office_of(directory)
    troubles = resume(desk).troubles
    if troubles:
        raise troubles[0]
    issue_class(desk, which)
    return 0


def is_kept(directory: Path, signed: dict[Path, bytes]) -> bool:
    """Whether what the principal had signed before the kill is what was issued."""
    issued = directory / "transcripts"
    return all(
        (issued / path.name.replace(".signed.", ".")).read_bytes().startswith(before)
        for path, before in signed.items()
    )


def main() -> None:
    """ORIGINAL WORK CLASS YEAR HOW-MANY: print the moments of a run, then what each kill gave."""
    original, work = Path(sys.argv[1]), Path(sys.argv[2])
    which = ClassOfYear(class_code=sys.argv[3], school_year=sys.argv[4])
    whole = shutil.copytree(original, work / "whole")
    moments = in_child(lambda: issue(whole, which, None))
    wanted = min(int(sys.argv[5]), moments)
    chosen = [round(at * (moments - 1) / max(wanted - 1, 1)) for at in range(wanted)]
    outcomes = {}
    for fatal in chosen:
        directory = shutil.copytree(original, work / f"killed-{fatal}")
        killed = in_child(lambda d=directory, f=fatal: issue(d, which, f))
        signed = {path: path.read_bytes() for path in directory.glob("work/*/*.signed.pdf")}
        resumed = in_child(lambda d=directory: go_on(d, which))
        outcomes[fatal] = [killed, resumed, is_kept(directory, signed)]
    sys.stdout.write(json.dumps({"moments": moments, "outcomes": outcomes}))


if __name__ == "__main__":
    main()
