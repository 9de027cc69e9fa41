"""A bare digest that more than one institution anchored: who was first decides, all are named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.documents import SCHOOL
from tests.verifier.issued import AUTHORITY, OTHER_ISSUER, OTHER_SCHOOL, ROOT, Office
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.issuance.registry_calls import Entry as ChainEntry
from transcript_service.issuance.registry_calls import grant, revoke_entry
from verifier.cli import main
from verifier.manifest import Manifest
from verifier.registry_events import Role

Answer = tuple[int, dict[str, Any]]
Ask = Callable[..., Answer]


@pytest.fixture
def copied(office: Office) -> Manifest:
    """A stranger anchored a copy of a's entry; its manifest is read before the school's."""
    entry = office.documents["a"].entry
    manifest = office.anchor(
        [("copy", b"no PDF", entry)], institution=OTHER_SCHOOL, account=OTHER_ISSUER
    )
    for path in (office.transcripts / "copy.pdf", office.transcripts / "copy.receipt.json"):
        path.unlink()
    manifest_path(office, manifest).rename(office.manifests / "0.manifest.json")
    return manifest


def manifest_path(office: Office, manifest: Manifest) -> Path:
    return office.manifests / f"0x{manifest.root.hex()}.manifest.json"


def revoke_copy(office: Office, manifest: Manifest) -> None:
    """The stranger revokes what it copied."""
    office.act(AUTHORITY, grant(OTHER_SCHOOL, OTHER_ISSUER.address, Role.REVOKER, acting_for=ROOT))
    entry = manifest.entries[0]
    copy = ChainEntry(
        institution=OTHER_SCHOOL,
        root=manifest.root,
        index=0,
        document_digest=entry.document_digest,
        series_id=entry.series_id,
        version=entry.version,
        proof=(),
    )
    office.act(OTHER_ISSUER, revoke_entry(copy, 1), seconds=5)


@pytest.fixture
def ask(office: Office, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask about a's digest, by the folder of manifests."""

    def ask(*options: str) -> Answer:
        digest = office.documents["a"].entry.document_digest.hex()
        given = ["--digest", digest, "--policy", str(office.policy_path), "--lang", "en"]
        code = main(
            [*given, "--manifests", str(office.manifests), "--json", *options], open_rpc=open_rpc
        )
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_a_strangers_copy_does_not_make_a_revoked_document_current(
    office: Office, copied: Manifest, ask: Ask
) -> None:
    """The school that anchored it first has withdrawn it."""
    office.revoke("a")

    code, report = ask()

    assert code == 3
    assert (report["sub_reason"], report["status"]) == ("REVOKED", "REVOKED")
    assert report["anchor"]["institution"] == SCHOOL
    assert any(OTHER_SCHOOL in note and "CURRENT" in note for note in report["notes"])
    assert copied.institution == OTHER_SCHOOL


def test_a_stranger_cannot_revoke_a_document_by_revoking_its_copy(
    office: Office, copied: Manifest, ask: Ask
) -> None:
    """It is named with what it says, and the school's entry stays current."""
    revoke_copy(office, copied)

    code, report = ask()

    assert code == 4
    assert (report["sub_reason"], report["status"]) == ("SIGNATURES_NOT_CHECKED", "CURRENT")
    assert report["anchor"]["institution"] == SCHOOL
    assert any(OTHER_SCHOOL in note and "REVOKED" in note for note in report["notes"])


def test_with_only_the_copy_at_hand_the_answer_is_disputed(
    office: Office, copied: Manifest, ask: Ask
) -> None:
    """By the registry the school withdrew the same entry; who was first cannot be told."""
    office.revoke("a")
    manifest_path(office, office.documents["b"].manifest).unlink()

    code, report = ask()

    assert code == 4
    assert (report["sub_reason"], report["status"]) == ("DISPUTED", "DISPUTED")
    (anchored,) = [check for check in report["checks"] if check["name"] == "ANCHORED"]
    assert f"{SCHOOL}: REVOKED" in anchored["message"]
    assert f"{OTHER_SCHOOL}: CURRENT" in anchored["message"]
    assert copied.size == 1


def test_one_entry_of_an_institution_that_was_withdrawn_decides_for_all_of_its_entries(
    office: Office, ask: Ask
) -> None:
    """The school anchored the same document as another version, too, and withdrew that."""
    entry = type(office.documents["a"].entry)
    first = office.documents["a"].entry
    again = entry(
        document_digest=first.document_digest,
        document_size=first.document_size,
        series_id=first.series_id,
        version=7,
    )
    manifest = office.anchor([("again", b"no PDF", again)])
    manifest_path(office, manifest).rename(office.manifests / "z.manifest.json")
    office.revoke("again")

    code, report = ask()

    assert code == 3
    assert (report["sub_reason"], report["status"]) == ("REVOKED", "REVOKED")


@pytest.mark.parametrize("revoked", [False, True])
def test_nothing_that_people_read_calls_a_bare_digest_genuine(
    office: Office, capsys: pytest.CaptureFixture[str], revoked: bool
) -> None:
    """Signatures were not looked at."""
    if revoked:
        office.revoke("a")
    digest = office.documents["a"].entry.document_digest.hex()
    base = ["--digest", digest, "--policy", str(office.policy_path)]
    for language in ("vi", "en"):
        main([*base, "--manifests", str(office.manifests), "--lang", language], open_rpc=open_rpc)
        shown = capsys.readouterr().out
        assert "genuine" not in shown
        assert "thật" not in shown
        assert SCHOOL in shown
