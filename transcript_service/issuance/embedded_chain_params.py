"""Parameters of JSON-RPC requests, parsed strictly: what does not fit is named, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LATEST_TAGS = frozenset({"latest", "safe", "finalized"})


class InvalidParams(ValueError):
    """A parameter that is not what the method takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockId:
    """Which block a request means: exactly one of the three, or none for the newest."""

    number: int | None = None
    block_hash: bytes | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which logs a request means; None takes all."""

    first: BlockId
    last: BlockId
    addresses: tuple[bytes, ...] | None
    topics: tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """What `eth_call` and `eth_estimateGas` shall execute; no `to` creates a contract."""

    sender: bytes
    to: bytes
    call_data: bytes
    value: int
    gas: int | None


def take(params: Sequence[object], least: int, most: int) -> list[object]:
    """Give exactly *most* parameters, None for those left out."""
    if not least <= len(params) <= most:
        raise InvalidParams(f"{len(params)} parameters, expected {least} to {most}")
    return [*params, *([None] * (most - len(params)))]


def parse_octets(given: object, size: int | None = None) -> bytes:
    """Read `0x…` with two digits a byte; *size* bytes where that is fixed."""
    if not isinstance(given, str) or not given.startswith("0x"):
        raise InvalidParams("bytes are written as a string that begins with 0x")
    try:
        octets = bytes.fromhex(given[2:])
    except ValueError as error:
        raise InvalidParams(f"{given[:80]} is not hexadecimal") from error
    if size is not None and len(octets) != size:
        raise InvalidParams(f"{given[:80]} has {len(octets)} bytes, expected {size}")
    return octets


def parse_quantity(given: object) -> int:
    """Read a number as `0x…` without leading zeros being demanded."""
    if not isinstance(given, str) or not given.startswith("0x") or len(given) > 66:
        raise InvalidParams("a number is written as a string of at most 64 digits after 0x")
    try:
        return int(given, 16)
    except ValueError as error:
        raise InvalidParams(f"{given[:80]} is not a number") from error


def parse_block(given: object) -> BlockId:
    """Read a block: a tag, a number, or an object with `blockHash` or `blockNumber` (EIP-1898)."""
    if given is None or (isinstance(given, str) and given in LATEST_TAGS):
        return BlockId()
    if given == "earliest":
        return BlockId(number=0)
    if given == "pending":
        return BlockId(pending=True)
    if isinstance(given, Mapping):
        if "blockHash" in given:
            return BlockId(block_hash=parse_octets(given["blockHash"], 32))
        return BlockId(number=parse_quantity(given.get("blockNumber")))
    return BlockId(number=parse_quantity(given))


def parse_filter(given: object) -> LogFilter:
    """Read the filter of `eth_getLogs`."""
    if not isinstance(given, Mapping):
        raise InvalidParams("a filter is an object")
    if "blockHash" in given:
        if "fromBlock" in given or "toBlock" in given:
            raise InvalidParams("a filter has blockHash or a range, not both")
        first = last = BlockId(block_hash=parse_octets(given["blockHash"], 32))
    else:
        first, last = parse_block(given.get("fromBlock")), parse_block(given.get("toBlock"))
    return LogFilter(
        first=first,
        last=last,
        addresses=_parse_addresses(given.get("address")),
        topics=_parse_topics(given.get("topics")),
    )


def parse_call(given: object) -> CallRequest:
    """Read a call object."""
    if not isinstance(given, Mapping):
        raise InvalidParams("a call is an object")
    return CallRequest(
        sender=_optional_address(given.get("from")) or bytes(20),
        to=_optional_address(given.get("to")),
        call_data=parse_octets(given.get("input") or given.get("data") or "0x"),
        value=parse_quantity(given.get("value") or "0x0"),
        gas=parse_quantity(given["gas"]) if given.get("gas") else None,
    )


def _optional_address(given: object) -> bytes:
    return parse_octets(given, 20) if given else b""


def _parse_addresses(given: object) -> tuple[bytes, ...] | None:
    if given is None:
        return None
    several = given if isinstance(given, list) else [given]
    return tuple(parse_octets(address, 20) for address in several)


def _parse_topics(given: object) -> tuple[tuple[str, ...] | None, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > 4:
        raise InvalidParams("topics are a list of at most four")
    return tuple(_parse_alternatives(topic) for topic in given)


def _parse_alternatives(given: object) -> tuple[str, ...] | None:
    if given is None:
        return None
    several = given if isinstance(given, list) else [given]
    return tuple("0x" + parse_octets(topic, 32).hex() for topic in several)
