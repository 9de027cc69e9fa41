"""
Reading the registry: which nodes, which block, which checkpoint (ADR 0013).

The state is folded from events and never asked for, so that no node learns which transcript is
being checked. What the fold gives is compared with the hash that the contract itself holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from verifier.errors import (
    InvalidFormat,
    MissingEvidence,
    NodeUnreachable,
    OtherChain,
    OtherHistory,
    SubReason,
)
from verifier.messages import _
from verifier.node_address import shown_address
from verifier.policy import Policy
from verifier.registry_checkpoint import Checkpoint, load_checkpoint, write_checkpoint
from verifier.registry_file import MAX_STATE_BYTES, Block, parse_state
from verifier.registry_fold import Folded, fold_from_node
from verifier.registry_node import (
    Claim,
    check_age,
    check_chain,
    check_contract,
    claimed_history,
    find_block,
    pin_block,
)
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular
from verifier.rpc import OpenRpc, Rpc
from verifier.system_words import why

_WORST_FIRST = (
    SubReason.OTHER_HISTORY,
    SubReason.OTHER_CHAIN,
    SubReason.UNSUPPORTED_REGISTRY,
    SubReason.REGISTRY_UNAVAILABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryView:
    """
    The registry as it was read.

    Args:
        state: folded at `block`.
        manifests: bytes of published manifests by their digest (32 bytes); empty for a snapshot.
        block: the pinned block.
        source: the node's address, or the snapshot's path.
        notes: what was offered and did not count: checkpoints, other nodes; for people.
    """

    state: RegistryState
    manifests: Mapping[bytes, bytes]
    block: Block
    source: str
    notes: tuple[str, ...] = ()
    is_snapshot: bool = False
    """Whether no node was asked, so that nothing is known of what was published."""

    @property
    def block_number(self) -> int:
        """Return the pinned block's number."""
        return self.block.number

    @property
    def block_time(self) -> int:
        """Return the pinned block's time, Unix seconds."""
        return self.block.time

    @property
    def block_hash(self) -> bytes:
        """Return the pinned block's hash, 32 bytes."""
        return self.block.digest


def read_snapshot(policy: Policy) -> RegistryView:
    """
    Read the snapshot that the policy names with its digest; no socket is opened.

    Raises:
        NodeUnreachable: the policy names none, or it cannot be read.
        OtherHistory: it is not the one of the digest, or contradicts itself.
        OtherChain: it is of another registry.
    """
    pinned = policy.registry
    path = pinned.snapshot
    if path is None:
        raise NodeUnreachable(_("the policy names no snapshot, and no node may be asked"))
    try:
        with open_regular(path) as file:
            data = file.read(MAX_STATE_BYTES + 1)
    except OSError as error:
        message = _("{path}: the snapshot cannot be read ({reason})")
        raise NodeUnreachable(message.format(path=path, reason=why(error))) from error
    if sha256(data).digest() != pinned.snapshot_digest:
        message = _("{path}: the snapshot is not the one whose digest the policy names")
        raise OtherHistory(message.format(path=path))
    try:
        state, block = parse_state(data, what=str(path))
    except InvalidFormat as error:
        raise OtherHistory(str(error)) from error
    if (state.chain_id, state.address) != (pinned.chain_id, pinned.address):
        message = _("{path}: the snapshot is of another registry than the policy's")
        raise OtherChain(message.format(path=path))
    return RegistryView(state=state, manifests={}, block=block, source=str(path), is_snapshot=True)


def read_registry(
    policy: Policy, open_rpc: OpenRpc, *, now: datetime, checkpoint: bool = True
) -> RegistryView:
    """
    Read the registry as the policy says: from its snapshot if it names one, else from its nodes.

    Args:
        policy: pins, nodes, finality.
        open_rpc: opens a node's address.
        now: for the greatest age of the head.
        checkpoint: whether the checkpoint beside the policy is used and brought up to date.

    Raises:
        MissingEvidence: REGISTRY_UNAVAILABLE, OTHER_CHAIN, OTHER_HISTORY or UNSUPPORTED_REGISTRY.
    """
    if policy.registry.snapshot is not None:
        return read_snapshot(policy)
    return read_from_nodes(policy, open_rpc, now=now, checkpoint=checkpoint)


def read_from_nodes(
    policy: Policy, open_rpc: OpenRpc, *, now: datetime, checkpoint: bool
) -> RegistryView:
    """
    Read the registry from the policy's nodes, whatever snapshot it names; see `read_registry`.

    As many nodes as must agree have to name the same block and the same history; the first of
    them whose events give that history is the source. A node that does not fit is named.
    """
    failures: list[MissingEvidence] = []
    addresses = policy.registry.rpc
    together = 1 if policy.registry.agree == 1 else len(addresses)
    for start in range(0, len(addresses), together):
        nodes = []
        for address in addresses[start : start + together]:
            try:
                nodes.append(_open(policy, open_rpc, address, now))
            except MissingEvidence as error:
                failures.append(_named(error, shown_address(address)))
        if together == 1 and not nodes:
            continue
        try:
            return _read_agreed(policy, nodes, failures, checkpoint=checkpoint)
        except MissingEvidence as error:
            failures.append(error)
    raise _worst(failures)


@dataclass(frozen=True, slots=True)
class _Node:
    """A node that serves the policy's chain and registry, and its newest final block."""

    rpc: Rpc
    newest: Block


def _open(policy: Policy, open_rpc: OpenRpc, address: str, now: datetime) -> _Node:
    rpc = open_rpc(address, policy.directory)
    check_chain(rpc, policy.registry)
    newest = pin_block(rpc, policy.registry)
    check_age(rpc, policy.registry, newest, now)
    check_contract(rpc, policy.registry, newest)
    return _Node(rpc, newest)


def _read_agreed(
    policy: Policy, nodes: list[_Node], failures: list[MissingEvidence], *, checkpoint: bool
) -> RegistryView:
    block, claim, agreeing = _agree(policy, nodes, failures)
    stored, absent = None, None
    for rpc in agreeing:
        if checkpoint:  # read again for each node: folding on uses it up
            stored, absent = load_checkpoint(policy.checkpoint_path, policy.registry)
        try:
            folded = fold_from_node(rpc, policy.registry, block, claim, stored)
        except MissingEvidence as error:
            failures.append(_named(error, rpc.address))
            continue
        if stored is not None:
            stored.check_goes_on(folded.state, [node.address for node in agreeing])
        if checkpoint and _is_news(stored, folded, block):
            write_checkpoint(policy.checkpoint_path, folded.state, block)
        notes = (*map(str, failures), *([absent] if absent else ()), *folded.notes)
        return RegistryView(
            state=folded.state,
            manifests=folded.manifests,
            block=block,
            source=rpc.address,
            notes=notes,
        )
    raise _worst(failures)


def _is_news(stored: Checkpoint | None, folded: Folded, block: Block) -> bool:
    """Tell whether a checkpoint of what was folded says more than the one that is there."""
    if stored is None or folded.notes:
        return True
    return folded.state.history_size >= len(stored.heads) or block.number > stored.block.number


def _agree(
    policy: Policy, nodes: list[_Node], failures: list[MissingEvidence]
) -> tuple[Block, Claim, list[Rpc]]:
    """Find the newest block that enough nodes have, and those that say the same about it."""
    agree = policy.registry.agree
    if len(nodes) < agree:
        message = _("{found} of the policy's nodes can be used, {needed} must agree")
        raise NodeUnreachable(message.format(found=len(nodes), needed=agree))
    number = sorted((node.newest.number for node in nodes), reverse=True)[agree - 1]
    answers: dict[tuple[Block, Claim], list[Rpc]] = {}
    for node in nodes:
        try:
            block = _block_at(node, number)
            claim = claimed_history(node.rpc, policy.registry, block)
            answers.setdefault((block, claim), []).append(node.rpc)
        except MissingEvidence as error:
            failures.append(_named(error, node.rpc.address))
    ranked = sorted(answers.items(), key=lambda item: len(item[1]), reverse=True)
    enough = [answer for answer in ranked if len(answer[1]) >= agree]
    if not enough or (len(enough) > 1 and len(enough[0][1]) == len(enough[1][1])):
        message = _("the nodes contradict each other about block {number}: {nodes}")
        named = ", ".join(node.rpc.address for node in nodes)
        raise OtherHistory(message.format(number=number, nodes=named))
    (block, claim), agreeing = ranked[0]
    failures.extend(
        _contradicts(rpc, number, len(agreeing)) for _said, others in ranked[1:] for rpc in others
    )
    return block, claim, agreeing


def _block_at(node: _Node, number: int) -> Block:
    """
    Return a node's block of this number.

    Raises:
        MissingEvidence: it has none, or gives no usable answer.
    """
    block = find_block(node.rpc, number) if node.newest.number >= number else None
    if block is None:
        message = _("node {address} is behind: its newest final block is {newest}, not {number}")
        newest = node.newest.number
        raise NodeUnreachable(
            message.format(address=node.rpc.address, newest=newest, number=number)
        )
    return block


def _contradicts(rpc: Rpc, number: int, agreeing: int) -> OtherHistory:
    message = _("node {address} contradicts {agreeing} others about block {number}")
    return OtherHistory(message.format(address=rpc.address, agreeing=agreeing, number=number))


def _named(error: MissingEvidence, address: str) -> MissingEvidence:
    """Return the error with the address of the node whose fault it is, if it does not say it."""
    if address in str(error):
        return error
    message = _("node {address}: {problem}")
    return MissingEvidence(error.sub_reason, message.format(address=address, problem=error))


def _worst(failures: list[MissingEvidence]) -> MissingEvidence:
    """Return one error for all nodes: a contradiction outweighs silence."""
    if not failures:
        return NodeUnreachable(_("the policy names no node"))
    worst = min(failures, key=lambda failure: _WORST_FIRST.index(failure.sub_reason))
    others = dict.fromkeys(str(failure) for failure in failures)
    others.pop(str(worst))
    return MissingEvidence(worst.sub_reason, "; ".join([str(worst), *others]))
