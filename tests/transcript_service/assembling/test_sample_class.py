"""A sample class through the shared database's server, the sync door and the mirror."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from tests.school import CLIENT, sync_from
from transcript_service.assemble import assemble, examine
from transcript_service.database import open_database
from transcript_service.records import load_class_year
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.sample import write_sample
from transcript_service.shared_database.sample.cases import Planted
from transcript_service.shared_database.server_process import running_server
from verifier.canonical import canonical_json
from verifier.transcript import parse_transcript


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Sixty pupils with a missing mark, a mark of 10.5 and two contradictions among them."""
    directory = tmp_path_factory.mktemp("sample")
    summary = write_sample(
        directory / "upstream.db",
        seed=22,
        pupils=60,
        planted=Planted(contradictions=2, missing_marks=1, invalid_scores=1),
        client=CLIENT,
    )
    with running_server(directory / "upstream.db") as base_url:
        sync_from(directory, base_url, summary, now=datetime(2026, 5, 29, tzinfo=UTC))
    engine = open_database(directory / "service.db")
    with Session(engine) as session:
        return summary, load_class_year(session, summary.class_code, summary.school_year)


def test_exactly_the_planted_defects_stop_their_pupils(sample):
    """Results computed upstream by another program agree for everybody else."""
    summary, class_year = sample
    gaps = {
        pupil_year.pupil.student_code: examine(class_year, pupil_year, RulePolicy()).gaps
        for pupil_year in class_year.pupils
    }

    codes = {code: {gap.code for gap in found} for code, found in gaps.items() if found}
    (without_mark,) = summary.defective.without_mark
    (with_invalid_score,) = summary.defective.with_invalid_score
    assert codes.pop(without_mark) == {"MARK_MISSING"}
    assert codes.pop(with_invalid_score) == {"RECORD_REFUSED", "MARK_MISSING"}
    assert set(codes) == set(summary.defective.contradicting)
    assert all(found <= {"AVERAGE_DIFFERS", "LEVEL_DIFFERS"} for found in codes.values())


def test_everybody_else_becomes_a_transcript(sample, identity, rendering):
    """Exempt, foreign, transferred, re-assessed pupils: each valid by the schema."""
    summary, class_year = sample
    defective = summary.defective
    stopped = {
        *defective.without_mark,
        *defective.with_invalid_score,
        *defective.contradicting,
    }

    statuses = set()
    for pupil_year in class_year.pupils:
        if pupil_year.pupil.student_code not in stopped:
            made = assemble(class_year, pupil_year, identity, rendering, RulePolicy())
            view = parse_transcript(canonical_json(made))
            assert view.sample
            statuses.add(view.document["results"]["promotion_status"])

    assert statuses >= {"PROMOTED", "PROMOTED_AFTER_RETEST", "PROMOTED_AFTER_SUMMER", "REPEAT"}
