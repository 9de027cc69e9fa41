"""Opening the service's own database."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine
from sqlmodel import select

from transcript_service import migrations
from transcript_service.database import (
    ForeignDatabase,
    NewerSchema,
    open_database,
    read_session,
    service_metadata,
    write_session,
)
from transcript_service.errors import DatabaseError, UsageError
from transcript_service.shared_database.mirror import MirrorPupil, MirrorStaff
from transcript_service.shared_database.mirror_annex import MirrorTransfer

MIGRATIONS = Path(migrations.__file__).parent
NEWEST_SCHEMA = "0006"


def _staff(code: str) -> MirrorStaff:
    return MirrorStaff(
        record_id=code,
        version=1,
        updated_at="2026-06-01T00:00:00Z",
        school_code="S1",
        staff_code=code,
        full_name="Trần Văn Mẫu",
    )


def _codes(engine: Engine) -> list[str]:
    with read_session(engine) as session:
        return [row.staff_code for row in session.exec(select(MirrorStaff))]


def _schema(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0])


def test_the_migrations_make_exactly_the_models(tmp_path):
    """Columns, types, keys, indexes: nothing is forgotten on either side."""
    engine = open_database(tmp_path / "service.db")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, service_metadata())

    assert differences == []


def test_a_new_database_keeps_what_is_written(tmp_path):
    """Also when it is opened by its URL the next time."""
    engine = open_database(tmp_path / "service.db")
    with write_session(engine) as session:
        session.add(_staff("GV1"))
    engine.dispose()

    assert _codes(open_database(f"sqlite:///{tmp_path / 'service.db'}")) == ["GV1"]


def _make_older(path: Path, schema: str) -> None:
    """Make the database that a release with *schema* wrote, with one pupil."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, schema)
    with sqlite3.connect(path) as connection:
        columns = connection.execute("PRAGMA table_info(mirror_pupil)").fetchall()
        values = {
            name: 1 if kind in ("INTEGER", "BOOLEAN") else "x" for _, name, kind, *_ in columns
        }
        places = ", ".join(f":{name}" for name in values)
        connection.execute(f"INSERT INTO mirror_pupil VALUES ({places})", values)


@pytest.mark.parametrize("schema", ["0001", "0002", "0003"])
def test_a_database_of_an_older_schema_is_brought_up_to_date_with_its_data(tmp_path, schema):
    """What the older release did not know is not known; what it held stays."""
    path = tmp_path / "service.db"
    _make_older(path, schema)

    with read_session(open_database(path)) as session:
        (pupil,) = session.exec(select(MirrorPupil)).all()
        assert session.exec(select(MirrorTransfer)).all() == []
        session.expunge(pupil)

    assert (pupil.full_name, pupil.identity_verified, pupil.status) == ("x", None, None)
    assert _schema(path) == NEWEST_SCHEMA


@pytest.mark.parametrize("schema", ["0001", "0004"])
def test_records_of_an_older_schema_are_taken_anew_by_the_next_sync(tmp_path, schema):
    """In the version held, too: it fills the columns that the older release did not know."""
    path = tmp_path / "service.db"
    _make_older(path, schema)

    with read_session(open_database(path)) as session:
        (version,) = session.exec(select(MirrorPupil.version)).all()

    assert version == 0


def test_every_schema_can_be_taken_back(tmp_path):
    """An operator who must return to the release before is not stuck."""
    path = tmp_path / "service.db"
    _make_older(path, NEWEST_SCHEMA)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")

    assert _schema(path) == "0003"
    open_database(path).dispose()
    assert _schema(path) == NEWEST_SCHEMA


def test_a_database_of_a_newer_schema_is_refused_and_left_alone(tmp_path):
    """An older release must not guess."""
    path = tmp_path / "service.db"
    open_database(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()

    with pytest.raises(NewerSchema, match=r"service\.db.*9999.*release"):
        open_database(path)

    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    """Perhaps a transcript was named by mistake."""
    path = tmp_path / "service.db"
    path.write_bytes(b"%PDF-1.7 " * 500)

    with pytest.raises(ForeignDatabase, match=r"service\.db.*not a database"):
        open_database(path)

    assert path.read_bytes() == b"%PDF-1.7 " * 500


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    """Its tables would be mixed with ours."""
    path = tmp_path / "service.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()

    with pytest.raises(ForeignDatabase, match="another program"):
        open_database(path)

    assert path.read_bytes() == before


def test_a_cut_off_database_is_refused(tmp_path):
    """Half a file is not half the data."""
    path = tmp_path / "service.db"
    open_database(path).dispose()
    path.write_bytes(path.read_bytes()[:5000])

    with pytest.raises(DatabaseError, match=r"service\.db"):
        open_database(path)


def test_a_missing_folder_is_told(tmp_path):
    """Folders are never made silently."""
    with pytest.raises(DatabaseError, match=r"nowhere.*check folder"):
        open_database(tmp_path / "nowhere" / "service.db")


@pytest.mark.parametrize("address", ["postgresql://db.example/hocba", "sqlite://", "a://b://"])
def test_another_kind_of_database_is_refused(address):
    """Only SQLite so far."""
    with pytest.raises(UsageError, match="sqlite:///PATH"):
        open_database(address)


def test_an_error_rolls_the_whole_session_back(tmp_path):
    """One step, one transaction."""
    engine = open_database(tmp_path / "service.db")

    def fail_half_way() -> None:
        with write_session(engine) as session:
            session.add(_staff("GV1"))
            session.flush()
            raise KeyError("half-way")

    with pytest.raises(KeyError, match="half-way"):
        fail_half_way()

    assert _codes(engine) == []


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    """It sees the state before the write."""
    engine = open_database(tmp_path / "service.db")

    with write_session(engine) as session:
        session.add(_staff("GV1"))
        session.flush()
        during = _codes(engine)

    assert during == []
    assert _codes(engine) == ["GV1"]


def test_commits_are_on_disk_and_foreign_keys_hold(tmp_path):
    """WAL, synchronous FULL (2), foreign keys on, for every connection."""
    engine = open_database(tmp_path / "service.db")

    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            values = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert values == ["wal", 2, 1]


FULL_DISK = """
import resource, sys
from transcript_service.database import open_database
from transcript_service.errors import DatabaseError
from verifier.messages import use_language

use_language("en")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    open_database(sys.argv[1])
except DatabaseError as error:
    sys.exit(str(error))
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
"""


def test_a_disk_that_fills_during_the_migrations_leaves_nothing_half_made(tmp_path):
    """A bound on the size of files stands for the disk; later there is room again."""
    path = tmp_path / "service.db"

    ended = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path], check=False, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "check folder, permissions and free space" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert _codes(open_database(path)) == []


KILLED_WRITER = """
import os, sys
from transcript_service.database import open_database, write_session
from transcript_service.shared_database.mirror import MirrorStaff

engine = open_database(sys.argv[1])
for number in range(3):
    with write_session(engine) as session:
        session.add(MirrorStaff(record_id=str(number), version=1, updated_at="", school_code="S1",
                                staff_code=str(number), full_name="Trần Văn Mẫu"))
        session.flush()
        if number == 2:
            os.kill(os.getpid(), 9)
"""


def test_a_killed_writer_leaves_whole_transactions(tmp_path):
    """What was committed is there, what was not is not."""
    path = tmp_path / "service.db"

    ended = subprocess.run([sys.executable, "-c", KILLED_WRITER, path], check=False)

    assert ended.returncode == -9
    assert _codes(open_database(path)) == ["0", "1"]
