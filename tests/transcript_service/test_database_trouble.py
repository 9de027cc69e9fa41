"""A database that cannot be used: said in plain words, with nothing of anybody in them."""

import shutil
import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from tests.school import command_options as settings
from tests.school import office_of
from transcript_service import database
from transcript_service.cli import main
from transcript_service.database import database_errors, open_database, write_session
from transcript_service.errors import DatabaseError
from transcript_service.models import StateChangeRow
from transcript_service.shared_database.mirror import MirrorStaff

DONE, TOOL_FAILED = 0, 1


def staff(name):
    return MirrorStaff(
        record_id="R1",
        version=1,
        updated_at="2026-05-30T00:00:00Z",
        school_code="S1",
        staff_code="GV1",
        full_name=name,
    )


def test_what_was_refused_is_not_shown_in_the_error(tmp_path):
    """SQLAlchemy would print the values of the statement, names and scores among them."""
    engine = open_database(tmp_path / "service.db")
    with write_session(engine) as session:
        session.add(staff("Trần Thị Kín"))

    with pytest.raises(DatabaseError) as refused, write_session(engine) as session:
        session.add(staff("Lê Văn Kín"))

    assert isinstance(refused.value.__cause__, DBAPIError)
    for shown in (str(refused.value), str(refused.value.__cause__)):
        assert "Kín" not in shown


def test_a_database_that_may_not_be_written_says_so(tmp_path):
    """As SQLite finds it: here by a connection that only reads."""
    engine = open_database(tmp_path / "service.db")

    def write_where_only_reading_is_allowed() -> None:
        with database_errors(engine), engine.connect() as connection:
            connection.execute(text("PRAGMA query_only = 1"))
            connection.execute(text("DELETE FROM batch"))

    with pytest.raises(DatabaseError, match=r"service\.db: .*cannot be written.*READONLY"):
        write_where_only_reading_is_allowed()


def test_a_locked_database_ends_a_command_with_one_line(school, capsys, monkeypatch):
    """Exit 1; wait and run it again."""
    directory, sample = school
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_S", 0.1)
    other = sqlite3.connect(directory / "service.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    assert main(["check", *settings(directory), "--class", sample.class_code]) == TOOL_FAILED

    said = capsys.readouterr().err
    assert "another program is using the database" in said
    assert len(said.splitlines()) == 1


def test_a_damaged_database_ends_a_command_with_one_line(issued, original, capsys):
    """Damage that shows only when the rows are read, during the act."""
    whole = issued / "service.db"
    with sqlite3.connect(whole) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'mirror_class'"
        ).fetchone()[0]
    connection.close()
    content = bytearray(whole.read_bytes())
    content[(page - 1) * page_size : page * page_size] = b"\xff" * page_size
    for journal in issued.glob("service.db-*"):
        journal.unlink()
    whole.write_bytes(content)

    for verb in ("check", "issue"):
        command = [verb, *settings(issued), "--class", original[1].class_code]
        assert main(command) == TOOL_FAILED
        said = capsys.readouterr().err
        assert "damaged" in said
        assert "backup" in said
        assert len(said.splitlines()) == 1


def test_a_database_that_goes_away_during_an_act_is_told(issued):
    """The session of the issuing desk is no door of `database`, but its errors are told as well."""
    office = office_of(issued)

    def read_what_was_dropped() -> None:
        with database_errors(office.engine), office.desk.session() as session:
            session.connection().exec_driver_sql("DROP TABLE state_change")
            session.exec(select(StateChangeRow)).all()

    with pytest.raises(DatabaseError, match="cannot be used"):
        read_what_was_dropped()


def test_a_database_in_a_folder_that_is_gone_is_told(school, capsys):
    """What, where, what next."""
    directory, sample = school
    shutil.rmtree(directory / "chain")
    path = directory / "school.toml"
    path.write_text(path.read_text().replace('"service.db"', '"gone/service.db"'))

    assert main(["check", *settings(directory), "--class", sample.class_code]) == TOOL_FAILED
    said = capsys.readouterr().err
    assert "gone/service.db" in said
    assert "check folder, permissions and free space" in said
