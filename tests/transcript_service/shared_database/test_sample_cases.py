"""Every worked example and edge case of the domain stands in a sample of whole schools."""

import pytest

from tests.transcript_service.shared_database.whole_schools import (
    failed_of,
    make_sample,
    scores_of,
    year_of,
)

TOT, KHA, DAT, CHUA_DAT = "1", "2", "3", "4"
VECTORS = {
    "T01": ((8.0,) * 6 + (6.5,) * 2, 0, TOT),
    "T02": ((8.0,) * 5 + (7.9,) + (6.5,) * 2, 0, KHA),
    "T03": ((8.0,) * 5 + (6.5,) * 2 + (6.4,), 0, KHA),
    "T04": ((6.5,) * 6 + (5.0,) * 2, 0, KHA),
    "T05": ((6.5,) * 5 + (6.4,) + (5.0,) * 2, 0, DAT),
    "T06": ((5.0,) * 6 + (3.5,) * 2, 0, DAT),
    "T07": ((5.0,) * 5 + (4.9,) + (3.5,) * 2, 0, CHUA_DAT),
    "T08": ((5.0,) * 7 + (3.4,), 0, CHUA_DAT),
    "T09": ((8.5,) * 7 + (6.0,), 0, KHA),
    "T10": ((8.5,) * 7 + (4.0,), 0, KHA),
    "T11": ((8.5,) * 7 + (3.0,), 0, DAT),
    "T12": ((7.0,) * 7 + (3.4,), 0, DAT),
    "T13": ((6.0,) * 7 + (3.4,), 0, CHUA_DAT),
    "T14": ((8.5,) * 6 + (4.0,) * 2, 0, DAT),
    "T15": ((8.5,) * 8, 1, KHA),
    "T16": ((8.5,) * 8, 2, CHUA_DAT),
    "T17": ((8.5,) * 7 + (4.0,), 1, DAT),
    "T18": ((8.0,) * 5 + (7.0,) * 2 + (4.0,), 0, KHA),
    "T19": ((6.5,) * 5 + (5.0,) * 2 + (3.4,), 0, DAT),
    "T20": ((8.0,) * 5 + (6.5,) * 2, 0, KHA),
}
"""Domain 12.3: averages, subjects by comment not passed, level; T20 without its other programme."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """One school of both levels, ten classes."""
    return make_sample(tmp_path_factory.mktemp("cases") / "up.db", pupils=400)


@pytest.fixture
def only(sample):
    """Return a function that gives the records of the only pupil of a case."""

    def find(number):
        (pupil,) = sample.pupils_of(number)
        return pupil

    return find


@pytest.mark.parametrize("number", VECTORS)
def test_each_test_vector_of_12_3_is_a_pupil(only, number):
    """With these averages and this level."""
    averages, failed, level = VECTORS[number]

    pupil = only(f"12.3-{number}")

    assert tuple(scores_of(pupil)) == averages
    assert len(failed_of(pupil)) == failed
    assert year_of(pupil)["mahocluc"] == level


def test_12_1_the_full_example(only):
    """Minh An."""
    assert only("12.1")["hocsinh"][0].fields["hovaten"] == "Nguyễn Thị Minh An"


def test_12_2_1_reassessment_that_helps_and_one_that_does_not(sample):
    """Mathematics 5.0 is enough, 3.4 is not."""
    outcomes = {}
    for pupil in sample.pupils_of("12.2-1"):
        assert year_of(pupil)["mahocluc"] == CHUA_DAT
        again = {row.fields["mamonhoc"]: row.fields for row in pupil["danhgialai"]}
        assert set(again) == {"NGUVAN", "TOAN", "KHTN", "GDDP"}
        outcomes[again["TOAN"]["diem"]] = year_of(pupil)["colenlop"]

    assert outcomes == {5: 1, 3.4: 0}


def test_12_2_2_and_3_titles_of_grade_10(sample, only):
    """Outstanding, excellent, and two who fail both titles; Tốt with seven subjects."""
    titles = sorted(
        tuple(row.fields["noidung"] for row in pupil["khenthuong"])
        for pupil in sample.pupils_of("12.2-2")
    )

    assert titles == [(), (), ("Học sinh Giỏi",), ("Học sinh Xuất sắc",)]
    assert len(scores_of(only("12.2-3"))) == 7
    assert year_of(only("12.2-3"))["mahocluc"] == TOT


def test_12_4_1_a_missing_mark_is_no_zero(sample):
    """It is not there at all."""
    (pupil,) = sample.pupils_of("12.4-1")

    finals = [row.record_id for row in pupil["diem"] if row.record_id.endswith("-2-CK-1")]
    assert not any("-TOAN-" in record_id for record_id in finals)
    assert all(row.fields["diem"] != 0 for row in pupil["diem"])


def test_12_4_2_exemption_also_below_six_subjects(sample):
    """One of them is left with five scored subjects."""
    exempt = {
        len(scores_of(pupil)): [
            row.fields["mamonhoc"]
            for row in pupil["nhanxetmon"]
            if row.fields["hinhthucdanhgia"] == "1"
        ]
        for pupil in sample.pupils_of("12.4-2")
    }

    assert exempt == {8: ["GDTC"], 5: ["NGOAINGU1", "GDQPAN"]}


def test_12_4_3_upper_level_with_the_fewest_subjects(only):
    """Five compulsory ones and two."""
    assert len(scores_of(only("12.4-3"))) == 7


def test_12_4_4_and_5_rounding_that_decides(only):
    """66 of 8 is 8.25, rounded up; 27.6 of 8 is 3.45, which is 3.5 and not below."""

    def term_1(pupil):
        rows = next(row.fields for row in pupil["ketquahoctap"] if row.fields["hocky"] == "1")
        return {row["mamonhoc"]: row.get("diem") for row in rows["diemmon"]}

    def total(pupil):
        weights = {"TX": 1, "GK": 2, "CK": 3}
        return sum(
            weights[row.fields["loaidiem"]] * row.fields["diem"]
            for row in pupil["diem"]
            if (row.fields["mamonhoc"], row.fields["hocky"]) == ("CONGNGHE", "1")
        )

    tie, lowest = only("12.4-4"), only("12.4-5")
    assert (total(tie), term_1(tie)["CONGNGHE"]) == (66, 8.3)
    assert (round(total(lowest), 1), term_1(lowest)["CONGNGHE"]) == (27.6, 3.5)
    assert year_of(lowest)["mahocluc"] == DAT


def test_12_4_6_absences_around_the_limit(sample):
    """44 and 45 pass, 46 do not."""
    promoted = {}
    for pupil in sample.pupils_of("12.4-6"):
        summary = pupil["tongketnam"][0].fields
        absent = summary["songaynghi_cophep"] + summary["songaynghi_khongphep"]
        promoted[absent] = year_of(pupil)["colenlop"]

    assert promoted == {44: 1, 45: 1, 46: 0}


def test_12_4_7_a_year_without_term_1(only):
    """The school decided, and says why."""
    pupil = only("12.4-7")

    assert {row.fields["hocky"] for row in pupil["diem"]} == {"2"}
    assert {row.fields["hocky"] for row in pupil["ketquahoctap"]} == {"2", "0"}
    assert "nước ngoài" in pupil["tongketnam"][0].fields["nhanxet"]


def test_12_4_8_other_subjects_than_in_the_year_before(only):
    """The choice is recorded by year."""
    chosen = {}
    for row in only("12.4-8")["monchon"]:
        chosen.setdefault(row.fields["namhoc"], set()).add(row.fields["mamonhoc"])

    assert set(chosen) == {"2024-2025", "2025-2026"}
    assert chosen["2024-2025"] != chosen["2025-2026"]


def test_12_4_9_and_10_second_chances_stand_beside_the_first_results(only):
    """Neither replaces what the year was."""
    assert 3.2 in scores_of(only("12.4-9"))
    summer = only("12.4-10")
    assert year_of(summer)["mahanhkiem"] == CHUA_DAT
    assert summer["tongketnam"][0].fields["mahanhkiem_sauhe"] == DAT
    assert year_of(summer)["colenlop"] == 1


def test_12_4_11_two_homeroom_teachers_and_two_principals(sample):
    """A class and a school whose records changed in mid-year."""
    classes = [case.class_code for case in sample.summary.cases if case.number == "12.4-11"]

    (of_class,) = [code for code in classes if code is not None]
    (changed,) = [row for row in sample.records("lophoc") if row.fields["malop"] == of_class]
    assert (changed.event, changed.version) == ("UPDATE", 2)
    (school,) = sample.records("truong")
    assert (school.version, school.fields["hieutruong_chucdanh"]) == (2, "Q. HIỆU TRƯỞNG")
    assert None in classes


def test_12_4_12_names_of_many_kinds(sample):
    """One word, six words, apostrophes, a barred D, a foreign one, and one not in NFC."""
    names = {pupil["hocsinh"][0].fields["hovaten"] for pupil in sample.pupils_of("12.4-12")}

    assert {
        "K'Brơi", "H'Hen Niê", "Đinh Thị Y Lưu Hờ Rê", "Đặng Đình Đức", "Khamphone Souvanh"
    } <= names  # fmt: skip
    assert len(names) == 6


def test_12_4_13_birth_dates_known_in_part(sample):
    """By year, and by month."""
    lengths = {len(pupil["hocsinh"][0].fields["ngaysinh"]) for pupil in sample.pupils_of("12.4-13")}

    assert lengths == {4, 7}


def test_12_4_14_two_scales_of_levels_in_one_pupil(only):
    """One of four levels for the year, passed or not by comment."""
    assert failed_of(only("12.4-14")) == ["HDTNHN"]
    assert year_of(only("12.4-14"))["mahocluc"] == DAT


def test_12_4_15_the_level_follows_the_class(sample):
    """A school of both levels has classes of each."""
    (school,) = sample.records("truong")
    levels = {row.fields["malop"]: row.fields["manhomcaphoc"] for row in sample.records("lophoc")}
    upper = [case.class_code for case in sample.summary.cases if case.number == "12.4-15"]

    assert school.fields["dscaphoc"] == ["03", "04"]
    assert {levels[code] for code in upper if code is not None} == {"04"}
    assert set(levels.values()) == {"03", "04"}


def test_12_4_16_a_school_year_has_two_calendar_years(sample):
    """Somebody came in the first one, somebody left in the second."""
    moves = {
        row.fields["loaichuyen"]: (row.fields["namhoc"], row.fields["ngaychuyen"][:4])
        for pupil in sample.pupils_of("12.4-16")
        for row in pupil["chuyentruong"]
    }

    assert moves == {"DEN": ("2025-2026", "2025"), "DI": ("2025-2026", "2026")}


def test_13_4_who_else_there_is(only):
    """Disabled, from a minority, moved away, corrected, with the longest texts."""
    disabled = only("13.4-disabled")
    assert disabled["hocsinh"][0].fields["loaikhuyettat"] == "5"
    assert "3" in {row.fields["hinhthucdanhgia"] for row in disabled["nhanxetmon"]}
    assert only("13.4-minority")["hocsinh"][0].fields["dantoc"] != "Kinh"
    assert only("13.4-policy")["hocsinh"][0].fields["dienchinhsach"] is not None
    away = only("13.4-moved-away")
    assert away["hocsinhlop"][0].event == "CANCEL"
    assert {row.fields["hocky"] for row in away["diem"]} == {"1"}
    assert 2 in {row.version for row in only("13.4-corrected")["diem"]}
    longest = only("13.4-longest")
    assert len(longest["hocsinh"][0].fields["hovaten"]) > 50
    assert min(len(row.fields["nhanxet"]) for row in longest["nhanxetmon"]) > 300
