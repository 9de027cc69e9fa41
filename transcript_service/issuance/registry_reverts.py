"""What the registry contract says when it refuses: its custom errors, by name and with values."""

import re
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from transcript_service.errors import ChainError
from transcript_service.issuance.registry_calls import registry_interface
from verifier.errors import InvalidFormat
from verifier.institution import institution_from_bytes32
from verifier.messages import _

_INSTITUTIONS = frozenset({"institution", "ancestor", "actingFor"})
_PANIC = bytes.fromhex("4e487b71")
_ERROR = bytes.fromhex("08c379a0")


class RegistryRefused(ChainError):
    """
    The contract refused a call.

    Args:
        name: the custom error without its prefix `TranscriptRegistry`, such as `NotGranted`; empty
            when the node did not say why.
        values: its values by name; institutions as codes, other bytes as `0x…`.
    """

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        listed = ", ".join(f"{key}={value}" for key, value in values.items())
        reason = f"{name}({listed})" if name else _("the node gave no reason")
        said = _("the registry refuses: {reason}").format(reason=reason)
        meaning = _meanings().get(name)
        super().__init__(f"{said}: {meaning}" if meaning else said)
        self.name = name
        self.reason = reason
        self.values = values


def _meanings() -> dict[str, str]:
    """Return what a school can do about the refusals that it can meet."""
    return {
        "NotGranted": _("the school's account has no right to do this now; ask your department"),
        "Retired": _("this registry takes nothing new; ask your department for its successor"),
        "StatusSet": _("that document was revoked or replaced already, by the school or above it"),
        "UnknownBatch": _("it does not hold the batch of an earlier version; ask its operator"),
        "BatchExists": _("it holds this batch already"),
    }


def read_revert(data: object) -> RegistryRefused:
    """Read what came with a refused call: `0x…`, or what the node wrapped around it."""
    octets = _octets(data)
    if octets is None:
        return RegistryRefused("", {})
    try:
        if octets[:4] == _ERROR:
            return RegistryRefused("Error", {"message": decode(["string"], octets[4:])[0]})
        if octets[:4] == _PANIC:
            return RegistryRefused("Panic", {"code": decode(["uint256"], octets[4:])[0]})
        abi = _errors().get(octets[:4])
        if abi is None:
            return RegistryRefused("", {"data": "0x" + octets.hex()})
        found = decode([part["type"] for part in abi["inputs"]], octets[4:])
    except DecodingError:
        return RegistryRefused("", {"data": "0x" + octets.hex()})
    values = {
        part["name"]: _shown(part["name"], value)
        for part, value in zip(abi["inputs"], found, strict=True)
    }
    return RegistryRefused(abi["name"].removeprefix("TranscriptRegistry"), values)


@cache
def _errors() -> dict[bytes, dict[str, Any]]:
    """Return the ABI of each custom error by its selector."""
    interface = registry_interface()
    by_signature = {
        f"{part['name']}({','.join(given['type'] for given in part['inputs'])})": part
        for part in interface["abi"]
        if part["type"] == "error"
    }
    return {
        bytes.fromhex(selector[2:]): by_signature[signature]
        for signature, selector in interface["errors"].items()
    }


def _octets(data: object) -> bytes | None:
    """Find the bytes: geth sends them as text, others inside an object or behind a word."""
    if isinstance(data, dict):
        return next((found for part in data.values() if (found := _octets(part)) is not None), None)
    match = re.search(r"0x((?:[0-9a-fA-F]{2})+)$", data) if isinstance(data, str) else None
    return bytes.fromhex(match.group(1)) if match else None


def _shown(name: str, value: object) -> object:
    if not isinstance(value, bytes):
        return value
    if name in _INSTITUTIONS:
        try:
            return institution_from_bytes32(value)
        except InvalidFormat:
            pass
    return "0x" + value.hex()
