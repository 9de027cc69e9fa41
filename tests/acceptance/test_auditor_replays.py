"""What an auditor gets from `hocba audit` on what the demo left, whole and damaged."""

import json
import shutil
import sqlite3

import pytest

CLEAN, CONTRADICTED, COULD_NOT_LOOK = 0, 3, 4


@pytest.fixture
def audit(hocba):
    def run(demo, *more):
        return hocba(
            "audit",
            "--policy",
            demo / "policy.toml",
            "--manifests",
            demo / "manifests",
            "--archive",
            demo / "archive",
            *more,
        )

    return run


def findings(answer):
    return answer.reports[0]["findings"]


def test_the_replay_of_an_honest_school_is_clean(published, unpublished, audit):
    """With manifests on chain, and with manifests in the folder alone."""
    assert audit(published).code == CLEAN
    assert audit(unpublished).code == CLEAN


def test_the_schools_database_agrees_with_the_registry(published, audit):
    """Every row is anchored, with the state that the registry gives it."""
    answer = audit(published, "--database", published / "service.db")

    assert answer.code == CLEAN
    assert answer.reports[0]["database_rows"] == answer.reports[0]["entries"]


def test_a_row_that_the_registry_contradicts_is_named(demo, audit):
    """A digest was changed in the school's database: the row is named by its file."""
    with sqlite3.connect(demo / "service.db") as database:
        database.execute("UPDATE document SET document_digest = zeroblob(32) WHERE id = 2")
        (code, version) = database.execute(
            "SELECT transcript_code, version FROM document WHERE id = 2"
        ).fetchone()

    answer = audit(demo, "--database", demo / "service.db")

    assert answer.code == CONTRADICTED
    assert f"{code}.2025-2026.v{version}.pdf" in json.dumps(findings(answer))


def test_a_row_whose_data_were_changed_is_named(demo, audit):
    """A mark was rewritten in the database; the archived document tells."""
    with sqlite3.connect(demo / "service.db") as database:
        (data, code, version) = database.execute(
            "SELECT transcript_json, transcript_code, version FROM document WHERE id = 2"
        ).fetchone()
        changed = data.replace(b'"full_year":"', b'"full_year":"9', 1)
        assert changed != data
        database.execute("UPDATE document SET transcript_json = ? WHERE id = 2", (changed,))

    answer = audit(demo, "--database", demo / "service.db")

    assert answer.code == CONTRADICTED
    (found,) = [one for one in findings(answer) if one["level"] == "CONTRADICTION"]
    assert found["code"] == "ROW_ALTERED"
    assert f"{code}.2025-2026.v{version}.pdf" in found["message"]


@pytest.mark.parametrize("table", ["document", "transcript"])
def test_an_emptied_table_is_named_document_by_document(demo, audit, table):
    """Without its rows the database lacks entries; without their transcripts rows are orphaned."""
    with sqlite3.connect(demo / "service.db") as database:
        (documents,) = database.execute("SELECT count(*) FROM document").fetchone()
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(f"DELETE FROM {table}")

    answer = audit(demo, "--database", demo / "service.db")

    assert answer.code == CONTRADICTED
    named = [one["code"] for one in findings(answer) if one["level"] == "CONTRADICTION"]
    code = "ROW_MISSING" if table == "document" else "ROW_ORPHANED"
    assert named == [code] * documents


def test_a_pupil_with_two_series_is_named_by_transcript_codes(demo, audit):
    """Two pupil codes with one personal id: the codes of both transcripts, never the number."""
    with sqlite3.connect(demo / "service.db") as database:
        rows = database.execute(
            "SELECT id, transcript_code, transcript_json FROM document WHERE id IN (1, 2)"
        ).fetchall()
        people = [json.loads(data)["pupil"]["personal_id"] for _id, _code, data in rows]
        data = rows[1][2].replace(people[1].encode(), people[0].encode())
        database.execute("UPDATE document SET transcript_json = ? WHERE id = 2", (data,))

    answer = audit(demo, "--database", demo / "service.db")

    text = json.dumps(findings(answer))
    (found,) = [one for one in findings(answer) if one["code"] == "DOUBLED"]
    assert rows[0][1] in found["message"]
    assert rows[1][1] in found["message"]
    assert people[0] not in text


def test_a_row_that_holds_no_data_is_named(demo, audit):
    """Somebody overwrote it; the audit goes on."""
    with sqlite3.connect(demo / "service.db") as database:
        database.execute("UPDATE document SET transcript_json = 'nothing' WHERE id = 1")

    answer = audit(demo, "--database", demo / "service.db")

    assert answer.code == CONTRADICTED
    assert {one["code"] for one in findings(answer)} == {"ROW_ALTERED"}


def test_an_audit_makes_no_database(demo, hocba):
    """A path that is not there is wrong usage."""
    missing = demo / "nowhere.db"

    answer = hocba("audit", "--policy", demo / "policy.toml", "--database", missing)

    assert answer.code == 2
    assert "nowhere.db" in answer.text
    assert not missing.exists()


def test_a_manifest_that_was_removed_is_named_as_withheld(demo_without_publication, audit):
    """Nobody published it and it is gone: the auditor could not look, and names the root."""
    demo = demo_without_publication
    gone = min((demo / "manifests").iterdir())
    gone.unlink()

    answer = audit(demo)

    assert answer.code == COULD_NOT_LOOK
    assert [one["code"] for one in findings(answer)] == ["MANIFEST_WITHHELD"]
    assert gone.name.removesuffix(".manifest.json") in json.dumps(findings(answer))


def test_an_altered_entry_of_a_manifest_is_named(demo_without_publication, audit):
    """The digest of one entry is changed: the finding names that entry's true document."""
    demo = demo_without_publication
    path = max((demo / "manifests").iterdir(), key=lambda one: one.stat().st_size)
    manifest = json.loads(path.read_bytes())
    true_digest = manifest["entries"][1][0]
    manifest["entries"][1][0] = "0x" + "00" * 32
    path.write_bytes(json.dumps(manifest, separators=(",", ":"), sort_keys=True).encode())

    answer = audit(demo)

    assert answer.code == CONTRADICTED
    assert path.name.removesuffix(".manifest.json") in json.dumps(findings(answer))
    assert true_digest in json.dumps(findings(answer))


def test_an_altered_manifest_is_named_although_the_chain_has_the_true_one(demo, audit):
    """The replay uses the published bytes, and says that the folder's are false."""
    path = min((demo / "manifests").iterdir())
    path.write_bytes(path.read_bytes().replace(b'"0x', b'"0x0', 1)[:-1])

    answer = audit(demo)

    assert answer.code == CONTRADICTED
    assert path.name in json.dumps(findings(answer))


def test_a_pdf_missing_from_the_archive_is_named(demo, audit):
    """The entry is anchored; its document is gone."""
    missing = min((demo / "archive").glob("*.pdf"))
    digest = json.loads(missing.with_suffix(".receipt.json").read_bytes())["document_digest"]
    missing.unlink()

    answer = audit(demo)

    assert answer.code == CONTRADICTED
    assert digest in json.dumps(findings(answer))


def test_a_pdf_that_was_never_anchored_is_named(demo, audit):
    """A file that stands in the archive without an entry on chain."""
    stranger = demo / "archive" / "HB-THCS-2025-0000000000-0.2025-2026.v1.pdf"
    shutil.copy(next((demo / "altered").glob("*.pdf")), stranger)

    answer = audit(demo)

    assert answer.code == CONTRADICTED
    assert stranger.name in json.dumps(findings(answer))
