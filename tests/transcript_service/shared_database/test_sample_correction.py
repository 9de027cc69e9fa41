"""A correction upstream, for version 2 of a transcript."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from transcript_service.errors import UpstreamError, UsageError
from transcript_service.shared_database.sample import SampleClient, write_sample
from transcript_service.shared_database.sample.cases import Planted
from transcript_service.shared_database.sample.correction import MarkPlace, correct_mark
from transcript_service.shared_database.upstream_store import open_store, read_records

CHANGED_AT = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def sample(tmp_path):
    """A class of fourteen, without contradictions, and a function that reads a pupil's table."""
    path = tmp_path / "up.db"
    client = SampleClient(client_id="school", client_secret="only-for-tests")
    planted = Planted(contradictions=0)
    summary = write_sample(path, seed=1, pupils=14, client=client, planted=planted)
    store = open_store(path)
    return (
        path,
        summary.student_codes,
        lambda table, code: read_records(store, table, student_code=code),
    )


def _year(read, code):
    return next(row for row in read("ketquahoctap", code) if row.record_id.endswith("-0"))


def test_a_raised_mark_is_the_next_version_and_results_follow(sample):
    """Minh An's 4.8 becomes 5.8: 5.1 for the term and the year."""
    path, (minh_an, *_), read = sample

    correction = correct_mark(path, student_code=minh_an, changed_at=CHANGED_AT)

    assert correction.version == 2
    assert set(correction.changed_results) == {"ketquahoctap-001-2", "ketquahoctap-001-0"}
    (mark,) = [row for row in read("diem", minh_an) if row.record_id == correction.record_id]
    assert (mark.fields["diem"], mark.event) == (5.8, "UPDATE")
    scores = {row["mamonhoc"]: row.get("diem") for row in _year(read, minh_an).fields["diemmon"]}
    assert scores["NGOAINGU1"] == 5.1
    assert _year(read, minh_an).version == 2


def test_a_mark_written_as_it_was_changes_no_result(sample):
    """Only what differs gets a new version."""
    path, (minh_an, *_), read = sample

    correction = correct_mark(
        path, student_code=minh_an, score=Decimal("4.8"), changed_at=CHANGED_AT
    )

    assert correction.changed_results == ()
    assert _year(read, minh_an).version == 1


def test_results_computed_from_stored_records_are_those_that_were_stored(sample):
    """For every special case: reading back loses nothing."""
    path, codes, read = sample
    place = MarkPlace(subject="TOAN", term="1", kind="GK")
    for code in codes:
        (old,) = [row for row in read("diem", code) if row.record_id.endswith("-TOAN-1-GK-1")]
        score = Decimal(str(old.fields["diem"]))

        correction = correct_mark(
            path, student_code=code, place=place, score=score, changed_at=CHANGED_AT
        )

        assert correction.changed_results == ()


@pytest.mark.parametrize("score", ["10.1", "-0.1", "5.55"])
def test_a_score_off_the_scale_is_refused(sample, score):
    """Upstream would take it; this tool does not."""
    path, (minh_an, *_), _read = sample

    with pytest.raises(UsageError, match="0 to 10"):
        correct_mark(path, student_code=minh_an, score=Decimal(score), changed_at=CHANGED_AT)


@pytest.mark.parametrize(
    ("student_code", "place"),
    [("nobody", MarkPlace()), (None, MarkPlace(subject="GDTC")), (None, MarkPlace(ordinal=7))],
)
def test_a_mark_that_is_not_there_is_refused(sample, student_code, place):
    """Unknown pupil, a subject without scores, a mark too many."""
    path, (minh_an, *_), _read = sample

    with pytest.raises(UsageError, match="no score at that place"):
        correct_mark(path, student_code=student_code or minh_an, place=place, changed_at=CHANGED_AT)


def test_a_ten_cannot_be_raised(sample):
    """Name a score instead."""
    path, (minh_an, *_), _read = sample
    ten = Decimal(10)
    correct_mark(path, student_code=minh_an, score=ten, changed_at=CHANGED_AT)

    with pytest.raises(UsageError, match="cannot be raised"):
        correct_mark(path, student_code=minh_an, changed_at=CHANGED_AT)


def test_a_missing_file_is_told(tmp_path):
    """With its path."""
    with pytest.raises(UpstreamError, match=r"none\.db"):
        correct_mark(tmp_path / "none.db", student_code="x", changed_at=CHANGED_AT)
