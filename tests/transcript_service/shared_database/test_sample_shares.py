"""A sample school looks like a school: shares of levels, conduct, names, peoples and awards."""

from collections import Counter
from statistics import mean, stdev

import pytest

from tests.transcript_service.shared_database.whole_schools import make_sample

PUPILS = 1000


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """One school of both levels, clean."""
    path = tmp_path_factory.mktemp("shares") / "up.db"
    return make_sample(path, seed=7, pupils=PUPILS, defects=0)


@pytest.fixture(scope="module")
def pupils(sample):
    """The pupils' identities."""
    return [row.fields for row in sample.records("hocsinh")]


@pytest.fixture(scope="module")
def years(sample):
    """The results of the year."""
    return [row.fields for row in sample.records("ketquahoctap") if row.fields["hocky"] == "0"]


def share(values, wanted):
    """Return which share of the values is wanted."""
    listed = list(values)
    return sum(value == wanted for value in listed) / len(listed)


@pytest.mark.parametrize(
    ("level", "least", "most"),
    [("1", 0.20, 0.30), ("2", 0.36, 0.46), ("3", 0.24, 0.32), ("4", 0.01, 0.06)],
)
def test_academic_results(years, level, least, most):
    """Domain 13.4: Tốt 20 to 30 %, Khá 40 %, Đạt 25 to 30 %, Chưa đạt 1 to 5 %."""
    assert least <= share((year["mahocluc"] for year in years), level) <= most


def test_conduct(years):
    """Domain 13.4: Tốt 80 to 90 %."""
    assert 0.80 <= share((year["mahanhkiem"] for year in years), "1") <= 0.90


def test_nearly_everybody_is_promoted_and_somebody_is_not(years):
    """As in schools."""
    assert 0.97 <= share((year["colenlop"] for year in years), 1) < 1


def test_averages_lie_around_seven_and_a_half(years):
    """Domain 13.4: centre 7.0 to 8.0, standard deviation about 1.2."""
    averages = [row["diem"] for year in years for row in year["diemmon"] if "diem" in row]

    assert 7.0 <= mean(averages) <= 8.0
    assert 0.9 <= stdev(averages) <= 1.5


def test_regular_marks_are_whole_or_half_and_final_marks_finer(sample, pupils):
    """Domain 13.4; of every twentieth pupil."""
    kinds = Counter()
    for pupil in pupils[::20]:
        for row in sample.of_pupil(pupil["mahocsinh"])["diem"]:
            if row.fields["diem"] is not None:
                tenths = round(row.fields["diem"] * 10)
                kinds[row.fields["loaidiem"], tenths % 5 == 0] += 1

    assert kinds["TX", False] == 0
    assert kinds["GK", False] < kinds["GK", True] / 100
    assert kinds["CK", False] > kinds["CK", True]


def test_family_names(pupils):
    """Nguyễn 38 %, Trần 11 %, Lê 10 % of the Kinh."""
    families = [p["hovaten"].split()[0] for p in pupils if p["dantoc"] == "Kinh"]

    assert 0.34 <= share(families, "Nguyễn") <= 0.42
    assert 0.08 <= share(families, "Trần") <= 0.14
    assert 0.07 <= share(families, "Lê") <= 0.13


def test_peoples_sexes_and_policies(pupils):
    """Kinh about 85 %, half of them girls, a tenth with a policy category."""
    assert 0.82 <= share((p["dantoc"] for p in pupils), "Kinh") <= 0.88
    assert len({p["dantoc"] for p in pupils}) >= 8
    assert 0.46 <= share((p["gioitinh"] for p in pupils), "1") <= 0.54
    assert 0.08 <= 1 - share((p["dienchinhsach"] for p in pupils), None) <= 0.13


def test_grades_are_even_and_ages_fit(sample, pupils):
    """A seventh of the pupils in each of the grades 6 to 12."""
    grades = {row.fields["malop"]: row.fields["makhoi"] for row in sample.records("lophoc")}
    enrolled = {
        row.fields["mahocsinh"]: grades[row.fields["malop"]] for row in sample.records("hocsinhlop")
    }
    counts = Counter(enrolled.values())

    assert all(0.10 <= count / PUPILS <= 0.18 for count in counts.values())
    for pupil in pupils:
        assert int(pupil["ngaysinh"][:4]) == 2020 - enrolled[pupil["mahocsinh"]]


def test_absences_are_few_and_awards_follow_the_results(sample, years):
    """Everybody with Tốt twice has a title, and nobody else."""
    absent = [
        row.fields["songaynghi_cophep"] + row.fields["songaynghi_khongphep"]
        for row in sample.records("tongketnam")
    ]
    titled = {row.fields["mahocsinh"] for row in sample.records("khenthuong")}
    earned = {
        year["mahocsinh"] for year in years if (year["mahocluc"], year["mahanhkiem"]) == ("1", "1")
    }

    assert 3 <= mean(absent) <= 7
    assert titled == earned
