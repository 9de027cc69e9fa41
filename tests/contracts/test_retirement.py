"""The end of a registry's life: `retire`."""

from hashlib import sha256

import pytest

from tests.contracts.entries import make_entries
from tests.contracts.harness import (
    AUTHORITY,
    DEPARTMENT,
    ISSUER,
    MINISTRY,
    PRINCIPAL,
    REVOKER,
    SCHOOL,
    code,
)
from tests.contracts.test_revocations import anchor

NEXT = "0x" + "ab" * 20
IDENTITY = sha256(b"certificate").digest()


@pytest.fixture
def retired(registry):
    """A registry with two anchored versions and a declared certificate, then retired."""
    registry.old, registry.new = anchor(registry), anchor(registry, size=3, version=2)
    registry.send(
        registry.ministry, "declareCertificate", MINISTRY, SCHOOL, IDENTITY, PRINCIPAL, 0, 0
    )
    (registry.retirement,) = registry.send(registry.ministry, "retire", MINISTRY, NEXT)
    return registry


def test_the_root_retires_the_registry(retired):
    """Time and successor can be read; no verifier follows the successor by itself."""
    assert retired.retirement.name == "Retired"
    assert retired.retirement.own == {"successor": NEXT}
    assert retired.view("successor") == NEXT
    assert retired.view("retiredAt") == retired.retirement.time


def test_a_registry_may_end_without_a_successor(registry):
    """The zero address means none."""
    (event,) = registry.send(registry.ministry, "retire", MINISTRY, "0x" + "00" * 20)

    assert registry.view("retiredAt") == event.time


def test_only_an_authority_of_the_root_retires(registry):
    """Neither a department for itself, nor in the ministry's name."""
    assert registry.refusal(registry.department, "retire", DEPARTMENT, NEXT) == (
        "NotRoot",
        [DEPARTMENT],
    )
    assert registry.refusal(registry.department, "retire", MINISTRY, NEXT) == (
        "NotGranted",
        [registry.department.lower(), MINISTRY, AUTHORITY],
    )


def test_a_registry_retires_once(retired):
    """The successor cannot be changed afterwards."""
    refusal = retired.refusal(retired.ministry, "retire", MINISTRY, "0x" + "cd" * 20)

    assert refusal == ("Retired", [retired.retirement.time, NEXT])


def test_nothing_new_comes_into_a_retired_registry(retired):
    """No institution, no grant, no certificate, no batch."""
    old, new = retired.old[0], retired.new[0]
    root = sha256(b"late").digest()
    pair = (old.abi(), new.abi(), 6)

    for sender, name, *arguments in (
        (retired.ministry, "registerInstitution", MINISTRY, MINISTRY, code("LATE"), "", ""),
        (retired.ministry, "grant", MINISTRY, retired.stranger, SCHOOL, ISSUER, 0, 0),
        (retired.ministry, "grant", MINISTRY, retired.stranger, MINISTRY, AUTHORITY, 0, 0),
        (retired.ministry, "declareCertificate", MINISTRY, SCHOOL, b"\x01" * 32, PRINCIPAL, 0, 0),
        (retired.issuer, "anchorBatch", SCHOOL, root, 1, bytes(32)),
        (retired.issuer, "anchorAndSupersede", SCHOOL, root, 1, bytes(32), SCHOOL, [pair]),
    ):
        assert retired.refusal(sender, name, *arguments) == (
            "Retired",
            [retired.retirement.time, NEXT],
        )


def test_what_was_issued_can_still_be_withdrawn_and_ended(retired):
    """Revoking, superseding, ending and publishing go on for ever."""
    manifest = b"manifest"
    calls = (
        (retired.revoker, "revoke", SCHOOL, retired.old[1].abi(), 5),
        (retired.revoker, "supersede", SCHOOL, retired.old[0].abi(), retired.new[0].abi(), 6),
        (retired.stranger, "publishManifest", sha256(manifest).digest(), manifest),
        (retired.ministry, "endCertificate", MINISTRY, SCHOOL, IDENTITY, PRINCIPAL, 0, 0),
        (retired.ministry, "endGrant", MINISTRY, retired.revoker, SCHOOL, REVOKER, 0, 0),
    )

    names = [retired.send(sender, *call)[0].name for sender, *call in calls]

    assert names == [
        "EntryRevoked",
        "EntrySuperseded",
        "ManifestPublished",
        "CertificateEnded",
        "GrantEnded",
    ]


def test_views_answer_as_before(retired):
    """Old documents stay verifiable."""
    entry = make_entries(SCHOOL, 7)[0]

    assert retired.view("batches", SCHOOL, entry.root)[0] == 7
    assert retired.view("wasGranted", retired.issuer, SCHOOL, ISSUER, retired.now)
    assert retired.view("historyHead") == retired.head
