"""One node's answers about the registry at one pinned block, checked against the policy's pins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from verifier.errors import (
    InvalidFormat,
    NodeUnreachable,
    OtherChain,
    OtherHistory,
    UnsupportedRegistry,
)
from verifier.fields import to_hex
from verifier.institution import institution_from_bytes32
from verifier.messages import _
from verifier.node_address import EMBEDDED
from verifier.policy import RegistryPolicy
from verifier.registry_abi import SUPPORTED_VERSION, selector
from verifier.registry_file import Block
from verifier.registry_logs import parse_octets, parse_quantity
from verifier.rpc import Rpc, RpcRefused


@dataclass(frozen=True, slots=True)
class Claim:
    """What the contract says of its history at one block."""

    history_size: int
    history_head: bytes


def find_block(rpc: Rpc, name: str | int) -> Block | None:
    """
    Return a block by number or tag; None where the node has none.

    Raises:
        NodeUnreachable, RpcRefused: no usable answer.
    """
    wanted = name if isinstance(name, str) else hex(name)
    found = rpc.call("eth_getBlockByNumber", [wanted, False])
    if found is None:
        return None
    try:
        block = Block(
            number=parse_quantity(found["number"]),
            digest=parse_octets(found["hash"], 32),
            time=parse_quantity(found["timestamp"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _senseless(rpc, "eth_getBlockByNumber") from error
    if isinstance(name, int) and block.number != name:
        raise _senseless(rpc, "eth_getBlockByNumber")
    return block


def node_chain_id(rpc: Rpc) -> int:
    """
    Return the id of the chain that the node serves.

    Raises:
        NodeUnreachable, RpcRefused: no usable answer.
    """
    try:
        return parse_quantity(rpc.call("eth_chainId", []))
    except ValueError as error:
        raise _senseless(rpc, "eth_chainId") from error


def check_chain(rpc: Rpc, policy: RegistryPolicy) -> None:
    """
    Check that the node serves the chain that the policy pins.

    Raises:
        OtherChain: another chain id, or another deployment block.
        NodeUnreachable, RpcRefused: no usable answer.
    """
    chain_id = node_chain_id(rpc)
    if chain_id != policy.chain_id:
        message = _("node {address} serves chain {found}, the policy pins chain {expected}")
        raise OtherChain(
            message.format(address=rpc.address, found=chain_id, expected=policy.chain_id)
        )
    deployed = find_block(rpc, policy.deployment_block)
    if deployed is None or deployed.digest != policy.deployment_block_hash:
        message = _("node {address}: block {number} is not the one that the policy pins ({found})")
        raise OtherChain(
            message.format(
                address=rpc.address,
                number=policy.deployment_block,
                found=to_hex(deployed.digest) if deployed else _("no such block"),
            )
        )


def pin_block(rpc: Rpc, policy: RegistryPolicy) -> Block:
    """
    Return the newest block that is final by the policy's rule (ADR 0010).

    Raises:
        NodeUnreachable, RpcRefused: no usable answer, or nothing is final yet.
    """
    if policy.finality == "tag":
        block = _finalized(rpc)
    else:
        block = find_block(rpc, "latest")
        if block is not None and isinstance(policy.finality, int) and policy.finality > 0:
            block = find_block(rpc, max(0, block.number - policy.finality))
    if block is None or block.number < policy.deployment_block:
        message = _("node {address}: no block since the registry's deployment is final yet")
        raise NodeUnreachable(message.format(address=rpc.address))
    return block


def _finalized(rpc: Rpc) -> Block | None:
    try:
        return find_block(rpc, "finalized")
    except RpcRefused as error:
        message = _(
            "node {address} does not say which block is final; on its network the policy's"
            ' finality is "instant" or a number of confirmations ({reason})'
        )
        raise NodeUnreachable(
            message.format(address=rpc.address, reason=error.reason[:120])
        ) from error


def check_age(rpc: Rpc, policy: RegistryPolicy, block: Block, now: datetime) -> None:
    """
    Check that *block* is not older than the policy allows; the embedded chain has no such age.

    Raises:
        NodeUnreachable: it is too old to say what is current.
    """
    limit_s = policy.greatest_head_age_s
    if limit_s is None or rpc.address.startswith(EMBEDDED):
        return
    age_s = int(now.timestamp()) - block.time
    if age_s > limit_s:
        message = _("node {address}: its newest final block is {age} s old, allowed are {limit} s")
        raise NodeUnreachable(message.format(address=rpc.address, age=age_s, limit=limit_s))


def check_contract(rpc: Rpc, policy: RegistryPolicy, block: Block) -> None:
    """
    Check that a registry of a known version stands at the policy's address.

    Raises:
        OtherChain: there is no contract.
        UnsupportedRegistry: another contract, or another version of it.
        NodeUnreachable, RpcRefused: no usable answer.
    """
    try:
        code = parse_octets(rpc.call("eth_getCode", [to_hex(policy.address), hex(block.number)]))
    except ValueError as error:
        raise _senseless(rpc, "eth_getCode") from error
    if not code:
        message = _("node {address}: there is no contract at {registry}")
        raise OtherChain(message.format(address=rpc.address, registry=to_hex(policy.address)))
    try:
        version = int.from_bytes(_ask(rpc, policy, block, "VERSION()"), "big")
    except (RpcRefused, OtherHistory) as error:
        message = _("the contract at {registry} does not answer like a registry")
        raise UnsupportedRegistry(message.format(registry=to_hex(policy.address))) from error
    if version != SUPPORTED_VERSION:
        message = _("the registry has version {found}, this verifier knows version {expected}")
        raise UnsupportedRegistry(message.format(found=version, expected=SUPPORTED_VERSION))


def root_institution(rpc: Rpc, policy: RegistryPolicy, block: Block) -> str:
    """
    Return the code of the registry's root institution; the history hash confirms it later.

    Raises:
        OtherHistory: the answer is no institution code.
    """
    try:
        return institution_from_bytes32(_ask(rpc, policy, block, "ROOT_INSTITUTION()"))
    except InvalidFormat as error:
        raise OtherHistory(_("the registry's root institution is no institution code")) from error


def claimed_history(rpc: Rpc, policy: RegistryPolicy, block: Block) -> Claim:
    """
    Return the history's size and hash as the contract holds them at *block*.

    Raises:
        OtherHistory: the answers are no words.
        NodeUnreachable, RpcRefused: no usable answer.
    """
    size = int.from_bytes(_ask(rpc, policy, block, "historySize()"), "big")
    return Claim(size, _ask(rpc, policy, block, "historyHead()"))


def _ask(rpc: Rpc, policy: RegistryPolicy, block: Block, function: str) -> bytes:
    call = {"to": to_hex(policy.address), "data": selector(function)}
    answer: Any = rpc.call("eth_call", [call, hex(block.number)])
    try:
        return parse_octets(answer, 32)
    except ValueError as error:
        message = _("node {address}: the registry's answer to {function} makes no sense")
        raise OtherHistory(message.format(address=rpc.address, function=function)) from error


def _senseless(rpc: Rpc, method: str) -> NodeUnreachable:
    message = _("node {address}: its answer to {method} makes no sense")
    return NodeUnreachable(message.format(address=rpc.address, method=method))
