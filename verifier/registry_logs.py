"""
Reading the registry's events from a node: pages of `eth_getLogs`, strictly decoded.

A log is accepted only in the one form that the contract can have written: its data are decoded
and must be all used, with canonical offsets, zero padding and values within their types.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from verifier.errors import NodeUnreachable, OtherHistory, UnsupportedRegistry
from verifier.fields import to_hex
from verifier.messages import _
from verifier.registry_abi import EventShape, shapes_by_topic
from verifier.registry_events import FieldValue, RegistryEvent
from verifier.rpc import AnswerTooLarge, Rpc, RpcRefused

FIRST_PAGE_BLOCKS = 4_096
LARGEST_PAGE_BLOCKS = 65_536
MAX_BLOCKS = 2**32
"""A block every second for 136 years."""
MAX_PAGES = 2**17
"""A block every second for 20 years, from a node that answers for 5,000 blocks at a time."""
MAX_READING_S = 3_600
_TAIL = (("sequence", "uint64"), ("time", "uint64"), ("sender", "address"), ("head", "bytes32"))
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,16}")
_BITS = {"uint8": 8, "uint64": 64, "uint256": 256, "address": 160, "bytes32": 256}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedLog:
    """An event, and the manifest's bytes if it published one."""

    event: RegistryEvent
    manifest: bytes | None


def read_logs(
    rpc: Rpc, address: bytes, first: int, last: int, topic: bytes | None = None
) -> Iterator[DecodedLog]:
    """
    Give the registry's events of blocks *first* to *last* in order, page by page.

    The page grows until the node refuses it or answers too much, then it shrinks and stays so.
    Blocks, pages and time have limits, so that no node can be read without end.

    Args:
        rpc: the node.
        address: of the registry, 20 bytes.
        first: first block.
        last: last block, included.
        topic: only events with this topic 0.

    Raises:
        NodeUnreachable, RpcRefused: the node does not answer even for one block, or a limit is met.
        UnsupportedRegistry: an event that this verifier does not know.
        OtherHistory: a log that the contract cannot have written.
    """
    if last - first >= MAX_BLOCKS:
        message = _("node {address}: its block {number} lies beyond what any chain can have")
        raise NodeUnreachable(message.format(address=rpc.address, number=last))
    page, largest = FIRST_PAGE_BLOCKS, LARGEST_PAGE_BLOCKS
    started, asked = time.monotonic(), 0
    while first <= last:
        if asked:
            _check_limits(rpc, asked, time.monotonic() - started)
        asked += 1
        page_last = min(first + page - 1, last)
        try:
            logs = _page(rpc, address, first, page_last, topic)
        except (AnswerTooLarge, RpcRefused):
            if page_last == first:
                raise
            page = largest = max(1, (page_last - first + 1) // 2)
            continue
        yield from _decode_page(logs, address, first, page_last)
        first = page_last + 1
        page = min(page * 2, largest)


def _check_limits(rpc: Rpc, asked: int, seconds: float) -> None:
    if asked < MAX_PAGES and seconds <= MAX_READING_S:
        return
    message = _(
        "node {address}: the registry's events are not read after {asked} questions and"
        " {seconds} s; a snapshot, or a node that answers for more blocks at once, may do"
    )
    raise NodeUnreachable(message.format(address=rpc.address, asked=asked, seconds=round(seconds)))


def _page(rpc: Rpc, address: bytes, first: int, last: int, topic: bytes | None) -> list[Any]:
    question: dict[str, object] = {
        "address": to_hex(address),
        "fromBlock": hex(first),
        "toBlock": hex(last),
    }
    if topic is not None:
        question["topics"] = [to_hex(topic)]
    logs = rpc.call("eth_getLogs", [question])
    if not isinstance(logs, list):
        raise NodeUnreachable(
            _("node {address}: the answer to eth_getLogs is no list").format(address=rpc.address)
        )
    return logs


def _decode_page(logs: list[Any], address: bytes, first: int, last: int) -> Iterator[DecodedLog]:
    decoded = [decode_log(log, address) for log in logs]
    decoded.sort(key=lambda item: item.event.sequence)
    for item in decoded:
        if not first <= item.event.block_number <= last:
            message = _("the node gave an event of block {block} when asked for {first} to {last}")
            raise OtherHistory(
                message.format(block=item.event.block_number, first=first, last=last)
            )
        yield item


def decode_log(log: object, address: bytes) -> DecodedLog:
    """
    Read one log as a node gives it.

    Raises:
        UnsupportedRegistry: topic 0 is unknown.
        OtherHistory: it is not a log that the registry at *address* can have written.
    """
    if not isinstance(log, Mapping):
        raise OtherHistory(_("the node gave something else than a log"))
    try:
        return _decode(log, address)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        message = _("the node gave a log that the registry cannot have written: {log}")
        raise OtherHistory(message.format(log=_where(log))) from error


def _where(log: Mapping[str, object]) -> str:
    return f"{str(log.get('transactionHash'))[:80]} {str(log.get('logIndex'))[:20]}"


def _decode(log: Mapping[str, Any], address: bytes) -> DecodedLog:
    if parse_octets(log["address"]) != address or log.get("removed", False) is not False:
        raise ValueError("another contract, or removed")
    topics = [parse_octets(topic, 32) for topic in log["topics"]]
    shape = shapes_by_topic().get(topics[0])
    if shape is None:
        message = _("the registry wrote an event that this verifier does not know (topic {topic})")
        raise UnsupportedRegistry(message.format(topic=to_hex(topics[0])))
    if len(topics) != 1 + shape.indexed:
        raise ValueError("another number of topics")
    fields = _fields(shape, topics[1:], parse_octets(log["data"]))
    manifest = fields.pop("manifest", None)
    if isinstance(manifest, bytes) and sha256(manifest).digest() != fields["digest"]:
        raise ValueError("a manifest under another digest")
    own = {name: fields[name] for name, _kind in shape.own if name in fields}
    event = RegistryEvent(
        name=shape.name,
        fields=own,
        sequence=_integer(fields["sequence"]),
        time=_integer(fields["time"]),
        sender=_octets(fields["sender"]),
        head=_octets(fields["head"]),
        block_number=parse_quantity(log["blockNumber"]),
        transaction_hash=parse_octets(log["transactionHash"], 32),
    )
    return DecodedLog(event=event, manifest=_octets(manifest) if manifest is not None else None)


def _fields(shape: EventShape, topics: Sequence[bytes], data: bytes) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {
        name: _static(topic, kind)
        for (name, kind), topic in zip(shape.own[: shape.indexed], topics, strict=True)
    }
    in_data = (*shape.own[shape.indexed :], *_TAIL)
    end = 32 * len(in_data)
    for place, (name, kind) in enumerate(in_data):
        word = data[32 * place : 32 * place + 32]
        if kind in _BITS:
            fields[name] = _static(word, kind)
            continue
        if int.from_bytes(word, "big") != end:
            raise ValueError("an offset that the compiler does not write")
        fields[name], end = _dynamic(data, end)
    if len(data) != end:
        raise ValueError("bytes behind the last field")
    return fields


def _static(word: bytes, kind: str) -> FieldValue:
    if len(word) != 32 or int.from_bytes(word, "big") >> _BITS[kind]:
        raise ValueError("a word that does not fit its type")
    if kind == "bytes32":
        return word
    return word[12:] if kind == "address" else int.from_bytes(word, "big")


def _dynamic(data: bytes, start: int) -> tuple[bytes, int]:
    """Read a length and as many bytes; return them and where the next ones begin."""
    size = int.from_bytes(data[start : start + 32], "big")
    begin = start + 32
    end = begin + -(-size // 32) * 32
    if end > len(data) or any(data[begin + size : end]):
        raise ValueError("bytes that are cut off or not padded with zeros")
    return data[begin : begin + size], end


def _integer(value: FieldValue) -> int:
    if not isinstance(value, int):
        raise TypeError("not an integer")
    return value


def _octets(value: FieldValue) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("not bytes")
    return value


def parse_octets(text: object, size: int | None = None) -> bytes:
    """
    Read `0x…` data as nodes write it.

    Raises:
        ValueError: it is not hex, or not *size* bytes.
    """
    if not isinstance(text, str) or text[:2] != "0x":
        raise ValueError("not hex data")
    octets = bytes.fromhex(text[2:])
    if len(text) != 2 + 2 * len(octets) or (size is not None and len(octets) != size):
        raise ValueError("hex data of another length")
    return octets


def parse_quantity(text: object) -> int:
    """
    Read a `0x…` quantity as nodes write it.

    Raises:
        ValueError: it is not one, or beyond 64 bits.
    """
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise ValueError("not a quantity")
    return int(text, 0)
