"""The audit compares the archive with the anchored entries, file by file."""

import json

import pytest

from tests.verifier.auditing.comparing import codes, manifest_file, run, the
from tests.verifier.registry.world import (
    CLASS,
    SECOND_CLASS,
    World,
)
from verifier.audit_findings import AuditCode


def test_a_missing_document_is_named(world: World) -> None:
    """Series, version and digest tell which archived file is gone."""
    (world.archive / CLASS[1].name).unlink()

    report = run(world)

    assert report.exit_code == 3
    message = the(report, AuditCode.DOCUMENT_MISSING)
    assert CLASS[1].series_id.hex() in message
    assert CLASS[1].entry().document_digest.hex() in message
    assert "version 1" in message
    assert CLASS[1].name in message


def test_a_missing_document_without_receipt_is_named_by_its_entry(world: World) -> None:
    """Series, version and digest are enough."""
    (world.archive / CLASS[1].name).unlink()
    (world.archive / CLASS[1].name).with_suffix(".receipt.json").unlink()

    message = the(run(world), AuditCode.DOCUMENT_MISSING)

    assert CLASS[1].series_id.hex() in message


def test_an_altered_document_is_named(world: World) -> None:
    """The file is not what its receipt speaks of: one tampering, one contradiction."""
    path = world.archive / CLASS[1].name
    path.write_bytes(path.read_bytes().replace(b"document 1", b"document 9"))

    report = run(world)

    assert codes(report) == {AuditCode.DOCUMENT_ALTERED}
    assert CLASS[1].name in the(report, AuditCode.DOCUMENT_ALTERED)


def test_an_altered_document_without_receipt_is_not_called_absent(world: World) -> None:
    """Nothing ties the file to its entry: what is missing are the anchored bytes."""
    path = world.archive / CLASS[1].name
    path.write_bytes(path.read_bytes().replace(b"document 1", b"document 9"))
    path.with_suffix(".receipt.json").unlink()

    report = run(world)

    assert codes(report) == {AuditCode.DOCUMENT_NOT_ANCHORED, AuditCode.DOCUMENT_MISSING}
    assert "anchored bytes" in the(report, AuditCode.DOCUMENT_MISSING)


def test_a_document_that_was_never_anchored_is_named(world: World) -> None:
    """An orphan is named by its file."""
    (world.archive / "orphan.pdf").write_bytes(b"%PDF-1.7 issued without anchoring")

    report = run(world)

    assert report.exit_code == 3
    assert "orphan.pdf" in the(report, AuditCode.DOCUMENT_NOT_ANCHORED)


def test_an_unknown_document_beside_a_withheld_manifest_is_unconfirmed(world: World) -> None:
    """What the missing manifest might list is not called false."""
    manifest_file(world, SECOND_CLASS).unlink()
    (world.archive / SECOND_CLASS[0].name).with_suffix(".receipt.json").unlink()

    report = run(world)

    assert report.exit_code == 4
    assert SECOND_CLASS[0].name in the(report, AuditCode.DOCUMENT_UNCONFIRMED)


def test_bytes_after_the_anchored_prefix_do_not_matter(world: World) -> None:
    """Later archive time stamps are appended; the prefix is what was anchored."""
    path = world.archive / CLASS[1].name
    path.write_bytes(path.read_bytes() + b"a later revision")

    assert run(world).exit_code == 0


def test_a_receipt_of_another_document_is_named(world: World) -> None:
    """Swapped receipts hold against the registry, but not beside their files."""
    first, second = (
        (world.archive / item.name).with_suffix(".receipt.json") for item in CLASS[1:3]
    )
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)

    report = run(world)

    assert report.exit_code == 3
    assert [finding.code for finding in report.findings] == [AuditCode.RECEIPT_FALSE] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("leaf_index", 3),
        ("tree_size", 6),
        ("history_size", 9),
        ("history_head", "0x" + "11" * 32),
        ("chain_id", 5),
        ("registry", "0x" + "11" * 20),
        ("institution", "VN-BGD"),
        ("document_digest", "0x" + "11" * 32),
        ("extra", 1),
    ],
)
def test_a_false_receipt_is_named(world: World, field: str, value: object) -> None:
    """Each field that decides is checked against the registry."""
    path = (world.archive / CLASS[2].name).with_suffix(".receipt.json")
    described = {**json.loads(path.read_bytes()), field: value}
    path.write_text(json.dumps(described))

    report = run(world)

    assert report.exit_code == 3
    assert path.name in the(report, AuditCode.RECEIPT_FALSE)
