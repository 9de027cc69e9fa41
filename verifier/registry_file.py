"""
The registry's state as a file, `hocba/registry-state/1`: checkpoint and snapshot (ADR 0013).

The state is written as the history that it is folded from. Whoever reads it folds it again and
recomputes the history hash, so that no field of a state file can be false without its head
being another one; and a head can be confirmed by any node.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import msgspec

from verifier.canonical import MAX_INTEGER, canonical_json
from verifier.errors import InvalidFormat, OtherHistory
from verifier.fields import (
    HexAddress,
    HexDigest,
    InstitutionCode,
    Natural,
    Positive,
    from_hex,
    parse_struct,
    to_hex,
)
from verifier.institution import institution_from_bytes32, institution_to_bytes32
from verifier.messages import _
from verifier.registry_abi import event_shapes
from verifier.registry_events import INSTITUTION_FIELDS, FieldValue, RegistryEvent, next_head
from verifier.registry_state import RegistryState, append_event, empty_state

FORMAT = "hocba/registry-state/1"
MAX_STATE_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The block at which a registry was read; `time` is Unix seconds, `digest` its hash."""

    number: int
    digest: bytes
    time: int


class _StateJson(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    format: Literal["hocba/registry-state/1"]
    chain_id: Positive
    registry: HexAddress
    root_institution: InstitutionCode
    block_number: Natural
    block_hash: HexDigest
    block_time: Natural
    history_size: Natural
    history_head: HexDigest
    events: list[dict[str, Any]]


def state_to_json(state: RegistryState, block: Block) -> bytes:
    """Write *state* as of *block* as RFC 8785 JSON."""
    return canonical_json(
        {
            "format": FORMAT,
            "chain_id": state.chain_id,
            "registry": to_hex(state.address),
            "root_institution": state.root_institution,
            "block_number": block.number,
            "block_hash": to_hex(block.digest),
            "block_time": block.time,
            "history_size": state.history_size,
            "history_head": to_hex(state.history_head),
            "events": [_event_to_json(event) for event in state.history],
        }
    )


def parse_state(data: bytes, *, what: str = "registry state") -> tuple[RegistryState, Block]:
    """
    Read a state file, fold its history again and check its head.

    Raises:
        InvalidFormat: not a `hocba/registry-state/1`, or its history does not give its head.
    """
    found = parse_struct(data, _StateJson, what=what, max_bytes=MAX_STATE_BYTES)
    state = empty_state(found.chain_id, from_hex(found.registry), found.root_institution)
    for index, described in enumerate(found.events):
        place = f"events[{index}]"
        event = _parse_event(described, state.history_head, index + 1, what=what, place=place)
        try:
            append_event(state, event)
        except OtherHistory as error:
            raise InvalidFormat(what, place, str(error)) from error
    if state.history_size != found.history_size:
        raise InvalidFormat(what, "history_size", _("is not the number of events"))
    if state.history_head != from_hex(found.history_head):
        raise InvalidFormat(what, "history_head", _("is not what the events give"))
    block = Block(
        number=found.block_number, digest=from_hex(found.block_hash), time=found.block_time
    )
    return state, block


def _event_to_json(event: RegistryEvent) -> dict[str, object]:
    described: dict[str, object] = {
        "event": event.name,
        "time": event.time,
        "sender": to_hex(event.sender),
    }
    for name, kind in event_shapes()[event.name].own:
        if kind != "bytes":
            described[_json_name(name)] = _value_to_json(event.fields[name], name, kind)
    return described


@cache
def _json_name(name: str) -> str:
    """Return the name in JSON of a field of the ABI: `acting_for` for `actingFor`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _value_to_json(value: FieldValue, name: str, kind: str) -> object:
    if name in INSTITUTION_FIELDS and isinstance(value, bytes):
        return institution_from_bytes32(value) if any(value) else None
    if isinstance(value, int):
        return value if value <= MAX_INTEGER else hex(value)
    if kind != "string":
        return to_hex(value)
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return [to_hex(value)]


def _parse_event(
    described: dict[str, Any], head: bytes, sequence: int, *, what: str, place: str
) -> RegistryEvent:
    shape = event_shapes().get(str(described.get("event")))
    if shape is None:
        raise InvalidFormat(what, f"{place}.event", _("is no event of the registry"))
    own = {name: kind for name, kind in shape.own if kind != "bytes"}
    if described.keys() != {"event", "time", "sender", *map(_json_name, own)}:
        raise InvalidFormat(what, place, _("fields are missing or unknown"))
    try:
        event = RegistryEvent(
            name=shape.name,
            fields={
                name: _parse_value(described[_json_name(name)], name, kind)
                for name, kind in own.items()
            },
            sequence=sequence,
            time=_parse_integer(described["time"], 64),
            sender=_parse_hex(described["sender"], 20),
            head=bytes(32),
        )
    except (ValueError, TypeError, InvalidFormat) as error:
        raise InvalidFormat(what, place, _("a field has no value of its type")) from error
    return replace(event, head=next_head(head, event))


def _parse_value(value: object, name: str, kind: str) -> FieldValue:
    if name in INSTITUTION_FIELDS:
        return _parse_institution(value)
    if kind == "string":
        return _parse_text(value)
    if kind == "address":
        return _parse_hex(value, 20)
    if kind == "bytes32":
        return _parse_hex(value, 32)
    return _parse_integer(value, int(kind.removeprefix("uint")))


def _parse_institution(value: object) -> bytes:
    if value is None:
        return bytes(32)
    if not isinstance(value, str):
        raise TypeError("not text")
    return institution_to_bytes32(value)


def _parse_text(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, list) and len(value) == 1:
        return _parse_hex(value[0], None)
    raise TypeError("neither text nor bytes")


def _parse_hex(value: object, size: int | None) -> bytes:
    if not isinstance(value, str):
        raise TypeError("not text")
    octets = bytes.fromhex(value.removeprefix("0x"))
    if to_hex(octets) != value or (size is not None and len(octets) != size):
        raise ValueError("not lower-case hex of the right length")
    return octets


def _parse_integer(value: object, bits: int) -> int:
    if isinstance(value, str):
        number = int(value, 16)
        if hex(number) != value or number <= MAX_INTEGER:
            raise ValueError("not a great number in hex")
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        raise TypeError("not an integer")
    if number < 0 or number >> bits:
        raise ValueError("does not fit its type")
    return number
