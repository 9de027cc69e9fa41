"""Telling somebody how far an audit is."""

import sys
import time
from typing import Protocol, TextIO

from verifier.messages import _
from verifier.plain_text import plain

_WIDTH = 24
_PAUSE_S = 0.1


class Progress(Protocol):
    """Is told, now and then, which part of the work is under way and how far it is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take notice of *done* of *total* things of the kind *what*; 0 for a total not known."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class TerminalProgress:
    """One line on a terminal, written over and over and wiped out at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = 0.0
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far it is, ten times a second at most."""
        now = time.monotonic()
        if now < self._next and done != total:
            return
        self._next, self._shown = now + _PAUSE_S, True
        counted = f"{done:,}" if not total else f"{done:,} / {total:,}"
        full = _WIDTH * done // total if total else 0
        bar = f"[{'█' * full}{'·' * (_WIDTH - full)}] " if total else ""
        line = _("Audit: {what} {bar}{counted}").format(what=what, bar=bar, counted=counted)
        self._stream.write(f"\r{plain(line)}\x1b[K")
        self._stream.flush()

    def wipe(self) -> None:
        """Leave an empty line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def progress_on(stream: TextIO | None = None) -> TerminalProgress | None:
    """Return a progress for a terminal, stderr unless told; None for anything else."""
    stream = stream or sys.stderr
    return TerminalProgress(stream) if stream.isatty() else None
