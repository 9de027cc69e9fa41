"""Assembling the transcript of the worked example, and of pupils whose year went otherwise."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_service.assemble import assemble, examine
from transcript_service.class_year import Award
from transcript_service.rules.circular_22_2021 import RulePolicy
from transcript_service.subjects import THCS_SUBJECT_ORDER, THCS_SUBJECTS
from transcript_service.transcript import Incomplete
from transcript_service.transcript_parts import APPROVAL_PHRASE
from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import parse_transcript

VECTOR = Path(__file__).parents[2] / "vectors" / "transcript_example.json"


def subject_of(document, code):
    return next(row for row in document["results"]["subjects"] if row["subject_code"] == code)


def test_the_worked_example_is_the_vector_byte_for_byte(example, identity, rendering):
    """Domain 12.1 from its marks: every average, level and decision, and nothing else."""
    found = assemble(example.class_year, example.pupil_year, identity, rendering, example.policy)

    assert canonical_json(found) == VECTOR.read_bytes()


def test_the_worked_example_has_no_gap(example):
    """Nothing blocks, and there is nothing to look at."""
    assert examine(example.class_year, example.pupil_year, example.policy).gaps == ()


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
