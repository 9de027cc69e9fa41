"""The demo's second class: upper secondary level, in the same school."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from transcript_service.rules.programme_2018 import find_choice_problems
from transcript_service.shared_database.code_lists import SUBJECT_CODES
from transcript_service.shared_database.sample import SampleClient, write_sample
from transcript_service.shared_database.sample.correction import MarkPlace, correct_mark
from transcript_service.shared_database.sample.subjects import COMBINATIONS, taught_subjects
from transcript_service.shared_database.upstream_store import open_store, read_records

CLIENT = SampleClient(client_id="school", client_secret="only-for-tests")


@pytest.fixture
def sample(tmp_path):
    """A class of four of each level: the file, the summary, and a function that reads a table."""
    path = tmp_path / "up.db"
    summary = write_sample(path, seed=1, pupils=4, upper_pupils=4, client=CLIENT)
    store = open_store(path)
    return path, summary, lambda table: [row.fields for row in read_records(store, table)]


def test_one_school_has_a_class_of_each_level(sample):
    """It says so in its name and in its levels; pupils have codes of their own."""
    _path, summary, read = sample

    assert [row["dscaphoc"] for row in read("truong")] == [["03", "04"]]
    assert summary.school_name == "Trường THCS và THPT Hoa Phượng"
    assert {row["malop"]: row["manhomcaphoc"] for row in read("lophoc")} == {
        summary.class_code: "03",
        summary.upper_class.class_code: "04",
    }
    enrolled = Counter(row["malop"] for row in read("hocsinhlop"))
    assert enrolled == {summary.class_code: 4, summary.upper_class.class_code: 4}
    codes = {*summary.student_codes, *summary.upper_class.student_codes}
    assert len(codes) == len(read("hocsinh")) == 8


def test_without_it_the_first_class_is_the_same(sample, tmp_path):
    """Only the school is another one."""
    path, _summary, read = sample
    write_sample(tmp_path / "one.db", seed=1, pupils=4, client=CLIENT)
    alone = open_store(tmp_path / "one.db")

    for table in ("hocsinh", "diem", "nhanxetmon", "ketquahoctap"):
        of_one = [row.fields for row in read_records(alone, table)]
        assert [row for row in read(table) if row in of_one] == of_one
    assert path.exists()


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_combination_satisfies_the_programme(combination):
    """Eight compulsory subjects, four of nine, study topics of three that offer them."""
    taken = [SUBJECT_CODES[subject.code] for subject in taught_subjects(10, (combination,))]
    topics = [SUBJECT_CODES[code] for code in combination.topics]

    assert find_choice_problems(taken, topics) == ()


def test_a_study_topic_stands_for_one_regular_mark(sample):
    """Article 6: together they are as many as the periods of the subject ask for."""
    _path, summary, read = sample
    first = summary.upper_class.student_codes[0]
    of_class = [row for row in read("monhoclop") if row["malop"] == summary.upper_class.class_code]
    periods = {row["mamonhoc"]: row["sotietnam"] for row in of_class}
    topics = Counter(row["mamonhoc"] for row in read("chuyende") if row["mahocsinh"] == first)
    regular = Counter(
        row["mamonhoc"]
        for row in read("diem")
        if row["mahocsinh"] == first and row["loaidiem"] == "TX" and row["diem"] is not None
    )

    assert topics == dict.fromkeys(COMBINATIONS[0].topics, 2)
    assert len(regular) == 9
    for subject, count in regular.items():
        needed = 2 if periods[subject] <= 35 else 3 if periods[subject] <= 70 else 4
        assert count + topics[subject] == 2 * needed


def test_results_computed_from_stored_records_are_those_that_were_stored(sample):
    """Reading back finds the study topics, too."""
    path, summary, read = sample
    for code in summary.upper_class.student_codes:
        for subject in COMBINATIONS[0].topics:
            (old,) = [
                row
                for row in read("diem")
                if (row["mahocsinh"], row["mamonhoc"], row["hocky"], row["loaidiem"])
                == (code, subject, "2", "CK")
            ]

            correction = correct_mark(
                path,
                student_code=code,
                place=MarkPlace(subject=subject),
                score=Decimal(str(old["diem"])),
                changed_at=datetime(2026, 6, 3, tzinfo=UTC),
            )

            assert correction.changed_results == ()
