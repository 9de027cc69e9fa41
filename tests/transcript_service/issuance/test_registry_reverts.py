"""What a refused call carries, in the forms in which nodes send it."""

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.issuance.registry_calls import argument_types, registry_interface
from transcript_service.issuance.registry_reverts import RegistryRefused, read_revert

ERRORS = registry_interface()["errors"]
SCHOOL = b"VN-000-THCS".ljust(32, b"\x00")
NOT_WITHIN = ERRORS["TranscriptRegistryNotWithin(bytes32,bytes32)"] + (SCHOOL + SCHOOL).hex()


@pytest.mark.parametrize(
    "data",
    [
        NOT_WITHIN,
        f"Reverted {NOT_WITHIN}",
        {"data": NOT_WITHIN},
        {"0xab": {"error": "revert", "return": NOT_WITHIN}, "stack": "Error"},
    ],
)
def test_every_wrapping_of_the_bytes_is_read(data):
    """geth sends text, OpenEthereum a word before it, others an object."""
    refused = read_revert(data)

    assert refused.name == "NotWithin"
    assert refused.values == {"ancestor": "VN-000-THCS", "institution": "VN-000-THCS"}
    assert "NotWithin(ancestor=VN-000-THCS, institution=VN-000-THCS)" in str(refused)


@pytest.mark.parametrize("signature", sorted(ERRORS))
def test_every_error_of_the_contract_is_read_by_name(signature):
    """With as many values as it has."""
    samples = {"address": "0x" + "11" * 20, "bytes32": b"\x01" * 32}
    types = argument_types(signature)
    values = [samples.get(kind, 7) for kind in types]

    refused = read_revert(ERRORS[signature] + encode(types, values).hex())

    assert f"TranscriptRegistry{refused.name}(" in signature
    assert len(refused.values) == len(types)


def test_a_malformed_institution_is_shown_in_hex():
    """It is no text: that is why it was refused."""
    signature = "TranscriptRegistryMalformedInstitution(bytes32)"

    refused = read_revert(ERRORS[signature] + "ff" * 32)

    assert refused.values == {"institution": "0x" + "ff" * 32}


def test_solidity_s_own_errors_are_read():
    """`require` with a text, and a panic with its code."""
    text = read_revert("0x08c379a0" + encode(["string"], ["no"]).hex())
    panic = read_revert("0x4e487b71" + encode(["uint256"], [17]).hex())

    assert (text.name, text.values) == ("Error", {"message": "no"})
    assert (panic.name, panic.values) == ("Panic", {"code": 17})


@pytest.mark.parametrize("data", [None, "", "0x", 5, [], {}, {"a": None}, "0xabc", "reverted"])
def test_without_bytes_there_is_no_reason(data):
    """And the message says so."""
    refused = read_revert(data)

    assert refused.name == ""
    assert "the node gave no reason" in str(refused)


@given(octets=st.binary(max_size=100), selector=st.sampled_from([*ERRORS.values(), "0x08c379a0"]))
def test_no_bytes_crash_the_reader(octets, selector):
    """Cut, long or wild: shown as they are when they are no error of the contract."""
    assert isinstance(read_revert("0x" + octets.hex()), RegistryRefused)
    assert isinstance(read_revert(selector + octets.hex()), RegistryRefused)
