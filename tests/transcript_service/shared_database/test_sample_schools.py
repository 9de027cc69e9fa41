"""Whole schools as sample data: their shape, their sizes, the same for the same seed."""

import gc
import subprocess
import sys
from collections import Counter

import pytest

from tests.transcript_service.shared_database.whole_schools import CLIENT, make_sample
from transcript_service.errors import UsageError
from transcript_service.rules.programme_2018 import find_choice_problems
from transcript_service.shared_database.code_lists import SUBJECT_CODES
from transcript_service.shared_database.sample.people import sort_key
from transcript_service.shared_database.sample.schools import write_schools
from transcript_service.shared_database.sample.subjects import UPPER_COMPULSORY
from transcript_service.shared_database.upstream_store import UpstreamRecord

SOAK = """
import resource, sys
from pathlib import Path
from transcript_service.shared_database.sample import SampleClient
from transcript_service.shared_database.sample.schools import write_schools
client = SampleClient(client_id="school", client_secret="only-for-tests")
path, schools, pupils = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
summary = write_schools(path, seed=1, schools=schools, pupils=pupils, client=client)
assert summary.pupils == pupils
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
GREATEST_MEMORY_MIB = 300


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Three schools: both levels, lower, upper; nothing wrong in them."""
    path = tmp_path_factory.mktemp("schools") / "up.db"
    return make_sample(path, schools=3, pupils=700, defects=0)


def test_schools_come_in_three_kinds(sample):
    """Inter-level, lower and upper, each marked as sample data."""
    schools = [row.fields for row in sample.records("truong")]

    assert [school["dscaphoc"] for school in schools] == [["03", "04"], ["03"], ["04"]]
    assert [school["tentruong"] for school in schools] == [
        "Trường THCS và THPT Hoa Phượng (dữ liệu mẫu)",
        "Trường THCS Hoa Sữa (dữ liệu mẫu)",
        "Trường THPT Hoa Ban (dữ liệu mẫu)",
    ]
    assert {school["dulieumau"] for school in schools} == {1}
    assert sum(row.fields["diemtruongchinh"] for row in sample.records("diemtruong")) == 3


def test_classes_have_35_to_45_pupils_and_a_homeroom_teacher_of_their_own(sample):
    """Grades 6 to 12; every pupil has one place in one list, in the order of names."""
    sizes = Counter(row.fields["malop"] for row in sample.records("hocsinhlop"))
    classes = {row.fields["malop"]: row.fields for row in sample.records("lophoc")}
    homeroom = [fields["magiaoviencn"] for fields in classes.values()]
    staff = {row.fields["magiaovien"] for row in sample.records("nhansu")}

    assert set(sizes.values()) <= set(range(35, 46))
    assert sum(sizes.values()) == len(sample.records("hocsinh")) == 700
    assert {fields["makhoi"] for fields in classes.values()} == set(range(6, 13))
    assert len(set(homeroom)) == len(classes)
    assert set(homeroom) <= staff
    names = {row.fields["mahocsinh"]: row.fields["hovaten"] for row in sample.records("hocsinh")}
    for code in classes:
        rows = sorted(
            (row.fields for row in sample.records("hocsinhlop") if row.fields["malop"] == code),
            key=lambda fields: fields["thutu"],
        )
        listed = [names[fields["mahocsinh"]] for fields in rows]
        assert listed == sorted(listed, key=sort_key)


def test_everything_taught_is_assigned_to_somebody_with_time_for_it(sample):
    """The same teacher in the class's subjects and in the assignments; 19 periods a week."""
    taught = {
        (row.fields["malop"], row.fields["mamonhoc"]): row.fields
        for row in sample.records("monhoclop")
    }
    assigned = {
        (row.fields["malop"], row.fields["mamonhoc"]): row.fields["magiaovien"]
        for row in sample.records("phancong")
    }
    periods = Counter()
    for fields in taught.values():
        if fields["mamonhoc"] not in {"HDTNHN", "GDDP"}:
            periods[fields["magiaovien"]] += fields["sotietnam"]

    assert {place: fields["magiaovien"] for place, fields in taught.items()} == assigned
    assert max(periods.values()) <= 19 * 35
    assert set(periods) <= {row.fields["magiaovien"] for row in sample.records("nhansu")}


def test_every_pupil_of_the_upper_level_chose_what_the_programme_allows(sample):
    """As the class did, or with a choice of his own; study topics of three subjects."""
    upper = {row.fields["malop"] for row in sample.records("lophoc") if row.fields["makhoi"] > 9}
    of_class, chosen, topics = {}, {}, {}
    for row in sample.records("monhoclop"):
        of_class.setdefault(row.fields["malop"], set()).add(row.fields["mamonhoc"])
    for row in sample.records("monchon", namhoc="2025-2026"):
        chosen.setdefault(row.fields["mahocsinh"], set()).add(row.fields["mamonhoc"])
    for row in sample.records("chuyende"):
        topics.setdefault(row.fields["mahocsinh"], set()).add(row.fields["mamonhoc"])
    compulsory = {subject.code for subject in UPPER_COMPULSORY}
    kinds = Counter()
    for row in sample.records("hocsinhlop"):
        code, pupil = row.fields["malop"], row.fields["mahocsinh"]
        if code in upper:
            own = pupil in chosen
            taken = (compulsory | chosen[pupil]) if own else of_class[code]
            problems = find_choice_problems(
                [SUBJECT_CODES[subject] for subject in taken],
                [SUBJECT_CODES[subject] for subject in topics[pupil]],
            )
            assert problems == ()
            kinds[own] += 1

    assert kinds[True] > 100
    assert kinds[False] > 50


def test_every_school_has_pupils_who_came_left_or_need_something(sample):
    """A foreigner, a disabled pupil, one exempt, a birth date known in part, a corrected mark."""
    for school in sample.summary.schools:
        here = {
            case.number for case in sample.summary.cases if case.school_code == school.school_code
        }

        assert here >= {
            "12.4-2", "12.4-10", "12.4-13", "13.4-transferred", "13.4-moved-away", "13.4-foreign",
            "13.4-disabled", "13.4-corrected",
        } - ({"12.4-2"} if school.levels == ("04",) else set())  # fmt: skip


def test_no_personal_id_can_be_a_persons_and_none_comes_twice(sample):
    """Prefix 000; sex and year of birth agree."""
    pupils = [row.fields for row in sample.records("hocsinh")]
    numbers = [pupil["sodinhdanh"] for pupil in pupils if pupil["sodinhdanh"] is not None]
    numbers += [row.fields["sodinhdanh"] for row in sample.records("nhansu")]

    assert len(set(numbers)) == len(numbers) > 700
    assert all(number.startswith("000") and len(number) == 12 for number in numbers)
    for pupil in pupils:
        if pupil["sodinhdanh"] is not None:
            century_and_sex = "2" if pupil["gioitinh"] == "1" else "3"
            assert pupil["sodinhdanh"][3:6] == century_and_sex + pupil["ngaysinh"][2:4]


def test_the_same_seed_gives_the_same_records_byte_by_byte_and_another_one_others(tmp_path):
    """Everything that is handed out, in the same order."""
    first, again, other = (
        make_sample(tmp_path / f"{number}.db", seed=seed, schools=2, pupils=100)
        for number, seed in enumerate((1, 1, 2))
    )

    assert first.contents() == again.contents()
    assert first.summary == again.summary
    assert first.records("hocsinh") != other.records("hocsinh")


@pytest.mark.parametrize(("schools", "pupils"), [(1, 1), (2, 3), (5, 5), (1, 46), (3, 20)])
def test_small_samples_hold_what_there_is_room_for(tmp_path, schools, pupils):
    """Nobody is lost, and no class is empty."""
    sample = make_sample(tmp_path / "up.db", schools=schools, pupils=pupils)

    assert len(sample.records("truong")) == schools
    assert sum(one.pupils for school in sample.summary.schools for one in school.classes) == pupils
    assert 0 <= pupils - len(sample.records("hocsinh")) <= 1


def test_records_are_written_class_by_class(tmp_path):
    """At no time are there more of them than two classes have."""
    alive = []

    def count(_done, _of):
        alive.append(sum(isinstance(one, UpstreamRecord) for one in gc.get_objects()))

    gc.collect()
    summary = write_schools(tmp_path / "up.db", seed=1, pupils=280, client=CLIENT, progress=count)

    assert len(alive) == 7
    assert summary.records > 7 * 5000
    assert max(alive) < 2 * 45 * 170


@pytest.mark.parametrize(
    "options",
    [
        {"pupils": 0},
        {"pupils": 100_001},
        {"pupils": 3, "schools": 4},
        {"pupils": 3, "schools": 0},
        {"pupils": 3, "defects": -1},
    ],
)
def test_a_sample_that_cannot_be_is_refused(tmp_path, options):
    """And no file is left."""
    with pytest.raises(UsageError, match="1 to 100000 pupils"):
        make_sample(tmp_path / "up.db", **options)

    assert list(tmp_path.iterdir()) == []


def test_a_sample_that_is_broken_off_leaves_no_file_that_looks_complete(tmp_path):
    """Only one that says so in its name, and that the next one replaces."""

    def stop(_done, _of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_schools(tmp_path / "up.db", seed=1, pupils=90, client=CLIENT, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["up.db.partial"]

    assert make_sample(tmp_path / "up.db", pupils=2).summary.pupils == 2
    assert [path.name for path in tmp_path.iterdir()] == ["up.db"]


@pytest.mark.soak
@pytest.mark.parametrize(("schools", "pupils"), [(4, 10_000), (40, 100_000)])
def test_a_great_sample_takes_as_little_memory_as_a_small_one(tmp_path, schools, pupils):
    """In a process of its own, measured by the system."""
    command = [sys.executable, "-c", SOAK, str(tmp_path / "up.db"), str(schools), str(pupils)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert int(done.stdout) < GREATEST_MEMORY_MIB
