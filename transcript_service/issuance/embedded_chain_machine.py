"""
The machine of the embedded chain: what executes transactions and calls in py-evm.

Rules of the Paris fork, gas at price 0, one transaction a block. A header depends on nothing but
its parent, the transaction and the time: the same transactions at the same times give the same
hashes.
"""

import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from eth._utils.address import generate_contract_address
from eth.abc import BlockAPI, BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI
from eth.chains.base import Chain
from eth.constants import CREATE_CONTRACT_ADDRESS, ZERO_ADDRESS
from eth.db.atomic import AtomicDB
from eth.exceptions import PyEVMError, Revert, VMError
from eth.vm.forks.paris import ParisVM
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.exceptions import ValidationError
from rlp.exceptions import RLPException  # type: ignore[import-untyped]  # rlp has no types

from transcript_service.issuance.embedded_chain_file import ChainFile
from transcript_service.issuance.embedded_chain_nodes import AccountProof, MachineNodes, prove
from transcript_service.issuance.embedded_chain_params import CallRequest
from transcript_service.issuance.embedded_chain_refusal import Refused

# Importing py-evm lets Python nest a hundred times deeper. The registry's calls need nothing of it,
# and the readers of hostile files in this process count on the usual bound: what is nested too
# deeply has to end in an error, not in a crash or in another verdict.
sys.setrecursionlimit(1000)

GENESIS_TIME = 1_735_689_600  # 2025-01-01T00:00:00Z
# Far above all that a block can hold, so that the base fee stays where it begins: at zero.
GAS_LIMIT = 1_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """A block with its one transaction, before it is committed."""

    block: BlockAPI
    transaction: SignedTransactionAPI
    receipt: ReceiptAPI
    contract_address: bytes | None


class Machine:
    """Executes transactions and calls over the nodes of a chain file."""

    def __init__(self, file: ChainFile, chain_id: int) -> None:
        self._nodes = MachineNodes(file)
        self._chain_id = chain_id
        self._class: type[Chain] = Chain.configure(
            "EmbeddedPyEVMChain", chain_id=chain_id, vm_configuration=((0, ParisVM),)
        )
        self._chain = self._class(AtomicDB(self._nodes))

    def make_genesis(self) -> BlockAPI:
        """Make block 0: empty, and the same for each chain ID."""
        params: dict[str, Any] = {
            "base_fee_per_gas": 0,
            "coinbase": ZERO_ADDRESS,
            "difficulty": 0,
            "extra_data": b"hocba/embedded/%d" % self._chain_id,
            "gas_limit": GAS_LIMIT,
            "timestamp": GENESIS_TIME,
        }
        self._class.from_genesis(AtomicDB(self._nodes), params, {})
        return self._chain.get_canonical_block_by_number(BlockNumber(0))

    def head(self) -> BlockHeaderAPI:
        """Return the header of the newest block."""
        return self._chain.get_canonical_head()

    def decode(self, raw: bytes) -> SignedTransactionAPI:
        """
        Read a signed transaction of this chain.

        Raises:
            Refused: it does not parse, is not signed, or is meant for another chain.
        """
        try:
            transaction = ParisVM.get_transaction_builder().decode(raw)
            transaction.validate()
            transaction.check_signature_validity()
        except (PyEVMError, RLPException, ValidationError, ValueError, IndexError) as error:
            raise Refused(f"invalid transaction: {error}") from error
        chain_id = _chain_id_of(transaction)
        if chain_id != self._chain_id:
            raise Refused(f"invalid chain id: transaction {chain_id}, chain {self._chain_id}")
        return transaction

    def mine(self, transaction: SignedTransactionAPI, now: int) -> Mined:
        """
        Execute *transaction* in a new block at *now* (Unix seconds), or a second after its parent.

        Raises:
            Refused: its nonce is not the next one, or the sender cannot pay.
        """
        header = self._next_header(now)
        vm = self._chain.get_vm(header)
        nonce = vm.state.get_nonce(transaction.sender)
        if transaction.nonce != nonce:
            relation = "low" if transaction.nonce < nonce else "high"
            raise Refused(
                f"nonce too {relation}: next nonce {nonce}, transaction nonce {transaction.nonce}"
            )
        try:
            header, receipts, _computations = vm.apply_all_transactions([transaction], header)
            block = vm.set_block_transactions_and_withdrawals(
                vm.get_block(), header, [transaction], receipts
            )
            block = vm.mine_block(block).block
            self._chain.persist_block(block)
        except ValidationError as error:
            raise Refused(f"invalid transaction: {error}") from error
        created = transaction.to == CREATE_CONTRACT_ADDRESS
        address = generate_contract_address(transaction.sender, nonce) if created else None
        return Mined(
            block=block, transaction=transaction, receipt=receipts[0], contract_address=address
        )

    def take_fresh_nodes(self) -> dict[bytes, bytes]:
        """Give what must be written with the block, and forget it."""
        fresh, self._nodes.fresh = self._nodes.fresh, {}
        return fresh

    def execute(self, call: CallRequest, header: BlockHeaderAPI) -> ComputationAPI:
        """
        Execute *call* on the state after the block of *header*, without keeping anything.

        Raises:
            Refused: it reverted (with the bytes) or failed otherwise.
        """
        vm = self._chain.get_vm(header)
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(Address(call.sender)),
            gas_price=0,
            gas=call.gas or GAS_LIMIT,
            to=Address(call.to),
            value=call.value,
            data=call.call_data,
        )
        spoofed: Any = SpoofTransaction(unsigned, from_=call.sender)
        try:
            computation = vm.state.costless_execute_transaction(spoofed)
            computation.raise_if_error()
        except Revert as error:
            output = error.args[0] if error.args else b""
            raise Refused("execution reverted", reverted=bytes(output)) from error
        except (VMError, ValidationError) as error:
            raise Refused(f"execution failed: {error}") from error
        finally:
            self._nodes.fresh.clear()
        return computation

    def estimate_gas(self, call: CallRequest, now: int) -> int:
        """
        Tell how much gas *call* needs in the next block at *now*.

        The room above what was used is for what inner calls must leave behind (EIP-150).
        """
        header = self._next_header(now)
        intrinsic = self._intrinsic_gas(call)
        used = int(self.execute(call, header).get_gas_used()) + intrinsic
        with_room = used + used // 8 + 5_000
        try:
            self.execute(replace(call, gas=with_room), header)
        except Refused:
            return 2 * with_room
        return with_room

    def header(self, block_hash: bytes) -> BlockHeaderAPI:
        """Return the header of a block."""
        return self._chain.get_block_header_by_hash(Hash32(block_hash))

    def pending_header(self, now: int) -> BlockHeaderAPI:
        """Return the header that a block at *now* would have before its transaction."""
        return self._next_header(now)

    def nonce(self, address: bytes, header: BlockHeaderAPI) -> int:
        """Return an account's next nonce after the block of *header*."""
        return int(self._chain.get_vm(header).state.get_nonce(Address(address)))

    def balance(self, address: bytes, header: BlockHeaderAPI) -> int:
        """Return an account's balance in wei after the block of *header*."""
        return int(self._chain.get_vm(header).state.get_balance(Address(address)))

    def code(self, address: bytes, header: BlockHeaderAPI) -> bytes:
        """Return a contract's code after the block of *header*."""
        return bytes(self._chain.get_vm(header).state.get_code(Address(address)))

    def storage(self, address: bytes, slot: int, header: BlockHeaderAPI) -> int:
        """Return what a storage slot holds after the block of *header*."""
        return int(self._chain.get_vm(header).state.get_storage(Address(address), slot))

    def prove(self, address: bytes, slots: tuple[int, ...], header: BlockHeaderAPI) -> AccountProof:
        """Prove an account and some of its slots after the block of *header* (EIP-1186)."""
        return prove(self._nodes, header.state_root, address, slots)

    def _next_header(self, now: int) -> BlockHeaderAPI:
        parent = self.head()
        return self._chain.create_header_from_parent(
            parent,
            timestamp=max(now, parent.timestamp + 1),
            mix_hash=sha256(parent.hash).digest(),
            gas_limit=parent.gas_limit,
            coinbase=ZERO_ADDRESS,
        )

    def _intrinsic_gas(self, call: CallRequest) -> int:
        return int(
            ParisVM.get_transaction_builder()
            .create_unsigned_transaction(
                nonce=0,
                gas_price=0,
                gas=0,
                to=Address(call.to),
                value=call.value,
                data=call.call_data,
            )
            .intrinsic_gas
        )


def _chain_id_of(transaction: SignedTransactionAPI) -> int | None:
    """Return the chain that a transaction was signed for; None for one that fits any chain."""
    try:
        return int(transaction.chain_id or 0)
    except AttributeError:
        v = getattr(transaction, "v", 0)
        return (v - 35) // 2 if v >= 35 else None
