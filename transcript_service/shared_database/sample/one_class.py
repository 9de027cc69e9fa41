"""
Sample data: one class of a lower-secondary school that does not exist, reproducible by seed.

Everything is invented: personal IDs carry the unassigned prefix 000, places do not exist, and
the school is marked as sample data. Special cases of the domain come first (`Case`); results
are computed by `results`, and some contradict the marks on purpose (`Planted`).
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.cases import Case, Planted, draw_wish, list_cases
from transcript_service.shared_database.sample.defects import Defective, choose_defective, plant
from transcript_service.shared_database.sample.marks import draw_marks
from transcript_service.shared_database.sample.minh_an import minh_an_marks
from transcript_service.shared_database.sample.people import draw_people
from transcript_service.shared_database.sample.pupil import SamplePupil, pupil_records
from transcript_service.shared_database.sample.results import (
    PupilMarks,
    compute_results,
    needs_reassessment,
)
from transcript_service.shared_database.sample.school import (
    SCHOOL_CODE,
    SCHOOL_YEAR,
    SampleClass,
    school_records,
)
from transcript_service.shared_database.upstream_store import (
    VIET_NAM,
    UpstreamRecord,
    open_store,
    put_records,
    register_client,
)
from verifier.messages import _

MOST_PUPILS = 1000
_ENTERED_AT = datetime(2026, 5, 28, 16, 0, tzinfo=VIET_NAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleClient:
    """As whom the sample's class may be read over HTTP."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What was written, without names."""

    school_code: str
    school_name: str
    class_code: str
    class_name: str
    school_year: str
    grade: int
    student_codes: tuple[str, ...]
    """In the order of the class list."""
    cases: tuple[tuple[Case, str], ...]
    """Special case and student code."""
    defective: Defective
    records: int


def write_sample(
    path: Path,
    *,
    seed: int,
    pupils: int = 38,
    grade: int = 8,
    planted: Planted = Planted(),  # noqa: B008  frozen
    client: SampleClient,
) -> SampleSummary:
    """
    Make a reference server's file at *path* with one class of sample data.

    The same arguments give the same records. The file appears complete or not at all.

    Raises:
        UsageError: *path* exists or has no folder, or *pupils* or *grade* (6 to 9) is out of range.
    """
    _check_place(path)
    if not 1 <= pupils <= MOST_PUPILS or grade not in range(6, 10):
        raise UsageError(
            _("a sample class has 1 to {most} pupils and grade 6 to 9").format(most=MOST_PUPILS)
        )
    school_class = SampleClass(grade=grade)
    random = Random(f"hocba sample {seed}")  # noqa: S311  reproducible, not secret
    sample_pupils = _draw_pupils(random, school_class, pupils)
    defective = choose_defective(sample_pupils, planted)
    records = school_records(school_class)
    for pupil in sample_pupils:
        records += pupil_records(random, pupil)
    records = plant(records, defective, planted)
    _write(path, records, client)
    return SampleSummary(
        school_code=SCHOOL_CODE,
        school_name=names.SCHOOL_NAME,
        class_code=school_class.class_code,
        class_name=school_class.name,
        school_year=SCHOOL_YEAR,
        grade=grade,
        student_codes=tuple(pupil.student_code for pupil in sample_pupils),
        cases=tuple(
            (pupil.person.case, pupil.student_code)
            for pupil in sample_pupils
            if pupil.person.case is not Case.USUAL
        ),
        defective=defective,
        records=len(records),
    )


def _check_place(path: Path) -> None:
    if path.exists():
        raise UsageError(_("{path} exists already; name another file").format(path=path))
    if not path.parent.is_dir():
        raise UsageError(_("there is no folder {path}").format(path=path.parent))


def _draw_pupils(random: Random, school_class: SampleClass, pupils: int) -> list[SamplePupil]:
    people = draw_people(random, list_cases(pupils), grade=school_class.grade)
    return [
        SamplePupil(
            number=number,
            person=person,
            marks=_draw_year(random, person.case, school_class.grade),
            school_class=school_class,
        )
        for number, person in enumerate(people, start=1)
    ]


def _draw_year(random: Random, case: Case, grade: int) -> PupilMarks:
    if case is Case.MINH_AN:
        return minh_an_marks(grade)
    marks = draw_marks(random, draw_wish(random, case), grade=grade)
    return _after_summer(marks, failed=case is Case.FAILED_REASSESSMENT)


def _after_summer(marks: PupilMarks, *, failed: bool) -> PupilMarks:
    """Add what article 13 or 14 asks for: summer training, or re-assessed subjects."""
    year = compute_results(marks)[2]
    if year.conduct == 4:
        return replace(marks, conduct_after_summer=3)
    scored, commented = needs_reassessment(year)
    scores = {
        subject: min(34, year.scores[subject]) if failed else max(50, year.scores[subject] + 8)
        for subject in scored
    }
    passes = dict.fromkeys(commented, True)
    return replace(marks, reassessed_scores=scores, reassessed_passes=passes)


def _write(path: Path, records: Sequence[UpstreamRecord], client: SampleClient) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    engine = open_store(partial, create=True)
    try:
        put_records(engine, records, changed_at=_ENTERED_AT)
        register_client(
            engine,
            client_id=client.client_id,
            client_secret=client.client_secret,
            school_code=SCHOOL_CODE,
            salt=secrets.token_bytes(16),
        )
    finally:
        engine.dispose()
    os.replace(partial, path)
