"""Assembling the transcript of the worked example, and of pupils whose year went otherwise."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.assemble import assemble, find_gaps
from transcript_service.class_year import Award, Reassessment
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.subjects import THCS_SUBJECT_ORDER, THCS_SUBJECTS
from transcript_service.transcript import Incomplete
from transcript_service.transcript_parts import APPROVAL_PHRASE
from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import parse_transcript

VECTOR = Path(__file__).parents[2] / "vectors" / "transcript_example.json"


@pytest.fixture
def document(identity, rendering):
    """Assemble an example, through its bytes."""

    def make(example, **options):
        found = assemble(
            example.class_year, example.pupil_year, identity, rendering, example.policy, **options
        )
        return parse_transcript(canonical_json(found)).document

    return make


def subject_of(document, code):
    return next(row for row in document["results"]["subjects"] if row["subject_code"] == code)


def test_the_worked_example_is_the_vector_byte_for_byte(example, identity, rendering):
    """Domain 12.1 from its marks: every average, level and decision, and nothing else."""
    found = assemble(example.class_year, example.pupil_year, identity, rendering, example.policy)

    assert canonical_json(found) == VECTOR.read_bytes()


def test_the_worked_example_has_no_gap(example):
    """Nothing blocks, and there is nothing to look at."""
    assert find_gaps(example.class_year, example.pupil_year, example.policy) == ()


def test_the_worked_example_comes_out_as_the_domain_says(example, document):
    """Khá by adjustment in term 2 and the year, conduct Tốt, promoted, no award."""
    results = document(example)["results"]

    assert [results[period]["academic_result"] for period in ("term_1", "term_2", "full_year")] == [
        "Khá"
    ] * 3
    assert results["term_1"]["adjustment"] is None
    assert results["full_year"]["adjustment"] == {
        "from": "Đạt",
        "to": "Khá",
        "subject_code": "foreign_language_1",
    }
    assert results["full_year"]["conduct_result"] == "Tốt"
    assert results["absent_sessions"] == 6
    assert results["promotion_status"] == "PROMOTED"
    assert results["awards"] == []
    assert subject_of({"results": results}, "technology")["term_1"] == "8.3"


def test_the_reading_of_the_circular_is_carried(example, document):
    """The parameters of article 9.3 stand in the transcript that was computed by them."""
    strict = replace(
        example, policy=RulePolicy(single_subject_test="exclude", nx_subject_counts=False)
    )

    assert document(strict)["results"]["policy"] == {
        "policy_id": "TT22-2021",
        "single_subject_test": "exclude",
        "nx_subject_counts": False,
    }


def test_subjects_stand_in_the_order_of_the_setting(example, document):
    """Both rows and confirmations; a subject without a place comes last, in class order."""
    default = document(example)
    other = document(example, subject_order=("literature", "mathematics"))

    codes = [row["subject_code"] for row in default["results"]["subjects"]]
    assert codes == [code for code in THCS_SUBJECT_ORDER if THCS_SUBJECTS[code].compulsory]
    confirmed = default["confirmations"]["subject_teachers"]
    assert [row["subject_code"] for row in confirmed] == codes
    rows = [row["subject_code"] for row in other["results"]["subjects"]]
    assert rows[:3] == ["literature", "mathematics", "foreign_language_1"]
    assert sorted(rows) == sorted(codes)


def test_every_subject_of_the_programme_has_a_place_in_the_default_order():
    """The setting's default forgets no subject and names none twice."""
    assert sorted(THCS_SUBJECT_ORDER) == sorted(THCS_SUBJECTS)


def test_an_exempt_subject_has_no_results_and_counts_nowhere(example, document):
    """Exemption from the weak subject lifts the levels without adjustment (article 11)."""
    exempt = example.with_status("foreign_language_1", "exempt")

    made = document(exempt)
    row = subject_of(made, "foreign_language_1")
    assert [row[name] for name in ("term_1", "term_2", "full_year")] == [None] * 3
    assert row["assessment_status"] == "exempt"
    assert made["results"]["full_year"]["academic_result"] == "Tốt"
    assert made["results"]["full_year"]["adjustment"] is None


def test_a_subject_by_comment_with_one_failure_is_not_passed(example, document):
    """Article 9.1; the year takes term 2, so term 1 alone does not lower the year."""
    first = document(example.with_marks("arts", 1, "x - / x / x"))
    second = document(example.with_marks("arts", 2, "x - / x / x"))

    assert subject_of(first, "arts")["term_1"] == "Chưa đạt"
    assert subject_of(first, "arts")["full_year"] == "Đạt"
    assert subject_of(second, "arts")["full_year"] == "Chưa đạt"
    assert second["results"]["full_year"]["academic_result"] == "Đạt"


def weak_year(example):
    """Domain 12.2, case 1: the marks give its year averages, arts and the rest are passed."""
    four = "{0} {0} {0} {0} / {0} / {0}"
    two = "{0} {0} / {0} / {0}"
    weak = example.with_all_marks(
        {
            "literature": four.format("4.5"),
            "mathematics": four.format("3.2"),
            "foreign_language_1": four.format("5.1"),
            "civic_education": two.format("6.8"),
            "history_geography": four.format("5.6"),
            "natural_science": four.format("4.8"),
            "technology": "6.2 6.2 6.2 / 6.2 / 6.2",
            "informatics": two.format("5.9"),
            "local_education": "x x / x / -",
        }
    )
    return weak.with_records(
        conduct=tuple(replace(c, level="Đạt") for c in weak.pupil_year.conduct)
    )


def reassessed(code, value):
    return Reassessment(
        subject_code=code,
        score=None if value in "x-" else Decimal(value),
        passed=value == "x" if value in "x-" else None,
        record_id=f"reassessment-{code}",
    )


@pytest.mark.parametrize(
    ("mathematics", "level", "status"),
    [("5.0", "Đạt", "PROMOTED_AFTER_RETEST"), ("3.4", "Chưa đạt", "REPEAT")],
)
def test_a_re_assessment_stands_beside_the_year(example, document, mathematics, level, status):
    """Domain 12.2, case 1: the first result stays visible, the decision takes the second."""
    again = weak_year(example).with_records(
        reassessments=(
            reassessed("literature", "5.5"),
            reassessed("mathematics", mathematics),
            reassessed("natural_science", "4.9"),
            reassessed("local_education", "x"),
        )
    )

    results = document(again)["results"]
    row = subject_of({"results": results}, "mathematics")
    assert (row["full_year"], row["after_reassessment"]) == ("3.2", mathematics)
    assert results["full_year"]["academic_result"] == "Chưa đạt"
    assert results["academic_after_reassessment"] == level
    assert results["promotion_status"] == status


def test_before_the_re_assessment_the_pupil_waits_for_it(example, document):
    """Article 14: neither promoted nor repeating yet."""
    results = document(weak_year(example))["results"]

    assert results["promotion_status"] == "RETEST"
    assert results["academic_after_reassessment"] is None


def test_summer_training_decides_conduct(example, document):
    """Article 13: the year's conduct stays visible, the second one decides."""
    bad = example.with_records(
        conduct=tuple(replace(c, level="Chưa đạt") for c in example.pupil_year.conduct)
    )
    trained = bad.with_records(summary=replace(bad.pupil_year.summary, conduct_after_summer="Đạt"))

    assert document(bad)["results"]["promotion_status"] == "SUMMER_TRAINING"
    results = document(trained)["results"]
    assert results["promotion_status"] == "PROMOTED_AFTER_SUMMER"
    assert results["full_year"]["conduct_result"] == "Chưa đạt"
    assert results["conduct_after_summer"] == "Đạt"


def test_the_last_grade_says_whether_the_programme_is_completed(example, document):
    """Grade 9 only, and not while a second chance is open."""
    ninth = example.with_class(grade=9)

    assert document(example)["results"]["program_completed"] is None
    assert document(ninth)["results"]["program_completed"] is True
    assert document(weak_year(ninth))["results"]["program_completed"] is None


def test_other_awards_are_printed_as_recorded(example, document):
    """Awards that no rule earns (article 15) are the principal's own decision."""
    award = Award(title="Thành tích đột xuất", record_id="award-1")

    assert document(example.with_records(awards=(award,)))["results"]["awards"] == [award.title]


def test_a_principal_without_a_comment_approves_by_the_standard_phrase(example, document):
    """A recorded comment is printed instead, on one line."""
    said = example.with_records(
        summary=replace(example.pupil_year.summary, principal_comment="Đồng ý.\n Cần  cố gắng. ")
    )

    assert document(example)["results"]["principal_comment"] == APPROVAL_PHRASE
    assert document(said)["results"]["principal_comment"] == "Đồng ý. Cần cố gắng."


def test_moments_are_written_in_utc(example, document):
    """Whatever offset the shared database wrote."""
    moved = example.with_records(
        summary=replace(example.pupil_year.summary, confirmed_at="2026-05-27T10:30:00.5+07:00")
    )

    confirmed = document(moved)["confirmations"]["homeroom_teacher"]["confirmed_at"]
    assert confirmed == "2026-05-27T03:30:00Z"


def test_a_correction_names_what_it_supersedes(example, identity, rendering):
    """Version 2 carries the digest of version 1 and the reason."""
    supersedes = {"version": 1, "document_digest": "0x" + "11" * 32, "reason": "Sửa điểm Tin học"}

    made = assemble(
        example.class_year,
        example.pupil_year,
        replace(identity, version=2, supersedes=supersedes),
        rendering,
        example.policy,
    )

    assert parse_transcript(canonical_json(made)).supersedes.document_digest == b"\x11" * 32


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("transcript_code", "HB-THCS-2025-7K3M9QX2VD-L", "check character"),
        ("institution", "Trường", "institution"),
        ("version", 0, "version"),
        ("series_key", b"short", "series_key"),
    ],
)
def test_a_wrong_identity_is_refused(example, identity, rendering, field, value, place):
    """Faults of the caller are errors of the format, not gaps of a pupil."""
    wrong = replace(identity, **{field: value})

    with pytest.raises(InvalidFormat, match=place):
        assemble(example.class_year, example.pupil_year, wrong, rendering, example.policy)


def test_a_wrong_rendering_is_refused(example, identity, rendering):
    """The digests by which another renders the same bytes must be there."""
    with pytest.raises(InvalidFormat, match=r"rendering\.created_at"):
        assemble(
            example.class_year,
            example.pupil_year,
            identity,
            rendering | {"created_at": "2026-05-30 08:04:05"},
            example.policy,
        )


def test_an_incomplete_pupil_is_refused_without_naming_anybody(example, identity, rendering):
    """The error carries the gaps, and its message names codes only."""
    broken = example.with_marks("mathematics", 2, "9 9 8.5 9.5 / 9 / 10.5")

    with pytest.raises(Incomplete, match=r"HS-000-0001: 1 gaps.*MARK_INVALID") as caught:
        assemble(broken.class_year, broken.pupil_year, identity, rendering, broken.policy)
    assert "10.5" not in str(caught.value)
    assert "10.5" not in repr(caught.value.gaps)
    assert caught.value.gaps[0].recorded == "10.5"


def shuffled_by(order, records):
    return tuple(order.sample(records, len(records)))


@given(order=st.randoms(use_true_random=False))
def test_the_order_of_records_is_irrelevant(example, identity, rendering, order):
    """Records arrive from the database in any order; the bytes are the same."""
    year = example.pupil_year
    moved = replace(
        year,
        marks=shuffled_by(order, year.marks),
        comments=shuffled_by(order, year.comments),
        conduct=shuffled_by(order, year.conduct),
    )

    made = assemble(example.class_year, moved, identity, rendering, example.policy)

    assert canonical_json(made) == VECTOR.read_bytes()


def test_the_vector_is_plain_json():
    """Enumerations become plain strings: another JSON reader finds the same values."""
    assert json.loads(VECTOR.read_bytes())["results"]["full_year"]["academic_result"] == "Khá"
