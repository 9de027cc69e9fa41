"""The registry's interface, read from the committed `registry_abi.json` (one per VERSION)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SUPPORTED_VERSION = 1
TAIL = ("sequence", "time", "sender", "head")
"""What ends every event, behind its own fields (contracts/README.md)."""

_FILE = Path(__file__).with_name("registry_abi.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShape:
    """
    How one event looks.

    Args:
        name: as in the ABI.
        topic: topic 0, 32 bytes.
        own: name and ABI type of each own field, in ABI order.
        indexed: how many of them stand in topics; they come first.
    """

    name: str
    topic: bytes
    own: tuple[tuple[str, str], ...]
    indexed: int


@cache
def event_shapes() -> dict[str, EventShape]:
    """Return all events of the registry by name."""
    described = _described()
    shapes = {}
    for part in described["abi"]:
        if part["type"] != "event":
            continue
        inputs = [field for field in part["inputs"] if field["name"] not in TAIL]
        shapes[part["name"]] = EventShape(
            name=part["name"],
            topic=bytes.fromhex(described["topics"][part["name"]][2:]),
            own=tuple((field["name"], field["type"]) for field in inputs),
            indexed=sum(field["indexed"] for field in inputs),
        )
    return shapes


@cache
def shapes_by_topic() -> dict[bytes, EventShape]:
    """Return all events of the registry by topic 0."""
    return {shape.topic: shape for shape in event_shapes().values()}


def selector(signature: str) -> str:
    """Return the `0x…` selector of a function, e.g. of `historyHead()`."""
    found: str = _described()["selectors"][signature]
    return found


@cache
def _described() -> Any:
    return json.loads(_FILE.read_text(encoding="utf-8"))
