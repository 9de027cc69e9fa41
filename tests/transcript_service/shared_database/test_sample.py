"""Sample data as a reader of the shared database finds them."""

import unicodedata
from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample import SampleClient, write_sample
from transcript_service.shared_database.sample.cases import Case, Planted
from transcript_service.shared_database.sample.comments import subject_comment
from transcript_service.shared_database.sample.people import sort_key
from transcript_service.shared_database.upstream_store import open_store, read_records

CLIENT = SampleClient(client_id="school", client_secret="only-for-tests")


@pytest.fixture
def make(tmp_path):
    """Write a sample and return its summary and a function that reads a table of it."""

    def make_sample(name="up.db", **options):
        summary = write_sample(
            tmp_path / name, **{"seed": 1, "pupils": 38, "client": CLIENT} | options
        )
        store = open_store(tmp_path / name)
        return summary, lambda table: read_records(store, table)

    return make_sample


def test_the_same_seed_gives_the_same_records_and_another_one_others(make):
    """Reproducible, and not always the same."""
    _, first = make("1.db", pupils=5)
    _, again = make("2.db", pupils=5)
    _, other = make("3.db", pupils=5, seed=2)

    for table in ("hocsinh", "diem", "nhanxetmon", "ketquahoctap"):
        assert first(table) == again(table)
    assert first("hocsinh") != other("hocsinh")


@pytest.mark.parametrize("grade", [6, 7, 8, 9])
def test_every_grade_has_the_marks_that_the_circular_asks_for(make, grade):
    """Article 6: 2, 3 or 4 regular marks a term by the periods of the subject."""
    _, read = make(f"{grade}.db", pupils=2, grade=grade)
    periods = {row.fields["mamonhoc"]: row.fields["sotietnam"] for row in read("monhoclop")}
    regular = Counter(
        (row.fields["mahocsinh"], row.fields["mamonhoc"], row.fields["hocky"])
        for row in read("diem")
        if row.fields["loaidiem"] == "TX" and row.fields["diem"] is not None
    )

    assert periods["CONGNGHE"] == (35 if grade < 8 else 52)
    assert len(regular) == 2 * 8 * 2
    for (_pupil, subject, _term), count in regular.items():
        needed = 2 if periods[subject] <= 35 else 3 if periods[subject] <= 70 else 4
        assert count == needed


@pytest.mark.parametrize("pupils", [1, 2, 9, 12])
def test_special_cases_come_as_far_as_there_is_room(make, pupils):
    """Minh An first, then one of each."""
    summary, read = make(pupils=pupils)

    assert next(case for case, _code in summary.cases) is Case.MINH_AN
    assert {case for case, _code in summary.cases} == set(list(Case)[:pupils])
    assert len(read("hocsinhlop")) == len(summary.student_codes) == pupils


def test_the_first_pupil_is_minh_an(make):
    """As in the domain's worked example."""
    _, read = make(pupils=3)

    first = read("hocsinh")[0].fields

    assert first["hovaten"] == "Nguyễn Thị Minh An"
    assert first["ngaysinh"] == "2012-03-14"


def test_the_special_pupils_are_what_they_are_said_to_be(make):
    """One record of each says so."""
    summary, read = make(planted=Planted(decomposed_text=False))
    code = dict(summary.cases)
    pupil = {row.fields["mahocsinh"]: row.fields for row in read("hocsinh")}
    year = {
        row.fields["mahocsinh"]: row.fields
        for row in read("ketquahoctap")
        if row.fields["hocky"] == "0"
    }
    schools = {
        row.fields["tentruong"]
        for row in read("quatrinhhoctap")
        if row.fields["mahocsinh"] == code[Case.TRANSFERRED]
    }
    lowest = min(row.get("diem", 10) for row in year[code[Case.ONE_WEAK_SUBJECT]]["diemmon"])

    assert (year[code[Case.ONE_WEAK_SUBJECT]]["mahocluc"], lowest < 5) == ("2", True)
    assert year[code[Case.SATISFACTORY]]["mahocluc"] == "3"
    assert year[code[Case.REASSESSED]]["mahocluc"] == "4"
    assert year[code[Case.REASSESSED]]["colenlop"] == 1
    assert year[code[Case.FAILED_REASSESSMENT]]["colenlop"] == 0
    assert year[code[Case.SUMMER_TRAINING]]["mahanhkiem"] == "4"
    assert pupil[code[Case.PARTIAL_BIRTH_DATE]]["ngaysinh"] == "2012"
    assert len(schools) == 2
    assert pupil[code[Case.FOREIGN]]["sodinhdanh"] is None
    assert pupil[code[Case.MINORITY]]["dantoc"] != "Kinh"
    subjects = {row["mamonhoc"] for row in year[code[Case.EXEMPT]]["diemmon"]}
    assert "GDTC" not in subjects


def test_no_personal_id_can_be_a_persons(make):
    """Prefix 000, no province has it; sex and year of birth agree."""
    _, read = make()
    pupils = [row.fields for row in read("hocsinh")]
    known = [pupil for pupil in pupils if pupil["sodinhdanh"] is not None]

    assert len({pupil["sodinhdanh"] for pupil in known}) == len(known) == 37
    for pupil in known:
        century_and_sex = "2" if pupil["gioitinh"] == "1" else "3"
        assert pupil["sodinhdanh"].startswith("000" + century_and_sex + pupil["ngaysinh"][2:4])


def test_levels_spread_as_in_schools(make):
    """Domain 13.4: Tốt 20 to 30 %, Khá 40 %, Đạt 25 to 30 %, Chưa đạt 1 to 5 %; with slack."""
    _, read = make(pupils=300, planted=Planted(contradictions=0))
    rows = [row.fields for row in read("ketquahoctap") if row.fields["hocky"] == "0"]
    shares = Counter(row["mahocluc"] for row in rows)

    assert 60 <= shares["1"] <= 100
    assert 100 <= shares["2"] <= 145
    assert 65 <= shares["3"] <= 105
    assert 3 <= shares["4"] <= 18
    assert sum(row["mahanhkiem"] == "1" for row in rows) >= 210


def test_every_score_is_on_the_scale(make):
    """0 to 10 with one decimal, also after JSON."""
    _, read = make(pupils=20)
    scores = [row.fields["diem"] for row in read("diem") if row.fields["diem"] is not None]

    assert all(0 <= score <= 10 for score in scores)
    assert all(-Decimal(str(score)).as_tuple().exponent <= 1 for score in scores)


def test_names_differ_and_have_one_to_six_words(make):
    """Some with apostrophes."""
    _, read = make(pupils=100)
    names = [unicodedata.normalize("NFC", row.fields["hovaten"]) for row in read("hocsinh")]

    assert len(set(names)) == 100
    assert {len(name.split()) for name in names} <= set(range(1, 7))
    assert any("'" in name for name in names)
    assert names[1:] == sorted(names[1:], key=sort_key)


def test_the_class_list_follows_the_vietnamese_alphabet():
    """By given name, the last word: Đạt after Duy, Ánh after An."""
    names = ["Lê Ân", "Lê Đạt", "Lê An", "Lê Duy", "Bùi Ánh", "Trần An"]

    assert sorted(names, key=sort_key) == [
        "Lê An",
        "Trần An",
        "Bùi Ánh",
        "Lê Ân",
        "Lê Duy",
        "Lê Đạt",
    ]


def test_comments_vary_and_are_nfc_where_not_planted_otherwise(make):
    """Several phrases by subject and level."""
    _, read = make(planted=Planted(decomposed_text=False))
    comments = [row.fields["nhanxet"] for row in read("nhanxetmon")]

    assert len(set(comments)) > 80
    assert all(unicodedata.is_normalized("NFC", comment) for comment in comments)


def test_a_comment_fits_the_score():
    """Nobody with 4.0 reads that the result is excellent."""
    weak = {subject_comment(Random(seed), "TOAN", 40) for seed in range(30)}

    assert all("cần" in comment for comment in weak)


def test_some_text_is_decomposed_unless_not_wanted(make):
    """So that NFC at the door is visible."""
    _, read = make("1.db", pupils=8)
    _, plain = make("2.db", pupils=8, planted=Planted(decomposed_text=False))

    def decomposed(rows):
        return sum(not unicodedata.is_normalized("NFC", row.fields["hovaten"]) for row in rows)

    assert decomposed(read("hocsinh")) == 2
    assert decomposed(plain("hocsinh")) == 0


@pytest.mark.parametrize(("pupils", "contradicting"), [(9, 0), (10, 1), (19, 1), (20, 2)])
def test_contradicting_results_are_planted_in_greater_classes(make, pupils, contradicting):
    """So that the demo shows pupils who are stopped; usual ones, never Minh An."""
    summary, _ = make(pupils=pupils)

    assert len(summary.defective.contradicting) == contradicting
    assert summary.student_codes[0] not in summary.defective.contradicting


def test_defects_are_planted_where_they_are_said_to_be(make):
    """One pupil without a mark, one with 10.5."""
    summary, read = make(pupils=20, planted=Planted(missing_marks=1, invalid_scores=1))
    finals = {
        row.fields["mahocsinh"]: row.fields["diem"]
        for row in read("diem")
        if row.record_id.endswith("-LSDL-2-CK-1")
    }

    (missing,) = summary.defective.without_mark
    (invalid,) = summary.defective.with_invalid_score
    assert missing not in finals
    assert [code for code, score in finals.items() if score > 10] == [invalid]


@pytest.mark.parametrize(
    "options", [{"pupils": 0}, {"pupils": 10_001}, {"grade": 5}, {"grade": 10}]
)
def test_a_class_that_cannot_be_is_refused(make, tmp_path, options):
    """And no file is left."""
    with pytest.raises(UsageError, match="1 to 10000 pupils"):
        make(**options)

    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_never_overwritten(make, tmp_path):
    """It may be somebody's data."""
    (tmp_path / "up.db").write_text("precious")

    with pytest.raises(UsageError, match="exists already"):
        make()

    assert (tmp_path / "up.db").read_text() == "precious"
