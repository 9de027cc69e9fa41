"""A sample school with defects through the server, the door and the mirror: what is found in it."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from transcript_service.assemble import examine
from transcript_service.database import open_database
from transcript_service.records import load_class_year
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.sample import SampleClient
from transcript_service.shared_database.sample.defect_kinds import (
    OF_A_CLASS,
    DefectKind,
)
from transcript_service.shared_database.sample.schools import write_schools
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import sync

CLIENT = SampleClient(client_id="school", client_secret="only-for-tests")
NOTHING_FOR_SURE: set[str] = set()
FOUND = {
    DefectKind.MARK_MISSING: {"MARK_MISSING"},
    DefectKind.MARK_COUNT: {"MARK_COUNT"},
    DefectKind.MARK_TWICE: {"DUPLICATE_RECORD"},
    DefectKind.SCORE_OFF_SCALE: {"RECORD_REFUSED", "MARK_MISSING"},
    DefectKind.SCORE_TOO_FINE: {"RECORD_REFUSED", "MARK_MISSING"},
    DefectKind.CODE_UNKNOWN: {"RECORD_REFUSED", "MARK_MISSING"},
    DefectKind.PERSONAL_ID_MISSING: {"PERSONAL_ID_MISSING"},
    DefectKind.PERSONAL_ID_MALFORMED: {"RECORD_REFUSED", "IDENTITY_INCOMPLETE"},
    DefectKind.PERSONAL_ID_BIRTH_YEAR: {"PERSONAL_ID_DOUBTFUL"},
    DefectKind.PERSONAL_ID_SEX: {"PERSONAL_ID_DOUBTFUL"},
    DefectKind.IDENTITY_INCOMPLETE: {"RECORD_REFUSED", "IDENTITY_INCOMPLETE"},
    DefectKind.IDENTITY_GONE: {"IDENTITY_INCOMPLETE"},
    DefectKind.NAME_UNTIDY: {"NAME_UNTIDY"},
    DefectKind.AVERAGE_DIFFERS: {"AVERAGE_DIFFERS"},
    DefectKind.LEVEL_DIFFERS: {"LEVEL_DIFFERS"},
    DefectKind.CONDUCT_DIFFERS: {"CONDUCT_DIFFERS"},
    DefectKind.PROMOTION_DIFFERS: {"PROMOTION_DIFFERS"},
    DefectKind.AWARD_NOT_EARNED: {"AWARD_NOT_EARNED"},
    DefectKind.AWARD_REPEALED: {"AWARD_NOT_EARNED"},
    DefectKind.AWARD_NOT_RECORDED: {"AWARD_NOT_RECORDED"},
    DefectKind.SECOND_CHANCE_NOT_DUE: {"SECOND_CHANCE_NOT_DUE"},
    DefectKind.COMMENT_MISSING: {"COMMENT_MISSING"},
    DefectKind.COMMENT_NOT_CONFIRMED: {"NOT_CONFIRMED"},
    DefectKind.SUMMARY_MISSING: {"SUMMARY_MISSING"},
    DefectKind.CONDUCT_MISSING: {"CONDUCT_MISSING"},
    DefectKind.STUDY_TOPICS: {"STUDY_TOPICS_INVALID"},
    DefectKind.CHOICE: {"CHOICE_INVALID"},
    DefectKind.TOO_FEW_SUBJECTS: {"TOO_FEW_SUBJECTS"},
    DefectKind.TERM_1_MISSING: {"MARK_MISSING", "MARK_COUNT", "CONDUCT_MISSING"},
    DefectKind.RULE_OPEN_POINT: {"RULE_OPEN_POINT"},
    DefectKind.PROMOTION_UNCLEAR: {"PROMOTION_UNCLEAR"},
    DefectKind.TERM_NOT_LOCKED: {"TERM_NOT_LOCKED"},
    DefectKind.HOMEROOM_MISSING: {"CLASS_INCOMPLETE"},
}
"""
Codes that the examination of a single pupil tells at least.

Of the other kinds it tells nothing: they show in the school as a whole, in its lists, or when it
is synchronised once more.
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """The summary, and the codes found by pupil."""
    directory = tmp_path_factory.mktemp("school")
    summary = write_schools(directory / "up.db", seed=5, pupils=400, client=CLIENT)
    engine = open_database(directory / "service.db")
    access = {"client_id": CLIENT.client_id, "client_secret": CLIENT.client_secret}
    (written,) = summary.schools
    with running_server(directory / "up.db") as base_url:
        sync(
            engine,
            UpstreamAccess(base_url=base_url, **access),
            school_code=written.school_code,
            school_year=summary.school_year,
            now=datetime(2026, 5, 29, tzinfo=UTC),
        )
    found = defaultdict(set)
    with Session(engine) as session:
        for one in written.classes:
            class_year = load_class_year(session, one.class_code, summary.school_year)
            for pupil_year in class_year.pupils:
                examined = examine(class_year, pupil_year, RulePolicy())
                key = (one.class_code, pupil_year.pupil.student_code)
                found[key] = {str(gap.code) for gap in (*examined.gaps, *examined.warnings)}
    engine.dispose()
    return summary, found


def test_every_kind_of_defect_is_planted(school):
    """Each at least once, and some are in the nature of special cases."""
    summary, _found = school

    assert {planted.kind for planted in summary.planted} == set(DefectKind)


def test_pupils_without_planted_defects_have_nothing_wrong(school):
    """Results computed upstream by another program agree for all of them."""
    summary, found = school
    pupils = {planted.student_code for planted in summary.planted}
    pupils |= {code for planted in summary.planted for code in planted.other_student_codes}
    classes = {planted.class_code for planted in summary.planted if planted.student_code is None}
    clean = {
        key: codes for key, codes in found.items() if key[0] not in classes and key[1] not in pupils
    }

    assert len(clean) > 200
    assert [key for key, codes in clean.items() if codes] == []


@pytest.mark.parametrize("kind", FOUND)
def test_a_planted_defect_is_found_where_it_is_said_to_be(school, kind):
    """In the pupil, or in each pupil of the class."""
    summary, found = school
    for planted in summary.planted:
        if planted.kind is kind:
            pupils = [
                codes
                for (class_code, student_code), codes in found.items()
                if class_code == planted.class_code and planted.student_code in (None, student_code)
            ]
            assert pupils
            assert all(codes >= FOUND[kind] for codes in pupils)
            assert len(pupils) == 1 or kind in OF_A_CLASS


def test_nobody_is_stopped_by_what_only_the_whole_school_shows(school):
    """In his own class such a pupil's records are right."""
    summary, found = school
    for planted in summary.planted:
        if planted.kind not in FOUND:
            key = (planted.class_code, planted.student_code)
            assert found.get(key, NOTHING_FOR_SURE) <= {"RESULT_MISSING", "NOT_STUDYING"} | {
                "IDENTITY_NOT_VERIFIED"
            }
