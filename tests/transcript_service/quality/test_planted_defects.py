"""Seeded dirty data: exactly the defects that were planted are found, each by its code."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.transcript_service.quality.conftest import CLIENT, INSTITUTION, NOW
from transcript_service.database import open_database, read_session
from transcript_service.quality.gate import Gate
from transcript_service.quality.school import check_school
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.sample.defect_kinds import DefectKind
from transcript_service.shared_database.sample.schools import write_schools
from transcript_service.shared_database.sample.staleness import make_stale
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import sync

REFUSED_MARK = {"RECORD_REFUSED", "MARK_MISSING"}
"""The refused mark is missing where the average is made."""
CODES = {
    DefectKind.MARK_MISSING: {"MARK_MISSING"},
    DefectKind.MARK_COUNT: {"MARK_COUNT"},
    DefectKind.MARK_TWICE: {"DUPLICATE_RECORD"},
    DefectKind.SCORE_OFF_SCALE: REFUSED_MARK,
    DefectKind.SCORE_TOO_FINE: REFUSED_MARK,
    DefectKind.CODE_UNKNOWN: REFUSED_MARK,
    DefectKind.PERSONAL_ID_TWICE: {"PERSONAL_ID_DUPLICATE"},
    DefectKind.PERSONAL_ID_MISSING: {"PERSONAL_ID_MISSING"},
    DefectKind.PERSONAL_ID_MALFORMED: {"RECORD_REFUSED", "IDENTITY_INCOMPLETE"},
    DefectKind.PERSONAL_ID_BIRTH_YEAR: {"PERSONAL_ID_DOUBTFUL"},
    DefectKind.PERSONAL_ID_SEX: {"PERSONAL_ID_DOUBTFUL"},
    DefectKind.IDENTITY_UNVERIFIED: {"IDENTITY_NOT_VERIFIED"},
    DefectKind.IDENTITY_INCOMPLETE: {"RECORD_REFUSED", "IDENTITY_INCOMPLETE"},
    DefectKind.IDENTITY_GONE: {"IDENTITY_INCOMPLETE"},
    DefectKind.NOT_NFC: set(),  # brought to NFC at the sync door, and counted there
    DefectKind.NAME_UNTIDY: {"NAME_UNTIDY"},
    DefectKind.NOT_STUDYING: {"NOT_STUDYING"},
    DefectKind.TWO_CLASSES: {"TWO_CLASSES"},
    DefectKind.NOT_LISTED: {"NOT_IN_CLASS_LIST"},
    DefectKind.RESULT_MISSING: {"RESULT_MISSING"},
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
    DefectKind.STUDY_TOPICS: {"STUDY_TOPICS_INVALID", "MARK_COUNT"},
    DefectKind.CHOICE: {"CHOICE_INVALID"},
    DefectKind.TOO_FEW_SUBJECTS: {"TOO_FEW_SUBJECTS"},
    DefectKind.TERM_1_MISSING: {"MARK_MISSING", "MARK_COUNT", "CONDUCT_MISSING", "RESULT_MISSING"},
    DefectKind.RULE_OPEN_POINT: {"RULE_OPEN_POINT"},
    DefectKind.PROMOTION_UNCLEAR: {"PROMOTION_UNCLEAR"},
    DefectKind.STALE_VERSION: {"VERSION_WENT_BACK"},
    DefectKind.TERM_NOT_LOCKED: {"TERM_NOT_LOCKED"},
    DefectKind.HOMEROOM_MISSING: {"CLASS_INCOMPLETE"},
}

CONSEQUENCES = {DefectKind.CHOICE: {"STUDY_TOPICS_INVALID"}}
"""Where the subject that is not chosen any more is one of which the pupil has study topics."""
PUPILS = 450
"""So many that every kind of defect finds its place."""


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """A school of both levels with one defect of each kind, synchronised twice."""
    folder = tmp_path_factory.mktemp("dirty")
    summary = write_schools(folder / "up.db", seed=5, pupils=PUPILS, client=CLIENT)
    (school,) = summary.schools
    engine = open_database(folder / "service.db")
    decomposed = 0
    with running_server(folder / "up.db") as base_url:
        access = UpstreamAccess(
            base_url=base_url, client_id=CLIENT.client_id, client_secret=CLIENT.client_secret
        )
        for run in range(2):
            report = sync(
                engine,
                access,
                school_code=school.school_code,
                school_year=summary.school_year,
                now=NOW + timedelta(minutes=run),
            )
            decomposed += report.decomposed_texts
            if run == 0:
                for planted in summary.planted:
                    if planted.kind is DefectKind.STALE_VERSION:
                        changed_at = datetime(2026, 5, 29, tzinfo=UTC)
                        make_stale(folder / "up.db", planted, changed_at=changed_at)
    with read_session(engine) as session:
        check = check_school(
            session,
            INSTITUTION,
            school.school_code,
            summary.school_year,
            Gate(policy=RulePolicy(), now=NOW + timedelta(hours=1)),
        )
    engine.dispose()
    return summary, check, decomposed


def test_exactly_the_planted_defects_are_found(dirty):
    """Whoever has no defect has no finding; of who has one, the codes are those of its kind."""
    summary, check, _decomposed = dirty
    expected = defaultdict(set)
    for planted in summary.planted:
        if codes := CODES[planted.kind]:
            expected[planted.student_code or planted.class_code] |= codes
            for other in planted.other_student_codes:
                expected[other] |= codes
    found = defaultdict(set)
    for one in check.classes:
        for finding in one.findings:
            found[finding.gap.student_code or one.class_code].add(finding.gap.code)
        for pupil in one.pupils:
            for finding in pupil.findings:
                found[pupil.student_code].add(finding.gap.code)

    for planted in summary.planted:
        if planted.kind in CONSEQUENCES:
            found[planted.student_code] -= CONSEQUENCES[planted.kind]
    assert found == expected
    assert check.findings == ()


def test_every_kind_of_defect_was_planted(dirty):
    """Else the test above would say nothing of it."""
    summary, _check, _decomposed = dirty

    assert {planted.kind for planted in summary.planted} == set(CODES) == set(DefectKind)


def test_the_wrong_record_is_named_where_there_is_one(dirty):
    """The registrar finds it in the shared database by table and id."""
    summary, check, _decomposed = dirty
    findings = [finding for one in check.classes for finding in one.findings]
    findings += [
        finding for one in check.classes for pupil in one.pupils for finding in pupil.findings
    ]
    places = {(finding.gap.place, finding.gap.record_id) for finding in findings}
    named = {
        DefectKind.MARK_TWICE,
        DefectKind.SCORE_OFF_SCALE,
        DefectKind.CODE_UNKNOWN,
        DefectKind.PERSONAL_ID_TWICE,
        DefectKind.PERSONAL_ID_SEX,
        DefectKind.IDENTITY_UNVERIFIED,
        DefectKind.IDENTITY_INCOMPLETE,
        DefectKind.NAME_UNTIDY,
        DefectKind.TWO_CLASSES,
        DefectKind.AVERAGE_DIFFERS,
        DefectKind.PROMOTION_DIFFERS,
        DefectKind.AWARD_REPEALED,
        DefectKind.COMMENT_NOT_CONFIRMED,
        DefectKind.STALE_VERSION,
        DefectKind.TERM_NOT_LOCKED,
        DefectKind.HOMEROOM_MISSING,
    }

    for planted in summary.planted:
        if planted.kind in named:
            assert (planted.table, planted.record_id) in places, planted.kind


def test_texts_that_are_not_in_nfc_are_counted_at_the_sync_door(dirty):
    """They are repaired there; the gate would find what came another way."""
    _summary, _check, decomposed = dirty

    assert decomposed >= 3
