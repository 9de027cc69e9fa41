"""`hocba sample`: a folder with the server's file, the client's secret, and what is special."""

import json
import stat
from datetime import UTC, datetime

import pytest

from tests.transcript_service.shared_database.whole_schools import make_sample
from transcript_service.cli import main
from transcript_service.errors import UsageError
from transcript_service.shared_database.sample.defect_kinds import DefectKind
from transcript_service.shared_database.sample.folder import write_folder
from transcript_service.shared_database.sample.staleness import make_stale
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import find_client, open_store

OPTIONS = {"seed": 1, "schools": 2, "pupils": 90, "defects": 1, "client_id": "hocba"}


def test_the_folder_says_what_is_in_the_file(tmp_path):
    """Schools, classes, cases and defects; the secret is for its owner only."""
    summary = write_folder(tmp_path / "sample", **OPTIONS)

    contents = json.loads((tmp_path / "sample/sample.json").read_text(encoding="utf-8"))
    assert contents["format"] == "hocba/sample/1"
    assert [school["school_code"] for school in contents["schools"]] == ["00000501", "00000502"]
    assert sum(c["pupils"] for s in contents["schools"] for c in s["classes"]) == 90
    assert len(contents["planted"]) == len(summary.planted) > 0
    assert set(contents["planted"][0]) == {
        "kind", "school_code", "class_code", "student_code", "table", "record_id", "field",
        "other_student_codes",
    }  # fmt: skip
    secret = tmp_path / "sample/client.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    store = open_store(tmp_path / "sample/shared-database.sqlite3")
    assert find_client(store, "hocba", secret.read_text().strip()) is not None
    with running_server(tmp_path / "sample/shared-database.sqlite3") as base_url:
        assert base_url.startswith("http://127.0.0.1")


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    """It may be somebody's data; an empty one will do."""
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample/precious.txt").write_text("precious")
    with pytest.raises(UsageError, match="holds other files"):
        write_folder(tmp_path / "sample", **OPTIONS)
    assert [path.name for path in (tmp_path / "sample").iterdir()] == ["precious.txt"]

    (tmp_path / "empty").mkdir()
    assert write_folder(tmp_path / "empty", **(OPTIONS | {"pupils": 3})).pupils == 3


def test_the_command_tells_how_much_was_written(tmp_path, capsys):
    """With a seed, schools and pupils; the given secret is not written again."""
    secret = tmp_path / "secret"
    secret.write_text("only-for-tests")
    command = ["sample", "--out", str(tmp_path / "sample"), "--schools", "2", "--pupils", "5"]
    command += ["--seed", "3", "--defects", "0", "--client-secret-file", str(secret)]

    assert main([*command, "--lang", "en"]) == 0

    assert "2 schools, 5 pupils" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "sample").iterdir()}
    assert names == {"shared-database.sqlite3", "sample.json"}


def test_a_version_goes_back_when_it_is_told_to(tmp_path):
    """The planted record has version 3 before and 1 afterwards; other defects do not go back."""
    sample = make_sample(tmp_path / "up.db", pupils=120)
    by_kind = {planted.kind: planted for planted in sample.summary.planted}
    planted = by_kind[DefectKind.STALE_VERSION]
    moment = datetime(2026, 6, 1, tzinfo=UTC)

    def version():
        rows = sample.of_pupil(planted.student_code)[planted.table]
        return next(row.version for row in rows if row.record_id == planted.record_id)

    assert version() == 3
    make_stale(sample.path, planted, changed_at=moment)
    assert version() == 1
    with pytest.raises(UsageError, match="no record that can go back"):
        make_stale(sample.path, by_kind[DefectKind.LEVEL_DIFFERS], changed_at=moment)
