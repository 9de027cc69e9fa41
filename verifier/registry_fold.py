"""Folding one node's events up to a pinned block, from the deployment or from a checkpoint."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from verifier.errors import NodeUnreachable, OtherHistory
from verifier.fields import to_hex
from verifier.messages import _
from verifier.policy import RegistryPolicy
from verifier.registry_abi import event_shapes
from verifier.registry_checkpoint import Checkpoint
from verifier.registry_file import Block
from verifier.registry_logs import DecodedLog, read_logs
from verifier.registry_node import Claim, find_block, root_institution
from verifier.registry_state import RegistryState, apply_event, empty_state
from verifier.rpc import Rpc


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A state that fits the contract's own history hash, and the manifests that were published."""

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
        note = _("the checkpoint counts as absent: {reason}").format(reason=error)
        return replace(_from_deployment(rpc, policy, block, claim), notes=(note,))


def _confirms(rpc: Rpc, block: Block, checkpoint: Checkpoint) -> bool:
    """Tell whether the checkpoint's block is one of the node's, not behind the pinned one."""
    if checkpoint.block.number > block.number:
        return False
    return find_block(rpc, checkpoint.block.number) == checkpoint.block


def _from_deployment(rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim) -> Folded:
    root = root_institution(rpc, policy, block)
    state = empty_state(policy.chain_id, policy.address, root)
    logs = read_logs(rpc, policy.address, policy.deployment_block, block.number)
    manifests = _fold(state, logs)
    _check_claim(rpc, state, claim)
    _check_still_there(rpc, block)
    return Folded(state=state, manifests=manifests)


def _continue(
    rpc: Rpc, policy: RegistryPolicy, block: Block, claim: Claim, checkpoint: Checkpoint
) -> Folded:
    state = checkpoint.state
    first_new = checkpoint.block.number + 1
    before = set(state.published)
    manifests = _fold(state, read_logs(rpc, policy.address, first_new, block.number))
    _check_claim(rpc, state, claim)
    if before:
        topic = event_shapes()["ManifestPublished"].topic
        earlier = read_logs(rpc, policy.address, policy.deployment_block, first_new - 1, topic)
        manifests.update(_published(earlier))
    missing = state.published - manifests.keys()
    if missing:
        message = _("node {address} left out the published manifest {digest}")
        raise OtherHistory(message.format(address=rpc.address, digest=to_hex(min(missing))))
    _check_still_there(rpc, block)
    return Folded(state=state, manifests=manifests)


def _fold(state: RegistryState, logs: Iterable[DecodedLog]) -> dict[bytes, bytes]:
    manifests = {}
    for log in logs:
        apply_event(state, log.event)
        if log.manifest is not None:
            manifests[log.event.octets("digest")] = log.manifest
    return manifests


def _published(logs: Iterable[DecodedLog]) -> dict[bytes, bytes]:
    return {log.event.octets("digest"): log.manifest for log in logs if log.manifest is not None}


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
