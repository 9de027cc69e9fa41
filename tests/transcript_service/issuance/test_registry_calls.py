"""Calldata of every function: the contract takes it and does what its name says."""

from hashlib import sha256

import pytest
from eth_abi.abi import decode

from tests.transcript_service.issuance.conftest import MINISTRY, SCHOOL, Ground
from transcript_service.issuance.embedded_chain import EmbeddedChain
from transcript_service.issuance.merkle_tree import build_tree
from transcript_service.issuance.registry_calls import (
    Entry,
    Supersession,
    anchor_and_supersede,
    anchor_batch,
    argument_types,
    declare_certificate,
    end_certificate,
    end_grant,
    grant,
    publish_manifest,
    register_institution,
    registry_interface,
    retire,
    revoke_entry,
    supersede_entry,
)
from verifier.entry import Entry as LogEntry
from verifier.errors import InvalidFormat
from verifier.registry_events import Role, Use

IDENTITY = sha256(b"certificate").digest()
CORRECTION = 6


def anchored_entries(version: int) -> list[Entry]:
    """Three entries of a batch, with the service's own tree and the verifier's own leaf hashes."""
    logged = [
        LogEntry(
            document_digest=sha256(f"{version}/{number}".encode()).digest(),
            series_id=sha256(f"series/{number}".encode()).digest(),
            version=version,
        )
        for number in range(3)
    ]
    tree = build_tree([entry.leaf_hash() for entry in logged])
    return [
        Entry(
            institution=SCHOOL,
            root=tree.root,
            index=number,
            document_digest=entry.document_digest,
            series_id=entry.series_id,
            version=entry.version,
            proof=tree.inclusion_proof(number),
        )
        for number, entry in enumerate(logged)
    ]


@pytest.fixture
def execute(ground: Ground, chain: EmbeddedChain):
    """Send calldata; give the names of the events that came of it."""
    names = {topic: name for name, topic in registry_interface()["topics"].items()}

    def send(calldata: bytes) -> list[str]:
        mined = ground.writer(chain).execute(ground.account, calldata)
        return [names[log["topics"][0]] for log in mined.logs]

    return send


@pytest.fixture
def view(ground: Ground, chain: EmbeddedChain):
    """Ask a view by its signature and the types of its answer."""

    def ask(signature: str, outputs: list[str], *arguments: object) -> tuple[object, ...]:
        from transcript_service.issuance.registry_calls import _calldata

        call = {"to": ground.address, "data": "0x" + _calldata(signature, *arguments).hex()}
        return decode(outputs, bytes.fromhex(chain.call("eth_call", [call])[2:]))

    return ask


def test_institutions_grants_and_certificates(ground, execute, view):
    """Made and ended; times and codes arrive as they were given."""
    account, start = b"\x11" * 20, 2_000_000_000

    assert execute(
        register_institution(MINISTRY, parent=SCHOOL, institution="SUB", name="Phân hiệu")
    ) == ["InstitutionRegistered"]
    assert execute(
        grant("SUB", account, Role.ISSUER, acting_for=MINISTRY, start=start, end=start + 10)
    ) == ["Granted"]
    assert execute(
        end_grant("SUB", account, Role.ISSUER, acting_for=MINISTRY, period=0, end=start + 5)
    ) == ["GrantEnded"]
    assert execute(
        declare_certificate("SUB", IDENTITY, Use.SEAL, acting_for=MINISTRY, start=start)
    ) == ["CertificateDeclared"]
    assert execute(
        end_certificate("SUB", IDENTITY, Use.SEAL, acting_for=MINISTRY, end=start + 7)
    ) == ["CertificateEnded"]
    sub = b"SUB".ljust(32, b"\x00")
    grants = view(
        *("grantPeriods(address,bytes32,uint8)", ["(uint64,uint64)[]"]),
        *("0x" + account.hex(), sub, 2),
    )
    certificates = view(
        "certificatePeriods(bytes32,bytes32,uint8)", ["(uint64,uint64)[]"], IDENTITY, sub, 2
    )
    assert grants == (((start, start + 5),),)
    assert certificates == (((start, start + 7),),)


def test_a_call_acts_for_the_institution_itself_when_nothing_is_said(ground, execute):
    """As the root's authority does for the root."""
    assert execute(grant(MINISTRY, b"\x11" * 20, Role.REVOKER)) == ["Granted"]
    assert execute(end_grant(MINISTRY, b"\x11" * 20, Role.REVOKER)) == ["GrantEnded"]
    assert execute(declare_certificate(MINISTRY, IDENTITY, Use.PRINCIPAL)) == [
        "CertificateDeclared"
    ]
    assert execute(end_certificate(MINISTRY, IDENTITY, Use.PRINCIPAL)) == ["CertificateEnded"]


def test_batches_revocations_and_supersessions(execute, view):
    """Builder, leaf hashes and contract agree; the manifest goes along as its digest."""
    first, second, third = (anchored_entries(version) for version in (1, 2, 3))

    assert execute(anchor_batch(SCHOOL, first[0].root, 3, b"m1")) == ["BatchAnchored"]
    assert execute(publish_manifest(b"m1")) == ["ManifestPublished"]
    assert execute(revoke_entry(first[0], 5)) == ["EntryRevoked"]
    assert execute(anchor_batch(SCHOOL, second[0].root, 3, b"m2")) == ["BatchAnchored"]
    correction = Supersession(predecessor=first[1], successor=second[1], reason=CORRECTION)
    assert execute(supersede_entry(correction)) == ["EntrySuperseded"]
    corrections = [
        Supersession(predecessor=second[number], successor=third[number], reason=CORRECTION)
        for number in (1, 2)
    ]
    assert execute(anchor_and_supersede(SCHOOL, third[0].root, 3, b"m3", corrections)) == [
        "BatchAnchored",
        "EntrySuperseded",
        "EntrySuperseded",
    ]
    size, _time = view(
        *("batches(bytes32,bytes32)", ["uint64", "uint64"]),
        *(SCHOOL.encode().ljust(32, b"\x00"), third[0].root),
    )
    assert size == 3


def test_a_higher_institution_may_be_acted_for(execute):
    """The ministry revokes, supersedes, and does so within a batch."""
    first, second, third = (anchored_entries(version) for version in (1, 2, 3))
    execute(anchor_batch(SCHOOL, first[0].root, 3, b"m1"))
    execute(anchor_batch(SCHOOL, second[0].root, 3, b"m2"))

    assert execute(revoke_entry(first[0], 5, acting_for=MINISTRY)) == ["EntryRevoked"]
    pair = Supersession(predecessor=first[1], successor=second[1], reason=CORRECTION)
    assert execute(supersede_entry(pair, acting_for=MINISTRY)) == ["EntrySuperseded"]
    pair = Supersession(predecessor=second[2], successor=third[2], reason=CORRECTION)
    call = anchor_and_supersede(SCHOOL, third[0].root, 3, b"m3", [pair], acting_for=MINISTRY)
    assert execute(call) == ["BatchAnchored", "EntrySuperseded"]


def test_a_registry_is_retired(execute):
    """With and without a successor."""
    assert execute(retire(MINISTRY, b"\x22" * 20)) == ["Retired"]
    assert retire(MINISTRY)[-20:] == bytes(20)


@pytest.mark.parametrize("code", ["", "Sở", "a b", "x" * 33])
def test_a_code_that_cannot_be_written_is_refused_before_anything_is_sent(code):
    """The same rule as the contract's."""
    with pytest.raises(InvalidFormat, match="institution"):
        anchor_batch(code, bytes(32), 1, b"")


def test_types_are_read_from_signatures():
    """Also those of tuples and arrays within, and none at all."""
    assert argument_types("historyHead()") == []
    assert argument_types("f(bytes32,(uint8,bytes32[])[])") == ["bytes32", "(uint8,bytes32[])[]"]
