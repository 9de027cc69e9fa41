"""A class of twelve without defects, synchronised once; tests take copies and spoil them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from tests.school import CLIENT, sync_from
from transcript_service.database import open_database, read_session, write_session
from transcript_service.quality.checks import ClassCheck, SchoolCheck
from transcript_service.quality.gate import Gate
from transcript_service.quality.school import check_school
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.sample import SampleSummary, write_sample
from transcript_service.shared_database.sample.cases import Planted
from transcript_service.shared_database.server_process import running_server
from transcript_service.transcript import GapCode

NOW = datetime(2026, 6, 1, tzinfo=UTC)
INSTITUTION = "VN-000-THCS-HOA-PHUONG"
DOUBTS_OF_THE_SAMPLE = {"PERSONAL_ID_MISSING"}
"""The foreign pupil has none."""


@pytest.fixture(scope="session")
def clean_school(tmp_path_factory):
    """Twelve pupils, brought over HTTP once for all of these tests."""
    folder = tmp_path_factory.mktemp("quality")
    summary = write_sample(
        folder / "up.db", seed=1, pupils=12, client=CLIENT, planted=Planted(contradictions=0)
    )
    with running_server(folder / "up.db") as base_url:
        sync_from(folder, base_url, summary, now=NOW)
    return folder / "service.db", summary


@dataclass(frozen=True)
class Checked:
    """The database of a school, ways to spoil it, and the gate held against it."""

    engine: Engine
    summary: SampleSummary
    gate: Gate

    def spoil(self, model: Any, which: Any, **changes: Any) -> None:
        """Change rows of a table, as no sync would."""
        with write_session(self.engine) as session:
            for row in session.exec(select(model).where(which)).all():
                for name, value in changes.items():
                    setattr(row, name, value)

    def add_like(self, model: Any, which: Any, **changes: Any) -> None:
        """Add a row like the one that *which* holds for."""
        with write_session(self.engine) as session:
            row = session.exec(select(model).where(which)).first()
            session.add(model(**row.model_dump() | changes))

    def add(self, row: Any) -> None:
        with write_session(self.engine) as session:
            session.add(row)

    def school(self, **gate: Any) -> SchoolCheck:
        """Check all classes."""
        with read_session(self.engine) as session:
            return check_school(
                session,
                INSTITUTION,
                self.summary.school_code,
                self.summary.school_year,
                replace(self.gate, **gate),
            )

    def one(self, **gate: Any) -> ClassCheck:
        """Check the one class."""
        (checked,) = self.school(**gate).classes
        return checked

    def found(self, **gate: Any) -> list[tuple[Any, ...]]:
        """Return `(student_code, code, severity, table, record, field)` of what is unusual."""
        return found_in(self.one(**gate))


def found_in(checked: ClassCheck) -> list[tuple[Any, ...]]:
    findings = [(None, one) for one in checked.findings]
    findings += [(pupil.student_code, one) for pupil in checked.pupils for one in pupil.findings]
    return [
        (
            who or one.gap.student_code,
            one.gap.code,
            one.severity,
            one.gap.place,
            one.gap.record_id,
            one.gap.field,
        )
        for who, one in findings
        if one.gap.code not in DOUBTS_OF_THE_SAMPLE
    ]


@pytest.fixture
def checked(clean_school, tmp_path):
    path, summary = clean_school
    (tmp_path / "service.db").write_bytes(path.read_bytes())
    engine = open_database(tmp_path / "service.db")
    gate = Gate(policy=RulePolicy(), now=NOW + timedelta(hours=1))
    yield Checked(engine=engine, summary=summary, gate=gate)
    engine.dispose()


@pytest.fixture
def strict():
    """A gate at which identities that are not verified block."""
    return {"blocking": frozenset({GapCode.IDENTITY_NOT_VERIFIED})}
