"""The state file, the history hash and the decoding of logs, against others' code and nonsense."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.registry.world import SCHOOL, World
from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat, OtherHistory, UnsupportedRegistry
from verifier.institution import institution_to_bytes32
from verifier.registry_abi import event_shapes
from verifier.registry_events import RegistryEvent, history_seed, next_head
from verifier.registry_file import parse_state, state_to_json
from verifier.registry_logs import decode_log

TAIL = ["uint64", "uint64", "address", "bytes32"]


def test_the_seed_is_what_the_design_says(world: World) -> None:
    """Domain, chain ID, address and root institution, as the ABI encodes them."""
    address = bytes(range(20))
    fields = ["hocba/registry/1", 88001, address, institution_to_bytes32("VN-BGD")]
    expected = sha256(encode(["string", "uint256", "address", "bytes32"], fields)).digest()

    assert history_seed(88001, address, "VN-BGD") == expected


def test_a_step_of_the_history_is_what_the_design_says(world: World) -> None:
    """Each event's hash is that of eth_abi's encoding, text by its SHA-256."""
    head = history_seed(88001, world.deployment.address, "VN-BGD")
    for event in world.view().state.history:
        shape = event_shapes()[event.name]
        kinds = [{"string": "bytes32", "bytes": "bytes32"}.get(kind, kind) for _, kind in shape.own]
        values: list[Any] = []
        for name, kind in shape.own:
            value = event.fields["digest"] if kind == "bytes" else event.fields[name]
            values.append(sha256(value).digest() if kind == "string" else value)  # type: ignore[arg-type]
        step = encode(
            ["uint64", "uint64", "address", "bytes32", *kinds],
            [event.sequence, event.time, event.sender, shape.topic, *values],
        )
        head = sha256(head + sha256(step).digest()).digest()
        assert head == event.head


def log_of(name: str, values: list[Any], **changes: Any) -> dict[str, Any]:
    """Write a log as a node would, with eth_abi."""
    shape = event_shapes()[name]
    indexed = [
        "0x" + encode([kind], [value]).hex()
        for (_, kind), value in zip(shape.own[: shape.indexed], values, strict=False)
    ]
    kinds = [kind for _, kind in shape.own[shape.indexed :]] + TAIL
    data = encode(kinds, values[shape.indexed :])
    return {
        "address": "0x" + bytes(20).hex(),
        "topics": ["0x" + shape.topic.hex(), *indexed],
        "data": "0x" + data.hex(),
        "blockNumber": "0x5",
        "transactionHash": "0x" + bytes(32).hex(),
        "logIndex": "0x0",
        **changes,
    }


words = st.binary(min_size=32, max_size=32)
tail = st.tuples(
    st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.binary(min_size=20, max_size=20), words
)


@given(words, words, st.text(max_size=70), st.binary(max_size=70), tail)
def test_an_event_with_text_is_decoded_like_eth_abi_encodes_it(
    institution: bytes, parent: bytes, name: str, codes: bytes, ending: tuple[Any, ...]
) -> None:
    """Two dynamic fields of any length; text that is no UTF-8 stays the bytes that it is."""
    shape = event_shapes()["InstitutionRegistered"]
    log = log_of("InstitutionRegistered", [institution, parent, name, "", *ending])
    in_data = encode(["bytes32", "bytes", "bytes", *TAIL], [parent, name.encode(), codes, *ending])
    log["data"] = "0x" + in_data.hex()

    event = decode_log(log, bytes(20)).event

    assert shape.name == event.name
    assert event.fields == {
        "institution": institution,
        "parent": parent,
        "name": name.encode(),
        "upstreamCodes": codes,
    }
    assert (event.sequence, event.time, event.sender, event.head) == ending
    assert event.block_number == 5


@given(st.binary(max_size=100), tail)
def test_a_published_manifest_must_have_its_digest(
    manifest: bytes, ending: tuple[Any, ...]
) -> None:
    """The bytes come beside the event, and only under their own SHA-256."""
    digest = sha256(manifest).digest()

    decoded = decode_log(log_of("ManifestPublished", [digest, manifest, *ending]), bytes(20))
    assert decoded.manifest == manifest
    assert decoded.event.fields == {"digest": digest}
    with pytest.raises(OtherHistory, match="cannot have written"):
        decode_log(log_of("ManifestPublished", [bytes(32), manifest, *ending]), bytes(20))


@given(st.binary(max_size=400), st.lists(words, max_size=4))
def test_hostile_logs_raise_nothing_else(data: bytes, topics: list[bytes]) -> None:
    """Whatever a node gives is an event, unknown, or named."""
    known = [shape.topic for shape in event_shapes().values()]
    for topic in (*known, *topics[:1]):
        log = log_of("Retired", [bytes(20), 1, 1, bytes(20), bytes(32)])
        log["topics"] = ["0x" + part.hex() for part in (topic, *topics[1:])]
        log["data"] = "0x" + data.hex()
        with pytest.raises((OtherHistory, UnsupportedRegistry)):
            decode_log(log, bytes(20))


@pytest.mark.parametrize(
    "changes",
    [
        {"data": None}, {"data": "0x0"}, {"data": "zz"}, {"topics": None}, {"topics": ["0x"]},
        {"topics": "0x"}, {"blockNumber": "5"}, {"blockNumber": "0x"}, {"blockNumber": 5},
        {"blockNumber": "0x" + "f" * 17}, {"blockNumber": "0x1_0"}, {"blockNumber": "0x-1"},
        {"transactionHash": "0x00"}, {"address": None}, {"removed": True}, {"removed": None},
    ],
)  # fmt: skip
def test_logs_in_another_form_are_named(changes: dict[str, Any]) -> None:
    """Other types, other lengths, removed ones."""
    good = log_of("Retired", [bytes(20), 1, 1, bytes(20), bytes(32)])

    assert decode_log(good, bytes(20)).event.name == "Retired"
    with pytest.raises(OtherHistory, match="cannot have written"):
        decode_log({**good, **changes}, bytes(20))
    with pytest.raises(OtherHistory, match="something else"):
        decode_log(changes.popitem(), bytes(20))


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_word_beyond_its_type_is_named(place: int) -> None:
    """An address of 21 bytes, a number of 65 bits."""
    log = log_of("Retired", [bytes(20), 1, 1, bytes(20), bytes(32)])
    at = 2 + 64 * place
    log["data"] = log["data"][:at] + "1" + log["data"][at + 1 :]

    with pytest.raises(OtherHistory, match="cannot have written"):
        decode_log(log, bytes(20))


def test_a_state_file_reads_back(world: World) -> None:
    """The same state, the same block, the same bytes, in RFC 8785 form."""
    view = world.view()
    data = state_to_json(view.state, view.block)

    assert parse_state(data) == (view.state, view.block)
    assert state_to_json(*parse_state(data)) == data
    assert canonical_json(json.loads(data)) == data


def _leaves(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _leaves(part, (*path, key))]
    if isinstance(value, list):
        return [leaf for at, part in enumerate(value) for leaf in _leaves(part, (*path, at))]
    return [path]


def _turned(value: object) -> object:
    """Return another value of the same type."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value.startswith("0x"):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    return f"{value}x" if isinstance(value, str) else SCHOOL


def test_every_single_value_of_a_state_file_is_bound_to_its_head(world: World) -> None:
    """Only the block, which a node confirms, can be another one without the head being wrong."""
    view = world.view()
    document = json.loads(state_to_json(view.state, view.block))
    free = {("block_number",), ("block_hash",), ("block_time",)}

    for path in _leaves(document):
        changed = json.loads(json.dumps(document))
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = _turned(inner[path[-1]])
        data = json.dumps(changed).encode()
        if path in free:
            assert parse_state(data)[0] == view.state
        else:
            with pytest.raises(InvalidFormat, match="registry state"):
                parse_state(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.pop("events"),
        lambda document: document["events"].pop(),
        lambda document: document["events"].pop(3),
        lambda document: document["events"].append(document["events"][-1]),
        lambda document: document["events"].reverse(),
        lambda document: document["events"][0].pop("name"),
        lambda document: document["events"][0].update(more=1),
        lambda document: document["events"][0].update(event="Unknown"),
        lambda document: document["events"][0].update(event=None),
        lambda document: document["events"][0].update(name=["0x", "0x"]),
        lambda document: document["events"][0].update(name=None),
        lambda document: document["events"][1].update(until="0x00ff"),
        lambda document: document["events"][1].update(until="0x10"),
        lambda document: document["events"][1].update(until="0x1" + "0" * 16),
        lambda document: document["events"][1].update(period=-1),
        lambda document: document["events"][1].update(period=True),
        lambda document: document["events"][1].update(account="0x" + "AA" * 20),
        lambda document: document["events"].__setitem__(0, "event"),
        lambda document: document.update(more=1),
        lambda document: document.update(format="hocba/registry-state/2"),
    ],
)
def test_a_state_file_with_one_thing_wrong_is_refused(
    world: World, change: Callable[[Any], object]
) -> None:
    """Events left out, added, turned round; fields missing, unknown, of another type."""
    view = world.view()
    document = json.loads(state_to_json(view.state, view.block))
    change(document)

    with pytest.raises(InvalidFormat, match=r"^a\.state\.json"):
        parse_state(json.dumps(document).encode(), what="a.state.json")


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Whatever comes in, only InvalidFormat comes out."""
    with pytest.raises(InvalidFormat, match="registry state"):
        parse_state(data)


def test_text_that_is_no_utf8_survives_the_state_file() -> None:
    """Names are whatever bytes were sent; the file keeps them, people see a replacement."""
    from dataclasses import replace

    from verifier.registry_file import Block
    from verifier.registry_state import apply_event, empty_state

    state = empty_state(1, bytes(20), "VN")
    event = RegistryEvent(
        name="InstitutionRegistered",
        fields={
            "institution": institution_to_bytes32("VN"),
            "parent": bytes(32),
            "name": b"\xff\x00name",
            "upstreamCodes": "mã".encode(),
        },
        sequence=1,
        time=5,
        sender=bytes(20),
        head=bytes(32),
    )
    apply_event(state, replace(event, head=next_head(state.history_head, event)))
    block = Block(number=1, digest=bytes(32), time=5)

    assert parse_state(state_to_json(state, block)) == (state, block)
    assert state.institutions["VN"].name == "\ufffd\x00name"
