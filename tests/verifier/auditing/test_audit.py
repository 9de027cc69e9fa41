"""The audit names every difference between chain, manifests, database and snapshot."""

import json

import pytest

from tests.verifier.auditing.comparing import (
    codes,
    manifest_file,
    replay,
    rows_of,
    run,
    the,
)
from tests.verifier.registry.world import (
    AUTHORITY,
    CLASS,
    CORRECTIONS,
    ROOT,
    SCHOOL,
    SEAL,
    SECOND_CLASS,
    World,
    document,
    manifest_of,
)
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.issuance.registry_calls import end_certificate, grant, publish_manifest
from verifier.audit import Sources, audit
from verifier.audit_database import DatabaseRow
from verifier.audit_findings import AuditCode, AuditLevel
from verifier.cli import main
from verifier.manifest import DeclaredCertificate, Manifest, manifest_to_json
from verifier.registry_events import Role, Use
from verifier.registry_file import state_to_json


def test_an_honest_registry_is_clean(world: World) -> None:
    """All batches rebuilt, all files and rows found: exit 0 and nothing to say."""
    report = run(world, rows_of(world))

    assert report.findings == ()
    assert report.exit_code == 0
    assert (report.batches, report.batches_rebuilt, report.entries) == (3, 3, 9)
    assert (report.archived_documents, report.database_rows) == (9, 9)


def test_a_report_is_neither_true_nor_false(world: World) -> None:
    """`if report:` would read every report as clean."""
    with pytest.raises(TypeError, match="exit_code"):
        bool(run(world))


def test_a_removed_manifest_is_taken_from_the_chain_where_published(world: World) -> None:
    """Without the folder the published batches are still rebuilt."""
    manifest_file(world, CLASS).unlink()

    assert run(world).exit_code == 0


def test_a_removed_unpublished_manifest_is_withheld(world: World) -> None:
    """What cannot be rebuilt is named, and is no contradiction."""
    manifest_file(world, SECOND_CLASS).unlink()

    report = run(world)

    assert report.exit_code == 4
    assert codes(report) == {AuditCode.MANIFEST_WITHHELD}
    assert manifest_of(SECOND_CLASS).root.hex() in the(report, AuditCode.MANIFEST_WITHHELD)


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("canonical", [True, False])
def test_an_altered_entry_is_named(world: World, published: bool, canonical: bool) -> None:
    """By the chain's manifest, or else by the receipts: the entry and the file."""
    documents = CLASS if published else SECOND_CLASS
    path = manifest_file(world, documents)
    described = json.loads(path.read_bytes())
    described["entries"][2][3] = 7
    separators = (",", ":") if canonical else None
    path.write_text(json.dumps(described, separators=separators, sort_keys=True))

    report = run(world)

    assert report.exit_code == 3
    altered = the(report, AuditCode.ENTRY_ALTERED)
    assert documents[2].entry().document_digest.hex() in altered
    assert path.name in altered
    assert "entry 2" in altered
    assert path.name in the(report, AuditCode.MANIFEST_FALSE)
    assert (AuditCode.MANIFEST_WITHHELD in codes(report)) is not published


def test_a_manifest_that_is_no_json_is_named(world: World) -> None:
    """A broken file is a contradiction of the folder, not of the batch."""
    (world.manifests / "broken.manifest.json").write_bytes(b"\xff\x00")

    report = run(world)

    assert report.exit_code == 3
    assert "broken.manifest.json" in the(report, AuditCode.MANIFEST_FALSE)


def test_a_manifest_that_was_never_anchored_is_named(world: World) -> None:
    """A made-up batch in the folder does not pass for one of the registry."""
    made_up = manifest_of([document(77)])
    (world.manifests / "made-up.manifest.json").write_bytes(manifest_to_json(made_up))

    assert "made-up" in the(run(world), AuditCode.MANIFEST_NOT_ANCHORED)


def test_a_manifest_that_changes_while_it_is_read_is_not_believed(world: World) -> None:
    """It had the anchored digest when the folder was looked through, and another one afterwards."""
    path = manifest_file(world, SECOND_CLASS)
    true = path.read_bytes()

    def swap(what: str, done: int, _total: int) -> None:
        if (what, done) == ("batches", 0):
            path.write_bytes(true.replace(b",1]", b",2]", 1))

    report = audit(world.policy, world.view(), Sources(manifests=(world.manifests,)), swap)

    assert codes(report) == {AuditCode.MANIFEST_FALSE}
    assert "while it was read" in the(report, AuditCode.MANIFEST_FALSE)
    assert (report.batches_rebuilt, report.entries) == (2, 6)


def test_two_current_versions_are_disputed(world: World) -> None:
    """A second version that supersedes nothing leaves two current ones."""
    writer = world.writer()
    second = (document(1, 2),)
    writer.act_as_issuer(publish_manifest(writer.anchor(second)))

    report = replay(world)

    assert report.exit_code == 3
    assert codes(report) == {AuditCode.DISPUTED}
    assert CLASS[1].series_id.hex() in the(report, AuditCode.DISPUTED)


def test_an_anchored_size_other_than_the_manifests_is_named(world: World) -> None:
    """A proof does not prove the size; the manifest does."""
    writer = world.writer()
    manifest = manifest_of((document(50), document(51)))
    data = manifest_to_json(manifest)
    writer.anchor_as(SCHOOL, manifest.root, 3, data)
    writer.act_as_issuer(publish_manifest(data))

    report = replay(world)

    assert codes(report) == {AuditCode.SIZE_WRONG}


def test_a_root_that_the_manifest_does_not_give_is_named(world: World) -> None:
    """The manifest's digest was anchored, but with another root than its entries lead to."""
    writer = world.writer()
    true = manifest_of((document(50),))
    false = Manifest(
        institution=SCHOOL,
        root=bytes(31) + b"\x01",
        size=1,
        certificates=true.certificates,
        entries=true.entries,
    )
    data = manifest_to_json(false)
    writer.anchor_as(SCHOOL, false.root, 1, data)
    writer.act_as_issuer(publish_manifest(data))

    assert AuditCode.ROOT_WRONG in codes(replay(world))


def test_a_certificate_that_was_not_declared_is_named(world: World) -> None:
    """Who signed a batch must have been declared when it was anchored."""
    writer = world.writer()
    true = manifest_of((document(50),))
    stranger = DeclaredCertificate(identity=bytes(31) + b"\x07", use="SEAL")
    data = manifest_to_json(
        Manifest(
            institution=SCHOOL,
            root=true.root,
            size=1,
            certificates=(*true.certificates, stranger),
            entries=true.entries,
        )
    )
    writer.anchor_as(SCHOOL, true.root, 1, data)
    writer.act_as_issuer(publish_manifest(data))

    report = replay(world)

    assert codes(report) == {AuditCode.CERTIFICATE_NOT_DECLARED}
    assert stranger.identity.hex() in the(report, AuditCode.CERTIFICATE_NOT_DECLARED)


def test_a_certificate_that_was_declared_for_another_time_is_out_of_period(world: World) -> None:
    """Its end was declared before the batch was anchored."""
    writer = world.writer()
    writer.act(AUTHORITY, end_certificate(SCHOOL, SEAL, Use.SEAL, acting_for=ROOT))
    writer.act(AUTHORITY, grant(ROOT, AUTHORITY.address, Role.REVOKER, acting_for=ROOT))
    writer.act_as_issuer(publish_manifest(writer.anchor((document(50),))))

    report = replay(world)

    assert codes(report) == {AuditCode.OUT_OF_PERIOD}
    assert SEAL.hex() in the(report, AuditCode.OUT_OF_PERIOD)


def _changed(row: DatabaseRow, **changes: object) -> DatabaseRow:
    values = {name: getattr(row, name) for name in DatabaseRow.__slots__}
    return DatabaseRow(**{**values, **changes})  # type: ignore[arg-type]


def test_rows_that_differ_from_the_registry_are_named(world: World) -> None:
    """Another state, a row too many, a row too few, two series for one pupil."""
    rows = rows_of(world)
    wrong_state = run(world, [_changed(rows[0], state="CURRENT"), *rows[1:]])
    too_many = run(world, [*rows, _changed(rows[0], name="made up", document_digest=bytes(32))])
    too_few = run(world, rows[1:])
    doubled = run(world, [_changed(rows[0], subject=rows[1].subject), *rows[1:]])
    other_version = run(world, [_changed(rows[0], version=5), *rows[1:]])

    assert codes(wrong_state) == {AuditCode.ROW_DIFFERS}
    assert "SUPERSEDED" in the(wrong_state, AuditCode.ROW_DIFFERS)
    assert "made up" in the(too_many, AuditCode.ROW_NOT_ANCHORED)
    assert CLASS[0].series_id.hex() in the(too_few, AuditCode.ROW_MISSING)
    assert CLASS[0].series_id.hex() in the(doubled, AuditCode.DOUBLED)
    assert codes(other_version) == {AuditCode.ROW_DIFFERS}
    assert CORRECTIONS[0].version == 2


def test_a_snapshot_of_another_history_is_named(world: World, original: World) -> None:
    """The policy's snapshot must be the beginning of what is replayed."""
    from hashlib import sha256

    writer = world.writer()
    writer.anchor((document(60),))
    ahead = world.view()
    data = state_to_json(ahead.state, ahead.block)
    (world.directory / "snap.json").write_bytes(data)
    named = f'snapshot = "snap.json"\nsnapshot_digest = "0x{sha256(data).hexdigest()}"\n'
    policy = world.edit_policy("[registry]\n", f"[registry]\n{named}")

    fits = audit(policy, ahead, Sources(manifests=(world.manifests,)))
    behind = audit(policy, original.view(), Sources(manifests=(world.manifests,)))

    assert AuditCode.SNAPSHOT_DIFFERS not in codes(fits)
    assert AuditCode.SNAPSHOT_DIFFERS in codes(behind)


def test_the_command_answers_with_the_exit_codes_of_the_design(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 clean, 3 contradictions, 4 could not look, 2 wrong usage; JSON and text say the same."""
    base = ["audit", "--policy", str(world.policy_path), "--lang", "en"]
    base += ["--manifests", str(world.manifests), "--archive", str(world.archive)]

    assert main(base, open_rpc=open_rpc) == 0
    assert "clean" in capsys.readouterr().out
    (world.archive / "orphan.pdf").write_bytes(b"%PDF-")
    assert main([*base, "--json"], open_rpc=open_rpc) == 3
    described = json.loads(capsys.readouterr().out)
    assert described["result"] == "CONTRADICTIONS"
    assert described["findings"][0]["subject"] == {"file": str(world.archive / "orphan.pdf")}
    assert main([*base, "--archive", "nowhere"], open_rpc=open_rpc) == 2
    (world.directory / "chain.sqlite3").unlink()
    assert main([*base, "--json"], open_rpc=open_rpc) == 4
    assert json.loads(capsys.readouterr().out)["sub_reason"] == "REGISTRY_UNAVAILABLE"


def test_a_written_snapshot_can_be_pinned(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """`--snapshot` writes the state and says the digest that a policy names."""
    path = world.directory / "registry.state.json"
    arguments = ["audit", "--policy", str(world.policy_path), "--snapshot", str(path)]

    assert main([*arguments, "--manifests", str(world.manifests)], open_rpc=open_rpc) == 0
    said = capsys.readouterr().err.split(": ", 1)[1].strip()
    policy = world.edit_policy("[registry]\n", f'[registry]\nsnapshot = "{path.name}"\n{said}\n')
    assert policy.registry.snapshot == path


def test_findings_say_how_bad_they_are(world: World) -> None:
    """A contradiction outweighs what could not be looked at."""
    manifest_file(world, SECOND_CLASS).unlink()
    (world.archive / CLASS[1].name).unlink()

    report = run(world)

    assert {finding.level for finding in report.findings} == {
        AuditLevel.CONTRADICTION,
        AuditLevel.COULD_NOT_LOOK,
    }
    assert report.exit_code == 3
