"""Anchoring batches and publishing manifests: `anchorBatch`, `publishManifest`, `leafHash`."""

from hashlib import sha256

import pytest

from tests.contracts.entries import make_entries
from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    OTHER_SCHOOL,
    SCHOOL,
    calldata,
    code,
)

ROOT_HASH = sha256(b"root").digest()
MANIFEST = b'{"format":"hocba/manifest/1"}'
DIGEST = sha256(MANIFEST).digest()
GAS_BOUND = 110_000


def anchor(registry, sender=None, institution=SCHOOL, root=ROOT_HASH, size=40):
    """Call `anchorBatch`."""
    return registry.send(sender or registry.issuer, "anchorBatch", institution, root, size, DIGEST)


def test_an_issuer_anchors_a_batch(registry):
    """Size and time are stored, the manifest's digest stands in the event."""
    (event,) = anchor(registry)

    assert event.name == "BatchAnchored"
    assert event.own == {
        "institution": SCHOOL,
        "root": ROOT_HASH,
        "size": 40,
        "manifestDigest": DIGEST,
    }
    assert registry.view("batches", SCHOOL, ROOT_HASH) == (40, event.time)


def test_an_unknown_batch_has_no_size(registry):
    """Nor a time."""
    assert registry.view("batches", SCHOOL, ROOT_HASH) == (0, 0)


def test_a_batch_belongs_to_its_institution(registry):
    """Nobody takes another's root by being faster: both anchor it, each for itself."""
    anchor(registry, institution=OTHER_SCHOOL, size=1)

    (event,) = anchor(registry)

    assert registry.view("batches", OTHER_SCHOOL, ROOT_HASH)[0] == 1
    assert registry.view("batches", SCHOOL, ROOT_HASH) == (40, event.time)


@pytest.mark.parametrize("size", [1, 2**63, 2**64 - 1])
def test_a_batch_may_have_any_size(registry, size):
    """Up to what the width of the field holds."""
    anchor(registry, size=size)

    assert registry.view("batches", SCHOOL, ROOT_HASH)[0] == size


def test_a_root_is_anchored_once(registry):
    """Not again with the same size, nor with another."""
    anchor(registry)

    for size in (40, 41):
        refusal = registry.refusal(registry.issuer, "anchorBatch", SCHOOL, ROOT_HASH, size, DIGEST)
        assert refusal == ("BatchExists", [SCHOOL, ROOT_HASH])


def test_an_empty_batch_is_refused(registry):
    """A batch without entries would look like one that was never anchored."""
    refusal = registry.refusal(registry.issuer, "anchorBatch", SCHOOL, ROOT_HASH, 0, DIGEST)

    assert refusal == ("EmptyBatch", [SCHOOL, ROOT_HASH])


def test_only_an_issuer_of_exactly_the_institution_anchors(registry):
    """Not the ministry, the department, the revoker, or the issuer of another place."""
    for sender, institution in (
        (registry.stranger, SCHOOL),
        (registry.revoker, SCHOOL),
        (registry.department, SCHOOL),
        (registry.ministry, SCHOOL),
        (registry.issuer, DEPARTMENT),
        (registry.issuer, code("NONE")),
    ):
        refusal = registry.refusal(sender, "anchorBatch", institution, ROOT_HASH, 1, DIGEST)
        assert refusal == ("NotGranted", [sender.lower(), institution, ISSUER])


def test_an_issuer_anchors_only_while_its_grant_holds(registry):
    """From its first second until before its end."""
    start, until = registry.now + 100, registry.now + 200
    registry.send(
        registry.ministry, "grant", MINISTRY, registry.stranger, SCHOOL, ISSUER, start, until
    )

    for moment, allowed in ((start - 1, False), (start, True), (until - 1, True), (until, False)):
        registry.at(moment)
        root = sha256(str(moment).encode()).digest()
        if allowed:
            anchor(registry, registry.stranger, root=root)
        else:
            refusal = registry.refusal(registry.stranger, "anchorBatch", SCHOOL, root, 1, DIGEST)
            assert refusal == ("NotGranted", [registry.stranger.lower(), SCHOOL, ISSUER])


@pytest.mark.parametrize("size", [1, 40, 1_000_000])
def test_anchoring_stays_below_its_bound_of_gas(registry, size, record_property):
    """design: at most 110,000 a batch, whatever its size; the first one of a registry, too."""
    _events, gas = registry.send_counting_gas(
        registry.issuer, "anchorBatch", SCHOOL, ROOT_HASH, size, DIGEST
    )

    record_property("gas", gas)
    assert gas <= GAS_BOUND


def test_anyone_publishes_a_manifest(registry):
    """Bytes that hash to the digest are the manifest, whoever brings them."""
    (event,) = registry.send(registry.stranger, "publishManifest", DIGEST, MANIFEST)

    assert event.name == "ManifestPublished"
    assert event.own == {"digest": DIGEST, "manifest": MANIFEST}


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 10_000])
def test_a_manifest_may_have_any_length(registry, size):
    """Also none, and no multiple of a word."""
    manifest = bytes(range(256)) * 40
    manifest = manifest[:size]

    (event,) = registry.send(
        registry.stranger, "publishManifest", sha256(manifest).digest(), manifest
    )

    assert event.own["manifest"] == manifest


def test_other_bytes_are_not_the_manifest(registry):
    """The error says what they hash to."""
    refusal = registry.refusal(registry.issuer, "publishManifest", DIGEST, MANIFEST + b" ")

    assert refusal == ("OtherManifest", [DIGEST, sha256(MANIFEST + b" ").digest()])


@pytest.mark.parametrize("version", [0, 1, 2, 255, 256, 2**32 - 1])
def test_the_leaf_hash_is_the_one_of_the_format(registry, version):
    """SHA-256(0x00 ‖ 0x01 ‖ document digest ‖ series id ‖ version), RFC 9162 section 2.1.1."""
    entry = make_entries(SCHOOL, 3, version=version)[1]

    assert registry.view("leafHash", entry.abi()) == entry.leaf
    assert (
        registry.view("leafHash", entry.but(institution=OTHER_SCHOOL, index=7).abi()) == entry.leaf
    )


def test_unknown_calls_and_money_are_refused(registry):
    """No fallback, no receive: nothing happens by mistake."""
    for data in ("0x", "0xdeadbeef", "0x" + calldata("historyHead")[:3].hex()):
        receipt = registry._mine({"from": registry.stranger, "to": registry.address, "data": data})
        assert receipt["status"] == 0
    receipt = registry._mine({"from": registry.stranger, "to": registry.address, "value": 1})
    assert receipt["status"] == 0


def test_roles_have_the_published_codes(registry):
    """The numbers of README."""
    assert [registry.view(name) for name in ("AUTHORITY", "ISSUER", "REVOKER")] == [1, 2, 3]
    assert [registry.view(name) for name in ("PRINCIPAL", "SEAL")] == [1, 2]
    assert [registry.view(name) for name in ("REVOKED", "SUPERSEDED")] == [1, 2]
    assert registry.view("wasGranted", registry.ministry, MINISTRY, AUTHORITY, registry.now)
