"""
Calldata for each function of the registry contract, one function each.

Institutions are their codes, digests are 32 bytes, accounts are 20 bytes, times are Unix seconds.
`start` 0 means now and `end` 0 means open, or the next second when something is ended. A call names
the institution it acts for; left out, that is the institution itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from eth_abi.abi import encode
from eth_abi.grammar import parse

from verifier.institution import institution_to_bytes32
from verifier.registry_events import Role, Use

_ENTRY = "(bytes32,bytes32,uint64,bytes32,bytes32,uint32,bytes32[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An anchored entry with its inclusion proof: the contract's `Entry`."""

    institution: str
    root: bytes
    index: int
    document_digest: bytes
    series_id: bytes
    version: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersession:
    """A version that takes the place of another: the contract's `Supersession`."""

    predecessor: Entry
    successor: Entry
    reason: int


@cache
def registry_interface() -> dict[str, Any]:
    """Return `verifier/registry_abi.json`."""
    text = files("verifier").joinpath("registry_abi.json").read_text(encoding="utf-8")
    interface: dict[str, Any] = json.loads(text)
    return interface


def creation_code(root_institution: str, name: str, upstream_codes: str, authority: bytes) -> bytes:
    """Return what deploys a registry with its root institution and that one's first AUTHORITY."""
    source = files("transcript_service.issuance").joinpath("registry_bytecode.json")
    bytecode = json.loads(source.read_text(encoding="utf-8"))["bytecode"]
    root = institution_to_bytes32(root_institution)
    return bytes.fromhex(bytecode[2:]) + encode(
        ["bytes32", "string", "string", "address"], [root, name, upstream_codes, authority]
    )


def register_institution(
    acting_for: str, *, parent: str, institution: str, name: str, upstream_codes: str = ""
) -> bytes:
    """Register *institution* below *parent*, by an AUTHORITY of *acting_for*."""
    return _calldata(
        "registerInstitution(bytes32,bytes32,bytes32,string,string)",
        *(_code(acting_for), _code(parent), _code(institution), name, upstream_codes),
    )


def grant(
    institution: str,
    account: bytes,
    role: Role,
    *,
    acting_for: str | None = None,
    start: int = 0,
    end: int = 0,
) -> bytes:
    """Grant *role* at *institution* to *account*."""
    acting = _code(acting_for or institution)
    return _calldata(
        "grant(bytes32,address,bytes32,uint8,uint64,uint64)",
        *(acting, account, _code(institution), int(role), start, end),
    )


def end_grant(
    institution: str,
    account: bytes,
    role: Role,
    *,
    acting_for: str | None = None,
    period: int = 0,
    end: int = 0,
) -> bytes:
    """Bring the end of a grant's *period* forward."""
    acting = _code(acting_for or institution)
    return _calldata(
        "endGrant(bytes32,address,bytes32,uint8,uint256,uint64)",
        *(acting, account, _code(institution), int(role), period, end),
    )


def declare_certificate(
    institution: str,
    identity: bytes,
    use: Use,
    *,
    acting_for: str | None = None,
    start: int = 0,
    end: int = 0,
) -> bytes:
    """Declare that *identity* signs for *institution* as *use*."""
    acting = _code(acting_for or institution)
    return _calldata(
        "declareCertificate(bytes32,bytes32,bytes32,uint8,uint64,uint64)",
        *(acting, _code(institution), identity, int(use), start, end),
    )


def end_certificate(
    institution: str,
    identity: bytes,
    use: Use,
    *,
    acting_for: str | None = None,
    period: int = 0,
    end: int = 0,
) -> bytes:
    """Bring the end of a declaration's *period* forward."""
    acting = _code(acting_for or institution)
    return _calldata(
        "endCertificate(bytes32,bytes32,bytes32,uint8,uint256,uint64)",
        *(acting, _code(institution), identity, int(use), period, end),
    )


def anchor_batch(institution: str, root: bytes, size: int, manifest: bytes) -> bytes:
    """Anchor *size* entries under *root*; of the manifest's bytes only the digest goes along."""
    return _calldata(
        "anchorBatch(bytes32,bytes32,uint64,bytes32)",
        *(_code(institution), root, size, sha256(manifest).digest()),
    )


def anchor_and_supersede(
    institution: str,
    root: bytes,
    size: int,
    manifest: bytes,
    supersessions: Sequence[Supersession],
    *,
    acting_for: str | None = None,
) -> bytes:
    """Anchor a batch and supersede entries in the same transaction."""
    pairs = [
        (_entry(pair.predecessor), _entry(pair.successor), int(pair.reason))
        for pair in supersessions
    ]
    return _calldata(
        f"anchorAndSupersede(bytes32,bytes32,uint64,bytes32,bytes32,({_ENTRY},{_ENTRY},uint8)[])",
        *(_code(institution), root, size, sha256(manifest).digest()),
        *(_code(acting_for or institution), pairs),
    )


def publish_manifest(manifest: bytes) -> bytes:
    """Put the bytes of a manifest on chain."""
    return _calldata("publishManifest(bytes32,bytes)", sha256(manifest).digest(), manifest)


def revoke_entry(entry: Entry, reason: int, *, acting_for: str | None = None) -> bytes:
    """Revoke *entry*; the reason codes are the verifier's."""
    return _calldata(
        f"revoke(bytes32,{_ENTRY},uint8)",
        *(_code(acting_for or entry.institution), _entry(entry), int(reason)),
    )


def supersede_entry(supersession: Supersession, *, acting_for: str | None = None) -> bytes:
    """Put a newer version in the place of an entry."""
    predecessor, successor = supersession.predecessor, supersession.successor
    return _calldata(
        f"supersede(bytes32,{_ENTRY},{_ENTRY},uint8)",
        *(_code(acting_for or predecessor.institution), _entry(predecessor), _entry(successor)),
        int(supersession.reason),
    )


def retire(root_institution: str, successor: bytes = bytes(20)) -> bytes:
    """End the registry's life, by an AUTHORITY of the root; *successor* is for people."""
    return _calldata("retire(bytes32,address)", _code(root_institution), successor)


def argument_types(signature: str) -> list[str]:
    """Return the types of the arguments of `name(type,…)`."""
    arguments = signature[signature.index("(") :]
    if arguments == "()":
        return []
    parsed: Any = parse(arguments)
    return [component.to_type_str() for component in parsed.components]


def _calldata(signature: str, *arguments: object) -> bytes:
    selector = bytes.fromhex(registry_interface()["selectors"][signature][2:])
    return selector + encode(argument_types(signature), arguments)


def _code(institution: str) -> bytes:
    return institution_to_bytes32(institution)


def _entry(entry: Entry) -> tuple[object, ...]:
    return (
        _code(entry.institution),
        entry.root,
        entry.index,
        entry.document_digest,
        entry.series_id,
        entry.version,
        list(entry.proof),
    )
