"""
The registry on eth-tester, and an independent recomputation of its history hash.

Nothing here uses the project's own calldata, fold or trees: what the contract does is compared with
what the standards and `contracts/README.md` say, written down a second time.
"""

import ast
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_abi.abi import decode, encode
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from eth_utils import keccak

ROOT = Path(__file__).resolve().parents[2]
INTERFACE = json.loads((ROOT / "verifier" / "registry_abi.json").read_text(encoding="utf-8"))
BYTECODE = json.loads(
    (ROOT / "transcript_service" / "issuance" / "registry_bytecode.json").read_text(
        encoding="utf-8"
    )
)["bytecode"]
ABI = INTERFACE["abi"]

AUTHORITY, ISSUER, REVOKER = 1, 2, 3
PRINCIPAL, SEAL = 1, 2
REVOKED, SUPERSEDED = 1, 2
OPEN_END = 2**64 - 1


def code(text: str) -> bytes:
    """Pad an institution's code."""
    return text.encode("ascii").ljust(32, b"\x00")


MINISTRY = code("VN-000")
DEPARTMENT = code("VN-000-SO-A")
SCHOOL = code("VN-000-THCS-HOA-PHUONG")
OTHER_DEPARTMENT = code("VN-000-SO-B")
OTHER_SCHOOL = code("VN-000-THCS-HOA-SEN")


class Refused(Exception):
    """A transaction was mined and refused; `args` are the error's name and its values."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A decoded event: own fields in ABI order, and the tail."""

    name: str
    own: dict[str, Any]
    sequence: int
    time: int
    sender: str
    head: bytes


def _type(part: dict[str, Any]) -> str:
    if part["type"].startswith("tuple"):
        inner = ",".join(_type(component) for component in part["components"])
        return f"({inner}){part['type'].removeprefix('tuple')}"
    return part["type"]


def _signature(part: dict[str, Any]) -> str:
    return f"{part['name']}({','.join(_type(given) for given in part['inputs'])})"


FUNCTIONS = {part["name"]: part for part in ABI if part["type"] == "function"}
EVENTS = {keccak(text=_signature(part)): part for part in ABI if part["type"] == "event"}
ERRORS = {keccak(text=_signature(part))[:4]: part for part in ABI if part["type"] == "error"}


def calldata(name: str, *arguments: Any) -> bytes:
    """Encode a call by the ABI."""
    part = FUNCTIONS[name]
    types = [_type(given) for given in part["inputs"]]
    return keccak(text=_signature(part))[:4] + encode(types, arguments)


# Later than any clock, so that blocks follow each other by a second however long the tests take.
BEGINNING = 4_000_000_000


class RegistryOnTester:
    """One deployed registry; every event that it makes goes through the recomputed history."""

    def __init__(
        self, root: bytes = MINISTRY, name: str = "Bộ Giáo dục và Đào tạo", upstream: str = "moet"
    ) -> None:
        self.tester = EthereumTester(PyEVMBackend())
        self.tester.time_travel(BEGINNING)
        self.accounts = self.tester.get_accounts()
        self.ministry, self.department, self.issuer, self.revoker, self.stranger = self.accounts[:5]
        self.events: list[Event] = []
        self.root = root
        code_and_arguments = (
            BYTECODE
            + encode(
                ["bytes32", "string", "string", "address"], [root, name, upstream, self.ministry]
            ).hex()
        )
        receipt = self._mine({"from": self.ministry, "data": code_and_arguments})
        assert receipt["status"] == 1
        self.address = receipt["contract_address"]
        self.chain_id = self.tester.backend.chain.chain_id
        self.head = sha256(
            encode(
                ["string", "uint256", "address", "bytes32"],
                ["hocba/registry/1", self.chain_id, self.address, root],
            )
        ).digest()
        self.seed = self.head
        self._take(receipt, self.ministry)

    def mark(self) -> tuple[Any, ...]:
        """Remember the chain and the history, to come back to them."""
        return (self.tester.take_snapshot(), self.head, list(self.events))

    def back_to(self, mark: tuple[Any, ...]) -> None:
        """Come back to a mark."""
        snapshot, self.head, events = mark
        self.events = list(events)
        self.tester.revert_to_snapshot(snapshot)

    @property
    def now(self) -> int:
        """Time of the newest block."""
        return self.tester.get_block_by_number("latest")["timestamp"]

    def at(self, moment: int) -> None:
        """Let the next block have this time."""
        self.tester.time_travel(moment)

    def send(self, sender: str, name: str, *arguments: Any) -> list[Event]:
        """Make a call in a block of its own; give its events, or raise `Refused`."""
        return self.send_counting_gas(sender, name, *arguments)[0]

    def send_counting_gas(self, sender: str, name: str, *arguments: Any) -> tuple[list[Event], int]:
        """As `send`; give the gas, too."""
        call = {"from": sender, "to": self.address, "data": "0x" + calldata(name, *arguments).hex()}
        receipt = self._mine(call)
        if receipt["status"] == 0:
            raise self._why(call)
        return self._take(receipt, sender), receipt["gas_used"]

    def refusal(self, sender: str, name: str, *arguments: Any) -> tuple[str, list[Any]]:
        """Make a call that must be refused; give the error's name and values."""
        try:
            found = self.send(sender, name, *arguments)
        except Refused as error:
            assert self.view("historyHead") == self.head
            return error.args[0], error.args[1]
        raise AssertionError(f"not refused: {found}")

    def view(self, name: str, *arguments: Any, sender: str | None = None) -> Any:
        """Ask a view; one value as such, several as a tuple."""
        call = {
            "from": sender or self.stranger,
            "to": self.address,
            "data": "0x" + calldata(name, *arguments).hex(),
        }
        try:
            answer = self.tester.call(call)
        except TransactionFailed as error:
            raise _decoded(error) from error
        found = decode(
            [_type(part) for part in FUNCTIONS[name]["outputs"]], bytes.fromhex(answer[2:])
        )
        return found[0] if len(found) == 1 else found

    def simulate(self, sender: str, name: str, *arguments: Any) -> tuple[str, list[Any]] | None:
        """Make a call without mining it; give the error, or None when it would pass."""
        data = "0x" + calldata(name, *arguments).hex()
        try:
            self.tester.call({"from": sender, "to": self.address, "data": data})
        except TransactionFailed as error:
            refused = _decoded(error)
            return refused.args[0], refused.args[1]
        return None

    def _mine(self, transaction: dict[str, Any]) -> dict[str, Any]:
        priced = {**transaction, "gas": 8_000_000, "max_fee_per_gas": 10**10}
        sent = self.tester.send_transaction({**priced, "max_priority_fee_per_gas": 0})
        return self.tester.get_transaction_receipt(sent)

    def _why(self, call: dict[str, Any]) -> Refused:
        """Make a mined and refused call again: the state and the time are the same."""
        try:
            self.tester.call(call)
        except TransactionFailed as error:
            return _decoded(error)
        raise AssertionError("refused when mined, but not when called")

    def _take(self, receipt: dict[str, Any], sender: str) -> list[Event]:
        """Decode the events of a receipt and recompute the history over them."""
        found = [self._decode(log) for log in receipt["logs"]]
        time = self.tester.get_block_by_number(receipt["block_number"])["timestamp"]
        for event in found:
            self.head = sha256(self.head + sha256(_hashed(event)).digest()).digest()
            self.events.append(event)
            assert event.head == self.head, event.name
            assert event.sequence == len(self.events)
            assert event.time == time
            assert event.sender == sender.lower()
        assert self.view("historyHead") == self.head
        return found

    def _decode(self, log: dict[str, Any]) -> Event:
        assert log["address"] == self.address
        part = EVENTS[bytes.fromhex(log["topics"][0][2:])]
        plain = [given for given in part["inputs"] if not given["indexed"]]
        values = dict(
            zip(
                [given["name"] for given in plain],
                decode([_type(given) for given in plain], bytes.fromhex(log["data"][2:])),
                strict=True,
            )
        )
        tail = {name: values.pop(name) for name in ("sequence", "time", "sender", "head")}
        indexed = [given["name"] for given in part["inputs"] if given["indexed"]]
        topics = [bytes.fromhex(topic[2:]) for topic in log["topics"][1:]]
        own = {**dict(zip(indexed, topics, strict=True)), **values}
        return Event(name=part["name"], own=own, **tail)


def _hashed(event: Event) -> bytes:
    """What one step of the history hashes: `contracts/README.md`, events and the history hash."""
    topic, part = next(item for item in EVENTS.items() if item[1]["name"] == event.name)
    types, values = ["uint64", "uint64", "address", "bytes32"], [event.sequence, event.time]
    fields = [given for given in part["inputs"] if given["name"] in event.own]
    for given in fields:
        value = event.own[given["name"]]
        if given["type"] in ("string", "bytes"):
            octets = value.encode() if isinstance(value, str) else value
            types.append("bytes32")
            values.append(sha256(octets).digest())
        else:
            types.append(given["type"])
            values.append(value)
    return encode(types, [*values[:2], event.sender, topic, *values[2:]])


def _decoded(error: TransactionFailed) -> Refused:
    """Decode a custom error; eth-tester gives the bytes as Python writes them."""
    octets = ast.literal_eval(str(error.args[0]))
    part = ERRORS[octets[:4]]
    values = list(decode([given["type"] for given in part["inputs"]], octets[4:]))
    return Refused(part["name"].removeprefix("TranscriptRegistry"), values)
