"""What a registry is right after its deployment, and its history hash."""

from hashlib import sha256

import pytest
from eth_abi.abi import encode

from tests.contracts.harness import (
    AUTHORITY,
    BYTECODE,
    INTERFACE,
    MINISTRY,
    OPEN_END,
    ROOT,
    RegistryOnTester,
    code,
)


def test_a_new_registry_has_its_root_and_the_first_authority():
    """The deployment makes two events; the history begins with the seed of README."""
    registry = RegistryOnTester(name="Bộ", upstream="moet:1")

    first, second = registry.events
    assert first.name == "InstitutionRegistered"
    assert first.own == {
        "institution": MINISTRY,
        "parent": bytes(32),
        "name": "Bộ",
        "upstreamCodes": "moet:1",
    }
    assert second.name == "Granted"
    assert second.own == {
        "institution": MINISTRY,
        "account": registry.ministry.lower(),
        "role": AUTHORITY,
        "period": 0,
        "from": first.time,
        "until": OPEN_END,
        "actingFor": MINISTRY,
    }
    assert registry.view("VERSION") == 1
    assert registry.view("ROOT_INSTITUTION") == MINISTRY
    assert registry.view("rootAuthorities") == 1
    assert registry.view("institutions", MINISTRY) == (bytes(32), first.time)
    assert registry.view("retiredAt") == 0
    assert registry.view("successor") == "0x" + "00" * 20


def test_the_seed_ties_the_history_to_chain_contract_and_root(deployed):
    """Another root institution gives another seed, and so another first head."""
    other = RegistryOnTester(root=code("VN-001"))

    assert other.seed != deployed.seed
    assert other.events[0].head != deployed.events[0].head


def test_head_and_size_stand_in_the_first_two_slots(registry):
    """The published format: `eth_getProof` of slots 0 and 1 proves them."""
    storage = [registry.tester.get_storage_at(registry.address, hex(slot)) for slot in (0, 1)]

    assert bytes.fromhex(storage[0][2:]) == registry.view("historyHead") == registry.head
    assert int(storage[1], 16) == registry.view("historySize") == len(registry.events)


@pytest.mark.parametrize(
    "malformed", [bytes(32), b"\x00A".ljust(32, b"\x00"), "Sở".encode().ljust(32, b"\x00")]
)
def test_a_registry_needs_a_well_formed_root(deployed, malformed):
    """A root whose code cannot be written down is refused with the constructor."""
    arguments = encode(
        ["bytes32", "string", "string", "address"], [malformed, "", "", deployed.ministry]
    )

    receipt = deployed._mine({"from": deployed.ministry, "data": BYTECODE + arguments.hex()})

    assert receipt["status"] == 0


def test_a_registry_needs_somebody_to_govern_it(deployed):
    """Nobody can act as the zero address."""
    arguments = encode(
        ["bytes32", "string", "string", "address"], [MINISTRY, "", "", "0x" + "00" * 20]
    )

    receipt = deployed._mine({"from": deployed.ministry, "data": BYTECODE + arguments.hex()})

    assert receipt["status"] == 0


def test_the_code_fits_where_contracts_are_bounded(deployed):
    """EIP-170 and EIP-3860 bound deployed and creation code on public networks."""
    deployed_code = bytes.fromhex(deployed.tester.get_code(deployed.address)[2:])

    assert len(deployed_code) <= 24_576
    assert len(bytes.fromhex(BYTECODE[2:])) <= 49_152


def test_the_committed_files_describe_the_same_bytecode():
    """The digest beside the ABI is the one of the bytecode that is deployed."""
    digest = "0x" + sha256(bytes.fromhex(BYTECODE[2:])).hexdigest()

    assert INTERFACE["bytecode_digest"] == digest
    assert INTERFACE["compiler"]["settings"]["evmVersion"] == "paris"


def test_nothing_calls_out_or_takes_money():
    """No function is payable: a registry holds no money."""
    for part in INTERFACE["abi"]:
        assert part.get("stateMutability") != "payable"


def test_every_function_event_and_error_is_tested():
    """Each name of the ABI stands in a test of this folder."""
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/contracts").glob("test_*.py")
    )

    for part in INTERFACE["abi"]:
        name = part.get("name", "").removeprefix("TranscriptRegistry")
        assert part["type"] == "constructor" or f'"{name}"' in tests, name
