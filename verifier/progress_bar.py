"""A bar on a terminal for long work, and nothing elsewhere; the verifier has no library for it."""

from typing import TextIO

_WIDTH = 40


class ProgressBar:
    """A bar that is drawn again whenever its length changes."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = max(total, 1)
        self._stream = stream if stream.isatty() else None
        self._drawn = ""

    def tell(self, done: int) -> None:
        """Show that *done* of the total are finished."""
        if self._stream is None:
            return
        length = done * _WIDTH // self._total
        share = done * 100 // self._total
        bar = f"\r[{'#' * length}{'.' * (_WIDTH - length)}] {share:3} %"
        if bar != self._drawn:
            self._stream.write(f"{bar} {done}/{self._total}")
            self._stream.flush()
            self._drawn = bar

    def end(self) -> None:
        """Take the bar away, so that what follows has a line of its own."""
        if self._stream is not None and self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
