"""Folding one node's events up to a pinned block, from the deployment or from a checkpoint."""

from dataclasses import dataclass, field, replace

from verifier.errors import NodeUnreachable, OtherHistory
from verifier.fields import to_hex
from verifier.messages import _
from verifier.policy import RegistryPolicy
from verifier.registry_abi import event_shapes
from verifier.registry_checkpoint import Checkpoint
from verifier.registry_events import RegistryEvent
from verifier.registry_file import Block
from verifier.registry_logs import read_logs
from verifier.registry_node import Claim, find_block, root_institution
from verifier.registry_state import RegistryState, apply_event, empty_state
from verifier.rpc import Rpc

MAX_HISTORY_BYTES = 2 * 1024**3
"""About two million events."""
EVENT_BYTES = 1_000
MAX_PUBLISHED_BYTES = 256 * 1024**2
"""About one and a half million entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A state that fits the contract's own history hash, and published manifests of batches."""

    state: RegistryState
    manifests: dict[bytes, bytes]
    notes: tuple[str, ...] = ()


def fold_from_node(
    rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim, checkpoint: Checkpoint | None
) -> Folded:
    """
    Fold the node's events up to *block* and compare the history with what the contract claims.

    Args:
        rpc: a node that serves the policy's chain.
        policy: the registry's pins.
        block: where to stop.
        claim: the contract's history at *block*, by as many nodes as the policy wants.
        checkpoint: where to go on from, if the node confirms it. Whether what was folded without
            it goes on from it is left to `Checkpoint.check_goes_on`.

    Raises:
        OtherHistory: the events do not fit together or are not the claimed history.
        UnsupportedRegistry: an unknown event.
        NodeUnreachable, RpcRefused: no usable answer.
    """
    if checkpoint is None or not _confirms(rpc, block, checkpoint):
        return _from_deployment(rpc, policy, block, claim)
    try:
        return _continue(rpc, policy, block, claim, checkpoint)
    except OtherHistory as error:
        folded = _from_deployment(rpc, policy, block, claim)
        note = _("the checkpoint counts as absent: {reason}").format(reason=error)
        return replace(folded, notes=(note, *folded.notes))


def _confirms(rpc: Rpc, block: Block, checkpoint: Checkpoint) -> bool:
    """Tell whether the checkpoint's block is one of the node's, not behind the pinned one."""
    if checkpoint.block.number > block.number:
        return False
    return find_block(rpc, checkpoint.block.number) == checkpoint.block


def _from_deployment(rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim) -> Folded:
    root = root_institution(rpc, policy, block)
    state = empty_state(policy.chain_id, policy.address, root)
    return _fold_up_to(rpc, policy, block, claim, (state, policy.deployment_block))


def _continue(
    rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim, checkpoint: Checkpoint
) -> Folded:
    start = (checkpoint.state, checkpoint.block.number + 1)
    return _fold_up_to(rpc, policy, block, claim, start)


def _fold_up_to(
    rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim, start: tuple[RegistryState, int]
) -> Folded:
    """Fold onto a state from a first block on, and gather the manifests of all its batches."""
    state, first = start
    manifests = _Manifests()
    kept_bytes = 0
    anchored = {batch.manifest_digest for batch in state.batches.values()}
    for log in read_logs(rpc, policy.address, first, block.number):
        apply_event(state, log.event)
        if state.history_size > claim.history_size:
            break
        kept_bytes += _weight(log.event)
        if kept_bytes > MAX_HISTORY_BYTES:
            message = _("node {address}: its history of the registry is longer than {limit} bytes")
            raise NodeUnreachable(message.format(address=rpc.address, limit=MAX_HISTORY_BYTES))
        if log.event.name == "BatchAnchored":
            anchored.add(log.event.octets("manifestDigest"))
        if log.manifest is not None and log.event.octets("digest") in anchored:
            manifests.keep(log.event.octets("digest"), log.manifest)
    _check_claim(rpc, state, claim)
    _read_earlier_manifests(rpc, policy, block, state.published & anchored, manifests)
    _check_still_there(rpc, block)
    return Folded(state=state, manifests=manifests.kept, notes=manifests.notes())


def _weight(event: RegistryEvent) -> int:
    """Return about how many bytes of memory an event keeps."""
    texts = (value for value in event.fields.values() if isinstance(value, bytes))
    return EVENT_BYTES + sum(map(len, texts))


@dataclass(slots=True)
class _Manifests:
    """Published manifests of anchored batches, as far as they fit into their limit."""

    kept: dict[bytes, bytes] = field(default_factory=dict)
    left: set[bytes] = field(default_factory=set)
    _size: int = 0

    def keep(self, digest: bytes, manifest: bytes) -> None:
        if digest in self.kept:
            return
        if self._size + len(manifest) > MAX_PUBLISHED_BYTES:
            self.left.add(digest)
            return
        self.kept[digest] = manifest
        self._size += len(manifest)

    def notes(self) -> tuple[str, ...]:
        if not self.left:
            return ()
        message = _(
            "{count} manifests on chain are left out: with them all would be longer than {limit}"
            " bytes; a folder of manifests can take their place"
        )
        return (message.format(count=len(self.left), limit=MAX_PUBLISHED_BYTES),)


def _read_earlier_manifests(
    rpc: Rpc, policy: RegistryPolicy, block: Block, wanted: set[bytes], manifests: _Manifests
) -> None:
    """Read what was published before the checkpoint, or before its batch was anchored."""
    missing = wanted - manifests.kept.keys() - manifests.left
    if not missing:
        return
    topic = event_shapes()["ManifestPublished"].topic
    logs = read_logs(rpc, policy.address, policy.deployment_block, block.number, topic)
    for log in logs:
        digest = log.event.octets("digest")
        if digest in missing and log.manifest is not None:
            manifests.keep(digest, log.manifest)
            missing.discard(digest)
    if missing:
        message = _("node {address} left out the published manifest {digest}")
        raise OtherHistory(message.format(address=rpc.address, digest=to_hex(min(missing))))


def _check_claim(rpc: Rpc, state: RegistryState, claim: Claim) -> None:
    if (state.history_size, state.history_head) == (claim.history_size, claim.history_head):
        return
    message = _(
        "node {address}: its events are not the registry's history: {found} events lead to"
        " {found_head}, the contract says {expected} events and {expected_head}"
    )
    raise OtherHistory(
        message.format(
            address=rpc.address,
            found=state.history_size,
            found_head=to_hex(state.history_head),
            expected=claim.history_size,
            expected_head=to_hex(claim.history_head),
        )
    )


def _check_still_there(rpc: Rpc, block: Block) -> None:
    if find_block(rpc, block.number) != block:
        message = _("node {address}: block {number} was replaced while reading; try again")
        raise NodeUnreachable(message.format(address=rpc.address, number=block.number))
