"""
The checkpoint beside the policy: what was folded last time (ADR 0013).

What it says counts after a node has confirmed its block and the history that goes on from it; one
that cannot be read, or contradicts itself, counts as absent and is named. One that is whole is the
newest history that was seen here: what a node tells must go on from it. Where that is not so,
either of the two is false, one cannot tell which, and the file stays as it is.
"""

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InvalidFormat, OtherHistory
from verifier.messages import _
from verifier.policy import RegistryPolicy
from verifier.registry_file import MAX_STATE_BYTES, Block, parse_state, state_to_json
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular
from verifier.system_words import why


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """
    A folded state that was read from a file.

    Args:
        path: the file.
        state: folding on uses it up.
        block: at which it was written.
        heads: the history hashes after 0, 1, 2, … of its events; these stay.
    """

    path: Path
    state: RegistryState
    block: Block
    heads: tuple[bytes | None, ...]

    def check_goes_on(self, state: RegistryState, nodes: Sequence[str]) -> None:
        """
        Check that the history of *state* is this one, or goes on from it.

        Args:
            state: folded from what the nodes tell.
            nodes: the addresses of all that tell it.

        Raises:
            OtherHistory: it ends before this one, or is another one.
        """
        seen = len(self.heads) - 1
        if state.head_at(seen) == self.heads[-1]:
            return
        if state.history_size < seen and state.history_head == self.heads[state.history_size]:
            problem = _(
                "{found} events of the registry, as told by {nodes}, but {seen} were seen before:"
                " either some are held back or forgotten, or the checkpoint {path} is false;"
                " whoever trusts the node removes that file"
            )
        else:
            problem = _(
                "{found} events of the registry, as told by {nodes}, do not go on from the {seen}"
                " that were seen before: either some were changed, or the checkpoint {path} is"
                " false; whoever trusts the node removes that file"
            )
        raise OtherHistory(
            problem.format(
                nodes=", ".join(nodes), found=state.history_size, seen=seen, path=self.path
            )
        )


def load_checkpoint(path: Path, policy: RegistryPolicy) -> tuple[Checkpoint | None, str | None]:
    """
    Read the checkpoint.

    Returns:
        The checkpoint, or None and why it counts as absent; two Nones where there is no file.
    """
    try:
        with open_regular(path) as file:
            data = file.read(MAX_STATE_BYTES + 1)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, _absent(path, why(error))
    try:
        state, block = parse_state(data, what=path.name)
    except InvalidFormat as error:
        return None, _absent(path, str(error))
    if (state.chain_id, state.address) != (policy.chain_id, policy.address):
        return None, _absent(path, _("it is of another registry"))
    heads = tuple(map(state.head_at, range(state.history_size + 1)))
    return Checkpoint(path=path, state=state, block=block, heads=heads), None


def _absent(path: Path, reason: str) -> str:
    message = _("the checkpoint {path} counts as absent: {reason}")
    return message.format(path=path, reason=reason)


def write_checkpoint(path: Path, state: RegistryState, block: Block) -> None:
    """Write the checkpoint, whole or not at all; where that cannot be, only time is lost."""
    with suppress(OSError):
        write_whole(path, state_to_json(state, block))


def write_whole(path: Path, data: bytes) -> None:
    """
    Write a file so that readers see the old one or the new one, never a part.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
