"""
An audit with nothing but a node and a registry's address, without a policy file (ADR 0024).

The pins that a policy would hold are asked of the node. So the replay says whether this node's
registry fits together, and the report says which pins it was: whoever reads it compares them.
"""

from collections.abc import Sequence
from pathlib import Path

from verifier.errors import MissingEvidence, NodeUnreachable
from verifier.fields import to_hex
from verifier.messages import _
from verifier.node_address import check_addresses
from verifier.policy import Policy, RegistryPolicy, SignaturePolicy, TimePolicy
from verifier.registry_node import find_block, node_chain_id
from verifier.rpc import OpenRpc, Rpc

NO_SIGNATURES = SignaturePolicy(
    trust_anchors=(),
    revocation_lists=(),
    fetch_revocation=False,
    require_revocation_data=True,
    least_level="B-B",
)
"""An audit looks at no signature."""


def policy_from_nodes(
    addresses: Sequence[str],
    registry: bytes,
    deployment_block: int,
    open_rpc: OpenRpc,
) -> tuple[Policy, str]:
    """
    Ask the first node for what a policy pins; all of them must then agree.

    Args:
        addresses: of the nodes, at least one.
        registry: its address, 20 bytes.
        deployment_block: where to begin to read; 0 will do.
        open_rpc: opens a node's address.

    Returns:
        The policy, and what was taken from the node, in words.

    Raises:
        MissingEvidence: the node gives no usable answer.
        PolicyError: one is no address of a node, or one is named twice.
    """
    check_addresses(addresses, "--rpc")
    path = Path.cwd() / "audit.toml"  # only its folder counts: relative paths begin there
    rpc = open_rpc(addresses[0], path.parent)
    chain_id = node_chain_id(rpc)
    block = find_block(rpc, deployment_block)
    if block is None:
        message = _("node {address} has no block {number}")
        raise NodeUnreachable(message.format(address=rpc.address, number=deployment_block))
    pinned = RegistryPolicy(
        rpc=tuple(addresses),
        agree=len(addresses),
        chain_id=chain_id,
        address=registry,
        deployment_block=deployment_block,
        deployment_block_hash=block.digest,
        finality="tag" if _tells_finality(rpc) else "instant",
        greatest_head_age_s=None,
        snapshot=None,
        snapshot_digest=None,
    )
    policy = Policy(
        signatures=NO_SIGNATURES,
        registry=pinned,
        time=TimePolicy(validation_time=None, anchor_is_proof_of_existence=False),
        directory=path.parent,
        path=path,
    )
    return policy, _told(pinned)


def _told(pinned: RegistryPolicy) -> str:
    """Say which pins were taken from the node."""
    note = _(
        "without a policy the pins are those that the node told: chain {chain_id}, block {number}"
        " with hash {digest}, finality {finality}; compare them with what you know"
    )
    return note.format(
        chain_id=pinned.chain_id,
        number=pinned.deployment_block,
        digest=to_hex(pinned.deployment_block_hash),
        finality=pinned.finality,
    )


def _tells_finality(rpc: Rpc) -> bool:
    """Tell whether the node knows the `finalized` tag."""
    try:
        return find_block(rpc, "finalized") is not None
    except MissingEvidence:
        return False
