"""What stands in a row: the verdict for all, the data only of a document that passed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from transcript_service.subjects import THCS_SUBJECTS, THPT_SUBJECTS
from verifier.bulk import UnreadableFile
from verifier.canonical import canonical_json
from verifier.errors import SubReason
from verifier.report import AnchorFinding, AuthorityFinding, Check, Finding, Report, Status, Verdict
from verifier.signature_finding import Indication, Role, SignatureFinding
from verifier.table_columns import SUBJECTS, columns
from verifier.table_rows import duplicate_row, row_of
from verifier.transcript import parse_transcript

VECTORS = Path(__file__).parents[2] / "vectors"
MOMENT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def report_of(vector: str = "transcript_example.json", **changes: object) -> Report:
    """A report as of a document that passed, with the data of a vector."""
    document = json.loads((VECTORS / vector).read_bytes()) | changes
    transcript = parse_transcript(canonical_json(document))
    signatures = tuple(
        SignatureFinding(
            role=role,
            field_name="",
            revision=1,
            indication=Indication.TOTAL_PASSED,
            sub_indication=None,
            message="",
            signed_at=MOMENT,
            signer_name=f"signer {role}",
        )
        for role in Role
    )
    return Report(
        file="a.pdf",
        document_digest=bytes(32),
        transcript_code=transcript.transcript_code,
        verdict=Verdict.TOTAL_PASSED,
        sub_reason=None,
        signatures=signatures,
        anchor=AnchorFinding(
            institution="VN-000",
            institution_name="",
            root=bytes(32),
            tree_size=1,
            leaf_index=0,
            anchored_at=MOMENT,
            source="",
        ),
        status=Status.CURRENT,
        authority=AuthorityFinding(),
        checks=(),
        notes=(),
        as_of_block=7,
        transcript=transcript,
    )


def test_a_document_that_passed_shows_pupil_school_results_and_marks() -> None:
    """What an admission office needs, of an upper secondary document."""
    row = row_of(report_of("transcript_thpt_example.json"))

    assert row["full_name"] == "Nguyễn Thị Minh An"
    assert (row["birth_date"], row["personal_id"]) == ("2009-03-14", "000309004711")
    assert (row["level"], row["grade"], row["school_year"]) == ("THPT", 11, "2025-2026")
    assert (row["academic_result"], row["conduct_result"]) == ("Khá", "Tốt")
    assert (row["mathematics.term_1"], row["mathematics.full_year"]) == ("8.0", "8.0")
    assert row["physical_education.full_year"] == "Đạt"
    assert row["foreign_language_1.name"] == "Ngoại ngữ 1 (Tiếng Anh)"
    assert "geography.term_1" not in row
    assert row["signed_by"] == "signer PRINCIPAL"
    assert row["anchored_at"] == "2026-06-01T08:00:00Z"


@pytest.mark.parametrize("vector", ["transcript_example.json", "transcript_thpt_example.json"])
def test_every_value_of_a_row_has_a_column(vector: str) -> None:
    """Nothing is lost on the way into a file, at either level."""
    known = {column.key for column in columns()}

    assert set(row_of(report_of(vector))) <= known


def test_the_columns_name_each_subject_of_both_levels_as_the_transcripts_do() -> None:
    """The verifier keeps its own list, because it imports nothing of the service."""
    names = {code: subject.name for code, subject in {**THCS_SUBJECTS, **THPT_SUBJECTS}.items()}

    assert dict(SUBJECTS) == names


def test_no_two_columns_have_the_same_key_or_head() -> None:
    """A program finds each by its name."""
    shown = columns()

    assert len({column.key for column in shown}) == len(shown)
    assert len({column.title for column in shown}) == len(shown)


def test_a_subject_that_no_column_knows_is_not_lost() -> None:
    """Schools teach more than the programme."""
    document = json.loads((VECTORS / "transcript_example.json").read_bytes())
    subject = dict(document["results"]["subjects"][0])
    subject.update(subject_code="chess", name="Cờ vua", full_year="9.5", after_reassessment=None)
    document["results"]["subjects"].append(subject)

    row = row_of(report_of(results=document["results"]))

    assert str(row["other_subjects"]).startswith("Cờ vua: ")
    assert "9.5" in str(row["other_subjects"])


def test_a_refused_document_shows_why_and_no_data() -> None:
    """The reason in words, what to do, and nothing of the pupil."""
    finding = Finding(
        number=Check.ANCHORED,
        verdict=Verdict.TOTAL_FAILED,
        sub_reason=SubReason.ALTERED,
        message="other bytes",
    )
    refused = replace(
        report_of(),
        verdict=Verdict.TOTAL_FAILED,
        sub_reason=SubReason.ALTERED,
        checks=(finding,),
        transcript=None,
    )

    row = row_of(refused)

    assert "ALTERED: other bytes" in str(row["reason"])
    assert row["advice"]
    assert "full_name" not in row
    assert "transcript_code" not in row


def test_a_duplicate_names_the_first_file_and_repeats_no_data() -> None:
    """No sum and no list counts a pupil twice."""
    row = duplicate_row(row_of(report_of()), "first.pdf")

    assert (row["duplicate_of"], row["verdict"]) == ("first.pdf", "TOTAL-PASSED")
    assert not {"full_name", "transcript_code", "mathematics.full_year"} & set(row)


def test_a_file_that_cannot_be_opened_has_a_reason_and_no_verdict() -> None:
    """Not looking proves nothing."""
    row = row_of(UnreadableFile(file="a.pdf", problem="Permission denied"))

    assert "verdict" not in row
    assert row["sub_reason"] == "UNREADABLE"
    assert "Permission denied" in str(row["reason"])
