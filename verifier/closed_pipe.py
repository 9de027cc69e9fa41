"""What a command does when nobody reads its answer to the end: `hocba verify … | head`."""

import os
import sys
from collections.abc import Callable

UNREAD = 1
"""Exit code: the answer did not arrive, whatever it was."""


def until_unread(run: Callable[[], int]) -> int:
    """Run a command; end quietly with `UNREAD` once its standard output has no reader."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would be written, and fail again, when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    return code
