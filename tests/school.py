"""A small sandbox school, synchronised and ready to issue, made by the demo's own functions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from transcript_service.commands.office import Office, open_office
from transcript_service.commands.school import ClassOfYear
from transcript_service.database import open_database, read_session
from transcript_service.demo import sandbox
from transcript_service.demo.open_pki import write_secret
from transcript_service.records import load_class_year
from transcript_service.sandbox_pki import KeyKind
from transcript_service.settings import load_settings
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.sample import SampleClient, SampleSummary, write_sample
from transcript_service.shared_database.sample.schools import write_schools
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import sync

CLIENT = SampleClient(client_id=sandbox.CLIENT_ID, client_secret="only-for-tests")
UPSTREAM_FILE = "shared-database.sqlite3"


def make_school(
    directory: Path, *, pupils: int, publish: bool = True, key_kind: KeyKind = KeyKind.P256
) -> SampleSummary:
    """Make everything that `hocba issue --settings DIRECTORY/school.toml` needs."""
    sample = write_sample(directory / UPSTREAM_FILE, seed=1, pupils=pupils, client=CLIENT)
    _open_school(directory, sample.school_code, class_of(sample), publish, key_kind)
    return sample


def make_whole_school(directory: Path, *, pupils: int, key_kind: KeyKind) -> list[ClassOfYear]:
    """Make a school of both levels likewise; return all of its classes."""
    written = write_schools(
        directory / UPSTREAM_FILE, seed=1, pupils=pupils, defects=0, client=CLIENT
    )
    (school,) = written.schools
    classes = [
        ClassOfYear(class_code=one.class_code, school_year=written.school_year)
        for one in school.classes
    ]
    _open_school(directory, school.school_code, classes[0], publish=True, key_kind=key_kind)
    return classes


def _open_school(
    directory: Path, school_code: str, one: ClassOfYear, publish: bool, key_kind: KeyKind
) -> None:
    write_secret(directory / sandbox.CLIENT_SECRET_FILE, CLIENT.client_secret)
    with running_server(directory / UPSTREAM_FILE) as base_url:
        _sync(directory, base_url, school_code, one.school_year)
    engine = open_database(directory / "service.db")
    with read_session(engine) as session:
        school = load_class_year(session, one.class_code, one.school_year).school
    engine.dispose()
    facts = sandbox.school_facts(school)
    pki = sandbox.make_certificates(directory, facts, datetime.now(UTC), key_kind=key_kind)
    # A block for each act, a second for each block: the last one must not lie in the future.
    a_while_ago = datetime.now(UTC) - timedelta(minutes=5)
    registry = sandbox.make_registry(directory, facts, pki, lambda: a_while_ago)
    sandbox.write_policy(directory / "policy.toml", registry)
    sandbox.write_settings(directory / "school.toml", facts, registry, base_url, publish=publish)


def sync_from(
    directory: Path, base_url: str, sample: SampleSummary, *, now: datetime | None = None
) -> None:
    """Synchronise the school's database with a server at *base_url*, today if no *now* is given."""
    _sync(directory, base_url, sample.school_code, sample.school_year, now)


def _sync(
    directory: Path,
    base_url: str,
    school_code: str,
    school_year: str,
    now: datetime | None = None,
) -> None:
    engine = open_database(directory / "service.db")
    access = UpstreamAccess(
        base_url=base_url, client_id=CLIENT.client_id, client_secret=CLIENT.client_secret
    )
    sync(
        engine,
        access,
        school_code=school_code,
        school_year=school_year,
        now=now or datetime.now(UTC),
    )
    engine.dispose()


def office_of(directory: Path) -> Office:
    """Open the office of a school that `make_school` made."""
    return open_office(load_settings(directory / "school.toml"), lambda _step, _at, _of: None)


def class_of(sample: SampleSummary) -> ClassOfYear:
    """Name the sample's class."""
    return ClassOfYear(class_code=sample.class_code, school_year=sample.school_year)


def command_options(directory: Path, year: str = "2025-2026") -> list[str]:
    """Return the options that every command of the school takes."""
    return ["--settings", str(directory / "school.toml"), "--year", year, "--lang", "en"]
