"""
The only module that sends transactions (ADR 0009, 0010).

Preparing is separated from sending: what `prepare` returns is stored before it is sent. The same
bytes can be mined only once, so sending them again is harmless: they are looked up by their hash.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from transcript_service.errors import ChainError
from transcript_service.issuance.accounts import Account
from transcript_service.issuance.mined_transaction import MinedTransaction
from transcript_service.issuance.node_access import NodeAccess
from transcript_service.issuance.registry_calls import creation_code
from transcript_service.issuance.registry_reverts import RegistryRefused, read_revert
from verifier.messages import _
from verifier.rpc import Rpc, RpcRefused

WAIT_S = 120.0
_POLL_S = 0.5


class NonceTaken(ChainError):
    """Another transaction of the account was mined with this nonce: this one never will be."""


class NotMined(ChainError):
    """The node has the transaction, but no block holds it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTransaction:
    """A transaction ready to be stored and sent; the raw bytes fix its nonce and its hash."""

    raw: bytes
    transaction_hash: bytes
    nonce: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a policy pins of a registry."""

    address: bytes
    block_number: int
    block_hash: bytes
    transaction_hash: bytes


class RegistryWriter:
    """
    Sends calls to one contract on one chain.

    Args:
        rpc: a node that takes transactions.
        chain_id: the chain that it must serve; nothing is signed for another one.
        address: the contract's 20 bytes.
        wait: pauses between two looks at the node, given seconds.
    """

    def __init__(
        self, rpc: Rpc, chain_id: int, address: bytes, *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._node = NodeAccess(rpc)
        self.chain_id = chain_id
        self.address = address
        self._wait = wait

    def dry_run(self, account: Account, calldata: bytes) -> None:
        """
        Ask the node what the contract would say to a call; nothing is signed.

        Raises:
            RegistryRefused: the contract would refuse it.
            ChainError: a node that does not answer or refuses.
        """
        self._estimate(self._request(account, {"to": self.address, "data": calldata}))

    def nonce_of(self, account: bytes, block: int | None = None) -> int:
        """
        Return the next nonce of *account* (20 bytes), as of *block* or of what the node knows.

        Raises:
            ChainError: a node that does not answer or refuses.
        """
        at = "pending" if block is None else hex(block)
        return self._node.quantity("eth_getTransactionCount", ["0x" + account.hex(), at])

    def prepare(self, account: Account, calldata: bytes) -> SignedTransaction:
        """
        Sign a call with the account's next nonce; nothing is sent.

        Raises:
            RegistryRefused: the contract would refuse it.
            ChainError: another chain, a node that does not answer or refuses.
        """
        return self._prepare(account, {"to": self.address, "data": calldata})

    def prepare_deployment(self, account: Account, code: bytes) -> SignedTransaction:
        """Sign what creates the contract (`registry_calls.creation_code`); see `prepare`."""
        return self._prepare(account, {"data": code})

    def send(self, raw: bytes) -> None:
        """
        Hand a transaction to the node; one that it already has, or has mined, is no error.

        Raises:
            NonceTaken: its nonce was used by another transaction.
            ChainError: a node that does not answer or refuses.
        """
        try:
            self._node.call("eth_sendRawTransaction", ["0x" + raw.hex()])
        except RpcRefused as error:
            self._check_known(raw, error)

    def lookup(self, transaction_hash: bytes) -> MinedTransaction | None:
        """
        Find where a transaction was mined; None when it is in no block.

        Raises:
            RegistryRefused: it was mined, but the contract refused it.
            ChainError: a node that does not answer or refuses.
        """
        receipt = self._node.ask("eth_getTransactionReceipt", ["0x" + transaction_hash.hex()])
        if receipt is None:
            return None
        try:
            if receipt["blockHash"] is None:
                return None
            mined = MinedTransaction.from_receipt(transaction_hash, receipt)
            refused = int(receipt["status"], 16) != 1
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ChainError(
                _("node {address} answers with something that is no receipt").format(
                    address=self._node.address
                )
            ) from error
        if refused:
            raise self._why(transaction_hash, mined.block_number)
        return mined

    def wait(self, transaction_hash: bytes, timeout_s: float = WAIT_S) -> MinedTransaction:
        """
        Wait until a block holds a transaction that was sent.

        Raises:
            NotMined: not within *timeout_s*; look it up by its hash later.
            RegistryRefused: the contract refused it.
            ChainError: a node that does not answer or refuses.
        """
        for _attempt in range(max(1, round(timeout_s / _POLL_S))):
            mined = self.lookup(transaction_hash)
            if mined is not None:
                return mined
            self._wait(_POLL_S)
        raise NotMined(
            _("transaction 0x{hash} is in no block after {seconds} s; resume later").format(
                hash=transaction_hash.hex(), seconds=timeout_s
            )
        )

    def execute(self, account: Account, calldata: bytes) -> MinedTransaction:
        """Prepare, send and wait, for acts whose intent nobody needs to store."""
        prepared = self.prepare(account, calldata)
        self.send(prepared.raw)
        return self.wait(prepared.transaction_hash)

    def _prepare(self, account: Account, content: dict[str, bytes]) -> SignedTransaction:
        found = self._node.quantity("eth_chainId", [])
        if found != self.chain_id:
            raise ChainError(
                _("node {address} serves chain {found}, not {expected}: nothing was signed").format(
                    address=self._node.address, found=found, expected=self.chain_id
                )
            )
        shown = {key: "0x" + octets.hex() for key, octets in content.items()}
        gas = self._estimate(self._request(account, content))
        nonce = self.nonce_of(account.address)
        if "to" in shown:
            shown["to"] = to_checksum_address(shown["to"])
        raw, transaction_hash = account.sign(
            {**shown, **self._fees(), "nonce": nonce, "gas": gas, "value": 0, "chainId": found}
        )
        return SignedTransaction(raw=raw, transaction_hash=transaction_hash, nonce=nonce)

    def _request(self, account: Account, content: dict[str, bytes]) -> dict[str, str]:
        sent = {"from": account.address, **content}
        return {key: "0x" + octets.hex() for key, octets in sent.items()}

    def _estimate(self, request: dict[str, str]) -> int:
        """Ask for the gas; a refusal is asked again as a call, where nodes say more."""
        try:
            answer = self._node.call("eth_estimateGas", [request])
        except RpcRefused as error:
            refused = read_revert(error.data)
            if refused.name or refused.values:
                raise refused from error
            raise self._reason_of_call(request, error) from error
        gas = self._node.number("eth_estimateGas", answer)
        return gas + gas // 5  # the state may change before the transaction is mined

    def _reason_of_call(self, request: dict[str, str], first: RpcRefused) -> ChainError:
        try:
            self._node.call("eth_call", [request, "latest"])
        except RpcRefused as error:
            if "revert" in error.reason.lower():
                return read_revert(error.data)
        if "revert" in first.reason.lower():
            return RegistryRefused("", {})
        return self._node.refused("eth_estimateGas", first)

    def _fees(self) -> dict[str, int]:
        """Return what the network asks for: nothing where gas is free."""
        head = self._node.ask("eth_getBlockByNumber", ["latest", False]) or {}
        if head.get("baseFeePerGas") is None:
            return {"gasPrice": self._node.quantity("eth_gasPrice", [])}
        base = int(head["baseFeePerGas"], 16)
        suggested = max(0, self._node.quantity("eth_gasPrice", []) - base)
        return {
            "type": 2,
            "maxPriorityFeePerGas": suggested,
            "maxFeePerGas": 2 * base + suggested,
        }

    def _check_known(self, raw: bytes, error: RpcRefused) -> None:
        transaction_hash = keccak(raw)
        if self._node.ask("eth_getTransactionByHash", ["0x" + transaction_hash.hex()]) is not None:
            return
        if self.lookup(transaction_hash) is not None:
            return
        if "nonce too low" in error.reason.lower():
            raise NonceTaken(
                _("transaction 0x{hash} can never be mined: its nonce was used by another").format(
                    hash=transaction_hash.hex()
                )
            ) from error
        raise self._node.refused("eth_sendRawTransaction", error) from error

    def _why(self, transaction_hash: bytes, block_number: int) -> ChainError:
        """Ask for the reason of a mined refusal by making the call again on the block before."""
        sent = self._node.ask("eth_getTransactionByHash", ["0x" + transaction_hash.hex()])
        before = hex(block_number - 1)
        request = {"from": sent["from"], "data": sent["input"]}
        if sent["to"]:
            request["to"] = sent["to"]
        try:
            self._node.call("eth_call", [request, before])
        except RpcRefused as error:
            return read_revert(error.data)
        return RegistryRefused("", {})


def deploy_registry(
    rpc: Rpc,
    chain_id: int,
    account: Account,
    *,
    root_institution: str,
    name: str,
    upstream_codes: str = "",
    authority: bytes | None = None,
) -> Deployment:
    """
    Deploy a registry and wait for its block; *authority* is the account's own by default.

    Raises:
        ChainError: the node refuses, or does not answer.
    """
    writer = RegistryWriter(rpc, chain_id, bytes(20))
    code = creation_code(root_institution, name, upstream_codes, authority or account.address)
    prepared = writer.prepare_deployment(account, code)
    writer.send(prepared.raw)
    mined = writer.wait(prepared.transaction_hash)
    if mined.contract_address is None:
        raise ChainError(_("node {address} made no contract").format(address=rpc.address))
    return Deployment(
        address=mined.contract_address,
        block_number=mined.block_number,
        block_hash=mined.block_hash,
        transaction_hash=mined.transaction_hash,
    )
