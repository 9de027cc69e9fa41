"""
Pupils per second of sync, assemble and check, and what memory they need.

Each stage is a process of its own, so that its greatest memory is its own. A stage is compared
with what it cannot do without: sync with fetching and parsing the same pages, assemble with
loading the same classes, check with the same. Memory is compared with a run of a tenth of the
pupils: a ratio near 1 means that it does not grow.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench_rows import Row
from sqlmodel import select

from transcript_service.assemble import assemble
from transcript_service.class_year import ClassYear
from transcript_service.database import open_database, read_session
from transcript_service.documents.render import YEAR_TEMPLATES, rendering_identity
from transcript_service.quality.gate import Gate
from transcript_service.quality.school import check_school
from transcript_service.records import load_class_year
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.client import UpstreamAccess, UpstreamClient
from transcript_service.shared_database.mirror import MirrorClass
from transcript_service.shared_database.record_shapes import SHAPES
from transcript_service.shared_database.sample.folder import DATABASE, SECRET, write_folder
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import sync
from transcript_service.transcript import DocumentIdentity, Incomplete
from verifier.transcript_code import make_transcript_code

YEAR = "2025-2026"
CLIENT = "bench"
UPSTREAM, SERVICE_FILE = "upstream", "service.db"
INSTITUTION = "VN-000-BENCH"
CODES = {level: make_transcript_code(level, 2026) for level in YEAR_TEMPLATES}
PRINTED = {
    "created_at": "2026-06-01T00:00:00Z",
    "lookup_url": "https://transcripts.example/",
    "place": "Phường Mẫu",
    "approved_on": "2026-06-01",
}
IDENTITY = DocumentIdentity(
    institution=INSTITUTION,
    transcript_code=CODES["THCS"],
    series_key=bytes(32),
    version=1,
    supersedes=None,
)


class Measured(NamedTuple):
    """What one stage took."""

    pupils: int
    seconds: float
    peak_mib: float


def measure_rows(pupils: int) -> list[Row]:
    """Measure with so many pupils, and with a tenth of them."""
    small = _measure_all(max(1, pupils // 10))
    large = _measure_all(pupils)
    return [
        row
        for stage, alone in COMPARED.items()
        for row in _rows_of(stage, large[stage], alone, large[alone], small[stage])
    ]


def _rows_of(
    stage: str, large: Measured, alone: str, compared: Measured, small: Measured
) -> tuple[Row, Row]:
    speed = Row(
        what=f"{stage}, {large.pupils} pupils",
        ours=f"{large.pupils / large.seconds:.0f} pupils/s",
        against=f"{alone} alone: {compared.pupils / compared.seconds:.0f} pupils/s",
        ratio=large.seconds / compared.seconds,
    )
    memory = Row(
        what=f"memory of {stage}",
        ours=f"{large.peak_mib:.0f} MiB for {large.pupils} pupils",
        against=f"{small.peak_mib:.0f} MiB for {small.pupils}",
        ratio=large.peak_mib / small.peak_mib,
        bound="≤ 1.2",
    )
    return speed, memory


def _measure_all(pupils: int) -> dict[str, Measured]:
    """Make a shared database of one school and run each stage once."""
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as name:
        folder = Path(name)
        write_folder(
            folder / UPSTREAM, seed=1, schools=1, pupils=pupils, defects=0, client_id=CLIENT
        )
        with running_server(folder / UPSTREAM / DATABASE) as base_url:
            return {stage: _run_stage(stage, folder, base_url) for stage in STAGES}


def _run_stage(stage: str, folder: Path, base_url: str) -> Measured:
    command = [sys.executable, __file__, "--stage", stage, "--folder", str(folder)]
    done = subprocess.run([*command, "--base-url", base_url], check=True, stdout=subprocess.PIPE)
    return Measured(*json.loads(done.stdout))


def _tell(run: Callable[[Path, str], int], folder: Path, base_url: str) -> None:
    """Run a stage and print what it took."""
    start = time.perf_counter()
    pupils = run(folder, base_url)
    seconds = time.perf_counter() - start
    # Not by `getrusage`: a process begins with its parent's peak there.
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak_mib = int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024
    print(json.dumps([pupils, seconds, peak_mib]))


def fetch(folder: Path, base_url: str) -> int:
    """Fetch and parse every page, and keep none."""
    code = _school_code(folder)
    with UpstreamClient(_access(folder, base_url)) as client:
        for shape in SHAPES:
            for _page in client.pages(shape.name, school_code=code, school_year=YEAR):
                pass
    return _count_pupils(folder)


def bring_in(folder: Path, base_url: str) -> int:
    """Sync all records of the school and year into an empty database."""
    engine = open_database(folder / SERVICE_FILE)
    sync(
        engine,
        _access(folder, base_url),
        school_code=_school_code(folder),
        school_year=YEAR,
        now=datetime.now(UTC),
    )
    engine.dispose()
    return _count_pupils(folder)


def load(folder: Path, _base_url: str) -> int:
    """Load each class."""
    return sum(len(class_year.pupils) for class_year in _classes(folder))


def put_together(folder: Path, _base_url: str) -> int:
    """Assemble each pupil who has no gaps."""
    assembled, policy = 0, RulePolicy()
    for class_year in _classes(folder):
        level = class_year.school_class.level
        rendering = asdict(rendering_identity(YEAR_TEMPLATES[level])) | PRINTED
        identity = replace(IDENTITY, transcript_code=CODES[level])
        for pupil_year in class_year.pupils:
            with suppress(Incomplete):
                assemble(class_year, pupil_year, identity, rendering, policy)
                assembled += 1
    return assembled


def check(folder: Path, _base_url: str) -> int:
    """Hold the whole school against the quality gate."""
    engine = open_database(folder / SERVICE_FILE)
    gate = Gate(policy=RulePolicy(), now=datetime.now(UTC))
    with read_session(engine) as session:
        found = check_school(session, INSTITUTION, _school_code(folder), YEAR, gate)
    engine.dispose()
    return sum(len(one.pupils) for one in found.classes)


def _classes(folder: Path) -> Iterator[ClassYear]:
    engine = open_database(folder / SERVICE_FILE)
    with read_session(engine) as session:
        codes = session.exec(select(MirrorClass.class_code)).all()
    for code in codes:
        with read_session(engine) as session:
            yield load_class_year(session, code, YEAR)
    engine.dispose()


def _access(folder: Path, base_url: str) -> UpstreamAccess:
    secret = (folder / UPSTREAM / SECRET).read_text().strip()
    return UpstreamAccess(base_url=base_url, client_id=CLIENT, client_secret=secret)


def _school_code(folder: Path) -> str:
    return str(_ask_upstream(folder, "SELECT matruong FROM banghi WHERE bang = 'truong'"))


def _count_pupils(folder: Path) -> int:
    count = _ask_upstream(folder, "SELECT count(*) FROM banghi WHERE bang = 'hocsinhlop'")
    return int(str(count))


def _ask_upstream(folder: Path, query: str) -> object:
    with closing(sqlite3.connect(folder / UPSTREAM / DATABASE)) as connection:
        return connection.execute(query).fetchone()[0]


STAGES: dict[str, Callable[[Path, str], int]] = {
    "fetch": fetch,
    "sync": bring_in,
    "load": load,
    "assemble": put_together,
    "check": check,
}
COMPARED = {"sync": "fetch", "assemble": "load", "check": "load"}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--base-url", default="")
    arguments = parser.parse_args()
    _tell(STAGES[arguments.stage], arguments.folder, arguments.base_url)
